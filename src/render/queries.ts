// What a template may ask of the whole site. A query is a name and plain arguments, so that it can be recorded as a key and
// asked again by the next build, which compares only the answers.
import { messageOf } from '../core/diagnostic.ts'
import { groupByYear } from '../core/plan.ts'
import type { Settings } from '../core/settings.ts'
import { byDate } from '../core/site.ts'
import { toPlain } from '../util/plain-text.ts'
import type { Pages } from '../core/pages.ts'
import type { Entry, EntryId, FeedFormat, Permalink, ReadKey, Site, Term } from '../core/types.ts'

/** A call of `site.NAME(...)`. An entry among the arguments is given by its id. */
export interface Query {
  readonly name: string
  readonly args: readonly unknown[]
}
export type QueryRunner = (query: Query) => unknown

export interface YearLink { readonly year: number; readonly permalink: Permalink; readonly count: number }
export interface MenuLink { readonly title: string; readonly url: string }
export interface FeedLink { readonly title: string; readonly permalink: Permalink; readonly format: FeedFormat }
type Answer = (...args: never[]) => unknown

export function queryKey(query: Query): ReadKey {
  return `query:${query.name}(${JSON.stringify(query.args).slice(1, -1)})`
}

/** Runs queries over one site; the same query is run once. */
export function createQueries(site: Site, pages: Pages, settings: Settings): QueryRunner {
  let feeds: Map<Permalink, FeedLink[]> | undefined
  const table: Readonly<Record<string, Answer>> = {
    entry: (id: EntryId) => site.byId.get(id) ?? site.entries.find((entry) => entry.path === id),
    entryId: (id: EntryId) => site.byId.get(id)?.id,
    collection: (name: string) => site.collections.get(name) ?? [],
    recent: (count: number, collection?: string) => withPages(collection === undefined ? site.entries : site.collections.get(collection) ?? []).sort(byDate).slice(0, count),
    terms: (taxonomy: string) => [...(site.taxonomies.get(taxonomy)?.values() ?? [])],
    term: (taxonomy: string, slug: string) => site.taxonomies.get(taxonomy)?.get(slug),
    // Not the number of its entries, which would bind every post to all others with the tag.
    termLink: (taxonomy: string, slug: string) => linkOf(site.taxonomies.get(taxonomy)?.get(slug)),
    newer: (id: EntryId) => neighbour(site, id, -1),
    older: (id: EntryId) => neighbour(site, id, 1),
    years: (collection: string) => yearLinks(site, pages, settings, collection),
    menu: () => menuLinks(site, pages, settings),
    indexes: () => indexLinks(pages),
    feeds: (about: Permalink) => (feeds ??= feedLinks(pages)).get(about) ?? [],
    microformats: () => settings.indieWeb !== false && (settings.indieWeb !== undefined || settings.author?.url !== undefined || hasResponses(site)),
  }
  const answers = new Map<string, unknown>()
  return (query) => {
    const key = queryKey(query)
    if (!answers.has(key)) answers.set(key, run(query, table, site, settings))
    return answers.get(key)
  }
}

function run({ name, args }: Query, table: Readonly<Record<string, Answer>>, site: Site, settings: Settings): unknown {
  const own = name.startsWith('own:') ? settings.queries[name.slice(4)] : undefined
  if (own !== undefined) return runOwn(name.slice(4), () => own(site, ...args.map((arg) => (isEntryRef(arg) ? site.byId.get(arg.entry) : arg))))
  const answer = Object.hasOwn(table, name) ? table[name] : undefined
  if (answer === undefined) throw new Error(`there is no query "${name.replace('own:', '')}" in site.config`)
  return answer(...(args as never[]))
}

function runOwn(name: string, run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    throw new Error(`the query "${name}" of site.config failed: ${messageOf(error)}`, { cause: error })
  }
}

export interface TermRef { readonly name: string; readonly slug: string; readonly permalink: Permalink }
function linkOf(term: Term | undefined): TermRef | undefined {
  return term && { name: term.name, slug: term.slug, permalink: term.permalink }
}

/** Whether any entry is a note, or an answer to something elsewhere. */
export function hasResponses(site: Site): boolean {
  let known = responding.get(site)
  if (known === undefined) responding.set(site, known = site.entries.some(isResponse))
  return known
}

