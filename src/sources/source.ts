// Runs one source, as a transaction: either everything that it yielded counts, or nothing. Owns the time limit, the check of
// the form, duplicates and the order. What is kept from one run to the next is remote.ts. Duplicates between sources are found
// when the site is made.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Diagnostic } from '../core/diagnostic.ts'
import { messageOf, SsgError } from '../core/diagnostic.ts'
import { describe } from '../core/fields.ts'
import type { Change, RawEntry, Source, SourceContext } from '../core/types.ts'
import { holdsSecretDeep, isMissingSecret, redact, redactDeep } from '../util/secret.ts'
import type { RecordedRequest } from './http.ts'
import { collect, duplicate, makeEntries, shapeFix, shapeProblem, type BadEntries } from './make-entries.ts'
import { isRecord, type CompleteEntry } from './raw-entry.ts'
import { createServices, type Services } from './services.ts'

export interface LoadOptions extends Pick<SourceContext, 'root' | 'contentFolder' | 'timeZone' | 'cursor'> {
  /** Aborted when the whole run is to stop. */
  readonly signal?: AbortSignal
  readonly preview?: boolean
  /** Requests are refused. */
  readonly offline?: boolean
  /** What was yielded up to the cursor. */
  readonly records?: ReadonlyMap<string, RawEntry>
  /** The collections of the site. */
  readonly collections?: readonly string[]
  /** What it does at the moment, when it takes long. */
  readonly onProgress?: (text: string) => void
  /** Is told of each record when it comes; it need not stay. */
  readonly onRecord?: (record: RawEntry) => void
}

/** What a run brought. */
export interface SourceRun {
  /** By id without prefix; with a cursor, only what is new. */
  readonly puts: ReadonlyMap<string, RawEntry>
  readonly drops: ReadonlySet<string>
  /** Nothing that was known before counts. */
  readonly isWhole: boolean
  /** Bad ones, by id. */
  readonly bad: BadEntries
  readonly diagnostics: readonly Diagnostic[]
  readonly cursor?: string
  /** Whether the run got to its end. */
  readonly completed: boolean
  readonly requests: readonly RecordedRequest[]
}

export interface LoadedSource {
  /** Sorted by id, ids with the source's prefix; empty if the run did not get to its end. */
  readonly entries: readonly CompleteEntry[]
  readonly diagnostics: readonly Diagnostic[]
  /** What the source wants to be given next time. */
  readonly cursor?: string
  /** Whether the run got to its end. */
  readonly completed: boolean
  readonly requests: readonly RecordedRequest[]
}

const defaultLimitSeconds = 600
/** A generator that never waits and never ends would eat all memory before its time limit. */
const mostEntries = 1_000_000

interface Run {
  readonly source: Source
  readonly puts: Map<string, RawEntry>
  readonly drops: Set<string>
  readonly bad: Map<string, Diagnostic[]>
  readonly diagnostics: Diagnostic[]
  readonly signal: AbortSignal
  readonly services: Services
  isWhole: boolean
}

type Result = { readonly cursor?: string } | void

/** Runs a source and makes its entries, all in memory. */
export async function loadSource(source: Source, options: LoadOptions): Promise<LoadedSource> {
  const { puts, drops, isWhole, bad, completed, requests, cursor, diagnostics } = await runSource(source, options)
  if (!completed) return { entries: [], diagnostics, completed, requests }
  const records = applyRun({ puts, drops, isWhole }, options.records)
  const made = makeEntries(source, records, options)
  return {
    entries: made.entries, completed, requests, ...(cursor !== undefined && { cursor }),
    diagnostics: [...diagnostics, ...[...bad.values()].flat(), ...made.diagnostics, ...[...made.bad.values()].flat()],
  }
}

export function applyRun({ puts, drops, isWhole }: Pick<SourceRun, 'puts' | 'drops' | 'isWhole'>, before: ReadonlyMap<string, RawEntry> | undefined): ReadonlyMap<string, RawEntry> {
  if (isWhole || before === undefined || before.size === 0) return puts
  const records = new Map(before)
  for (const id of drops) records.delete(id)
  for (const [id, record] of puts) records.set(id, record)
  return records
}

