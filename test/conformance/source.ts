// What every source must do, as cases for any test runner: each has a name and a `run` that throws with a clear message.
// `for (const { name, run } of sourceConformance({ source: () => mySource() })) test(name, run)`
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { Change, RawEntry, Source, SourceContext } from '../../src/core/types.ts'
import type { LoadedSource } from '../../src/sources/source.ts'
import { createServices } from '../../src/sources/services.ts'
import { loadSource } from '../../src/sources/source.ts'

export { remoteSourceConformance, type RemoteConformanceOptions } from './remote.ts'
export { startServer, type FakeAnswer, type FakeRequest, type FakeServer } from './server.ts'

export interface SourceConformanceOptions {
  /** Makes the source; called anew for each run. What it reads must stay the same meanwhile. */
  source: () => Source | Promise<Source>
  /** Absolute path of a site's root. Default: the working directory. */
  root?: string
  /** Absolute path of the content folder. Default: `content` below the root. */
  contentFolder?: string
  /** Default `UTC`. */
  timeZone?: string
  /** The ids that it must yield, in any order and without prefix, if they are known. */
  ids?: readonly string[]
  /** How long it may go on after it was aborted. Default 5. */
  abortSeconds?: number
  /** Credentials that must be nowhere in what it yields or reports. */
  secrets?: readonly string[]
}

export interface ConformanceCase {
  readonly name: string
  readonly run: () => Promise<void>
}

/** The cases for one source. */
export function sourceConformance(options: SourceConformanceOptions): ConformanceCase[] {
  const cases: [string, (options: SourceConformanceOptions) => Promise<void>][] = [
    ['has a name and options of the right types', checkSource],
    ['yields entries of the right form, each with its own id', checkEntries],
    ['yields plain data', checkData],
    ['says where entries come from', checkOrigins],
    ['yields the same in every run, also in two at once', checkRepeat],
    ['takes up its own cursor', checkCursor],
    ['leaves alone what it has yielded and what it was given', checkUntouched],
    ['ends soon after it is aborted', checkAbort],
    ['gives no secret away', checkSecrets],
  ]
  return cases.map(([name, check]) => ({ name, run: () => check(options) }))
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

function place({ root = process.cwd(), contentFolder = join(root, 'content'), timeZone = 'UTC' }: SourceConformanceOptions): Pick<SourceContext, 'root' | 'contentFolder' | 'timeZone'> {
  return { root, contentFolder, timeZone }
}

async function load(options: SourceConformanceOptions, cursor?: string): Promise<LoadedSource> {
  return await loadSource(await options.source(), { ...place(options), ...(cursor !== undefined && { cursor }) })
}

async function checkSource(options: SourceConformanceOptions): Promise<void> {
  const source = await options.source()
  const { name, idPrefix, trusted, timeLimitSeconds, schema, load: loadOf } = source
  assert(typeof name === 'string' && name.trim() !== '', '`name` must be a text with something in it')
  assert(idPrefix === undefined || typeof idPrefix === 'string', '`idPrefix` must be a text')
  assert(trusted === undefined || typeof trusted === 'boolean', '`trusted` must be true or false')
  assert(timeLimitSeconds === undefined || timeLimitSeconds > 0, '`timeLimitSeconds` must be more than 0')
  assert(schema === undefined || typeof schema['~standard']?.validate === 'function', '`schema` must be a Standard Schema validator')
  assert(typeof loadOf === 'function', '`load` must be a function')
}

async function checkEntries(options: SourceConformanceOptions): Promise<void> {
  const loaded = await load(options)
  const problems = loaded.diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`)
  assert(problems.length === 0, `the run has errors:\n${problems.join('\n')}`)
  assert(loaded.completed, 'the run did not get to its end')
  if (options.ids === undefined) return
  const { idPrefix, name } = await options.source()
  const wanted = options.ids.map((id) => (idPrefix ?? `${name}:`) + id).sort()
  const got = loaded.entries.map(({ id }) => id)
  assert(isDeepStrictEqual(got, wanted), `the ids are\n  ${got.join('\n  ')}\nbut should be\n  ${wanted.join('\n  ')}`)
}

async function checkData(options: SourceConformanceOptions): Promise<void> {
  for (const { id, data } of (await load(options)).entries) {
    const problem = findForeign(data, 'data', [])
    assert(problem === undefined, `entry ${id}: ${problem}`)
  }
}

/** What is not text, finite number, boolean, null, Date, list or plain object; with its path. */
function findForeign(value: unknown, path: string, parents: readonly object[]): string | undefined {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean' || value instanceof Date) return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`
  if (typeof value !== 'object') return `${path} is a ${typeof value}`
  if (parents.includes(value)) return `${path} holds itself`
  if (!Array.isArray(value)) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && prototype !== Object.prototype) return `${path} is not a plain object`
  }
  for (const [key, child] of Object.entries(value)) {
    if (['__proto__', 'constructor', 'prototype'].includes(key)) return `${path} has the key ${key}`
    const problem = findForeign(child, `${path}.${key}`, [...parents, value])
    if (problem !== undefined) return problem
  }
  return undefined
}

