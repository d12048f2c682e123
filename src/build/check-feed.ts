// Reads a finished feed back, as a strict reader would, and holds it against the plan: nothing missing, ids apart, dates and
// addresses of the right form. What a feed is made of is core/feeds.ts.
import { locate, type Diagnostic } from '../core/diagnostic.ts'
import { entryFeedId } from '../core/feed-ids.ts'
import { urlOf, type Settings } from '../core/settings.ts'
import type { Entry, FeedFormat, FeedPage, Site } from '../core/types.ts'
import { parseXml, type XmlElement } from './check-xml.ts'

interface FeedFacts {
  readonly self: string | undefined
  readonly title: string
  readonly links: readonly string[]
  readonly dates: readonly string[]
  readonly ids: readonly string[]
  readonly entries: readonly EntryFacts[]
}
interface EntryFacts {
  readonly id: string
  readonly title: string
  readonly links: readonly string[]
  readonly dates: readonly string[]
  readonly text: string
}
type Read = FeedFacts | { readonly problem: string }

const dateForms: Readonly<Record<FeedFormat, RegExp>> = {
  atom: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  rss: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  json: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
}

/** What is wrong with a feed, and with which of its entries. */
export interface FeedProblem {
  readonly problem: string
  readonly entryId?: string
}
/** What a feed is to be, as plain values. */
export interface FeedPlan {
  readonly format: FeedFormat
  /** Absolute. */
  readonly self: string
  readonly entryCount: number
}
type Address = Pick<Settings, 'origin' | 'basePath' | 'id'>

/** All problems of one feed. */
export function checkFeed(page: FeedPage, text: string, settings: Address, site: Site): Diagnostic[] {
  return tellFeed(page, findFeedProblems(feedPlan(page, settings), text), settings, site)
}

export function feedPlan(page: FeedPage, settings: Address): FeedPlan {
  return { format: page.format, self: urlOf(settings, page.permalink), entryCount: page.entries.length }
}

export function tellFeed(page: FeedPage, problems: readonly FeedProblem[], settings: Address, site: Site): Diagnostic[] {
  const entryOf = (id: string): Entry | undefined => page.entries.map((key) => site.byId.get(key)).find((entry) => entry !== undefined && entryFeedId(settings, entry) === id)
  return problems.map(({ problem, entryId }) => {
    const entry = entryId === undefined ? undefined : entryOf(entryId)
    return {
      severity: 'error', code: 'feed-invalid', message: `the feed ${page.permalink} would not be valid: ${problem}`,
      ...(entry && { at: locate(entry.origin, entry.uid === undefined ? undefined : 'id') }),
    }
  })
}

export function findFeedProblems({ format, self, entryCount }: FeedPlan, text: string): FeedProblem[] {
  const feed = readFeed(format, text)
  if ('problem' in feed) return [{ problem: feed.problem }]
  const problems: FeedProblem[] = []
  if (feed.self !== self) problems.push({ problem: `it gives ${feed.self ?? 'nothing'} as its own address, not ${self}` })
  if (feed.title.trim() === '') problems.push({ problem: 'it has no title' })
  problems.push(...[...badUrls(feed.links), ...badIds(feed.ids), ...badDates(feed.dates, format)].map((problem) => ({ problem })))
  if (feed.entries.length !== entryCount) problems.push({ problem: `it has ${feed.entries.length} entries, not ${entryCount}` })
  for (const { id, title, links, dates, text } of feed.entries) {
    const found = [...badUrls(links), ...badIds([id]), ...badDates(dates, format)]
    if (title.trim() === '') found.push(`the entry ${id} has no title`)
    if (text.trim() === '') found.push(`the entry ${id} has neither content nor summary`)
    problems.push(...found.map((problem) => ({ problem, entryId: id })))
  }
  const repeated = feed.entries.map(({ id }) => id).filter((id, i, all) => all.indexOf(id) !== i)
  return [...problems, ...[...new Set(repeated)].map((id) => ({ problem: `two entries have the id ${id}`, entryId: id }))]
}

