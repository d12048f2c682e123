// What the markdown rules know about the body being rendered, and where they leave what they find. It travels in markdown-it's
// `env`; a plug-in that renders something of its own has none, so every rule must do without.
import type { Env, Token } from 'markdown-it'
import { locateInBody, type Diagnostic } from '../core/diagnostic.ts'
import type { BodyLink, Entry, Position, TocEntry } from '../core/types.ts'
import type { LinkResolver } from './links.ts'

/** Width and height in pixels of a published picture, if they can be told. */
export type ImageSize = (href: string, from: Entry) => { readonly width: number; readonly height: number } | undefined

export interface MarkdownContext {
  readonly entry: Entry
  readonly resolveLink: LinkResolver
  readonly imageSize: ImageSize
  /** The body, with `\n` for every end of line. */
  readonly source: string
  readonly diagnostics: Diagnostic[]
  readonly links: BodyLink[]
  readonly images: BodyLink[]
  readonly toc: TocEntry[]
  /** Raw HTML that holds addresses, for after the parse. */
  readonly htmlTokens: { readonly token: Token; readonly line: number }[]
  /** Where links and pictures start in the text of their block. */
  readonly offsets: Map<Token, number>
  /** Blocks of code, as they are rendered. */
  readonly codes: Map<Token, string>
  /** There is raw HTML of the author's. */
  hasRawHtml: boolean
  /** The block whose text is being parsed. */
  block?: Token
  /** Pictures rendered so far; the first one is not loaded lazily. */
  imageCount: number
  /** Made when first needed. */
  lines?: readonly string[]
  ranges?: Map<Token, BlockRange>
}

/** Where the lines of a block's text start in it, and how far each is shifted in its line of the source (-1: not known). */
export interface BlockRange {
  readonly starts: readonly number[]
  readonly shifts: (number | undefined)[]
}

const key = Symbol('markdown context')

export function createEnv(context: MarkdownContext): Env {
  // Footnotes keep their ids apart where several bodies stand on one page.
  return { [key]: context, docId: context.entry.slug.replace(/[^\p{L}\p{N}_-]+/gu, '-') }
}

export function findContext(env: Env | undefined): MarkdownContext | undefined {
  return env?.[key] as MarkdownContext | undefined
}

/** Adds a problem at a place of the body. */
export function report(context: MarkdownContext, position: Position, problem: Omit<Diagnostic, 'at'>): void {
  context.diagnostics.push({ ...problem, at: locateInBody(context.entry.origin, position) })
}
