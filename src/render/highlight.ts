// Code blocks -> HTML with classes for the colours of a light and a dark theme. Same input, same bytes, in whatever order blocks come.
// Nothing of shiki is loaded before a block names a language. Not here: looking for blocks (markdown.ts), warning about languages.
import { createRequire } from 'node:module'
import { timed, type Profiler } from '../core/profiler.ts'
import type { HighlightConfig } from '../core/settings.ts'
import type { EngineChoice, Shiki } from './highlight-shiki.ts'
import { digest, type Digest } from '../util/hash.ts'
import { notExact } from './highlight-dialect.ts'
import { parseFence, parseMarks, type Fence } from './highlight-fence.ts'
import { escapeText, renderBlock } from './highlight-html.ts'

export interface CodeBlock {
  readonly code: string
  /** The whole info string of the fence; hostile. */
  readonly info: string
}

export interface HighlightedCode {
  readonly html: string
  /** The language that the info string names, if nobody knows it; the code is plain then. */
  readonly unknownLanguage?: string
}

export interface Highlighter {
  /** In the order of the blocks. Loads what they need and what is not loaded yet. Throws `config-value`. */
  highlight(blocks: readonly CodeBlock[]): Promise<HighlightedCode[]>
  /** Begins with a block that will probably be asked for; where all is done on this thread, this does nothing. */
  begin(block: CodeBlock): void
  /** The stylesheet; depends on the themes alone. */
  css(): Promise<string>
}

const plainNames = new Set(['', 'text', 'plain', 'plaintext', 'txt', 'none', 'ansi'])
const maxRemembered = 8_000_000

/** Keeps results from one run to the next. */
export interface HighlightStore {
  get(key: Digest): HighlightedCode | undefined
  set(key: Digest, result: HighlightedCode): void
}

/** Gives what a highlighter of the same config gives, from another thread. */
export interface HighlightElsewhere {
  /** Rejects as a highlighter on this thread does. */
  highlight(block: CodeBlock): Promise<HighlightedCode>
  /** The same, but all that was asked for comes first, until `want`. */
  begin(block: CodeBlock): { readonly result: Promise<HighlightedCode>; want(): void }
}

export interface HighlighterOptions {
  /** The engines give the same result. Default: whichever is faster. */
  readonly engine?: EngineChoice
  /** A block that it has needs nothing of shiki. Its keys do not cover this program's own version. */
  readonly store?: HighlightStore
  /** Default: all is done here. */
  readonly elsewhere?: HighlightElsewhere
  readonly profiler?: Profiler | undefined
}

/** Cheap: nothing is loaded yet. */
export function createHighlighter(config: Required<HighlightConfig>, { engine = 'fast', store, elsewhere, profiler }: HighlighterOptions = {}): Highlighter {
  const results = createResults(config, store)
  let loading: Promise<Shiki> | undefined
  const here = async (block: CodeBlock): Promise<HighlightedCode> => {
    const { language } = parseFence(block.info)
    if (isPlain(language)) return render(block, config, undefined)
    loading ??= timed(profiler, { activity: 'highlight', name: 'shiki', part: 'load' }, () => import('./highlight-shiki.ts').then(({ createShiki }) => createShiki(config, engine)))
    const shiki = await loading
    const name = shiki.idOf(language) ?? 'unknown'
    await timed(profiler, { activity: 'highlight', name, part: 'load' }, () => shiki.prepare(language, block.code))
    try {
      return timed(profiler, { activity: 'highlight', name, size: block.code.length }, () => render(block, config, shiki))
    } catch (error) {
      if (error !== notExact) throw error
      await timed(profiler, { activity: 'highlight', name: 'Oniguruma', part: 'load' }, shiki.loadOniguruma)
      return timed(profiler, { activity: 'highlight', name, part: 'again' }, () => render(block, config, shiki))
    }
  }
  const begun = new Map<string, ReturnType<HighlightElsewhere['begin']>>()
  const takeBegun = (block: CodeBlock): Promise<HighlightedCode> | undefined => {
    const early = begun.get(textOf(block))
    begun.delete(textOf(block))
    early?.want()
    return early?.result
  }
  const highlight = async (block: CodeBlock): Promise<HighlightedCode> => {
    const known = results.find(block)
    if (known) return known
    const result = await (takeBegun(block) ?? (elsewhere && !isPlain(parseFence(block.info).language) ? elsewhere.highlight(block) : here(block)))
    results.put(block, result)
    return result
  }
  return {
    begin(block) {
      if (!elsewhere || isPlain(parseFence(block.info).language) || begun.has(textOf(block)) || results.find(block)) return
      const early = elsewhere.begin(block)
      // Whoever asks for it is told.
      early.result.catch(() => undefined)
      begun.set(textOf(block), early)
    },
    async highlight(blocks) {
      if (elsewhere) return await Promise.all(blocks.map(highlight))
      const highlighted: HighlightedCode[] = []
      for (const block of blocks) highlighted.push(await highlight(block))
      return highlighted
    },
    async css() {
      const { loadThemePair } = await import('./highlight-theme.ts')
      return (await loadThemePair(config.themes)).css
    },
  }
}

/** Tells one block from another. */
function textOf({ code, info }: CodeBlock): string {
  return `${info.length} ${info}${code}`
}

interface Results {
  find(block: CodeBlock): HighlightedCode | undefined
  put(block: CodeBlock, result: HighlightedCode): void
}

/** The results of this run, up to a size, and before them those of the store. */
function createResults(config: Required<HighlightConfig>, store: HighlightStore | undefined): Results {
  const recent = new Map<string, HighlightedCode>()
  let size = 0
  let prefix: Digest | undefined
  const keyOf = (block: CodeBlock): Digest => {
    prefix ??= digest(JSON.stringify([config, createRequire(import.meta.url)('shiki/package.json').version]))
    return digest(prefix + textOf(block))
  }
  const remember = (text: string, result: HighlightedCode): void => {
    size += text.length + result.html.length
    if (size > maxRemembered) {
      recent.clear()
      size = 0
    }
    recent.set(text, result)
  }
  return {
    find(block) {
      const text = textOf(block)
      const known = recent.get(text)
      if (known || !store) return known
      const stored = store.get(keyOf(block))
      if (stored) remember(text, stored)
      return stored
    },
    put(block, result) {
      remember(textOf(block), result)
      store?.set(keyOf(block), result)
    },
  }
}

function render({ code, info }: CodeBlock, config: Required<HighlightConfig>, shiki: Shiki | undefined): HighlightedCode {
  const fence = parseFence(info)
  const { lines, marks } = parseMarks(code, fence)
  const plain = isPlain(fence.language)
  const colored = plain ? undefined : shiki?.render(fence.language, lines, code)
  const html = renderBlock({
    lines: colored?.lines ?? lines.map(escapeText),
    marks,
    language: colored?.id,
    title: fence.title,
    firstLine: firstLineOf(fence, config.lineNumbers),
  })
  return plain || colored ? { html } : { html, unknownLanguage: fence.language }
}

function firstLineOf({ lines }: Fence, always: boolean): number | undefined {
  if (lines === false) return undefined
  return lines ?? (always ? 1 : undefined)
}

function isPlain(language: string): boolean {
  return plainNames.has(language.toLowerCase())
}
