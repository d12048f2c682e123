// P10: any single fault ends in the site as it was built, or in a documented exit code; never in exit 0 with a wrong key. After it
// the next run puts everything right.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { storeError } from '../src/deploy/s3-errors.ts'
import { removeTempFolders, unprivileged } from './support/cli.ts'
import type { StoredVersion } from './support/s3/objects.ts'
import type { S3Call } from './support/s3/operations.ts'
import { startS3, type Fault, type S3Server } from './support/s3/server.ts'
import { expectDeployed, makeSite, smallSite, type DeploySite } from './support/s3/site.ts'

const servers: S3Server[] = []
afterEach(async () => { await Promise.all(servers.splice(0).map((server) => server.close())) })
afterAll(removeTempFolders)

interface Model { readonly root: string; readonly versions: ReadonlyMap<string, StoredVersion[]> }
/** A site that is live, and a change of it that was built: something of every kind is to be done. Made once, then copied. */
const models: { plain?: Promise<Model>; large?: Promise<Model> } = {}

async function makeModel(large: boolean): Promise<Model> {
  const server = await startS3()
  const site = makeSite(server)
  await site.build()
  await site.deploy()
  site.remove('content/about.md')
  site.write({ 'content/posts/three.md': '---\ntitle: Three\ndate: 2026-01-03\n---\n\nNew.\n', 'static/files/app.js': 'export const answer = 43\n', 'static/files/more.js': 'export {}\n', ...(large && { 'static/large.bin': Buffer.alloc(17 << 20, 'big') }) })
  await site.build()
  await server.close()
  return { root: site.root, versions: server.bucket.versions }
}

/** `kind`: with a file that is sent in parts, or without, which is quicker. */
async function changedSite(kind: keyof typeof models = 'plain'): Promise<{ server: S3Server; site: DeploySite }> {
  const { root, versions } = await (models[kind] ??= makeModel(kind === 'large'))
  const server = await startS3({ pageSize: 8 })
  servers.push(server)
  const site = makeSite(server, {}, { timeoutSeconds: 1 })
  for (const name of ['content', 'static', 'public']) fs.cpSync(path.join(root, name), path.join(site.root, name), { recursive: true })
  for (const [key, list] of versions) server.bucket.versions.set(key, [...list])
  return { server, site }
}

const on = (operation: string, part = '') => (call: S3Call): boolean => call.operation === operation && call.key.includes(part)
const places: readonly (readonly [string, Fault['on'], keyof typeof models])[] = [
  ['a page', on('PutObject', 'posts/three/'), 'plain'], ['an asset', on('PutObject', 'files/more.js'), 'plain'], ['the announcement', on('PutObject', '.ssg/announced'), 'plain'], ['the lock', on('PutObject', '.ssg/lock'), 'plain'],
  ['the record', on('PutObject', '.ssg/history'), 'plain'], ['the manifest', on('PutObject', '.ssg/manifest.json'), 'plain'], ['the list', on('ListObjectsV2'), 'plain'], ['reading the manifest', on('GetObject', '.ssg/manifest.json'), 'plain'],
  ['deleting', on('DeleteObjects'), 'plain'], ['beginning a large file', on('CreateMultipartUpload'), 'large'], ['a part', on('UploadPart'), 'large'], ['the end of a large file', on('CompleteMultipartUpload'), 'large'],
]

async function expectRepaired(server: S3Server, site: DeploySite): Promise<void> {
  server.faults.length = 0
  await site.deploy()
  expectDeployed(server, site)
}

describe('P10: what passes is overcome', () => {
  const acts: readonly (readonly [string, Fault['act'], number])[] = [
    ['503 twice', { status: 503, code: 'SlowDown' }, 2], ['500 before', { status: 500, code: 'InternalError' }, 1], ['500 after it was done', 'fail-after', 1],
    ['a reset before', 'reset-before', 1], ['a reset after it was done', 'reset-after', 1],
  ]
  test.each(places)('at %s: 503, 500 and lost answers', async (_, where, kind) => {
    for (const [name, act, times] of acts) {
      const { server, site } = await changedSite(kind)
      server.faults.push({ on: where, times, act })
      const { code, stderr } = await site.run(['deploy'])
      expect([name, code, stderr]).toEqual([name, 0, expect.not.stringMatching(/error|warning/)])
      expect(server.faults[0]?.times, name).toBe(0)
      expectDeployed(server, site)
    }
  }, 120_000)

  test('an answer that does not come is given up and asked for again', async () => {
    const { server, site } = await changedSite()
    server.faults.push({ on: on('PutObject', 'posts/three/'), times: 1, act: { delayMs: 3000 } })
    await site.deploy()
    expectDeployed(server, site)
  })

  test('409 on the lock is tried again', async () => {
    const { server, site } = await changedSite()
    server.faults.push({ on: on('PutObject', '.ssg/lock'), times: 1, act: { status: 409, code: 'ConditionalRequestConflict' } })
    await site.deploy()
    expectDeployed(server, site)
  })
})

