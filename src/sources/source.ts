// Runs one source, as a transaction: either everything that it yielded counts, or nothing. Owns the time limit, the check of
// the form, duplicates and the order. Duplicates between sources are found when the site is made.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Diagnostic } from '../core/diagnostic.ts'
import { codes, locate, messageOf, SsgError } from '../core/diagnostic.ts'
import { describe } from '../core/fields.ts'
import type { Change, Source, SourceContext } from '../core/types.ts'
import type { CompleteEntry } from './raw-entry.ts'
import { completeEntry, findShapeProblem, isRecord } from './raw-entry.ts'

export interface LoadOptions extends Pick<SourceContext, 'root' | 'contentFolder' | 'timeZone' | 'cursor'> {
  /** Aborted when the whole run is to stop. */
  readonly signal?: AbortSignal
}

export interface LoadedSource {
  /** Sorted by id, ids with the source's prefix; empty if the run did not get to its end. */
  readonly entries: readonly CompleteEntry[]
  readonly diagnostics: readonly Diagnostic[]
  /** What the source wants to be given next time. */
  readonly cursor?: string
  /** Whether the run got to its end. */
  readonly completed: boolean
}

const defaultLimitSeconds = 600
/** A generator that never waits and never ends would eat all memory before its time limit. */
const mostEntries = 1_000_000

interface Run {
  readonly source: Source
  readonly prefix: { readonly name: string; readonly idPrefix: string }
  readonly entries: Map<string, CompleteEntry>
  readonly diagnostics: Diagnostic[]
  readonly signal: AbortSignal
}

type Result = { readonly cursor?: string } | void

export async function loadSource(source: Source, options: LoadOptions): Promise<LoadedSource> {
  const controller = new AbortController()
  const limit = source.timeLimitSeconds ?? defaultLimitSeconds
  const timer = setTimeout(() => controller.abort('time'), limit * 1000)
  const interrupt = (): void => controller.abort('interrupted')
  if (options.signal?.aborted) interrupt()
  options.signal?.addEventListener('abort', interrupt, { once: true })
  const run: Run = {
    source, signal: controller.signal, entries: new Map(), diagnostics: [],
    prefix: { name: source.name, idPrefix: source.idPrefix ?? `${source.name}:` },
  }
  try {
    return finish(run, await Promise.race([consume(run, options), aborted(controller.signal)]))
  } catch (error) {
    return failed(run, error, limit)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', interrupt)
    // Frees what the source still waits for.
    controller.abort('over')
  }
}

