// What a site shows of a Contentful space: rich text, references, assets, locales, drafts; and what it tells of what is wrong.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { projectRoot, readTree, removeTempFolders } from './support/cli.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentful } from '../src/sources/contentful/contentful.ts'
import { watchSources } from '../src/sources/watch.ts'
import { spaceId, tokens } from './support/contentful-api.ts'
import { closeServers, createSite, pagesOf } from './support/contentful-site.ts'
import { asset, blog, document, entry, link, locale, manyPosts, node, paragraph, picture, text } from './support/contentful-space.ts'

afterEach(closeServers)
afterAll(removeTempFolders)

const post = (body: object, more: Readonly<Record<string, unknown>> = {}): ReturnType<typeof entry> => entry('p1', 'post', { title: 'One', slug: 'one', date: '2026-02-01', body, ...more })
const bodyOf = (page: string): string => page.slice(page.indexOf('</h1>') + 5).replace(/^<p class="by">.*<\/p>/, '')

describe('rich text', () => {
  test('all kinds of blocks, marks and links', async () => {
    const site = await createSite(blog([
      post(document(
        ...[1, 2, 3, 4, 5, 6].map((level) => node(`heading-${level}`, [text(`Heading ${level}`)])), node('heading-2', [text('Heading 2')]),
        paragraph(text('a<b'), text('bold', 'bold'), text('both', 'italic', 'bold'), text('c()', 'code'), text('u', 'underline'), text('s', 'strikethrough'), text('2', 'superscript'), text('3', 'subscript'), '\nnext line'),
        paragraph(node('hyperlink', [text('out')], { uri: 'https://example.com/?a=1&b="2"' }), node('hyperlink', [text('mail')], { uri: 'mailto:a@example.org' }), node('hyperlink', [text('here')], { uri: '/one/' })),
        node('unordered-list', [node('list-item', [paragraph('item'), node('ordered-list', [node('list-item', [paragraph('deep')])])])]),
        node('blockquote', [paragraph('said')]), node('hr'),
        node('table', [node('table-row', [node('table-header-cell', [paragraph('H')])]), node('table-row', [node('table-cell', [paragraph('C')])])]),
        paragraph(text('const a = 1\nconst b = 2', 'code')),
        paragraph(node('entry-hyperlink', [text('other')], { target: link('p2') }), node('asset-hyperlink', [text('file')], { target: link('pdf', 'Asset') })),
        node('embedded-asset-block', [], { target: link('pic', 'Asset') }), node('embedded-asset-block', [], { target: link('pdf', 'Asset') }), node('embedded-entry-block', [], { target: link('snip') }),
        node('embedded-entry-block', [], { target: link('call') }), paragraph('see ', node('embedded-entry-inline', [], { target: link('p2') })), paragraph(''),
      )),
      entry('p2', 'post', { title: 'Two & more', slug: 'two' }), entry('snip', 'snippet', { title: 's', language: 'js', code: 'let x = "<1>"' }), entry('call', 'callout', { title: 'Mind <this>', text: document(paragraph('inner')) }),
    ], [asset('pic', picture('pic'), 'A picture', { description: 'What it shows' }), asset('pdf', { url: '//assets.ctfassets.net/x/y.pdf', fileName: 'y.pdf', contentType: 'application/pdf', details: { size: 5 } }, 'Paper')]), {
      options: "code: { snippet: { language: 'language', code: 'code' } }, embeds: { callout: ({ fields, escape, render }) => `<aside><b>${escape(fields.title)}</b>${render(fields.text)}</aside>` }",
    })
    expect(await site.build()).toMatchObject({ code: 0, stderr: '' })
    const html = bodyOf(site.page('one'))
    for (const part of [
      '<h1 id="heading-1">Heading 1</h1>', '<h6 id="heading-6">Heading 6</h6>', '<h2 id="heading-2">', '<h2 id="heading-2-1">', 'a&lt;b<strong>bold</strong><em><strong>both</strong></em><code>c()</code><u>u</u><s>s</s><sup>2</sup><sub>3</sub><br>\nnext line',
      '<a href="https://example.com/?a=1&amp;b=&quot;2&quot;">out</a>', '<a href="mailto:a@example.org">mail</a>', '<a href="/one/">here</a>', '<ul>\n<li>\n<p>item</p>\n<ol>\n<li>\n<p>deep</p>', '<blockquote>\n<p>said</p>\n</blockquote>\n<hr>', '<thead>\n<tr>\n<th>H</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>C</td>',
      'const b = 2', '<a href="/two/">other</a>', '<a href="https://assets.ctfassets.net/x/y.pdf">file</a>', '<p><a href="https://assets.ctfassets.net/x/y.pdf">Paper</a></p>', '<aside><b>Mind &lt;this&gt;</b><p>inner</p>\n</aside>', 'see <a href="/two/">Two &amp; more</a>',
      'src="https://images.ctfassets.net/space1/pic/0123/pic.jpg" srcset="https://images.ctfassets.net/space1/pic/0123/pic.jpg?w=480 480w,', 'sizes="(max-width: 48rem) 100vw, 48rem" alt="What it shows" width="2000" height="1000" decoding="async"',
    ]) expect(html).toContain(part)
    // Highlighted, as in markdown.
    expect(html).toMatch(/data-language="javascript"><pre[^>]*><code><span class="[^"]+">let<\/span>/)
    expect(html.trim().endsWith('<p></p>')).toBe(false)
  })

  test('nothing is dropped in silence, and nothing runs', async () => {
    const evil = ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,<script>', 'vbscript:x', '']
    const site = await createSite(blog([
      post(document(
        ...evil.map((uri) => paragraph(node('hyperlink', [text('click')], { uri }))), node('strange-block', [paragraph('kept text')]), node('nothing'), paragraph('<script>alert(1)</script><img src=x onerror=alert(1)>'),
        node('embedded-entry-block', [], { target: link('ann') }), node('embedded-entry-block', [], { target: link('gone') }), node('embedded-asset-block', [], { target: link('gone', 'Asset') }), paragraph(node('entry-hyperlink', [text('person')], { target: link('ann') })),
        paragraph(node('entry-hyperlink', [text('draft')], { target: link('gone') })), node('embedded-resource-block', [], {}),
      )), entry('ann', 'person', { name: 'Ann' }),
    ]))
    const { code, stderr } = await site.build()
    expect(code).toBe(0)
    const html = bodyOf(site.page('one'))
    expect(html).not.toMatch(/<script|<img|javascript:|vbscript:|<a /i)
    expect(html.match(/<p>click<\/p>/g)?.length).toBe(evil.length)
    for (const part of ['<p>kept text</p>', '<p>person</p>', '<p>draft</p>', '&lt;script&gt;']) expect(html).toContain(part)
    for (const part of ['"strange-block", which is not known', '"nothing", which is not known; it is left out', 'nothing says how "Ann" (person ann) is shown', 'links to "Ann" (person ann), which has no page', '"javascript:alert(1)", which is no safe address', 'it refers to another space', '2 references lead to entries or files that are drafts or were deleted', '"One" -> asset gone']) expect(stderr).toContain(part)
    expect(stderr).toContain('Contentful entry p1, field `body`   https://app.contentful.com/spaces/space1/environments/master/entries/p1')
  })

  test('circles of embedded entries and deep nesting end', async () => {
    let deep: object = paragraph('bottom')
    for (let i = 0; i < 500; i++) deep = node('blockquote', [deep])
    const site = await createSite(blog([post(document(deep, node('embedded-entry-block', [], { target: link('c1') }))), entry('c1', 'callout', { title: 'c1', text: document(node('embedded-entry-block', [], { target: link('c1') })) })]), { options: 'embeds: { callout: ({ fields, render }) => `<aside>${render(fields.text)}</aside>` }' })
    const { code, stderr } = await site.build()
    expect(code).toBe(0)
    expect(stderr).toContain('it is nested too deeply')
  })

  test('a link to a heading that is not there is found', async () => {
    const site = await createSite(blog([post(document(node('heading-2', [text('There')]), paragraph(node('hyperlink', [text('x')], { uri: '#there' }), node('hyperlink', [text('y')], { uri: '#nowhere' }), node('hyperlink', [text('z')], { uri: '/no/such/page/' }))))]))
    const { stderr } = await site.build()
    expect(stderr).toContain('[link-anchor]')
    expect(stderr).toContain('[link-broken]')
    expect(stderr).not.toContain('#there')
  })
})

