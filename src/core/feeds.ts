// One feed as text: Atom, RSS or JSON Feed, written by the package `feed`. Import this file only when a feed is to be made:
// the package costs 13 ms. Which entries are in a feed is plan.ts; what their bodies look like is render/feed-content.ts.
import { Feed, type Author as FeedAuthor, type FeedOptions, type Item } from 'feed'
import { fillAtomEntry } from './atom-entry.ts'
import { entryFeedId, feedId } from './feed-ids.ts'
import { cleanText, escapeMarkup } from './feed-text.ts'
import { urlOf, type Settings } from './settings.ts'
import type { Author, Entry, FeedPage, Permalink } from './types.ts'

export type FeedSettings = Pick<Settings, 'title' | 'origin' | 'basePath' | 'id' | 'description' | 'language' | 'author'>

/** All of an entry that feeds say something of. */
export type FeedFields = Pick<Entry, 'id' | 'uid' | 'title' | 'date' | 'updated' | 'permalink' | 'author' | 'description' | 'terms'>
/** An entry with its rendered text. */
export interface FeedEntry {
  readonly entry: FeedFields
  /** The body or the excerpt as `feedContent` gives it. */
  readonly html: string
  /** Plain text on one line, for entries without a description. */
  readonly summary: string
}
type DatedEntry = FeedEntry & { readonly entry: FeedFields & { readonly date: Date; readonly permalink: Permalink } }

const generator = 'sourcepress'
/** A feed without entries has been updated at this moment, so that it has the same bytes in every build. */
const neverUpdated = new Date(0)

/** The whole file. Entries without a date or a page are left out, the rest is newest first. */
export function renderFeed(page: FeedPage, settings: FeedSettings, entries: readonly FeedEntry[]): string {
  const dated = entries.filter(isDated).sort(newestFirst)
  switch (page.format) {
    case 'atom': return renderAtom(page, settings, dated)
    case 'rss': return renderRss(page, settings, dated)
    case 'json': return renderJson(page, settings, dated)
  }
}

function isDated(input: FeedEntry): input is DatedEntry {
  return input.entry.date !== undefined && input.entry.permalink !== undefined
}

function newestFirst({ entry: a }: DatedEntry, { entry: b }: DatedEntry): number {
  return b.date.getTime() - a.date.getTime() || (a.id < b.id ? -1 : 1)
}

function renderAtom(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): string {
  // An Atom feed must name an author.
  const author = settings.author ?? { name: settings.title }
  const frame = new Feed({ ...channel(page, settings, entries), id: feedId(settings, page), author: xmlAuthor(author, settings) }).atom1()
  const end = frame.lastIndexOf('\n</feed>')
  return frame.slice(0, end).replace('<feed xmlns="http://www.w3.org/2005/Atom"', `$& xml:lang="${escapeMarkup(settings.language)}"`)
    + entries.map((input) => atomEntry(input, settings)).join('') + frame.slice(end)
}

/** An entry has the same text in all of its feeds. */
const atomEntries = new WeakMap<FeedEntry, { readonly settings: FeedSettings; readonly xml: string }>()

function atomEntry(input: DatedEntry, settings: FeedSettings): string {
  const known = atomEntries.get(input)
  if (known?.settings === settings) return known.xml
  const { entry } = input
  const { id, link, date, published, content } = item(input, settings)
  const xml = fillAtomEntry({
    // The package writes titles and summaries with type="html".
    title: escapeMarkup(entry.title), summary: escapeMarkup(summaryOf(input)), id, link, updated: date, published, content,
    author: entry.author && xmlAuthor(entry.author, settings), terms: termsOf(entry),
  })
  atomEntries.set(input, { settings, xml })
  return xml
}

