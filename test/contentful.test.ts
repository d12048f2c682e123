// Contentful through the real command and a server of our own: what a site shows, what a build asks, and what is left after every
// fault: the complete site, or a clear error and everything as it was.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli } from './support/cli.ts'
import { spaceId, tokens, type ContentfulApi, type Fault, type SpaceContent } from './support/contentful-api.ts'
import { closeServers, createSite, pagesOf, type Site } from './support/contentful-site.ts'
import { blog, blogTypes, contentType, document, entry, exportFile, link, manyPosts, paragraph, readExport } from './support/contentful-space.ts'

afterEach(closeServers)
afterAll(removeTempFolders)

const snapshotOf = (site: Site): string => [...readTree(path.join(site.folder, '.ssg/snapshots'))].map(([name, bytes]) => `${name} ${bytes}`).join('\n')
const two = (): SpaceContent => blog([
  entry('p1', 'post', { title: 'One', slug: 'one', date: '2026-02-01', author: link('ann'), body: document(paragraph('First text.')) }),
  entry('p2', 'post', { title: 'Two', slug: 'two', date: '2026-02-02', author: link('bob'), body: document(paragraph('Second text.')) }),
  entry('ann', 'person', { name: 'Ann' }), entry('bob', 'person', { name: 'Bob' }),
])

