// `ssg serve` over HTTP: what a static host does, and what nobody may get.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cliFile, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'
import { serve, stopServers, waitFor, type Served } from './support/serve.ts'

const secretText = 'nobody may read this'
let folder = '', site = ''
let server: Served

function config(more = ''): string {
  return `import { defineConfig } from 'sourcepress'\nexport default defineConfig({ title: 'Served', url: 'https://example.org/'${more} })\n`
}

beforeAll(async () => {
  folder = tempFolder({ 'secret.txt': secretText })
  site = path.join(folder, 'site')
  writeFiles(site, {
    'site.config.ts': config(),
    'secret.txt': secretText,
    'content/posts/hello.md': '---\ntitle: Hello\ndate: 2026-01-01\naliases: [/old/place/]\n---\n\nGreetings.\n',
    'content/posts/idea.md': '---\ntitle: Idea\ndraft: true\n---\n\nA draft.\n',
    'content/posts/later.md': '---\ntitle: Later\ndate: 2199-05-06\n---\n\nScheduled.\n',
    'content/posts/Zoë & co.md': '---\ntitle: Names\ndate: 2026-01-02\n---\n\nNames.\n',
    'static/sound.mp3': Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 256)),
    'static/style.css': 'body { color: green }\n',
    'static/data.json': '{}\n',
    'static/empty.txt': '',
    'static/folder/inner.txt': 'inner\n',
  })
  fs.symlinkSync(path.join(folder, 'secret.txt'), path.join(site, 'static/link.txt'))
  server = await serve(site)
}, 60_000)

afterAll(() => {
  stopServers()
  removeTempFolders()
})

