// The beginning of a body, for lists and previews: up to `<!-- more -->`, else the first paragraph, else the first words.
// It stands on other pages than the body: what has an id or leads to one would be double or dead there.
import type { MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it'
import { plainText } from './markdown-text.ts'

/** Longest summary, in UTF-16 units. */
const summaryLength = 300

const marker = /^<!--[ \t]*more[ \t]*-->/i

/** The marker leaves a token that renders as nothing. */
export function excerptMarker(md: MarkdownIt): void {
  const blockRule = (state: StateBlock, line: number, _endLine: number, silent: boolean): boolean => {
    const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
    if (state.src.charCodeAt(start) !== 0x3c || (state.sCount[line] ?? 0) - state.blkIndent >= 4) return false
    const text = state.src.slice(start, state.eMarks[line])
    const match = marker.exec(text)
    if (!match || text.slice(match[0].length).trim() !== '') return false
    if (silent) return true
    state.push('more', '', 0).map = [line, line + 1]
    state.line = line + 1
    return true
  }
  const inlineRule = (state: StateInline, silent: boolean): boolean => {
    if (state.src.charCodeAt(state.pos) !== 0x3c) return false
    const match = marker.exec(state.src.slice(state.pos, state.pos + 40))
    if (!match) return false
    if (!silent) state.push('more', '', 0)
    state.pos += match[0].length
    return true
  }
  md.block.ruler.before('html_block', 'more', blockRule, { alt: ['paragraph', 'reference', 'blockquote'] })
  md.inline.ruler.before('html_inline', 'more', inlineRule)
  md.renderer.rules.more = () => ''
}

export interface Excerpt {
  readonly tokens: readonly Token[]
  readonly text: string
}

/**
 * The tokens of the excerpt, balanced and free of ids, and their text. `pageHref` gives the address of the entry's page, for
 * links to its own parts. Undefined: there is neither a marker nor a paragraph.
 */
export function cutExcerpt(tokens: readonly Token[], pageHref: () => string | undefined): Excerpt | undefined {
  const cut = cutAtMarker(tokens) ?? firstParagraph(tokens)
  return cut && { tokens: cut.map((token) => detach(token, pageHref)).filter((token) => token !== undefined), text: textOf(cut) }
}

/** The text of all blocks but code, on one line. */
export function textOf(tokens: readonly Token[]): string {
  let text = ''
  for (const token of tokens) if (token.type === 'inline') text += plainText(token.children ?? []) + ' '
  return text.replace(/\s+/g, ' ').trim()
}

/** Cut at a word, if it is longer than a summary may be. */
export function summarize(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= summaryLength) return line
  const end = line.lastIndexOf(' ', summaryLength)
  // A text without spaces is cut between characters, never inside of one.
  const cut = end > summaryLength / 2 ? line.slice(0, end) : line.slice(0, summaryLength).replace(/[\ud800-\udbff]$/, '')
  return cut.replace(/[\s,;:.–—-]+$/, '') + '…'
}

export function firstWords(text: string, count: number): string {
  const words = text.split(' ')
  return summarizeWords(words.slice(0, count).join(' '), words.length > count)
}

function summarizeWords(text: string, cut: boolean): string {
  // A text without spaces may be one endless word.
  return text.length > summaryLength * 4 ? summarize(text) : cut ? text.replace(/[\s,;:.–—-]+$/, '') + '…' : text
}

function cutAtMarker(tokens: readonly Token[]): Token[] | undefined {
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    if (token.type === 'more') return close(tokens.slice(0, index))
    // The marker itself is in the text of the block.
    const inside = token.type === 'inline' && token.content.includes('<!--') ? (token.children ?? []).findIndex((child) => child.type === 'more') : -1
    if (inside === -1) continue
    const part = copy(token, { children: close((token.children ?? []).slice(0, inside)) })
    return close([...tokens.slice(0, index), part])
  }
  return undefined
}

/** Closes what is left open by a cut. */
function close(tokens: Token[]): Token[] {
  const open: Token[] = []
  for (const token of tokens) {
    if (token.nesting === 1) open.push(token)
    else if (token.nesting === -1) open.pop()
  }
  const closers = open.reverse().map((token) => copy(token, { type: token.type.replace(/_open$/, '_close'), nesting: -1, attrs: null, meta: null }))
  return [...tokens, ...closers]
}

function firstParagraph(tokens: readonly Token[]): Token[] | undefined {
  for (const [index, token] of tokens.entries()) {
    const text = tokens[index + 1]
    if (token.type !== 'paragraph_open' || token.level !== 0 || text?.type !== 'inline') continue
    if (saysSomething(plainText(text.children ?? []))) return tokens.slice(index, index + 3)
  }
  return undefined
}

/** Has letters beside those in template syntax. A long text has, and is not searched for what takes its length squared. */
function saysSomething(text: string): boolean {
  return text.length > 2000 || /[\p{L}\p{N}]/u.test(text.replace(/\{\{.*?\}\}|\{%.*?%\}/g, ''))
}

const dropped = new Set(['footnote_ref', 'contents', 'more'])

/** A token as it may stand on another page; undefined: not at all. */
function detach(token: Token, pageHref: () => string | undefined): Token | undefined {
  if (dropped.has(token.type)) return undefined
  if (token.type === 'inline') return copy(token, { children: (token.children ?? []).map((child) => detach(child, pageHref)).filter((child) => child !== undefined) })
  if (token.type === 'heading_open') return copy(token, { attrs: token.attrs?.filter(([name]) => name !== 'id') ?? null })
  if (token.type === 'heading_close') return copy(token, { meta: null })
  const href = token.type === 'link_open' ? token.attrGet('href') : null
  if (typeof href !== 'string' || !href.startsWith('#')) return token
  const page = pageHref() ?? ''
  return copy(token, { attrs: (token.attrs ?? []).map(([name, value]) => (name === 'href' ? [name, page + href] : [name, value])) })
}

function copy(token: Token, changes: Partial<Token>): Token {
  return Object.assign(Object.create(Object.getPrototypeOf(token) as object) as Token, token, changes)
}