function renderRss(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): string {
  const options = channel(page, settings, entries)
  // RSS wants a description.
  const feed = new Feed({ ...options, description: options.description ?? options.title })
  for (const input of entries) {
    const { entry } = input
    const author = entry.author ?? settings.author
    feed.addItem({
      ...item(input, settings),
      id: xmlSource(cleanText(entryFeedId(settings, entry))),
      title: cleanText(entry.title).replaceAll(']]>', ']]&gt;'), description: escapeMarkup(summaryOf(input)),
      // RSS wants a mail address in <author>; <dc:creator> takes a name.
      ...(author && { extensions: [{ name: 'dc:creator', objects: { _text: xmlSource(cleanText(author.name)) } }] }),
      category: termsOf(entry).map((term) => ({ name: xmlSource(term) })),
    })
  }
  return feed.rss2()
}

/** JSON Feed 1.1; the package itself knows version 1.0, and adds or overwrites what it is given as extensions. */
function renderJson(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): string {
  const feed = new Feed({ ...channel(page, settings, entries), title: cleanText(page.title), ...(settings.description !== undefined && { description: cleanText(settings.description) }) })
  feed.extensions.push(extension('version', 'https://jsonfeed.org/version/1.1'), extension('language', settings.language))
  if (settings.author) feed.extensions.push(extension('authors', [jsonAuthor(settings.author, settings)]))
  for (const input of entries) {
    const { entry } = input
    feed.addItem({
      ...item(input, settings),
      title: cleanText(entry.title), description: cleanText(summaryOf(input)),
      ...(entry.author && { extensions: [extension('authors', [jsonAuthor(entry.author, settings)])] }),
      category: termsOf(entry).map((name) => ({ name })),
    })
  }
  return feed.json1()
}

function extension(name: string, value: unknown): { name: string; objects: Record<string, unknown> } {
  return { name, objects: value as Record<string, unknown> }
}

/** What all formats say of the feed. Dates are given always: the package would take the clock. */
function channel(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): FeedOptions {
  return {
    title: xmlSource(cleanText(page.title)), link: urlOf(settings, page.about), feedLinks: { [page.format]: urlOf(settings, page.permalink) },
    updated: entries.map(({ entry }) => entry.updated ?? entry.date).reduce((a, b) => (a > b ? a : b), neverUpdated),
    generator, language: settings.language,
    ...(settings.description !== undefined && { description: xmlSource(cleanText(settings.description)) }),
  }
}

/** What all formats say of an entry. */
function item(input: DatedEntry, settings: FeedSettings): Omit<Item, 'title'> & { readonly id: string; readonly published: Date; readonly content: string } {
  const { entry, html } = input
  return {
    id: entryFeedId(settings, entry), link: urlOf(settings, entry.permalink),
    date: entry.updated ?? entry.date, published: entry.date,
    content: html === '' ? `<p>${escapeMarkup(entry.title)}</p>` : html,
  }
}

function summaryOf({ entry, summary }: FeedEntry): string {
  return entry.description || summary || entry.title
}

function termsOf(entry: FeedFields): string[] {
  return [...new Set([...entry.terms.values()].flat().map(cleanText))]
}

function xmlAuthor(author: Author, settings: FeedSettings): FeedAuthor {
  const { name, ...rest } = jsonAuthor(author, settings)
  const email = author.email !== undefined && /^[^\s@]+@[^\s@]+$/.test(author.email) ? author.email : undefined
  return { name: xmlSource(name), ...(email !== undefined && { email: xmlSource(cleanText(email)) }), ...(rest.url !== undefined && { link: rest.url }) }
}

function jsonAuthor(author: Author, settings: FeedSettings): { name: string; url?: string } {
  const home = urlOf(settings, '/' as Permalink)
  const url = author.url !== undefined && URL.canParse(author.url, home) ? new URL(author.url, home).href : undefined
  return { name: cleanText(author.name), ...(url !== undefined && { url }) }
}

/** The package turns `&amp;` into `&` before it escapes texts; escaped once more, they come out as they were. */
function xmlSource(text: string): string {
  return text.replaceAll('&', '&amp;')
}