function finish(run: Run, result: Result): LoadedSource {
  const cursor: unknown = isRecord(result) ? result['cursor'] : undefined
  if (cursor !== undefined && typeof cursor !== 'string') report(run, 'source-shape', `the returned \`cursor\` is ${describe(cursor)}, not a text`, 'return { cursor } with a text, or nothing.')
  const entries = [...run.entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { entries, diagnostics: [...run.diagnostics], completed: true, ...(typeof cursor === 'string' && { cursor }) }
}

function failed(run: Run, error: unknown, limit: number): LoadedSource {
  const { signal, diagnostics } = run
  if (signal.reason === 'time') report(run, 'source-timeout', `it took longer than ${limit} seconds and was given up`, 'look at what it waits for, or raise its `timeLimitSeconds`.')
  else if (signal.aborted) report(run, 'interrupted', 'it was stopped from outside', 'run the command again.')
  else if (error instanceof SsgError) diagnostics.push(...error.diagnostics)
  else report(run, 'source-failed', `it failed: ${messageOf(error)}`, 'correct the source, or what it reads from.')
  return { entries: [], diagnostics: [...diagnostics], completed: false }
}

function report(run: Run, code: Diagnostic['code'], message: string, fix: string): void {
  run.diagnostics.push({ severity: 'error', code, message: `source ${run.source.name}: ${message}`, fix })
}

/** Rejects when the run is to stop, whatever the source is waiting for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error('the run was stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
  })
}

async function consume(run: Run, options: LoadOptions): Promise<Result> {
  const iterator = iterate(run.source.load(createContext(run, options)))
  run.signal.addEventListener('abort', () => void endEarly(iterator), { once: true })
  for (let count = 1; ; count++) {
    const step = await iterator.next()
    if (run.signal.aborted) return undefined
    if (step.done) return step.value
    take(run, step.value)
    if (run.entries.size > mostEntries) throw new Error(`it yielded more than ${mostEntries} entries`)
    // A generator that never waits would never let a timer or Ctrl-C through.
    if (count % 1000 === 0) await nextTurn()
  }
}

/** Lets the source's `finally` blocks run, when it comes back from what it waits for. */
async function endEarly(iterator: Iterator): Promise<void> {
  try {
    await iterator.return?.(undefined)
  } catch {
    return // The run is over and its result known; what a source throws while it cleans up changes neither.
  }
}

type Iterator = Pick<AsyncIterator<Change, Result, undefined>, 'next' | 'return'>

function iterate(loaded: unknown): Iterator {
  if (isRecord(loaded) && Symbol.asyncIterator in loaded) return (loaded as unknown as AsyncIterable<Change>)[Symbol.asyncIterator]() as Iterator
  if (isRecord(loaded) && Symbol.iterator in loaded) return (loaded as unknown as Iterable<Change>)[Symbol.iterator]() as unknown as Iterator
  throw new Error(`\`load\` returned ${describe(loaded)}; it must be a generator, written async *load(ctx) { yield ... }`)
}

function createContext(run: Run, options: LoadOptions): SourceContext {
  const { root, contentFolder, timeZone, cursor } = options
  return Object.freeze({
    root, contentFolder, timeZone, signal: run.signal,
    ...(cursor !== undefined && { cursor }),
    report(diagnostic: Diagnostic) {
      if (!run.signal.aborted) run.diagnostics.push(checkDiagnostic(run, diagnostic))
    },
  })
}

function checkDiagnostic(run: Run, diagnostic: unknown): Diagnostic {
  const { severity, code, message } = isRecord(diagnostic) ? diagnostic : {}
  const isOne = typeof message === 'string' && typeof code === 'string' && Object.hasOwn(codes, code) && ['error', 'warning', 'note'].includes(String(severity))
  if (isOne) return diagnostic as unknown as Diagnostic
  return { severity: 'error', code: 'source-failed', message: `source ${run.source.name}: ${typeof message === 'string' ? message : describe(diagnostic)}` }
}

function take(run: Run, change: unknown): void {
  const { source, entries } = run
  const fix = 'yield put({ id, data, body }), { put: entry } or { drop: id }.'
  if (isRecord(change) && typeof change['drop'] === 'string') {
    entries.delete(run.prefix.idPrefix + change['drop'])
    return
  }
  if (!isRecord(change) || !('put' in change)) return report(run, 'source-shape', `it yielded ${describe(change)}, which is neither a put nor a drop`, fix)
  const raw = change['put']
  const problem = findShapeProblem(raw)
  const id = isRecord(raw) && typeof raw['id'] === 'string' ? `entry ${JSON.stringify(raw['id'].slice(0, 100))}: ` : ''
  if (problem !== undefined) return report(run, 'source-shape', `${id}${problem}`, fix)
  const entry = completeEntry(raw as unknown as CompleteEntry, run.prefix)
  const first = entries.get(entry.id)
  if (first === undefined) entries.set(entry.id, entry)
  else run.diagnostics.push(duplicate(source, entry, first))
}

function duplicate(source: Source, entry: CompleteEntry, first: CompleteEntry): Diagnostic {
  return {
    severity: 'error', code: 'duplicate-id', message: `source ${source.name} yielded the id ${JSON.stringify(entry.id)} twice`,
    at: locate(entry.origin), related: [{ at: locate(first.origin), note: 'first here' }], fix: 'give each entry an id of its own.',
  }
}
