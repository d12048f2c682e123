import { describe, expect, test } from 'vitest'
import { outputPath } from '../../src/core/permalink.ts'
import type { Entry, PageSpec, Permalink } from '../../src/core/types.ts'
import { headTags, insertHead, type HeadInput, type HeadPage } from '../../src/render/head.ts'
import { makeEntry } from '../support/bodies.ts'

const settings: HeadInput['settings'] = {
  title: 'Notes & more', origin: 'https://example.org', basePath: '/blog/', language: 'de-AT', author: { name: 'Ann', url: '/about/' },
  head: { canonical: true, openGraph: true, jsonLd: true },
}
const feed = { title: 'Notes', href: '/blog/feed.xml', type: 'application/atom+xml' }

function spec(kind: PageSpec['kind'], permalink: string): HeadPage['spec'] {
  return { kind, permalink: permalink as Permalink, output: outputPath(permalink as Permalink) }
}
function tagsOf(page: Partial<HeadPage>, more: Partial<HeadInput['settings']> = {}, feeds = [feed]): string[] {
  return headTags({ page: { spec: spec('template', '/about/'), title: 'About', ...page }, feeds, settings: { ...settings, ...more } }).map(({ html }) => html)
}
function post(more: Partial<Entry> = {}): Partial<HeadPage> {
  const entry = makeEntry('', { title: 'Hello', date: new Date('2024-05-06T07:30:00Z'), ...more })
  return { spec: spec('entry', '/posts/hello/'), title: entry.title, entry, description: 'About\n"it"' }
}
const plain = { head: { canonical: false, openGraph: false, jsonLd: false } }

