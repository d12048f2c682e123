// Threads that highlight code, for builds with much of it. Every thread has to load and to warm up each language that it meets, so
// a language has a home thread, and another one helps out only where the home is far behind. Results do not depend on the choice.
import { Worker } from 'node:worker_threads'
import type { Profiler } from '../core/profiler.ts'
import type { HighlightConfig } from '../core/settings.ts'
import type { CodeBlock, HighlightedCode, HighlightElsewhere } from '../render/highlight.ts'
import type { HighlightReply, HighlightSetup, HighlightTask, HighlightWish } from './highlight-worker.ts'
import { createDeferred } from '../util/async.ts'
import { noteSpans } from './profiled.ts'
import { smallYoung } from './threads.ts'
import { unpackError } from './worker-error.ts'

export interface HighlightPool extends HighlightElsewhere {
  close(): void
}

/** Characters that a home may be behind the least busy thread before that one helps. */
const farBehind = 30_000

interface Waiting {
  readonly size: number
  resolve(result: HighlightedCode): void
  reject(error: unknown): void
}
interface Lane {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
  /** Characters that were sent and not answered. */
  load: number
  /** Why the thread is gone. */
  failure?: Error
}

/** `count`: of threads, at least 1. The config has to be plain data. */
export function createHighlightPool(config: Required<HighlightConfig>, count: number, profiler?: Profiler): HighlightPool {
  const lanes = Array.from({ length: count }, (_, i) => openLane({ config, isTimed: profiler !== undefined }, (spans) => noteSpans(profiler, `thread ${i + 1}`, spans)))
  const homes = new Map<string, Lane>()
  let lastId = 0
  const choose = (language: string): Lane => {
    const idle = lanes.reduce((a, b) => (b.load < a.load ? b : a))
    const home = homes.get(language)
    if (home !== undefined && home.load - idle.load < farBehind) return home
    if (home === undefined) homes.set(language, idle)
    return idle
  }
  const send = ({ code, info }: CodeBlock, isGuess: boolean): { readonly result: Promise<HighlightedCode>; want(): void } => {
    const lane = choose(info)
    if (lane.failure) return { result: Promise.reject(lane.failure), want: () => undefined }
    const id = ++lastId
    const { promise: result, resolve, reject } = createDeferred<HighlightedCode>()
    lane.waiting.set(id, { size: code.length, resolve, reject })
    lane.load += code.length
    lane.worker.postMessage({ id, code, info, ...(isGuess && { isGuess }) } satisfies HighlightTask)
    return { result, want: () => lane.waiting.has(id) && lane.worker.postMessage({ wanted: id } satisfies HighlightWish) }
  }
  return {
    highlight: (block) => send(block, false).result,
    begin: (block) => send(block, true),
    close() {
      for (const { worker } of lanes) void worker.terminate()
    },
  }
}

/** Whether the config can be sent to a thread; grammars of a site may hold anything. */
export function canBeSent(config: Required<HighlightConfig>): boolean {
  try {
    structuredClone(config)
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

function openLane(setup: HighlightSetup, note: (spans: HighlightReply['spans']) => void): Lane {
  const worker = new Worker(new URL('./highlight-worker.js', import.meta.url), { workerData: setup, resourceLimits: smallYoung })
  const lane: Lane = { worker, waiting: new Map(), load: 0 }
  const take = (reply: HighlightReply): void => {
    const asked = lane.waiting.get(reply.id)
    if (asked === undefined) return
    lane.waiting.delete(reply.id)
    lane.load -= asked.size
    note(reply.spans)
    if ('result' in reply) asked.resolve(reply.result)
    else asked.reject(unpackError(reply.error))
  }
  // Node hands out messages as long as there are any: what follows from them must not keep all else waiting.
  let replies: HighlightReply[] = []
  worker.on('message', (reply: HighlightReply) => {
    if (replies.push(reply) > 1) return
    setImmediate(() => {
      const taken = replies
      replies = []
      taken.forEach(take)
    })
  })
  worker.on('error', (error) => {
    lane.failure = error
    for (const { reject } of lane.waiting.values()) reject(error)
    lane.waiting.clear()
  })
  return lane
}
