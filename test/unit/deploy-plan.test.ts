// The pure parts of a deploy: the plan, when old files go, the paths a CDN forgets, headers, the manifest as text.
import { describe, expect, test } from 'vitest'
import type { S3Target } from '../../src/core/deploy.ts'
import { contentType, createHeaders } from '../../src/deploy/headers.ts'
import { invalidationPaths, mergePaths } from '../../src/deploy/invalidation.ts'
import { manifestText, parseManifest } from '../../src/deploy/manifest.ts'
import { nextManifest, withoutDone } from '../../src/deploy/next.ts'
import { recordOf } from '../../src/deploy/output.ts'
import { isEmpty, planDeploy } from '../../src/deploy/plan.ts'
import type { DeployManifest, LocalFile, Plan, RemoteFile, RemoteState } from '../../src/deploy/types.ts'
import { digest } from '../../src/util/hash.ts'

const page = { 'content-type': 'text/html; charset=utf-8' }

function local(key: string, text: string, more: Partial<LocalFile> = {}): LocalFile {
  const content = digest(text)
  return { key, path: key, sizeBytes: text.length, sha256: '', content, kind: 'page', isFingerprinted: false, isPacked: false, headers: page, record: recordOf(content, more.headers ?? page), ...more }
}
const remote = (text: string, more: Partial<RemoteFile> = {}): RemoteFile => ({ content: digest(text), headers: page, kind: 'page', isFingerprinted: false, sizeBytes: text.length, etag: `e-${text}`, ...more })

function manifestOf(files: Readonly<Record<string, RemoteFile>>, more: Partial<DeployManifest> = {}): DeployManifest {
  const deploy = { id: 'd1', at: '2026-01-01T00:00:00.000Z', builder: 'me' }
  return { deploy, number: 1, files: new Map(Object.entries(files)), tombstones: new Map(), history: [deploy], ...more }
}

function plan(files: readonly LocalFile[], manifest: DeployManifest | undefined, objects: Readonly<Record<string, string>>, more: { now?: string; announced?: Readonly<Record<string, string>> } = {}): Plan {
  const state: RemoteState = {
    ...(manifest && { manifest, manifestEtag: 'm' }), announcements: [], uploads: [], history: [], announced: new Map(Object.entries(more.announced ?? {}).map(([key, token]) => [key, { token }])),
    objects: new Map(Object.entries(objects).map(([key, text]) => [key, { key, sizeBytes: text.length, etag: `e-${text}` }])),
  }
  return planDeploy({ files: new Map(files.map((file) => [file.key, file])), state, now: more.now ?? '2026-01-02T00:00:00.000Z', stateKey: '.ssg/', paths: { originPath: '' } })
}
const kinds = ({ actions }: Plan): Record<string, string> => Object.fromEntries(actions.map(({ key, kind }) => [key, kind]))

describe('plan', () => {
  test('each kind of action', () => {
    const live = manifestOf({ same: remote('same'), content: remote('old'), headers: remote('h'), gone: remote('gone'), drift: remote('drift'), lost: remote('lost') })
    const files = [local('same', 'same'), local('content', 'new'), local('headers', 'h', { headers: { ...page, 'cache-control': 'x' } }), local('new', 'new'), local('drift', 'drift'), local('lost', 'lost'), local('moved', 'r', { kind: 'redirect' })]
    const made = plan(files, live, { same: 'same', content: 'old', headers: 'h', gone: 'gone', drift: 'by hand', other: 'x', '.ssg/manifest.json': 'm' })
    expect(kinds(made)).toEqual({ same: 'unchanged', content: 'change', headers: 'headers', new: 'create', gone: 'delete', drift: 'change', lost: 'create', moved: 'redirect', other: 'foreign' })
    expect(made.actions.filter(({ isDrift }) => isDrift).map(({ key }) => key)).toEqual(['drift', 'lost'])
    expect(made.actions.find(({ key }) => key === 'headers')?.reason).toBe('cache-control: none -> x')
  })

  test('what unfinished deploys sent is kept, sent anew, or removed', () => {
    const files = [local('a', 'a'), local('b', 'new')]
    const made = plan(files, undefined, { a: 'a', b: 'old', c: 'c', d: 'd' }, { announced: { a: recordOf(digest('a'), page), b: 'other', c: 'x' } })
    expect(kinds(made)).toEqual({ a: 'unchanged', b: 'change', c: 'delete', d: 'foreign' })
    expect(made.invalidation).toEqual(['/a', '/b', '/c'])
  })

  test('files named by their content stay 7 days and 2 deploys', () => {
    const named = { isFingerprinted: true, kind: 'asset' } as const
    const first = plan([local('p', 'p')], manifestOf({ p: remote('p'), 'a-1.js': remote('js', named) }), { p: 'p', 'a-1.js': 'js' })
    expect(kinds(first)).toEqual({ p: 'unchanged', 'a-1.js': 'kept' })
    expect([isEmpty(first), first.invalidation]).toEqual([false, []])
    const committed = nextManifest({ id: 'd2', at: new Date('2026-01-02T00:00:00Z'), plan: first, provenance: { builder: 'me' }, sent: new Map() })
    expect(committed.tombstones.get('a-1.js')).toMatchObject({ isDue: false, since: '2026-01-02T00:00:00.000Z', deploy: 2 })
    const later = (now: string, number: number): string | undefined => kinds(plan([local('p', 'p')], { ...committed, number }, { p: 'p', 'a-1.js': 'js' }, { now }))['a-1.js']
    expect(later('2026-01-08T00:00:00Z', 9)).toBe('kept')
    expect(later('2026-01-09T00:00:00Z', 2)).toBe('kept')
    expect(later('2026-01-09T00:00:00Z', 3)).toBe('delete')
    const again = plan([local('p', 'p'), local('a-1.js', 'js', named)], committed, { p: 'p', 'a-1.js': 'js' })
    expect(kinds(again)['a-1.js']).toBe('unchanged')
  })

  test('a delete that was committed and not done is done by the next run', () => {
    const made = plan([], manifestOf({ gone: remote('gone') }), { gone: 'gone' })
    const committed = nextManifest({ id: 'd2', at: new Date('2026-01-02T00:00:00Z'), plan: made, provenance: { builder: 'me' }, sent: new Map() })
    expect(kinds(plan([], committed, { gone: 'gone' }))).toEqual({ gone: 'delete' })
    expect(kinds(plan([], committed, {}))).toEqual({})
    const done = withoutDone(committed, { isInvalidated: true, deleted: new Set(['gone']) })
    expect([done.tombstones.size, done.pendingInvalidation]).toEqual([0, undefined])
    expect(withoutDone(done, { isInvalidated: false, deleted: new Set() })).toBe(done)
  })

  test('five deploys are remembered', () => {
    const stamp = (id: number): DeployManifest['deploy'] => ({ id: `d${id}`, at: '', builder: 'me' })
    const { history } = nextManifest({ id: 'new', at: new Date(0), plan: plan([], manifestOf({}, { history: [1, 2, 3, 4, 5].map(stamp) }), {}), provenance: { builder: 'me' }, sent: new Map() })
    expect(history.map(({ id }) => id)).toEqual(['new', 'd1', 'd2', 'd3', 'd4'])
  })
})

