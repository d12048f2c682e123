// The time line: the phases one after the other, what went on beside them, what the time was spent on, and the memory.
import type { Stretch } from './recorder.ts'
import { activityOrder, type AnyActivity, type Report } from './report.ts'
import type { Slice } from './strip.ts'
import { activities, amount, escape, label, percent, size } from './text.ts'
import { duration } from '../util/duration.ts'

const barPx = 22, gapPx = 6, axisPx = 20, stackPx = 120, memoryPx = 68, textPx = 20
const lanesAtMost = 8, barsAtMost = 300

export function drawTime(report: Report): string {
  const { phases, lanes, totalMs } = report
  const parts: string[] = []
  let y = axisPx
  const row = (stretches: readonly Stretch[], fill?: 'phase'): void => {
    parts.push(...[...stretches].sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs)).slice(0, barsAtMost).map((stretch) => drawBar(stretch, fill ?? `a-${stretch.activity}`, y, totalMs)))
    y += barPx + gapPx
  }
  for (const stretches of inRows(phases)) row(stretches, 'phase')
  for (const { lane, isThread, stretches } of lanes.slice(0, lanesAtMost)) {
    if (isThread) parts.push(drawThread(stretches, report, y))
    if (isThread) y += barPx + gapPx
    else row(stretches)
    parts.push(drawLaneName(lane, stretches, y - barPx - gapPx, totalMs))
  }
  parts.push(drawStack(report, y))
  y += stackPx + gapPx
  parts.push(drawMemory(report, y))
  y += memoryPx
  const alternative = `Time line of ${duration(totalMs)}: ${amount(phases.length, 'phase')}, then what the time was spent on, then memory.`
  return `<svg class="picture" role="img" aria-label="${escape(alternative)}" width="100%" height="${y}">${drawAxis(totalMs, y)}${parts.join('')}</svg>`
}

/** What goes on at the same time is in different rows. */
function inRows(stretches: readonly Stretch[]): Stretch[][] {
  const rows: Stretch[][] = []
  for (const stretch of stretches) {
    const row = rows.find((one) => (one.at(-1)?.endMs ?? 0) <= stretch.startMs)
    if (row === undefined) rows.push([stretch])
    else row.push(stretch)
  }
  return rows
}

/** A scale of round figures. */
function drawAxis(totalMs: number, height: number): string {
  const step = stepFor(totalMs / 5)
  const marks = Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, i) => i * step)
  return marks.map((ms) => {
    const x = percent(ms, totalMs)
    const isLast = ms > totalMs * 0.93
    return `<line class="grid" x1="${x}" x2="${x}" y1="${axisPx - 4}" y2="${height}"/><text class="axis" x="${x}" y="11"${isLast ? ' text-anchor="end"' : ms === 0 ? '' : ' text-anchor="middle"'}>${ms === 0 ? '0' : duration(ms).replace(/\.(\d*[1-9])?0* /, (_, kept) => (kept === undefined ? ' ' : `.${kept} `))}</text>`
  }).join('')
}

function stepFor(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10)
}

function drawBar({ name, startMs, endMs }: Stretch, fill: string, y: number, totalMs: number): string {
  const lasted = endMs - startMs
  return `<svg x="${percent(startMs, totalMs)}" y="${y}" width="${percent(lasted, totalMs)}" height="${barPx}"><title>${escape(`${name}: ${duration(lasted)}, from ${duration(startMs)} to ${duration(endMs)}`)}</title>`
    + `<rect class="${fill}" width="100%" height="100%" rx="2"/>${label(name, lasted / totalMs, 15)}</svg>`
}

/** Behind the last bar, or before the first one, where there is more room. */
function drawLaneName(lane: string, stretches: readonly Stretch[], y: number, totalMs: number): string {
  const start = Math.min(...stretches.map(({ startMs }) => startMs)), end = Math.max(...stretches.map(({ endMs }) => endMs))
  const isBehind = totalMs - end >= start
  return `<text class="axis" x="${percent(isBehind ? end : start, totalMs)}" dx="${isBehind ? 6 : -6}" y="${y + 15}"${isBehind ? '' : ' text-anchor="end"'}>${escape(lane)}</text>`
}

/** Columns as high as the window; each slice of time is filled by what it was spent on. */
function drawStack({ strip: { sliceMs, slices }, totalMs }: Report, y: number): string {
  return drawSlices(slices, { sliceMs, totalMs, y, height: stackPx }) + drawHovers(slices, { sliceMs, totalMs, y, height: stackPx + gapPx + memoryPx })
}

