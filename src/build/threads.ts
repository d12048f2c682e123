// How many threads pay for a build. A thread costs about 100 ms before it is of use, and each of them has to warm up, so that small
// sites and edits are quicker without.
import { availableParallelism, setPriority } from 'node:os'

/** Blocks of code below which one thread is quicker. */
export const enoughBlocks = 200
const most = 4

/** Threads beside this one for highlighting these texts, or if there is enough to do; 0: none. */
export function threadsFor(texts?: readonly string[]): number {
  const spare = Math.min(most, availableParallelism() - 1)
  return spare > 0 && (texts === undefined || haveBlocks(texts, enoughBlocks)) ? spare : 0
}

/** For threads that help: V8 would give each of them as much room for new objects as the main thread has, of which they have no need. */
export const smallYoung = { maxYoungGenerationSizeMb: 24 } as const

/**
 * For threads that help: where there are more threads than processors, the main thread goes first, on which all others wait. On
 * Linux alone a priority is of one thread; elsewhere it would be of the whole process.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(10)
}

/** Whether texts have so many blocks of code, roughly. */
function haveBlocks(texts: readonly string[], wanted: number): boolean {
  let fences = 0
  for (const text of texts) {
    for (const fence of ['```', '~~~', '<pre']) {
      for (let at = text.indexOf(fence); at !== -1; at = text.indexOf(fence, at + 3)) if ((fences += fence === '<pre' ? 2 : 1) >= 2 * wanted) return true
    }
  }
  return false
}
