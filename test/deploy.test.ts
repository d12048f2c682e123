// The promises of `ssg deploy`, P1 to P13, each as a test by its name, through the real command against the S3 of the tests.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { renderProgress } from '../src/cli/report-progress.ts'
import { cliFile, removeTempFolders } from './support/cli.ts'
import { startS3, type S3Server, type S3ServerOptions } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'
import { brokenLinks, serve } from './support/s3/website.ts'

const servers: S3Server[] = []
async function newServer(options: S3ServerOptions = {}): Promise<S3Server> {
  const server = await startS3(options)
  servers.push(server)
  return server
}
afterEach(async () => { await Promise.all(servers.splice(0).map((server) => server.close())) })
afterAll(removeTempFolders)

describe('P1: after exit 0 every key has exactly the bytes and headers of the build', () => {
  test('a first deploy, then a change of everything', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    const first = await site.deploy()
    expectDeployed(server, site)
    expect(first.stdout).toContain('new https://blog.example/posts/one/')
    expect(first.stdout).toContain('2 new entries will show in feed readers')
    site.remove('content/posts/one.md')
    site.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nAlone now.\n', 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n' })
    await site.build()
    const second = await site.deploy()
    expectDeployed(server, site)
    expect(second.stdout).toContain('1 new entry will show in feed readers')
    expect(brokenLinks(server.bucket)).toEqual([])
  })

  test('headers: types, caching by kind, redirects, rules of the config', async () => {
    const server = await newServer()
    const site = makeSite(server, { ...smallSite, 'static/logo-abc123.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>', 'static/paper.pdf': 'x' }, {
      fingerprinted: ['*-??????.svg'], headers: { '**/*.pdf': { 'Cache-Control': 'private', 'x-amz-meta-kind': 'paper' }, 'paper.*': { 'cache-control': 'no-store' } },
    })
    await site.build()
    await site.deploy()
    const headers = (key: string): unknown => {
      const { 'x-amz-meta-ssg': token, ...rest } = server.bucket.get(key)?.headers ?? {}
      expect(token).toMatch(/^[0-9a-f]{32}$/)
      return rest
    }
    expect(headers('index.html')).toEqual({ 'cache-control': 'public, max-age=0, must-revalidate', 'content-type': 'text/html; charset=utf-8' })
    expect(headers('feed.xml')).toEqual({ 'cache-control': 'public, max-age=300', 'content-type': 'application/xml; charset=utf-8' })
    expect(headers('files/app.js')).toEqual({ 'cache-control': 'public, max-age=3600', 'content-type': 'text/javascript; charset=utf-8' })
    expect(headers('logo-abc123.svg')).toEqual({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'image/svg+xml; charset=utf-8' })
    expect(headers('paper.pdf')).toEqual({ 'cache-control': 'no-store', 'content-type': 'application/pdf', 'x-amz-meta-kind': 'paper' })
    expect(headers('old-one/index.html')).toMatchObject({ 'x-amz-website-redirect-location': '/posts/one/' })
    expect(serve(server.bucket, '/old-one/')).toMatchObject({ status: 301, text: expect.stringContaining('http-equiv="refresh"') as string })
    const explained = await site.run(['plan', '--explain', 'paper.pdf'])
    expect(explained.stdout).toContain('`headers[\'**/*.pdf\']` fits')
  })
})

describe('P2: a second run sends no PUT, POST or DELETE', () => {
  test.each([['as it is', {}], ['with ETags as of SSE-KMS', { opaqueEtags: true }], ['with versions', { keepsVersions: true }], ['with a service that ignores conditions', { conditions: 'ignored' }]] as const)('%s', async (_, options) => {
    const server = await newServer(options)
    const big = Buffer.alloc(17 << 20, 'big')
    const site = makeSite(server, { ...smallSite, 'static/large.bin': big })
    await site.build()
    await site.deploy()
    expectDeployed(server, site)
    // A fresh checkout: other times, no cache.
    fs.rmSync(path.join(site.root, 'public'), { recursive: true })
    fs.rmSync(path.join(site.root, '.ssg'), { recursive: true })
    await site.build()
    server.log.length = 0
    const again = await site.deploy()
    expect(again.stdout).toMatch(/^nothing to do: unchanged \d+$/m)
    expect(server.writes()).toEqual([])
  })
})

