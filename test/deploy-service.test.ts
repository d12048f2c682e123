// A deploy from end to end, looked at only through S3 itself: against the S3 of the tests, and by `npm run test:ceph` against an
// independent one.
import fs from 'node:fs'
import path from 'node:path'
import {
  CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutBucketVersioningCommand, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTempFolders, runCli, tempFolder, writeFiles, type CliResult } from './support/cli.ts'
import { startS3, type S3Server } from './support/s3/server.ts'
import { smallSite } from './support/s3/site.ts'

const { S3_TEST_ENDPOINT: outside, S3_TEST_KEY = '', S3_TEST_SECRET = '' } = process.env
let server: S3Server | undefined
let env: Readonly<Record<string, string>>
let endpoint: string
let client: S3Client
let count = 0

beforeAll(async () => {
  server = outside === undefined ? await startS3({ keepsVersions: true }) : undefined
  endpoint = outside ?? server?.origin ?? ''
  env = server?.env ?? { AWS_ACCESS_KEY_ID: S3_TEST_KEY, AWS_SECRET_ACCESS_KEY: S3_TEST_SECRET, AWS_REGION: 'us-east-1' }
  client = new S3Client({ endpoint, forcePathStyle: true, region: env['AWS_REGION'] ?? '', credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '' }, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' })
})
afterAll(async () => {
  client.destroy()
  await server?.close()
  removeTempFolders()
})

interface Site {
  readonly root: string
  readonly Bucket: string
  readonly prefix: string
  build(): Promise<void>
  deploy(...args: string[]): Promise<CliResult>
  configure(more: Readonly<Record<string, unknown>>): void
}

/** With a bucket of its own where there can be one, else with a folder of its own. */
async function makeSite(files: Readonly<Record<string, string | Uint8Array>> = smallSite): Promise<Site> {
  const name = `site${++count}`
  const Bucket = server?.bucketName ?? name
  const prefix = `${name}/`
  if (outside !== undefined) await client.send(new CreateBucketCommand({ Bucket }))
  const root = tempFolder(files)
  const configure = (more: Readonly<Record<string, unknown>>): void => writeFiles(root, { 'site.config.mjs': `export default { title: 'Test', url: 'https://blog.example', id: 'test', deploy: ${JSON.stringify({ kind: 's3', bucket: Bucket, prefix, endpoint, forcePathStyle: true, ...more })} }\n` })
  configure({})
  return {
    root, Bucket, prefix, configure,
    async build() { expect(await runCli(['build'], { cwd: root })).toMatchObject({ code: 0 }) },
    deploy: (...args) => runCli(['deploy', ...args], { cwd: root, env }),
  }
}

async function keysOf({ Bucket, prefix }: Site): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  for (let ContinuationToken: string | undefined, more = true; more;) {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(ContinuationToken && { ContinuationToken }) }))
    for (const { Key = '', ETag = '', LastModified } of page.Contents ?? []) keys.set(Key.slice(prefix.length), `${ETag} ${LastModified?.toISOString()}`)
    ContinuationToken = page.NextContinuationToken
    more = page.IsTruncated === true
  }
  return keys
}

async function expectDeployed(site: Site, foreign: readonly string[] = []): Promise<void> {
  const { files } = JSON.parse(fs.readFileSync(path.join(site.root, 'public/.ssg-files.json'), 'utf8')) as { files: string[] }
  expect([...(await keysOf(site)).keys()].filter((key) => !key.startsWith('.ssg/')).sort()).toEqual([...files, ...foreign].sort())
  for (const file of files.slice(0, 200)) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: site.Bucket, Key: site.prefix + file }))
    expect(Buffer.from(await Body?.transformToByteArray() ?? []).equals(fs.readFileSync(path.join(site.root, 'public', file))), file).toBe(true)
  }
}

async function expectUntouched(site: Site): Promise<void> {
  const before = await keysOf(site)
  const again = await site.deploy()
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^nothing to do: (?:foreign 1, )?unchanged \d+$/m)])
  expect(await keysOf(site)).toEqual(before)
}

