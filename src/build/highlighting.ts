// What highlights the code of a build: this thread, or a few of their own where there is much of it. In large builds from nothing
// these begin with blocks that texts seem to have as soon as the texts are read, while this thread is still making a site of them.
import type { Profiler } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import type { RawEntry } from '../core/types.ts'
import { createHighlighter, type CodeBlock, type Highlighter } from '../render/highlight.ts'
import type { Cache } from './cache.ts'
import { enoughBlocks, threadsFor } from './threads.ts'

export interface Highlighting {
  /** Absent: the site wants none. */
  readonly highlighter: Highlighter | undefined
  /** How many bodies may wait for their code at the same time. */
  readonly lanes: number
  close(): void
}
export interface HighlightingOptions {
  readonly settings: Settings
  readonly cache: Cache
  /** Threads that highlight code. Default: as many as pay. */
  readonly workers?: number
  readonly profiler?: Profiler
}

/** `undefined`: the site wants no highlighting. Nothing is loaded before there is something to highlight. */
export function openHighlighter({ highlight }: Settings, cache: Cache, profiler?: Profiler): Highlighter | undefined {
  return highlight === false ? undefined : createHighlighter(highlight, { store: cache.blocks, profiler })
}

/** For these texts. `highlighter`: is used if there is too little for threads. */
export async function openHighlighting(options: HighlightingOptions, texts: readonly string[], highlighter?: Highlighter): Promise<Highlighting> {
  const { settings, cache, profiler, workers } = options
  const inThreads = await openThreads(options, settings.highlight === false ? 0 : workers ?? threadsFor(texts))
  return inThreads ?? { highlighter: highlighter ?? openHighlighter(settings, cache, profiler), lanes: 1, close: () => undefined }
}

/** `undefined`: it cannot be done in threads. */
async function openThreads({ settings: { highlight }, cache, profiler }: HighlightingOptions, threads: number): Promise<Highlighting | undefined> {
  if (highlight === false || threads === 0) return undefined
  const { canBeSent, createHighlightPool } = await import('./highlight-pool.ts')
  if (!canBeSent(highlight)) return undefined
  const pool = createHighlightPool(highlight, threads, profiler)
  return { highlighter: createHighlighter(highlight, { store: cache.blocks, elsewhere: pool }), lanes: 8 * threads, close: pool.close }
}

export interface HeadStart {
  /** A record that a source gave. */
  take(record: RawEntry): void
  /** What was opened, if there was enough to do; from then on it is for the caller to close. */
  taken(): Promise<Highlighting | undefined>
  close(): void
}

/** Characters of code at most; results wait in memory until they are asked for. */
const mostAhead = 2_000_000

export function createHeadStart(options: HighlightingOptions): HeadStart {
  const waiting: CodeBlock[] = []
  const threads = options.settings.highlight === false ? 0 : options.workers ?? threadsFor()
  const enough = options.workers === undefined ? enoughBlocks : 1
  let size = 0
  let opening: Promise<Highlighting | undefined> | undefined
  let opened: Highlighting | undefined
  const begin = (block: CodeBlock): void => opened?.highlighter?.begin(block)
  return {
    take({ body }) {
      if (threads === 0 || body?.kind !== 'markdown' || size > mostAhead) return
      for (const block of guessBlocks(body.text)) {
        size += block.code.length
        if (opened) begin(block)
        else waiting.push(block)
      }
      if (waiting.length < enough) return
      opening ??= openThreads(options, threads).then((highlighting) => {
        opened = highlighting
        waiting.splice(0).forEach(begin)
        return highlighting
      })
    },
    async taken() {
      const highlighting = await opening
      opening = undefined
      return highlighting
    },
    close() {
      void opening?.then((highlighting) => highlighting?.close())
    },
  }
}

/** Fences as most people write them. What is guessed wrong is highlighted in vain. */
function* guessBlocks(text: string): Iterable<CodeBlock> {
  for (const [, , info = '', code = ''] of text.matchAll(/^(```+)([^`\n]+)\n([^]*?\n)\1[ \t]*$/gm)) yield { info: info.trim(), code }
}