describe('P10: what stays is told, and the next run goes on', () => {
  const codes: Readonly<Record<string, readonly number[]>> = { 'the announcement': [2], 'the lock': [2], 'the list': [2], 'reading the manifest': [2] }
  test.each(places)('403 at %s', async (name, where, kind) => {
    const { server, site } = await changedSite(kind)
    server.faults.push({ on: where, act: { status: 403, code: 'AccessDenied' } })
    const { code, stderr } = await site.run(['deploy'])
    expect(codes[name] ?? [7]).toContain(code)
    expect(stderr).toMatch(/error\[deploy-(?:access|failed|remains)\] [^]*--print-iam/)
    // A lock that may not be removed ends by itself.
    server.clockMs += 121_000
    await expectRepaired(server, site)
  })

  test('503 for ever', async () => {
    const { server, site } = await changedSite()
    server.faults.push({ on: on('PutObject', 'posts/three/'), act: { status: 503, code: 'SlowDown' } })
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([7, expect.stringContaining('error[deploy-failed] PutObject posts/three/index.html: SlowDown')])
    expect(server.bucket.get('about/index.html')).toBeDefined()
    await expectRepaired(server, site)
  })

  test('503 for ever after the lock, and before the first object', async () => {
    const { server, site } = await changedSite()
    server.faults.push({ on: on('PutObject', '.ssg/announced'), act: { status: 503, code: 'SlowDown' } })
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([7, expect.stringMatching(/error\[deploy-failed\] PutObject \.ssg\/announced.*: SlowDown; nothing was sent, nothing was deleted\n {2}fix: run it again/)])
    await expectRepaired(server, site)
  })

  test('credentials expire on the way', async () => {
    for (const after of [0, 3, 8, 15]) {
      const { server, site } = await changedSite()
      server.faults.push({ on: () => true, after, act: { status: 400, code: 'ExpiredToken' } })
      const { code, stderr } = await site.run(['deploy'])
      expect([2, 7]).toContain(code)
      expect(stderr).toMatch(/(?:ExpiredToken|HTTP 400 \(HeadObject|HeadObject .* HTTP 400)[^]*fix: give credentials/)
      server.clockMs += 121_000
      await expectRepaired(server, site)
    }
  })

  test('a list that breaks off and a manifest that is cut', async () => {
    for (const where of [on('ListObjectsV2'), on('GetObject', '.ssg/manifest.json')]) {
      const { server, site } = await changedSite()
      server.faults.push({ on: where, after: where === places[6]?.[1] ? 1 : 0, act: 'cut' })
      const { code } = await site.run(['deploy'])
      expect([2, 5]).toContain(code)
      expect(server.writes()).toEqual([])
      await expectRepaired(server, site)
    }
  })

  test('one of many deletes is refused: it is told, and done the next time', async () => {
    const { server, site } = await changedSite()
    server.policy = { Statement: [{ Action: ['s3:ListBucket'], Resource: '*' }, { Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], Resource: '*' }, { Action: ['s3:DeleteObject'], Resource: 'arn:aws:s3:::site/.ssg/*' }] }
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([7, expect.stringMatching(/error\[deploy-remains\] the new site is live, but 1 old object could not be deleted: about\/index\.html: Access Denied/)])
    server.policy = undefined
    const { stdout } = await site.run(['plan'])
    expect(stdout).toMatch(/delete {2,}about\/index\.html .* could not be deleted before/)
    await expectRepaired(server, site)
  })
})