describe('references', () => {
  test('of any depth, in circles, in lists, and to what is not there', async () => {
    const template = `<!doctype html><title>{{ entry.title }}</title>{{ entry.data.author.favourite.data.author.favourite.title }}|{{ entry.data.author.bio.html }}|{{ entry.data.author.bio.text }}|{% for r in entry.data.related %}[{{ r.title }} {{ r.url }} {{ r.data.rating }}]{% endfor %}|{{ entry.data.place.lat }}|{{ entry.data.extra.a[1] }}|{{ entry.data.hero.url }} {{ entry.data.hero.width }}|{{ entry.data.author.photo.alt }}|{{ entry.data.intro.html }}`
    const site = await createSite(blog([
      entry('p1', 'post', { title: 'One', slug: 'one', rating: 1, author: link('ann'), related: [link('p2'), link('gone'), link('p1')], place: { lat: 1.5, lon: 2 }, extra: { a: [1, 'x'] }, hero: link('pic', 'Asset'), intro: document(paragraph(node('entry-hyperlink', [text('two')], { target: link('p2') }))) }),
      entry('p2', 'post', { title: 'Two', slug: 'two', rating: 5, author: link('ann'), related: [], place: { lat: 1, lon: 1 }, extra: { a: [1, 2] }, hero: link('pic', 'Asset'), intro: document(paragraph('i')) }),
      entry('ann', 'person', { name: 'Ann', favourite: link('p2'), photo: link('pic', 'Asset'), bio: document(paragraph('Writes ', text('much', 'bold'))) }),
    ], [asset('pic', picture('pic'), 'Pic')]), { files: { 'templates/entry.njk': template } })
    const { code, stderr } = await site.build()
    expect([code, stderr]).toEqual([0, expect.stringContaining('reference-broken')])
    expect(site.page('one')).toContain('Two|<p>Writes <strong>much</strong></p>\n|Writes much|[Two /two/ 5][One /one/ 1]|1.5|x|https://images.ctfassets.net/space1/pic/0123/pic.jpg 2000|Pic|<p><a href="/two/">two</a></p>')
    expect(stderr).toContain('warning[reference-broken] `related` of "One" refers to entry gone, which is a draft or was deleted')
    // An edit of what is only referred to reaches the page, and nothing else does.
    const two = site.api.get('p2')
    site.api.publish({ ...two, fields: { ...two.fields, rating: { 'en-US': 6 } } })
    await site.build()
    expect(site.page('one')).toContain('[Two /two/ 6]')
    expect((await site.build(['--verify'])).code).toBe(0)
  })

  test('broken ones are errors where that is wanted', async () => {
    const site = await createSite(blog([post(document(paragraph('x')), { author: link('gone') })]), { options: "brokenLinks: 'error'" })
    expect(await site.build()).toMatchObject({ code: 1, stderr: expect.stringContaining('error[reference-broken] `author` of "One" refers to entry gone') as string })
  })

  test('tags that are links are their titles', async () => {
    const site = await createSite(blog([entry('p1', 'post', { title: 'One', slug: 'one', related: [link('t1')] }), entry('t1', 'person', { name: 'Travel' })]), { types: "post: { tags: 'related' }" })
    expect((await site.build()).code).toBe(0)
    expect([...site.files().keys()]).toContain('tags/travel/index.html')
  })
})

