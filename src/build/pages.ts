// Judges every page of the plan, and makes anew what is not as it was.
import fs from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fail, type Diagnostic } from '../core/diagnostic.ts'
import { timed, type Profiler } from '../core/profiler.ts'
import type { Pages } from '../core/pages.ts'
import type { Settings } from '../core/settings.ts'
import type { AssetPage, EntryId, OutputPath, PageSpec, Site } from '../core/types.ts'
import type { PageContent } from '../render/page.ts'
import { createAnswers } from './answers.ts'
import type { Bodies } from './bodies.ts'
import type { Cache } from './cache.ts'
import type { Checker, PageRecord } from './check.ts'
import { freezeSite } from './frozen-site.ts'
import type { PageTrace } from './traces.ts'
import { lookOf } from './looks.ts'
import type { OutputFolder } from './output.ts'
import { createPageMaker, createRecorder, isFeedParts, type PageMaker } from './page-maker.ts'
import type { Press } from './press.ts'
import { createPrints, unknown, type Prints, type TemplateReader } from './prints.ts'
import { profileQueries } from './profiled.ts'
import { createExplainer, findChanged, isMadeOfSite, judgePage, specText } from './stale.ts'
import { readTemplate } from './theme.ts'

export interface PagesInput {
  readonly site: Site
  readonly pages: Pages
  readonly settings: Settings
  readonly bodies: Bodies
  readonly data: ReadonlyMap<string, unknown>
  readonly cache: Cache
  readonly folder: OutputFolder
  readonly checker: Checker
  /** Nothing but the texts of these entries, templates and data can be other than in the last build. Absent: everything can. */
  readonly edited?: ReadonlySet<EntryId>
  /** Where `edited` says that nothing else changed: copied files that did. */
  readonly replaced?: ReadonlySet<OutputPath>
  /** Where nothing but texts, templates and data changed since the last build of this process. */
  readonly amended?: Amended
  /** Absent: pages are checked and kept here. */
  readonly press: Press | undefined
  readonly signal: AbortSignal
  readonly onProgress?: (event: { phase: 'pages'; done: number; total: number }) => void
  readonly profiler?: Profiler
}

/** What of the last build still holds. */
export interface Amended {
  readonly plan: Pages
  /** Absent: templates may have changed. */
  readonly template?: TemplateReader
}

/** A page to be written, with what is to be remembered of it. */
export interface FreshPage {
  /** Gives the content; large sites wait for the writing on disk. A text that the press has taken is not kept. */
  readonly content: () => PageContent | undefined
  readonly trace: Omit<PageTrace, 'stat' | 'digest' | 'build'>
  /** All that is to be remembered, if that is known already. */
  whole?: PageTrace
}
export interface RenderedPages {
  readonly fresh: ReadonlyMap<OutputPath, FreshPage>
  /** Pages that are as they were. */
  readonly reused: ReadonlySet<OutputPath>
  /** Those of them whose files only look different. */
  readonly touched: ReadonlyMap<OutputPath, PageTrace>
  readonly prints: Prints
  readonly diagnostics: readonly Diagnostic[]
}

/** A page that must be made anew, and why. */
export interface StalePage {
  readonly page: PageSpec
  readonly spec: string
  readonly why: string
}
/** Pages judged, and what makes the stale ones, one by one. */
export interface JudgedPages extends Pick<RenderedPages, 'reused' | 'touched' | 'prints'> {
  /** In the order of the plan. */
  readonly stale: readonly StalePage[]
  /** Absent if nothing is stale. */
  readonly maker: PageMaker | undefined
  readonly template: TemplateReader
  /** What is to be remembered of the page that was made last. */
  remember(stale: StalePage, record: PageRecord | undefined): FreshPage['trace']
}