/** One run, to its end or to the first thing that stops it. Never rejects. */
export async function runSource(source: Source, options: LoadOptions): Promise<SourceRun> {
  const controller = new AbortController()
  const limit = source.timeLimitSeconds ?? defaultLimitSeconds
  const timer = setTimeout(() => controller.abort('time'), limit * 1000)
  const interrupt = (): void => controller.abort('interrupted')
  if (options.signal?.aborted) interrupt()
  options.signal?.addEventListener('abort', interrupt, { once: true })
  const run: Run = {
    source, signal: controller.signal, puts: new Map(), drops: new Set(), bad: new Map(), diagnostics: [], isWhole: options.cursor === undefined,
    services: createServices(source, { signal: controller.signal, offline: options.offline ?? false, ...(options.onProgress && { onProgress: options.onProgress }) }),
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
    run.services.close()
  }
}

function finish(run: Run, result: Result): SourceRun {
  const cursor: unknown = isRecord(result) ? result['cursor'] : undefined
  if (cursor !== undefined && typeof cursor !== 'string') report(run, 'source-shape', `the returned \`cursor\` is ${describe(cursor)}, not a text`, 'return { cursor } with a text, or nothing.')
  return { ...resultOf(run), completed: true, ...(typeof cursor === 'string' && { cursor: redact(cursor) }) }
}

function resultOf({ puts, drops, isWhole, bad, diagnostics, services }: Run): Omit<SourceRun, 'completed'> {
  return { puts, drops, isWhole, bad, diagnostics: [...diagnostics], requests: services.requests }
}

function failed(run: Run, error: unknown, limit: number): SourceRun {
  const { signal, diagnostics } = run
  if (signal.reason === 'time') report(run, 'source-timeout', `it took longer than ${limit} seconds and was given up`, 'look at what it waits for, or raise its `timeLimitSeconds`.')
  else if (signal.aborted) report(run, 'interrupted', 'it was stopped from outside', 'run the command again.')
  else if (error instanceof SsgError) diagnostics.push(...error.diagnostics.map(redactDeep))
  else if (isMissingSecret(error)) report(run, 'source-secret', error.message, `set ${error.variable} in the environment, or build with --offline from a snapshot.`)
  else report(run, 'source-failed', `it failed: ${messageOf(error)}`, 'correct the source, or what it reads from.')
  return { ...resultOf(run), puts: new Map(), drops: new Set(), completed: false }
}

function report(run: Run, code: Diagnostic['code'], message: string, fix: string): void {
  run.diagnostics.push({ severity: 'error', code, message: redact(`source ${run.source.name}: ${message}`), fix })
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
    take(run, step.value, options.onRecord)
    if (run.puts.size > mostEntries) throw new Error(`it yielded more than ${mostEntries} entries`)
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

function createContext(run: Run, { root, contentFolder, timeZone, cursor, preview = false }: LoadOptions): SourceContext {
  return Object.freeze({
    root, contentFolder, timeZone, preview, signal: run.signal,
    ...(cursor !== undefined && { cursor }),
    fetch: run.services.fetch,
    paginate: run.services.paginate,
    progress: run.services.progress,
    startOver() {
      run.isWhole = true
      run.puts.clear()
      run.drops.clear()
    },
    report(diagnostic: Diagnostic, id?: string) {
      if (!run.signal.aborted) collect(run.source, run, diagnostic, id)
    },
  })
}

function take(run: Run, change: unknown, onRecord: LoadOptions['onRecord']): void {
  const { source, puts, drops } = run
  if (isRecord(change) && typeof change['drop'] === 'string') {
    puts.delete(change['drop'])
    drops.add(change['drop'])
    return
  }
  if (!isRecord(change) || !('put' in change)) return report(run, 'source-shape', `it yielded ${describe(change)}, which is neither a put nor a drop`, shapeFix)
  const raw = change['put']
  const problem = shapeProblem(source, raw)
  if (problem !== undefined) return collect(source, run, problem, isRecord(raw) && typeof raw['id'] === 'string' ? raw['id'] : undefined)
  // A server may send back what it was asked with; pages and snapshots must not hold it.
  const entry = holdsSecretDeep(raw) ? redactDeep(raw as RawEntry) : raw as RawEntry
  const first = puts.get(entry.id)
  // Of records of which the server names each by its id, the last version counts.
  if (first !== undefined && run.isWhole && source.entries === undefined) run.diagnostics.push(duplicate(source, entry, first))
  else puts.set(entry.id, entry)
  onRecord?.(entry)
}
