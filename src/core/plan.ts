// `Site` -> every file of the output, as values. Each planner is a function that yields pages; the order of `planPages` is
// the order of the output's claims: entries and files first, then what is made only if nobody else has the address.
import type { Diagnostic } from './diagnostic.ts'
import { fail, locate, messageOf } from './diagnostic.ts'
import { paginate } from './paginate.ts'
import { makePermalink, outputPath, parsePermalink } from './permalink.ts'
import type { Collection, PlannerHelpers, Settings, Taxonomy } from './settings.ts'
import { byDate } from './site.ts'
import { planSitemap } from './sitemap.ts'
import type { Entry, FeedFormat, FeedPage, ListPage, PageSpec, Permalink, RedirectPage, Site, Term } from './types.ts'
import { wallClock } from './zone.ts'

export const feedFiles: Readonly<Record<FeedFormat, string>> = { atom: 'feed.xml', rss: 'rss.xml', json: 'feed.json' }
const home = '/' as Permalink

/** A file to be copied, found by the build. */
export interface AssetFile {
  readonly permalink: Permalink
  readonly file: string
  readonly origin: string
}

export function planPages(site: Site, settings: Settings, assets: readonly AssetFile[]): { pages: PageSpec[]; diagnostics: Diagnostic[] } {
  const pages: PageSpec[] = [...planEntries(site, settings), ...planAssets(assets)]
  const own = new Set(pages.map((page) => page.permalink))
  const indexes = planIndexes(settings, new Set([...own, ...aliasesOf(site)]))
  pages.push(...planRedirects(site, settings, indexes).filter(({ permalink }) => !settings.entriesWin || !own.has(permalink)))
  const claimed = new Set(pages.map((page) => page.permalink))
  const generated: PageSpec[] = [...indexes].flatMap(([collection, base]) => [...planCollection(site, settings, collection, base)])
  generated.push(...planTaxonomies(site, settings), ...planSiteFeeds(site, settings), ...planBlogroll(settings), ...planOwn(site, settings))
  pages.push(...(settings.entriesWin ? firstOfEach(generated, claimed) : generated))
  for (const page of pages) claimed.add(page.permalink)
  const fallbacks = [...planHome(site, settings, claimed), ...planNotFound(), ...planStylesheet(settings)]
  pages.push(...fallbacks.filter((page) => !claimed.has(page.permalink)))
  const maps = [...(settings.sitemap ? planSitemap(pages, site, settings) : [])].filter((page) => !claimed.has(page.permalink))
  pages.push(...maps, ...planRobots(settings, maps[0]?.permalink).filter((page) => !claimed.has(page.permalink)))
  return { pages, diagnostics: findCollisions(pages, site) }
}

/** Where each collection has its index. The first without a place of its own gets `/` if that is free. */
export function planIndexes(settings: Settings, claimed: ReadonlySet<Permalink>): Map<Collection, Permalink> {
  const indexes = new Map<Collection, Permalink>()
  const chosen = new Set(settings.collections.flatMap(({ index }) => (typeof index === 'string' ? [makePermalink(index)] : [])))
  let homeIsFree = !claimed.has(home) && !chosen.has(home)
  for (const collection of settings.collections) {
    if (collection.index === false) continue
    if (collection.index !== undefined) indexes.set(collection, makePermalink(collection.index))
    else if (homeIsFree) indexes.set(collection, home)
    else indexes.set(collection, makePermalink(`/${encodeURIComponent(collection.name)}/`))
    homeIsFree = false
  }
  return indexes
}

function* planEntries(site: Site, settings: Settings): Iterable<PageSpec> {
  for (const collection of settings.collections) {
    for (const entry of site.collections.get(collection.name) ?? []) {
      if (entry.permalink === undefined) continue
      yield { kind: 'entry', ...pageBase(entry.permalink, locate(entry.origin).file), template: entry.template ?? collection.template, entry: entry.id }
    }
  }
}

function* planAssets(assets: readonly AssetFile[]): Iterable<PageSpec> {
  for (const { permalink, file, origin } of assets) yield { kind: 'asset', ...pageBase(permalink, origin), file }
}