function badUrls(urls: readonly string[]): string[] {
  const bad = urls.filter((url) => !/^https?:\/\//.test(url) || !URL.canParse(url))
  return [...bad.map((url) => `"${url}" is no absolute address`), ...(urls.length === 0 ? ['an address is missing'] : [])]
}

function badIds(ids: readonly string[]): string[] {
  return ids.filter((id) => !URL.canParse(id)).map((id) => `the id "${id}" is no absolute IRI`)
}

function badDates(dates: readonly string[], format: FeedFormat): string[] {
  return dates.filter((date) => !dateForms[format].test(date) || Number.isNaN(Date.parse(date))).map((date) => `"${date}" is no date`)
}

function readFeed(format: FeedFormat, text: string): Read {
  if (format === 'json') return readJson(text)
  const parsed = parseXml(text)
  if ('problem' in parsed) return { problem: `line ${parsed.line}: ${parsed.problem}` }
  return format === 'atom' ? readAtom(parsed.root) : readRss(parsed.root)
}

function readAtom(root: XmlElement): Read {
  if (root.name !== 'feed' || root.attributes.get('xmlns') !== 'http://www.w3.org/2005/Atom') return { problem: 'it is no Atom feed' }
  if (children(root, 'author').length === 0) return { problem: 'it names no author' }
  return {
    self: children(root, 'link').find(({ attributes }) => attributes.get('rel') === 'self')?.attributes.get('href'),
    title: textOf(root, 'title'), links: hrefs(root), dates: [textOf(root, 'updated')], ids: [textOf(root, 'id')],
    entries: children(root, 'entry').map((entry) => ({
      id: textOf(entry, 'id'), title: textOf(entry, 'title'), links: hrefs(entry),
      dates: [textOf(entry, 'updated'), textOf(entry, 'published')], text: textOf(entry, 'content') + textOf(entry, 'summary'),
    })),
  }
}

function readRss(root: XmlElement): Read {
  const channel = root.children.find(({ name }) => name === 'channel')
  if (root.name !== 'rss' || root.attributes.get('version') !== '2.0' || channel === undefined) return { problem: 'it is no RSS 2.0 feed' }
  return {
    self: children(channel, 'atom:link')[0]?.attributes.get('href'),
    title: textOf(channel, 'title'), links: [textOf(channel, 'link')], dates: [textOf(channel, 'lastBuildDate')], ids: [],
    entries: children(channel, 'item').map((item) => ({
      id: textOf(item, 'guid'), title: textOf(item, 'title'), links: [textOf(item, 'link')],
      dates: [textOf(item, 'pubDate')], text: textOf(item, 'content:encoded') + textOf(item, 'description'),
    })),
  }
}

function readJson(text: string): Read {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  const feed = asRecord(value)
  if (feed['version'] !== 'https://jsonfeed.org/version/1.1' || !Array.isArray(feed['items'])) return { problem: 'it is no JSON Feed 1.1' }
  return {
    self: asText(feed['feed_url']), title: asText(feed['title']), links: [asText(feed['home_page_url'])], dates: [], ids: [],
    entries: feed['items'].map(asRecord).map((item) => ({
      id: asText(item['id']), title: asText(item['title']), links: [asText(item['url'])],
      dates: [asText(item['date_published']), asText(item['date_modified'])], text: asText(item['content_html']),
    })),
  }
}

function children({ children: all }: XmlElement, name: string): XmlElement[] {
  return all.filter((child) => child.name === name)
}

function textOf(parent: XmlElement, name: string): string {
  return children(parent, name)[0]?.text ?? ''
}

function hrefs(parent: XmlElement): string[] {
  return children(parent, 'link').map(({ attributes }) => attributes.get('href') ?? '')
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
