// Feeds are read back with the strict reader of the checks, so that every rule is seen as a feed reader sees it.
import { describe, expect, test } from 'vitest'
import { parseXml, type XmlElement } from '../../src/build/check-xml.ts'
import { entryFeedId, feedId } from '../../src/core/feed-ids.ts'
import { renderFeed, type FeedEntry, type FeedSettings } from '../../src/core/feeds.ts'
import type { Entry, EntryId, FeedFormat, FeedPage, OutputPath, Permalink } from '../../src/core/types.ts'
import { uuid5 } from '../../src/util/hash.ts'
import { makeEntry } from '../support/bodies.ts'

const settings: FeedSettings = { title: 'Notes', origin: 'https://example.org', basePath: '/blog/', language: 'de-AT' }

function page(format: FeedFormat, more: Partial<FeedPage> = {}): FeedPage {
  return { kind: 'feed', permalink: '/feed.xml' as Permalink, output: 'feed.xml' as OutputPath, origin: 'feeds', format, title: 'Notes', about: '/' as Permalink, entries: [], ...more }
}

function feedEntry(more: Partial<Entry> = {}, html = '<p>Text</p>', summary = 'Text'): FeedEntry {
  return { entry: makeEntry('', { date: new Date('2024-05-06T07:30:00Z'), ...more }), html, summary }
}

function readXml(text: string): XmlElement {
  const result = parseXml(text)
  if ('problem' in result) throw new Error(`line ${result.line}: ${result.problem}`)
  return result.root
}
const all = (parent: XmlElement, name: string): readonly XmlElement[] => parent.children.filter((child) => child.name === name)
const textOf = (parent: XmlElement | undefined, name: string): string | undefined => parent?.children.find((child) => child.name === name)?.text
const atom = (entries: readonly FeedEntry[], more: Partial<FeedSettings> = {}, spec: Partial<FeedPage> = {}): XmlElement => readXml(renderFeed(page('atom', spec), { ...settings, ...more }, entries))
const channel = (entries: readonly FeedEntry[], more: Partial<FeedSettings> = {}): XmlElement => readXml(renderFeed(page('rss'), { ...settings, ...more }, entries)).children[0]!

const hard = [
  'AT&T', 'a < b > c', '&amp; &lt;b&gt;', '&#39;', '</script><!-- x', '"double" \'single\'', ']]> and ]]> again', '<b>bold</b>', 'ümläut 日本 🎉', '$& $1',
]

describe('uuid5', () => {
  test('the example of RFC 9562', () => {
    expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })
})

describe('ids', () => {
  const entry = makeEntry('')
  test('stay the same when title, slug, address or text change', () => {
    const id = entryFeedId({}, entry)
    const changed = { ...entry, title: 'Other', slug: 'other', permalink: '/elsewhere/' as Permalink, date: new Date(0), path: 'x.md' }
    expect(entryFeedId({}, changed)).toBe(id)
    expect(id).toBe('urn:uuid:' + uuid5('8ead7e7b-19b2-40fc-a577-93030032266a', 'posts/hello.md'))
  })
  test('stay the same under another domain and base path', () => {
    const [a, b] = [atom([feedEntry()]), atom([feedEntry()], { origin: 'https://other.example', basePath: '/' })]
    expect(textOf(a, 'id')).toBe(textOf(b, 'id'))
    expect(textOf(all(a, 'entry')[0], 'id')).toBe(textOf(all(b, 'entry')[0], 'id'))
  })
  test('differ between sites that have ids, between entries, and between feeds', () => {
    expect(entryFeedId({ id: 'one' }, entry)).not.toBe(entryFeedId({ id: 'two' }, entry))
    expect(entryFeedId({}, entry)).not.toBe(entryFeedId({}, { id: 'posts/b.md' as EntryId }))
    expect(feedId({}, page('atom'))).not.toBe(feedId({}, page('atom', { permalink: '/tags/a/feed.xml' as Permalink })))
  })
  test.each([
    ['tag:example.org,2020:/a', true], ['urn:isbn:123', true], ['https://Example.com', true], ['https://example.org/?a=1&b=2', true], ['tag:example.org,2020:Über', true],
    ['my-own', false], ['12', false], ['a: b', false], ['https://', false],
  ])('front matter id %j is used as it is: %s', (uid, verbatim) => {
    const id = entryFeedId({}, { ...entry, uid })
    if (verbatim) expect(id).toBe(uid)
    else expect(id).toBe('urn:uuid:' + uuid5('8ead7e7b-19b2-40fc-a577-93030032266a', uid))
    expect(textOf(all(atom([feedEntry({ uid })]), 'entry')[0], 'id')).toBe(id)
    expect(textOf(all(channel([feedEntry({ uid })]), 'item')[0], 'guid')).toBe(id)
  })
})

