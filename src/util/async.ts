// Small things about promises: many at a time, and one that is settled from outside.

/** Takes the values in order, up to `count` at a time. Rejects with the first failure, and begins nothing new after it. */
export async function inLanes<T>(values: Iterable<T>, count: number, run: (value: T) => Promise<void>): Promise<void> {
  const iterator = values[Symbol.iterator]()
  let hasFailed = false
  const lane = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true && !hasFailed; next = iterator.next()) {
      try {
        await run(next.value)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: count }, lane))
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

/** Nobody has to wait for it: a rejection that nobody sees is none. */
export function createDeferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => { settle = { resolve, reject } })
  promise.catch(() => undefined)
  return { promise, ...settle! }
}
