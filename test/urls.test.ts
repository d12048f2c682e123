// The contract of addresses, through the real command: recorded from each kind of place, proved by builds, given up one by one.
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const config = `export default { title: 'Kept', url: 'https://example.org/blog/' }\n`
const post = (title: string, front = ''): string => `---\ntitle: ${title}\ndate: 2020-01-02\n${front}---\n\nText.\n`

function site(files: Readonly<Record<string, string>> = {}): string {
  return tempFolder({ 'site.config.mjs': config, 'content/posts/hello.md': post('Hello'), ...files })
}

interface Lock { urls: string[]; feedIds: Record<string, string> }
const lockOf = (root: string): Lock => JSON.parse(fs.readFileSync(path.join(root, 'urls.lock'), 'utf8')) as Lock
const run = (root: string, ...args: string[]): ReturnType<typeof runCli> => runCli(args, { cwd: root })

const sitemap = (...urls: string[]): string => `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.map((url) => `<url><loc>${url}</loc></url>`).join('')}</urlset>`
const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><link href="https://example.org/blog/"/>
<entry><id>tag:example.org,2020:hello</id><link rel="alternate" href="https://example.org/blog/posts/hello/"/><link rel="self" href="https://example.org/no/"/></entry></feed>`

describe('record', () => {
  test('from an output folder: pages, feeds and the ids in them', async () => {
    const root = site({ '_site/index.html': 'x', '_site/a b/index.html': 'x', '_site/404.html': 'x', '_site/atom.xml': atom, '_site/sitemap.xml': sitemap(), '_site/pic.png': 'x', '_site/.hidden/x.html': 'x' })
    expect(await run(root, 'urls', 'record', '_site')).toMatchObject({ code: 0, stderr: '', stdout: 'urls.lock holds 4 addresses (4 new) and 1 feed ids (1 new); every build proves that they are kept\n' })
    expect(lockOf(root)).toMatchObject({ urls: ['/', '/a b/', '/atom.xml', '/posts/hello/'], feedIds: { '/posts/hello/': 'tag:example.org,2020:hello' } })
    await run(root, 'urls', 'record', '_site', '--all')
    expect(lockOf(root).urls).toContain('/pic.png')
  })

  test('from sitemaps and their index, feeds and lists; what no file can answer is named', async () => {
    const root = site({
      'index.xml': `<sitemapindex xmlns="x"><sitemap><loc>https://old.example/part.xml</loc></sitemap></sitemapindex>`, 'part.xml': sitemap('https://old.example/blog/2020/x.html', 'https://old.example/other/'),
      'rss.xml': '<rss><channel><link>https://example.org/</link><item><guid isPermaLink="false">g-1</guid><link>https://example.org/blog/r/</link></item></channel></rss>',
      'feed.json': JSON.stringify({ version: 'https://jsonfeed.org/version/1', items: [{ id: 'j-1', url: 'https://example.org/blog/j/' }] }),
      'list.txt': '# note\n/plain/\nhttps://example.org/blog/%C3%BC/\nhttps://example.org/blog/?p=1\n/../up/\n',
    })
    const { code, stderr } = await run(root, 'urls', 'record', 'index.xml', 'rss.xml', 'feed.json', 'list.txt')
    expect(code).toBe(0)
    expect(stderr).toContain('warning[url-lock] 3 addresses cannot be kept by files and were left out: https://old.example/other/, https://example.org/blog/?p=1, /../up/')
    expect(lockOf(root)).toMatchObject({ urls: ['/2020/x.html', '/j/', '/plain/', '/r/', '/ü/'], feedIds: { '/j/': 'j-1', '/r/': 'g-1' } })
  })

  test('over HTTP', async () => {
    const server = http.createServer((request, response) => {
      const host = `http://localhost:${(server.address() as AddressInfo).port}`
      if (request.url === '/sitemap.xml') response.end(`<sitemapindex><sitemap><loc>${host}/one.xml</loc></sitemap><sitemap><loc>${host}/sitemap.xml</loc></sitemap></sitemapindex>`)
      else if (request.url === '/one.xml') response.end(sitemap('https://example.org/blog/a/'))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => { server.listen(0, resolve) })
    try {
      const root = site()
      const host = `http://localhost:${(server.address() as AddressInfo).port}`
      expect(await run(root, 'urls', 'record', `${host}/sitemap.xml`)).toMatchObject({ code: 0 })
      expect(lockOf(root).urls).toEqual(['/a/'])
      const { code, stderr } = await run(root, 'urls', 'record', `${host}/none.xml`)
      expect([code, stderr]).toEqual([1, expect.stringContaining('the server answered 404')])
    } finally {
      server.close()
    }
  })

  test('adds to what is there, and is the same twice', async () => {
    const root = site({ 'a.txt': '/a/\n', 'b.txt': '/b/\n' })
    for (const name of ['a.txt', 'b.txt', 'b.txt']) await run(root, 'urls', 'record', name)
    expect(lockOf(root).urls).toEqual(['/a/', '/b/'])
  })

  test('refuses what is not there, and folders without a page', async () => {
    const root = site({ 'empty/x.css': 'x' })
    expect((await run(root, 'urls', 'record', 'none')).stderr).toContain('error[url-lock] there is no none')
    expect((await run(root, 'urls', 'record', 'empty')).stderr).toContain('error[url-lock] there is no page in empty')
    expect(fs.existsSync(path.join(root, 'urls.lock'))).toBe(false)
  })
})