export async function renderPages(input: PagesInput): Promise<RenderedPages> {
  const { pages, cache, checker, bodies, press, signal, onProgress } = input
  const { stale, maker, reused, touched, prints, remember } = await judgePages(input)
  const made = new Map<OutputPath, FreshPage>()
  const waiting = createWaitingRoom(cache)
  // Now, while the threads are busy, and not in the end when they have nothing to do. A file on the top level looks different once
  // it is moved to its place.
  press?.onMade((output) => {
    const page = made.get(output)
    if (page === undefined || !output.includes('/')) return
    const { stat, ...found } = press.traceOf(output)
    if (stat !== undefined && page.content() === undefined) cache.foresee(output, page.whole = { ...page.trace, ...found, stat, build: cache.build }, prints)
  })
  const inFeeds = new Set(press?.isWriting ? stale.flatMap(({ page }) => (page.kind === 'feed' ? page.entries : [])) : [])
  for (const one of bodies.isStreaming ? inOrderOfBodies(stale, input.site) : stale) {
    const { page } = one
    if (made.size % 50 === 0) await breathe(signal)
    const content = maker && await makeOnceBodiesAreThere(page, press?.isWriting ? maker.makeParts : maker.make, bodies)
    if (content === undefined) continue
    const record = typeof content === 'string' && press === undefined ? checker.add(page, content) : undefined
    made.set(page.output, { content: isFeedParts(content) || (press?.isWriting && typeof content === 'string') ? () => undefined : waiting.keep(content), trace: remember(one, record) })
    // Now that its reads are taken: what feeds have of an entry is no reading of its own page.
    const room = press?.take(page, content, page.kind === 'entry' && inFeeds.has(page.entry) ? maker?.feedSource(page) : undefined)
    onProgress?.({ phase: 'pages', done: made.size, total: pages.size })
    if (room !== undefined) {
      // Bodies would come in vain meanwhile, and be put aside.
      bodies.pauseUntil(room)
      await room
    }
  }
  const fresh = new Map(stale.flatMap(({ page: { output } }): [OutputPath, FreshPage][] => (made.has(output) ? [[output, made.get(output)!]] : [])))
  return { fresh, reused, touched, prints, diagnostics: maker?.diagnostics() ?? [] }
}

/** Each as soon as the last body that it shows is there, so that long feeds do not all come at the end; those that show none come first. */
function inOrderOfBodies(stale: readonly StalePage[], { entries }: Site): StalePage[] {
  const order = new Map(entries.map(({ id }, i) => [id, i]))
  const shown = (page: PageSpec): readonly EntryId[] => (page.kind === 'entry' ? [page.entry] : page.kind === 'list' || page.kind === 'feed' ? page.entries : [])
  const placed = stale.map((one) => ({ one, last: shown(one.page).reduce((last, id) => Math.max(last, order.get(id) ?? -1), -1) }))
  return placed.sort((a, b) => a.last - b.last).map(({ one }) => one)
}

/** Asks for no body of an entry that is still to come: these come only where nothing can be taken over. */
export async function judgePages(input: PagesInput): Promise<JudgedPages> {
  const { pages, settings, cache, folder, checker, bodies, edited, replaced, amended, profiler } = input
  freezeSite(input.site, settings, input.data)
  const { query: ask, canBeAskedAgain } = createAnswers(input.site, pages, settings)
  const query = profileQueries(ask, profiler)
  const template = amended?.template ?? createTemplateReader(settings)
  const prints = createPrints({ ...input, query, template, body: bodies.trace, ...(edited && { known: (key) => (isMadeOfSite(key) ? cache.print(key) : undefined) }) })
  const changed = edited && findChanged(edited, cache, prints)
  const affected = changed && cache.readersOf(changed)
  const stale = amended && changed && affected ? readersAmong(affected, createExplainer(changed, cache, prints), amended, cache) : []
  const reused = new Set<OutputPath>()
  const touched = new Map<OutputPath, PageTrace>()
  for (const output of amended ? [] : pages.keys()) {
    if (affected !== undefined && !affected.has(output) && cache.hasPage(output) && !replaced?.has(output)) {
      reused.add(output)
      continue
    }
    const page = pages.get(output)!
    const known = cache.page(page.output)
    const spec = specText(page, settings.root)
    const judged = page.kind === 'asset' ? judgeAsset(page, input) : judgePage(page.output, spec, { cache, prints, folder })
    if ('look' in judged && known !== undefined) {
      reused.add(page.output)
      if (judged.look !== known.stat) touched.set(page.output, { ...known, stat: judged.look })
    } else {
      stale.push({ page, spec, why: 'stale' in judged ? judged.stale : 'nothing is known of it' })
    }
  }
  const outputs = amended ? { has: cache.hasPage, [Symbol.iterator]: () => amended.plan.keys() } : reused
  checker.keep({ outputs, unclean: cache.unclean, load: (output) => readRecord(cache.page(output), cache) })
  const reads = createRecorder()
  const maker = stale.length === 0 && !amended ? undefined : await timed(profiler, { activity: 'start', name: 'load nunjucks' }, () => createPageMaker(input, { query, reads, template, hasStylesheet: amended !== undefined || stale.some(({ page }) => page.kind === 'highlight') }))
  return {
    stale, reused, touched, maker, template,
    prints: (key) => (canBeAskedAgain(key) ? prints(key) : unknown),
    remember({ spec, why }, record) {
      const facts = record && cache.store.put(JSON.stringify(record))
      return { spec, reads: reads.taken(), ...(facts && { facts }), why }
    },
  }
}