/** Where that is written down, so that nobody has to look at all entries. */
export function knowResponses(site: Site, known: boolean): void {
  responding.set(site, known)
}
const responding = new WeakMap<Site, boolean>()

/** A note, or an answer to something elsewhere. */
function isResponse({ untitled, data }: Entry): boolean {
  return untitled === true || Object.values(responses).some((key) => data[key] !== undefined)
}
/** Microformats property -> key of the front matter. */
export const responses = { 'u-in-reply-to': 'in-reply-to', 'u-like-of': 'like-of', 'u-repost-of': 'repost-of', 'u-bookmark-of': 'bookmark-of' } as const

interface EntryRef { readonly entry: EntryId }
function isEntryRef(value: unknown): value is EntryRef {
  return typeof value === 'object' && value !== null && 'entry' in value && Object.keys(value).length === 1
}

function withPages(entries: readonly Entry[]): Entry[] {
  return entries.filter((entry) => entry.permalink !== undefined)
}

/** Positions within each collection, made once per site. */
const positions = new WeakMap<Site, Map<EntryId, { list: readonly Entry[]; index: number }>>()

function neighbour(site: Site, id: EntryId, step: number): Entry | undefined {
  let known = positions.get(site)
  if (known === undefined) {
    known = new Map([...site.collections.values()].map(withPages).flatMap((list) => list.map((entry, index) => [entry.id, { list, index }] as const)))
    positions.set(site, known)
  }
  const position = known.get(id)
  return position?.list[position.index + step]
}

function yearLinks(site: Site, pages: Pages, settings: Settings, collection: string): YearLink[] {
  const years = groupByYear(withPages(site.collections.get(collection) ?? []), settings.timeZone)
  return pages.of('list').flatMap((page) => (page.collection === collection && page.year !== undefined
    ? [{ year: page.year, permalink: page.permalink, count: years.get(page.year)?.length ?? 0 }]
    : []))
}

/** By what they are about. */
function feedLinks(pages: Pages): Map<Permalink, FeedLink[]> {
  const links = new Map<Permalink, FeedLink[]>()
  for (const { about, title, permalink, format } of pages.of('feed')) links.set(about, [...links.get(about) ?? [], { title, permalink, format }])
  return links
}

function indexLinks(pages: Pages): { collection: string; permalink: Permalink }[] {
  return pages.of('list').flatMap((page) => (page.collection !== undefined && page.year === undefined
    ? [{ collection: page.collection, permalink: page.permalink }]
    : []))
}

/** The configured menu, or: the indexes of collections, the pages of the top level, the taxonomies. */
function menuLinks(site: Site, pages: Pages, settings: Settings): MenuLink[] {
  if (settings.menu !== undefined) return [...settings.menu]
  const titles = new Map(settings.collections.map(({ name, title }) => [name, title]))
  const indexes = indexLinks(pages).filter(({ permalink }) => permalink !== '/').map(({ collection, permalink }) => ({ title: titles.get(collection) ?? collection, url: permalink }))
  const taxonomies = pages.of('terms').map(({ title, permalink }) => ({ title, url: permalink }))
  const top = site.entries.filter((entry) => entry.date === undefined && /^\/[^/]+\/?$/.test(entry.permalink ?? '') && entry.permalink !== '/404.html')
  return [...indexes, ...taxonomies, ...top.slice(0, 7).map(({ title, permalink }) => ({ title, url: permalink ?? '/' }))]
}

/** An answer as text that is equal exactly when the answer is: entries by their id, for what is read of them is recorded itself. */
export function answerText(answer: unknown): string {
  if (isEntry(answer)) return JSON.stringify({ entry: answer.id })
  return JSON.stringify(answer, (key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return toPlain(key, value)
    if (isEntry(value)) return { entry: value.id }
    if ('taxonomy' in value && 'entries' in value) return { ...(value as Term), entries: (value as Term).entries.length }
    return toPlain(key, value)
  }) ?? 'undefined'
}

function isEntry(value: unknown): value is Pick<Entry, 'id'> {
  return typeof value === 'object' && value !== null && 'publication' in value && 'id' in value
}