describe('P3: a change of headers alone uploads and invalidates exactly the keys concerned', () => {
  test('a rule for one file', async () => {
    const server = await newServer()
    const { distribution } = server.cloudFront
    const site = makeSite(server, smallSite, { distribution })
    await site.build()
    await site.deploy()
    site.configure({ distribution, headers: { 'about/**': { 'cache-control': 'public, max-age=60' } } })
    server.log.length = 0
    server.cloudFront.invalidations.clear()
    const plan = await site.run(['plan'])
    expect(plan.stdout).toContain('headers  about/index.html')
    expect(plan.stdout).toContain('cache-control: public, max-age=0, must-revalidate -> public, max-age=60')
    await site.deploy()
    expect(server.writes().filter(({ key, operation }) => operation === 'PutObject' && !key.startsWith('.ssg/'))).toEqual([{ operation: 'PutObject', key: 'about/index.html', status: 200 }])
    expect([...server.cloudFront.invalidations.values()]).toEqual([['/about', '/about/', '/about/index.html']])
  })
})

describe('P6: no key outside the manifest or the prefix is ever written or deleted', () => {
  test('foreign keys stay, and one in the way is refused until it is adopted', async () => {
    const server = await newServer()
    const site = makeSite(server, smallSite, { prefix: 'blog' })
    const foreign = ['blog/about/index.html', 'blog/mine.txt', 'blogger/x', 'other/index.html']
    for (const key of foreign) server.bucket.put(key, Buffer.from(`foreign ${key}`), {})
    await site.build()
    const refused = await site.run(['deploy'])
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('error[deploy-foreign] 1 object in the bucket would be overwritten that no deploy of ours put there: blog/about/index.html')])
    expect(server.writes()).toEqual([])
    await site.deploy('--adopt')
    site.remove('content/about.md')
    await site.build()
    await site.deploy()
    expectDeployed(server, site, { folder: 'blog/', foreign: foreign.slice(1) })
    for (const key of foreign.slice(1)) expect(server.bucket.get(key)?.bytes.toString()).toBe(`foreign ${key}`)
  })

  test('--delete-foreign prints them, wants a number, and stays within the prefix', async () => {
    const server = await newServer()
    const site = makeSite(server, smallSite, { prefix: 'blog' })
    for (const key of ['blog/mine.txt', 'other/index.html']) server.bucket.put(key, Buffer.from('foreign'), {})
    await site.build()
    const refused = await site.run(['deploy', '--delete-foreign'])
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('--delete-foreign would delete 1 object: blog/mine.txt')])
    await site.deploy('--delete-foreign', '--max-deletes', '1')
    expectDeployed(server, site, { folder: 'blog/', foreign: ['other/index.html'] })
  })
})

describe('P7: no delete unless every upload and the commit succeeded', () => {
  test('an upload that fails keeps what would be deleted', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    await site.deploy()
    site.remove('content/about.md')
    site.write({ 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n' })
    await site.build()
    server.faults.push({ on: ({ operation, key }) => operation === 'PutObject' && key === 'feed.xml', act: { status: 403, code: 'AccessDenied' } })
    const failed = await site.run(['deploy'])
    expect([failed.code, failed.stderr]).toEqual([7, expect.stringMatching(/error\[deploy-failed\] PutObject feed\.xml: AccessDenied; \d+ of \d+ objects were sent, nothing was deleted/)])
    expect(server.bucket.get('about/index.html')).toBeDefined()
    server.faults.length = 0
    await site.deploy()
    expectDeployed(server, site)
  })

  test('a refusal because of too many deletes comes before any write', async () => {
    const server = await newServer()
    const posts = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`content/posts/p${i}.md`, `---\ntitle: Post ${i}\ndate: 2026-01-01\n---\n\nText.\n`]))
    const site = makeSite(server, { ...smallSite, ...posts })
    await site.build()
    await site.deploy()
    site.remove(...Object.keys(posts))
    await site.build()
    server.log.length = 0
    const refused = await site.run(['deploy'])
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringMatching(/error\[deploy-deletes\] 3\d objects would be deleted, and 20 may be: .*\n {2}fix: if that is right, deploy with --max-deletes 3\d/)])
    expect(server.writes()).toEqual([])
    await site.deploy('--max-deletes', '40')
    expectDeployed(server, site)
  })
})