describe('Atom', () => {
  test('the whole of a small feed', () => {
    const entry = feedEntry({ title: 'Hello', updated: new Date('2024-06-01T00:00:00Z'), terms: new Map([['tags', ['a', 'b']], ['topics', ['a']]]) })
    expect(renderFeed(page('atom'), { ...settings, description: 'On this & that', author: { name: 'Ann', email: 'ann@example.org', url: '/about/' } }, [entry])).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT">
          <id>urn:uuid:37ba7207-e16f-54f0-b1c0-12bd37aa194b</id>
          <title>Notes</title>
          <updated>2024-06-01T00:00:00.000Z</updated>
          <generator>sourcepress</generator>
          <author>
              <name>Ann</name>
              <email>ann@example.org</email>
              <uri>https://example.org/about/</uri>
          </author>
          <link rel="alternate" href="https://example.org/blog/"/>
          <link rel="self" href="https://example.org/blog/feed.xml"/>
          <subtitle>On this &amp; that</subtitle>
          <entry>
              <title type="html"><![CDATA[Hello]]></title>
              <id>urn:uuid:f1b924e3-411f-5dd5-8914-79a1b9edc464</id>
              <link href="https://example.org/blog/posts/hello/"/>
              <updated>2024-06-01T00:00:00.000Z</updated>
              <summary type="html"><![CDATA[Text]]></summary>
              <content type="html"><![CDATA[<p>Text</p>]]></content>
              <category term="a"/>
              <category term="b"/>
              <published>2024-05-06T07:30:00.000Z</published>
          </entry>
      </feed>"
    `)
  })

  test.each(hard)('%j comes through in every place', (text) => {
    const root = atom([feedEntry({ title: text, description: text, author: { name: text }, terms: new Map([['tags', [text]]]) })], { title: text, description: text, author: { name: text } }, { title: text })
    const entry = all(root, 'entry')[0]
    expect(textOf(root, 'title')).toBe(text)
    expect(textOf(root, 'subtitle')).toBe(text)
    expect(textOf(all(root, 'author')[0], 'name')).toBe(text)
    expect(textOf(all(entry!, 'author')[0], 'name')).toBe(text)
    expect(all(entry!, 'category')[0]?.attributes.get('term')).toBe(text)
    // These two are HTML.
    expect(unescape(textOf(entry, 'title'))).toBe(text)
    expect(unescape(textOf(entry, 'summary'))).toBe(text)
  })

  test('characters that XML forbids are gone', () => {
    const text = 'a\u0000\u0008b\u000b\ufffe\ud800c\u0085'
    const root = atom([feedEntry({ title: text, description: text, terms: new Map([['tags', [text]]]), author: { name: text } })], { description: text }, { title: text })
    const entry = all(root, 'entry')[0]
    expect([textOf(root, 'title'), textOf(root, 'subtitle'), textOf(entry, 'title'), textOf(entry, 'summary'), textOf(all(entry!, 'author')[0], 'name')]).toEqual(Array(5).fill('abc'))
  })

  test('an author is always named; a bad address of one is left out', () => {
    expect(textOf(all(atom([]), 'author')[0], 'name')).toBe('Notes')
    const author = all(all(atom([feedEntry({ author: { name: 'Guest', email: 'nobody', url: 'https://' } })]), 'entry')[0]!, 'author')[0]
    expect(author?.children.map(({ name }) => name)).toEqual(['name'])
  })

  test('newest first, ties by id; what has no date or no page is left out', () => {
    const make = (id: string, date?: string, permalink: Permalink | undefined = `/${id}/` as Permalink): FeedEntry => {
      const { date: _, permalink: __, ...entry } = makeEntry('')
      return { html: 'x', summary: 'x', entry: { ...entry, id: id as EntryId, title: id, ...(date && { date: new Date(date) }), ...(permalink && { permalink }) } }
    }
    const given = [make('b', '2024-01-01'), make('new', '2025-01-01'), make('undated'), make('a', '2024-01-01'), { ...make('homeless', '2026-01-01'), entry: (({ permalink: _, ...rest }) => rest)(make('homeless', '2026-01-01').entry) }]
    expect(all(atom(given), 'entry').map((entry) => textOf(entry, 'title'))).toEqual(['new', 'a', 'b'])
    expect(renderFeed(page('atom'), settings, given.toReversed())).toBe(renderFeed(page('atom'), settings, given))
  })

  test('updated is that of the newest change, and never the clock', () => {
    const old = feedEntry({ date: new Date('2020-01-01'), updated: new Date('2025-02-03T04:05:06Z') })
    expect(textOf(atom([feedEntry(), old]), 'updated')).toBe('2025-02-03T04:05:06.000Z')
    expect(textOf(atom([]), 'updated')).toBe('1970-01-01T00:00:00.000Z')
  })

  test('an entry without a body still has content and a summary', () => {
    const entry = all(atom([feedEntry({ title: 'Only & this' }, '', '')]), 'entry')[0]
    expect([textOf(entry, 'content'), textOf(entry, 'summary')]).toEqual(['<p>Only &amp; this</p>', 'Only &amp; this'])
  })

  test('addresses are absolute and percent-encoded', () => {
    const entry = all(atom([feedEntry({ permalink: '/日本 & x/' as Permalink })]), 'entry')[0]
    expect(all(entry!, 'link')[0]?.attributes.get('href')).toBe('https://example.org/blog/%E6%97%A5%E6%9C%AC%20&%20x/')
  })
})

describe('RSS', () => {
  test.each(hard)('%j comes through in every place', (text) => {
    const root = channel([feedEntry({ title: text, description: text, author: { name: text }, terms: new Map([['tags', [text]]]) })], { description: text })
    const item = all(root, 'item')[0]
    expect(textOf(root, 'description')).toBe(text)
    expect([textOf(item, 'category'), textOf(item, 'dc:creator')]).toEqual([text, text])
    expect(textOf(item, 'title')).toBe(text.replaceAll(']]>', ']]&gt;'))
    expect(unescape(textOf(item, 'description'))).toBe(text)
  })
  test('dates, addresses and content', () => {
    const root = channel([feedEntry()])
    const item = all(root, 'item')[0]
    expect([textOf(root, 'link'), textOf(root, 'language'), textOf(root, 'lastBuildDate'), textOf(root, 'description')]).toEqual(['https://example.org/blog/', 'de-AT', 'Mon, 06 May 2024 07:30:00 GMT', 'Notes'])
    expect(all(root, 'atom:link')[0]?.attributes.get('href')).toBe('https://example.org/blog/feed.xml')
    expect([textOf(item, 'link'), textOf(item, 'pubDate'), textOf(item, 'content:encoded')]).toEqual(['https://example.org/blog/posts/hello/', 'Mon, 06 May 2024 07:30:00 GMT', '<p>Text</p>'])
    expect(textOf(channel([]), 'lastBuildDate')).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
  })
})

describe('JSON Feed', () => {
  test('the whole of a small feed', () => {
    const entry = feedEntry({ title: 'a < b & c', author: { name: 'Guest', url: 'https://guest.example' }, terms: new Map([['tags', ['x']]]) })
    const feed: unknown = JSON.parse(renderFeed(page('json', { permalink: '/feed.json' as Permalink }), { ...settings, description: 'D & d', author: { name: 'Ann' } }, [entry]))
    expect(feed).toEqual({
      version: 'https://jsonfeed.org/version/1.1', title: 'Notes', home_page_url: 'https://example.org/blog/', feed_url: 'https://example.org/blog/feed.json',
      description: 'D & d', language: 'de-AT', authors: [{ name: 'Ann' }],
      items: [{
        id: 'urn:uuid:f1b924e3-411f-5dd5-8914-79a1b9edc464', url: 'https://example.org/blog/posts/hello/', title: 'a < b & c', content_html: '<p>Text</p>', summary: 'Text',
        date_published: '2024-05-06T07:30:00.000Z', date_modified: '2024-05-06T07:30:00.000Z', tags: ['x'], authors: [{ name: 'Guest', url: 'https://guest.example/' }],
      }],
    })
  })
  test.each(hard)('%j comes through', (text) => {
    const feed = JSON.parse(renderFeed(page('json', { title: text }), settings, [feedEntry({ title: text, description: text, terms: new Map([['tags', [text]]]) })])) as { title: string; items: { title: string; summary: string; tags: string[] }[] }
    expect([feed.title, feed.items[0]?.title, feed.items[0]?.summary, feed.items[0]?.tags[0]]).toEqual(Array(4).fill(text))
  })
})

test('the same bytes on every run', () => {
  for (const format of ['atom', 'rss', 'json'] as const) expect(renderFeed(page(format), settings, [feedEntry()])).toBe(renderFeed(page(format), settings, [feedEntry()]))
})

function unescape(html: string | undefined): string | undefined {
  return html?.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' })[entity] ?? entity)
}
