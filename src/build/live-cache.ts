// The cache of a site that is being written: what pages and bodies were made from stays in memory, since its output does too.
// Bodies are also kept in a folder of its own, now and then, so that the next start is quick. Two servers of one site do not share it.
import path from 'node:path'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { digest, type Digest } from '../util/hash.ts'
import { CacheDamaged, openCache, openMemoryCache, type Cache } from './cache.ts'
import { acquireLock, type Lock } from './lock.ts'
import type { Built, Manifest } from './manifest.ts'
import type { BodyTrace, PageTrace } from './traces.ts'
import { isLoose } from './stale.ts'
import type { Store, StoreRef } from './store.ts'

export interface LiveCache extends Cache {
  /** Remembers a page that was made after `save`; the next check is to look at it. */
  keep(output: OutputPath, trace: Omit<PageTrace, 'build'>, prints: Built['prints']): void
  /** The same build, but for some texts and the pages that are to be made of them. */
  amend(changes: { readonly stale: Iterable<OutputPath>; readonly bodies: ReadonlyMap<EntryId, BodyTrace>; readonly noted: ReadonlySet<EntryId> }): void
  /** Pages with which a check found something wrong. */
  judge(unclean: ReadonlySet<OutputPath>): void
  /** What is known of pages, as of a build that is on the disk. */
  readonly manifest: Pick<Manifest, 'pages' | 'outFolder' | 'build' | 'print' | 'readersOf'>
  /** Writes the bodies down for the next start. */
  persist(): void
}
export interface LiveCacheFolder {
  /** `code`: digest of all that every page depends on. */
  open(code: Digest): LiveCache
  readonly notes: readonly Diagnostic[]
  release(): void
}

/** Takes the folder for this process, or works without one. */
export async function openLiveFolder({ root }: Pick<Settings, 'root'>, signal: AbortSignal): Promise<LiveCacheFolder> {
  const folder = path.join(root, '.ssg/serve')
  const lock = await takeLock(folder, signal)
  return {
    notes: lock.notes,
    open: (code) => createLiveCache(lock.isHeld ? openCache(folder, code, '') : openMemoryCache()),
    release: () => lock.release(),
  }
}

async function takeLock(folder: string, signal: AbortSignal): Promise<Lock> {
  try {
    return await acquireLock(folder, { signal, limitMs: 0 })
  } catch (error) {
    const isTaken = error instanceof SsgError && error.diagnostics.some(({ code }) => code === 'locked')
    if (isTaken) return { isHeld: false, notes: [], release: () => undefined }
    throw error
  }
}

/** What the last build and what came after it were made from. */
interface Kept {
  readonly pages: Map<OutputPath, PageTrace>
  readonly prints: Map<ReadKey, string>
  readonly loose: Set<ReadKey>
  readonly readers: Map<ReadKey, Set<OutputPath>>
  /** What pages had read that are to be made anew: they are among `readers` until then. */
  readonly dropped: Map<OutputPath, PageTrace['reads']>
  readonly unclean: Set<OutputPath>
  /** Absent: those on the disk hold. */
  bodies?: Map<EntryId, BodyTrace>
  noted: ReadonlySet<EntryId>
}

function nothingKept(noted: Kept['noted']): Kept {
  return { pages: new Map(), prints: new Map(), loose: new Set(), readers: new Map(), dropped: new Map(), unclean: new Set(), noted }
}

