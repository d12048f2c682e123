// An HTML body -> RenderedBody: links resolved, code highlighted, headings given ids. A stranger's is made safe first.
import type { Entry, RenderedBody } from '../core/types.ts'
import { collected, createContext, escapeHtml, ownHref, paragraph, type BodyTools } from './body-tools.ts'
import { firstWords, summarize } from './excerpt.ts'
import type { CodeBlock, Highlighter } from './highlight.ts'
import { applyEdits, decodeEntities, excerptOfHtml, findCode, findElements, findMarkers, outerHtml, parseHtml, rangeOf, rewriteLinks, textOfHtml, type HtmlDocument, type HtmlEdit } from './html.ts'
import { reportLanguage } from './markdown-code.ts'
import type { MarkdownContext } from './markdown-context.ts'
import { headingIds } from './markdown-headings.ts'
import { resolve } from './markdown-links.ts'
import { countWords } from './markdown-text.ts'

export async function renderHtml(tools: BodyTools, entry: Entry): Promise<RenderedBody> {
  const context = createContext(tools, entry)
  const source = entry.trusted ? context.source : (await import('./sanitize.ts')).sanitize(context.source)
  const linked = rewriteLinks(source, ({ value, offset, isImage }) => {
    const line = lineAt(source, offset)
    return resolve(context, value, isImage, line, () => ({ line }))
  })
  const document = parseHtml(linked)
  const markers = findMarkers(document).map((node) => ({ ...rangeOf(node), text: '' }))
  const ids = tools.markdown.extras ? idEdits(context, document) : []
  const codes = tools.highlighter ? await codeEdits(document, tools.highlighter, (language, start) => reportLanguage(context, language, lineAt(linked, start))) : []
  const excerpt = excerptOfHtml(applyEdits(linked, codes), () => ownHref(tools, entry))
  const text = excerpt === undefined ? firstWords(textOfHtml(linked), tools.markdown.excerptWords) : textOfHtml(excerpt)
  return {
    html: applyEdits(linked, [...markers, ...ids, ...codes]),
    excerpt: excerpt ?? paragraph(text),
    summary: summarize(text),
    toc: context.toc,
    wordCount: countWords(textOfHtml(linked)),
    ...collected(context),
  }
}

function idEdits(context: MarkdownContext, document: HtmlDocument): HtmlEdit[] {
  const headings = findElements(document, ({ name }) => /^h[1-6]$/.test(name))
  const wanted = headings.map((element) => ({ own: element.attribs['id'] && decodeEntities(element.attribs['id']), title: textOfHtml(outerHtml(element)) }))
  return headingIds(wanted).flatMap((id, index) => {
    const element = headings[index]
    if (!element) return []
    const own = wanted[index]?.own
    context.toc.push({ id: own ?? id, title: wanted[index]?.title ?? '', level: Number(element.name.slice(1)) })
    const start = rangeOf(element).start + 1 + element.name.length
    return own === undefined ? [{ start, end: start, text: ` id="${escapeHtml(id)}"` }] : []
  })
}

async function codeEdits(document: HtmlDocument, highlighter: Highlighter, unknown: (language: string, start: number) => void): Promise<HtmlEdit[]> {
  const blocks = findCode(document)
  const results = await highlighter.highlight(blocks.map(({ code, info }) => ({ code, info })))
  return blocks.map(({ start, end }, index) => {
    const { html, unknownLanguage } = results[index]!
    if (unknownLanguage !== undefined) unknown(unknownLanguage, start)
    return { start, end, text: html }
  })
}

/** Highlights the blocks of code in a finished piece of HTML. */
export async function highlightHtml(html: string, highlighter: Highlighter): Promise<string> {
  return applyEdits(html, await codeEdits(parseHtml(html), highlighter, () => undefined))
}

/** A block of code as `highlightHtml` finds it. */
export function plainCode({ code, info }: CodeBlock): string {
  return `<pre><code data-info="${escapeHtml(info)}">${escapeHtml(code)}</code></pre>`
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