test('assets are copied where that is wanted: only those that are used, whole, and once', async () => {
  const site = await createSite(blog([post(document(node('embedded-asset-block', [], { target: link('pic', 'Asset') })), { author: link('ann') }), entry('ann', 'person', { name: 'Ann', photo: link('face', 'Asset') }), entry('bob', 'person', { name: 'Bob', photo: link('unused', 'Asset') })]), { options: "assets: 'download'" })
  for (const [id, title] of [['pic', 'A picture'], ['face', 'A face'], ['unused', 'Nobody']]) site.api.publish(asset(id ?? '', { ...picture(id ?? ''), url: `//${site.api.host}/images/${id}.jpg` }, title))
  let faults = 1
  site.api.onRequest = (request) => (request.host === 'images' && faults-- > 0 ? { kind: 'reset-body' } : undefined)
  expect(await site.build()).toMatchObject({ code: 0, stderr: '' })
  expect(site.page('one')).toContain('<img src="/assets/pic/pic.jpg" alt="A picture" width="2000" height="1000"')
  const copied = [...site.files()].filter(([name]) => name.startsWith('assets/'))
  expect(copied.map(([name, bytes]) => [name, bytes.length])).toEqual([['assets/face/face.jpg', 1600], ['assets/pic/pic.jpg', 1600]])
  site.api.forget()
  fs.rmSync(path.join(site.folder, 'public'), { recursive: true })
  expect((await site.build(['--offline'])).code).toBe(0)
  expect(site.api.requests).toEqual([])
  for (const folder of ['.ssg/assets', 'public']) fs.rmSync(path.join(site.folder, folder), { recursive: true })
  expect((await site.build(['--offline'])).code).toBe(3)
  site.api.onRequest = (request) => (request.host === 'images' ? { kind: 'status', status: 404 } : undefined)
  expect(await site.build()).toMatchObject({ code: 3, stderr: expect.stringMatching(/error\[source-refused\].*\/images\/pic\.jpg: it answered 404/s) as string })
})

