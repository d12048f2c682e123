// What was going on over time, in a few hundred slices of equal length: the finer, the shorter the build.
import type { Activity } from '../core/profiler.ts'

export interface Slice {
  /** Ms by activity: together as long as the slice, but for the last one. */
  readonly times: Readonly<Partial<Record<Activity | 'other', number>>>
  /** Memory of the process at some moment of it; absent: nothing began or ended in it. */
  readonly memoryBytes?: number
}
export interface Strip {
  readonly sliceMs: number
  readonly slices: readonly Slice[]
}
export interface StripMaker {
  /** To be called in the order of time. */
  add(activity: Activity | 'other', startMs: number, endMs: number): void
  taken(): Strip
}

interface OpenSlice { times: Partial<Record<Activity | 'other', number>>; memoryBytes?: number }
const most = 200

export function createStrip(memoryBytes: () => number): StripMaker {
  let sliceMs = 1
  let slices: OpenSlice[] = []
  return {
    add(activity, startMs, endMs) {
      while (endMs >= sliceMs * most) {
        slices = slices.flatMap((slice, i) => (i % 2 === 0 ? [merge(slice, slices[i + 1])] : []))
        sliceMs *= 2
      }
      for (let from = startMs; from < endMs;) {
        const index = Math.floor(from / sliceMs)
        const to = Math.min(endMs, (index + 1) * sliceMs)
        const { times } = (slices[index] ??= { times: {} })
        times[activity] = (times[activity] ?? 0) + to - from
        from = to
      }
      const last = slices.at(-1)
      if (last !== undefined) last.memoryBytes ??= memoryBytes()
    },
    taken: () => ({ sliceMs, slices }),
  }
}

function merge(a: OpenSlice, b: OpenSlice | undefined): OpenSlice {
  if (b === undefined) return a
  const times = { ...a.times }
  for (const [activity, ms] of Object.entries(b.times) as [Activity, number][]) times[activity] = (times[activity] ?? 0) + ms
  const memory = Math.max(a.memoryBytes ?? 0, b.memoryBytes ?? 0)
  return { times, ...(memory > 0 && { memoryBytes: memory }) }
}
