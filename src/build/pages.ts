// Renders every page of the plan. A template that fails does not stop the others: each fault is told once, with how many pages
// it concerns.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SsgError, fail, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { EntryId, FeedPage, OutputPath, PageSpec, Permalink, Reads, RenderedBody, Site } from '../core/types.ts'
import type { PageContent } from '../render/page.ts'
import type { TemplateFailure } from '../render/template-failure.ts'
import type { Bodies } from './bodies.ts'
import { readTemplate, templateNames } from './theme.ts'

export interface PagesInput {
  readonly site: Site
  readonly pages: readonly PageSpec[]
  readonly settings: Settings
  readonly bodies: Bodies
  readonly data: ReadonlyMap<string, unknown>
  readonly signal: AbortSignal
  readonly onProgress?: (event: { phase: 'pages'; done: number; total: number }) => void
  /** Is given every page as it is made. */
  readonly onPage: (page: PageSpec, content: string) => void
}
export interface RenderedPages {
  readonly contents: ReadonlyMap<OutputPath, PageContent>
  readonly diagnostics: readonly Diagnostic[]
}

export async function renderPages(input: PagesInput): Promise<RenderedPages> {
  const maker = await createPageMaker(input)
  const contents = new Map<OutputPath, PageContent>()
  for (const page of input.pages) {
    if (contents.size % 50 === 0) await breathe(input.signal)
    const content = maker.make(page)
    if (content === undefined) continue
    contents.set(page.output, content)
    if (typeof content === 'string') input.onPage(page, content)
    input.onProgress?.({ phase: 'pages', done: contents.size, total: input.pages.length })
  }
  return { contents, diagnostics: maker.diagnostics() }
}

/** Lets signals be heard between pages, which are made without a pause. */
async function breathe(signal: AbortSignal): Promise<void> {
  await nextTurn()
  if (signal.aborted) throw fail('interrupted', 'the build was stopped; the output is as it was')
}

/** Throws only what is a fault of this program; a fault of a template is kept for `diagnostics`. */
interface PageMaker {
  make(page: PageSpec): PageContent | undefined
  diagnostics(): Diagnostic[]
}

async function createPageMaker(input: PagesInput): Promise<PageMaker> {
  const [{ createFilters }, { createTemplates }, { createView }, { createQueries }, { renderPage }, { TemplateFailure, describeFailure }] = await Promise.all([
    import('../render/filters.ts'), import('../render/templates.ts'), import('../render/view.ts'), import('../render/queries.ts'), import('../render/page.ts'), import('../render/template-failure.ts'),
  ])
  const { site, settings, pages, bodies } = input
  const body = (id: EntryId): RenderedBody => bodies.get(id)
  const reads: Reads = { read: () => undefined }
  const filters = { ...await createFilters(settings), ...settings.templates.filters }
  const templates = createTemplates({
    read: (name) => readTemplate(settings, name), reads, filters, strict: settings.templates.strict, globals: settings.templates.globals,
  })
  const view = createView({ site, settings, body, query: createQueries(site, pages, settings), data: (name) => input.data.get(name), reads })
  const feeds = groupFeeds(pages)
  const options = {
    site, settings, view, templates, body, reads, highlightCss: bodies.highlightCss,
    feedsOf: (about: Permalink) => feeds.get(about) ?? [],
    renderFeed: feeds.size === 0 ? neverCalled : (await import('../core/feeds.ts')).renderFeed,
  }
  const failures = new Map<string, { failure: TemplateFailure; page: PageSpec; count: number }>()
  return {
    make(page) {
      try {
        return renderPage(page, options)
      } catch (error) {
        const failure = error instanceof TemplateFailure ? error : undefined
        if (failure === undefined || failure.cause instanceof SsgError) throw failure?.cause ?? error
        const key = JSON.stringify([failure.reason, failure.message, failure.place])
        const known = failures.get(key)
        if (known) known.count++
        else failures.set(key, { failure, page, count: 1 })
        return undefined
      }
    },
    diagnostics: () => [...failures.values()].map(({ failure, page, count }) => {
      const names = failure.reason === 'missing' ? templateNames(settings) : []
      const others = count === 1 ? '' : ` (and ${count - 1} other page${count === 2 ? '' : 's'})`
      return describeFailure(failure, { find: templates.find, names, filters: Object.keys(filters), page: `${page.permalink}${others}`, chosenAt: { file: page.origin } })
    }),
  }
}

function groupFeeds(pages: readonly PageSpec[]): Map<Permalink, FeedPage[]> {
  const feeds = new Map<Permalink, FeedPage[]>()
  for (const page of pages) {
    if (page.kind !== 'feed') continue
    const known = feeds.get(page.about)
    if (known) known.push(page)
    else feeds.set(page.about, [page])
  }
  return feeds
}

function neverCalled(): never {
  throw new Error('a feed is rendered although none is planned')
}
