// The same work from another side: all that templates, functions of site.config and languages took, wherever they ran.
import type { Activity } from '../core/profiler.ts'
import type { Stretch, Work } from './recorder.ts'

interface Spent {
  readonly name: string
  readonly calls: number
  /** Without what it called that has a row or a figure of its own. */
  readonly selfMs: number
  /** From its beginning to its end; what runs within itself counts once. */
  readonly totalMs: number
}
export interface TemplateRow extends Spent {
  /** Absent: the whole file, with its blocks. */
  readonly macro?: string
}
export type FunctionRow = Spent
export interface LanguageRow {
  readonly name: string
  readonly blocks: number
  /** UTF-16 units of code. */
  readonly size: number
  readonly ms: number
  /** Once, for its grammar. */
  readonly loadMs: number
}

/** Files and their macros, those that took longest by themselves first. */
export function tallyTemplates(root: Work): TemplateRow[] {
  const rows = tally(root, 'templates', ({ name, part }) => (part?.startsWith('macro ') ? { name, macro: part.slice('macro '.length) } : { name, isPart: part !== undefined }))
  return rows.map(({ key: { name, macro }, calls, selfMs, totalMs }) => ({ name, ...(macro !== undefined && { macro }), calls, selfMs, totalMs }))
}

/** Queries, filters, globals and hooks of site.config. */
export function tallyFunctions(root: Work): FunctionRow[] {
  return tally(root, 'own', ({ name }) => ({ name })).map(({ key: { name }, ...row }) => ({ name, ...row }))
}

interface Key { readonly name: string; readonly macro?: string; readonly isPart?: boolean }
interface Tally { readonly key: Key; calls: number; selfMs: number; totalMs: number }

function tally(root: Work, activity: Activity, keyOf: (work: Work) => Key): Tally[] {
  const tallies = new Map<string, Tally>()
  /** Those that are running, for recursion. */
  const open = new Set<Tally>()
  const visit = (work: Work): number => {
    const isMeant = work.activity === activity
    const key = isMeant ? keyOf(work) : undefined
    const found = key && findTally(tallies, key)
    const isOuter = found !== undefined && !open.has(found)
    if (isOuter) open.add(found)
    let totalMs = work.selfMs
    for (const child of work.children.values()) totalMs += visit(child)
    if (found !== undefined) {
      found.selfMs += work.selfMs
      if (key?.isPart !== true) found.calls += work.count
    }
    if (isOuter) {
      found.totalMs += totalMs
      open.delete(found)
    }
    return totalMs
  }
  visit(root)
  return [...tallies.values()].sort((a, b) => b.selfMs - a.selfMs || (a.key.name < b.key.name ? -1 : 1))
}

function findTally(tallies: Map<string, Tally>, key: Key): Tally {
  const text = JSON.stringify([key.name, key.macro])
  let found = tallies.get(text)
  if (found === undefined) tallies.set(text, found = { key, calls: 0, selfMs: 0, totalMs: 0 })
  return found
}

/** The slowest first. `beside`: what other threads did. */
export function tallyLanguages(root: Work, beside: readonly Stretch[]): LanguageRow[] {
  const rows = new Map<string, { name: string; blocks: number; size: number; ms: number; loadMs: number }>()
  const rowOf = (name: string): { name: string; blocks: number; size: number; ms: number; loadMs: number } => {
    const row = rows.get(name) ?? { name, blocks: 0, size: 0, ms: 0, loadMs: 0 }
    rows.set(name, row)
    return row
  }
  const add = ({ name, part, count, ms, size }: { name: string; part?: string | undefined; count: number; ms: number; size: number }): void => {
    const row = rowOf(name)
    if (part === 'load') row.loadMs += ms
    else Object.assign(row, { ms: row.ms + ms, size: row.size + size, blocks: row.blocks + (part === undefined ? count : 0) })
  }
  const visit = ({ activity, name, part, count, selfMs, size, children }: Work): void => {
    if (activity === 'highlight') add({ name, part, count, size, ms: selfMs })
    for (const child of children.values()) visit(child)
  }
  visit(root)
  for (const { activity, name, part, startMs, endMs, size } of beside) if (activity === 'highlight') add({ name, part, size, count: 1, ms: endMs - startMs })
  return [...rows.values()].sort((a, b) => b.ms + b.loadMs - (a.ms + a.loadMs) || (a.name < b.name ? -1 : 1))
}