test('P10: one key of 1,500 deletes is refused, in the second batch: the others are gone, and it is done the next time', async () => {
  const server = await startS3()
  servers.push(server)
  const name = (i: number): string => `n/${String(i).padStart(4, '0')}.txt`
  const site = makeSite(server, { ...smallSite, ...Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`static/${name(i)}`, String(i)])) })
  await site.build()
  await site.deploy()
  site.remove('static/n')
  await site.build()
  const digits = Array.from({ length: 9 }, (_, i) => i)
  const allBut1409 = ['.ssg/*', 'n/0*', ...[0, 1, 2, 3].map((hundred) => `n/1${hundred}*`), ...digits.map((ten) => `n/14${ten + 1}?.txt`), ...digits.map((one) => `n/140${one}.txt`)]
  server.policy = { Statement: [{ Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject'], Resource: '*' }, { Action: ['s3:DeleteObject'], Resource: allBut1409.map((key) => `arn:aws:s3:::site/${key}`) }] }
  const { code, stderr } = await site.run(['deploy', '--max-deletes', '1500'])
  expect(server.bucket.keys().filter((key) => key.startsWith('n/'))).toEqual(['n/1409.txt'])
  expect([code, stderr]).toEqual([7, expect.stringMatching(/but 1 old object could not be deleted: n\/1409\.txt: Access Denied/)])
  expect(server.log.filter(({ operation }) => operation === 'DeleteObjects').length).toBeGreaterThanOrEqual(2)
  server.policy = undefined
  await site.deploy()
  expectDeployed(server, site)
})

describe('P10: the manifest', () => {
  test.each([
    ['corrupt', '{"format":1,', 'is not JSON'], ['of another kind', '[]', 'is not what a deploy writes'], ['with a damaged row', '{"format":1,"deploy":{"id":"x"},"number":1,"headers":[],"files":{"a":["",0,"p",1,""]},"tombstones":{},"history":[]}', 'is not what a deploy writes'],
    ['of a newer version', '{"format":99}', 'was written by a newer version of this program'],
  ])('%s: refused, nothing is written', async (_, text, message) => {
    const { server, site } = await changedSite()
    server.bucket.put('.ssg/manifest.json', Buffer.from(text), {})
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([5, expect.stringContaining(`error[deploy-manifest] .ssg/manifest.json in the bucket ${message}`)])
    expect(server.writes()).toEqual([])
  })

  test('deleted: everything there is foreign until it is adopted', async () => {
    const { server, site } = await changedSite()
    server.bucket.remove('.ssg/manifest.json')
    expect(await site.run(['deploy'])).toMatchObject({ code: 5 })
    await site.deploy('--adopt')
    expectDeployed(server, site, { foreign: ['about/index.html'] })
  })
})

describe('P10: somebody else writes on the way', () => {
  test('a key of ours that somebody takes between the plan and the upload is not overwritten', async () => {
    const { server, site } = await changedSite()
    server.faults.push({ on: on('PutObject', '.ssg/lock'), times: 1, act: { run: () => void server.bucket.put('files/more.js', Buffer.from('theirs'), {}) } })
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([6, expect.stringContaining('error[deploy-raced]')])
    expect(server.bucket.get('files/more.js')?.bytes.toString()).toBe('theirs')
    expect(server.bucket.get('about/index.html')).toBeDefined()
  })
})

describe('P10: the folder changes between plan and upload', () => {
  test.each(['changed', 'removed'])('a file is %s', async (how) => {
    const { server, site } = await changedSite()
    const file = path.join(site.root, 'public/posts/three/index.html')
    const text = fs.readFileSync(file)
    server.faults.push({ on: on('PutObject', '.ssg/lock'), times: 1, act: { run: () => (how === 'removed' ? fs.unlinkSync(file) : fs.writeFileSync(file, 'other')) } })
    const { code, stderr } = await site.run(['deploy'])
    expect([code, stderr]).toEqual([7, expect.stringContaining('error[deploy-failed] posts/three/index.html changed after the plan was made')])
    fs.writeFileSync(file, text)
    await expectRepaired(server, site)
  })

  test('a file that was not part of the build is never sent', async () => {
    const { server, site } = await changedSite()
    fs.writeFileSync(path.join(site.root, 'public/before.txt'), 'x')
    server.faults.push({ on: on('PutObject', '.ssg/lock'), times: 1, act: { run: () => fs.writeFileSync(path.join(site.root, 'public/between.txt'), 'x') } })
    await site.deploy()
    expectDeployed(server, site)
  })

  test('a file that may not be read', async () => {
    const { server, site } = await changedSite()
    fs.chmodSync(path.join(site.root, 'public/feed.xml'), 0)
    const { code, stderr } = await site.run(['deploy'], { through: unprivileged() })
    expect([code, stderr]).toEqual([5, expect.stringContaining('error[deploy-output] public/feed.xml cannot be read: permission denied')])
    expect(server.writes()).toEqual([])
  })

  test('few files may be open', async () => {
    const { server, site } = await changedSite()
    const { code } = await site.run(['deploy'], { through: ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh'] })
    if (code !== 0) expect(code).toBe(7)
    await expectRepaired(server, site)
  })
})

describe('P10: the CDN', () => {
  const atCdn: Fault['on'] = ({ operation }) => operation === 'CloudFrontCreateInvalidation'
  async function withCdn(): Promise<{ server: S3Server; site: DeploySite }> {
    const { server, site } = await changedSite()
    site.configure({ timeoutSeconds: 1, distribution: server.cloudFront.distribution })
    return { server, site }
  }

  test.each<readonly [string, Fault['act']]>([['throttled', { status: 400, code: 'Throttling' }], ['500', { status: 500, code: 'InternalError' }], ['a lost answer', 'reset-after'], ['no answer in time', { delayMs: 2500 }]])('%s once: it is asked again, for one invalidation', async (_, act) => {
    const { server, site } = await withCdn()
    server.faults.push({ on: atCdn, times: 1, act })
    await site.deploy()
    expect(server.cloudFront.invalidations.size).toBe(1)
    expectDeployed(server, site)
    server.log.length = 0
    await site.deploy()
    expect(server.writes()).toEqual([])
  })

  test.each(['TooManyInvalidationsInProgress', 'AccessDenied', 'NoSuchDistribution'])('%s: the site is live, the next run invalidates the same paths under the same reference', async (code) => {
    const { server, site } = await withCdn()
    server.faults.push({ on: atCdn, act: { status: code === 'AccessDenied' ? 403 : 400, code } })
    const failed = await site.run(['deploy'])
    expect([failed.code, failed.stderr]).toEqual([7, expect.stringMatching(new RegExp(`error\\[deploy-remains\\] the new site is live, but the invalidation failed: ${code}\\n {2}fix: .*the next run does what is left`))])
    expect(server.bucket.get('about/index.html')).toBeDefined()
    const pending = (JSON.parse(server.bucket.get('.ssg/manifest.json')?.bytes.toString() ?? '') as { pendingInvalidation: { reference: string; paths: string[] } }).pendingInvalidation
    await expectRepaired(server, site)
    expect([...server.cloudFront.invalidations]).toEqual([[pending.reference, pending.paths]])
  })

  test('stopped at the invalidation: the next run does it', async () => {
    const { server, site } = await withCdn()
    let kill: ((signal: NodeJS.Signals) => void) | undefined
    server.faults.push({ on: atCdn, times: 1, act: { async run() { kill?.('SIGINT'); await new Promise((done) => setTimeout(done, 100)) } } })
    const { code, stderr } = await site.run(['deploy'], { onStart: (signal) => { kill = signal } })
    expect([code, stderr]).toEqual([130, expect.stringContaining('the new site is live; the deploy was stopped before deleting old objects')])
    await expectRepaired(server, site)
  })
})

describe('P10: stopped by a signal in each phase', () => {
  test.each([['ListObjectsV2', ''], ['PutObject', '.ssg/lock'], ['PutObject', 'files/more.js'], ['UploadPart', 'large.bin'], ['PutObject', 'posts/three/'], ['PutObject', 'feed.xml'], ['PutObject', '.ssg/manifest.json'], ['DeleteObjects', '']])('SIGINT at %s %s', async (operation, part) => {
    const { server, site } = await changedSite(part === 'large.bin' ? 'large' : 'plain')
    let kill: ((signal: NodeJS.Signals) => void) | undefined
    server.faults.push({ on: on(operation, part), times: 1, act: { async run() { kill?.('SIGINT'); await new Promise((done) => setTimeout(done, 100)) } } })
    const { code } = await site.run(['deploy'], { onStart: (signal) => { kill = signal } })
    expect([130, 0]).toContain(code)
    expect(server.bucket.get('.ssg/lock')).toBeUndefined()
    await expectRepaired(server, site)
  })
})

describe('P10: what cannot work is said before anything is written', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, string | undefined>>, number, string]>([
    ['no credentials', {}, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }, 2, 'give credentials'],
    ['a wrong key', {}, { AWS_ACCESS_KEY_ID: 'AKIDUNKNOWN' }, 2, 'give credentials'],
    ['a wrong secret', {}, { AWS_SECRET_ACCESS_KEY: 'wrong' }, 2, 'give credentials'],
    ['another region', { region: 'us-west-2' }, {}, 2, 'site.config.mjs:1:'],
    ['no region', {}, { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined }, 2, 'set `region`'],
    ['another bucket', { bucket: 'nobody-has-this' }, {}, 2, 'site.config.mjs:1:'],
    ['another owner', { expectedOwner: '999999999999' }, {}, 2, '--print-iam'],
    ['nothing listens', {}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, 2, 'fix: run it again later'],
  ])('%s', async (_, deploy, env, exitCode, advice) => {
    const { server, site } = await changedSite()
    site.configure({ ...deploy })
    const { code, stderr } = await site.run(['deploy'], { env })
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining(advice)])
    expect(server.writes()).toEqual([])
    const doctor = await site.run(['doctor'], { env })
    expect([doctor.code, doctor.stdout]).toEqual([exitCode, expect.stringMatching(/^(?:MISSING|unreachable) /m)])
    expect(server.writes()).toEqual([])
  })

  test('nothing listens at `endpoint`: not said to be missing, and the setting is named with its place', async () => {
    const { server, site } = await changedSite()
    site.configure({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' })
    for (const command of ['plan', 'deploy', 'rollback', 'doctor']) {
      const { code, stdout, stderr } = await site.run([command])
      expect([command, code, stderr]).toEqual([command, 2, expect.stringMatching(/error\[deploy-unreachable\] .*ECONNREFUSED.*\n {2}site\.config\.mjs:1:\d+ [^]*\n {2}fix: check `endpoint` in site\.config,.* nothing was changed\.\n/)])
      if (command === 'doctor') expect(stdout).toMatch(/^unreachable +bucket .*: list +connect ECONNREFUSED 127\.0\.0\.1:1$/m)
      expect(stdout).not.toContain('MISSING')
    }
    expect(server.writes()).toEqual([])
  })

  test('a name with several addresses, none of which answers: the code says why', () => {
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
    expect(storeError(refused, 'ListObjectsV2')).toMatchObject({ failure: 'refused', message: 'ECONNREFUSED' })
  })

  test('no credentials at all: one row and one error, in plain words', async () => {
    const { site } = await changedSite()
    const { stdout, stderr } = await site.run(['doctor'], { env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined } })
    expect(stdout).toMatch(/^MISSING +credentials +none were found$/m)
    expect(stderr).toMatch(/^error\[deploy-access\] no credentials were found\n {2}fix: give credentials/)
    expect(stdout + stderr).not.toMatch(/Provider/)
  })

  test('the message names the setting, its place and its value', async () => {
    const { server, site } = await changedSite()
    const place = (setting: string, value: string): RegExp => new RegExp(`\\n {2}site\\.config\\.mjs:1:\\d+ .*"${setting}":"${value}".*\\n *\\^+\\n {2}fix: `)
    for (const [setting, value, words] of [['bucket', 'nobody-has-this', 'there is nothing of this name: NoSuchBucket'], ['region', 'us-west-2', 'this is not the region of the bucket, or none is set: AuthorizationHeaderMalformed']] as const) {
      site.configure({ [setting]: value })
      for (const command of ['plan', 'deploy', 'rollback', 'doctor']) {
        const { stderr } = await site.run([command])
        expect(stderr, command).toContain(`error[deploy-access] ${words}`)
        expect(stderr, command).toMatch(place(setting, value))
      }
    }
    expect(server.writes()).toEqual([])
  })

  test('the clock is an hour off', async () => {
    const { server, site } = await changedSite()
    server.clockMs = 3_600_000
    // The SDK corrects its clock by the answer.
    const { code, stderr } = await site.run(['deploy'])
    if (code !== 0) expect([code, stderr]).toEqual([2, expect.stringContaining('set the clock')])
    server.clockMs = 0
    await expectRepaired(server, site)
  })
})

test('odd keys: letters of all kinds, signs that mean something in addresses and in XML', async () => {
  const server = await startS3()
  servers.push(server)
  const names = ['ü ä/日本.txt', 'a&b<c>.txt', 'plus+percent%25.txt', 'quote\'"s.txt', 'tilde~!*().txt', 'emoji 😀.txt']
  const site = makeSite(server, { ...smallSite, ...Object.fromEntries(names.map((name) => [`static/${name}`, name])), 'content/posts/ümlaut.md': '---\ntitle: Ümlaut\nslug: übung\naliases: [/älter/]\ndate: 2026-01-05\n---\n\nText.\n' })
  await site.build()
  await site.deploy()
  expectDeployed(server, site)
  expect(Object.values(server.bucket.get('älter/index.html')?.headers ?? {})).toContain('/posts/%C3%BCbung/')
  server.log.length = 0
  await site.deploy()
  expect(server.writes()).toEqual([])
  site.remove(...names.map((name) => `static/${name}`))
  await site.build()
  await site.deploy()
  expectDeployed(server, site)
})
