// A thread that highlights blocks of code, one message a block. What it gives is what a highlighter on the main thread gives.
import { parentPort, workerData } from 'node:worker_threads'
import type { HighlightConfig } from '../core/settings.ts'
import { createHighlighter, type CodeBlock, type HighlightedCode } from '../render/highlight.ts'
import { createThreadProfiler, type ThreadSpan } from './profiled.ts'
import { packError, type PackedError } from './worker-error.ts'

export interface HighlightSetup {
  readonly config: Required<HighlightConfig>
  readonly isTimed: boolean
}
export interface HighlightTask extends CodeBlock {
  readonly id: number
}
export type HighlightReply = { readonly id: number; readonly spans?: readonly ThreadSpan[] } & ({ readonly result: HighlightedCode } | { readonly error: PackedError })

const { config, isTimed } = workerData as HighlightSetup
const profiler = isTimed ? createThreadProfiler() : undefined
const highlighter = createHighlighter(config, { profiler })

// In turn: else blocks whose language is to be loaded would be overtaken by all others, and the pages with them would wait.
let last = Promise.resolve()
parentPort?.on('message', (task: HighlightTask) => {
  last = last.then(async () => parentPort?.postMessage(await answer(task)))
})

async function answer({ id, code, info }: HighlightTask): Promise<HighlightReply> {
  try {
    const [result] = await highlighter.highlight([{ code, info }])
    return { id, result: result!, ...(profiler && { spans: profiler.taken() }) }
  } catch (error) {
    return { id, error: packError(error) }
  }
}