/** Pages that are stale for nothing but what they read. Why is told when somebody asks: of a template there may be thousands. */
function readersAmong(outputs: ReadonlySet<OutputPath>, explain: ReturnType<typeof createExplainer>, { plan }: Amended, cache: Cache): StalePage[] {
  return [...outputs].flatMap((output): StalePage[] => {
    const [page, trace] = [plan.get(output), cache.page(output)]
    return page === undefined || trace === undefined ? [] : [{ page, spec: trace.spec, get why() { return explain(trace.reads) } }]
  })
}

/** Each template is read once in a build: its text and its print are of the same moment. */
function createTemplateReader(settings: Settings): TemplateReader {
  const known = new Map<string, ReturnType<TemplateReader>>()
  return (name) => {
    if (!known.has(name)) known.set(name, readTemplate(settings, name))
    return known.get(name)
  }
}

/** Holds pages until all are made: in memory as long as they are few, then in the cache's scratch file. */
function createWaitingRoom(cache: Cache): { keep(content: PageContent): () => PageContent } {
  let held = 0
  return {
    keep(content) {
      if (typeof content !== 'string' || (held += content.length) <= heldAtMost) return () => content
      const ref = cache.scratch.put(content)
      return () => {
        const text = cache.scratch.get(ref)
        if (text === undefined) throw cache.damaged()
        return text
      }
    },
  }
}
const heldAtMost = 48_000_000

/** A copied file depends on its source alone. */
function judgeAsset(page: AssetPage, { cache, folder }: PagesInput): { readonly stale: string } | { readonly look: string } {
  const trace = cache.page(page.output)
  const look = folder.look(page.output)
  if (trace === undefined) return { stale: cache.whyEmpty ?? 'the file is new' }
  const stat = look && assetStat(look, page.file)
  return stat === trace.stat ? { look: stat } : { stale: 'the file or its copy changed' }
}

/** The looks of a copy and of what it was copied from. */
export function assetStat(look: string, source: string): string {
  return `${look} from ${lookOf(fs.statSync(source))}`
}
export const sourcePart = / from .*$/

/** What the checks knew of a page. */
export function readRecord(trace: Pick<PageTrace, 'facts'> | undefined, cache: Cache): PageRecord | undefined {
  if (trace?.facts === undefined) return undefined
  const text = cache.store.get(trace.facts)
  if (text === undefined) throw cache.damaged()
  return JSON.parse(text) as PageRecord
}

/** What the checks knew of each page in the last build, if there are the same pages now. */
export function recordsBefore(pages: Pages, cache: Cache): ((output: OutputPath) => PageRecord | undefined) | undefined {
  if (cache.pageCount !== pages.size || [...pages.keys()].some((output) => !cache.hasPage(output))) return undefined
  return (output) => readRecord(cache.page(output), cache)
}

/** Lets signals be heard between pages, which are made without a pause. */
async function breathe(signal: AbortSignal): Promise<void> {
  await nextTurn()
  if (signal.aborted) throw fail('interrupted', 'the build was stopped; the output is as it was')
}

/** Making a page has no effects, so that it can be begun again when a body came that it was missing. */
async function makeOnceBodiesAreThere<Content>(page: PageSpec, make: (page: PageSpec) => () => Content | undefined, bodies: Bodies): Promise<Content | undefined> {
  if (page.kind === 'entry') await bodies.arrival(page.entry)
  for (;;) {
    const made = make(page)
    const late = bodies.takeLate()
    if (late === undefined) return made()
    await late
  }
}
