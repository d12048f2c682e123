// A site that is built again and again in one process, for a server. A build makes only what costs nothing; the
// other pages wait until they are asked for or there is time. A build that fails leaves all as it was. When to build is not decided here.
import fs from 'node:fs'
import path from 'node:path'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { OutputPath, PageSpec, Site, Source } from '../core/types.ts'
import type { Highlighter } from '../render/highlight.ts'
import type { PageContent } from '../render/page.ts'
import { isErrno, reasonOf } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import { openHighlighter, prepareBodies } from './bodies.ts'
import { countHeld, stopOnErrors, type BuildOptions, type BuildResult } from './build.ts'
import { CacheDamaged } from './cache.ts'
import { createChecker, type PageRecord } from './check.ts'
import type { LiveCache } from './live-cache.ts'
import { loadData, loadSite, type LoadedSite } from './load.ts'
import { openSources, type OpenedSources } from './sources.ts'
import type { MemoryOutput } from './memory-output.ts'
import type { OutputFolder } from './output.ts'
import { assetStat, judgePages, readRecord, type JudgedPages, type PagesInput, type StalePage } from './pages.ts'
import { reloadSite } from './reload.ts'
import type { StoreRef } from './store.ts'

export interface LiveOptions extends Pick<BuildOptions, 'settings' | 'configDigest' | 'at' | 'drafts' | 'future' | 'signal' | 'remote'> {
  readonly cache: LiveCache
  readonly output: MemoryOutput
  /** Files that alone may have changed since the last build, absolute. Absent: any. */
  readonly changed?: ReadonlySet<string>
  /** Asks servers again; without it, once. */
  readonly refresh?: boolean
  /** Told when each phase begins. */
  readonly onStep?: (step: 'sources' | 'bodies' | 'pages') => void
}
export interface MadePage {
  readonly output: OutputPath
  readonly why: string
  readonly durationMs: number
  /** Its bytes are others than before. */
  readonly isChanged: boolean
}
export interface LiveBuild {
  readonly site: Site
  readonly pages: ReadonlyMap<OutputPath, PageSpec>
  /** Sources that could not be asked. */
  readonly failing: readonly Source[]
  readonly reused: number
  readonly held: BuildResult['held']
  /** Files that are not part of the site any more. */
  readonly removed: readonly OutputPath[]
  /** Pages made so far, oldest first. */
  readonly made: readonly MadePage[]
  /** Pages that are still as they were before, or not there. */
  readonly waiting: ReadonlyMap<OutputPath, unknown>
  /** Makes a waiting page. If its template fails, it stays as it was, and `diagnostics` tells. */
  make(output: OutputPath): void
  /** How many pages could not be made. */
  failed(): number
  /** All that is wrong so far. */
  diagnostics(): Diagnostic[]
  /** Checks links and the rest, once nothing waits; then `diagnostics` tells of that too. */
  check(): void
}
export interface LiveSite {
  /** Throws `SsgError`; then the last build still holds. */
  build(options: LiveOptions): Promise<LiveBuild>
}

/** What the last finished check saw. */
interface Checked {
  readonly outputs: ReadonlySet<OutputPath>
  /** Pages made since, as they were then. */
  readonly before: Map<OutputPath, StoreRef | undefined>
}
interface State {
  readonly cache: LiveCache
  readonly highlighter: Highlighter | undefined
  /** Why pages wait that no build has come to. */
  readonly reasons: Map<OutputPath, string>
  /** Files that changed since the last build that did not fail. */
  readonly unbuilt: Set<string>
  asked: string
  loaded?: LoadedSite
  opened?: OpenedSources
  checked?: Checked
}

