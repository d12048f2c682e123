// One page of the plan -> its content. The only place that knows what each kind of page is made of.
import { hrefOf, urlOf, type Settings } from '../core/settings.ts'
import { renderOpml } from '../core/opml.ts'
import { renderRobots, renderSitemap } from '../core/sitemap.ts'
import { escapeMarkup } from '../core/feed-text.ts'
import type { Entry, EntryId, EntryPage, FeedPage, ListPage, PageSpec, Permalink, Reads, RedirectPage, RenderedBody, Site, TemplatePage, TermsPage } from '../core/types.ts'
import type { FeedParts, FeedSource } from './feed-page.ts'
import { isReference } from './linked.ts'
import { headTags, insertHead, type HeadFeed, type HeadPage } from './head.ts'
import type { TemplateRenderer } from './templates.ts'
import type { PageView, View } from './view.ts'

/** What is written: a text, or the file that is copied. */
export type PageContent = string | { readonly copyOf: string }
type TemplatedPage = EntryPage | ListPage | TermsPage | TemplatePage

export interface PageOptions {
  readonly site: Site
  readonly settings: Settings
  readonly view: View
  readonly templates: TemplateRenderer
  readonly body: (id: EntryId) => RenderedBody
  readonly reads: Reads
  /** Absent: there is no such page to be made. */
  readonly highlightCss: string | undefined
  /** What feeds have of entries: each is in many of them. */
  readonly feedSources: Map<EntryId, FeedSource>
}

/** Throws `TemplateFailure` if a template fails. A feed comes as what it is made of. */
export function renderPage(page: PageSpec, options: PageOptions): PageContent | FeedParts {
  switch (page.kind) {
    case 'entry': case 'list': case 'terms': case 'template': return renderTemplated(page, options)
    case 'feed': return collectFeed(page, options)
    case 'sitemap': return renderSitemap(page, options.settings)
    case 'robots': return renderRobots(page, options.settings)
    case 'redirect': return renderRedirect(page, options)
    case 'opml': return renderOpml(page, options.settings)
    case 'highlight': return renderStylesheet(options)
    case 'asset': return { copyOf: page.file }
  }
}

function renderTemplated(page: TemplatedPage, options: PageOptions): string {
  const html = options.templates.render(page.template, contextOf(page, options))
  return insertHead(html, headTags({ page: headPage(page, options), feeds: headFeeds(page, options), settings: options.settings }))
}

function contextOf(page: TemplatedPage, options: PageOptions): object {
  const { view } = options
  const common = { site: view.site, page: pageView(page, options) }
  switch (page.kind) {
    case 'entry': return { ...common, entry: view.entry(page.entry) }
    case 'list': return { ...common, ...listContext(page, options) }
    case 'terms': return { ...common, taxonomy: page.taxonomy, terms: view.site.terms(page.taxonomy) }
    case 'template': return common
  }
}

function pageView(page: TemplatedPage, options: PageOptions): PageView {
  const { view, settings } = options
  return {
    kind: page.kind, url: hrefOf(settings, page.permalink), isHome: page.permalink === '/',
    title: page.kind === 'entry' ? view.entry(page.entry).title : page.title,
    description: page.kind === 'entry' ? view.entry(page.entry).description : undefined,
    feed: ownFeeds(page, options)[0]?.href,
  }
}

function listContext(page: ListPage, { view, settings }: PageOptions): object {
  const { pager } = page
  return {
    entries: page.entries.map((id) => view.entry(id)),
    pager: {
      ...pager, first: hrefOf(settings, pager.first), last: hrefOf(settings, pager.last),
      previous: pager.previous && hrefOf(settings, pager.previous), next: pager.next && hrefOf(settings, pager.next),
    },
    // What a page has not must not hide a global of the same name.
    ...(page.term && { term: view.term(page.term.taxonomy, page.term.slug) }),
    ...(page.year !== undefined && { year: page.year }),
    ...(page.intro !== undefined && { intro: view.entry(page.intro) }),
    years: page.collection === undefined ? [] : view.years(page.collection),
  }
}