function createLiveCache(disk: Cache): LiveCache {
  let kept: Kept = nothingKept(disk.noted)
  let build = 0
  /** Bodies that the disk does not have. */
  let unwritten = new Map<EntryId, BodyTrace>()
  const body = (id: EntryId): BodyTrace | undefined => (kept.bodies === undefined ? disk.body(id) : kept.bodies.get(id))
  const print = (key: ReadKey): string | undefined => kept.prints.get(key)
  const readersOf = (keys: ReadonlySet<ReadKey>): Set<OutputPath> => new Set([...keys].flatMap((key) => [...kept.readers.get(key) ?? []].filter((output) => kept.pages.has(output))))
  const drop = (output: OutputPath): readonly ReadKey[] => {
    const reads = kept.pages.get(output)?.reads ?? kept.dropped.get(output) ?? []
    for (const key of reads) kept.readers.get(key)?.delete(output)
    kept.pages.delete(output)
    kept.dropped.delete(output)
    return reads
  }
  /** A print that no page holds on to is of a build before the last, and must not be taken for one of the last. */
  const forget = (output: OutputPath): void => {
    for (const key of drop(output)) {
      if (kept.readers.get(key)?.size !== 0) continue
      kept.readers.delete(key)
      kept.prints.delete(key)
      kept.loose.delete(key)
    }
  }
  const keep: LiveCache['keep'] = (output, trace, prints) => {
    drop(output)
    kept.pages.set(output, { ...trace, build })
    kept.unclean.add(output)
    for (const key of trace.reads) {
      const print = prints(key)
      kept.prints.set(key, print)
      if (isLoose(key, print)) kept.loose.add(key)
      const readers = kept.readers.get(key)
      if (readers) readers.add(output)
      else kept.readers.set(key, new Set([output]))
    }
  }
  const keepBodies = (bodies: ReadonlyMap<EntryId, BodyTrace>): void => {
    for (const [id, trace] of bodies) {
      kept.bodies?.set(id, trace)
      unwritten.set(id, trace)
    }
  }
  return {
    get whyEmpty() { return kept.bodies === undefined ? 'the server has just started' : undefined },
    get build() { return build + 1 },
    get manifest() { return { pages: kept.pages, outFolder: '', build, print, readersOf } },
    get version() { return disk.version },
    get pageCount() { return kept.pages.size },
    foresee: () => undefined,
    get unclean() { return kept.unclean },
    get noted() { return kept.noted },
    get scratch() { return disk.scratch },
    store: withoutRepeats(disk.store), blocks: disk.blocks, templates: disk.templates,
    body, keep,
    page: (output) => kept.pages.get(output),
    hasPage: (output) => kept.pages.has(output),
    print,
    looseKeys: () => kept.loose,
    readersOf,
    save({ outputs, entries, pages, bodies, noted }) {
      build++
      for (const output of [...kept.pages.keys(), ...kept.dropped.keys()]) if (!outputs.has(output)) forget(output)
      for (const [output, trace] of pages) kept.pages.set(output, trace)
      kept.noted = noted
      const before = kept.bodies ?? new Map([...entries].flatMap((id): [EntryId, BodyTrace][] => {
        const trace = disk.body(id)
        return trace === undefined ? [] : [[id, trace]]
      }))
      kept.bodies = before
      keepBodies(bodies)
      if (before.size !== entries.size) for (const id of before.keys()) if (!entries.has(id)) before.delete(id)
    },
    amend({ stale, bodies, noted }) {
      build++
      for (const output of stale) {
        const trace = kept.pages.get(output)
        if (trace) kept.dropped.set(output, trace.reads)
        kept.pages.delete(output)
      }
      kept.noted = noted
      keepBodies(bodies)
    },
    judge(unclean) {
      kept.unclean.clear()
      for (const output of unclean) kept.unclean.add(output)
    },
    persist() {
      const { bodies, noted } = kept
      if (bodies === undefined || unwritten.size === 0) return
      disk.save({ outputs: new Set(), pages: new Map(), entries: new Set(bodies.keys()), bodies: new Map([...unwritten].filter(([id]) => bodies.has(id))), noted, unclean: new Set(), prints: () => '' })
      unwritten = new Map()
    },
    close: () => disk.close(),
    damaged() {
      kept = { ...nothingKept(new Set()), bodies: new Map() }
      disk.damaged()
      return new CacheDamaged('a record of the server\'s cache is not what it was')
    },
  }
}

/** Pages made again and again mostly give the same facts. */
function withoutRepeats(store: Store): Store {
  const known = new Map<Digest, StoreRef>()
  return {
    ...store,
    put(text, key = digest(typeof text === 'string' ? text : text.join(''))) {
      let ref = known.get(key)
      if (ref === undefined) known.set(key, ref = store.put(text, key))
      return ref
    },
  }
}
