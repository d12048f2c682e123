// A site that is built again and again in one process, for a server. A build makes only what costs nothing, and leaves the other pages to
// whoever asks for them (`live-build.ts`). A build that fails leaves all as it was. When to build is not decided here.
import fs from 'node:fs'
import path from 'node:path'
import type { OutputPath } from '../core/types.ts'
import type { Highlighter } from '../render/highlight.ts'
import { prepareBodies } from './bodies.ts'
import { stopOnErrors, type BuildOptions } from './build.ts'
import { CacheDamaged } from './cache.ts'
import { createChecker } from './check.ts'
import { amend, commit, type CommitOptions, type LiveBuild, type Prepared, type Unmade } from './live-build.ts'
import type { LiveCache } from './live-cache.ts'
import { loadData, loadSite, type LoadedSite } from './load.ts'
import { openHighlighter } from './highlighting.ts'
import { openSources, type OpenedSources } from './sources.ts'
import type { MemoryOutput } from './memory-output.ts'
import { judgePages } from './pages.ts'
import { isForPages, reloadSite, type Since } from './reload.ts'

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
export interface LiveSite {
  /** Throws `SsgError`; then the last build still holds. */
  build(options: LiveOptions): Promise<LiveBuild>
}

interface State {
  readonly cache: LiveCache
  readonly highlighter: Highlighter | undefined
  readonly unmade: Unmade
  /** Files that changed since the last build that did not fail. */
  readonly unbuilt: Set<string>
  asked: string
  opened?: OpenedSources
  /** Absent: nothing of it may be taken over. */
  last?: Last
}
interface Last extends Pick<CommitOptions, 'prepared' | 'judged'> {
  readonly build: LiveBuild
}

export function createLiveSite(): LiveSite {
  let state: State | undefined
  const attempt = async (options: LiveOptions, fresh: boolean): Promise<LiveBuild> => {
    const { settings, cache, output, at, drafts, future } = options
    // What is published may have changed without any file.
    const asked = JSON.stringify([at, drafts, future])
    if (fresh || state?.cache !== cache) state = { cache, highlighter: openHighlighter(settings, cache), unmade: { waiting: new Map(), failed: new Map() }, unbuilt: new Set(), asked }
    if (options.refresh) delete state.opened
    if (options.changed === undefined || state.asked !== asked) delete state.last
    for (const file of options.changed ?? []) state.unbuilt.add(file)
    options.onStep?.('sources')
    const { last, unmade } = state
    const { since, replaced } = whatChanged(state, options)
    const reloaded = since && await reloadSite(since, cache.unclean, options)
    const isAmendment = last !== undefined && reloaded?.site === last.prepared.site && reloaded.edited !== undefined && replaced.size === 0
    const prepared = isAmendment
      ? await prepareAgain(reloaded, last.prepared, state, options)
      : await prepare(reloaded ?? await loadSite(options, state.opened ??= await openSources(options)), replaced, state, options)
    const judged = await judgePages(isAmendment ? { ...prepared, amended: { plan: last.build.pages, ...(![...state.unbuilt].some((file) => isForPages(file, settings)) && { template: last.judged.template }) } } : prepared)
    const failing = (state.opened?.list ?? []).filter((one) => one.state === 'failed' || one.state === 'stale').map(({ source }) => source)
    const committed = { cache, output, prepared, judged, unmade, failing }
    const build = isAmendment ? amend(committed, last.build) : commit(committed)
    Object.assign(state, { asked, last: { prepared, judged, build } })
    state.unbuilt.clear()
    return build
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

/** All that comes before the pages. Throws `SsgError` if anything is wrong with it. */
async function prepare(loaded: LoadedSite, replaced: ReadonlySet<OutputPath>, state: State, options: LiveOptions): Promise<Prepared> {
  const { settings, cache, output, onStep } = options
  const { site, pages, edited, diagnostics } = loaded
  const { data, diagnostics: reading } = await loadData(settings)
  const told = [...diagnostics, ...reading]
  stopOnErrors(told)
  const known = { ...(edited && { edited, replaced }), ...(state.highlighter && { highlighter: state.highlighter }) }
  onStep?.('bodies')
  const bodies = await prepareBodies({ ...options, ...known, site, pages })
  await bodies.finished
  stopOnErrors([...told, ...bodies.diagnostics()])
  onStep?.('pages')
  const checker = createChecker({ settings, site, pages, body: bodies.get, thorough: false })
  return { settings, cache, signal: options.signal, ...known, loaded, site, pages, data, bodies, told, checker, folder: output.open(settings.root), press: undefined }
}

/** The same where nothing changed but texts, templates and data: the plan is the one that there is. */
async function prepareAgain(loaded: LoadedSite, last: Prepared, { highlighter }: State, options: LiveOptions): Promise<Prepared> {
  const { settings, cache, onStep } = options
  const { site, pages } = last
  const { data, diagnostics: reading } = await loadData(settings)
  const told = [...loaded.diagnostics, ...reading]
  stopOnErrors(told)
  const known = { ...(loaded.edited && { edited: loaded.edited }), ...(highlighter && { highlighter }) }
  onStep?.('bodies')
  const bodies = await prepareBodies({ settings, cache, signal: options.signal, ...known, site, pages })
  await bodies.finished
  stopOnErrors([...told, ...bodies.diagnostics()])
  onStep?.('pages')
  return { ...last, ...known, loaded, data, told, bodies, replaced: new Set(), checker: createChecker({ settings, site, pages, body: bodies.get, thorough: false }) }
}

/** The files that changed since the last build, without those that are only copied: for these the site need not be loaded anew. */
function whatChanged({ last, unbuilt }: State, { settings }: LiveOptions): { since?: Since; replaced: ReadonlySet<OutputPath> } {
  if (last === undefined) return { replaced: new Set() }
  const { loaded } = last.prepared
  const copies = [...unbuilt].some((file) => isOnlyCopied(file, settings)) ? loaded.pages.of('asset') : []
  const copied = new Map(copies.flatMap((page): [string, OutputPath][] => (unbuilt.has(page.file) && isOnlyCopied(page.file, settings) && isFile(page.file) ? [[page.file, page.output]] : [])))
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