describe('a deploy from end to end', () => {
  test('first, nothing, change, nothing', async () => {
    const site = await makeSite({ ...smallSite, 'static/large.bin': Buffer.alloc(17 << 20, 'big'), 'static/ü ä/日本+%25&.txt': 'odd' })
    await client.send(new PutObjectCommand({ Bucket: site.Bucket, Key: `${site.prefix}foreign.txt`, Body: 'mine' }))
    await site.build()
    expect(await site.deploy()).toMatchObject({ code: 0 })
    await expectDeployed(site, ['foreign.txt'])
    await expectUntouched(site)
    fs.rmSync(path.join(site.root, 'content/about.md'))
    writeFiles(site.root, { 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n' })
    await site.build()
    expect(await site.deploy()).toMatchObject({ code: 0 })
    await expectDeployed(site, ['foreign.txt'])
    await expectUntouched(site)
  })

  test('headers and redirects', async () => {
    const site = await makeSite()
    await site.build()
    expect(await site.deploy()).toMatchObject({ code: 0 })
    site.configure({ headers: { 'about/**': { 'cache-control': 'public, max-age=60', 'content-language': 'en' } } })
    expect(await site.deploy()).toMatchObject({ code: 0 })
    const get = (key: string) => client.send(new GetObjectCommand({ Bucket: site.Bucket, Key: site.prefix + key }))
    expect(await get('about/index.html')).toMatchObject({ CacheControl: 'public, max-age=60', ContentLanguage: 'en', ContentType: 'text/html; charset=utf-8' })
    expect(await get('feed.xml')).toMatchObject({ CacheControl: 'public, max-age=300' })
    await expectUntouched(site)
    expect(await get('old-one/index.html')).toMatchObject({ CacheControl: 'public, max-age=0, must-revalidate' })
  })

  test('two at once: one works, the other is locked out or raced', async () => {
    const site = await makeSite()
    let codes: (number | null)[] = []
    // On a busy machine one may be done before the other begins: they try until they meet.
    for (let turn = 0; turn < 8 && !codes.includes(6); turn++) {
      fs.writeFileSync(path.join(site.root, 'content/posts/turn.md'), `# Turn ${turn}\n`)
      await site.build()
      codes = (await Promise.all([site.deploy(), site.deploy()])).map(({ code }) => code).sort()
      expect([[0, 0], [0, 6]]).toContainEqual(codes)
      await expectDeployed(site)
    }
    expect(codes).toEqual([0, 6])
    await expectUntouched(site)
  })

  test('drift is put right', async () => {
    const site = await makeSite()
    await site.build()
    await site.deploy()
    await client.send(new PutObjectCommand({ Bucket: site.Bucket, Key: `${site.prefix}index.html`, Body: 'by hand' }))
    expect(await site.deploy()).toMatchObject({ code: 0, stderr: expect.stringContaining('deploy-drift') as string })
    await expectDeployed(site)
  })

  test('killed, then run again', async () => {
    const site = await makeSite()
    await site.build()
    for (const delay of [450, 600, 700, 800]) {
      await runCli(['deploy'], { cwd: site.root, env, onStart: (kill) => void setTimeout(kill, delay, 'SIGKILL') })
    }
    expect(await site.deploy()).toMatchObject({ code: 0 })
    await expectDeployed(site)
  })

  test('rollback, where the bucket keeps versions', async () => {
    const site = await makeSite()
    if (outside !== undefined) await client.send(new PutBucketVersioningCommand({ Bucket: site.Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
    await site.build()
    await site.deploy()
    const before = fs.readFileSync(path.join(site.root, 'public/about/index.html'))
    writeFiles(site.root, { 'content/about.md': '---\ntitle: About\n---\n\nA mistake.\n' })
    await site.build()
    await site.deploy()
    expect(await runCli(['rollback'], { cwd: site.root, env })).toMatchObject({ code: 0 })
    const { Body } = await client.send(new GetObjectCommand({ Bucket: site.Bucket, Key: `${site.prefix}about/index.html` }))
    expect(Buffer.from(await Body?.transformToByteArray() ?? []).equals(before)).toBe(true)
  })

  test('more objects than one list tells, and more deletes than one request takes', async () => {
    const site = await makeSite({ ...smallSite, ...Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`static/n/${i}.txt`, String(i)])) })
    await site.build()
    expect(await site.deploy()).toMatchObject({ code: 0 })
    await expectUntouched(site)
    fs.rmSync(path.join(site.root, 'static/n'), { recursive: true })
    await site.build()
    expect(await site.deploy('--max-deletes', '1100')).toMatchObject({ code: 0 })
    await expectDeployed(site)
  })
})
