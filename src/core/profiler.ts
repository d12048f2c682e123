// How the parts of a build say what they are doing, for `ssg build --profile`. Types, and one helper: the clock and all that is
// made of it are elsewhere, and without a profiler nothing is noted and no clock is read.

/** What time is spent on. All time belongs to one of these; what belongs to none is told as such. */
export type Activity = 'start' | 'wait' | 'cache' | 'sources' | 'markdown' | 'highlight' | 'templates' | 'own' | 'pages' | 'checks' | 'write'

/** A piece of work. Pieces with the same activity, name and part below the same piece are one in the result. */
export interface Frame {
  readonly activity: Activity
  readonly name: string
  /** A part of what has the name: `macro card`, `block main`. */
  readonly part?: string
  /** The permalink that it is done for: the same for what is within it. */
  readonly page?: string
  /** How much was worked on, in UTF-16 units. */
  readonly size?: number
}

export interface Profiler {
  /** Begins a piece of work within the one that is going on. The result ends it, and what began within it, before anything is waited for. */
  begin(frame: Frame): () => void
  /** A piece of work that may wait: it ends when its promise is settled, and what others do meanwhile is not a part of it. */
  run<T>(frame: Frame, run: () => T): T
  /** Begins work that goes on beside other work. It is shown, and is not in the sum. The result ends it. */
  beside(lane: string, frame: Frame): () => void
  /** Adds work of another thread, which is not in the sum. Times are in ms since the process started. */
  elsewhere(lane: string, frame: Frame, startMs: number, endMs: number): void
}

/** Runs something, and notes how long it took until it is done, or its promise is settled. */
export function timed<T>(profiler: Profiler | undefined, frame: Frame, run: () => T): T {
  return profiler === undefined ? run() : profiler.run(frame, run)
}

/** Calls `end` when something has returned or thrown, or its promise is settled; `left` when it has returned one. */
export function runTimed<T>(end: () => void, run: () => T, left?: () => void): T {
  let result: T
  try {
    result = run()
  } catch (error) {
    end()
    throw error
  }
  if (result instanceof Promise) {
    left?.()
    return result.finally(end) as T
  }
  end()
  return result
}
