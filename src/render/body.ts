// The body of an entry -> HTML, with what lists, feeds and checks want to know of it. Whatever is wrong with a body is a located
// diagnostic; a body that cannot be rendered at all is left out and is an error, never a crash.
import { locate, messageOf, SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Entry, RenderedBody } from '../core/types.ts'
import { escapeHtml, paragraph, type BodyRendererOptions, type BodyTools } from './body-tools.ts'
import { firstWords, summarize } from './excerpt.ts'
import { renderMarkdown } from './markdown-body.ts'
import { countWords } from './markdown-text.ts'
import { createMarkdown } from './markdown.ts'
import { unixLineEnds } from '../util/line-ends.ts'

export interface BodyRenderer {
  /** Never rejects because of the body. Rejects with `config-value` if the highlighter's settings cannot be used. */
  render(entry: Entry): Promise<RenderedBody>
}

/** Throws `hook-failed` if a markdown plug-in cannot be applied. */
export function createBodyRenderer(options: BodyRendererOptions): BodyRenderer {
  const tools: BodyTools = { ...options, md: createMarkdown(options.markdown) }
  return {
    async render(entry) {
      try {
        return await renderKind(tools, entry)
      } catch (error) {
        if (error instanceof SsgError) throw error
        return failedBody(failure(entry, error, options.markdown.plugins.length > 0))
      }
    },
  }
}

async function renderKind(tools: BodyTools, entry: Entry): Promise<RenderedBody> {
  switch (entry.body.kind) {
    case 'markdown': return renderMarkdown(tools, entry)
    case 'html': return (await import('./html-body.ts')).renderHtml(tools, entry)
    case 'text': return renderText(tools, entry.body.text)
  }
}

function renderText({ markdown }: BodyTools, text: string): RenderedBody {
  const paragraphs = unixLineEnds(text).split(/\n(?:[ \t]*\n)+/).map((part) => part.trim()).filter(Boolean)
  const html = paragraphs.map((part) => `<p>${escapeHtml(part).replaceAll('\n', '<br>\n')}</p>\n`)
  const first = paragraphs[0] ?? ''
  return {
    html: html.join(''),
    excerpt: html[0] ?? paragraph(firstWords(first, markdown.excerptWords)),
    summary: summarize(first),
    toc: [],
    wordCount: countWords(text),
    links: [],
    diagnostics: [],
  }
}

function failure(entry: Entry, error: unknown, hasPlugins: boolean): Diagnostic {
  const at = locate(entry.origin)
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return { severity: 'error', code: 'body-failed', message: 'this body is nested too deeply to be rendered', at, fix: 'nest it less deeply.' }
  }
  if (hasPlugins) return { severity: 'error', code: 'hook-failed', message: `a markdown plug-in threw an error: ${messageOf(error)}`, at, fix: 'correct it, or take it out of `markdown.plugins`.' }
  return { severity: 'error', code: 'bug', message: `rendering this body failed: ${messageOf(error)}`, at, fix: 'please report it, with the body.' }
}

function failedBody(diagnostic: Diagnostic): RenderedBody {
  return { html: '', excerpt: '', summary: '', toc: [], wordCount: 0, links: [], diagnostics: [diagnostic] }
}
