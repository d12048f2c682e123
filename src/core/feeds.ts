// One feed as text: Atom, or RSS and JSON Feed as the package `feed` writes them. Import this file only when a feed is to be made:
// the package costs 13 ms. Which entries are in a feed is plan.ts; what their bodies look like is render/feed-content.ts.
import { Feed, type FeedOptions, type Item } from 'feed'
import { entryFeedId, feedId } from './feed-ids.ts'
import { cleanText, escapeMarkup } from './feed-text.ts'
import { urlOf, type Settings } from './settings.ts'
import type { Author, Entry, FeedPage, Permalink } from './types.ts'

export type FeedSettings = Pick<Settings, 'title' | 'origin' | 'basePath' | 'id' | 'description' | 'language' | 'author'>

/** An entry with its rendered text. */
export interface FeedEntry {
  readonly entry: Entry
  /** The body or the excerpt as `feedContent` gives it. */
  readonly html: string
  /** Plain text on one line, for entries without a description. */
  readonly summary: string
}
type DatedEntry = FeedEntry & { readonly entry: Entry & { readonly date: Date; readonly permalink: Permalink } }

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

/** Written here and not by the package, which takes ten times as long: every term has a feed. */
function renderAtom(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): string {
  const { updated, link, description } = channel(page, settings, entries)
  // An Atom feed must name an author.
  const author = settings.author ?? { name: settings.title }
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${escapeMarkup(settings.language)}">
    <id>${feedId(settings, page)}</id>
    <title>${xmlText(cleanText(page.title))}</title>
    <updated>${updated.toISOString()}</updated>
    <generator>${generator}</generator>
    <author>${atomAuthor(author, settings, '    ')}
    </author>
    <link rel="alternate" href="${xmlUrl(link)}"/>
    <link rel="self" href="${xmlUrl(urlOf(settings, page.permalink))}"/>${description ? `
    <subtitle>${xmlText(cleanText(settings.description ?? ''))}</subtitle>` : ''}${entries.map((input) => atomEntry(input, settings)).join('')}
</feed>`
}

/** The same text in every feed. */
const atomEntries = new WeakMap<FeedEntry, { readonly settings: FeedSettings; readonly xml: string }>()

function atomEntry(input: DatedEntry, settings: FeedSettings): string {
  const known = atomEntries.get(input)
  if (known?.settings === settings) return known.xml
  const { entry } = input
  const { id, link, date, published, content } = item(input, settings)
  // Titles, summaries and bodies are HTML.
  const xml = `
    <entry>
        <title type="html">${cdata(escapeMarkup(entry.title))}</title>
        <id>${xmlText(cleanText(id))}</id>
        <link href="${xmlUrl(link)}"/>
        <updated>${date.toISOString()}</updated>
        <summary type="html">${cdata(escapeMarkup(summaryOf(input)))}</summary>
        <content type="html">${cdata(content)}</content>${entry.author ? `
        <author>${atomAuthor(entry.author, settings, '        ')}
        </author>` : ''}${termsOf(entry).map((term) => `
        <category term="${xmlText(term).replaceAll('"', '&quot;').replaceAll('&gt;', '>')}"/>`).join('')}
        <published>${published.toISOString()}</published>
    </entry>`
  atomEntries.set(input, { settings, xml })
  return xml
}

function atomAuthor(author: Author, settings: FeedSettings, indent: string): string {
  const { name, url } = jsonAuthor(author, settings)
  const email = author.email !== undefined && /^[^\s@]+@[^\s@]+$/.test(author.email) ? cleanText(author.email) : undefined
  const parts = [['name', name], ['email', email], ['uri', url]].flatMap(([element, value]) => (value === undefined ? [] : [`\n${indent}    <${element}>${xmlText(value)}</${element}>`]))
  return parts.join('')
}

function cdata(html: string): string {
  return `<![CDATA[${html.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

/** As browsers write it. */
function xmlUrl(url: string): string {
  return new URL(url).href.replaceAll('&', '&amp;')
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
function channel(page: FeedPage, settings: FeedSettings, entries: readonly DatedEntry[]): FeedOptions & { link: string; updated: Date } {
  return {
    title: xmlSource(cleanText(page.title)), link: urlOf(settings, page.about), feedLinks: { [page.format]: urlOf(settings, page.permalink) },
    updated: entries.map(({ entry }) => entry.updated ?? entry.date).reduce((a, b) => (a > b ? a : b), neverUpdated),
    generator, language: settings.language,
    ...(settings.description !== undefined && { description: xmlSource(cleanText(settings.description)) }),
  }
}

/** What all formats say of an entry. */
function item(input: DatedEntry, settings: FeedSettings): Omit<Item, 'title'> & { id: string; published: Date; content: string } {
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

function termsOf(entry: Entry): string[] {
  return [...new Set([...entry.terms.values()].flat().map(cleanText))]
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

/** A text between tags. */
function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'))
}