describe('paths to invalidate', () => {
  test.each<readonly [readonly string[], string, readonly string[]]>([
    [['index.html'], '', ['/', '/index.html']],
    [['about/index.html'], '', ['/about', '/about/', '/about/index.html']],
    [['blog/a.css', 'other/b.css'], '/blog', ['/a.css']],
    [['ü ä.txt', 'a~b\'c*.txt', 'x?y#z.txt', '50%.txt'], '', ['/50%25.txt', '/a%7Eb%27c%2A.txt', '/x%3Fy%23z.txt', '/%C3%BC%20%C3%A4.txt'].sort()],
    [[], '', []],
  ])('%j', (keys, originPath, paths) => expect(invalidationPaths(keys, originPath)).toEqual(paths))

  test('many become folders, and very many all', () => {
    expect(invalidationPaths(Array.from({ length: 40 }, (_, i) => `posts/${String.fromCharCode(97 + (i % 20))}${i}/index.html`), '')).toEqual(['/posts*'])
    expect(invalidationPaths(Array.from({ length: 40 }, (_, i) => `${String.fromCharCode(97 + (i % 20))}${i}/index.html`), '')).toEqual(['/*'])
    expect(invalidationPaths(Array.from({ length: 8 }, (_, i) => `posts/p${i}/index.html`), '').every((path) => /^\/posts\/p\d\*$/.test(path))).toBe(true)
    expect(mergePaths(['/a'], ['/a', '/b'])).toEqual(['/a', '/b'])
    expect(mergePaths(['/z'], Array.from({ length: 15 }, (_, i) => `/${i}`))).toEqual(['/*'])
  })
})

describe('headers', () => {
  const target = (more: Partial<S3Target>): S3Target => ({ kind: 's3', bucket: 'b', ...more })
  test('types', () => {
    for (const [path, type] of [['a.HTML', 'text/html; charset=utf-8'], ['a.woff2', 'font/woff2'], ['x/.htaccess', 'application/octet-stream'], ['a.unknown', 'application/octet-stream'], ['constructor', 'application/octet-stream'], ['a.constructor', 'application/octet-stream'], ['.well-known/security.txt', 'text/plain; charset=utf-8'], ['.well-known/apple-app-site-association', 'application/json']] as const) expect(contentType(path), path).toBe(type)
  })

  test('packing: texts of some size alone, and never what a rule has an encoding for', () => {
    const { headersOf, isPacked } = createHeaders(target({ gzip: true, headers: { '*.svg': { 'Content-Encoding': 'br' } } }))
    expect([isPacked('a.html', 2000), isPacked('a.html', 1000), isPacked('a.png', 2000), isPacked('a.svg', 2000)]).toEqual([true, false, false, false])
    expect(headersOf({ path: 'a.html', kind: 'page', sizeBytes: 2000 })).toMatchObject({ 'content-encoding': 'gzip' })
    expect(headersOf({ path: 'a.svg', kind: 'asset', sizeBytes: 2000 })).toMatchObject({ 'content-encoding': 'br' })
  })

  test('redirects are ASCII', () => {
    expect(createHeaders(target({})).headersOf({ path: 'a', kind: 'redirect', sizeBytes: 1, redirect: '/ü 😀/%20' })['redirect']).toBe('/%C3%BC%20%F0%9F%98%80/%20')
  })
})

test('a manifest survives being written and read', () => {
  const manifest = manifestOf({ a: remote('a', { version: 'v1' }), b: remote('b', { kind: 'redirect', headers: { redirect: '/x/' } }), __proto__x: remote('c') }, {
    tombstones: new Map([['t', { ...remote('t', { isFingerprinted: true, kind: 'asset' }), since: '2026-01-01', deploy: 1, isDue: false }]]), pendingInvalidation: { reference: 'r', paths: ['/'] },
  })
  expect(parseManifest(manifestText(manifest), 'k')).toEqual(manifest)
})
