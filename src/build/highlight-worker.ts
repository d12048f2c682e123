// A thread that highlights blocks of code, one message a block; guesses, when nothing else is to be done. What it gives is what a
// highlighter on the main thread gives.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { HighlightConfig } from '../core/settings.ts'
import { createHighlighter, type CodeBlock, type HighlightedCode } from '../render/highlight.ts'
import { createThreadProfiler, type ThreadSpan } from './profiled.ts'
import { giveWay } from './threads.ts'
import { packError, type PackedError } from './worker-error.ts'

export interface HighlightSetup {
  readonly config: Required<HighlightConfig>
  readonly isTimed: boolean
}
export interface HighlightTask extends CodeBlock {
  readonly id: number
  /** Nobody has asked for it yet: all others come first. */
  readonly isGuess?: boolean
}
/** Somebody asks for what was a guess. */
export interface HighlightWish {
  readonly wanted: number
}
export type HighlightReply = { readonly id: number; readonly spans?: readonly ThreadSpan[] } & ({ readonly result: HighlightedCode } | { readonly error: PackedError })

const { config, isTimed } = workerData as HighlightSetup
giveWay()
const profiler = isTimed ? createThreadProfiler() : undefined
const highlighter = createHighlighter(config, { profiler })
const asked = new Map<number, HighlightTask>()
const guessed = new Map<number, HighlightTask>()
let isAwake = false

parentPort?.on('message', (message: HighlightTask | HighlightWish) => {
  if ('wanted' in message) {
    const task = guessed.get(message.wanted)
    guessed.delete(message.wanted)
    if (task) asked.set(task.id, task)
  } else {
    (message.isGuess ? guessed : asked).set(message.id, message)
  }
  if (!isAwake) void work()
})

/** In turn: else blocks whose language is to be loaded would be overtaken by all others, and the pages with them would wait. */
async function work(): Promise<void> {
  isAwake = true
  for (;;) {
    const queue = asked.size > 0 ? asked : guessed
    const [task] = queue.values()
    if (task === undefined) break
    queue.delete(task.id)
    parentPort?.postMessage(await answer(task))
    // Lets what is asked for meanwhile come in before the next guess.
    await nextTurn()
  }
  isAwake = false
}

async function answer({ id, code, info }: HighlightTask): Promise<HighlightReply> {
  try {
    const [result] = await highlighter.highlight([{ code, info }])
    return { id, result: result!, ...(profiler && { spans: profiler.taken() }) }
  } catch (error) {
    return { id, error: packError(error) }
  }
}
