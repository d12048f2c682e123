// Renders the bodies of all published entries: markdown, highlighting, links. Pages only pick up what is made here.
import path from 'node:path'
import { fail, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { EntryId, PageSpec, Permalink, RenderedBody, Site } from '../core/types.ts'
import { createBodyRenderer } from '../render/body.ts'
import { createHighlighter, type Highlighter } from '../render/highlight.ts'
import { createLinkResolver, type LinkResolver } from '../render/links.ts'
import { isInside, toPosix } from '../util/fs.ts'
import { createImageSizes } from './image-size.ts'

export interface Bodies {
  get(id: EntryId): RenderedBody
  readonly diagnostics: readonly Diagnostic[]
  readonly highlightCss: string
}

export interface BodiesOptions {
  readonly settings: Settings
  readonly site: Site
  readonly pages: readonly PageSpec[]
  readonly signal: AbortSignal
  readonly onProgress?: (event: { phase: 'bodies'; done: number; total: number }) => void
}

export async function renderBodies({ settings, site, pages, signal, onProgress }: BodiesOptions): Promise<Bodies> {
  const highlighter: Highlighter | undefined = settings.highlight === false ? undefined : createHighlighter(settings.highlight)
  const renderer = createBodyRenderer({
    markdown: settings.markdown, highlighter,
    resolveLink: createResolver(site, pages, settings), imageSize: createImageSizes(pages, settings),
  })
  const bodies = new Map<EntryId, RenderedBody>()
  for (const entry of site.entries) {
    if (signal.aborted) throw fail('interrupted', 'the build was stopped; the output is as it was')
    bodies.set(entry.id, await renderer.render(entry))
    onProgress?.({ phase: 'bodies', done: bodies.size, total: site.entries.length })
  }
  return {
    get(id) {
      const body = bodies.get(id)
      if (body === undefined) throw new Error(`the body of ${id} was not rendered`)
      return body
    },
    diagnostics: [...bodies.values()].flatMap(({ diagnostics }) => diagnostics),
    highlightCss: (await highlighter?.css()) ?? '',
  }
}

/** Loose files are known by their path in the content or the static folder. */
function createResolver(site: Site, pages: readonly PageSpec[], settings: Settings): LinkResolver {
  const loose = new Map<string, Permalink>()
  for (const page of pages) {
    if (page.kind !== 'asset') continue
    for (const folder of [settings.content, settings.static]) {
      const absolute = path.join(settings.root, folder)
      if (isInside(absolute, page.file)) loose.set(toPosix(path.relative(absolute, page.file)), page.permalink)
    }
  }
  return createLinkResolver({ entries: site.entries, held: site.held, settings, findAsset: (file) => loose.get(file), assetPaths: () => loose.keys() })
}