test('locales with fallback, each in its own collection', async () => {
  const content = blog([
    entry('p1', 'post', { title: { 'en-US': 'Bread', 'de-DE': 'Brot' }, slug: 'bread', body: { 'en-US': document(paragraph('English.')), 'de-DE': document(paragraph('Deutsch.')) }, related: [link('p2')] }),
    entry('p2', 'post', { title: { 'en-US': 'Only English' }, slug: 'english' }),
  ], [], [locale('en-US', { default: true }), locale('de-DE', { fallbackCode: 'en-US' }), locale('fr-FR')])
  const site = await createSite(content, {
    types: "post: { collection: { 'en-US': 'posts', 'de-AT': 'x' } }", options: "locales: ['en-US', 'de-DE']",
  })
  expect((await site.build()).stderr).toContain('there is no collection "x"')
  const config = path.join(site.folder, 'site.config.mjs')
  fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace("'de-AT': 'x'", "'de-DE': 'beitraege'").replace('collections: {', "collections: { beitraege: { permalink: '/de/:slug/', years: false, source: [] },"))
  fs.writeFileSync(path.join(site.folder, 'templates/entry.njk'), '<!doctype html><title>{{ entry.title }}</title>{{ entry.data.locale }} {{ entry.content }}{% for r in entry.data.related %}{{ r.url }}{% endfor %}')
  expect(await site.build()).toMatchObject({ code: 0, stderr: '' })
  expect(pagesOf(site).filter((page) => page.startsWith('de/'))).toEqual(['de/bread/index.html', 'de/english/index.html'])
  expect(site.page('de/bread')).toContain('<title>Brot</title>')
  expect(site.page('de/bread')).toMatch(/de-DE <p>Deutsch\.<\/p>\n?\/de\/english\//)
  expect(site.page('bread')).toContain('en-US <p>English.</p>')
  expect(site.page('de/english')).toContain('Only English')
})

