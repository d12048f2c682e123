// P8: two deploys at once. With the lock one works and the other writes nothing; where nothing can be locked at most one commits.
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import type { S3Call } from './support/s3/operations.ts'
import { startS3, type S3Server, type S3ServerOptions } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'

const servers: S3Server[] = []
afterEach(async () => { await Promise.all(servers.splice(0).map((server) => server.close())) })
afterAll(removeTempFolders)

/** Two checkouts with different words for the same bucket. */
async function twoSites(options: S3ServerOptions = {}): Promise<{ server: S3Server; a: DeploySite; b: DeploySite }> {
  const server = await startS3(options)
  servers.push(server)
  const [a, b] = ['A', 'B'].map((name) => makeSite(server, { ...smallSite, 'content/about.md': `---\ntitle: About\n---\n\nBy ${name}.\n` })) as [DeploySite, DeploySite]
  await a.build()
  await b.build()
  return { server, a, b }
}

const isPut = (part: string) => ({ operation, key }: S3Call): boolean => operation === 'PutObject' && key.includes(part)

describe('P8: with the lock', () => {
  test.each(['.ssg/announced', 'posts/one/index.html', 'feed.xml', '.ssg/manifest.json'])('a second deploy that starts at the write of %s exits 6 and writes nothing', async (part) => {
    const { server, a, b } = await twoSites()
    let second: Awaited<ReturnType<DeploySite['run']>> | undefined
    server.faults.push({ on: isPut(part), times: 1, act: { async run() { second = await b.run(['deploy'], { env: { AWS_SDK_UA_APP_ID: 'second' } }) } } })
    await a.deploy()
    expect([second?.code, second?.stderr]).toEqual([6, expect.stringMatching(/error\[deploy-locked\] another deploy is running: .* on .*, who renewed the lock \d+ s ago\n {2}fix: wait/)])
    expect(server.log.some(({ app }) => app === 'second')).toBe(true)
    expect(server.writes().filter(({ app }) => app === 'second')).toEqual([])
    expectDeployed(server, a)
  })

  test('a lock that nobody renews is taken over, by the clock of the server', async () => {
    const { server, a } = await twoSites()
    server.bucket.put('.ssg/lock', Buffer.from('{"who":"CI job 7","token":"x"}'), {})
    const held = await a.run(['deploy'])
    expect([held.code, held.stderr]).toEqual([6, expect.stringContaining('another deploy is running: CI job 7')])
    server.clockMs += 121_000
    await a.deploy()
    expectDeployed(server, a)
  })

  test('a lock that cannot be read is a lock', async () => {
    const { server, a } = await twoSites()
    server.bucket.put('.ssg/lock', Buffer.from('not json'), {})
    expect(await a.run(['deploy'])).toMatchObject({ code: 6 })
  })

  test('the answer to the lock is lost: our own lock does not lock us out', async () => {
    const { server, a } = await twoSites()
    server.faults.push({ on: isPut('.ssg/lock'), times: 1, act: 'reset-after' })
    await a.deploy()
    expectDeployed(server, a)
  })
})

describe('P8: with a service that takes an ETag only without quotes', () => {
  test('deploys work, and of two at once one does', async () => {
    const { server, a, b } = await twoSites({ conditions: 'unquoted' })
    expect((await a.deploy()).stderr).not.toContain('unsupported')
    a.write({ 'content/about.md': '---\ntitle: About\n---\n\nAnew.\n' })
    await a.build()
    let second: Awaited<ReturnType<DeploySite['run']>> | undefined
    server.faults.push({ on: isPut('about/index.html'), times: 1, act: { async run() { second = await b.run(['deploy']) } } })
    await a.deploy()
    expect(second?.code).toBe(6)
    expectDeployed(server, a)
  })
})

describe('P8: without a lock', () => {
  test.each(['ignored', 'refused'] as const)('conditions are %s: it is said, and the deploy works', async (conditions) => {
    const { server, a } = await twoSites({ conditions })
    expect((await a.deploy()).stderr).toContain('warning[deploy-unsure] lock: unsupported')
    expectDeployed(server, a)
  })

  test('conditions are ignored: the loser of a race exits 6, deletes nothing, and the next run repairs', async () => {
    const { server, a, b } = await twoSites({ conditions: 'ignored' })
    await a.deploy()
    a.remove('content/posts/one.md')
    a.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nOne is gone.\n' })
    await a.build()
    server.faults.push({ on: isPut('index.html'), times: 1, act: { async run() { await b.deploy() } } })
    const lost = await a.run(['deploy'])
    expect([lost.code, lost.stderr]).toEqual([6, expect.stringContaining('error[deploy-raced]')])
    expect(server.bucket.get('posts/one/index.html')).toBeDefined()
    await a.deploy()
    expectDeployed(server, a)
  })

  test('the lock is lost on the way and another deploy commits first: the loser deletes nothing', async () => {
    const { server, a, b } = await twoSites()
    await a.deploy()
    a.remove('content/posts/one.md')
    a.write({ 'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nOne is gone.\n' })
    await a.build()
    server.faults.push({
      on: isPut('.ssg/manifest.json'), times: 1, act: {
        async run() {
          server.bucket.remove('.ssg/lock')
          await b.deploy()
        },
      },
    })
    const lost = await a.run(['deploy'])
    expect([lost.code, lost.stderr]).toEqual([6, expect.stringContaining('error[deploy-raced] another deploy, or somebody else, changed the bucket at the same time: PutObject .ssg/manifest.json')])
    expect(server.bucket.get('posts/one/index.html')).toBeDefined()
    await b.deploy()
    expectDeployed(server, b)
  })

  test('the answer to the commit is lost: it is ours all the same', async () => {
    const { server, a } = await twoSites()
    await a.deploy()
    a.write({ 'content/about.md': '---\ntitle: About\n---\n\nAnew.\n' })
    await a.build()
    server.faults.push({ on: isPut('.ssg/manifest.json'), times: 1, act: 'reset-after' })
    await a.deploy()
    expectDeployed(server, a)
  })
})