describe('P9: a dry run reads only, and its plan is what a deploy does', () => {
  test('plan, --dry-run and deploy agree', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    await site.deploy()
    site.remove('content/about.md')
    site.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nOther.\n', 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n' })
    await site.build()
    server.log.length = 0
    const planned = await site.run(['plan', '--json'])
    const dry = await site.run(['deploy', '--dry-run', '--json'])
    expect(server.log.every(({ operation }) => /^(?:ListObjectsV2|GetObject|HeadObject)$/.test(operation))).toBe(true)
    const actionsOf = (text: string): { kind: string; key: string }[] => (JSON.parse(text) as { actions: { kind: string; key: string }[] }).actions
    expect(actionsOf(dry.stdout)).toEqual(actionsOf(planned.stdout))
    server.log.length = 0
    await site.deploy()
    const done = server.writes().filter(({ key }) => !key.startsWith('.ssg/') && key !== '').map(({ key }) => key)
    expect(done.sort()).toEqual(actionsOf(planned.stdout).filter(({ kind }) => kind !== 'delete').map(({ key }) => key).sort())
    expectDeployed(server, site)
  })

  test('a file that is no saved plan', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    site.write({ 'cut.json': '{"format":1,', 'other.json': '{"a":1}' })
    for (const [file, message] of [['cut.json', '--plan cut.json is not a saved plan, or was cut off: '], ['other.json', '--plan other.json is not a saved plan\n'], ['none.json', '--plan none.json cannot be read: there is no such file\n'], ['content', '--plan content cannot be read: there is a folder in its place\n']] as const) {
      expect(await site.run(['deploy', '--plan', file])).toMatchObject({ code: 2, stderr: expect.stringMatching(new RegExp(`^error\\[usage-flag\\] ${message}[^]* {2}fix: make one with`)) as string })
    }
    expect(server.writes()).toEqual([])
  })

  test('a saved plan is applied exactly, and refused when site or bucket moved', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    await site.run(['plan', '--out', 'plan.json'])
    await site.deploy('--plan', 'plan.json')
    expectDeployed(server, site)
    const stale = await site.run(['deploy', '--plan', 'plan.json'])
    expect([stale.code, stale.stderr]).toEqual([5, expect.stringContaining('error[deploy-plan] plan.json cannot be applied: another deploy was made after it')])
    site.write({ 'content/about.md': '---\ntitle: About\n---\n\nOther words.\n' })
    await site.build()
    await site.run(['plan', '--out', 'plan.json'])
    site.write({ 'content/about.md': '---\ntitle: About\n---\n\nOther words again.\n' })
    await site.build()
    server.log.length = 0
    const moved = await site.run(['deploy', '--plan', 'plan.json'])
    expect([moved.code, moved.stderr]).toEqual([5, expect.stringContaining('the site or the bucket is not as it was')])
    expect(server.writes()).toEqual([])
    await site.run(['plan', '--out', 'plan.json'])
    server.bucket.put('feed.xml', Buffer.from('by hand'), {})
    expect(await site.run(['deploy', '--plan', 'plan.json'])).toMatchObject({ code: 5, stderr: expect.stringContaining('the site or the bucket is not as it was: 1 difference, among them "change feed.xml"') as string })
    expect(server.writes()).toEqual([])
  })
})

describe('P11: a crash between commit and invalidation still invalidates', () => {
  test('CloudFront refuses, then the next run, with nothing changed, does it', async () => {
    const server = await newServer()
    const { distribution, invalidations } = server.cloudFront
    const site = makeSite(server, smallSite, { distribution })
    await site.build()
    server.faults.push({ on: ({ operation }) => operation.startsWith('CloudFront'), act: { status: 403, code: 'AccessDenied' } })
    const failed = await site.run(['deploy'])
    expect([failed.code, failed.stderr]).toEqual([7, expect.stringContaining('error[deploy-remains] the new site is live, but the invalidation failed: AccessDenied')])
    server.faults.length = 0
    await site.deploy()
    expect(invalidations.size).toBe(1)
    server.log.length = 0
    await site.deploy()
    expect(server.writes()).toEqual([])
    expectDeployed(server, site)
  })
})

