// Many requests at the same time, but not too many: fewer when the server asks to slow down, none any more after a failure.
import { inFlightAtMost } from './s3-fields.ts'

export interface Pool {
  readonly width: number
  /** Half as many from now on; slowly more again when all goes well. */
  slowDown(): void
  succeeded(): void
}

const patienceMs = 1000
const successesPerStep = 100

export function createPool(): Pool {
  let width = inFlightAtMost
  let slowedAt = 0
  let successes = 0
  return {
    get width() { return width },
    slowDown() {
      // Many refusals of one moment are one message.
      if (Date.now() - slowedAt < patienceMs) return
      slowedAt = Date.now()
      width = Math.max(1, width >> 1)
      successes = 0
    },
    succeeded() {
      if (++successes % successesPerStep === 0 && width < inFlightAtMost) width++
    },
  }
}

/** Starts no work any more after one failed; then waits for what was started, and throws the first error. */
export async function runAll<T>(values: readonly T[], work: (value: T) => Promise<void>, pool: Pool = createPool()): Promise<void> {
  const failures: unknown[] = []
  let running = 0
  let wake = (): void => undefined
  const change = (): Promise<void> => new Promise((resolve) => { wake = resolve })
  const run = async (value: T): Promise<void> => {
    try {
      await work(value)
      pool.succeeded()
    } catch (error) {
      failures.push(error)
    }
    running--
    wake()
  }
  for (const value of values) {
    while (running >= pool.width) await change()
    if (failures.length > 0) break
    running++
    void run(value)
  }
  while (running > 0) await change()
  if (failures.length > 0) throw failures[0]
}
