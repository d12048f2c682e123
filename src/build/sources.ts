// The sources of a site in a build: each is run or looked up once, its entries are sorted into collections and checked, and what
// is bad gives way to its last good version where that is wanted. What a source is and keeps is in sources/.
import path from 'node:path'
import { locate, messageOf, type Diagnostic } from '../core/diagnostic.ts'
import { normalizeEntry, normalizePart } from '../core/entry.ts'
import type { Profiler } from '../core/profiler.ts'
import { keepFeedIds } from '../core/url-lock.ts'
import type { Collection, Settings } from '../core/settings.ts'
import type { CompleteEntry, Entry, Part, RawEntry, Source } from '../core/types.ts'
import { openSource, type OpenedSource, type RemoteFlags, type SourceState } from '../sources/remote.ts'
import { digest, type Digest } from '../util/hash.ts'
import { didYouMean } from '../util/nearest.ts'
import { readLock } from './contract.ts'

export interface SourcesOptions {
  readonly settings: Settings
  readonly at: Date
  readonly drafts: boolean
  readonly signal: AbortSignal
  readonly configDigest?: string
  /** Uses and leaves nothing. */
  readonly forgetful?: boolean
  /** Snapshots are read and not written. */
  readonly checkOnly?: boolean
  readonly remote?: RemoteFlags
  readonly profiler?: Profiler
  /** Is told of each record of a source that is read on this machine, when it is read. */
  readonly onRecord?: (record: RawEntry) => void
  readonly onProgress?: (event: { phase: 'sources'; done: number; total: number; detail?: string }) => void
}

export interface OpenedSources {
  readonly list: readonly OpenedSource[]
  /** Whether what a source gave is known by `digest`. */
  isKnown(source: Source): boolean
  /** Of all that came from servers; undefined: something changed and is not kept yet. */
  digest(): Digest | undefined
  readonly notes: readonly Diagnostic[]
}

/** What one source gave, sorted into collections and checked. */
export interface LoadedRun {
  readonly source: Source
  readonly entries: readonly Entry[]
  readonly parts: readonly Part[]
  readonly diagnostics: readonly Diagnostic[]
  /** What is to be said of this run and not of the site. */
  readonly notes: readonly Diagnostic[]
  readonly summary: SourceSummary
}

/** What a build says of one remote source. */
export interface SourceSummary {
  readonly name: string
  readonly state: SourceState
  readonly entries: number
  readonly quarantined: number
  readonly requests: number
}

/** All sources of a site, each once. */
export function sourcesOf({ collections }: Settings): readonly Source[] {
  return [...new Set(collections.flatMap(({ sources }) => sources))]
}

/** Asks the servers, once for each source. */
export async function openSources(options: SourcesOptions): Promise<OpenedSources> {
  const { settings, signal, onProgress, remote, forgetful = false, checkOnly = false } = options
  const sources = sourcesOf(settings)
  let done = 0
  const list = await Promise.all(sources.map(async (source) => {
    const opened = await openSource(source, {
      ...remote, root: settings.root, contentFolder: path.join(settings.root, settings.content), timeZone: settings.timeZone, signal, collections: settings.collections.map(({ name }) => name),
      configDigest: options.configDigest ?? '', readOnly: forgetful || checkOnly, ...((!forgetful || remote?.offline) && { snapshotFolder: path.join(settings.root, '.ssg/snapshots') }),
      onProgress: (detail) => onProgress?.({ phase: 'sources', done, total: sources.length, detail }),
    })
    onProgress?.({ phase: 'sources', done: ++done, total: sources.length })
    return opened
  }))
  return {
    list, notes: list.flatMap(({ notes }) => notes),
    isKnown: (source) => list.find((opened) => opened.source === source)?.digest() !== undefined,
    digest() {
      const digests = list.filter(({ state }) => state !== 'local').map((opened) => opened.digest())
      return digests.includes(undefined) ? undefined : digest(digests.join('\n'))
    },
  }
}

/** What one file gives, by a source that can tell; with the entries of the collections that have the source. */
export async function loadFile(source: Source, file: string, options: SourcesOptions): Promise<LoadedRun> {
  const part: Source = { ...source, reads: source.reads ?? [], load: (ctx) => source.loadFile?.(ctx, file) ?? source.load(ctx) }
  const { settings, signal } = options
  return await loadRun(await openSource(part, { root: settings.root, contentFolder: path.join(settings.root, settings.content), timeZone: settings.timeZone, signal, configDigest: '' }), options, source)
}

