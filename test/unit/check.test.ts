// Small sites of a few pages each, checked as the build does it: content in, diagnostics out.
import { describe, expect, test } from 'vitest'
import { createChecker } from '../../src/build/check.ts'
import { findLeftovers, mayHaveLeftovers } from '../../src/build/check-leftovers.ts'
import { createExtractor } from '../../src/build/check-page.ts'
import { parseXml } from '../../src/build/check-xml.ts'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { renderFeed } from '../../src/core/feeds.ts'
import { pagesOf } from '../../src/core/pages.ts'
import { outputPath } from '../../src/core/permalink.ts'
import type { BodyLink, Entry, EntryId, FeedFormat, FeedPage, PageSpec, Pager, Permalink, RenderedBody, Site } from '../../src/core/types.ts'
import { makeEntry } from '../support/bodies.ts'

const settings = { title: 'Notes', origin: 'https://example.org', basePath: '/', language: 'en' }
const pager: Pager = { number: 1, pageSize: 10, pageCount: 1, entryCount: 0, first: '/' as Permalink, last: '/' as Permalink }

function base(permalink: string): Pick<PageSpec, 'permalink' | 'output' | 'origin'> {
  return { permalink: permalink as Permalink, output: outputPath(permalink as Permalink), origin: 'templates' }
}
const template = (permalink: string, name = 'page.njk'): PageSpec => ({ kind: 'template', ...base(permalink), template: name, title: 'T' })
const entryPage = (entry: Entry): PageSpec => ({ kind: 'entry', ...base(entry.permalink ?? ''), template: 'entry.njk', entry: entry.id })
const asset = (permalink: string): PageSpec => ({ kind: 'asset', ...base(permalink), file: permalink })

interface MiniSite {
  readonly entries?: readonly Entry[]
  readonly bodies?: Readonly<Record<string, Partial<RenderedBody>>>
  readonly basePath?: string
  readonly thorough?: boolean
}
/** Checks pages with their contents; files without content are only there to be linked to. */
function check(contents: readonly (readonly [PageSpec, string?])[], { entries = [], bodies = {}, basePath = '/', thorough = false }: MiniSite = {}): Diagnostic[] {
  const site: Site = { entries, held: [], byId: new Map(entries.map((entry) => [entry.id, entry])), collections: new Map(), taxonomies: new Map() }
  const body = (id: EntryId): RenderedBody => ({ html: '', excerpt: '', summary: '', toc: [], wordCount: 0, links: [], diagnostics: [], ...bodies[id] })
  const checker = createChecker({ site, settings: { ...settings, basePath }, pages: pagesOf(contents.map(([page]) => page)), body, thorough })
  for (const [page, content] of contents) if (content !== undefined) checker.add(page, content)
  return checker.diagnostics()
}
const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => code)