export function createLiveSite(): LiveSite {
  let state: State | undefined
  const attempt = async (options: LiveOptions, fresh: boolean): Promise<LiveBuild> => {
    const { settings, cache, at, drafts, future } = options
    // What is published may have changed without any file.
    const asked = JSON.stringify([at, drafts, future])
    if (fresh || state?.cache !== cache) state = { cache, highlighter: openHighlighter(settings, cache), reasons: new Map(), unbuilt: new Set(), asked }
    if (options.refresh) delete state.opened
    if (options.changed === undefined || state.asked !== asked) delete state.loaded
    for (const file of options.changed ?? []) state.unbuilt.add(file)
    const folder = options.output.open(settings.root)
    const prepared = await prepare(state, folder, options)
    const judged = await judgePages(prepared)
    state.loaded = prepared.loaded
    state.asked = asked
    state.unbuilt.clear()
    return commit({ ...options, prepared, judged, folder, state })
  }
  return {
    async build(options) {
      try {
        return await attempt(options, false)
      } catch (error) {
        if (!(error instanceof CacheDamaged)) throw error
        return await attempt(options, true)
      }
    },
  }
}

interface Prepared extends PagesInput {
  readonly loaded: LoadedSite
  readonly diagnostics: readonly Diagnostic[]
}

/** All that comes before the pages. Throws `SsgError` if anything is wrong with it. */
async function prepare(state: State, folder: OutputFolder, options: LiveOptions): Promise<Prepared> {
  const { settings, cache, onStep } = options
  onStep?.('sources')
  const { since, replaced } = whatChanged(state, options)
  const loaded = (since && await reloadSite(since, cache.unclean, options)) ?? await loadSite(options, state.opened ??= await openSources(options))
  const { site, pages, edited, diagnostics: loading } = loaded
  const { data, diagnostics: reading } = await loadData(settings)
  stopOnErrors([...loading, ...reading])

  onStep?.('bodies')
  const known = { ...(edited && { edited, replaced }), ...(state.highlighter && { highlighter: state.highlighter }) }
  const bodies = await prepareBodies({ ...options, ...known, site, pages })
  await bodies.finished
  const diagnostics = [...loading, ...reading, ...bodies.diagnostics()]
  stopOnErrors(diagnostics)

  onStep?.('pages')
  const checker = createChecker({ settings, site, pages, body: bodies.get, thorough: false })
  return { ...options, ...known, loaded, site, pages, data, bodies, folder, checker, diagnostics, press: undefined }
}

/** The files that changed since the last build, without those that are only copied: for these the site need not be loaded anew. */
function whatChanged({ loaded, unbuilt }: State, { settings }: LiveOptions): { since?: Parameters<typeof reloadSite>[0]; replaced: ReadonlySet<OutputPath> } {
  if (loaded === undefined) return { replaced: new Set() }
  const copies = [...unbuilt].some((file) => isOnlyCopied(file, settings)) ? loaded.pages : []
  const copied = new Map(copies.flatMap((page): [string, OutputPath][] => (page.kind === 'asset' && unbuilt.has(page.file) && isOnlyCopied(page.file, settings) && isFile(page.file) ? [[page.file, page.output]] : [])))
  return { since: { last: { loaded: () => loaded, isRemembered: true }, changed: [...unbuilt].filter((file) => !copied.has(file)) }, replaced: new Set(copied.values()) }
}

/** Where a link leads is found out when the site is loaded. */
function isFile(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() === true
}

/** Of a picture, pages show the size too. */
function isOnlyCopied(file: string, { root, static: folder, templates }: LiveOptions['settings']): boolean {
  return /\.(?:css|js|mjs|txt|json|woff2?|ttf|otf|pdf|webmanifest)$/.test(file) && [folder, path.join(templates.folder, 'static')].some((name) => file.startsWith(path.join(root, name) + path.sep))
}

interface CommitOptions extends LiveOptions {
  readonly prepared: Prepared
  readonly judged: JudgedPages
  readonly folder: OutputFolder
  readonly state: State
}

