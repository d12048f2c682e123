import { describe, expect, test } from 'vitest'
import { parseXml, type XmlElement } from '../../src/build/check-xml.ts'
import { outputPath } from '../../src/core/permalink.ts'
import { isIndexable, planSitemap, renderRobots, renderSitemap } from '../../src/core/sitemap.ts'
import type { Entry, EntryId, PageSpec, Pager, Permalink, Site } from '../../src/core/types.ts'
import { makeEntry } from '../support/bodies.ts'

const settings = { origin: 'https://example.org', basePath: '/blog/' }
const pager: Pager = { number: 1, pageSize: 10, pageCount: 1, entryCount: 0, first: '/' as Permalink, last: '/' as Permalink }

function base(permalink: string): Pick<PageSpec, 'permalink' | 'output' | 'origin'> {
  return { permalink: permalink as Permalink, output: outputPath(permalink as Permalink), origin: 'test' }
}
function entryPage(permalink: string, id = 'posts/hello.md'): PageSpec {
  return { kind: 'entry', ...base(permalink), template: 'entry.njk', entry: id as EntryId }
}
function siteOf(...entries: Entry[]): Site {
  return { entries, held: [], byId: new Map(entries.map((entry) => [entry.id, entry])), collections: new Map(), taxonomies: new Map() }
}
const read = (page: ReturnType<typeof planSitemap>[number]): XmlElement => {
  const result = parseXml(renderSitemap(page, settings))
  if ('problem' in result) throw new Error(result.problem)
  return result.root
}
const fields = (root: XmlElement): (string | undefined)[][] => root.children.map(({ children }) => children.map(({ text }) => text))

describe('which pages are in it', () => {
  const html = (kind: 'template' | 'terms', permalink: string): PageSpec => kind === 'terms' ? { kind, ...base(permalink), template: 'terms.njk', title: 'T', taxonomy: 'tags' } : { kind, ...base(permalink), template: 'x.njk', title: 'T' }
  test.each<[string, PageSpec, boolean]>([
    ['an entry', entryPage('/posts/hello/'), true],
    ['an entry in a file', entryPage('/about.html'), true],
    ['an entry that is no HTML', entryPage('/humans.txt'), false],
    ['an entry of no one', entryPage('/x/', 'gone'), false],
    ['a list', { kind: 'list', ...base('/page/2/'), template: 'list.njk', title: 'L', entries: [], pager: { ...pager, number: 2 } }, true],
    ['terms', html('terms', '/tags/'), true],
    ['a page of its own', html('template', '/about/'), true],
    ['the 404 page', html('template', '/404.html'), false],
    ['a page that is no HTML', html('template', '/search.json'), false],
    ['a redirect', { kind: 'redirect', ...base('/old/'), target: '/new/' as Permalink }, false],
    ['a feed', { kind: 'feed', ...base('/feed.xml'), format: 'atom', title: 'F', about: '/' as Permalink, entries: [] }, false],
    ['a file', { kind: 'asset', ...base('/x.html'), file: '/x.html' }, false],
    ['robots.txt', { kind: 'robots', ...base('/robots.txt') }, false],
  ])('%s', (_, page, wanted) => {
    expect(isIndexable(page, siteOf(makeEntry('')), settings)).toBe(wanted)
  })

  test.each<[string, Partial<Entry>, boolean]>([
    ['robots: noindex', { data: { robots: 'noindex, nofollow' } }, false],
    ['robots: NONE', { data: { robots: 'NONE' } }, false],
    ['robots: nofollow', { data: { robots: 'nofollow' } }, true],
    ['a draft that is shown', { publication: { state: 'draft' } }, false],
    ['a future post that is shown', { publication: { state: 'scheduled', from: new Date(0) } }, false],
    ['canonical elsewhere', { canonical: 'https://other.example/x' }, false],
    ['canonical on another page', { canonical: '/blog/posts/other/' }, false],
    ['canonical on the page itself', { canonical: 'https://example.org/blog/posts/hello/' }, true],
    ['canonical on the page itself, relative', { canonical: '/blog/posts/hello/' }, true],
    ['canonical that is no address', { canonical: 'https://[' }, true],
  ])('%s', (_, more, wanted) => {
    expect(isIndexable(entryPage('/posts/hello/'), siteOf(makeEntry('', more)), settings)).toBe(wanted)
  })
})