/** Without the pages whose address another one has. */
function firstOfEach(pages: readonly PageSpec[], claimed: ReadonlySet<Permalink>): PageSpec[] {
  const taken = new Set(claimed)
  return pages.filter(({ permalink }) => !taken.has(permalink) && taken.add(permalink))
}

function* aliasesOf(site: Site): Iterable<Permalink> {
  for (const { permalink, aliases } of site.entries) if (permalink !== undefined) yield* aliases
}

function planRedirects(site: Site, { redirects, entriesWin }: Settings, indexes: ReadonlyMap<Collection, Permalink>): RedirectPage[] {
  const intros = new Map([...indexes].flatMap(([{ intro }, base]) => (intro === undefined ? [] : [[intro, base] as const])))
  const pages = site.entries.flatMap((entry) => {
    const target = entry.permalink ?? intros.get(entry.id) ?? intros.get(entry.path)
    if (target === undefined) return []
    return entry.aliases.filter((alias) => alias !== target).map((alias): RedirectPage => ({ kind: 'redirect', ...pageBase(alias, locate(entry.origin).file), target }))
  })
  const configured = Object.entries(redirects).map(([from, to]): RedirectPage => ({ kind: 'redirect', ...pageBase(makePermalink(from), '`redirects`'), target: makePermalink(to) }))
  const all = [...pages, ...configured]
  return entriesWin ? firstOfEach(all, new Set()) as RedirectPage[] : all
}

function planBlogroll({ blogroll }: Settings): PageSpec[] {
  return blogroll === undefined ? [] : [{ kind: 'opml', ...pageBase(makePermalink(blogroll.path), 'blogroll'), title: blogroll.title }]
}

function* planCollection(site: Site, settings: Settings, collection: Collection, base: Permalink): Iterable<PageSpec> {
  const entries = (site.collections.get(collection.name) ?? []).filter((entry) => entry.permalink !== undefined)
  const common = { origin: `collection ${collection.name}`, template: collection.listTemplate, pageSize: collection.pageSize, pagePath: settings.pagePath, collection: collection.name }
  const intro = collection.intro === undefined ? undefined : site.entries.find(({ id, path }) => id === collection.intro || path === collection.intro)
  yield* planList(base, collection.title, entries, { ...common, ...(intro && { intro: intro.id }) })
  if (collection.feedPath !== undefined) yield* planFeed(settings, base, { title: `${settings.title}: ${collection.title}`, entries, origin: common.origin, path: collection.feedPath })
  if (!collection.years) return
  const prefix = base === home ? makePermalink(`/${encodeURIComponent(collection.name)}/`) : base
  for (const [year, members] of groupByYear(entries, settings.timeZone)) {
    const address = typeof collection.years === 'string' ? collection.years.replace(':year', String(year)) : `${encodeURI(prefix)}${year}/`
    yield* planList(makePermalink(address), `${collection.title}: ${year}`, members, { ...common, year })
  }
}

/** Years, newest first, with their entries. */
export function groupByYear(entries: readonly Entry[], timeZone: string): Map<number, Entry[]> {
  const years = new Map<number, Entry[]>()
  for (const entry of entries) {
    if (entry.date === undefined) continue
    const year = wallClock(entry.date, timeZone).getUTCFullYear()
    const members = years.get(year)
    if (members) members.push(entry)
    else years.set(year, [entry])
  }
  return new Map([...years].sort(([a], [b]) => b - a))
}

function* planTaxonomies(site: Site, settings: Settings): Iterable<PageSpec> {
  for (const taxonomy of settings.taxonomies) {
    const terms = site.taxonomies.get(taxonomy.name)
    if (terms === undefined || terms.size === 0) continue
    const origin = `taxonomy ${taxonomy.name}`
    yield { kind: 'terms', ...pageBase(makePermalink(taxonomy.path), origin), template: 'terms.njk', title: taxonomy.title, taxonomy: taxonomy.name }
    for (const term of terms.values()) {
      const entries = term.entries.filter((entry) => entry.permalink !== undefined)
      yield* planList(term.permalink, term.name, entries, { origin, template: 'list.njk', pageSize: taxonomy.pageSize, pagePath: settings.pagePath, term: { taxonomy: taxonomy.name, slug: term.slug, name: term.name } })
      if (taxonomy.feed) yield* planTermFeeds(settings, taxonomy, term)
    }
  }
}

