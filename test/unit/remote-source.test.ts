// oxlint-disable require-yield -- a source fails before it yields.
// The services that every source gets: requests, pages, transaction, snapshot, cursor, quarantine, secrets. Against a server of our own.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { RawEntry, RequestPolicy, Source } from '../../src/core/types.ts'
import { createRequester, RequestFailure } from '../../src/sources/http.ts'
import { put } from '../../src/sources/put.ts'
import { openSource, type OpenedSource, type RemoteOptions } from '../../src/sources/remote.ts'
import { loadSource } from '../../src/sources/source.ts'
import { ageText, parseAge } from '../../src/sources/age.ts'
import { watchSources } from '../../src/sources/watch.ts'
import { hide, holdsSecretDeep, redact, secret } from '../../src/util/secret.ts'
import { removeTempFolders, tempFolder } from '../support/cli.ts'
import { startServer, type FakeAnswer, type FakeServer } from '../conformance/server.ts'

const servers: FakeServer[] = []
afterEach(async () => { for (const server of servers.splice(0)) await server.close() })
afterAll(removeTempFolders)

async function serve(answer: FakeServer['answer']): Promise<FakeServer> {
  const server = await startServer(answer)
  servers.push(server)
  return server
}

const quick: RequestPolicy = { firstWaitSeconds: 0.01, timeoutSeconds: 0.5, deadlineSeconds: 3 }
const send = (server: FakeServer, policy: RequestPolicy = {}, signal = new AbortController().signal) => createRequester({ name: 'books', policy: { ...quick, ...policy }, baseUrl: server.origin, signal })
const failureOf = async (work: Promise<unknown>): Promise<RequestFailure> => {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof RequestFailure)) throw new Error(`no failure but ${String(error)}`)
  return error
}

