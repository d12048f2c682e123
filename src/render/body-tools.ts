// What the renderers of all kinds of bodies share.
import type { MarkdownIt } from 'markdown-it'
import type { MarkdownConfig } from '../core/settings.ts'
import type { Entry, RenderedBody } from '../core/types.ts'
import type { Highlighter } from './highlight.ts'
import type { LinkResolver } from './links.ts'
import type { ImageSize, MarkdownContext } from './markdown-context.ts'
import { unixLineEnds } from '../util/line-ends.ts'

export interface BodyRendererOptions {
  readonly markdown: Required<MarkdownConfig>
  /** Absent: blocks of code stay plain. */
  readonly highlighter: Highlighter | undefined
  readonly resolveLink: LinkResolver
  /** Gives pictures their `width` and `height`. */
  readonly imageSize?: ImageSize
}

export interface BodyTools extends BodyRendererOptions {
  readonly md: MarkdownIt
}

export function createContext({ resolveLink, imageSize }: BodyTools, entry: Entry): MarkdownContext {
  return {
    entry,
    resolveLink,
    imageSize: imageSize ?? (() => undefined),
    source: unixLineEnds(entry.body.text),
    diagnostics: [],
    links: [],
    images: [],
    toc: [],
    htmlTokens: [],
    offsets: new Map(),
    codes: new Map(),
    hasRawHtml: false,
    imageCount: 0,
  }
}

/** Links and problems in the order of their lines, and the first picture. */
export function collected({ links, images, diagnostics }: MarkdownContext): Pick<RenderedBody, 'links' | 'image' | 'diagnostics'> {
  const byLine = <T extends { readonly line: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => a.line - b.line)
  const image = byLine(images)[0]?.href
  const sorted = [...diagnostics].sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0))
  return { links: byLine(links), diagnostics: sorted, ...(image !== undefined && { image }) }
}

/** The address of the entry's own page, for links out of its excerpt. */
export function ownHref({ resolveLink }: BodyTools, entry: Entry): string | undefined {
  if (!entry.permalink) return undefined
  const result = resolveLink(`./${encodeURIComponent(entry.path.slice(entry.path.lastIndexOf('/') + 1))}`, entry)
  return 'href' in result && result.href.startsWith('/') ? result.href : undefined
}

export function paragraph(text: string): string {
  return text === '' ? '' : `<p>${escapeHtml(text)}</p>\n`
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