function* planTermFeeds(settings: Settings, { name, termPath, feedPath }: Taxonomy, term: Term): Iterable<FeedPage> {
  const origin = `taxonomy ${name}`
  const [title, entries] = [`${settings.title}: ${term.name}`, feedEntries(term, settings)]
  if (feedPath === undefined) return yield* planFeeds(settings, term.permalink, title, entries, origin)
  const [before = '', after = ''] = (termPath ?? '').split(':slug')
  const slug = termPath === undefined ? term.permalink.split('/').at(-2) ?? term.slug : term.permalink.slice(before.length, term.permalink.length - after.length)
  yield* planFeed(settings, term.permalink, { title, entries, origin, path: feedPath.replace(':slug', () => encodeURIComponent(slug)) })
}

function feedEntries(term: Term, settings: Settings): readonly Entry[] {
  const fed = new Set(settings.collections.filter(({ feed }) => feed).map(({ name }) => name))
  return term.entries.filter((entry) => fed.has(entry.collection))
}

function* planSiteFeeds(site: Site, settings: Settings): Iterable<PageSpec> {
  const entries = settings.collections.filter(({ feed }) => feed).flatMap(({ name }) => site.collections.get(name) ?? [])
  if (settings.feeds === false) return
  for (const format of settings.feeds.formats) {
    yield* planFeed(settings, home, { title: settings.title, entries, origin: 'feeds', path: settings.feeds.paths[format] ?? `/${feedFiles[format]}`, format })
  }
}

function* planFeeds(settings: Settings, about: Permalink, title: string, entries: readonly Entry[], origin: string): Iterable<FeedPage> {
  if (settings.feeds === false) return
  const folder = encodeURI(about.replace(/[^/]*$/, ''))
  const stem = about.endsWith('/') ? '' : `${encodeURIComponent(about.slice(about.lastIndexOf('/') + 1).replace(/\.[^.]*$/, ''))}-`
  for (const format of settings.feeds.formats) yield* planFeed(settings, about, { title, entries, origin, path: folder + stem + feedFiles[format], format })
}

interface FeedPlan { readonly title: string; readonly entries: readonly Entry[]; readonly origin: string; readonly path: string; readonly format?: FeedFormat }

/** `format`: by default the first that the site has. */
function* planFeed({ feeds }: Settings, about: Permalink, { title, entries, origin, path, format }: FeedPlan): Iterable<FeedPage> {
  if (feeds === false) return
  yield { kind: 'feed', ...pageBase(makePermalink(path), origin), format: format ?? feeds.formats[0] ?? 'atom', title, about, entries: newestForFeed(entries, feeds.limit) }
}

function newestForFeed(entries: readonly Entry[], limit: number): FeedPage['entries'] {
  return entries.filter((entry) => entry.date !== undefined && entry.permalink !== undefined).sort(byDate).slice(0, limit).map(({ id }) => id)
}

interface ListOptions extends Partial<Pick<ListPage, 'collection' | 'term' | 'year' | 'intro'>> { origin: string; template: string; pageSize: number; pagePath: string }

function planList(base: Permalink, title: string, entries: readonly Entry[], { origin, template, pageSize, pagePath, intro, ...rest }: ListOptions): ListPage[] {
  return paginate(entries, base, pageSize, pagePath).map(({ permalink, members, pager }): ListPage => ({
    kind: 'list', ...pageBase(permalink, origin), template, title, ...rest, ...(intro !== undefined && pager.number === 1 && { intro }), entries: members.map(({ id }) => id), pager,
  }))
}

/** A home page for sites whose collections all live elsewhere. */
function planHome(site: Site, settings: Settings, claimed: ReadonlySet<Permalink>): PageSpec[] {
  if (claimed.has(home)) return []
  const newest = site.entries.filter((entry) => entry.permalink !== undefined).sort(byDate).slice(0, 10)
  return planList(home, settings.title, newest, { origin: 'home page', template: 'list.njk', pageSize: 10, pagePath: settings.pagePath })
}

function planNotFound(): PageSpec[] {
  return [{ kind: 'template', ...pageBase('/404.html' as Permalink, '404 page'), template: '404.njk', title: 'Page not found' }]
}

