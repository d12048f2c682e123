// The body of an entry -> HTML, with what lists, feeds and checks want to know of it. Whatever is wrong with a body is a located
// diagnostic; a body that cannot be rendered at all is left out and is an error, never a crash.
import type MarkdownIt from 'markdown-it'
import { locate, messageOf, type Diagnostic } from '../core/diagnostic.ts'
import type { MarkdownConfig } from '../core/settings.ts'
import type { Entry, RenderedBody } from '../core/types.ts'
import { cutExcerpt, firstWords, summarize, textOf } from './excerpt.ts'
import type { Highlighter } from './highlight.ts'
import type { LinkResolver } from './links.ts'
import { highlightBlocks } from './markdown-code.ts'
import { createEnv, report, type ImageSize, type MarkdownContext, type Token } from './markdown-context.ts'
import { countBlockWords, countWords } from './markdown-text.ts'
import { createMarkdown } from './markdown.ts'

export interface BodyRendererOptions {
  readonly markdown: Required<MarkdownConfig>
  /** Absent: blocks of code stay plain. */
  readonly highlighter: Highlighter | undefined
  readonly resolveLink: LinkResolver
  /** Gives pictures their `width` and `height`. */
  readonly imageSize?: ImageSize
}

export interface BodyRenderer {
  render(entry: Entry): Promise<RenderedBody>
}

interface Tools extends BodyRendererOptions {
  readonly md: MarkdownIt
}

/** Throws `hook-failed` if a markdown plug-in cannot be applied. */
export function createBodyRenderer(options: BodyRendererOptions): BodyRenderer {
  const tools: Tools = { ...options, md: createMarkdown(options.markdown) }
  return {
    async render(entry) {
      try {
        if (entry.body.kind === 'markdown') return await renderMarkdown(tools, entry)
        return entry.body.kind === 'html' ? await renderHtml(tools, entry) : renderText(tools, entry)
      } catch (error) {
        return emptyBody(failure(entry, error, options.markdown.plugins.length > 0))
      }
    },
  }
}

async function renderMarkdown(tools: Tools, entry: Entry): Promise<RenderedBody> {
  const { md, highlighter } = tools
  const context = createContext(tools, entry)
  const env = createEnv(context)
  const tokens = md.parse(context.source, env)
  reportDepth(context, tokens, md.options.maxNesting)
  if (highlighter) await highlightBlocks(md, context, tokens, highlighter)
  const pageHref = ownHref(tools, entry)
  const html = md.renderer.render(tokens, md.options, env)
  const excerpt = cutExcerpt(tokens, pageHref)
  const text = excerpt?.text ?? firstWords(textOf(tokens), tools.markdown.excerptWords)
  context.imageCount = 0
  return {
    html,
    excerpt: excerpt ? md.renderer.render([...excerpt.tokens], md.options, env) : paragraph(md, text),
    summary: summarize(text),
    toc: context.toc,
    wordCount: countBlockWords(tokens),
    ...collected(context),
  }
}

function createContext({ resolveLink, imageSize }: Tools, entry: Entry): MarkdownContext {
  return {
    entry,
    resolveLink,
    imageSize: imageSize ?? (() => undefined),
    source: entry.body.text.replace(/\r\n?/g, '\n'),
    diagnostics: [],
    links: [],
    images: [],
    toc: [],
    htmlTokens: [],
    offsets: new Map(),
    codes: new Map(),
    hasTags: false,
    imageCount: 0,
  }
}

function collected({ links, images, diagnostics }: MarkdownContext): Pick<RenderedBody, 'links' | 'image' | 'diagnostics'> {
  const byLine = <T extends { readonly line: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => a.line - b.line)
  const image = byLine(images)[0]?.href
  const sorted = [...diagnostics].sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0))
  return { links: byLine(links), diagnostics: sorted, ...(image !== undefined && { image }) }
}