function headPage(page: TemplatedPage, options: PageOptions): HeadPage {
  const { settings, body, reads } = options
  if (page.kind !== 'entry') return { spec: page, title: page.title, ...(settings.description !== undefined && { description: settings.description }) }
  const entry = getEntry(page.entry, options)
  reads.read(`meta:${entry.id}`)
  reads.read(`content:${entry.id}`)
  reads.read(`excerpt:${entry.id}`)
  const rendered = body(entry.id)
  const { image } = rendered
  return { spec: page, title: entry.title, entry, description: entry.description ?? rendered.summary, ...(image !== undefined && { image }) }
}

/** The site's feeds on every page; a term's own feeds on its archive, too. */
function headFeeds(page: TemplatedPage, options: PageOptions): HeadFeed[] {
  return [...options.view.site.feeds, ...ownFeeds(page, options)]
}

function ownFeeds(page: TemplatedPage, { view }: PageOptions): readonly HeadFeed[] {
  return page.kind === 'list' && page.pager.first !== '/' ? view.feeds(page.pager.first) : []
}

function collectFeed(page: FeedPage, options: PageOptions): FeedParts {
  const { reads } = options
  const sources = page.entries.map((id): FeedSource => {
    const { permalink } = getEntry(id, options)
    reads.read(`meta:${id}`)
    reads.read(`content:${id}`)
    reads.read(`excerpt:${id}`)
    return feedSource(id, permalink ?? page.about, options)
  })
  return { feed: page, sources }
}

/** What feeds have of an entry. */
export function feedSource(id: EntryId, url: Permalink, options: Pick<PageOptions, 'site' | 'settings' | 'view' | 'body' | 'feedSources'>): FeedSource {
  const { settings, body, feedSources } = options
  const known = feedSources.get(id)
  if (known !== undefined) return known
  const full = settings.feeds !== false && settings.feeds.content === 'full'
  const { uid, title, date, updated, permalink, author, description, terms } = getEntry(id, options)
  const source: FeedSource = {
    entry: { id, title, terms, ...(uid !== undefined && { uid }), ...(date && { date }), ...(updated && { updated }), ...(permalink !== undefined && { permalink }), ...(author && { author }), ...(description !== undefined && { description }) },
    url: urlOf(settings, url), summary: body(id).summary,
    // Not kept: what was made of it is.
    get html() { return full ? body(id).html : body(id).excerpt },
  }
  feedSources.set(id, source)
  return source
}

/** For readers with and without scripts, and for search engines: the address moved for good. */
function renderRedirect(page: RedirectPage, { settings, view }: PageOptions): string {
  const href = escapeMarkup(hrefOf(settings, page.target))
  const canonical = escapeMarkup(settings.origin === undefined ? hrefOf(settings, page.target) : urlOf(settings, page.target))
  const html = `<!doctype html>
<html lang="${escapeMarkup(settings.language)}">
<head>
<meta charset="utf-8">
<title>Moved: ${escapeMarkup(settings.title)}</title>
<meta http-equiv="refresh" content="0; url=${href}">
<link rel="canonical" href="${canonical}">
</head>
<body>
<p>This page has moved: <a href="${href}">${href}</a></p>
</body>
</html>
`
  return insertHead(html, headTags({ page: { spec: page, title: settings.title }, feeds: view.site.feeds, settings }))
}

/** With its author, also where that is an entry of its own. */
function renderStylesheet({ highlightCss }: PageOptions): string {
  if (highlightCss === undefined) throw new Error('nobody asked for the stylesheet in time')
  return highlightCss
}

function getEntry(id: EntryId, { site, view }: Pick<PageOptions, 'site' | 'view'>): Entry {
  const entry = site.byId.get(id)
  if (entry === undefined) throw new Error(`no entry has the id ${id}`)
  const author = isReference(entry.data['author']) ? view.entry(id).author : undefined
  return author === undefined ? entry : { ...entry, author }
}
