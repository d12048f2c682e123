// A build in memory whose pages wait until they are asked for or there is time. What can fail of a whole build has been done before:
// here, only single pages can. When to build is not decided here.
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Pages } from '../core/pages.ts'
import type { OutputPath, PageSpec, Site, Source } from '../core/types.ts'
import type { PageContent } from '../render/page.ts'
import { isErrno, reasonOf } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import { countHeld, type BuildResult } from './build.ts'
import type { PageRecord } from './check.ts'
import type { LiveCache } from './live-cache.ts'
import type { LoadedSite } from './load.ts'
import type { MemoryOutput } from './memory-output.ts'
import { assetStat, readRecord, type JudgedPages, type PagesInput, type StalePage } from './pages.ts'
import type { StoreRef } from './store.ts'

export interface MadePage {
  readonly output: OutputPath
  readonly why: string
  readonly durationMs: number
  /** Its bytes are others than before. */
  readonly isChanged: boolean
}
export interface LiveBuild {
  readonly site: Site
  readonly pages: Pages
  /** Sources that could not be asked. */
  readonly failing: readonly Source[]
  readonly reused: number
  readonly held: BuildResult['held']
  /** Files that are not part of the site any more. */
  readonly removed: readonly OutputPath[]
  /** Pages made so far, oldest first. */
  readonly made: readonly MadePage[]
  /** Pages that are still as they were before, or not there. */
  readonly waiting: ReadonlyMap<OutputPath, StalePage>
  /** Makes a waiting page. If its template fails, it stays as it was, and `diagnostics` tells. */
  make(output: OutputPath): void
  /** How many pages could not be made. */
  failed(): number
  /** All that is wrong so far. */
  diagnostics(): Diagnostic[]
  /** Checks links and the rest, once nothing waits; then `diagnostics` tells of that too. */
  check(): void
}

/** All that comes before the pages. */
export interface Prepared extends PagesInput {
  readonly loaded: LoadedSite
  /** What is wrong with anything but bodies. */
  readonly told: readonly Diagnostic[]
}
/** What builds of one cache know of each other. */
export interface Unmade {
  /** Pages that are still to be made. */
  waiting: Map<OutputPath, StalePage>
  /** Those that could not be made. */
  readonly failed: Map<OutputPath, StalePage>
  checked?: Checked
}
/** What the last finished check saw. */
interface Checked {
  readonly plan: LiveBuild['pages']
  /** Pages made since, as they were then. */
  readonly before: Map<OutputPath, StoreRef | undefined>
}

export interface CommitOptions {
  readonly cache: LiveCache
  readonly output: MemoryOutput
  readonly prepared: Prepared
  readonly judged: JudgedPages
  readonly unmade: Unmade
  readonly failing: readonly Source[]
}

/** Takes the place of the last build. */
export function commit(options: CommitOptions): LiveBuild {
  const { prepared: { pages, bodies, folder }, judged, cache, output } = options
  const before = new Set(output.paths())
  folder.begin([...pages.keys()])
  folder.finish(true)
  rememberChecked(options)
  cache.save({ outputs: judged.reused, pages: judged.touched, entries: bodies.entries, bodies: bodies.fresh, unclean: cache.unclean, noted: bodies.noted(), prints: judged.prints })
  options.unmade.waiting = new Map(judged.stale.map((stale) => [stale.page.output, withReason(stale, options.unmade)]))
  options.unmade.failed.clear()
  return openBuild({ ...options, plan: pages, removed: [...before].filter((file) => !pages.has(file)), held: countHeld(options.prepared.site) })
}

/** The last build, but for some pages: nothing is done that takes longer in a larger site. What waited goes on waiting. */
export function amend(options: CommitOptions, { pages: plan, held }: LiveBuild): LiveBuild {
  const { prepared: { bodies }, judged, cache, unmade: { waiting, failed } } = options
  rememberChecked(options)
  for (const stale of [...judged.stale, ...failed.values()]) waiting.set(stale.page.output, stale)
  failed.clear()
  cache.amend({ stale: judged.stale.map(({ page }) => page.output), bodies: bodies.fresh, noted: bodies.noted() })
  return openBuild({ ...options, plan, removed: [], held })
}

