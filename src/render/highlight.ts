// Code blocks -> HTML with classes for the colours of a light and a dark theme. Same input, same bytes, in whatever order blocks come.
// Nothing of shiki is loaded before a block names a language. Not here: looking for blocks (markdown.ts), warning about languages.
import { createRequire } from 'node:module'
import type { HighlightConfig } from '../core/settings.ts'
import type { EngineChoice, Shiki } from './highlight-shiki.ts'
import { digest } from '../util/hash.ts'
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
  /** Loads what these blocks need and what is not loaded yet. Throws `config-value`. */
  prepare(blocks: Iterable<CodeBlock>): Promise<void>
  /** The block must have been prepared. */
  highlight(block: CodeBlock): HighlightedCode
  /** The stylesheet; depends on the themes alone. */
  css(): Promise<string>
  /** Digest of all that the result depends on, but for this program's own version. */
  key(block: CodeBlock): string
}

const plainNames = new Set(['', 'text', 'plain', 'plaintext', 'txt', 'none', 'ansi'])
const maxRemembered = 8_000_000

/** Cheap: nothing is loaded yet. Both engines give the same result. */
export function createHighlighter(config: Required<HighlightConfig>, engine: EngineChoice = 'own'): Highlighter {
  let shiki: Promise<Shiki> | undefined
  let loaded: Shiki | undefined
  let configDigest: string | undefined
  const remembered = new Map<string, HighlightedCode>()
  let size = 0
  const loadShiki = (): Promise<Shiki> => (shiki ??= import('./highlight-shiki.ts').then(({ createShiki }) => createShiki(config, engine)))
  const highlight = (block: CodeBlock): HighlightedCode => {
    const key = `${block.info}\n${block.code}`
    const known = remembered.get(key)
    if (known) return known
    const result = render(block, config, loaded)
    size += key.length + result.html.length
    if (size > maxRemembered) {
      remembered.clear()
      size = 0
    }
    remembered.set(key, result)
    return result
  }
  /** Whether the block can be highlighted with what is loaded; the result is remembered. */
  const isReady = (block: CodeBlock): boolean => {
    try {
      highlight(block)
      return true
    } catch (error) {
      if (error === notExact) return false
      throw error
    }
  }
  return {
    async prepare(blocks) {
      for (const block of blocks) {
        const { language } = parseFence(block.info)
        if (plainNames.has(language.toLowerCase())) continue
        loaded ??= await loadShiki()
        await loaded.prepare(language, block.code)
        if (!isReady(block)) await loaded.loadOniguruma()
      }
    },
    highlight,
    async css() {
      const { loadThemePair } = await import('./highlight-theme.ts')
      return (await loadThemePair(config.themes)).css
    },
    key(block) {
      configDigest ??= digest(JSON.stringify([config, shikiVersion()]))
      return digest(`${configDigest}\n${JSON.stringify([block.info, block.code])}`)
    },
  }
}

function render({ code, info }: CodeBlock, config: Required<HighlightConfig>, shiki: Shiki | undefined): HighlightedCode {
  const fence = parseFence(info)
  const { lines, marks } = parseMarks(code, fence)
  const plain = plainNames.has(fence.language.toLowerCase())
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

function shikiVersion(): unknown {
  return createRequire(import.meta.url)('shiki/package.json').version
}
