// Bodies for tests of their rendering: entries made from a text, and a renderer with everything left at its default.
import type { MarkdownConfig } from '../../src/core/settings.ts'
import type { Body, Entry, EntryId, Permalink, RenderedBody } from '../../src/core/types.ts'
import type { BodyRendererOptions } from '../../src/render/body-tools.ts'
import { createBodyRenderer } from '../../src/render/body.ts'

export const markdownDefaults: Required<MarkdownConfig> = { html: 'allow', typographer: false, linkify: true, extras: true, plugins: [], excerptWords: 50 }

/** An entry at `content/posts/hello.md` whose body starts on line 5. */
export function makeEntry(body: string | Body, more: Partial<Entry> = {}): Entry {
  return {
    id: 'posts/hello.md' as EntryId,
    source: 'files',
    trusted: true,
    origin: { file: 'content/posts/hello.md', bodyLine: 5 },
    path: 'posts/hello.md',
    collection: 'posts',
    title: 'Hello',
    slug: 'hello',
    publication: { state: 'published' },
    permalink: '/posts/hello/' as Permalink,
    aliases: [],
    terms: new Map(),
    data: {},
    body: typeof body === 'string' ? { kind: 'markdown', text: body } : body,
    assets: [],
    ...more,
  }
}

export interface RenderOptions extends Partial<Omit<BodyRendererOptions, 'markdown'>> {
  readonly markdown?: MarkdownConfig
  readonly entry?: Partial<Entry>
}

/** Renders one body; links stay as they are unless a resolver is given. */
export async function renderBody(body: string | Body, { markdown, entry, ...options }: RenderOptions = {}): Promise<RenderedBody> {
  const renderer = createBodyRenderer({ highlighter: undefined, resolveLink: (raw) => ({ href: raw }), ...options, markdown: { ...markdownDefaults, ...markdown } })
  return renderer.render(makeEntry(body, entry))
}
