// The last builds, for the page that shows them: what set each off, what it made and why, and how long each step took. In memory, and
// of one size.
import type { MadePage } from '../build/live-build.ts'
import { duration } from '../util/duration.ts'

export interface Step {
  readonly name: string
  /** Both from the start of the build, in ms. */
  readonly from: number
  to: number
}
export interface BuildRecord {
  readonly number: number
  readonly started: Date
  /** The start, by the clock that `steps` go by. */
  readonly origin: number
  /** Paths from the root, or a word. */
  readonly changed: readonly string[]
  readonly steps: Step[]
  /** When open pages were told, in ms from the start. */
  toldMs?: number
  /** What did not succeed: then the site is as it was before. */
  failed?: 'config' | 'build' | undefined
  errors: number
  warnings: number
  reused: number
  removed: number
  madeCount: number
  /** The first ones and the slowest ones. */
  readonly made: MadePage[]
}
export interface History {
  readonly records: readonly BuildRecord[]
  begin(changed: readonly string[]): Recording
}
export interface Recording {
  readonly record: BuildRecord
  /** Ends the step before. */
  step(name: string): void
  end(): void
}

const keptBuilds = 30
const keptPages = 40

export function createHistory(): History {
  const records: BuildRecord[] = []
  let count = 0
  return {
    records,
    begin(changed) {
      const origin = performance.now()
      const record: BuildRecord = { number: ++count, started: new Date(), origin, changed: changed.slice(0, 20), steps: [], errors: 0, warnings: 0, reused: 0, removed: 0, madeCount: 0, made: [] }
      records.unshift(record)
      records.length = Math.min(records.length, keptBuilds)
      let open: Step | undefined
      const end = (): void => {
        if (open) open.to = performance.now() - origin
        open = undefined
      }
      return {
        record, end,
        step(name) {
          end()
          const from = performance.now() - origin
          record.steps.push(open = { name, from, to: from })
        },
      }
    },
  }
}

/** Takes up what was made since the last time: there may be thousands, and this is called after each of them. */
export function recordPages(record: BuildRecord, made: readonly MadePage[]): void {
  for (; record.madeCount < made.length; record.madeCount++) {
    const page = made[record.madeCount]!
    record.made.push(page)
    if (record.made.length <= keptPages) continue
    // The first ones stay; of the others the slowest.
    const others = record.made.slice(keptPages / 2)
    record.made.splice(record.made.indexOf(others.reduce((fastest, one) => (one.durationMs < fastest.durationMs ? one : fastest))), 1)
  }
}

/** `made 11, reused 54, removed 1`: whole once nothing waits any more. */
export function countsOf({ madeCount, reused, removed, errors, warnings }: BuildRecord): string {
  const rare = Object.entries({ removed, errors, warnings }).filter(([, number]) => number > 0)
  return [`made ${madeCount}`, `reused ${reused}`, ...rare.map(([name, number]) => `${name} ${number}`)].join(', ')
}

export function timeOf(record: BuildRecord): string {
  return record.toldMs === undefined ? duration(lengthOf(record)) : `shown after ${duration(record.toldMs)}`
}

export function lengthOf({ steps }: BuildRecord): number {
  return Math.max(0, ...steps.map(({ to }) => to))
}

/** By the clock of the machine that the writer sits at. */
export function clockOf(date: Date): string {
  return date.toTimeString().slice(0, 8)
}