describe('the mapping', () => {
  test('is checked against the content types', async () => {
    const site = await createSite(blog([post(document())]), { types: "posts: {}, post: { date: 'dat', fields: ['ratin'], collection: 'post' }", options: "code: { snippets: { code: 'code' } }, locales: ['en-UK']" })
    const { code, stderr } = await site.build()
    expect(code).toBe(3)
    for (const part of ['there is no content type "posts"\n  fix: did you mean "post"?', '`types.post.date`: the content type "post" has no field "dat"\n  fix: did you mean "date"?', 'has no field "ratin"', '`types.post.collection`: there is no collection "post"', 'there is no content type "snippets"', 'the space has no locale "en-UK"']) expect(stderr).toContain(part)
  })

  test('gives fields other names, and requires what must be there', async () => {
    const site = await createSite(blog([post(document(), { rating: 4 }), entry('p2', 'post', { title: 'Two', slug: 'two' }), entry('p3', 'post', { title: 'Three' })]), {
      types: "post: { fields: { stars: 'rating' }, require: ['rating'], date: 'sys.createdAt' }", files: { 'templates/entry.njk': '<!doctype html><title>{{ entry.title }}</title>{{ entry.data.stars }}|{{ entry.data.rating is defined }}|{{ entry.date | date("YYYY") }}' },
    })
    const { code, stderr } = await site.build()
    expect(code).toBe(1)
    expect(stderr).toContain('error[front-matter-value] "Two" has no `rating`\n  Contentful entry p2, field `rating`   https://app.contentful.com/spaces/space1/environments/master/entries/p2')
    expect(stderr).toContain('"Three" has no `slug`')
    site.api.unpublish('p2')
    site.api.unpublish('p3')
    expect((await site.build(['--allow-shrink'])).code).toBe(0)
    expect(site.page('one')).toContain('4|false|2026')
  })

  test('slugs can neither leave the site nor hide each other', async () => {
    const site = await createSite(blog([entry('p1', 'post', { title: 'A', slug: '../../etc/passwd' }), entry('p2', 'post', { title: 'B', slug: 'same' })]))
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['etc-passwd/index.html', 'same/index.html'])
    site.api.publish(entry('p3', 'post', { title: 'C', slug: 'same' }))
    expect(await site.build()).toMatchObject({ code: 1, stderr: expect.stringMatching(/duplicate-permalink.*Contentful entry p[23].*Contentful entry p[23]/s) as string })
  })

  test('variables that are missing are named, all at once', async () => {
    const site = await createSite(blog([]))
    expect(await site.build([], { CONTENTFUL_SPACE_ID: '', CONTENTFUL_DELIVERY_TOKEN: '' })).toMatchObject({ code: 3, stderr: expect.stringContaining('CONTENTFUL_SPACE_ID and CONTENTFUL_DELIVERY_TOKEN are not set') as string })
    expect(site.api.requests).toEqual([])
  })
})

describe('quarantine', () => {
  test('keeps the last good version, names it and counts it', async () => {
    const site = await createSite(blog([post(document(paragraph('Good.'))), entry('p2', 'post', { title: 'Two', slug: 'two' })]), { options: "onBadEntry: 'quarantine'" })
    await site.build()
    const { slug: _, ...withoutSlug } = site.api.get('p1').fields
    site.api.publish({ ...site.api.get('p1'), fields: { ...withoutSlug, title: { 'en-US': 'Broken' } } })
    site.api.publish(entry('p3', 'post', { title: 'Never good' }))
    for (const args of [[], ['--no-cache'], ['--offline']]) {
      const { code, stdout, stderr } = await site.build(args)
      expect(code).toBe(0)
      expect(stdout).toContain('quarantined 2')
      expect(stderr).toContain('warning[entry-quarantined] "Broken" has no `slug`; its last good version is used (contentful:p1)')
      expect(stderr).toContain('"Never good" has no `slug`; there is no good version of it, so that it is left out (contentful:p3)')
      expect(site.page('one')).toContain('<p>Good.</p>')
    }
    expect((await site.build(['--verify'])).code).toBe(0)
    site.api.publish({ ...site.api.get('p1'), fields: { ...withoutSlug, slug: { 'en-US': 'one' }, title: { 'en-US': 'Mended' } } })
    site.api.unpublish('p3')
    expect((await site.build()).stdout).not.toContain('quarantined')
    expect(site.page('one')).toContain('Mended')
  })

  test('without it a bad entry fails the build', async () => {
    const site = await createSite(blog([post(document()), entry('p2', 'post', { title: 'Two', slug: 'two', date: 'tomorrow' })]))
    const { code, stderr } = await site.build()
    expect(code).toBe(1)
    expect(stderr).toContain('error[front-matter-date] `date`: "tomorrow" is not a date\n  Contentful entry p2, field `date`   https://app.contentful.com/')
  })
})

test('`ssg list --source` shows what is of a source', async () => {
  const site = await createSite(blog([post(document())]), { files: { 'content/posts/file.md': 'x' }, site: '' })
  const { stdout } = await site.run(['list', '--source', 'contentful', '--at', '2026-06-01'])
  expect((await site.run(['check', '--at', '2026-06-01'])).stdout).toMatch(/^checked \d+ pages/)
  expect(fs.existsSync(path.join(site.folder, '.ssg/snapshots'))).toBe(false)
  expect(stdout).toMatch(/published +2026-02-01 +posts +One +\/one\/ +Contentful entry p1/)
})