/** Loads what a source holds; `source` is the one that the collections have. */
export async function loadRun(opened: OpenedSource, options: SourcesOptions, source: Source = opened.source): Promise<LoadedRun> {
  const { state, requestCount } = opened
  const end = options.profiler?.beside(`source ${options.settings.collections.find(({ sources }) => sources.includes(source))?.name ?? ''}`, { activity: 'sources', name: source.name })
  const made = await opened.load(options.onRecord)
  const checked: Checked[] = []
  for (const raw of made.entries) checked.push(...await checkEntry(raw, source, options))
  const isForgiving = source.onBadEntry === 'quarantine'
  const bad = new Map(isForgiving ? [...badIds(source, made.bad), ...checked.flatMap((one) => (isBad(one) ? [[one.id, one.diagnostics] as const] : []))] : [])
  const good = new Map<string, CompleteEntry>()
  const kept: Checked[] = []
  for (const id of [...bad.keys()].sort()) {
    const last = opened.lastGood(id)
    const again = last === undefined ? [] : (await checkEntry(last, source, options)).filter((one) => !isBad(one))
    if (last !== undefined && again.length > 0) good.set(id, last)
    kept.push(...again)
  }
  end?.()
  const all = [...checked.filter(({ id }) => !bad.has(id)), ...kept].sort((a, b) => (a.id < b.id ? -1 : 1))
  const lock = readLock(options.settings.root)
  const found = all.flatMap(({ entry }) => entry ?? [])
  const entries = lock === undefined ? found : keepFeedIds(found, lock)
  const hasFailed = made.diagnostics.some(({ severity }) => severity === 'error')
  const notes = hasFailed ? [] : opened.commit(good, entries.length + (isForgiving ? 0 : made.bad.size))
  return {
    source, entries, parts: all.flatMap(({ part }) => part ?? []), notes,
    summary: { name: source.name, state, entries: entries.length, quarantined: bad.size, requests: requestCount },
    diagnostics: [
      ...made.diagnostics, ...(isForgiving ? [] : [...made.bad.values()].flat()), ...all.flatMap(({ diagnostics }) => diagnostics),
      ...[...bad].flatMap(([id, diagnostics]) => quarantined(id, diagnostics, good.has(id))),
    ],
  }
}

function badIds({ name, idPrefix }: Source, bad: ReadonlyMap<string, readonly Diagnostic[]>): [string, readonly Diagnostic[]][] {
  return [...bad].map(([id, diagnostics]) => [(idPrefix ?? `${name}:`) + id, diagnostics])
}

interface Checked {
  readonly id: string
  readonly entry?: Entry
  readonly part?: Part
  readonly diagnostics: readonly Diagnostic[]
}

function isBad({ diagnostics }: Checked): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

function quarantined(id: string, diagnostics: readonly Diagnostic[], hasGood: boolean): Diagnostic[] {
  return diagnostics.map((one) => (one.severity === 'error'
    ? { ...one, severity: 'warning', code: 'entry-quarantined', message: `${one.message}; ${hasGood ? 'its last good version is used' : 'there is no good version of it, so that it is left out'} (${id})` }
    : one))
}

/** An entry in its collection; none if another collection that has the same source is the one. */
async function checkEntry(raw: CompleteEntry, source: Source, options: SourcesOptions): Promise<Checked[]> {
  const { settings } = options
  if (raw.part) return [{ id: raw.id, part: normalizePart(raw, source), diagnostics: [] }]
  const own = settings.collections.filter(({ sources }) => sources.includes(source))
  if (raw.collection === undefined) return await Promise.all(own.map((collection) => normalize(raw, source, collection, options)))
  const wanted = settings.collections.find(({ name }) => name === raw.collection)
  if (wanted !== undefined) return [await normalize(raw, source, wanted, options)]
  const names = settings.collections.map(({ name }) => name)
  const meant = didYouMean(raw.collection, names)
  return [{ id: raw.id, diagnostics: [{
    severity: 'error', code: 'source-shape', message: `source ${source.name}: there is no collection "${raw.collection}"`, at: locate(raw.origin),
    fix: meant === undefined ? `the collections are ${names.join(', ')}.` : `did you mean "${meant}"?`,
  }] }]
}

/** What a source gave may throw when it is looked at; and a draft need not have what its address is made of. */
async function normalize(raw: CompleteEntry, source: Source, collection: Collection, { settings, at, drafts }: SourcesOptions): Promise<Checked> {
  try {
    const { entry, diagnostics } = await normalizeEntry(raw, source, collection, settings, at)
    const isHeld = entry.publication.state === 'draft' && !drafts
    return { id: raw.id, entry, diagnostics: isHeld ? diagnostics.filter(({ code }) => code !== 'permalink-pattern') : diagnostics }
  } catch (error) {
    return { id: raw.id, diagnostics: [{ severity: 'error', code: 'source-shape', message: `source ${source.name}: entry "${raw.id}" cannot be read: ${messageOf(error)}`, fix: 'yield plain data.' }] }
  }
}
