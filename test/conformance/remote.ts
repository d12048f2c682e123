// What every source that asks a server must do, as cases for any test runner: the server is a fake one, which fails on purpose.
// `for (const { name, run } of remoteSourceConformance({ source, answer, items, id })) test(name, run)`
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { CompleteEntry, RequestPolicy, Source } from '../../src/core/types.ts'
import { openSource, type OpenedSource, type RemoteOptions } from '../../src/sources/remote.ts'
import { startServer, type FakeAnswer, type FakeRequest, type FakeServer } from './server.ts'
import type { ConformanceCase } from './source.ts'

export interface RemoteConformanceOptions<T = unknown> {
  /** Makes the source for a server at this address. */
  source: (baseUrl: string) => Source
  /** What the server answers when it has these items. `since` of a cursor must work, if the source uses one. */
  answer: (request: FakeRequest, items: readonly T[]) => FakeAnswer
  /** At least four, on more than one page. */
  items: readonly T[]
  /** The id that the source gives the entry of an item, without prefix. */
  id: (item: T) => string
  /** Another version of an item, which makes another entry. */
  change?: (item: T) => T
  /** Credentials that must be nowhere in what is yielded, told or kept. */
  secrets?: readonly string[]
}

interface Trial<T> {
  readonly options: RemoteConformanceOptions<T>
  readonly server: FakeServer
  /** What the server has now. */
  items: readonly T[]
  /** What happens to requests, by their number from 1. */
  faults: Map<number, FakeAnswer>
  run(more?: Partial<RemoteOptions>): Promise<Result>
}
interface Result { readonly state: OpenedSource['state']; readonly entries: readonly CompleteEntry[]; readonly problems: readonly string[]; readonly kept: string }

/** Quick, so that a suite takes seconds; the source's own number of tries stays. */
const quick: RequestPolicy = { firstWaitSeconds: 0.01, timeoutSeconds: 0.5, deadlineSeconds: 5 }

export function remoteSourceConformance<T>(options: RemoteConformanceOptions<T>): ConformanceCase[] {
  const cases: [string, (trial: Trial<T>) => Promise<void>][] = [
    ['reads all pages', readsAll], ['gives the same in every run', isSteady], ['drops what is gone', dropsGone], ['brings what is new and what changed', bringsChanges], ['tries again after a fault of the server', triesAgain],
    ['never takes a fault for fewer entries', staysWhole], ['ends when the server hangs', endsInTime], ['works without the server from its snapshot', worksOffline], ['gives no secret away', keepsSecrets],
  ]
  return cases.map(([name, check]) => ({ name, run: () => inTrial(options, check) }))
}