describe('which tags', () => {
  test('a post', () => {
    const page = post({ updated: new Date('2024-06-01T00:00:00Z'), terms: new Map([['tags', ['a', 'C++']], ['topics', ['a']]]) })
    expect(tagsOf({ ...page, image: '/blog/p.png' }).join('\n')).toMatchInlineSnapshot(`
      "<link rel="alternate" type="application/atom+xml" title="Notes" href="/blog/feed.xml">
      <meta name="generator" content="sourcepress">
      <meta name="description" content="About
      &quot;it&quot;">
      <link rel="canonical" href="https://example.org/blog/posts/hello/">
      <meta property="og:title" content="Hello">
      <meta property="og:type" content="article">
      <meta property="og:url" content="https://example.org/blog/posts/hello/">
      <meta property="og:site_name" content="Notes &amp; more">
      <meta property="og:description" content="About
      &quot;it&quot;">
      <meta property="og:image" content="https://example.org/blog/p.png">
      <meta property="og:locale" content="de_AT">
      <meta property="article:published_time" content="2024-05-06T07:30:00.000Z">
      <meta property="article:modified_time" content="2024-06-01T00:00:00.000Z">
      <meta property="article:tag" content="a">
      <meta property="article:tag" content="C++">
      <meta name="twitter:card" content="summary_large_image">
      <script type="application/ld+json">{"@context":"https://schema.org","url":"https://example.org/blog/posts/hello/","description":"About\\n\\"it\\"","inLanguage":"de-AT","@type":"BlogPosting","headline":"Hello","datePublished":"2024-05-06T07:30:00.000Z","dateModified":"2024-06-01T00:00:00.000Z","author":{"@type":"Person","name":"Ann","url":"https://example.org/about/"},"image":"https://example.org/blog/p.png","keywords":["a","C++"]}</script>"
    `)
  })
  test('the home page is the site', () => {
    const tags = tagsOf({ spec: spec('list', '/'), title: 'Posts' }, { description: 'On things', language: 'en' }).join('\n')
    expect(tags).toContain('<meta property="og:title" content="Notes &amp; more">')
    expect(tags).toContain('<meta property="og:type" content="website">')
    expect(tags).toContain('"@type":"WebSite","name":"Notes \\u0026 more"')
    expect(tags).toContain('"description":"On things"')
    expect(tags).not.toContain('og:locale')
    expect(tags).toContain('<meta name="twitter:card" content="summary">')
  })
  test('a page without date is no posting', () => {
    expect(tagsOf({}).join('\n')).not.toMatch(/ld\+json|article/)
  })
  test('what the settings switch off', () => {
    expect(tagsOf(post(), plain)).toEqual(['<link rel="alternate" type="application/atom+xml" title="Notes" href="/blog/feed.xml">', '<meta name="generator" content="sourcepress">', '<meta name="description" content="About\n&quot;it&quot;">'])
  })
  test('without a url of the site nothing needs one', () => {
    const { origin: _, ...rest } = settings
    const tags = headTags({ page: { spec: spec('template', '/about/'), title: 'About', image: '/p.png' }, feeds: [], settings: rest }).map(({ html }) => html).join('\n')
    expect(tags).not.toMatch(/canonical|og:url|og:image|https:/)
    expect(tags).toContain('og:title')
  })
  test('feeds of a term beside those of the site', () => {
    const own = { title: 'Notes: a "b"', href: '/blog/tags/a/feed.xml', type: 'application/atom+xml' }
    expect(tagsOf({}, plain, [feed, own])[1]).toBe('<link rel="alternate" type="application/atom+xml" title="Notes: a &quot;b&quot;" href="/blog/tags/a/feed.xml">')
  })
  test('the 404 page: feeds, not to be found, no address of its own', () => {
    const tags = tagsOf({ spec: spec('template', '/404.html') }).join('\n')
    expect(tags).toContain('application/atom+xml')
    expect(tags).toContain('<meta name="robots" content="noindex">')
    expect(tags).not.toMatch(/canonical|og:/)
  })
  test('a redirect: feeds alone', () => {
    expect(tagsOf({ spec: spec('redirect', '/old/') })).toHaveLength(1)
  })
  test('what is no HTML gets nothing', () => {
    expect(tagsOf({ spec: spec('template', '/search.json') })).toEqual([])
  })
  test.each<[string, Partial<Entry>, string | undefined]>([
    ['a post', {}, undefined],
    ['a draft', { publication: { state: 'draft' } }, 'noindex'],
    ['a future post', { publication: { state: 'scheduled', from: new Date(0) } }, 'noindex'],
    ['the author says so', { data: { robots: 'noindex, nofollow' } }, 'noindex, nofollow'],
    ['a value of another kind', { data: { robots: ['noindex'] } }, 'noindex'],
  ])('robots: %s', (_, more, wanted) => {
    expect(tagsOf(post(more), plain).find((tag) => tag.includes('name="robots"'))).toBe(wanted === undefined ? undefined : `<meta name="robots" content="${wanted}">`)
  })
  test('the canonical address of a repost', () => {
    expect(tagsOf(post({ canonical: 'https://other.example/a?b=1&c=2' }))).toContain('<link rel="canonical" href="https://other.example/a?b=1&amp;c=2">')
    expect(tagsOf(post({ canonical: 'https://[' }))).toContain('<link rel="canonical" href="https://example.org/blog/posts/hello/">')
  })
  test.each(['</script><script>alert(1)</script>', '<!--', '"><img src=x onerror=alert(1)>', "' onload='x", '\u2028\u0000\ufffe', ']]>', '$&$1'])('nothing gets out of its place: %j', (text) => {
    const page = post({ title: text, author: { name: text }, terms: new Map([['tags', [text]]]) })
    const tags = tagsOf({ ...page, title: text, description: text }, { title: text, description: text }, [{ ...feed, title: text }])
    for (const tag of tags) {
      expect(tag).toMatch(/^<(?:link|meta)(?: [a-z:-]+="[^"<>]*")+>$|^<script type="application\/ld\+json">[^<>&\u2028\u2029]*<\/script>$/)
      expect(tag).not.toMatch(/[\0\ufffe]/)
    }
    const json: unknown = JSON.parse(/<script[^>]*>(.*)<\/script>/s.exec(tags.at(-1) ?? '')?.[1] ?? '')
    expect(json).toMatchObject({ headline: text.replace(/[\0\ufffe]/g, '') })
  })
})

describe('where they go', () => {
  const tags = [{ key: 'canonical', html: '<C>' }, { key: 'og:title', html: '<T>' }, { key: 'feed:/feed.xml', html: '<F>' }, { key: 'description', html: '<D>' }, { key: 'jsonld', html: '<J>' }]
  const all = '<C>\n<T>\n<F>\n<D>\n<J>\n'
  test.each([
    ['before </head>', '<html><head>\n<title>a</title>\n</head><body>', `<html><head>\n<title>a</title>\n${all}</head><body>`],
    ['in any case', '<HEAD></HEAD >', `<HEAD>\n${all}</HEAD >`],
    ['not in a comment', '<head><!-- </head> --></head>', `<head><!-- </head> -->\n${all}</head>`],
    ['not in a script', '<head><script>"</head>"</script></head>', `<head><script>"</head>"</script>\n${all}</head>`],
    ['not in a style', '<head><style>/* </head> */</STYLE></head>', `<head><style>/* </head> */</STYLE>\n${all}</head>`],
    ['not in an attribute', '<head><meta name="x" content="</head>"></head>', `<head><meta name="x" content="</head>">\n${all}</head>`],
    ['before <body> if the head has no end', '<title>a</title><body class="x">', `<title>a</title>\n${all}<body class="x">`],
    ['after the title if there is neither', '<!doctype html><title>a</title><p>b', `<!doctype html><title>a</title>\n${all}<p>b`],
    ['nowhere in a fragment', '<p>a</p>', '<p>a</p>'],
    ['only the first head counts', '<head></head><body><p></head>', `<head>\n${all}</head><body><p></head>`],
  ])('%s', (_, html, wanted) => {
    expect(insertHead(html, tags)).toBe(wanted)
  })
  test.each([
    ['canonical', '<link rel="canonical" href="/x/">', '<C>'],
    ['canonical, other quotes and order', "<LINK HREF='/x/' REL='Canonical'>", '<C>'],
    ['og:title', '<meta content="x" property="og:title" />', '<T>'],
    ['description', '<meta name=description content=x>', '<D>'],
    ['the feed', '<link rel="alternate" type="application/atom+xml" href="/feed.xml">', '<F>'],
    ['the feed, absolute', '<link href="https://example.org/feed.xml" rel="alternate">', '<F>'],
    ['JSON-LD', '<script type="application/ld+json">{}</script>', '<J>'],
  ])('what the page has is left out: %s', (_, own, left) => {
    expect(insertHead(`<head>${own}</head>`, tags)).toBe(`<head>${own}\n${all.replace(`${left}\n`, '')}</head>`)
  })
  test.each([
    ['in a comment', '<!-- <link rel="canonical" href="/x/"> -->'],
    ['in noscript', '<noscript><link rel="canonical" href="/x/"></noscript>'],
    ['another relation', '<link rel="stylesheet" href="/canonical">'],
    ['another feed', '<link rel="alternate" hreflang="fr" href="/fr/feed.xml">'],
    ['data-name', '<meta data-name="description" content="x">'],
  ])('what only looks like it is not: %s', (_, own) => {
    expect(insertHead(`<head>${own}</head>`, tags)).toBe(`<head>${own}\n${all}</head>`)
  })
  test('a body that has such tags does not count', () => {
    expect(insertHead('<head></head><body><link rel="canonical" href="/x/">', tags)).toContain('<C>')
  })
  test('hostile input ends soon', () => {
    const start = performance.now()
    for (const html of ['<meta '.repeat(20_000), '<meta "'.repeat(5000), '<script>'.repeat(20_000), '<!--'.repeat(50_000), '<title>'.repeat(20_000)]) insertHead(html, tags)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