describe('a request', () => {
  test.each<[string, FakeAnswer]>([
    ['500', { status: 500 }], ['503 with Retry-After', { status: 503, headers: { 'retry-after': '0' } }], ['429 with a date', { status: 429, headers: { 'retry-after': new Date(0).toUTCString() } }], ['429 with its own header', { status: 429, headers: { 'x-wait': '0.01' } }],
    ['408', { status: 408 }], ['a reset', 'reset'], ['no JSON', { text: '{"a":' }], ['an empty answer', { text: '' }], ['a hang', 'hang'],
  ])('is sent again after %s', async (_, fault) => {
    const server = await serve(({ number }) => (number < 3 ? fault : { json: { ok: true } }))
    const requester = send(server, { waitHeaders: ['x-wait'] })
    expect((await requester.send('/a?b=1')).json).toEqual({ ok: true })
    expect(requester.requests).toMatchObject([{ method: 'GET', url: `${server.origin}/a?b=1`, tries: [expect.any(String), expect.any(String), '200'] }])
  })

  test.each<[string, FakeAnswer, RegExp, number]>([
    ['401', { status: 401 }, /^source books: http:\/\/127.0.0.1:\d+\/a: it answered 401$/, 1], ['404', { status: 404 }, /it answered 404$/, 1], ['500 for good', { status: 500 }, /it answered 500 \(tried 3 times in [\d.]+ s\)$/, 3],
    ['a web page', { text: '<!DOCTYPE html><p>Log in' }, /with a web page and not with data, as a login page or a proxy does \(tried 3/, 3], ['a wait of an hour', { status: 429, headers: { 'retry-after': '3600' } }, /it answered 429, and asks to wait 3600 s$/, 1],
    ['a hang', 'hang', /it did not answer within 0.2 s \(tried 3 times/, 3], ['a reset', 'reset', /the connection was cut off \(tried 3/, 3],
  ])('that fails with %s says so', async (_, fault, message, tries) => {
    const server = await serve(() => fault)
    const error = await failureOf(send(server, { retries: 2, timeoutSeconds: 0.2 }).send('/a'))
    expect(error.diagnostics[0]?.message).toMatch(message)
    expect(server.requests.length).toBe(tries)
  })

  test('that must not be repeated is sent once; its body and its answer go as they are', async () => {
    const server = await serve(({ number, method }) => (number === 1 ? { status: 500 } : { text: method, status: number === 2 ? 404 : 200 }))
    await failureOf(send(server).send('/a', { method: 'POST', body: '{}' }))
    expect(server.requests.length).toBe(1)
    expect(await send(server).send('/a', { as: 'text', accept: [404] })).toMatchObject({ status: 404, text: 'GET' })
    expect(Buffer.from((await send(server).send('/a', { method: 'PUT', as: 'bytes' })).bytes).toString()).toBe('PUT')
  })

  test('is bound by its deadline, whatever the server says', async () => {
    const server = await serve(() => ({ status: 503, headers: { 'retry-after': '1' } }))
    const started = performance.now()
    await failureOf(send(server, { deadlineSeconds: 1.5 }).send('/a'))
    expect(performance.now() - started).toBeLessThan(1700)
  })

  test('ends when it is aborted', async () => {
    const server = await serve(() => 'hang')
    const controller = new AbortController()
    const sent = send(server, { timeoutSeconds: 30 }, controller.signal).send('/a')
    setTimeout(() => controller.abort(new Error('stop')), 50)
    await expect(sent).rejects.toThrow('stop')
  })

  test('waits for its turn', async () => {
    const server = await serve(() => 'hang')
    const controller = new AbortController()
    const requester = send(server, { inFlight: 2, timeoutSeconds: 30 }, controller.signal)
    const sent = Array.from({ length: 12 }, (_, i) => requester.send(`/${i}`).catch(() => undefined))
    await new Promise((resolve) => { setTimeout(resolve, 100) })
    expect(server.requests.length).toBe(2)
    controller.abort()
    await Promise.all(sent)
    const quickly = await serve(() => ({ json: 1 }))
    const all = send(quickly, { inFlight: 2 })
    await Promise.all(Array.from({ length: 12 }, (_, i) => all.send(`/${i}`)))
    expect(quickly.requests.length).toBe(12)
  })
})

describe('pages', () => {
  const load = (server: FakeServer, next: (page: { json: { next?: string } }) => string | undefined, mostPages?: number): Promise<{ ids: string[]; problems: string[] }> => {
    const source: Source = {
      name: 'books', baseUrl: server.origin, requests: quick,
      async *load(ctx) {
        for await (const page of ctx.paginate<{ items: number[]; next?: string }>('/books', { next, ...(mostPages !== undefined && { mostPages }) })) for (const id of page.json.items) yield put({ id: String(id), origin: page.at(id) })
      },
    }
    return loadSource(source, { root: '/', contentFolder: '/', timeZone: 'UTC' }).then(({ entries, diagnostics }) => ({ ids: entries.map(({ id, origin }) => `${id} ${origin.url}`), problems: diagnostics.map(({ message }) => message) }))
  }

  test('are followed to the end, relative to each other', async () => {
    const server = await serve(({ url }) => ({ json: url.searchParams.has('page') ? { items: [2] } : { items: [1], next: '?page=2' } }))
    expect(await load(server, ({ json }) => json.next)).toEqual({ ids: [`books:1 ${server.origin}/books`, `books:2 ${server.origin}/books?page=2`], problems: [] })
  })

  test('in a circle, and without end, are an error', async () => {
    const server = await serve(({ number }) => ({ json: { items: [number] } }))
    expect((await load(server, () => '/books')).problems).toEqual([expect.stringContaining('was there before')])
    let page = 0
    expect((await load(server, () => `/books?${page++}`, 5)).problems).toEqual([expect.stringContaining('is one too many')])
  })
})

interface Shelf { readonly source: Source; readonly folder: string; open(options?: Partial<RemoteOptions>): Promise<OpenedSource>; read(options?: Partial<RemoteOptions>): Promise<{ state: string; ids: string[]; problems: string[] }> }

/** A source that asks for `/all` once and then for `/since?cursor`. */
function shelf(server: FakeServer, more: Partial<Source> = {}): Shelf {
  const folder = tempFolder()
  const source: Source = {
    name: 'books', baseUrl: server.origin, requests: { ...quick, retries: 1 },
    async *load(ctx) {
      const { json } = await ctx.fetch<{ put: RawEntry[]; drop?: string[]; cursor?: string }>(ctx.cursor === undefined ? '/all' : `/since?${ctx.cursor}`)
      for (const entry of json.put) yield { put: entry }
      for (const id of json.drop ?? []) yield { drop: id }
      return json.cursor === undefined ? {} : { cursor: json.cursor }
    },
    ...more,
  }
  const open: Shelf['open'] = (options = {}) => openSource(source, { root: folder, contentFolder: folder, timeZone: 'UTC', configDigest: 'c1', snapshotFolder: path.join(folder, 'snapshots'), ...options })
  return {
    source, folder, open,
    async read(options) {
      const opened = await open(options)
      const { entries, diagnostics, bad } = await opened.load()
      const problems = [...opened.notes, ...diagnostics, ...[...bad.values()].flat()].map(({ severity, code }) => `${severity} ${code}`)
      if (problems.every((problem) => !problem.startsWith('error'))) opened.commit(new Map(), entries.length)
      return { state: opened.state, ids: entries.map(({ id, data }) => `${id}=${data['v']}`), problems }
    },
  }
}

const book = (id: string, v = 1): RawEntry => ({ id, data: { v } })

describe('a snapshot', () => {
  test('with a cursor brings changes alone', async () => {
    const server = await serve(({ url }) => ({ json: url.pathname === '/all' ? { put: [book('a'), book('b')], cursor: '1' } : url.search === '?1' ? { put: [book('b', 2), book('c')], drop: ['a'], cursor: '2' } : { put: [], cursor: '3' } }))
    const books = shelf(server)
    expect(await books.read()).toEqual({ state: 'fetched', ids: ['books:a=1', 'books:b=1'], problems: [] })
    expect(await books.read()).toEqual({ state: 'fetched', ids: ['books:b=2', 'books:c=1'], problems: [] })
    expect(await books.read()).toEqual({ state: 'unchanged', ids: ['books:b=2', 'books:c=1'], problems: [] })
    expect(server.requests.map(({ url }) => url.pathname + url.search)).toEqual(['/all', '/since?1', '/since?2'])
    // Another config may make other entries of the same answers.
    expect((await books.read({ configDigest: 'c2' })).ids).toEqual(['books:a=1', 'books:b=1'])
    expect((await books.read({ fresh: true, configDigest: 'c2' })).ids).toEqual(['books:a=1', 'books:b=1'])
    expect(server.requests.at(-1)?.url.pathname).toBe('/all')
    expect(fs.readdirSync(path.join(books.folder, 'snapshots')).filter((name) => name.endsWith('.json')).length).toBe(1)
  })

  test('without a cursor knows whether anything changed, and that what is not yielded is gone', async () => {
    let all = [book('a'), book('b'), book('c')]
    const books = shelf(await serve(() => ({ json: { put: all } })))
    expect((await books.read()).state).toBe('fetched')
    expect((await books.read()).state).toBe('unchanged')
    all = [book('a'), book('c')]
    expect(await books.read()).toEqual({ state: 'fetched', ids: ['books:a=1', 'books:c=1'], problems: [] })
  })

  test('that was started over forgets what was known', async () => {
    const books = shelf(await serve(({ number }) => ({ json: { put: [book(`x${number}`)], cursor: String(number) } })), {
      async *load(ctx) {
        const { json } = await ctx.fetch<{ put: RawEntry[]; cursor: string }>('/all')
        if (ctx.cursor !== undefined) ctx.startOver()
        for (const entry of json.put) yield { put: entry }
        return { cursor: json.cursor }
      },
    })
    expect((await books.read()).ids).toEqual(['books:x1=1'])
    expect((await books.read()).ids).toEqual(['books:x2=1'])
  })

  test('stands in for a server that is down, if that is wanted, and never for one that refuses', async () => {
    const server = await serve(() => ({ json: { put: [book('a')], cursor: '1' } }))
    const books = shelf(server)
    await books.read()
    server.answer = () => ({ status: 503 })
    expect(await books.read()).toEqual({ state: 'failed', ids: [], problems: ['error source-unreachable'] })
    expect(await books.read({ allowStale: true })).toEqual({ state: 'stale', ids: ['books:a=1'], problems: ['warning source-stale'] })
    expect((await books.read({ maxStaleMs: 60_000 })).state).toBe('stale')
    expect((await books.read({ maxStaleMs: -1 })).state).toBe('failed')
    server.answer = () => ({ status: 403 })
    expect(await books.read({ allowStale: true })).toEqual({ state: 'failed', ids: [], problems: ['error source-refused'] })
    expect(await books.read({ offline: true })).toEqual({ state: 'offline', ids: ['books:a=1'], problems: ['note source-stale'] })
    expect(await shelf(server).read({ offline: true })).toEqual({ state: 'failed', ids: [], problems: ['error source-offline'] })
  })

  test('is not replaced by much less', async () => {
    let all = ['a', 'b', 'c', 'd'].map((id) => book(id))
    const books = shelf(await serve(() => ({ json: { put: all } })))
    await books.read()
    all = [book('a')]
    expect(await books.read()).toEqual({ state: 'fetched', ids: [], problems: ['error source-shrunk'] })
    all = [book('a'), book('b')]
    expect((await books.read()).ids).toEqual(['books:a=1', 'books:b=1'])
    all = []
    expect((await books.read()).problems).toEqual(['error source-shrunk'])
    expect((await books.read({ allowShrink: true })).ids).toEqual([])
  })

  test('gives the entries that were fetched, byte for byte', async () => {
    const books = shelf(await serve(() => ({ json: {} })), {
      async *load(ctx) {
        await ctx.fetch('/')
        yield put({ id: 'a', date: new Date('2026-05-06T07:08:09Z'), data: { none: undefined, list: [1, null], 'ü': '\u2028' }, body: { html: '<p>' } })
      },
    })
    const first = await (await books.open()).load()
    await books.read()
    expect((await (await books.open({ offline: true })).load()).entries).toEqual(first.entries)
  })

  test('of a bad entry keeps the last good one', async () => {
    const server = await serve(() => ({ json: { put: [book('a'), book('b')], cursor: '1' } }))
    const books = shelf(server, { onBadEntry: 'quarantine' })
    await books.read()
    server.answer = () => ({ json: { put: [book('a', 2), { id: 'b', data: 5 }], cursor: '2' } })
    const opened = await books.open()
    const { entries, bad } = await opened.load()
    expect([entries.map(({ id, data }) => `${id}=${data['v']}`), [...bad.keys()]]).toEqual([['books:a=2', 'books:b=1'], ['b']])
    opened.commit(new Map(), 2)
    // It comes again as long as it is bad.
    await books.read()
    expect(server.requests.at(-1)?.url.search).toBe('?1')
  })
})

test('a run that yields and then fails leaves the snapshot as it was', async () => {
  const server = await serve(() => ({ json: { put: [book('a')], cursor: '1' } }))
  const books = shelf(server)
  await books.read()
  const before = fs.readdirSync(path.join(books.folder, 'snapshots')).map((name) => fs.readFileSync(path.join(books.folder, 'snapshots', name), 'utf8'))
  server.answer = () => ({ json: { put: [book('b'), null] } })
  expect((await books.read()).problems).toEqual(['error source-shape'])
  expect(fs.readdirSync(path.join(books.folder, 'snapshots')).map((name) => fs.readFileSync(path.join(books.folder, 'snapshots', name), 'utf8'))).toEqual(before)
})

describe('secrets', () => {
  test('are read when they are used, and taken out in every form', () => {
    process.env['TEST_TOKEN'] = 'abc/Def+12345678'
    const token = secret('TEST_TOKEN')
    expect(JSON.stringify({ token })).toBe('{"token":"[secret TEST_TOKEN]"}')
    expect(`Bearer ${token}`).toBe('Bearer abc/Def+12345678')
    for (const text of ['abc/Def+12345678', encodeURIComponent('abc/Def+12345678'), Buffer.from('abc/Def+12345678').toString('base64'), '...45678', '****78', 'xxx5678', 'f+12345678', '…678']) expect(redact(`<${text}>`), text).not.toMatch(/678|78>|YWJj/)
    expect(redact('version 5678 and 12')).toBe('version 5678 and 12')
    expect(holdsSecretDeep({ a: [{ b: 'x abc/Def+12345678 y' }] })).toBe(true)
    expect(holdsSecretDeep({ a: ['x'] })).toBe(false)
    delete process.env['TEST_TOKEN']
    expect(() => String(token)).toThrow('TEST_TOKEN is not set')
    process.env['TEST_TOKEN'] = 'abc'
    expect(() => String(token)).toThrow('has only 3 characters')
    delete process.env['TEST_TOKEN']
  })

  test('are in no entry, message, snapshot or cursor', async () => {
    hide('s3cret-t0ken-xyz')
    const server = await serve(({ url }) => ({ json: { put: [{ id: 'a', data: { link: `https://x/?key=${url.searchParams.get('key') ?? 's3cret-t0ken-xyz'}` } }], cursor: 'after=s3cret-t0ken-xyz' } }))
    const books = shelf(server)
    const read = await books.read()
    expect(read.problems).toEqual([])
    const texts = fs.readdirSync(path.join(books.folder, 'snapshots')).map((name) => fs.readFileSync(path.join(books.folder, 'snapshots', name), 'utf8'))
    expect(texts.join('')).not.toContain('t0ken')
    server.answer = () => ({ status: 500 })
    const failing = await loadSource({ ...books.source, load: async function* (ctx) { await ctx.fetch('/x?key=s3cret-t0ken-xyz'); yield put({ id: 'a' }) } }, { root: '/', contentFolder: '/', timeZone: 'UTC' })
    expect(JSON.stringify(failing)).not.toContain('t0ken')
    const thrown = await loadSource({ name: 'x', load: async function* () { throw new Error('refused: ...ken-xyz') } } as Source, { root: '/', contentFolder: '/', timeZone: 'UTC' })
    expect(thrown.diagnostics[0]?.message).toBe('source x: it failed: refused: [secret]')
  })

  test('that are missing are named', async () => {
    const { diagnostics } = await loadSource({ name: 'x', load: async function* () { yield put({ id: String(secret('NO_SUCH_VARIABLE')) }) } }, { root: '/', contentFolder: '/', timeZone: 'UTC' })
    expect(diagnostics).toMatchObject([{ code: 'source-secret', message: 'source x: the environment variable NO_SUCH_VARIABLE is not set', fix: expect.stringContaining('set NO_SUCH_VARIABLE') as string }])
  })
})

test('what takes long says how far it is', async () => {
  const lines: string[] = []
  const source: Source = { name: 'slow', load: async function* (ctx) { ctx.progress('7 entries'); await new Promise((resolve) => { setTimeout(resolve, 2700) }); yield put({ id: 'a' }) } }
  await loadSource(source, { root: '/', contentFolder: '/', timeZone: 'UTC', onProgress: (text) => { lines.push(text) } })
  expect(new Set(lines)).toEqual(new Set(['slow: 7 entries']))
})

test('sources are watched until that is over', async () => {
  const calls: string[] = []
  let dirty: (() => void) | undefined
  const source: Source = { name: 'w', load: async function* () { yield put({ id: 'a' }) }, watch: (_, call) => { dirty = call; return () => { calls.push('over') } } }
  const down: Source = { name: 'down', load: source.load }
  let isDown = true
  const watching = watchSources([source, source, down], {
    root: '/', contentFolder: '/', timeZone: 'UTC', preview: false, dirty: ({ name }) => { calls.push(name) }, report: () => undefined, failing: () => (isDown ? [down] : []), retrySeconds: 0.02,
  })
  while (!calls.includes('down')) await new Promise((resolve) => { setTimeout(resolve, 5) })
  isDown = false
  calls.length = 0
  dirty?.()
  watching[Symbol.dispose]()
  dirty?.()
  expect(calls).toEqual(['w', 'over'])
})

test.each([[500, '0 seconds'], [1000, '1 second'], [119_000, '119 seconds'], [120_000, '2 minutes'], [7_199_999, '119 minutes'], [7_200_000, '2 hours'], [9 * 86_400_000, '9 days']])('an age of %i ms is %s', (ms, text) => {
  expect(ageText(ms)).toBe(text)
})

test.each([['90s', 90_000], ['15m', 900_000], ['12h', 43_200_000], ['7d', 604_800_000], ['7', undefined], ['d', undefined], ['-1d', undefined]])('%s as an age', (text, ms) => {
  expect(parseAge(text)).toBe(ms)
})
