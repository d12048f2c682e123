// The phases of a build, in order: this file is the program's table of contents and holds no detail.
import path from 'node:path'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import { outputFacts, type OutputMark } from '../core/output-list.ts'
import { timed, type Profiler } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import type { HeldEntry, OutputPath, Site } from '../core/types.ts'
import type { RemoteFlags } from '../sources/remote.ts'
import { pathIn } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import { prepareBodies } from './bodies.ts'
import { CacheDamaged, clearCache, openCache, openMemoryCache, type Cache } from './cache.ts'
import { codeDigest } from './code.ts'
import { createHeadStart, type HeadStart } from './highlighting.ts'
import { loadData, loadSite, type LoadedSite, type LoadOptions } from './load.ts'
import { NotLoaded } from './known-entries.ts'
import { acquireLock } from './lock.ts'
import type { Looks } from './looks.ts'
import { outputLooks } from './output-looks.ts'
import { openOutput } from './output.ts'
import { recordsBefore, renderPages } from './pages.ts'
import { openSources, type OpenedSources, type SourceSummary } from './sources.ts'
import { profileChecker } from './profiled.ts'
import { watchInputs, type Watcher } from './unchanged.ts'
import { reloadSite } from './reload.ts'
import { writePages } from './write.ts'

export interface BuildOptions {
  readonly settings: Settings
  /** Of the config file and what it imports. */
  readonly configDigest: string
  /** The moment that decides what is published. */
  readonly at: Date
  readonly drafts: boolean
  readonly future: boolean
  /** Why the output is not for readers; `ssg deploy` refuses it then. Default: none. */
  readonly marks?: readonly OutputMark[]
  /** Absolute; default: the settings' output folder. */
  readonly out?: string
  /** Uses no cache and leaves none. */
  readonly forgetful?: boolean
  /** Forgets earlier builds first. */
  readonly fresh?: boolean
  /** Adds findings that only `ssg check` asks for, and writes nothing. */
  readonly checkOnly?: boolean
  /** How sources that ask servers are treated. */
  readonly remote?: RemoteFlags
  /** Threads for highlighting, beside this one; the output does not depend on it. Default: as many as pay. */
  readonly workers?: number
  readonly signal: AbortSignal
  readonly onProgress?: (event: BuildEvent) => void
  /** Is told what takes time. */
  readonly profiler?: Profiler
}
export interface BuildEvent {
  readonly phase: 'waiting for another build' | 'sources' | 'bodies' | 'pages' | 'checks' | 'output'
  readonly done: number
  readonly total: number
  /** What it waits for. */
  readonly detail?: string
}
export interface BuildResult {
  readonly diagnostics: readonly Diagnostic[]
  /** What is to be said of this run and not of the site. */
  readonly notes: readonly Diagnostic[]
  /** Pages made anew, each with the reason. */
  readonly rendered: readonly { readonly output: OutputPath; readonly why: string }[]
  /** Pages that are as they were. */
  readonly reused: number
  /** Files whose bytes changed. */
  readonly written: number
  readonly removed: number
  /** Entries held back, by reason. */
  readonly held: Readonly<Record<HeldEntry['reason'], number>>
  readonly durationMs: number
  readonly outFolder: string
  /** What came from servers. */
  readonly sources: readonly SourceSummary[]
}

/** Throws `SsgError` if anything is wrong that a site should not be published with; the output is then as it was. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const { settings, checkOnly = false, forgetful = false, signal, onProgress } = options
  const started = performance.now()
  const timedResult = (result: Made): BuildResult => ({ ...result, durationMs: performance.now() - started })
  const outFolder = options.out ?? path.join(settings.root, settings.output)
  const buildFromNothing = async (): Promise<Made> => (await buildWith(openMemoryCache(), outFolder, options)).result
  if (checkOnly || forgetful) return timedResult(await buildFromNothing())
  const cacheFolder = path.join(settings.root, '.ssg/cache')
  const lock = await timed(options.profiler, { activity: 'wait', name: 'wait for another build' }, () => acquireLock(cacheFolder, { signal, onWait: (done, total) => onProgress?.({ phase: 'waiting for another build', done, total }) }))
  try {
    const result = lock.isHeld ? await buildFromCache(cacheFolder, outFolder, options) : await buildFromNothing()
    return timedResult({ ...result, notes: [...lock.notes, ...result.notes] })
  } finally {
    lock.release()
  }
}

type Made = Omit<BuildResult, 'durationMs'>

async function buildFromCache(cacheFolder: string, outFolder: string, options: BuildOptions): Promise<Made> {
  const { settings, profiler } = options
  if (options.fresh) clearCache(cacheFolder)
  const out = pathIn(settings.root, outFolder)
  const look = <T>(run: () => T): T => timed(profiler, { activity: 'cache', name: 'look for changes' }, run)
  const code = look(() => codeDigest(settings, options.configDigest))
  const asked = digest(JSON.stringify([code, out, options.drafts, options.future, options.marks]))
  const opened = await timed(profiler, { activity: 'sources', name: 'servers' }, () => openSources({ ...options, remote: { ...options.remote, ...(options.fresh && { fresh: true }) } }))
  const given = (): Digest | undefined => opened.digest() && digest(`${asked} ${opened.digest()}`)
  const watcher = look(() => watchInputs({ ...options, cacheFolder, outFolder, asked: given, isKnown: opened.isKnown }))
  if (watcher.result !== undefined) return { ...watcher.result, sources: summarize(opened, watcher.result), notes: opened.notes, rendered: [], written: 0, removed: 0, outFolder }
  const attempt = async (since: Watcher['since']): Promise<Made> => {
    const cache = look(() => openCache(cacheFolder, code, out))
    try {
      // Parts of a cache that are of different builds say nothing together.
      const fitting = since?.last.snapshot.cache === cache.version ? since : undefined
      const { loaded, result, looks } = await buildWith(cache, outFolder, { ...options, opened, since: fitting, isSingle: true })
      timed(profiler, { activity: 'cache', name: 'remember' }, () => watcher.remember(loaded, result, looks, cache.version))
      return result
    } finally {
      cache.close()
    }
  }
  try {
    return await attempt(watcher.since)
  } catch (error) {
    // What was damaged has removed itself.
    if (error instanceof CacheDamaged || error instanceof NotLoaded) return await attempt(undefined)
    throw error
  }
}

interface Attempt extends BuildOptions {
  /** The last build, and the files that alone changed since then, if that is known. */
  readonly since?: Watcher['since']
  /** The process builds once. */
  readonly isSingle?: boolean
  /** Sources that were asked already. */
  readonly opened?: OpenedSources
}
interface BuiltSite { readonly loaded: LoadedSite; readonly result: Made; readonly looks: () => Looks }

