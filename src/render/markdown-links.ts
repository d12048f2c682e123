// Links and pictures of a parsed body: each is resolved to its published address, noted with its line, and reported if it leads
// to nothing. Where links lead to is links.ts.
import type { MarkdownIt, Token } from 'markdown-it'
import type { Position } from '../core/types.ts'
import { findContext, report, type MarkdownContext } from './markdown-context.ts'
import { lineIn, positionIn } from './markdown-position.ts'
import { hasTags, reportInText } from './markdown-tags.ts'

/** Sets the published address of every link and picture. Those in raw HTML are left for `htmlTokens`. */
export function resolveLinks(md: MarkdownIt): void {
  md.core.ruler.push('resolve_links', (state) => {
    const context = findContext(state.env)
    if (!context) return
    for (const token of state.tokens) {
      if (token.type === 'inline') resolveInline(context, token)
      else if (token.type === 'html_block') noteHtml(context, token, (token.map?.[0] ?? 0) + 1)
    }
  })
}

function resolveInline(context: MarkdownContext, block: Token): void {
  let line = (block.map?.[0] ?? 0) + 1
  for (const token of block.children ?? []) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') line++
    else if (token.type === 'html_inline') {
      noteHtml(context, token, line)
      line += newlines(token.content)
    } else if (token.type === 'link_open') resolveToken(context, block, token, 'href', line)
    else if (token.type === 'image') resolveToken(context, block, token, 'src', line)
  }
}

function resolveToken(context: MarkdownContext, block: Token, token: Token, attribute: 'href' | 'src', line: number): void {
  const raw = token.attrGet(attribute)
  if (typeof raw !== 'string') return
  const offset = context.offsets.get(token)
  const locate = (): Position => (offset === undefined ? { line } : positionIn(context, block, offset))
  token.attrSet(attribute, resolve(context, raw, attribute === 'src', offset === undefined ? line : lineIn(context, block, offset), locate))
}

/**
 * The published address of a link, which is noted too. `raw` is what the resolver gets and what `BodyLink.raw` keeps.
 * `locate` is called only if there is something to report.
 */
export function resolve(context: MarkdownContext, raw: string, isImage: boolean, line: number, locate: () => Position): string {
  // Where an address with template syntax would lead to cannot be known.
  const template = /\{[{%]|%7B(?:%7B|%25)/i.test(raw) && hasTags(decode(raw))
  if (template) reportInText(context, decode(raw), locate())
  const result = template ? { href: raw } : context.resolveLink(raw, context.entry)
  const href = 'href' in result ? result.href : raw
  if ('missing' in result) report(context, locate(), { severity: 'error', code: 'link-broken', message: result.missing, fix: result.fix })
  const link = { raw, href, line }
  context.links.push(link)
  if (isImage) context.images.push(link)
  return href
}

/** Those without an address count too. */
function noteHtml(context: MarkdownContext, token: Token, line: number): void {
  context.hasRawHtml = true
  if (/\b(?:href|src|srcset|poster)\s*=/i.test(token.content)) context.htmlTokens.push({ token, line })
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

/** Undoes percent-encoding where that is possible. */
function decode(text: string): string {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}