/** What a thread did: columns as high as it was busy. */
function drawThread(stretches: readonly Stretch[], { strip: { sliceMs, slices: { length } }, totalMs }: Report, y: number): string {
  const slices = cutIntoSlices(stretches, sliceMs, length)
  const place = { sliceMs, totalMs, y, height: barPx }
  return drawSlices(slices, place) + drawHovers(slices, place)
}

function cutIntoSlices(stretches: readonly Stretch[], sliceMs: number, count: number): Slice[] {
  const slices = Array.from({ length: count }, (): { times: Partial<Record<AnyActivity, number>> } => ({ times: {} }))
  for (const { activity, startMs, endMs } of stretches) {
    for (let i = Math.max(0, Math.floor(startMs / sliceMs)); i < count && i * sliceMs < endMs; i++) {
      const { times } = slices[i]!
      times[activity] = (times[activity] ?? 0) + Math.min(endMs, (i + 1) * sliceMs) - Math.max(startMs, i * sliceMs)
    }
  }
  return slices
}

interface Place { readonly sliceMs: number; readonly totalMs: number; readonly y: number; readonly height: number }

function drawSlices(slices: readonly Slice[], { sliceMs, totalMs, y, height: heightPx }: Place): string {
  const paths = new Map<string, string>()
  for (const [i, { times }] of slices.entries()) {
    const lengthMs = Math.min(sliceMs, totalMs - i * sliceMs)
    let top = 100
    for (const activity of activityOrder) {
      const height = Math.min(top, (times[activity] ?? 0) / lengthMs * 100)
      if (height < 0.1) continue
      top -= height
      paths.set(activity, `${paths.get(activity) ?? ''}M${i} ${top.toFixed(1)}h1v${height.toFixed(1)}h-1z`)
    }
  }
  return `<svg y="${y}" width="100%" height="${heightPx}" viewBox="0 0 ${totalMs / sliceMs} 100" preserveAspectRatio="none" shape-rendering="crispEdges">`
    + [...paths].map(([activity, d]) => `<path class="a-${activity}" d="${d}"/>`).join('') + '</svg>'
}

function drawHovers(slices: readonly Slice[], { sliceMs, totalMs, y, height }: Place): string {
  return slices.map((slice, i) => {
    if (Object.keys(slice.times).length === 0) return ''
    const width = percent(Math.min(sliceMs, totalMs - i * sliceMs), totalMs)
    return `<rect class="hover" x="${percent(i * sliceMs, totalMs)}" y="${y}" width="${width}" height="${height}"><title>${escape(tellSlice(slice, i * sliceMs, sliceMs))}</title></rect>`
  }).join('')
}

function tellSlice({ times, memoryBytes }: Slice, startMs: number, sliceMs: number): string {
  const spent = activityOrder.flatMap((activity) => ((times[activity] ?? 0) > 0 ? [{ activity, ms: times[activity] ?? 0 }] : [])).sort((a, b) => b.ms - a.ms).slice(0, 4)
  const what = spent.map(({ activity, ms }) => `${activities[activity].name} ${duration(ms)}`).join(', ')
  return `From ${duration(startMs)} to ${duration(startMs + sliceMs)}: ${what}${memoryBytes === undefined ? '' : `; memory ${size(memoryBytes)}`}`
}

function drawMemory({ strip: { sliceMs, slices }, totalMs, peakMemoryBytes }: Report, y: number): string {
  const points = slices.flatMap(({ memoryBytes }, i) => (memoryBytes === undefined ? [] : [[i + 0.5, 100 - memoryBytes / peakMemoryBytes * 92] as const]))
  const [first] = points
  if (first === undefined) return ''
  const line = points.map(([x, height]) => `L${x} ${height.toFixed(1)}`).join('')
  const width = totalMs / sliceMs
  return `<svg class="memory" y="${y + textPx}" width="100%" height="${memoryPx - textPx}" viewBox="0 0 ${width} 100" preserveAspectRatio="none"><path class="area" d="M0 100L0 ${first[1].toFixed(1)}${line}L${width} ${points.at(-1)?.[1].toFixed(1)}L${width} 100z"/></svg>`
    + `<text class="axis" x="0" y="${y + 12}">memory, at most ${size(peakMemoryBytes)}</text>`
}
