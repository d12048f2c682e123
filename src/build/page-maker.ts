// Makes one page after the other, with one recorder of what the page at hand reads. A template that fails does not stop the others: each
// fault is told once, with how many pages it concerns.
import { SsgError, locate, type Diagnostic, type Location } from '../core/diagnostic.ts'
import type { EntryId, EntryPage, OutputPath, PageSpec, ReadKey, Reads, RenderedBody, Site } from '../core/types.ts'
import type { FeedParts, FeedSource } from '../render/feed-page.ts'
import type { PageContent } from '../render/page.ts'
import type { QueryRunner } from '../render/queries.ts'
import type { TemplateFailure } from '../render/template-failure.ts'
import { freezeDeep } from './frozen.ts'
import { NotLoaded } from './known-entries.ts'
import type { PagesInput } from './pages.ts'
import type { TemplateReader } from './prints.ts'
import { profileFunctions, profilePages } from './profiled.ts'
import { templateNames } from './theme.ts'

/** Collects what one page reads. */
export interface Recorder extends Reads {
  begin(): void
  taken(): ReadKey[]
}

export function createRecorder(): Recorder {
  let keys = new Set<ReadKey>()
  return { read: (key) => { keys.add(key) }, begin: () => { keys = new Set() }, taken: () => [...keys] }
}

export function isFeedParts(content: PageContent | FeedParts): content is FeedParts {
  return typeof content === 'object' && 'feed' in content
}

/** Throws only what is a fault of this program; a fault of a template is kept for `diagnostics`. */
export interface PageMaker {
  /** What comes of it; not to be asked for if a body was missing. */
  make(page: PageSpec): () => PageContent | undefined
  /** The same, but a feed is left to somebody else. */
  makeParts(page: PageSpec): () => PageContent | FeedParts | undefined
  /** What feeds will have of an entry. */
  feedSource(page: EntryPage): FeedSource
  diagnostics(): Diagnostic[]
}

interface MakerTools {
  readonly query: QueryRunner
  readonly reads: Recorder
  readonly template: TemplateReader
  /** Whether the colours of code may be asked for, which takes loading the themes. */
  readonly hasStylesheet: boolean
}

export async function createPageMaker(input: PagesInput, { query, reads, template, hasStylesheet }: MakerTools): Promise<PageMaker> {
  const [{ createFilters }, { createTemplates }, { createView }, { renderPage, feedSource }, { TemplateFailure, describeFailure }, { createFeedWriter }, highlightCss] = await Promise.all([
    import('../render/filters.ts'), import('../render/templates.ts'), import('../render/view.ts'), import('../render/page.ts'), import('../render/template-failure.ts'), import('../render/feed-page.ts'),
    hasStylesheet ? input.bodies.highlightCss() : undefined,
  ])
  const { site, settings, bodies, profiler } = input
  const body = (id: EntryId): RenderedBody => bodies.get(id)
  const filters = { ...await createFilters(settings), ...profileFunctions('filter', settings.templates.filters, profiler) }
  const templates = createTemplates({
    read: template, reads, filters, compiled: input.cache.templates, strict: settings.templates.strict, globals: profileFunctions('global', settings.templates.globals, profiler), ...(profiler && { profiler }),
  })
  const view = createView({ site, settings, body, query, data: (name) => input.data.get(name), reads })
  freezeDeep(view.site.taxonomies)
  const options = { site, settings, view, templates, body, reads, highlightCss, feedSources: new Map() }
  // Pages are not always made in the order of the plan, but told of in it.
  let places: ReadonlyMap<OutputPath, number> | undefined
  const failures = new Map<string, { failure: TemplateFailure; page: PageSpec; place: number; count: number }>()
  const note = (error: unknown, page: PageSpec): undefined => {
    const failure = error instanceof TemplateFailure ? error : undefined
    if (failure === undefined || failure.cause instanceof SsgError || failure.cause instanceof NotLoaded) throw failure?.cause ?? error
    const key = JSON.stringify([failure.reason, failure.message, failure.place])
    const place = (places ??= new Map([...input.pages.keys()].map((output, i) => [output, i]))).get(page.output) ?? 0
    const known = failures.get(key)
    const count = (known?.count ?? 0) + 1
    failures.set(key, known !== undefined && known.place < place ? { ...known, count } : { failure, page, place, count })
  }
  const makeWith = <Content>(finish: (content: PageContent | FeedParts) => Content): ((page: PageSpec) => () => Content | undefined) => profilePages((page) => {
    reads.begin()
    try {
      const content = finish(renderPage(page, options))
      return () => content
    } catch (error) {
      return () => note(error, page)
    }
  }, profiler)
  const writeFeed = createFeedWriter(settings)
  return {
    make: makeWith((content) => (isFeedParts(content) ? writeFeed(content) : content)),
    makeParts: makeWith((content) => content),
    feedSource: (page) => feedSource(page.entry, page.permalink, options),
    diagnostics: () => [...failures.values()].sort((a, b) => a.place - b.place).map(({ failure, page, count }) => {
      const names = failure.reason === 'missing' ? templateNames(settings) : []
      const others = count === 1 ? '' : ` (and ${count - 1} other page${count === 2 ? '' : 's'})`
      return describeFailure(failure, { find: templates.find, names, filters: templates.filterNames(), page: `${page.permalink}${others}`, chosenAt: placeOfChoice(page, site) })
    }),
  }
}

/** Where a page's own template was asked for. */
function placeOfChoice(page: PageSpec, site: Site): Location {
  const entry = page.kind === 'entry' ? site.byId.get(page.entry) : undefined
  return entry === undefined ? { file: page.origin } : locate(entry.origin, 'template')
}