async function buildWith(cache: Cache, outFolder: string, options: Attempt): Promise<BuiltSite> {
  const headStart = cache.whyEmpty === undefined ? undefined : createHeadStart({ ...options, cache })
  try {
    return await buildSite(cache, outFolder, headStart ? { ...options, headStart, onRecord: headStart.take } : options)
  } finally {
    headStart?.close()
  }
}

async function buildSite(cache: Cache, outFolder: string, options: Attempt & Pick<LoadOptions, 'onRecord'> & { readonly headStart?: HeadStart }): Promise<BuiltSite> {
  const { settings, since, profiler, checkOnly = false } = options
  const folder = openOutput(outFolder, pathIn(settings.root, outFolder), settings.root)

  const opened = options.opened ?? await openSources(options)
  const loaded = await timed(profiler, { activity: 'sources', name: 'sources' }, async () => {
    const reloaded = since && await reloadSite(since, cache.unclean, options)
    return reloaded ?? await loadSite(options, opened)
  })
  const { site, pages, edited, diagnostics: loading } = loaded
  const { data, diagnostics: reading } = await timed(profiler, { activity: 'sources', name: 'data files' }, () => loadData(settings))
  stopOnErrors([...loading, ...reading])

  const known = edited === undefined ? {} : { edited }
  const bodies = await timed(profiler, { activity: 'cache', name: 'bodies' }, () => prepareBodies({ ...options, ...known, site, pages, cache }))
  const prepared = async (): Promise<void> => {
    await bodies.finished
    stopOnErrors([...loading, ...reading, ...bodies.diagnostics()])
  }
  if (!bodies.isStreaming) await prepared()

  const { createChecker } = await timed(profiler, { activity: 'start', name: 'load the checks' }, () => import('./check.ts'))
  const checker = profileChecker(createChecker({ settings, site, pages, body: bodies.get, thorough: checkOnly }), profiler)
  const press = bodies.isStreaming && !checkOnly ? (await import('./press.ts')).openPress({ settings, site, pages, cache, folder, outFolder, profiler }) : undefined
  try {
    const rendered = await after(prepared(), timed(profiler, { activity: 'cache', name: 'pages' }, () => renderPages({ ...options, ...known, site, pages, data, bodies, cache, folder, checker, press })))
    const diagnostics = [...loading, ...reading, ...bodies.diagnostics(), ...rendered.diagnostics]
    stopOnErrors(diagnostics)

    const findings = await timed(profiler, { activity: 'checks', name: 'checks' }, async () => (press ? checker.tell(await press.judge()) : checker.diagnostics(recordsBefore(pages, cache))))
    stopOnErrors([...diagnostics, ...findings])
    const written = checkOnly ? { written: 0, removed: 0, diagnostics: [], looks: () => new Map<string, string>() } : await timed(profiler, { activity: 'write', name: 'output' }, () => writePages(rendered, bodies, { ...options, ...known, cache, folder, unclean: checker.unclean, press, isAsLeft: since !== undefined, facts: outputFacts(pages, settings, options.marks ?? [], [...diagnostics, ...findings]) }))
    const result: Made = {
      written: written.written, removed: written.removed, reused: rendered.reused.size, held: countHeld(site), outFolder, notes: [...opened.notes, ...loaded.notes], sources: summarize(opened, loaded),
      rendered: [...rendered.fresh].map(([output, { trace: { why } }]) => ({ output, why })),
      diagnostics: [...diagnostics, ...findings, ...written.diagnostics],
    }
    return { loaded, result, looks: () => outputLooks(outFolder, written.looks()) }
  } finally {
    await press?.close()
  }
}

/** Both go on at the same time; if both fail, the first one is told. */
async function after<T>(first: Promise<void>, second: Promise<T>): Promise<T> {
  const [prepared, made] = await Promise.allSettled([first, second])
  if (prepared.status === 'rejected') throw prepared.reason
  if (made.status === 'rejected') throw made.reason
  return made.value
}

/** What was found in the sources, with what was asked of them now. */
function summarize({ list }: OpenedSources, { sources }: Pick<BuildResult, 'sources'>): readonly SourceSummary[] {
  return sources.map((before) => {
    const now = list.find(({ source }) => source.name === before.name)
    return now === undefined ? before : { ...before, state: now.state, requests: now.requestCount }
  })
}

export function countHeld({ held }: Pick<Site, 'held'>): BuildResult['held'] {
  const count = (wanted: HeldEntry['reason']): number => held.filter(({ reason }) => reason === wanted).length
  return { draft: count('draft'), scheduled: count('scheduled'), expired: count('expired'), hook: count('hook') }
}

export function stopOnErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new SsgError(diagnostics)
}
