// What happens after a deploy: hooks get what changed, a hook that fails is told and undoes nothing, and none of them is led into
// the own network. And unit tests of what they read in pages of others.
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { idsOf } from '../src/deploy/news.ts'
import { endpointOf, isPrivate, linksOf } from '../src/deploy/webmention.ts'
import { removeTempFolders } from './support/cli.ts'
import { startS3, type S3Server } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'

let s3: S3Server
let elsewhere: { readonly origin: string; readonly posts: string[]; close(): Promise<void> }

/** A hub, pages that want webmentions, and one that does not. */
async function startElsewhere(): Promise<typeof elsewhere> {
  const posts: string[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => { body += text }).on('end', () => {
      if (request.method === 'POST') posts.push(`${request.url} ${decodeURIComponent(body)}`)
      if (request.url === '/refuses') return void response.writeHead(500).end()
      if (request.url === '/header') response.setHeader('link', '<http://x.example/>; rel="other", </mention?a=1>; rel="webmention"')
      response.end(request.url === '/page' ? '<html><head><link rel="x webmention" href="mention-page"></head>' : 'hello')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts,
    close: () => new Promise((done) => { server.close(() => done()); server.closeAllConnections() }),
  }
}

beforeEach(async () => {
  s3 = await startS3()
  elsewhere = await startElsewhere()
})
afterEach(() => Promise.all([s3.close(), elsewhere.close()]))
afterAll(removeTempFolders)

function withHooks(after: string, files = smallSite): DeploySite {
  const site = makeSite(s3, files)
  site.write({ 'site.config.mjs': `export default { title: 'Test', url: 'https://blog.example', id: 'test', deploy: { kind: 's3', bucket: 'site', forcePathStyle: true, after: [${after}] } }\n` })
  return site
}

test('a hub hears of the feeds that changed, and of nothing when nothing did', async () => {
  const site = withHooks(`{ hook: 'websub', hub: '${elsewhere.origin}/hub' }`)
  await site.build()
  await site.deploy()
  expect(elsewhere.posts).toEqual(['/hub hub.mode=publish&hub.url=https://blog.example/feed.xml&hub.topic=https://blog.example/feed.xml'])
  await site.deploy()
  expect(elsewhere.posts).toHaveLength(1)
})

test('webmentions go to those who want them', async () => {
  const link = (name: string): string => `[${name}](${elsewhere.origin}/${name})`
  const site = withHooks(`{ hook: 'webmentions', privateHosts: true }`, { ...smallSite, 'content/posts/links.md': `---\ntitle: Links\ndate: 2026-01-04\n---\n\n${link('header')} ${link('page')} ${link('plain')}\n` })
  await site.build()
  expect((await site.deploy()).stderr).not.toContain('deploy-hook')
  const source = 'source=https://blog.example/posts/links/'
  expect(elsewhere.posts.filter((post) => post.includes(source)).sort()).toEqual([`/mention-page ${source}&target=${elsewhere.origin}/page`, `/mention?a=1 ${source}&target=${elsewhere.origin}/header`])
})

test('webmentions do not lead into the own network', async () => {
  const site = withHooks(`{ hook: 'webmentions', privateHosts: false }`, { ...smallSite, 'content/posts/links.md': `---\ntitle: Links\ndate: 2026-01-04\n---\n\n[a](${elsewhere.origin}/header) [b](http://localhost:1/) [c](http://169.254.169.254/latest/)\n` })
  await site.build()
  const { stderr } = await site.deploy()
  expect(stderr).toMatch(/warning\[deploy-hook\] the site is live, but sending webmentions failed: .*it is in the own network/)
  expect(elsewhere.posts).toEqual([])
})

test('a function and a command get the result', async () => {
  const site = withHooks(`'cat > told.json', async function note(result) { const { writeFileSync } = await import('node:fs'); writeFileSync('note.json', JSON.stringify(result)) }`)
  await site.build()
  await site.deploy()
  const told = JSON.parse(fs.readFileSync(path.join(site.root, 'told.json'), 'utf8')) as Record<string, unknown>
  expect(JSON.parse(fs.readFileSync(path.join(site.root, 'note.json'), 'utf8'))).toEqual(told)
  expect(told).toMatchObject({ url: 'https://blog.example/', feeds: ['https://blog.example/feed.xml'], deleted: [], changed: [], created: expect.arrayContaining(['https://blog.example/posts/one/', 'https://blog.example/']) as string[] })
})

test('hooks that fail are told, each, and undo nothing', async () => {
  const site = withHooks(`'echo oh no >&2; exit 3', function broken() { throw new Error('not today') }, { hook: 'websub', hub: '${elsewhere.origin}/refuses' }, 'true'`)
  await site.build()
  const { stderr } = await site.deploy()
  expect(stderr).toContain('warning[deploy-hook] the site is live, but the hook `echo oh no >&2; exit 3` failed: it ended with 3: oh no')
  expect(stderr).toContain('the hook broken failed: not today')
  expect(stderr).toContain('it answers 500 for https://blog.example/feed.xml')
  expectDeployed(s3, site)
})

describe('what is read', () => {
  test('endpoints of webmentions', () => {
    const at = (headers: http.IncomingHttpHeaders, text = ''): string | undefined => endpointOf({ url: 'https://x.example/a/', headers, text })
    expect(at({ link: '</w>; rel=webmention' })).toBe('https://x.example/w')
    expect(at({ link: '<https://y.example/w>; rel="a webmention b"' })).toBe('https://y.example/w')
    expect(at({ link: '</w>; rel="not-webmention"' })).toBeUndefined()
    expect(at({}, '<a rel="webmention" href="">')).toBe('https://x.example/a/')
    expect(at({}, '<link rel=webmention><a rel=webmention href=w>')).toBe('https://x.example/a/w')
    expect(at({}, '<!-- <a rel=webmention href=w> -->')).toBeUndefined()
  })

  test('links of the article alone, without those to the own site', () => {
    const html = '<nav><a href="https://nav.example/">n</a></nav><article><a href="/own/">o</a><a href="https://a.example/x#y">a</a><a href="mailto:a@b">m</a></article>'
    expect(linksOf(html, 'https://blog.example/p/')).toEqual(['https://a.example/x'])
    expect(linksOf('<a href="https://a.example/">a</a>', 'https://blog.example/p/')).toEqual(['https://a.example/'])
  })

  test('addresses of the own network', () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '192.168.1.1', '172.31.0.1', '100.64.0.1', '0.0.0.0', '::1', 'fd00::1', 'fe80::1', '::ffff:127.0.0.1']) expect(isPrivate(address), address).toBe(true)
    for (const address of ['93.184.216.34', '172.32.0.1', '2606:2800:220:1::']) expect(isPrivate(address), address).toBe(false)
  })

  test('ids in feeds of all kinds', () => {
    expect(idsOf('<feed><id>f</id><entry><title>a</title><id>1</id></entry><entry><id> 2 </id></entry></feed>')).toEqual(['1', '2'])
    expect(idsOf('<rss><channel><item><guid isPermaLink="false">x</guid></item></channel></rss>')).toEqual(['x'])
    expect(idsOf('{"items":[{"id":"1"},{"id":2}]}')).toEqual(['1', '2'])
  })
})