interface OpenOptions extends CommitOptions {
  readonly plan: LiveBuild['pages']
  readonly removed: readonly OutputPath[]
  readonly held: BuildResult['held']
}

/** Makes at once what costs nothing. */
function openBuild(options: OpenOptions): LiveBuild {
  const { prepared: { site, bodies, told }, judged, unmade, plan, removed, held, failing } = options
  const { waiting, failed } = unmade
  const total = waiting.size
  const made: MadePage[] = [], unreadable: Diagnostic[] = []
  const make = createMaker({ ...options, made, unreadable })
  for (const { page } of judged.stale) if (isQuick(page)) make(page.output)
  let findings: readonly Diagnostic[] = []
  return {
    site, made, waiting, make, pages: plan, failing, held, removed,
    reused: plan.size - total,
    failed: () => failed.size,
    diagnostics: () => [...told, ...bodies.diagnostics(), ...judged.maker?.diagnostics() ?? [], ...unreadable, ...findings],
    check: () => { if (waiting.size === 0) findings = check(options) },
  }
}

/** The next check compares with what the last one saw. */
function rememberChecked({ judged, cache, unmade: { checked } }: CommitOptions): void {
  if (checked === undefined) return
  for (const { page: { output } } of judged.stale) if (!checked.before.has(output)) checked.before.set(output, cache.page(output)?.facts)
}

/** A page that was stale before and has not been made since has its first reason. */
function withReason(stale: StalePage, { waiting, failed }: Unmade): StalePage {
  const first = waiting.get(stale.page.output) ?? failed.get(stale.page.output)
  return first === undefined ? stale : { ...stale, why: first.why }
}

/** What costs nothing and is not looked at by its own address. */
function isQuick({ kind }: PageSpec): boolean {
  return kind === 'asset' || kind === 'highlight'
}

interface MakerOptions extends CommitOptions {
  readonly made: MadePage[]
  readonly unreadable: Diagnostic[]
}

function createMaker({ prepared: { checker, folder }, judged, cache, output, unmade: { waiting, failed }, made, unreadable }: MakerOptions): (file: OutputPath) => void {
  const write = (file: OutputPath, stale: StalePage, content: PageContent): void => {
    const record = typeof content === 'string' ? checker.add(stale.page, content) : undefined
    const trace = judged.remember(stale, record)
    const stat = folder.write(file, content)
    const about = typeof content === 'string' ? { stat, digest: digest(content) } : { stat: assetStat(stat, content.copyOf), digest: '' as Digest }
    cache.keep(file, { ...trace, ...about }, judged.prints)
  }
  return (file) => {
    const stale = waiting.get(file)
    if (stale === undefined) return
    const started = performance.now()
    waiting.delete(file)
    failed.set(file, stale)
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
    failed.delete(file)
    // A copy that is made anew is another one: where it was copied from shows only how it is now.
    made.push({ output: file, why: stale.why, durationMs: performance.now() - started, isChanged: typeof content !== 'string' || output.look(file) !== look })
  }
}

function check({ prepared: { checker }, plan, cache, unmade }: OpenOptions): Diagnostic[] {
  const { checked } = unmade
  const isSamePlan = checked !== undefined && (checked.plan === plan || (checked.plan.size === plan.size && [...plan.keys()].every((file) => checked.plan.has(file))))
  const before = (file: OutputPath): PageRecord | undefined => {
    const ref = checked?.before.has(file) ? checked.before.get(file) : cache.page(file)?.facts
    return ref && readRecord({ facts: ref }, cache)
  }
  const findings = checker.diagnostics(isSamePlan ? before : undefined)
  cache.judge(checker.unclean)
  unmade.checked = { plan, before: new Map() }
  return findings
}