describe('like a host', () => {
  test('serves index documents, and redirects to them with the query', async () => {
    expect((await server.get('/posts/hello/')).text).toContain('Greetings')
    const { status, headers } = await server.get('/posts/hello?a=b')
    expect([status, headers.location]).toEqual([302, '/posts/hello/?a=b'])
    expect((await server.get('/posts/hello/index.html')).status).toBe(200)
  })

  test('gives the 404 page with status 404, and no list of a folder', async () => {
    for (const address of ['/nothing/', '/nothing', '/folder/', '/folder', '/posts/hello/x', '/style.css/']) {
      const { status, text, headers } = await server.get(address)
      expect([status, headers['content-type']], address).toEqual([404, 'text/html; charset=utf-8'])
      expect(text).toContain('Page not found')
      expect(text).not.toContain('inner.txt')
    }
  })

  test('redirects aliases', async () => {
    const { status, headers } = await server.get('/old/place/')
    expect([status, headers.location]).toEqual([301, '/posts/hello/'])
  })

  test.each([
    ['/', 'text/html; charset=utf-8'], ['/style.css', 'text/css; charset=utf-8'], ['/theme.js', 'text/javascript; charset=utf-8'], ['/data.json', 'application/json; charset=utf-8'],
    ['/favicon.svg', 'image/svg+xml; charset=utf-8'], ['/sound.mp3', 'audio/mpeg'], ['/robots.txt', 'text/plain; charset=utf-8'], ['/feed.xml', 'text/xml; charset=utf-8'],
  ])('says what %s is', async (address, type) => {
    const { headers } = await server.get(address)
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
  })

  test('answers HEAD as GET, without the bytes', async () => {
    for (const address of ['/', '/sound.mp3', '/nothing/', '/posts/hello', '/empty.txt']) {
      const [head, get] = await Promise.all([server.get(address, { method: 'HEAD' }), server.get(address)])
      expect(head.bytes.length).toBe(0)
      const about = ({ status, headers: { 'content-length': length, 'content-type': type, etag } }: typeof get): unknown[] => [status, length, type, etag]
      expect(about(head), address).toEqual(about(get))
    }
  })

  test('answers an ETag that still holds with 304', async () => {
    for (const address of ['/', '/sound.mp3']) {
      const { headers: { etag = '' } } = await server.get(address)
      expect(etag).toMatch(/^"\w+"$/)
      for (const asked of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const reply = await server.get(address, { headers: { 'if-none-match': asked } })
        expect([reply.status, reply.bytes.length], asked).toEqual([304, 0])
      }
      expect((await server.get(address, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
    }
  })

  test.each([
    ['bytes=0-9', 206, 'bytes 0-9/1000', 10], ['bytes=990-', 206, 'bytes 990-999/1000', 10], ['bytes=-5', 206, 'bytes 995-999/1000', 5], ['bytes=0-99999', 206, 'bytes 0-999/1000', 1000],
    ['bytes=1000-', 416, 'bytes */1000', 0], ['bytes=5-2', 416, 'bytes */1000', 0], ['bytes=0-1,5-6', 200, undefined, 1000], ['lines=0-1', 200, undefined, 1000], ['nonsense', 200, undefined, 1000],
  ])('takes the range %s', async (range, status, contentRange, length) => {
    const whole = (await server.get('/sound.mp3')).bytes
    const reply = await server.get('/sound.mp3', { headers: { range } })
    expect([reply.status, reply.headers['content-range'], reply.bytes.length]).toEqual([status, contentRange, length])
    if (status === 206) expect(reply.bytes).toEqual(whole.subarray(...(contentRange ?? '').match(/\d+/g)!.slice(0, 2).map((text, i) => Number(text) + i)))
  })

  test('takes a range of a page, and all of it if the page is another one by now', async () => {
    const { headers: { etag = '' }, bytes } = await server.get('/posts/hello/')
    expect((await server.get('/posts/hello/', { headers: { range: 'bytes=0-3', 'if-range': etag } })).bytes).toEqual(bytes.subarray(0, 4))
    expect((await server.get('/posts/hello/', { headers: { range: 'bytes=0-3', 'if-range': '"old"' } })).bytes).toEqual(bytes)
  })

  test('takes no other methods', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) expect(await server.get('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  test('serves names with spaces and other letters', async () => {
    const link = /href="(\/posts\/zo[^"]+)"/.exec((await server.get('/')).text)?.[1] ?? ''
    expect((await server.get(link)).text).toContain('Names')
  })

  test('puts its script only into pages that a browser opens', async () => {
    const plain = await server.get('/posts/hello/')
    const opened = await server.get('/posts/hello/', { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(plain.text).not.toContain('__ssg')
    expect(opened.text).toMatch(/<head><script src="\/__ssg\/live\.js" [^>]+><\/script>/)
    expect(opened.text.replace(/<script src="\/__ssg.*?<\/script>/, '')).toBe(plain.text)
    expect(opened.headers).toMatchObject({ vary: 'accept' })
    expect((await server.get('/nothing/', { headers: { accept: 'text/html' } })).text).toContain('data-status="404"')
  })
})

test('serves below a base path, and leads there', async () => {
  const root = tempFolder({ 'site.config.ts': config().replace('example.org/', 'example.org/blog/'), 'content/posts/a.md': '# A\n' })
  const based = await serve(root)
  expect(based.log()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/blog\//)
  expect(await based.get('/')).toMatchObject({ status: 302, headers: { location: '/blog/' } })
  expect(await based.get('/blog')).toMatchObject({ status: 302, headers: { location: '/blog/' } })
  expect((await based.get('/blog/posts/a/')).text).toContain('<h1')
  expect((await based.get('/blog/posts/a')).headers.location).toBe('/blog/posts/a/')
  expect((await based.get('/posts/a/')).status).toBe(404)
  expect(await based.stop()).toBe(130)
})

const climbing = [
  '/../secret.txt', '/../../secret.txt', '/posts/../../secret.txt', '/%2e%2e/secret.txt', '/%2E%2E/secret.txt', '/.%2e/secret.txt', '/%2e./secret.txt', '/..%2fsecret.txt', '/..%2Fsecret.txt',
  '/%2e%2e%2fsecret.txt', '/%252e%252e/secret.txt', '/%252e%252e%252fsecret.txt', '/..%255csecret.txt', '/..\\secret.txt', '/..%5csecret.txt', '/%5c..%5csecret.txt', '/....//secret.txt', '/.../secret.txt',
  '//secret.txt', '///etc/passwd', '/./secret.txt', '/%00/secret.txt', '/secret.txt%00.html', '/posts/%2e%2e/%2e%2e/secret.txt', '/%c0%ae%c0%ae/secret.txt', '/%c0%ae%c0%ae%c0%afsecret.txt', '/..;/secret.txt',
  '/..%00/secret.txt', '/%uff0e%uff0e/secret.txt', '/\u002e\u002e/secret.txt', '/static/../secret.txt', '/file:///etc/passwd', '/%2fetc%2fpasswd', '/..%0d%0asecret.txt', 'http://127.0.0.1/../secret.txt',
  '/link.txt', '/static/link.txt', '/.ssg/server.json', '/site.config.ts', '/content/posts/hello.md', '/__ssg/client/../../secret.txt', '/__ssg/client/%2e%2e%2fserver.js', '/__ssg/..%2fsecret.txt', '/?/../secret.txt',
]

describe('nothing outside of the site', () => {
  test.each(climbing)('%s', async (address) => {
    const { status, text } = await server.get(address)
    expect([400, 404], `${status}`).toContain(address === '/?/../secret.txt' ? 404 : status)
    expect(text).not.toContain(secretText)
    expect(text).not.toMatch(/root:|defineConfig|"pid"/)
  })

  test('there are enough of them', () => expect(climbing.length).toBeGreaterThanOrEqual(30))

  test('a copied file that became a link out of the site', async () => {
    fs.writeFileSync(path.join(site, 'static/turned.txt'), 'fine\n')
    await server.until('/turned.txt', ({ text }) => text === 'fine\n')
    fs.rmSync(path.join(site, 'static/turned.txt'))
    fs.symlinkSync(path.join(folder, 'secret.txt'), path.join(site, 'static/turned.txt'))
    for (let i = 0; i < 40; i++) expect((await server.get('/turned.txt')).text).not.toContain(secretText)
    await server.until('/turned.txt', ({ status }) => status === 404)
    fs.rmSync(path.join(site, 'static/turned.txt'))
  })

  test.each(['evil.example', 'evil.example:4000', '127.0.0.1.evil.example', 'localhost.evil.example', 'evil.example#localhost', '[::1].evil.example'])('the host %j', async (host) => {
    expect((await server.get('/', { headers: { host } })).status).toBe(403)
  })

  test.each(['localhost', 'localhost:1234', '127.0.0.1', '[::1]:80', '192.168.1.5:4000', 'blog.localhost'])('but the host %j', async (host) => {
    expect((await server.get('/', { headers: { host } })).status).toBe(200)
  })

  test('a name that was allowed', async () => {
    const root = tempFolder({ 'content/a.md': '# A\n' })
    const other = await serve(root, ['--allow-host', 'writer.example,other.example'])
    expect((await other.get('/', { headers: { host: 'writer.example:80' } })).status).toBe(200)
    expect((await other.get('/', { headers: { host: 'evil.example' } })).status).toBe(403)
    await other.stop()
  })
})

describe('the server itself', () => {
  test('tells what is held back, and what builds did', async () => {
    const { text } = await server.get('/__ssg/')
    expect(text).toMatch(/draft<\/span><\/td><td>until .*?<\/td><td><a href="\/posts\/idea\/">Idea<\/a>/)
    expect(text).toMatch(/scheduled<\/span><\/td><td>2199-05-06 00:00<\/td><td><a href="\/posts\/later\/">Later<\/a>/)
    expect(text).toContain('<svg')
  })

  test('writes nothing into the output folder', () => {
    expect(fs.existsSync(path.join(site, 'public'))).toBe(false)
  })

  test('answers `ssg why` while it runs', async () => {
    const { code, stdout } = await runCli(['why', '/posts/hello/'], { cwd: site })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^posts\/hello\/index\.html\n {2}is {9}.+\n {2}(?:why {8}|last made {2}).+\n {2}entry {6}posts\/hello\.md/)
  })

  test('takes the next port if its own is in use, and says so', async () => {
    const busy = Number(new URL(server.origin).port)
    const root = tempFolder({ 'content/a.md': '# A\n' })
    const next = await serve(root, ['--port', String(busy)])
    expect(next.origin).not.toBe(server.origin)
    await waitFor(() => (next.log().includes(`port ${busy} is in use`) ? true : undefined))
    await next.stop()
  })

  test('leaves out what readers do not see, if told to', async () => {
    const root = tempFolder()
    fs.cpSync(path.join(site, 'content'), path.join(root, 'content'), { recursive: true })
    const strict = await serve(root, ['--no-drafts', '--no-future'])
    expect([(await strict.get('/posts/idea/')).status, (await strict.get('/posts/later/')).status, (await strict.get('/posts/hello/')).status]).toEqual([404, 404, 200])
    expect((await strict.get('/__ssg/')).text).toMatch(/scheduled<\/span><\/td><td>2199-05-06/)
    await strict.stop()
    const past = await serve(root, ['--no-future', '--at', '2200-01-01'])
    expect((await past.get('/posts/later/')).status).toBe(200)
    await past.stop()
  })

  test('writes to disk if told to, marked as not to be deployed, until a build', async () => {
    const root = tempFolder({ 'content/posts/a.md': '# A\n', 'content/posts/b.md': '---\ntitle: B\ndraft: true\n---\n' })
    const writing = await serve(root, ['--write'])
    const list = path.join(root, 'public/.ssg-files.json')
    await waitFor(() => fs.existsSync(path.join(root, 'public/posts/b/index.html')) || undefined)
    const marks = (): readonly string[] => (JSON.parse(fs.readFileSync(list, 'utf8')) as { facts?: { marks: string[] } }).facts?.marks ?? []
    await waitFor(() => marks().includes('serve') || undefined)
    expect(fs.readFileSync(path.join(root, 'public/posts/a/index.html'), 'utf8')).not.toContain('__ssg')
    fs.writeFileSync(path.join(root, 'content/posts/a.md'), '# Another\n')
    await waitFor(() => fs.readFileSync(path.join(root, 'public/posts/a/index.html'), 'utf8').includes('Another') || undefined)
    await writing.stop()
    expect((await runCli(['build'], { cwd: root })).code).toBe(0)
    expect(marks()).toEqual([])
    expect(fs.existsSync(path.join(root, 'public/posts/b/index.html'))).toBe(false)
  })

  test.each([[['--port', 'x'], 'usage-flag'], [['--port', '70000'], 'usage-flag'], [['--refresh', '5'], 'usage-flag'], [['--refresh', '0s'], 'usage-flag'], [['--at', 'soon'], 'usage-flag'], [['--host', '203.0.113.7'], 'serve-listen']])('%j is told at once', async (args, code) => {
    const { stderr, code: exit } = await runCli(['serve', ...args], { cwd: site })
    expect(stderr).toContain(`error[${code}]`)
    expect(exit).toBe(code === 'serve-listen' ? 1 : 2)
  })

  test('tells if the system does not tell of changes', async () => {
    const refuse = `import { spawn } from 'node:child_process'
import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; fs.watch = () => { throw Object.assign(new Error('ENOSPC: no more watches'), { code: 'ENOSPC' }) }; syncBuiltinESMExports()`
    const blind = await serve(tempFolder({ 'content/posts/a.md': '# A\n' }), [], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(refuse)}` })
    expect((await blind.get('/posts/a/')).status).toBe(200)
    await waitFor(() => (blind.log().includes('error[watch-failed] changes are not seen: ENOSPC') ? true : undefined))
    expect((await blind.get('/__ssg/')).text).toContain('watch-failed')
    await blind.stop()
  })

  test('has keys on a terminal: o opens the site, r asks sources again, q quits', async () => {
    const root = tempFolder({ 'content/posts/a.md': '# A\n' })
    const opener = tempFolder()
    const opened = path.join(opener, 'opened.txt')
    fs.writeFileSync(path.join(opener, 'xdg-open'), `#!/bin/sh\necho "$1" > ${opened}\n`, { mode: 0o755 })
    const child = spawn('script', ['-qec', `${process.execPath} ${cliFile} serve --port 0 --root ${root}`, '/dev/null'], { env: { PATH: `${opener}:${process.env['PATH']}`, TERM: 'xterm' } })
    let log = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { log += text })
    const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve) })
    await waitFor(() => (log.includes('keys: o opens the site, r asks remote sources again, q quits') ? true : undefined))
    child.stdin.write('o')
    const url = await waitFor(() => (fs.existsSync(opened) && fs.readFileSync(opened, 'utf8').trim() !== '' ? fs.readFileSync(opened, 'utf8').trim() : undefined))
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    child.stdin.write('r')
    await waitFor(() => (/\d refresh: made/.test(log) ? true : undefined))
    child.stdin.write('q')
    expect(await ended).toBe(0)
    expect(server.log()).not.toContain('keys:')
  })

  test('does not end when code of the config throws where nobody catches it', async () => {
    const root = tempFolder({ 'content/posts/a.md': '# A\n', 'site.config.ts': `setTimeout(() => { throw new Error('a stray error') }, 300)\nexport default { title: 'Stray' }\n` })
    const stray = await serve(root)
    await waitFor(() => (stray.log().includes('a stray error') ? true : undefined))
    expect((await stray.get('/posts/a/')).status).toBe(200)
    fs.writeFileSync(path.join(root, 'content/posts/a.md'), '# Still here\n')
    await stray.until('/posts/a/', ({ text }) => text.includes('Still here'))
    await stray.stop()
  })

  test('counts on the terminal as on its own page, once all is made, by the clock of the machine', async () => {
    const root = tempFolder({ 'site.config.ts': config(), 'content/posts/a.md': '---\ntitle: A\ntags: [one]\n---\n', 'content/posts/b.md': '---\ntitle: B\ntags: [one]\n---\n' })
    const hour = (): string => new Date().toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' }).slice(0, 2)
    const hours = [hour()]
    const counting = await serve(root, [], { TZ: 'Asia/Tokyo' })
    const line = async (pattern: RegExp): Promise<string[]> => (await waitFor(() => pattern.exec(counting.log()) ?? undefined)).slice(1)
    const first = await line(/^(\S+) start: (made \d+, reused 0), (shown after [\d.]+ m?s)\n/m)
    hours.push(hour())
    fs.renameSync(path.join(root, 'content/posts/b.md'), path.join(root, 'content/posts/c.md'))
    const second = await line(/^(\S+) content\/posts\/b\.md, content\/posts\/c\.md: (made [1-9]\d*, reused \d+, removed 1), (shown after [\d.]+ m?s)\n/m)
    writeFiles(root, { 'content/posts/a.md': '---\ntitle: Alpha\ntags: [one]\n---\n', 'content/posts/c.md': '---\ntitle: Gamma\ntags: [one]\n---\n' })
    const third = await line(/^(\S+) content\/posts\/a\.md, content\/posts\/c\.md: (made [1-9]\d*, reused \d+), (shown after [\d.]+ m?s)\n/m)
    const { text } = await counting.get('/__ssg/')
    for (const [time, counts, shown] of [first, second, third]) {
      expect(text).toContain(`<span class="when">${time}</span>`)
      expect(text).toContain(`<span class="counts">${counts} · ${shown}</span>`)
      expect(hours).toContain(time?.slice(0, 2))
    }
    expect(text).toContain('<br>')
    await counting.stop()
  })

  test('tells a problem once, even if the config is broken in between', async () => {
    const root = tempFolder({ 'site.config.ts': config(), 'content/posts/a.md': '# A\n\n[away](./missing.md)\n', 'content/posts/b.md': '# B\n' })
    const telling = await serve(root)
    const says = (pattern: RegExp): Promise<true> => waitFor(() => pattern.test(telling.log()) || undefined)
    await says(/error\[link-broken\]/)
    fs.writeFileSync(path.join(root, 'content/posts/b.md'), '# Bee\n')
    await says(/b\.md: 1 error; the site is as it was/)
    fs.writeFileSync(path.join(root, 'site.config.ts'), 'export default {')
    await says(/site\.config\.ts: 1 error; the site is as it was[^]*error\[config-load\]/)
    fs.writeFileSync(path.join(root, 'site.config.ts'), config())
    await waitFor(() => (telling.log().match(/site\.config\.ts: 1 error; the site is as it was/g)?.length === 2 ? true : undefined))
    expect(telling.log()).not.toContain('all errors are gone')
    fs.writeFileSync(path.join(root, 'content/posts/a.md'), '# A\n')
    await says(/all errors are gone/)
    expect(telling.log().match(/error\[\S+\]/g)).toEqual(['error[link-broken]', 'error[config-load]'])
    await telling.stop()
  })

  test('starts with a broken config, and shows the site once it is mended', async () => {
    const root = tempFolder({ 'site.config.ts': 'export default {', 'content/a.md': '# A page\n' })
    const broken = await serve(root)
    const reply = await broken.get('/', { headers: { accept: 'text/html' } })
    expect([reply.status, reply.text]).toEqual([500, expect.stringContaining('config-load')])
    fs.writeFileSync(path.join(root, 'site.config.ts'), config())
    await broken.until('/a/', ({ text }) => text.includes('A page'))
    await broken.stop()
  })

  test('while the config is broken, its own log in the site\'s folder sets off nothing; what the config needs does', async () => {
    const root = tempFolder({ 'site.config.ts': `import { title } from './title.ts'\n${config().replace("title: '", "title: title + '")}`, 'content/a.md': '# A page\n' })
    const broken = await serve(root)
    fs.writeFileSync(path.join(root, 'server.log'), broken.log())
    fs.writeFileSync(path.join(root, 'title.ts'), `export const title: string = 'Imported '\n`)
    await broken.until('/', ({ text }) => text.includes('Imported'))
    expect(broken.log()).not.toContain('server.log')
    await broken.stop()
  })
})

describe('remote sources', () => {
  const counting = (folder: string): Record<string, string> => ({
    'site.config.ts': `import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { defineConfig, defineSource, files, put } from 'sourcepress'
const remote = defineSource({
  name: 'remote',
  async *load() {
    const count = Number(fs.existsSync('${folder}/count') ? fs.readFileSync('${folder}/count', 'utf8') : '0') + 1
    fs.writeFileSync('${folder}/count', String(count))
    yield put({ id: 'one', title: 'Run ' + count, body: 'Text.' })
  },
  watch(ctx, dirty) {
    const timer = setInterval(() => { if (fs.existsSync('${folder}/push')) { fs.rmSync('${folder}/push'); dirty() } }, 20)
    return () => clearInterval(timer)
  },
})
export default defineConfig({ title: 'Remote', collections: { posts: { source: [files('posts/**/*.md'), remote] } } })
`,
    'content/posts/local.md': '# Local\n',
  })

  test('are asked once, and again only when told to', async () => {
    const state = tempFolder()
    const root = tempFolder(counting(state))
    const remote = await serve(root, [], { SSG_REFRESH_SECRET: 'open sesame' })
    const showsRun = (number: number) => remote.until('/posts/one/', ({ text }) => text.includes(`Run ${number}<`))
    await showsRun(1)
    for (let i = 0; i < 3; i++) {
      fs.writeFileSync(path.join(root, 'content/posts/local.md'), `# Local ${i}\n`)
      await remote.until('/posts/local/', ({ text }) => text.includes(`Local ${i}`))
    }
    await showsRun(1)
    expect((await remote.get('/__ssg/refresh')).status).toBe(404)
    for (const headers of [{ authorization: '' }, { authorization: 'Bearer sesame' }, { authorization: 'Bearer open sesame and more' }]) expect((await remote.get('/__ssg/refresh', { method: 'POST', headers })).status).toBe(401)
    expect((await remote.get('/__ssg/refresh?secret=wrong', { method: 'POST' })).status).toBe(401)
    await showsRun(1)
    expect((await remote.get('/__ssg/refresh', { method: 'POST', headers: { authorization: 'Bearer open sesame' } })).status).toBe(202)
    await showsRun(2)
    expect((await remote.get('/__ssg/refresh?secret=open%20sesame', { method: 'POST' })).status).toBe(202)
    await showsRun(3)
    fs.writeFileSync(path.join(state, 'push'), '')
    await showsRun(4)
    await remote.stop()
  })

  test('cannot be refreshed over HTTP without a secret, but in turns', async () => {
    const state = tempFolder()
    const remote = await serve(tempFolder(counting(state)), ['--refresh', '1s'])
    expect((await remote.get('/__ssg/refresh', { method: 'POST' })).status).toBe(403)
    await remote.until('/posts/one/', ({ text }) => text.includes('Run 3<'))
    await remote.stop()
  })
})
