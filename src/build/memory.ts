// What one process keeps from build to build, so that the next one need not find out again what has not changed. Forgetting it
// changes nothing but time.
import type { Highlighter } from '../render/highlight.ts'
import type { Digest } from '../util/hash.ts'
import type { Cache } from './cache.ts'
import type { KnownBuild } from './unchanged.ts'

export interface BuildMemory {
  /** What the kept things hold for: program, config, settings and the options of the build. */
  asked?: Digest
  cache?: Cache
  highlighter?: Highlighter
  last?: KnownBuild | undefined
}

/** To be used by one build at a time, and given to `forget` when it is not needed any more. */
export function createMemory(): BuildMemory {
  return {}
}

export function forget(memory: BuildMemory): void {
  const { cache } = memory
  delete memory.asked
  delete memory.cache
  delete memory.highlighter
  delete memory.last
  cache?.close()
}