test('packed texts: stored as gzip, unpacked as built, and the second run sends nothing', async () => {
  const server = await newServer()
  const site = makeSite(server, { ...smallSite, 'content/long.md': `---\ntitle: Long\n---\n\n${'Many words. '.repeat(300)}\n` }, { gzip: true })
  await site.build()
  await site.deploy()
  const stored = server.bucket.get('long/index.html')
  expect(stored?.headers['content-encoding']).toBe('gzip')
  expect([...stored?.bytes.subarray(4, 10) ?? []]).toEqual([0, 0, 0, 0, 2, 255])
  expect(gunzipSync(stored?.bytes ?? '').equals(site.output().get('long/index.html') ?? Buffer.alloc(0))).toBe(true)
  server.log.length = 0
  await site.deploy()
  expect(server.writes()).toEqual([])
})

describe('drift', () => {
  test('what somebody changed or deleted is reported and put right', async () => {
    const server = await newServer()
    const site = makeSite(server)
    await site.build()
    await site.deploy()
    server.bucket.put('about/index.html', Buffer.from('by hand'), {})
    server.bucket.remove('feed.xml')
    const plan = await site.run(['plan'])
    expect(plan.stdout).toMatch(/create {2,}feed\.xml .* somebody deleted it in the bucket/)
    expect(plan.stdout).toMatch(/change {2,}about\/index\.html .* not as the last deploy left it/)
    const result = await site.deploy()
    expect(result.stderr).toContain('warning[deploy-drift] somebody else changed or deleted 2 of our objects')
    expectDeployed(server, site)
  })
})

describe('how far it is', () => {
  async function slowSite(): Promise<{ server: S3Server; site: DeploySite }> {
    const server = await newServer()
    const site = makeSite(server, { ...smallSite, ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`static/n/${i}.txt`, 'text '.repeat(1000)])) })
    await site.build()
    server.faults.push({ on: ({ key }) => key.startsWith('n/'), act: { delayMs: 300 } })
    return { server, site }
  }

  test('on a terminal: a bar with rate and time left, and nothing of it stays', async () => {
    const { server, site } = await slowSite()
    const command = `stty cols 100; exec ${process.execPath} ${cliFile} --root ${site.root} deploy`
    const said = await new Promise<string>((resolve, reject) => {
      const child = spawn('script', ['-qec', command, '/dev/null'], { env: { PATH: process.env['PATH'], TERM: 'xterm', ...server.env } })
      let text = ''
      child.stdout.setEncoding('utf8').on('data', (part: string) => { text += part })
      child.on('error', reject).on('close', () => resolve(text))
    })
    expect(said).toMatch(/\r\u001b\[K\[#*\.*\] new assets \d+\/10\d, [\d.]+ (?:K|M)?B\/s, \d+ s left/)
    const shares = [...said.matchAll(/\[(#*)\.*\] new assets/g)].map(([, filled = '']) => filled.length)
    expect([...shares].sort((a, b) => a - b)).toEqual(shares)
    expect(new Set(shares).size).toBeGreaterThan(2)
    expect(said.slice(said.lastIndexOf('\r\u001b[K'))).toMatch(/^\r\u001b\[Knew https:\/\/blog\.example\//)
    expectDeployed(server, site)
  })

  test('no count where it is not known how many there are', () => {
    expect(renderProgress({ phase: 'objects in the bucket', done: 0, total: 0 }, 0, 80)).toBe('objects in the bucket')
    expect(renderProgress({ phase: 'objects in the bucket', done: 40, total: 40 }, 0, 80)).toBe('objects in the bucket 40/40')
  })

  test('elsewhere: a line for each phase', async () => {
    const { site, server } = await slowSite()
    server.faults.length = 0
    expect((await site.deploy()).stderr).toMatch(/^new assets: 10\d\nnew pages: 1\d\ncommit\n$/)
  })
})

test('P13: no secret in any output', async () => {
  const server = await newServer()
  const { secretKey } = await import('./support/s3/server.ts')
  const site = makeSite(server)
  await site.build()
  const results = [await site.run(['doctor', '-vv']), await site.run(['deploy', '-vv', '--json']), await site.run(['deploy', '-vv'], { env: { AWS_SECRET_ACCESS_KEY: `${secretKey}x` } })]
  expect(results.map(({ code }) => code)).toEqual([0, 0, 2])
  const told = results.map(({ stdout, stderr }) => stdout + stderr).join('')
  expect(told).not.toContain(secretKey)
  expect([...server.bucket.versions.values()].flat().filter(({ bytes }) => bytes.includes(secretKey))).toEqual([])
})