describe('preview', () => {
  const content = (): ReturnType<typeof blog> => blog([post(document(paragraph('Published.'))), entry('d1', 'post', { title: 'Draft', slug: 'draft', body: document(paragraph('Not yet.')) }, { publishedVersion: undefined, revision: 0 })])

  test('needs --drafts, and hides every page', async () => {
    const site = await createSite(content())
    const refused = await site.build(['--preview'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--preview shows drafts, so a build needs --drafts beside it')])
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html'])
    const { code, stdout } = await site.build(['--preview', '--drafts'])
    expect(code).toBe(0)
    expect(stdout).toContain('this is a preview')
    expect(pagesOf(site)).toEqual(['draft/index.html', 'one/index.html'])
    for (const [name, bytes] of site.files()) if (name.endsWith('.html')) expect(bytes.toString(), name).toContain('<meta name="robots" content="noindex">')
    expect([...site.files().keys()]).not.toContain('sitemap.xml')
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html'])
    expect(site.page('one')).not.toContain('noindex')
  })

  test('reads what changed, and drops what is gone', async () => {
    const site = await createSite(content())
    await site.build(['--preview', '--drafts'])
    site.api.saveDraft({ ...site.api.get('d1'), fields: { ...site.api.get('d1').fields, title: { 'en-US': 'Draft 2' } } })
    site.api.saveDraft(entry('d2', 'post', { title: 'Second', slug: 'second' }, { publishedVersion: undefined, revision: 0 }))
    site.api.remove('p1')
    expect((await site.build(['--preview', '--drafts'])).code).toBe(0)
    expect(pagesOf(site)).toEqual(['draft/index.html', 'second/index.html'])
    expect(site.page('draft')).toContain('Draft 2')
    expect(site.api.underWay.most).toBeLessThanOrEqual(2)
  })

  test('loses nothing when entries change between pages', async () => {
    for (const act of ['remove', 'saveDraft'] as const) {
      const site = await createSite(manyPosts(60), { options: 'pageSize: 10' })
      let asked = 0
      site.api.onRequest = (request) => {
        if (!request.path.endsWith('/entries') || ++asked !== 4) return
        if (act === 'remove') site.api.remove('post00002')
        else site.api.saveDraft(site.api.get('post00002'))
      }
      expect((await site.build(['--preview', '--drafts'])).code).toBe(0)
      const expected = Array.from({ length: 60 }, (_, i) => `post-${i}/index.html`).filter((page) => act !== 'remove' || page !== 'post-2/index.html')
      expect(pagesOf(site)).toEqual(expected.sort())
    }
  })
})

describe('while serving', () => {
  test('a save of an editor is seen within seconds, and makes only the pages concerned anew', async () => {
    const site = await createSite(blog([
      post(document(paragraph('Published.')), { author: link('ann') }), entry('p2', 'post', { title: 'Two', slug: 'two', author: link('bob') }), entry('ann', 'person', { name: 'Ann' }), entry('bob', 'person', { name: 'Bob' }),
    ]))
    Object.assign(process.env, { CONTENTFUL_SPACE_ID: spaceId, CONTENTFUL_PREVIEW_TOKEN: tokens.preview })
    const source = contentful({ host: site.api.host, previewHost: site.api.previewHost, insecure: true, types: { post: {} }, requests: { firstWaitSeconds: 0.01, retries: 1 } })
    const calls: number[] = [], reports: string[] = []
    const watching = watchSources([source], { root: site.folder, contentFolder: site.folder, timeZone: 'UTC', preview: true, dirty: () => { calls.push(performance.now()) }, report: ({ severity, code }) => { reports.push(`${severity} ${code}`) } })
    const nextCall = async (): Promise<number> => {
      const [before, started] = [calls.length, performance.now()]
      while (calls.length === before && performance.now() - started < 8000) await sleep(20)
      return performance.now() - started
    }
    try {
      await nextCall()
      await site.build(['--preview', '--drafts'])
      const ann = site.api.get('ann')
      site.api.saveDraft({ ...ann, fields: { name: { 'en-US': 'Anna' } } })
      const seen = await nextCall()
      const { stdout } = await site.build(['--preview', '--drafts', '-v'])
      expect(seen).toBeLessThan(5000)
      expect(stdout).toMatch(/^one\/index\.html: part:\["contentful:ann","name"\] changed: was "Ann", is "Anna"\nbuilt 1, /)
      expect(site.page('one')).toContain('Anna')
      // Nothing new: nothing is called.
      const before = calls.length
      await sleep(3500)
      expect(calls.length).toBe(before)
      // An outage is told once, and the looking goes on.
      site.api.onRequest = () => ({ kind: 'status', status: 503 })
      await sleep(4000)
      expect(reports).toEqual(['warning source-unreachable'])
      site.api.onRequest = () => undefined
      site.api.saveDraft(ann)
      await nextCall()
      expect(calls.length).toBe(before + 1)
    } finally {
      watching[Symbol.dispose]()
    }
  }, 60_000)
})

test('`ssg types` writes declarations that fit the config', async () => {
  const site = await createSite(blog([post(document())]))
  expect((await site.run(['types'])).stdout).toContain('wrote content-types.d.ts')
  const file = path.join(site.folder, 'content-types.d.ts')
  const types = fs.readFileSync(file, 'utf8')
  for (const part of ['export interface Post {', '  author?: ContentReference<Person>\n', '  related?: readonly (ContentReference)[]\n', '  body?: ContentText\n', '  hero?: ContentAsset\n', '  place?: { lat: number; lon: number }\n', '  /** title, required */\n  title?: string\n', '  post: Post\n']) expect(types).toContain(part)
  expect((await site.run(['types'])).stdout).toContain('is up to date')
  expect((await site.run(['types', '--check'])).code).toBe(0)
  // They fit what contentful() takes, and find slips.
  const check = (name: string, mapping: string): string => {
    fs.writeFileSync(path.join(site.folder, name), `import { contentful } from 'sourcepress'\nimport type { ContentTypeMappings, Post } from './content-types.d.ts'\nconst types = { post: ${mapping} } satisfies ContentTypeMappings\nexport const space = contentful({ types })\nexport const title: Post['title'] = 'x'\n`)
    return spawnSync(process.execPath, [path.join(projectRoot, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom', '--types', 'node', '--typeRoots', path.join(projectRoot, 'node_modules/@types'), '--allowImportingTsExtensions', name], { cwd: site.folder, encoding: 'utf8' }).stdout
  }
  fs.writeFileSync(path.join(site.folder, 'package.json'), '{ "type": "module" }')
  expect(check('good.ts', "{ date: 'date', fields: ['rating'], updated: 'sys.updatedAt' }")).toBe('')
  expect(check('bad.ts', "{ date: 'dat' }")).toMatch(/bad\.ts\(3,\d+\): error TS\d+: Type '"dat"' is not assignable/)
  site.api.setContentTypes([])
  expect((await site.run(['types', '--check'])).code).toBe(4)
  expect(fs.readFileSync(file, 'utf8')).toBe(types)
})

test('no credential is in anything that is written or printed', async () => {
  const site = await createSite(blog([post(document(paragraph(`The token is ${tokens.delivery}, the end of it ...${tokens.delivery.slice(-5)}.`)))]), { site: 'onEntry: (entry) => { console.log(process.env.CONTENTFUL_DELIVERY_TOKEN); return entry },' })
  const printed: string[] = []
  for (const args of [[], ['-vv'], ['--json'], ['--preview', '--drafts'], ['--no-cache']]) {
    const { stdout, stderr, code } = await site.build(args)
    expect(code).toBe(0)
    printed.push(stdout, stderr)
  }
  for (const fault of ['reset', 'hang', 'html', 'truncate'] as const) {
    site.api.onRequest = () => ({ kind: fault })
    const { stdout, stderr } = await site.build(['-vv'])
    printed.push(stdout, stderr)
  }
  site.api.onRequest = () => ({ kind: 'status', status: 401, body: { sys: { type: 'Error', id: 'AccessTokenInvalid' }, message: `${tokens.delivery} is wrong, ...${tokens.delivery.slice(-4)}` } })
  printed.push((await site.build(['-vv'])).stderr)
  const written = [...readTree(site.folder)].filter(([name]) => !name.startsWith('node_modules')).map(([, bytes]) => bytes.toString())
  for (const text of [...printed, ...written]) {
    expect(text).not.toContain(tokens.delivery)
    expect(text).not.toContain(tokens.preview)
    expect(text).not.toContain(tokens.delivery.slice(-8))
  }
  expect(printed.join('\n')).not.toContain(tokens.delivery.slice(-4))
  expect(printed.join('\n')).toContain('[secret]')
})
