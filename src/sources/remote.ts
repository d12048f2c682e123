// What there is of a source in this build: what its server gave just now, its snapshot, or both together. Decides when a snapshot
// may stand in for the server and when a run is not to be believed. Knows nothing of requests (http.ts) and files (snapshot.ts).
import type { Diagnostic } from '../core/diagnostic.ts'
import type { CompleteEntry, RawEntry, Source } from '../core/types.ts'
import { isErrno, reasonOf } from '../util/fs.ts'
import { ageText, momentText } from './age.ts'
import { makeEntries, type MadeEntries } from './make-entries.ts'
import { damaged, findShrink, isOutage, offlineNote, staleNote } from './remote-notes.ts'
import { contentDigest, openSnapshot, type SnapshotContent, type SnapshotHead, type SnapshotStore } from './snapshot.ts'
import { applyRun, runSource, type LoadOptions, type SourceRun } from './source.ts'

/** How a build treats its remote sources. */
export interface RemoteFlags {
  /** No requests: snapshots alone. */
  readonly offline?: boolean
  /** A snapshot will do where a server cannot be reached. */
  readonly allowStale?: boolean
  /** But not one older than this. */
  readonly maxStaleMs?: number
  /** A source may give less than half of what it gave the last time. */
  readonly allowShrink?: boolean
  /** Everything is asked for again. */
  readonly fresh?: boolean
  readonly preview?: boolean
}

export interface RemoteOptions extends Omit<LoadOptions, 'cursor' | 'records' | 'offline' | 'preview'>, RemoteFlags {
  /** Where snapshots are; absent: none is read or written. */
  readonly snapshotFolder?: string
  /** Snapshots are read and not written. */
  readonly readOnly?: boolean
  readonly configDigest: string
}

export type SourceState = 'local' | 'fetched' | 'unchanged' | 'offline' | 'stale' | 'failed'

export interface OpenedSource {
  readonly source: Source
  readonly state: SourceState
  readonly requestCount: number
  /** Equal exactly when all records are; absent: not known, or not a remote source. */
  digest(): string | undefined
  /** What is to be said of this run and not of the site. */
  readonly notes: readonly Diagnostic[]
  /** `onRecord`: is told of records that only now are read. */
  load(onRecord?: LoadOptions['onRecord']): Promise<MadeEntries>
  /** The last version of an entry that was good, by its whole id. */
  lastGood(id: string): CompleteEntry | undefined
  /** Keeps what was loaded for the next build; `good` holds what stands in for bad entries. Returns why it could not. */
  commit(good: ReadonlyMap<string, CompleteEntry>, entryCount: number): readonly Diagnostic[]
}

/** Runs a source if it may have changed. What says which files it reads is run when it is loaded. Never rejects. */
export async function openSource(source: Source, options: RemoteOptions): Promise<OpenedSource> {
  if (source.reads !== undefined) return openLocal(source, options)
  const { store, basis, cursor } = snapshotOf(source, options)
  const desk: Desk = { source, options, store, basis }
  if (options.offline && store?.head !== undefined) return fromSnapshot(desk, { head: store.head, state: 'offline', notes: [offlineNote(source, store.head)] })
  const head = store?.head
  const run = await runSource(source, { ...options, ...(cursor !== undefined && { cursor }) })
  if (!run.completed) return withoutServer(desk, run)
  const isRemote = head !== undefined || run.requests.length > 0 || run.cursor !== undefined
  return isRemote ? await fromServer(desk, run, cursor) : withRun(desk, run)
}

/** The snapshot of a source, and the cursor if it can be taken up. */
function snapshotOf(source: Source, { snapshotFolder, preview = false, configDigest, fresh }: Pick<RemoteOptions, 'snapshotFolder' | 'preview' | 'configDigest' | 'fresh'>): { store: SnapshotStore | undefined; basis: string; cursor: string | undefined } {
  const identity = typeof source.identity === 'function' ? source.identity({ preview }) : source.identity
  const store = snapshotFolder === undefined ? undefined : openSnapshot(snapshotFolder, source.name, `${identity ?? ''}${preview ? '\0preview' : ''}`)
  const basis = identity ?? configDigest
  return { store, basis, cursor: fresh || store?.head?.basis !== basis ? undefined : store.head.cursor }
}

