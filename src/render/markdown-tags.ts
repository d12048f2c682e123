// Template syntax in the text of an entry. Markdown is no template here: `{{ x }}` and `{% x %}` stay exactly as typed, and are
// reported, since they are most often left from another generator. `{% highlight ruby %}` alone is understood, as a block of code.
import type { MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it'
import type { Position } from '../core/types.ts'
import { findContext, report, type MarkdownContext } from './markdown-context.ts'
import { offsetIn, positionIn } from './markdown-position.ts'

/** Longest tag that is looked for, in UTF-16 units. */
const longest = 1000

/** Keeps template syntax as typed, and reports it. */
export function templateTags(md: MarkdownIt): void {
  md.inline.ruler.before('escape', 'template_tag', tagRule)
  md.core.ruler.after('inline', 'template_tags', (state) => {
    const context = findContext(state.env)
    if (!context) return
    for (const token of state.tokens) {
      if (token.type === 'html_block') reportInHtml(context, token.content, { line: (token.map?.[0] ?? 0) + 1 })
      else if (token.type === 'inline' && token.content.includes('{')) reportTags(context, token, token.children ?? [])
    }
  })
}

/** The tag that starts at a place of a text. */
function tagAt(text: string, start: number): string | undefined {
  const next = text.charCodeAt(start + 1)
  if (text.charCodeAt(start) !== 0x7b || (next !== 0x7b && next !== 0x25)) return undefined
  const head = text.slice(start, start + longest)
  const end = head.indexOf(next === 0x25 ? '%}' : '}}', 2)
  return end === -1 || head.slice(2, end).trim() === '' ? undefined : head.slice(0, end + 2)
}

function tagRule(state: StateInline, silent: boolean): boolean {
  const tag = state.src.charCodeAt(state.pos) === 0x7b ? tagAt(state.src, state.pos) : undefined
  if (tag === undefined) return false
  if (!silent) {
    const token = state.push('text_special', '', 0)
    token.content = tag
    token.markup = tag
    token.info = 'template'
    const context = findContext(state.env)
    if (context) token.meta = { offset: offsetIn(context, state) }
  }
  state.pos += tag.length
  return true
}

const code = /^<(\/?)(?:code|pre|kbd|samp|script|style)\b/i

function reportTags(context: MarkdownContext, block: Token, children: readonly Token[]): void {
  let depth = 0
  let line = (block.map?.[0] ?? 0) + 1
  for (const token of children) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') line++
    else if (token.type === 'image') reportTags(context, block, token.children ?? [])
    else if (token.type === 'html_inline') {
      const match = code.exec(token.content)
      if (match) depth += match[1] === '' ? 1 : -1
      reportInHtml(context, token.content, { line })
    } else if (token.info === 'template' && depth <= 0) reportTag(context, token.content, positionIn(context, block, Number(token.meta?.offset ?? 0), token.content.split('\n')[0]?.length))
  }
}

const tags = /\{\{[^{}\n]+\}\}|\{%[^%\n]+%\}/g

export function hasTags(text: string): boolean {
  return text.search(tags) !== -1
}

/** Reports template syntax in an address or a line of raw HTML. */
export function reportInText(context: MarkdownContext, text: string, position: Position): void {
  for (const [tag] of text.matchAll(tags)) reportTag(context, tag, position)
}

function reportInHtml(context: MarkdownContext, html: string, position: Position): void {
  if (!html.includes('{') || /^\s*<(?:!--|code|pre|script|style|textarea)/i.test(html)) return
  for (const [index, line] of html.split('\n').entries()) reportInText(context, line, { line: position.line + index })
}

function reportTag(context: MarkdownContext, tag: string, position: Position): void {
  const text = tag.replace(/\s+/g, ' ')
  report(context, position, {
    severity: 'warning',
    code: 'template-tag',
    message: `\`${text.length > 60 ? text.slice(0, 59) + '…' : text}\` is template syntax, and is left as typed`,
    fix: 'write what it stood for, or put it in backticks if it is meant to be seen.',
  })
}

const opening = /^\{%-?\s*highlight\s+([^\s%}]+)([^%\n]*?)-?%\}[ \t]*/
const closing = /\{%-?\s*endhighlight\s*-?%\}[ \t]*$/

/** Understands `{% highlight ruby linenos %}` … `{% endhighlight %}`. One that is not closed stays as typed. */
export function highlightTags(md: MarkdownIt): void {
  md.block.ruler.before('fence', 'highlight_tag', highlightRule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
}

function highlightRule(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = lineStart(state, startLine)
  if (state.src.charCodeAt(start) !== 0x7b || state.src.charCodeAt(start + 1) !== 0x25 || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
  const open = opening.exec(lineText(state, startLine))
  if (!open) return false
  const last = closingLine(state, startLine, endLine)
  if (last === undefined) return false
  if (silent) return true
  const indent = state.sCount[startLine] ?? 0
  const text = state.getLines(startLine, last + 1, indent, false).trimStart().slice(open[0].length)
  const token = state.push('fence', 'code', 0)
  token.info = infoOf(open[1] ?? '', open[2] ?? '')
  token.content = text.replace(closing, '').replace(/^\n/, '').replace(/[ \t]*$/, '').replace(/(?<!\n)$/, '\n')
  token.markup = '{%'
  token.map = [startLine, last + 1]
  state.line = last + 1
  return true
}

const lineStart = (state: StateBlock, line: number): number => (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
const lineText = (state: StateBlock, line: number): string => state.src.slice(lineStart(state, line), state.eMarks[line])

/** From which line on a search up to which line found nothing, so that many unclosed tags cost no more than one. */
const searched = new WeakMap<StateBlock, { from: number; to: number }>()

function closingLine(state: StateBlock, startLine: number, endLine: number): number | undefined {
  const vain = searched.get(state)
  if (vain && startLine >= vain.from && endLine === vain.to) return undefined
  for (let line = startLine; line < endLine; line++) {
    if (line > startLine && (state.sCount[line] ?? 0) < state.blkIndent && !state.isEmpty(line)) return undefined
    if (closing.test(lineText(state, line))) return line
  }
  searched.set(state, { from: startLine, to: endLine })
  return undefined
}

/** `ruby linenos mark_lines="1 3"` in the words of a fence's info string. */
function infoOf(language: string, options: string): string {
  const marked = /\b(?:hl|mark)_lines\s*=\s*"([\d\s-]+)"/.exec(options)?.[1]?.trim().replace(/\s+/g, ',')
  return [language, marked && `{${marked}}`, /\blinenos\b/.test(options) && 'lines'].filter(Boolean).join(' ')
}