function planStylesheet(settings: Settings): PageSpec[] {
  return settings.highlight === false ? [] : [{ kind: 'highlight', ...pageBase('/highlight.css' as Permalink, 'highlight') }]
}

function planRobots(settings: Settings, sitemap: Permalink | undefined): PageSpec[] {
  return settings.robots ? [{ kind: 'robots', ...pageBase('/robots.txt' as Permalink, 'robots'), ...(sitemap && { sitemap }) }] : []
}

function planOwn(site: Site, settings: Settings): PageSpec[] {
  return settings.planners.flatMap((planner, i) => {
    const origin = `planner ${planner.name || i + 1}`
    try {
      return [...planner(site, plannerHelpers(origin, settings))]
    } catch (error) {
      throw fail('hook-failed', `${origin} failed: ${messageOf(error)}`, settings.configFile === undefined ? {} : { at: { file: settings.configFile } }, { cause: error })
    }
  })
}

function plannerHelpers(origin: string, { pagePath }: Settings): PlannerHelpers {
  const address = (text: string): Permalink => {
    const result = parsePermalink(text)
    if ('problem' in result) throw new Error(result.problem)
    return result.permalink
  }
  return {
    template: (permalink, template, title) => ({ kind: 'template', ...pageBase(address(permalink), origin), template, title }),
    list: (permalink, title, entries, options = {}) => planList(address(permalink), title, entries, { origin, template: options.template ?? 'list.njk', pageSize: options.pageSize ?? 10, pagePath, ...(options.intro && { intro: options.intro.id }) }),
    feed: (permalink, title, entries, options = {}) => ({
      kind: 'feed', ...pageBase(address(permalink), origin), format: options.format ?? 'atom', title, about: address(options.about ?? '/'), entries: newestForFeed(entries, 1000),
    }),
  }
}

function pageBase(permalink: Permalink, origin: string): Pick<PageSpec, 'permalink' | 'output' | 'origin'> {
  return { permalink, output: outputPath(permalink), origin }
}

/** Two pages on one file, on names that differ only in case, or a file where another page needs a folder. */
function findCollisions(pages: readonly PageSpec[], site: Site): Diagnostic[] {
  const taken = new Map<string, PageSpec>()
  const diagnostics: Diagnostic[] = []
  for (const page of pages) {
    const key = page.output.toLowerCase()
    const other = taken.get(key)
    if (other === undefined) taken.set(key, page)
    else diagnostics.push(collision(page, other, site, other.output === page.output ? 'two pages want' : 'two pages differ only in case:'))
  }
  const known = new Map<string, readonly PageSpec[]>([['', []]])
  /** Files that stand where a folder, or one above it, must be. */
  const inTheWay = (folder: string): readonly PageSpec[] => {
    let found = known.get(folder)
    if (found === undefined) known.set(folder, found = [...inTheWay(folder.slice(0, Math.max(0, folder.lastIndexOf('/')))), ...[taken.get(folder)].filter((page) => page !== undefined)])
    return found
  }
  for (const page of pages) {
    const path = page.output.toLowerCase()
    for (const other of inTheWay(path.slice(0, Math.max(0, path.lastIndexOf('/'))))) diagnostics.push(collision(page, other, site, 'a page needs the folder of what is a file:'))
  }
  return diagnostics
}

function collision(page: PageSpec, other: PageSpec, site: Site, what: string): Diagnostic {
  return {
    severity: 'error', code: 'duplicate-permalink',
    message: `${what} ${page.permalink}${other.permalink === page.permalink ? '' : ` and ${other.permalink}`}`,
    at: placeOf(page, site), related: [{ at: placeOf(other, site), note: other.kind === 'redirect' ? 'as an alias' : `as its ${other.kind === 'entry' ? 'permalink' : other.kind}` }],
    fix: page.kind === 'entry' || other.kind === 'entry' ? 'give one of them another `slug` or `permalink`.' : 'rename one of them.',
  }
}

function placeOf(page: PageSpec, site: Site): { file: string } {
  const entry = page.kind === 'entry' ? site.byId.get(page.entry) : undefined
  if (entry === undefined) return { file: page.origin }
  return locate(entry.origin, ['permalink', 'url', 'slug'].find((key) => key in entry.data))
}
