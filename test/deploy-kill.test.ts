// P4 and P5: a deploy that is killed at any request leaves a site without broken links, and the next run reaches the same end.
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import type { StoredVersion } from './support/s3/objects.ts'
import type { S3Call } from './support/s3/operations.ts'
import { startS3, type S3Server } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'
import { brokenLinks, pagesOf } from './support/s3/website.ts'

const servers: S3Server[] = []
afterEach(async () => { await Promise.all(servers.splice(0).map((server) => server.close())) })
afterAll(removeTempFolders)

async function world(): Promise<{ server: S3Server; site: DeploySite }> {
  const server = await startS3()
  servers.push(server)
  const site = makeSite(server, smallSite, { distribution: server.cloudFront.distribution })
  await site.build()
  return { server, site }
}

/** A page goes, one comes, both are linked; a style file and a picture change. */
async function changeSite(site: DeploySite): Promise<void> {
  site.remove('content/posts/one.md', 'content/about.md')
  site.write({
    'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\naliases: [/posts/one/, /2/]\n---\n\nSee [three](three.md).\n',
    'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\ntags: [new]\n---\n\nSee [two](two.md) and [the program](/files/more.js).\n',
    'static/files/app.js': 'export const answer = 43\n', 'static/files/more.js': 'export {}\n',
  })
  await site.build()
}

function snapshot({ bucket, cloudFront }: S3Server): () => void {
  const versions = new Map<string, StoredVersion[]>([...bucket.versions].map(([key, list]) => [key, [...list]]))
  return () => {
    bucket.versions.clear()
    for (const [key, list] of versions) bucket.versions.set(key, [...list])
    cloudFront.invalidations.clear()
  }
}

/** As a reader with bookmarks: from the home page and every page of before that is still there. */
function crawl({ bucket }: S3Server, known: readonly string[]): string[] {
  const there = new Set(pagesOf(bucket))
  return brokenLinks(bucket, { starts: ['/', ...known.filter((page) => there.has(page))] })
}

/** The command, killed before its request `number` of some kind is answered; `false`: it had ended before. */
async function runKilledAt(server: S3Server, site: DeploySite, number: number, counts: (call: S3Call) => boolean = () => true): Promise<boolean> {
  let kill: ((signal: NodeJS.Signals) => void) | undefined
  let count = 0
  let isKilled = false
  server.onRequest = (_, call) => {
    if (!counts(call) || ++count !== number) return
    isKilled = true
    kill?.('SIGKILL')
  }
  const { code } = await site.run(['deploy'], { onStart: (signal) => { kill = signal } })
  server.onRequest = undefined
  expect(code).toBe(isKilled ? null : 0)
  return isKilled
}

describe('P4: no state on the way has a broken internal link', () => {
  test('crawled before every request of a change of the site', async () => {
    const { server, site } = await world()
    await site.deploy()
    await changeSite(site)
    const states: string[][] = []
    const known = pagesOf(server.bucket)
    server.onRequest = () => { states.push(crawl(server, known)) }
    await site.deploy()
    expect(states.filter((broken) => broken.length > 0)).toEqual([])
    expect(states.length).toBeGreaterThan(25)
    expectDeployed(server, site)
  })

  test('the crawl would see it: deletes first break links', async () => {
    const { server, site } = await world()
    await site.deploy()
    server.bucket.remove('posts/one/index.html')
    expect(brokenLinks(server.bucket)).toContain('/ -> /posts/one/')
  })
})

describe('P5: killed before any request, the next run reaches the same end', () => {
  test.each([['a first deploy', async () => undefined], ['a change of the site', async (site: DeploySite) => {
    await site.deploy()
    await changeSite(site)
  }]] as const)('%s', async (_, prepare) => {
    const { server, site } = await world()
    await prepare(site)
    const isFirst = server.bucket.keys().length === 0
    const known = pagesOf(server.bucket)
    const reset = snapshot(server)
    const undisturbed = [...JSON.parse((await site.run(['plan', '--json'])).stdout).actions as { kind: string; key: string }[]].filter(({ kind }) => kind === 'delete').map(({ key }) => key)
    let number = 1
    for (; ; number++) {
      reset()
      if (!await runKilledAt(server, site, number)) break
      if (!isFirst) expect(crawl(server, known), `killed at request ${number}`).toEqual([])
      const left = server.bucket.keys()
      await site.deploy()
      // Killed at its last request, a deploy leaves a lock that ends by itself.
      expectDeployed(server, site, { mayBeLocked: true })
      expect(left.filter((key) => !key.startsWith('.ssg/') && !server.bucket.keys().includes(key)).every((key) => undisturbed.includes(key))).toBe(true)
      expect([...server.cloudFront.invalidations.values()].flat().some((path) => path === '/' || path === '/*'), `killed at request ${number}`).toBe(true)
    }
    expect(number).toBeGreaterThan(20)
  }, 240_000)

  test('while a large file is sent in parts: at each request of it', async () => {
    const { server, site } = await world()
    await site.deploy()
    site.write({ 'static/large.bin': Buffer.alloc(17 << 20, 'big'), 'content/about.md': '---\ntitle: About\n---\n\n[Large](/large.bin).\n' })
    await site.build()
    const reset = snapshot(server)
    const isOfUpload = ({ operation, key }: S3Call): boolean => /Multipart|UploadPart/.test(operation) || (operation === 'HeadObject' && key === 'large.bin') || (operation === 'PutObject' && key.startsWith('.ssg/announced/'))
    const killed: string[] = []
    for (let number = 1; ; number++) {
      reset()
      if (!await runKilledAt(server, site, number, isOfUpload)) break
      killed.push(server.log.findLast(({ key }) => key === 'large.bin')?.operation ?? '')
      await site.deploy()
      expectDeployed(server, site, { mayBeLocked: true })
      // An upload that was never announced has no parts, and costs nothing.
      expect([...server.uploads.values()].filter((parts) => parts.size > 0), `killed at request ${number} of the upload`).toEqual([])
    }
    expect(killed.filter((operation) => operation === 'UploadPart')).toHaveLength(3)
    expect(killed).toContain('CompleteMultipartUpload')
  }, 120_000)

  test('killed again and again', async () => {
    const { server, site } = await world()
    await site.deploy()
    const known = pagesOf(server.bucket)
    await changeSite(site)
    for (const number of [30, 26, 22, 18, 14, 10, 9, 8]) {
      await runKilledAt(server, site, number)
      expect(crawl(server, known)).toEqual([])
    }
    await site.deploy()
    expectDeployed(server, site)
  })
})
