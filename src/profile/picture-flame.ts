// The flame graph: each piece of work as wide as the time it took, with what it is made of below it. Widths are percentages, so that
// the picture fits every screen while its letters keep their size.
import type { Branch } from './report.ts'
import { activities, amount, escape, label, percent, share } from './text.ts'
import { duration } from '../util/duration.ts'

const rowPx = 22
/** Narrower than this part of the whole, nothing can be seen. */
const narrowest = 0.0008

export interface FlamePicture {
  readonly svg: string
  /** Pieces too narrow to be drawn. */
  readonly hidden: number
}

export function drawFlame(tree: Branch): FlamePicture {
  const boxes: string[] = []
  let hidden = 0, deepest = 0
  const draw = (branch: Branch, fromMs: number, depth: number): void => {
    if (branch.totalMs < tree.totalMs * narrowest) {
      hidden++
      return
    }
    deepest = Math.max(deepest, depth)
    boxes.push(drawBox(branch, fromMs, depth, tree.totalMs))
    let at = fromMs
    for (const child of branch.children) {
      draw(child, at, depth + 1)
      at += child.totalMs
    }
  }
  draw(tree, 0, 0)
  const alternative = `Flame graph: ${amount(boxes.length, 'piece')} of work, ${deepest + 1} deep. The tables below have the same figures.`
  return { hidden, svg: `<svg class="picture flame" role="img" aria-label="${escape(alternative)}" width="100%" height="${(deepest + 1) * rowPx}">${boxes.join('')}</svg>` }
}

function drawBox(branch: Branch, fromMs: number, depth: number, wholeMs: number): string {
  const { activity, count, selfMs, totalMs } = branch
  const name = nameOf(branch)
  const self = branch.children.length > 0 ? `, ${duration(selfMs)} by itself` : ''
  const title = `${name}: ${duration(totalMs)} (${share(totalMs, wholeMs)})${self}${count > 1 ? `, ${amount(count, 'time')}` : ''}. ${activities[activity].name}`
  return `<svg x="${percent(fromMs, wholeMs)}" y="${depth * rowPx}" width="${percent(totalMs, wholeMs)}" height="${rowPx}"><title>${escape(title)}</title>`
    + `<rect class="a-${activity}" width="100%" height="100%"/>${label(name, totalMs / wholeMs, 15)}</svg>`
}

function nameOf({ name, part, activity }: Branch): string {
  if (activity === 'highlight' && part === 'load') return `load ${name}`
  return part === undefined ? name : `${name}: ${part}`
}