describe('builds', () => {
  test('fail for a missing address, until there is an alias; the output stays as it was', async () => {
    const root = site({ 'list.txt': '/posts/hello/\n/2020/hello/\n' })
    expect(await run(root, 'build')).toMatchObject({ code: 0 })
    await run(root, 'urls', 'record', 'list.txt')
    const { code, stderr } = await run(root, 'build')
    expect([code, stderr]).toEqual([1, expect.stringContaining('the nearest page is /posts/hello/: add `aliases: ["/2020/hello/"]` to its front matter')])
    expect(fs.existsSync(path.join(root, 'public/posts/hello/index.html'))).toBe(true)
    writeFiles(root, { 'content/posts/hello.md': post('Hello', 'aliases: ["/2020/hello/"]\n') })
    expect(await run(root, 'build', '--strict')).toMatchObject({ code: 0, stderr: '' })
  })

  test('keep the ids of feeds, also when a post moves and its text is edited', async () => {
    const root = site({ 'atom.xml': atom })
    await run(root, 'urls', 'record', 'atom.xml')
    await run(root, 'build')
    const ids = (): string[] => [...fs.readFileSync(path.join(root, 'public/feed.xml'), 'utf8').matchAll(/<id>(tag:[^<]+)<\/id>/g)].map((match) => match[1] ?? '')
    expect(ids()).toEqual(['tag:example.org,2020:hello'])
    writeFiles(root, { 'content/posts/hello.md': `${post('Hello')}More.\n` })
    expect(await run(root, 'build', '--verify')).toMatchObject({ code: 0 })
    expect(fs.readFileSync(path.join(root, 'public/posts/hello/index.html'), 'utf8')).toContain('More.')
    fs.rmSync(path.join(root, 'content/posts/hello.md'))
    writeFiles(root, { 'content/posts/other.md': post('Hello', 'aliases: [/posts/hello/]\n') })
    expect(await run(root, 'build', '--verify')).toMatchObject({ code: 0 })
    expect(ids()).toEqual(['tag:example.org,2020:hello'])
    fs.rmSync(path.join(root, 'content/posts/other.md'))
    writeFiles(root, { 'content/posts/third.md': post('Third') })
    const { code, stderr } = await run(root, 'build')
    expect([code, stderr]).toEqual([1, expect.stringContaining('error[feed-id-missing]')])
  })

  test('notice a change of the lock file alone', async () => {
    const root = site({ 'list.txt': '/gone/\n' })
    expect(await run(root, 'build')).toMatchObject({ code: 0 })
    await run(root, 'urls', 'record', 'list.txt')
    expect(await run(root, 'build')).toMatchObject({ code: 1 })
    expect(await run(root, 'urls', 'forget', 'https://example.org/blog/gone/')).toMatchObject({ code: 0, stdout: '/gone/ is no promise any more\n' })
    expect(await run(root, 'build')).toMatchObject({ code: 0 })
  })
})

test('wrong usage', async () => {
  const root = site({ 'list.txt': '/a/\n' })
  expect((await run(root, 'urls', 'drop', '/a/')).stderr).toContain('"drop" is neither record nor forget')
  expect((await run(root, 'urls', 'forget', '/a/')).stderr).toContain('there is no urls.lock here')
  expect((await run(root, 'urls', 'record')).code).toBe(2)
})