/** Nothing can fail from here on but single pages. */
function commit(options: CommitOptions): LiveBuild {
  const { prepared: { site, pages, bodies, diagnostics }, judged, cache, output, folder, state } = options
  const before = new Set(output.paths())
  folder.begin(pages.map((page) => page.output))
  folder.finish(true)
  rememberChecked(judged.stale, options)
  cache.save({ outputs: judged.reused, pages: judged.touched, entries: bodies.entries, bodies: bodies.fresh, unclean: cache.unclean, noted: bodies.noted(), prints: judged.prints })
  const waiting = new Map(judged.stale.map((stale) => [stale.page.output, withReason(stale, state)]))
  state.reasons.clear()
  for (const [file, { why }] of waiting) state.reasons.set(file, why)
  const made: MadePage[] = [], unreadable: Diagnostic[] = []
  const make = createMaker({ ...options, waiting, made, unreadable })
  for (const [file, { page }] of waiting) if (isQuick(page)) make(file)
  let findings: readonly Diagnostic[] = []
  const plan = new Map(pages.map((page) => [page.output, page]))
  return {
    site, made, waiting, make, pages: plan,
    failing: (state.opened?.list ?? []).filter((opened) => opened.state === 'failed' || opened.state === 'stale').map(({ source }) => source),
    reused: judged.reused.size, held: countHeld(site),
    failed: () => judged.stale.length - waiting.size - made.length,
    removed: [...before].filter((file) => !plan.has(file)),
    diagnostics: () => [...diagnostics, ...judged.maker?.diagnostics() ?? [], ...unreadable, ...findings],
    check: () => { if (waiting.size === 0) findings = check(options) },
  }
}

/** The next check compares with what the last one saw. */
function rememberChecked(stale: readonly StalePage[], { cache, state: { checked } }: CommitOptions): void {
  if (checked === undefined) return
  for (const { page: { output } } of stale) if (!checked.before.has(output)) checked.before.set(output, cache.page(output)?.facts)
}

/** A page that was stale before and has not been made since has its first reason. */
function withReason(stale: StalePage, { reasons }: State): StalePage {
  const why = reasons.get(stale.page.output)
  return why === undefined ? stale : { ...stale, why }
}

/** What costs nothing and is not looked at by its own address. */
function isQuick({ kind }: PageSpec): boolean {
  return kind === 'asset' || kind === 'highlight'
}

interface MakerOptions extends CommitOptions {
  readonly waiting: Map<OutputPath, StalePage>
  readonly made: MadePage[]
  readonly unreadable: Diagnostic[]
}

function createMaker({ prepared, judged, cache, output, folder, state, waiting, made, unreadable }: MakerOptions): (file: OutputPath) => void {
  const write = (file: OutputPath, stale: StalePage, content: PageContent): void => {
    const record = typeof content === 'string' ? prepared.checker.add(stale.page, content) : undefined
    const trace = judged.remember(stale, record)
    const stat = folder.write(file, content)
    const about = typeof content === 'string' ? { stat, digest: digest(content) } : { stat: assetStat(stat, content.copyOf), digest: '' as Digest }
    cache.keep(file, { ...trace, ...about }, judged.prints)
    state.reasons.delete(file)
  }
  return (file) => {
    const stale = waiting.get(file)
    if (stale === undefined) return
    const started = performance.now()
    waiting.delete(file)
    const content = judged.maker?.make(stale.page)()
    // What failed is tried again by each build until it works.
    if (content === undefined) return
    const look = output.look(file)
    try {
      write(file, stale, content)
    } catch (error) {
      if (!(error instanceof SsgError) && !isErrno(error)) throw error
      unreadable.push(...(error instanceof SsgError ? error.diagnostics : [{ severity: 'error', code: 'file-read', message: `${stale.page.origin} cannot be read: ${reasonOf(error)}`, at: { file: stale.page.origin } } as const]))
      return
    }
    made.push({ output: file, why: stale.why, durationMs: performance.now() - started, // A copy that is made anew is another one: where it was copied from shows only how it is now.
      isChanged: typeof content !== 'string' || output.look(file) !== look })
  }
}

function check({ prepared: { pages, checker }, cache, state }: CommitOptions): Diagnostic[] {
  const { checked } = state
  const outputs = new Set(pages.map((page) => page.output))
  const isSamePlan = checked !== undefined && checked.outputs.size === outputs.size && [...outputs].every((file) => checked.outputs.has(file))
  const before = (file: OutputPath): PageRecord | undefined => {
    const ref = checked?.before.has(file) ? checked.before.get(file) : cache.page(file)?.facts
    return ref && readRecord({ facts: ref }, cache)
  }
  const findings = checker.diagnostics(isSamePlan ? before : undefined)
  cache.judge(checker.unclean)
  state.checked = { outputs, before: new Map() }
  return findings
}