export interface LoadedRecords {
  readonly head: SnapshotHead | undefined
  /** What the snapshot holds. */
  readonly before: ReadonlyMap<string, RawEntry>
  /** What there is now; absent: it could not be had. */
  readonly records?: ReadonlyMap<string, RawEntry>
  readonly isRemote: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** The records as they are now, beside those of the snapshot; keeps nothing. */
export async function loadRecords(source: Source, options: RemoteOptions): Promise<LoadedRecords> {
  const { store, cursor } = snapshotOf(source, options)
  const head = store?.head
  const before = store?.read()?.records ?? new Map<string, RawEntry>()
  if (options.offline && head !== undefined) return { head, before, records: before, isRemote: true, diagnostics: [] }
  const run = await runSource(source, { ...options, ...(cursor !== undefined && before.size > 0 && { cursor }) })
  const isRemote = head !== undefined || run.requests.length > 0
  if (!run.completed) return { head, before, isRemote, diagnostics: run.diagnostics }
  const records = applyRun(run, before)
  return { head, before, records: source.entries === undefined ? asStored(records) : records, isRemote, diagnostics: run.diagnostics }
}

interface Desk {
  readonly source: Source
  readonly options: RemoteOptions
  readonly store: SnapshotStore | undefined
  readonly basis: string
}

const nothing: MadeEntries = { entries: [], bad: new Map(), diagnostics: [] }
const noCommit = (): readonly Diagnostic[] => []

function openLocal(source: Source, options: RemoteOptions): OpenedSource {
  return {
    source, state: 'local', requestCount: 0, notes: [], digest: () => undefined, lastGood: () => undefined, commit: noCommit,
    async load(onRecord) {
      const run = await runSource(source, { ...options, ...(onRecord && { onRecord }) })
      return run.completed ? merge(run, makeEntries(source, run.puts, options)) : { ...nothing, diagnostics: run.diagnostics }
    },
  }
}

function merge(run: Pick<SourceRun, 'bad' | 'diagnostics'>, made: MadeEntries): MadeEntries {
  return { entries: made.entries, bad: new Map([...run.bad, ...made.bad]), diagnostics: [...run.diagnostics, ...made.diagnostics] }
}

/** Of a source that is neither remote nor says what it reads. */
function withRun({ source, options }: Desk, run: SourceRun): OpenedSource {
  return {
    source, state: 'local', requestCount: 0, notes: [], digest: () => undefined, lastGood: () => undefined, commit: noCommit,
    load: async () => merge(run, makeEntries(source, run.puts, options)),
  }
}

function failedSource({ source }: Desk, { requests }: SourceRun, diagnostics: readonly Diagnostic[]): OpenedSource {
  return {
    source, state: 'failed', requestCount: requests.length, notes: [], digest: () => undefined, lastGood: () => undefined, commit: noCommit,
    load: async () => ({ ...nothing, diagnostics }),
  }
}

/** The snapshot may stand in for a server that cannot be reached, but never for one that refuses. */
function withoutServer(desk: Desk, run: SourceRun): OpenedSource {
  const { options: { allowStale, maxStaleMs }, store } = desk
  const head = store?.head
  if (head === undefined || !run.diagnostics.every(isOutage)) return failedSource(desk, run, run.diagnostics)
  const ageMs = Date.now() - Date.parse(head.at)
  const isFresh = maxStaleMs === undefined || ageMs <= maxStaleMs
  if ((allowStale || maxStaleMs !== undefined) && isFresh) return fromSnapshot(desk, { head, state: 'stale', notes: [staleNote(desk.source, head, run)] })
  const advice = isFresh ? '--allow-stale builds from it.' : `it is older than --max-stale allows.`
  return failedSource(desk, run, run.diagnostics.map((one) => ({ ...one, ...(one.severity === 'error' && { fix: `${one.fix ?? ''} A snapshot of ${momentText(head.at)} (${ageText(ageMs)} old) exists: ${advice}`.trim() }) })))
}

interface Kept {
  readonly head: SnapshotHead
  readonly state: 'offline' | 'stale' | 'unchanged'
  readonly notes: readonly Diagnostic[]
  readonly run?: SourceRun
}

function fromSnapshot(desk: Desk, { head, state, notes, run }: Kept): OpenedSource {
  const { source, options, store } = desk
  let content: SnapshotContent | undefined
  /** Took the place of a snapshot that turned out to be damaged. */
  let repaired: OpenedSource | undefined
  return {
    source, state, notes, requestCount: run?.requests.length ?? 0, digest: () => (repaired === undefined ? head.content : repaired.digest()),
    async load() {
      content = store?.read()
      if (content === undefined && state === 'unchanged') return await (repaired = await openSource(source, { ...options, fresh: true })).load()
      if (content === undefined) return { ...nothing, diagnostics: [damaged(source)] }
      const made = makeEntries(source, content.records, options)
      return run === undefined ? made : merge(run, made)
    },
    lastGood: (id) => (repaired === undefined ? content?.good.get(id) as CompleteEntry | undefined : repaired.lastGood(id)),
    commit(good, entryCount) {
      if (repaired !== undefined) return repaired.commit(good, entryCount)
      if (state !== 'unchanged' || content === undefined || [...good.keys()].sort().join('\n') === [...content.good.keys()].sort().join('\n')) return []
      const { records } = content
      return keep(desk, (to) => { to.write({ records, good }, { ...headOf(desk, run?.cursor ?? head.cursor), entryCount }) })
    },
  }
}

async function fromServer(desk: Desk, run: SourceRun, cursor: string | undefined): Promise<OpenedSource> {
  const { source, options, store } = desk
  const head = store?.head
  if (head !== undefined && cursor !== undefined && !run.isWhole && run.puts.size + run.drops.size + run.bad.size === 0) return confirmed(desk, head, run)
  const known = store?.read()
  // Changes alone are of no use without what they change.
  if (!run.isWhole && known === undefined) return await openSource(source, { ...options, fresh: true })
  const all = applyRun(run, known?.records)
  const records = source.entries === undefined ? asStored(all) : all
  // A source that always yields everything mostly yields the same.
  const isSame = head !== undefined && known !== undefined && source.entries === undefined && run.bad.size === 0 && contentDigest({ records, good: known.good }) === head.content
  return isSame ? confirmed(desk, head, run) : changed(desk, run, { records, known, cursor: run.bad.size === 0 ? run.cursor : cursor })
}

/** Nothing changed since the snapshot. */
function confirmed(desk: Desk, head: SnapshotHead, run: SourceRun): OpenedSource {
  const notes = keep(desk, (to) => { to.confirm(headOf(desk, run.cursor)) })
  return fromSnapshot(desk, { head, state: 'unchanged', notes, run })
}

interface Changed {
  readonly records: ReadonlyMap<string, RawEntry>
  readonly known: SnapshotContent | undefined
  /** The old one if a record could not be taken, so that it comes again. */
  readonly cursor: string | undefined
}

function changed(desk: Desk, { bad, diagnostics, requests }: SourceRun, brought: Changed): OpenedSource {
  const { source, options, store } = desk
  const { cursor } = brought
  /** Not needed any more when all is written: a large space must not stay in memory while its pages are made. */
  let held: Changed | undefined = brought
  let written: string | undefined
  let earlier: ReadonlyMap<string, CompleteEntry> | undefined
  return {
    source, state: 'fetched', requestCount: requests.length, notes: [], digest: () => written,
    async load() {
      const made = held === undefined ? nothing : makeEntries(source, held.records, options)
      const shrunk = options.allowShrink ? undefined : findShrink(source, made, store?.head)
      return shrunk === undefined ? merge({ bad, diagnostics }, made) : { ...nothing, diagnostics: [...diagnostics, shrunk] }
    },
    lastGood(id) {
      const known = held?.known
      earlier ??= new Map(known === undefined ? [] : makeEntries(source, known.records, options).entries.map((entry) => [entry.id, entry]))
      return (known?.good.get(id) as CompleteEntry | undefined) ?? earlier.get(id)
    },
    commit(good, entryCount) {
      const records = held?.records
      ;[held, earlier] = [undefined, undefined]
      return records === undefined ? [] : keep(desk, (to) => { written = to.write({ records, good }, { ...headOf(desk, cursor), entryCount }) })
    },
  }
}

function headOf({ basis }: Desk, cursor: string | undefined): Omit<SnapshotHead, 'format' | 'content' | 'source' | 'entryCount'> {
  return { basis, at: new Date().toISOString(), ...(cursor !== undefined && { cursor }) }
}

/** Writes, if that is wanted. A build does not fail because there is no room for a snapshot. */
function keep({ source, options, store }: Desk, write: (to: SnapshotStore) => void): readonly Diagnostic[] {
  if (options.readOnly || store === undefined) return []
  try {
    write(store)
    return []
  } catch (error) {
    if (!isErrno(error)) throw error
    return [{ severity: 'warning', code: 'source-snapshot', message: `the snapshot of ${source.name} cannot be written: ${reasonOf(error)}`, fix: 'make room, or give write permission to .ssg/snapshots.' }]
  }
}

/** Records as the next build reads them, so that both see the same. */
function asStored(records: ReadonlyMap<string, RawEntry>): ReadonlyMap<string, RawEntry> {
  return new Map([...records].map(([id, record]) => [id, JSON.parse(JSON.stringify(record)) as RawEntry]))
}