test('addresses are absolute, encoded and escaped; dates are those of what is shown', () => {
  const [a, b] = [makeEntry('', { date: new Date('2024-01-01T00:00:00Z'), updated: new Date('2024-03-01T00:00:00Z') }), makeEntry('', { id: 'b' as EntryId, date: new Date('2024-02-01T00:00:00Z') })]
  const list: PageSpec = { kind: 'list', ...base('/'), template: 'list.njk', title: 'L', entries: [b.id, a.id], pager }
  const site = { ...siteOf(a, b), taxonomies: new Map([['tags', new Map([['t', { taxonomy: 'tags', name: 't', slug: 't', permalink: '/tags/t/' as Permalink, entries: [b] }]])]]) }
  const terms: PageSpec = { kind: 'terms', ...base('/tags/'), template: 'terms.njk', title: 'T', taxonomy: 'tags' }
  const pages = planSitemap([list, entryPage("/é & 'x'/"), entryPage('/b/', 'b'), terms, { kind: 'template', ...base('/about/'), template: 'x.njk', title: 'T' }], site, settings)
  expect(pages).toHaveLength(1)
  expect(pages[0]).toMatchObject({ kind: 'sitemap', permalink: '/sitemap.xml', output: 'sitemap.xml', index: false })
  expect(fields(read(pages[0]!))).toEqual([
    ['https://example.org/blog/', '2024-03-01T00:00:00.000Z'],
    ['https://example.org/blog/about/'],
    ['https://example.org/blog/b/', '2024-02-01T00:00:00.000Z'],
    ['https://example.org/blog/tags/', '2024-02-01T00:00:00.000Z'],
    ["https://example.org/blog/%C3%A9%20&%20'x'/", '2024-03-01T00:00:00.000Z'],
  ])
  expect(renderSitemap(pages[0]!, settings)).toContain('%C3%A9%20&amp;%20&apos;x&apos;/')
})

test('more than 50,000 pages go into several files with an index', () => {
  const site = siteOf(makeEntry('', { date: new Date('2024-01-01T00:00:00Z') }))
  const pages = planSitemap(Array.from({ length: 50_001 }, (_, i) => entryPage(`/p${i}/`)), site, settings)
  expect(pages.map(({ permalink, index, urls }) => [permalink, index, urls.length])).toEqual([['/sitemap.xml', true, 2], ['/sitemap-1.xml', false, 50_000], ['/sitemap-2.xml', false, 1]])
  expect(fields(read(pages[0]!))).toEqual([
    ['https://example.org/blog/sitemap-1.xml', '2024-01-01T00:00:00.000Z'], ['https://example.org/blog/sitemap-2.xml', '2024-01-01T00:00:00.000Z'],
  ])
  expect(read(pages[0]!).name).toBe('sitemapindex')
})

test('no file is larger than 50 MB', () => {
  const long = '日'.repeat(300)
  const pages = planSitemap(Array.from({ length: 20_000 }, (_, i) => entryPage(`/${long}/${i}/`)), siteOf(makeEntry('')), settings)
  expect(pages.length).toBeGreaterThan(2)
  for (const page of pages) expect(renderSitemap(page, settings).length).toBeLessThan(50 * 1024 * 1024)
})

test('no sitemap without an address of the site', () => {
  expect(planSitemap([entryPage('/')], siteOf(makeEntry('')), { basePath: '/' })).toEqual([])
})

test('robots.txt', () => {
  expect(renderRobots({ kind: 'robots', ...base('/robots.txt'), sitemap: '/sitemap.xml' as Permalink }, settings)).toBe('User-agent: *\nDisallow:\n\nSitemap: https://example.org/blog/sitemap.xml\n')
  expect(renderRobots({ kind: 'robots', ...base('/robots.txt') }, settings)).toBe('User-agent: *\nDisallow:\n')
})
