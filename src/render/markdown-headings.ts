// Ids of headings, the link beside each, and the contents list that `[[toc]]` asks for.
import type { MarkdownIt, StateCore, Token } from 'markdown-it'
import type { TocEntry } from '../core/types.ts'
import { findContext } from './markdown-context.ts'
import { plainText } from './markdown-text.ts'

/** `## Title` gets the id `title`, `## Title {#mine}` the id `mine`; `[[toc]]` alone in a paragraph becomes the contents. */
export function headings(md: MarkdownIt): void {
  md.core.ruler.push('heading_ids', giveIds)
  md.core.ruler.push('contents', replaceContents)
  const { escapeHtml } = md.utils
  // A convenience for the mouse, hidden from the rest: it would be read as part of every heading. The contents have the same links.
  md.renderer.rules.heading_close = (tokens, index, options, _env, renderer) => {
    const id = tokens[index]?.meta?.id
    const anchor = typeof id === 'string' ? ` <a class="anchor" href="#${encodeURIComponent(id)}" aria-hidden="true" tabindex="-1">#</a>` : ''
    return anchor + renderer.renderToken(tokens, index, options)
  }
  md.renderer.rules.contents = (_tokens, _index, _options, env) => renderContents(findContext(env)?.toc ?? [], escapeHtml)
}

function giveIds(state: StateCore): void {
  const opens = state.tokens.filter(({ type }) => type === 'heading_open')
  if (opens.length === 0) return
  const texts = state.tokens.filter((_, index) => state.tokens[index - 1]?.type === 'heading_open')
  const closes = state.tokens.filter(({ type }) => type === 'heading_close')
  const wanted = texts.map((text) => ({ own: takeId(text), title: plainText(text.children ?? []).trim() }))
  const context = findContext(state.env)
  for (const [index, id] of headingIds(wanted).entries()) {
    const open = opens[index]
    const close = closes[index]
    open?.attrSet('id', id)
    if (close) close.meta = { id }
    context?.toc.push({ id, title: wanted[index]?.title ?? '', level: Number(open?.tag.slice(1)) })
  }
}

/** One id for each heading, none twice. Ids that authors chose are theirs, wherever they stand. */
export function headingIds(headings: readonly { readonly own: string | undefined; readonly title: string }[]): string[] {
  const taken = new Set(headings.flatMap(({ own }) => own ?? []))
  const given = new Set<string>()
  const last = new Map<string, number>()
  return headings.map(({ own, title }) => {
    const id = own !== undefined && !given.has(own) ? own : nextId(own ?? headingSlug(title), taken, last)
    given.add(id)
    taken.add(id)
    return id
  })
}

/** Takes `{#id}` off the end of a heading. */
function takeId(text: Token): string | undefined {
  const last = text.children?.at(-1)
  if (last?.type !== 'text') return undefined
  const match = /(?:^|[ \t]+)\{#([\p{L}\p{N}_][\p{L}\p{N}\p{M}_:.-]*)\}\s*$/u.exec(last.content)
  if (!match) return undefined
  last.content = last.content.slice(0, match.index)
  return match[1]
}

/** The text in lower case with hyphens for spaces and without signs, as GitHub makes it; never empty. */
function headingSlug(title: string): string {
  const slug = title
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc}\s-]+/gu, '')
    .trim()
    .replace(/\s/g, '-')
  // Footnotes have ids like these.
  return slug === '' || /^fn(?:ref)?-/.test(slug) ? `section-${slug}`.replace(/-$/, '') : slug
}

function nextId(slug: string, taken: ReadonlySet<string>, last: Map<string, number>): string {
  let id = slug
  let number = last.get(slug) ?? 0
  while (taken.has(id)) id = `${slug}-${++number}`
  last.set(slug, number)
  return id
}

function replaceContents(state: StateCore): void {
  for (let index = 0; index + 2 < state.tokens.length; index++) {
    const token = state.tokens[index + 1]
    if (state.tokens[index]?.type !== 'paragraph_open' || token?.type !== 'inline' || !/^\[\[toc\]\]$/i.test(token.content)) continue
    const contents = new state.Token('contents', '', 0)
    contents.map = token.map
    contents.block = true
    state.tokens.splice(index, 3, contents)
    // A body has one.
    return
  }
}

/** Nested lists; a heading that skips a level goes one deeper. */
function renderContents(toc: readonly TocEntry[], escapeHtml: (text: string) => string): string {
  if (toc.length === 0) return ''
  let html = '<nav class="toc" aria-label="Contents">\n'
  const open: number[] = []
  for (const { id, title, level } of toc) {
    while ((open.at(-2) ?? 0) >= level) {
      html += '</li>\n</ul>\n'
      open.pop()
    }
    if ((open.at(-1) ?? 0) >= level) {
      html += '</li>\n'
      open[open.length - 1] = level
    } else {
      html += '<ul>\n'
      open.push(level)
    }
    html += `<li><a href="#${encodeURIComponent(id)}">${escapeHtml(title)}</a>`
  }
  return html + '</li>\n</ul>\n'.repeat(open.length) + '</nav>\n'
}