describe('what is taken from a page', () => {
  const extract = createExtractor('https://example.org')
  const links = (html: string): string[] => extract(html).links.map(({ from, value }) => `${from} ${value}`)
  test.each<[string, string, string[]]>([
    ['quotes', `<a href="/a">x</a><a href='/b'>x</a><a href=/c>x</a><a href = "/d">x</a>`, ['a href /a', 'a href /b', 'a href /c', 'a href /d']],
    ['case', '<A HREF="/a">x</A>', ['a href /a']],
    ['entities', '<a href="/?a=1&amp;b=2&#38;c&#x26;d&unknown;">x</a>', ['a href /?a=1&b=2&c&d&unknown;']],
    ['each once', '<a href="/a">x</a><a href="/a">y</a><img src="/a" alt="">', ['a href /a', 'img src /a']],
    ['a > in an attribute', '<p title="a > <a href=/no>"><a data-x=">" href="/b">x</a>', ['a href /b']],
    ['comments', '<!-- <a href="/a"> --><a href="/b">x</a>', ['a href /b']],
    ['script, style, textarea', '<script>"<a href=/a>"</script><style>/*<a href=/b>*/</style><textarea><a href=/c></textarea><a href="/d">x</a>', ['a href /d']],
    ['a script that does not end', '<script>"<a href=/a>"', []],
    ['a tag that does not end', '<a href="/a', []],
    ['srcset', '<img srcset="a.png 1x, b,c.png 2x" alt=""><source srcset="d.png">', ['img srcset a.png', 'img srcset b,c.png', 'source srcset d.png']],
    ['media', '<video src="/v" poster="/p"></video><object data="/o"></object><iframe src="/f"></iframe><svg><use xlink:href="#i"/></svg>', ['video src /v', 'video poster /p', 'object data /o', 'iframe src /f', 'use xlink:href #i']],
    ['head', '<link rel="stylesheet" href="/s.css"><link rel="preconnect" href="/x"><meta property="og:image" content="https://example.org/i.png"><meta http-equiv="refresh" content="0; url=/new/">', ['link href /s.css', 'meta og:image https://example.org/i.png', 'meta refresh /new/']],
    ['other sites', '<a href="https://other.org/">x</a><a href="//other.org/">x</a><a href="https://example.org.evil/">x</a><a href="http://example.org/">x</a>', []],
    ['our site', '<a href="https://example.org">x</a><a href="https://example.org/a">x</a><a href="//example.org/b">x</a>', ['a href https://example.org', 'a href https://example.org/a', 'a href //example.org/b']],
    ['other schemes', '<a href="mailto:a@b">x</a><a href="JavaScript:x">x</a><a href="tel:1">x</a><img src="data:x" alt=""><a href="">x</a>', []],
    ['the first of two', '<a href="/a" href="/b">x</a>', ['a href /a']],
    ['text', 'a < b <3 </a> <> <é href="/a">', []],
  ])('%s', (_, html, wanted) => {
    expect(links(html)).toEqual(wanted)
  })
  test('title, ids, base, pictures', () => {
    expect(extract('<title> A &amp;\n<b> </title><base href="/x/"><svg><title>no</title></svg><h1 id=a></h1><a name="b"></a><p ID="c d"></p><p id=""></p><img src="1"><img src="2" alt=""><img src="3" alt="x"><img>')).toEqual({
      title: 'A &\n<b>', base: '/x/', ids: ['a', 'b', 'c d'], noAlt: ['1', ''], emptyAlt: ['2'], links: [{ from: 'img src', value: '1' }, { from: 'img src', value: '2' }, { from: 'img src', value: '3' }], leftovers: [],
    })
  })
  test('facts survive JSON', () => {
    const facts = extract('<title>x</title><a href="/a">x</a>')
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
  })
  test('hostile input ends soon', () => {
    const start = performance.now()
    for (const part of ['<', '<a ', '<a "', '<!--', '<script>', '<a href="', '<img srcset="a,', '&', '{{', '<p>undefined']) extract(part.repeat(50_000))
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('links', () => {
  const files = [template('/'), template('/about/'), template('/posts/Hello/'), template('/old.html'), asset('/pic.png'), asset('/a b+ü&.pdf'), asset('/feed.xml')]
  const linkTo = (href: string, basePath = '/', from = template('/posts/a/')): Diagnostic[] => check([[from, `<h1 id="top-1">x</h1><a href="${href.replaceAll('&', '&amp;')}">x</a>`], ...files.map((file) => [file, file.kind === 'template' ? '<p id="é">x</p><p id="part">x</p>' : undefined] as const)], { basePath })

  test.each(['/', '/about/', '/about/index.html', '/posts/Hello/', '../Hello/', '../../about/', './', '?x=1', '/pic.png?v=2', '/a%20b+%C3%BC&.pdf', '/a b+ü&.pdf', '/feed.xml', 'https://example.org/about/', '//example.org/about/', '/old.html',
    '#top-1', '#', '#top', '/about/#part', '/about/#%C3%A9', '/about/#é', '/about/#:~:text=x', '/about/#part:~:text=x', '/pic.png#page=2', 'mailto:x@y', 'https://other.org/nothing'])('%s is fine', (href) => {
    expect(linkTo(href)).toEqual([])
  })

  test.each<[string, string, Diagnostic['code'], string?]>([
    ['nothing there', '/nothing-like-it/', 'link-broken'],
    ['a typing mistake', '/abuot/', 'link-broken', 'did you mean /about/?'],
    ['moved', '/2020/01/Hello/', 'link-broken', 'did you mean /posts/Hello/?'],
    ['moved from a file', '/2020/01/Hello.html', 'link-broken', 'did you mean /posts/Hello/?'],
    ['case', '/posts/hello/', 'link-broken', 'did you mean /posts/Hello/?'],
    ['case without a slash', '/About', 'link-broken', 'did you mean /about/?'],
    ['without .html', '/old', 'link-broken', 'did you mean /old.html?'],
    ['a slash after a file', '/feed.xml/', 'link-broken', 'did you mean /feed.xml?'],
    ['two slashes', '/about//', 'link-broken', 'did you mean /about/?'],
    ['relative to the wrong folder', 'about/', 'link-broken'],
    ['a bad percent sign', '/100%/', 'link-broken'],
    ['a space that is none', '/a+b+%C3%BC&.pdf', 'link-broken', 'did you mean /a b+ü&.pdf?'],
    ['no slash at the end', '/about', 'link-redirect', 'write /about/.'],
    ['no such anchor', '/about/#paart', 'link-anchor', 'did you mean /about/#part?'],
    ['no such anchor on the page itself', '#nope', 'link-anchor', 'correct what stands after the `#`, or take it away.'],
    ['no such anchor behind a redirect', '/about#part', 'link-redirect', 'write /about/.'],
    ['a missing value', '/tags/undefined/', 'link-broken', 'look in the template for a value that is missing.'],
  ])('%s', (_, href, code, fix) => {
    const [found, ...others] = linkTo(href)
    expect(found).toMatchObject({ code, severity: code === 'link-redirect' ? 'note' : 'warning', context: '/posts/a/, made by page.njk', ...(fix && { fix }) })
    expect(found?.message).toContain(`"${href}"`)
    expect(others).toEqual([])
  })

  test.each<[string, string[]]>([
    ['/blog/about/', []], ['/blog/', []], ['/blog', ['link-redirect']], ['/about/', ['link-broken']], ['/shop/', []], ['https://example.org/shop/', []], ['../../../shop/', []], ['/blogger/', []],
  ])('under a base path: %s', (href, wanted) => {
    expect(codes(linkTo(href, '/blog/'))).toEqual(wanted)
  })

  test('pictures, styles, redirects and canonical addresses are links too', () => {
    const found = check([[template('/'), '<link rel="canonical" href="https://example.org/x/"><link rel="stylesheet" href="/s.css"><meta http-equiv="refresh" content="0;url=/new/"><img src="p.png" srcset="q.png 2x" alt="x">']])
    expect(found.map(({ message }) => message)).toEqual([
      'the `refresh` of <meta> "/new/" leads to nothing on this site',
      'the `src` of <img> "p.png" (/p.png) leads to nothing on this site',
      'the `srcset` of <img> "q.png" (/q.png) leads to nothing on this site',
      'the `href` of <link> "/s.css" leads to nothing on this site',
      'the `href` of <link> "https://example.org/x/" (/x/) leads to nothing on this site',
    ])
  })

  test('<base> is honoured', () => {
    expect(codes(check([[template('/a/'), '<base href="/b/"><a href="c/">x</a>'], [template('/b/c/'), ''], [template('/d/'), '<a href="c/">x</a>']]))).toEqual(['link-broken'])
  })

  test('a link of a template is told once, with the number of pages', () => {
    const pages = ['/', '/a/', '/b/'].map((permalink) => [template(permalink), '<nav><a href="/gone/">x</a></nav>'] as const)
    expect(check(pages.toReversed())).toEqual([{
      severity: 'warning', code: 'link-broken', message: 'the link "/gone/" leads to nothing on this site', context: '/a/, made by page.njk (and 2 other pages)', fix: 'correct the address, or take the link away.',
    }])
  })
})

describe('where a link was written', () => {
  const text = 'Some text\nwith [a link](/gone/) and [another](/gone/).\n\n[third](/other-gone/)'
  const entry = makeEntry(text)
  const link = (line: number, href = '/gone/', raw = href): BodyLink => ({ raw, href, line })
  const html = '<a href="/gone/">x</a>'

  test('the line and column of the source', () => {
    const found = check([[entryPage(entry), html]], { entries: [entry], bodies: { [entry.id]: { links: [link(2)] } } })
    expect(found).toEqual([{
      severity: 'warning', code: 'link-broken', message: 'the link "/gone/" leads to nothing on this site', fix: 'correct the address, or take the link away.',
      at: { file: 'content/posts/hello.md', line: 6, column: 15, length: 6 },
    }])
  })
  test('every line that has it', () => {
    const found = check([[entryPage(entry), html]], { entries: [entry], bodies: { [entry.id]: { links: [link(2), link(4)] } } })
    expect(found.map(({ at }) => [at?.line, at?.column])).toEqual([[6, 15], [8, undefined]])
  })
  test('a link that was written in another form', () => {
    const found = check([[entryPage(entry), html]], { entries: [entry], bodies: { [entry.id]: { links: [link(4, '/gone/', './gone.md')] } } })
    expect(found[0]).toMatchObject({ message: 'the link "./gone.md" (/gone/) leads to nothing on this site', at: { line: 8 } })
  })
  test('an excerpt on a list does not count again; a link of the template beside it does', () => {
    const list: PageSpec = { kind: 'list', ...base('/'), template: 'list.njk', title: 'L', entries: [entry.id], pager }
    const found = check([[entryPage(entry), html], [list, html], [template('/x/'), html]], { entries: [entry], bodies: { [entry.id]: { links: [link(2)] } } })
    expect(found.map(({ at, context }) => at?.line ?? context)).toEqual([6, '/x/, made by page.njk'])
  })
  test('a picture of the body that stands in the head, too, is told once', () => {
    const picture = '<meta property="og:image" content="https://example.org/gone.png"><img src="/gone.png" alt="x">'
    const found = check([[entryPage(entry), picture]], { entries: [entry], bodies: { [entry.id]: { links: [link(1, '/gone.png')] } } })
    expect(found.map(({ at, context }) => [at?.line, context])).toEqual([[5, undefined]])
  })
  test('what was told while the body was rendered is not told again', () => {
    const diagnostics: Diagnostic[] = [{ severity: 'error', code: 'link-broken', message: 'there is no file', at: { file: 'content/posts/hello.md', line: 6, column: 6 } }]
    expect(check([[entryPage(entry), html]], { entries: [entry], bodies: { [entry.id]: { links: [link(2)], diagnostics } } })).toEqual([])
  })
})

describe('leftovers', () => {
  test.each<[string, string[]]>([
    ['<p>[object Object]</p>', ['[object Object]']],
    ['<p>by [object Promise]!</p>', ['[object Promise]']],
    ['<time>Invalid Date</time>', ['Invalid Date']],
    ['<h1>undefined</h1>', ['undefined']], ['<p> null\n</p>', ['null']], ['<td>NaN</td>', ['NaN']],
    ['<p>it is undefined</p>', []], ['<p>undefined <b>x</b></p>', []], ['<p><b>x</b>null</p>', []],
    ['<p>{{ entry.title }}</p>', ['{{ entry.title }}']], ['<p>a {% if x %}b{% endif %}</p>', ['{% if x %}', '{% endif %}']],
    ['<code>{{ x }}</code><pre>[object Object]<b>null</b></pre><script>null; "{{x}}"</script>', []],
    ['<time datetime="Invalid Date">x</time>', ['Invalid Date']], ['<a href="https://x.org/undefined">x</a>', ['https://x.org/undefined']], ['<meta content="null">', ['null']],
    ['<a href="https://x.org/undefined-behaviour/">x</a>', []], ['<p title="null">x</p>', []],
    ['<p>&#91;object Object]</p>', []],
  ])('%s', (html, wanted) => {
    const found = mayHaveLeftovers(html) ? findLeftovers(html) : []
    expect(found.map(({ text }) => text)).toEqual(wanted)
  })

  const entry = makeEntry('x', { title: 'Why {{ x }} is kept', terms: new Map([['tags', ['null']]]) })
  test('what writers wrote is theirs', () => {
    const html = '<title>Why {{ x }} is kept</title><a href="/tags/">null</a><td>NaN</td><p>[object Object]</p><p>{% raw %}</p>'
    const bodies = { [entry.id]: { html: '<table><td>NaN</td></table><p>[object Object] is what it shows</p>', summary: 'use {% raw %} here' } }
    expect(check([[entryPage(entry), html], [template('/tags/'), '']], { entries: [entry], bodies })).toEqual([])
  })
  test('what a template left is told once', () => {
    const pages = [[entryPage(entry), '<time>undefined</time>'], [template('/a/'), '<time>undefined</time>']] as const
    expect(check(pages, { entries: [entry], bodies: { [entry.id]: { html: '<p>undefined is not a function</p>' } } })).toEqual([{
      severity: 'warning', code: 'leftover', message: '"undefined" is left in the text of <time>', context: '/a/, made by page.njk (and 1 other page)', fix: 'look in the template for a value that is missing or is no text.',
    }])
  })
  test('an address is told of by where it leads to', () => {
    expect(codes(check([[template('/'), '<a href="/tags/undefined/">x</a>']]))).toEqual(['link-broken'])
    expect(check([[template('/'), '<a href="/tags/null/">x</a>'], [template('/tags/null/'), '']])).toEqual([])
  })
})

describe('only for `ssg check`', () => {
  const [a, b] = [makeEntry('![](p.png)\n\n![x](q.png)'), makeEntry('', { id: 'posts/b.md' as EntryId, permalink: '/b/' as Permalink, origin: { file: 'content/posts/b.md', locate: (key) => (key === 'title' ? { line: 2, column: 8 } : undefined) } })]
  const list = (permalink: string, number: number): PageSpec => ({ kind: 'list', ...base(permalink), template: 'list.njk', title: 'L', entries: [], pager: { ...pager, number } })
  test('titles', () => {
    const pages = [[entryPage(a), '<title>Same</title>'], [entryPage(b), '<title>Same</title>'], [template('/c/'), '<title>Other</title>'], [list('/l/', 1), '<title>L</title>'], [list('/l/page/2/', 2), '<title>L</title>']] as const
    expect(check(pages, { entries: [a, b] })).toEqual([])
    expect(check(pages, { entries: [a, b], thorough: true })).toEqual([{
      severity: 'warning', code: 'title-duplicate', message: '2 pages have the title "Same"', fix: 'give each page a title of its own.',
      at: { file: 'content/posts/b.md', line: 2, column: 8 }, related: [{ at: { file: 'content/posts/hello.md' }, note: 'as /posts/hello/' }],
    }])
  })
  test('pictures', () => {
    const links = [{ raw: 'p.png', href: '/p.png', line: 1 }, { raw: 'q.png', href: '/q.png', line: 3 }]
    const html = '<img src="/p.png" alt=""><img src="/q.png" alt=""><img src="/logo.png"><img src="/line.png" alt="">'
    const files = ['/p.png', '/q.png', '/logo.png', '/line.png'].map((file) => [asset(file)] as const)
    expect(check([[entryPage(a), html], ...files], { entries: [a], bodies: { [a.id]: { links } }, thorough: true })).toMatchObject([
      { code: 'image-alt', message: 'the picture "/p.png" has no alternative text', at: { file: 'content/posts/hello.md', line: 5, column: 5 } },
      { code: 'image-alt', message: 'the picture "/logo.png" has no alternative text', context: '/posts/hello/, made by entry.njk' },
    ])
  })
})

describe('feeds read back', () => {
  const entry = makeEntry('', { date: new Date('2024-05-06T00:00:00Z') })
  const twin = { ...entry, id: 'posts/twin.md' as EntryId }
  const feedPage = (format: FeedFormat, entries: readonly Entry[]): FeedPage => ({ kind: 'feed', ...base('/feed.xml'), format, title: 'F', about: '/' as Permalink, entries: entries.map(({ id }) => id) })
  const problems = (format: FeedFormat, text: (feed: string) => string, entries: readonly Entry[] = [entry], origin = settings.origin): Diagnostic[] => {
    const feed = renderFeed(feedPage(format, entries), { ...settings, origin }, entries.map((one) => ({ entry: one, html: '<p>x</p>', summary: 'x' })))
    return check([[feedPage(format, entries), text(feed)]], { entries })
  }

  test.each(['atom', 'rss', 'json'] as const)('a good %s feed', (format) => {
    expect(problems(format, (feed) => feed)).toEqual([])
    expect(problems(format, (feed) => feed, [])).toEqual([])
  })
  test.each<[FeedFormat, string | RegExp, string, string]>([
    ['atom', '</entry>', '', 'line 21: an end tag that closes nothing (<entry> is open)'],
    ['atom', '<title>F', '<title>F & G', 'a `&` that begins no entity'],
    ['atom', /<title>F<\/title>/, '<title> </title>', 'it has no title'],
    ['atom', /<entry>[^]*<\/entry>/, '', 'it has 0 entries, not 1'],
    ['atom', '2024-05-06T00:00:00.000Z</published>', '6 May 2024</published>', '"6 May 2024" is no date'],
    ['atom', '<id>urn:uuid:', '<id>', 'is no absolute IRI'],
    ['atom', 'rel="self" href="https://example.org/feed.xml"', 'rel="self" href="https://example.org/atom.xml"', 'it gives https://example.org/atom.xml as its own address'],
    ['atom', 'href="https://example.org/posts/hello/"', 'href="/posts/hello/"', '"/posts/hello/" is no absolute address'],
    ['atom', /<author>[^]*?<\/author>/, '', 'it names no author'],
    ['atom', 'http://www.w3.org/2005/Atom', 'http://example.org/', 'it is no Atom feed'],
    ['rss', 'version="2.0"', 'version="0.91"', 'it is no RSS 2.0 feed'],
    ['rss', /<pubDate>[^<]*/, '<pubDate>2024-05-06', '"2024-05-06" is no date'],
    ['rss', 'xmlns:content', 'xmlns:contents', 'the prefix of content:encoded is not declared'],
    ['json', '{', '[', ''],
    ['json', 'version/1.1', 'version/1', 'it is no JSON Feed 1.1'],
    ['json', /"content_html": "[^"]*"/, '"content_html": ""', 'has neither content nor summary'],
  ])('%s: %s', (format, pattern, replacement, message) => {
    const [found] = problems(format, (feed) => feed.replace(pattern, replacement))
    expect(found).toMatchObject({ severity: 'error', code: 'feed-invalid' })
    expect(found?.message).toContain(message)
    expect(found?.message).toContain('/feed.xml')
  })
  test('a date that no reader knows is located', () => {
    const late = { ...entry, date: new Date('+012024-01-01T00:00:00Z') }
    expect(problems('atom', (feed) => feed, [late]).at(-1)).toMatchObject({ at: { file: 'content/posts/hello.md' } })
  })
  test('two entries with one id', () => {
    const origin = { file: 'content/posts/twin.md', locate: () => ({ line: 3 }) }
    const found = problems('atom', (feed) => feed, [{ ...entry, uid: 'tag:a,2020:1', origin }, { ...twin, uid: 'tag:a,2020:1' }])
    expect(found).toMatchObject([{ code: 'feed-invalid', message: 'the feed /feed.xml would not be valid: two entries have the id tag:a,2020:1', at: { file: 'content/posts/twin.md', line: 3 } }])
  })
})

describe('the strict reader of XML', () => {
  test.each([
    '<a/>', '<?xml version="1.0"?>\n<!-- x --><a>\n<b c="d" e=\'f\'/> &amp;&#65;&#x41; <![CDATA[<&]]></a>\n', '<a xml:lang="de" xmlns:b="c"><b:d b:e="f"/></a>',
  ])('takes %s', (xml) => {
    expect(parseXml(xml)).toHaveProperty('root.name', 'a')
  })
  test.each([
    '', 'a', '<a>', '</a>', '<a></b>', '<a><b></a></b>', '<a/><a/>', '<a/>x', '<a b=c/>', '<a b="c" b="d"/>', '<a b="<"/>', '<a b="&x"/>', '<a>&nbsp;</a>', '<a>& </a>', '<a>]]></a>', '<a><![CDATA[x</a>', '<a><!-- x</a>',
    '<a>\u0000</a>', '<a>\ud800</a>', '<b:a/>', '<a b:c="d"/>', '<!DOCTYPE a><a/>', '<a', '<a b="', '<A></a>', '< a/>',
  ])('refuses %j', (xml) => {
    expect(parseXml(xml)).toHaveProperty('problem')
  })
  test('texts come out whole', () => {
    expect(parseXml('<a b="&quot;&lt;&#x1F389;">x&amp;amp;<![CDATA[&amp;<b>]]>y<c>z</c></a>')).toMatchObject({ root: { text: 'x&amp;&amp;<b>y', attributes: new Map([['b', '"<🎉']]), children: [{ name: 'c', text: 'z' }] } })
  })
})