async function inTrial<T>(options: RemoteConformanceOptions<T>, check: (trial: Trial<T>) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'source-conformance-'))
  const server = await startServer((request) => trial.faults.get(request.number - offset) ?? options.answer(request, trial.items))
  let offset = 0
  const trial: Trial<T> = {
    options, server, items: options.items, faults: new Map(),
    async run(more = {}) {
      offset = server.requests.length
      const source = options.source(`${server.origin}/`)
      const opened = await openSource({ ...source, requests: { ...source.requests, ...quick } }, { root: folder, contentFolder: folder, timeZone: 'UTC', configDigest: 'one', snapshotFolder: path.join(folder, 'snapshots'), ...more })
      const { entries, diagnostics, bad } = await opened.load()
      const problems = [...opened.notes, ...diagnostics, ...[...bad.values()].flat()]
      if (problems.every(({ severity }) => severity !== 'error')) opened.commit(new Map(), entries.length)
      return { state: opened.state, entries, problems: problems.map(({ severity, code, message, fix }) => `${severity} ${code}: ${message} ${fix ?? ''}`), kept: readAll(path.join(folder, 'snapshots')) }
    },
  }
  try {
    await check(trial)
  } finally {
    await server.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function readAll(folder: string): string {
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort().map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n') : ''
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function assertIds<T>({ options, items }: Trial<T>, { entries, problems }: Result, when: string): void {
  const { idPrefix, name } = options.source('http://127.0.0.1/')
  const wanted = items.map((item) => (idPrefix ?? `${name}:`) + options.id(item)).sort()
  const got = entries.filter(({ part }) => !part).map(({ id }) => id)
  assert(isDeepStrictEqual(got, wanted), `${when} the ids are\n  ${got.join('\n  ')}\nbut should be\n  ${wanted.join('\n  ')}\n${problems.join('\n')}`)
}

const comparable = ({ entries }: Result): unknown => JSON.parse(JSON.stringify(entries))

async function readsAll<T>(trial: Trial<T>): Promise<void> {
  assert(trial.options.items.length >= 4, 'give at least four items, on more than one page')
  assertIds(trial, await trial.run(), 'in the first run')
}

async function isSteady<T>(trial: Trial<T>): Promise<void> {
  const first = comparable(await trial.run())
  for (const more of [{}, { fresh: true }, { configDigest: 'two' }]) {
    assert(isDeepStrictEqual(comparable(await trial.run(more)), first), 'a later run gives other entries, though nothing changed on the server')
  }
}

async function dropsGone<T>(trial: Trial<T>): Promise<void> {
  await trial.run()
  trial.items = trial.options.items.filter((_, i) => i !== 1)
  assertIds(trial, await trial.run(), 'after one item was removed,')
}

async function bringsChanges<T>(trial: Trial<T>): Promise<void> {
  const { items, change } = trial.options
  trial.items = items.slice(1)
  const before = await trial.run()
  trial.items = items.map((item, i) => (i === 2 && change ? change(item) : item))
  const after = await trial.run()
  assertIds(trial, after, 'after one item came,')
  const clean = await trial.run({ fresh: true })
  assert(isDeepStrictEqual(comparable(after), comparable(clean)), 'a run that took up its cursor gives other entries than one from the start')
  const id = change && items[2] !== undefined ? trial.options.id(items[2]) : undefined
  const find = ({ entries }: Result): unknown => entries.find((entry) => entry.id.endsWith(id ?? ''))
  assert(id === undefined || !isDeepStrictEqual(find(before), find(after)), `the change of ${id} did not come`)
}

const faults: readonly (readonly [string, FakeAnswer])[] = [
  ['500', { status: 500 }], ['503', { status: 503 }], ['429', { status: 429, headers: { 'retry-after': '0' } }], ['a reset connection', 'reset'], ['a cut answer', { text: '{"items":[' }], ['a login page', { text: '<!doctype html><title>Log in</title>', headers: { 'content-type': 'text/html' } }],
]

async function triesAgain<T>(trial: Trial<T>): Promise<void> {
  await trial.run()
  const count = trial.server.requests.length
  for (const [name, fault] of faults) {
    for (let at = 1; at <= count; at++) {
      trial.faults = new Map([[at, fault]])
      assertIds(trial, await trial.run({ fresh: true }), `after ${name} for request ${at}`)
    }
  }
}

async function staysWhole<T>(trial: Trial<T>): Promise<void> {
  const before = await trial.run()
  const count = trial.server.requests.length
  const forGood: readonly (readonly [string, FakeAnswer])[] = [...faults, ['401', { status: 401 }], ['404', { status: 404 }], ['an answer of another kind', { json: null }]]
  for (const [name, fault] of forGood) {
    for (let at = 1; at <= count; at++) {
      trial.faults = new Map(Array.from({ length: 100 }, (_, i) => [at + i, fault]))
      const result = await trial.run({ fresh: true })
      assert(result.problems.some((problem) => problem.startsWith('error')), `${name} from request ${at} on is no error, but ${result.entries.length} entries`)
      assert(result.kept === before.kept, `${name} from request ${at} on changed the snapshot`)
    }
  }
}

async function endsInTime<T>(trial: Trial<T>): Promise<void> {
  trial.faults = new Map(Array.from({ length: 100 }, (_, i) => [i + 1, 'hang']))
  const started = performance.now()
  const { problems } = await trial.run()
  assert(problems.some((problem) => problem.startsWith('error')), 'a server that hangs is no error')
  assert(performance.now() - started < 30_000, 'a server that hangs keeps it for more than 30 seconds')
}

async function worksOffline<T>(trial: Trial<T>): Promise<void> {
  const online = await trial.run()
  const count = trial.server.requests.length
  assert(isDeepStrictEqual(comparable(await trial.run({ offline: true })), comparable(online)), 'its snapshot gives other entries than the server did')
  assert(trial.server.requests.length === count, 'it asks the server although that is forbidden')
  trial.faults = new Map(Array.from({ length: 100 }, (_, i) => [i + 1, { status: 503 }]))
  assert((await trial.run({ allowStale: true })).state === 'stale', 'it does not go by its snapshot when the server is down; let it ask by ctx.fetch alone')
}

async function keepsSecrets<T>(trial: Trial<T>): Promise<void> {
  const results = [await trial.run()]
  for (const fault of [{ status: 401 }, { status: 500 }, 'reset'] as const) {
    trial.faults = new Map(Array.from({ length: 100 }, (_, i) => [i + 1, fault]))
    results.push(await trial.run())
  }
  const text = JSON.stringify(results)
  const position = (trial.options.secrets ?? []).findIndex((secret) => secret !== '' && text.includes(JSON.stringify(secret).slice(1, -1)))
  assert(position === -1, `secret number ${position + 1} is in what it yields, tells or keeps`)
}