async function checkOrigins(options: SourceConformanceOptions): Promise<void> {
  for (const { id, origin, data } of (await load(options)).entries) {
    const { file, label, bodyLine, line, url } = origin
    assert((file ?? label ?? '') !== '', `entry ${id}: its origin has neither a file nor a label`)
    assert(file === undefined || !(/^([A-Za-z]:)?[\\/]/.test(file) || file.includes('\\')), `entry ${id}: ${file} should be relative to the site's root, with forward slashes`)
    assert(url === undefined || URL.canParse(url), `entry ${id}: ${url} is not an address`)
    for (const number of [bodyLine, line]) assert(number === undefined || (Number.isInteger(number) && number > 0), `entry ${id}: lines count from 1`)
    for (const key of [...Object.keys(data), 'there is no such key']) {
      const position = origin.locate?.(key)
      assert(position === undefined || (Number.isInteger(position.line) && position.line > 0 && (position.column ?? 1) > 0), `entry ${id}: the position of ${key} should count from 1`)
    }
  }
}

async function checkRepeat(options: SourceConformanceOptions): Promise<void> {
  const first = comparable(await load(options))
  const others = await Promise.all([load(options), load(options)])
  for (const other of others.map(comparable)) {
    const ids = new Set([...first.keys(), ...other.keys()])
    for (const id of ids) assert(isDeepStrictEqual(first.get(id), other.get(id)), `entry ${id} is not the same in every run`)
  }
}

function comparable({ entries }: LoadedSource): Map<string, unknown> {
  return new Map(entries.map(({ origin: { locate: _, ...origin }, ...entry }) => [entry.id, structuredClone({ ...entry, origin })]))
}

async function checkCursor(options: SourceConformanceOptions): Promise<void> {
  const { cursor } = await load(options)
  if (cursor === undefined) return
  const { completed, diagnostics } = await load(options, cursor)
  assert(completed, `a run with its own cursor failed: ${diagnostics.map(({ message }) => message).join('; ')}`)
}

interface Watched { readonly context: SourceContext; readonly diagnostics: Diagnostic[]; readonly abort: () => void }

function createContext(options: SourceConformanceOptions, source: Source): Watched {
  const controller = new AbortController()
  const diagnostics: Diagnostic[] = []
  const services = createServices(source, { signal: controller.signal, offline: false })
  const { fetch, paginate, progress } = services
  const context: SourceContext = Object.freeze({
    ...place(options), fetch, paginate, progress, preview: false, signal: controller.signal, startOver: () => undefined, report: (diagnostic: Diagnostic) => void diagnostics.push(diagnostic),
  })
  return { context, diagnostics, abort: () => controller.abort() }
}

async function checkUntouched(options: SourceConformanceOptions): Promise<void> {
  const source = await options.source()
  const copies: [RawEntry, unknown][] = []
  // The context is frozen: a source that changes it throws here.
  for await (const change of iterate(source, createContext(options, source).context)) {
    if ('put' in change) copies.push([change.put, snapshot(change.put)])
  }
  for (const [entry, copy] of copies) assert(isDeepStrictEqual(snapshot(entry), copy), `entry ${entry.id} was changed after it was yielded`)
}

function snapshot({ id, data, body, path, assets }: RawEntry): unknown {
  return structuredClone({ id, data: { ...data }, body, path, assets })
}

async function* iterate(source: Source, context: SourceContext): AsyncGenerator<Change> {
  yield* source.load(context)
}

async function checkAbort(options: SourceConformanceOptions): Promise<void> {
  const seconds = options.abortSeconds ?? 5
  for (const after of [0, 1]) {
    const source = await options.source()
    const { context, abort } = createContext(options, source)
    const ended = drain(source, context, after, abort)
    const isInTime = await endsWithin(seconds, ended)
    assert(isInTime, `it went on for more than ${seconds} seconds after it was aborted${after === 0 ? ' at its start' : ` behind entry ${after}`}; pass ctx.signal on to what it waits for`)
  }
}

/** Runs to the end, and aborts when `after` entries were yielded. An error is a fine end. */
async function drain(source: Source, context: SourceContext, after: number, abort: () => void): Promise<string> {
  let count = 0
  if (after === 0) abort()
  try {
    for await (const _ of iterate(source, context)) if (++count === after) abort()
    return 'ended'
  } catch {
    return 'threw'
  }
}

async function endsWithin(seconds: number, ended: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => resolve(false), seconds * 1000) })
  const isInTime = await Promise.race([ended.then(() => true), late])
  clearTimeout(timer)
  return isInTime
}

async function checkSecrets(options: SourceConformanceOptions): Promise<void> {
  const { entries, diagnostics } = await load(options)
  const text = JSON.stringify([entries, diagnostics])
  const position = (options.secrets ?? []).findIndex((secret) => secret !== '' && text.includes(JSON.stringify(secret).slice(1, -1)))
  assert(position === -1, `secret number ${position + 1} is in what it yields or reports`)
}