describe('published content', () => {
  test('comes whole at first, and then by what changed; a build without changes asks three times', async () => {
    const site = await createSite(two())
    expect(await site.build()).toMatchObject({ code: 0, stderr: '' })
    expect(site.page('one')).toContain('<p>First text.</p>')
    expect(site.page('one')).toContain('<p class="by">Ann</p>')
    site.api.forget()
    expect((await site.build()).stdout).toMatch(/^built 0, reused \d+/)
    expect(site.api.requests.map((request) => request.path.replace(/.*\//, '')).sort()).toEqual(['content_types', 'locales', 'sync'])

    site.api.publish({ ...site.api.get('p1'), fields: { ...site.api.get('p1').fields, title: { 'en-US': 'One more' } } })
    site.api.publish(entry('p3', 'post', { title: 'Three', slug: 'three' }))
    site.api.unpublish('p2')
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html', 'three/index.html'])
    expect(site.page('one')).toContain('One more')
    expect((await site.build(['--verify'])).code).toBe(0)
    site.api.remove('p3')
    expect((await site.build(['--allow-shrink'])).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html'])
  })

  test('a changed author makes exactly the pages anew that show the name', async () => {
    const site = await createSite(two())
    await site.build()
    site.api.publish({ ...site.api.get('ann'), fields: { name: { 'en-US': 'Anna' }, email: { 'en-US': 'anna@example.org' } } })
    const { stdout } = await site.build(['-v'])
    expect(stdout).toMatch(/^one\/index\.html: part:\["contentful:ann","name"\] changed: was "Ann", is "Anna"\nbuilt 1, /)
    expect(site.page('one')).toContain('Anna')
    site.api.publish({ ...site.api.get('ann'), fields: { ...site.api.get('ann').fields, email: { 'en-US': 'new@example.org' } } })
    expect((await site.build()).stdout).toMatch(/^built 0, /)
    expect((await site.build(['--verify'])).code).toBe(0)
  })

  test('the real exports build, from the file and from the server, to the same pages', async () => {
    const types = "blogPost: { date: 'publishDate', image: 'heroImage' }"
    for (const name of ['richtext', 'markdown'] as const) {
      const site = await createSite(readExport(name), { types })
      expect(await site.build()).toMatchObject({ code: 0 })
      const fromServer = site.files()
      expect(site.page('hello-world')).toContain('<p class="by">John Doe</p>')
      expect(site.page('hello-world')).toMatch(/<h2 id="your-first-steps"/)
      fs.copyFileSync(exportFile(name), path.join(site.folder, 'export.json'))
      const config = path.join(site.folder, 'site.config.mjs')
      fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace('contentful({', "contentful({ file: 'export.json',"))
      site.api.forget()
      expect((await site.build()).code).toBe(0)
      expect(site.files()).toEqual(fromServer)
      expect(site.api.requests).toEqual([])
    }
  })

  test('is the same in three time zones, with dates in the zone of the site', async () => {
    const content = blog([entry('p1', 'post', { title: 'Late', slug: 'late', date: '2026-02-01T00:30', body: document(paragraph('x')) }), entry('p2', 'post', { title: 'Offset', slug: 'offset', date: '2026-02-01T00:30+00:00' })])
    const trees = []
    for (const TZ of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
      const site = await createSite(content, { files: { 'templates/entry.njk': '<!doctype html><title>x</title>{{ entry.date | date("YYYY-MM-DD HH:mm") }}' } })
      expect((await site.build([], { TZ })).code).toBe(0)
      expect(site.page('late')).toContain('2026-02-01 00:30')
      expect(site.page('offset')).toContain('2026-02-01 01:30')
      trees.push(site.files())
    }
    expect(trees[1]).toEqual(trees[0])
    expect(trees[2]).toEqual(trees[0])
  })

  test('pages of 200, at most four requests at once, and smaller pages where the answer is too large', async () => {
    const site = await createSite(manyPosts(450))
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site).length).toBe(450)
    expect(site.api.requests.filter(({ path: asked }) => asked.endsWith('/sync')).length).toBe(4)
    expect(site.api.underWay.most).toBeLessThanOrEqual(4)
    const small = await createSite(manyPosts(60))
    small.api.maxBytes = 12_000
    expect((await small.build()).code).toBe(0)
    expect(pagesOf(small).length).toBe(60)
    expect(small.api.requests.map(({ query }) => query.get('limit')).filter((limit) => limit !== null && limit !== '1000')).toEqual(['200', '100', '50', '25', '12'])
  })

  test('one entry that is too large alone is named by what came before', async () => {
    const site = await createSite(blog([entry('p1', 'post', { title: 'a', slug: 'a' }), entry('p2', 'post', { title: 'b'.repeat(9000), slug: 'b' })]), { options: 'pageSize: 4' })
    site.api.maxBytes = 6000
    const { code, stderr } = await site.build()
    expect(code).toBe(3)
    expect(stderr).toContain('Contentful: one entry alone is larger than the 7 MB that the API gives; it comes after p1')
  })

  test.each([
    ['published', (api: ContentfulApi) => { api.publish(entry('new', 'post', { title: 'New', slug: 'new' })) }, ['new/index.html']],
    ['changed', (api: ContentfulApi) => { api.publish({ ...api.get('post00001'), fields: { ...api.get('post00001').fields, slug: { 'en-US': 'changed' } } }) }, ['changed/index.html']],
    ['unpublished', (api: ContentfulApi) => { api.unpublish('post00001') }, []],
    ['deleted', (api: ContentfulApi) => { api.remove('post00001') }, []],
  ])('an entry that is %s between pages', async (_, act, more) => {
    const site = await createSite(manyPosts(30), { options: 'pageSize: 10' })
    site.api.onRequest = (request) => { if (request.path.endsWith('/sync') && site.api.requests.filter(({ path: asked }) => asked.endsWith('/sync')).length === 2) act(site.api) }
    expect((await site.build()).code).toBe(0)
    const expected = new Set(manyPosts(30).entries.filter(({ fields }) => fields['slug']).map(({ fields }) => `${fields['slug']?.['en-US']}/index.html`))
    if (more.length === 0 || more[0] === 'changed/index.html') expected.delete('post-1/index.html')
    for (const page of more) expected.add(page)
    expect(pagesOf(site)).toEqual([...expected].sort())
  })

  test('an alias that is turned to another environment, and changed content types, read everything anew', async () => {
    const site = await createSite(two())
    await site.build()
    site.api.environment = 'release-2'
    site.api.forget()
    await site.build()
    expect(site.api.requests.some(({ query }) => query.get('initial') === 'true')).toBe(true)
    site.api.setContentTypes([...blogTypes, contentType('more', 'x', [['x', 'Symbol']])])
    site.api.forget()
    await site.build()
    expect(site.api.requests.some(({ query }) => query.get('initial') === 'true')).toBe(true)
    // In the midst of a run.
    site.api.onRequest = (request) => { if (request.path.endsWith('/sync')) site.api.environment = 'release-3' }
    site.api.setContentTypes(blogTypes)
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html', 'two/index.html'])
  })
})

test('an option that comes from the environment counts, though nothing else changed', async () => {
  const site = await createSite(blog([entry('p1', 'post', { title: 'One', slug: 'one', author: link('gone') })]), { options: "brokenLinks: process.env.BROKEN ?? 'warn'" })
  expect((await site.build()).code).toBe(0)
  expect((await site.build([], { BROKEN: 'error' })).code).toBe(1)
  expect((await site.build()).code).toBe(0)
})

test('an export that is none is told', async () => {
  const site = await createSite(blog([]), { options: "file: 'export.json'" })
  const told = async (text: string): Promise<string> => {
    fs.writeFileSync(path.join(site.folder, 'export.json'), text)
    const { code, stderr } = await site.build()
    expect(code).not.toBe(0)
    return stderr
  }
  expect((await site.build()).stderr).toContain('error[file-read] the export export.json of contentful() cannot be read')
  expect(await told('{"entries": [')).toMatch(/error\[data-file\] export\.json is not JSON: .*\n {2}export\.json:1:/)
  expect(await told('[]')).toContain('export.json is no export of Contentful: it lacks contentTypes, entries or locales')
  expect(await told('{"contentTypes": [], "locales": [], "entries": [{"sys": {"id": "a", "type": "Entry"}}, 5]}')).toContain('number 2 of its entries has no `sys`')
  expect(site.api.requests).toEqual([])
})

describe('faults', () => {
  const transient: readonly (readonly [string, Fault])[] = [
    ['429 with a header', { kind: 'status', status: 429, headers: { 'x-contentful-ratelimit-reset': '0' } }], ['429 without', { kind: 'status', status: 429 }], ['500', { kind: 'status', status: 500 }],
    ['502 as HTML', { kind: 'status', status: 502, body: '<html>' }], ['503', { kind: 'status', status: 503 }], ['a reset', { kind: 'reset' }], ['a reset in mid-body', { kind: 'reset-body' }], ['cut JSON', { kind: 'truncate' }],
    ['a login page', { kind: 'html' }], ['an empty object', { kind: 'empty' }], ['a hang', { kind: 'hang' }], ['a drip', { kind: 'drip' }],
  ]

  test.each(transient)('%s once: the site is complete', async (_, fault) => {
    const site = await createSite(manyPosts(12), { options: 'pageSize: 5' })
    const counts = new Set([1, 4])
    site.api.onRequest = (__, number) => (counts.delete(number) ? fault : undefined)
    const result = await site.build()
    expect(result.stderr).toBe('')
    expect(pagesOf(site).length).toBe(12)
  })

  test.each(transient)('%s for good: an error with exit code 3 in time, and all is as it was', async (_, fault) => {
    const site = await createSite(two())
    await site.build()
    const [pages, snapshot] = [site.files(), snapshotOf(site)]
    site.api.publish(entry('p3', 'post', { title: 'Three', slug: 'three' }))
    site.api.onRequest = () => fault
    const started = Date.now()
    const { code, stderr } = await site.build()
    expect(code).toBe(3)
    expect(Date.now() - started).toBeLessThan(15_000)
    expect(stderr).toMatch(/^error\[source-unreachable\] Contentful, space space1, environment master: http:\/\/127\.0\.0\.1:\d+\/spaces\/space1\/environments\/master\/\w+(\?…)?: .+tried \d times in [\d.]+ s/)
    expect(stderr).toContain('--allow-stale builds from it')
    expect(stderr).not.toMatch(/axios|at \w+ \(|TypeError/i)
    expect(site.files()).toEqual(pages)
    expect(snapshotOf(site)).toBe(snapshot)

    const stale = await site.build(['--allow-stale'])
    expect(stale).toMatchObject({ code: 0 })
    expect(stale.stderr).toContain('warning[source-stale]')
    expect(stale.stdout.trim().split('\n').at(-1)).toContain('this build is stale: contentful could not be reached')
    expect(site.files()).toEqual(pages)
    site.api.onRequest = () => undefined
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toContain('three/index.html')
  }, 60_000)

  test('a server that asks to wait longer than is sensible', async () => {
    const site = await createSite(two())
    site.api.onRequest = () => ({ kind: 'status', status: 429, headers: { 'x-contentful-ratelimit-reset': '3600' } })
    const { code, stderr } = await site.build()
    expect(code).toBe(3)
    expect(stderr).toContain('it answered 429, and asks to wait 3600 s')
  })

  test.each([
    [401, 'the delivery token (CONTENTFUL_DELIVERY_TOKEN) was refused', 'if it is a preview token, use --preview'],
    [403, 'the token (CONTENTFUL_DELIVERY_TOKEN) may not read this', 'Settings > API keys'],
    [404, 'there is no such space or environment, or the token (CONTENTFUL_DELIVERY_TOKEN) may not see it', 'check both names'],
    [400, 'a request was refused with 400: Something went wrong. (request request-1)', 'check the options of contentful()'],
  ])('%i is told as what it is, and never covered by a snapshot', async (status, message, fix) => {
    const site = await createSite(two())
    await site.build()
    const pages = site.files()
    site.api.onRequest = (_, number) => (number > site.api.requests.length - 1 ? { kind: 'status', status } : undefined)
    const { code, stderr } = await site.build(['--allow-stale'])
    expect(code).toBe(3)
    expect(stderr).toContain(`error[source-refused] Contentful, space space1, environment master: ${message}`)
    expect(stderr).toContain(fix)
    expect(site.files()).toEqual(pages)
  })

  test('a token that is revoked half-way leaves everything as it was', async () => {
    const site = await createSite(manyPosts(30), { options: 'pageSize: 10' })
    site.api.onRequest = (_, number) => { if (number === 4) site.api.deliveryToken = 'another-token-altogether' }
    expect((await site.build()).code).toBe(3)
    expect(pagesOf(site)).toEqual([])
    expect(snapshotOf(site)).toBe('')
  })

  test('an emptied space does not empty the site', async () => {
    const site = await createSite(manyPosts(10))
    await site.build()
    const [pages, snapshot] = [site.files(), snapshotOf(site)]
    for (let i = 0; i < 6; i++) site.api.unpublish(`post0000${i}`)
    const { code, stderr } = await site.build()
    expect([code, stderr]).toEqual([3, expect.stringContaining('error[source-shrunk] source contentful gave 4 entries; the last time it gave 10')])
    site.api.clear()
    expect((await site.build()).stderr).toContain('gave no entries')
    expect(site.files()).toEqual(pages)
    expect(snapshotOf(site)).toBe(snapshot)
    expect((await site.build(['--allow-shrink'])).code).toBe(0)
    expect(pagesOf(site)).toEqual([])
  })

  test('killed at each request, the next build is complete', async () => {
    const reference = await createSite(manyPosts(12), { options: 'pageSize: 5' })
    await reference.build()
    const total = reference.api.requests.length
    expect(total).toBeGreaterThan(4)
    const site = await createSite(manyPosts(12), { options: 'pageSize: 5' })
    for (let at = 1; at <= total; at++) {
      let kill: ((signal: NodeJS.Signals) => void) | undefined
      site.api.forget()
      site.api.onRequest = (_, number) => {
        if (number === at) kill?.('SIGKILL')
      }
      const killed = await runCli(['build', '--at', '2026-06-01'], { cwd: site.folder, env: { CONTENTFUL_SPACE_ID: spaceId, CONTENTFUL_DELIVERY_TOKEN: tokens.delivery }, onStart: (stop) => { kill = stop } })
      expect(killed.code).toBe(null)
      site.api.onRequest = () => undefined
      expect((await site.build()).code).toBe(0)
      expect(site.files()).toEqual(reference.files())
      fs.rmSync(path.join(site.folder, '.ssg'), { recursive: true })
      fs.rmSync(path.join(site.folder, 'public'), { recursive: true })
    }
  }, 120_000)
})

describe('snapshots', () => {
  test('--offline asks nobody and needs no token', async () => {
    const site = await createSite(two())
    expect(await site.build(['--offline'])).toMatchObject({ code: 3, stderr: expect.stringContaining('error[source-offline]') as string })
    await site.build()
    const pages = site.files()
    fs.rmSync(path.join(site.folder, 'public'), { recursive: true })
    site.api.forget()
    expect(await site.build(['--offline', '--no-cache'], { CONTENTFUL_DELIVERY_TOKEN: '' })).toMatchObject({ code: 0, stderr: expect.stringContaining('because of --offline') as string })
    expect(site.files()).toEqual(pages)
    expect(site.api.requests).toEqual([])
  })

  test('--max-stale refuses what is too old', async () => {
    const site = await createSite(two())
    await site.build()
    for (const name of fs.readdirSync(path.join(site.folder, '.ssg/snapshots')).filter((file) => file.endsWith('.json'))) {
      const file = path.join(site.folder, '.ssg/snapshots', name)
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"at": "[^"]+"/, `"at": "${new Date(Date.now() - 9 * 86_400_000).toISOString()}"`))
    }
    await site.api.close()
    const refused = await site.build(['--max-stale', '7d'])
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringMatching(/A snapshot of .* UTC \(9 days old\) exists: it is older than --max-stale allows/)])
    expect((await site.build(['--max-stale', '10d'])).code).toBe(0)
    expect((await site.build(['--max-stale', 'soon'])).code).toBe(2)
  })

  test.each(['cut', 'gone', 'other'])('one that is %s is made anew', async (damage) => {
    const site = await createSite(two())
    await site.build()
    const folder = path.join(site.folder, '.ssg/snapshots')
    const content = path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith('.jsonl')) ?? '')
    if (damage === 'gone') fs.rmSync(content)
    else fs.writeFileSync(content, damage === 'cut' ? fs.readFileSync(content).subarray(0, 300) : 'x')
    site.api.publish(entry('p3', 'post', { title: 'Three', slug: 'three' }))
    expect((await site.build()).code).toBe(0)
    expect(pagesOf(site)).toEqual(['one/index.html', 'three/index.html', 'two/index.html'])
    expect((await site.build(['--offline'])).code).toBe(0)
  })

  test('a token that the server forgot', async () => {
    const site = await createSite(two())
    await site.build()
    site.api.onRequest = (request) => (request.query.has('sync_token') ? { kind: 'status', status: 400, body: { sys: { type: 'Error', id: 'BadRequest' }, message: 'The sync token is invalid.' } } : undefined)
    expect(await site.build()).toMatchObject({ code: 0, stderr: '' })
    expect(pagesOf(site)).toEqual(['one/index.html', 'two/index.html'])
  })

  test('`ssg snapshot diff` tells what editors changed, and changes nothing', async () => {
    const site = await createSite(two())
    await site.build()
    const before = snapshotOf(site)
    site.api.publish({ ...site.api.get('p1'), fields: { ...site.api.get('p1').fields, title: { 'en-US': 'One more' }, body: { 'en-US': document(paragraph('First text.'), paragraph('And more.')) } } })
    site.api.publish(entry('p3', 'post', { title: 'Three', slug: 'three' }))
    site.api.unpublish('p2')
    const { code, stdout } = await runCli(['snapshot', 'diff'], { cwd: site.folder, env: { CONTENTFUL_SPACE_ID: spaceId, CONTENTFUL_DELIVERY_TOKEN: tokens.delivery } })
    expect(code).toBe(0)
    expect(stdout.replace(/since .* UTC/, 'since THEN')).toBe(`contentful: 3 changes since THEN

changed post "One more" (Entry/p1)
  https://app.contentful.com/spaces/space1/environments/master/entries/p1
  body (en-US):
  + And more.
  title (en-US):
  - One
  + One more

gone post "Two" (Entry/p2)
  https://app.contentful.com/spaces/space1/environments/master/entries/p2
  author (en-US):
  - -> bob
  body (en-US):
  - Second text.
  date (en-US):
  - 2026-02-02
  slug (en-US):
  - two
  title (en-US):
  - Two

new post "Three" (Entry/p3)
  https://app.contentful.com/spaces/space1/environments/master/entries/p3
  slug (en-US):
  + three
  title (en-US):
  + Three
`)
    expect(snapshotOf(site)).toBe(before)
  })
})
