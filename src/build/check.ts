// The checks over the finished output: links and anchors, leftovers, feeds read back. Takes pages one by one as they are made
// and keeps only facts of them. The judging is in check-*.ts.
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Pages } from '../core/pages.ts'
import type { Settings } from '../core/settings.ts'
import type { EntryId, OutputPath, PageSpec, RenderedBody, Site } from '../core/types.ts'
import { checkLeftovers, checkPictures, checkTitles } from './check-content.ts'
import { checkFeed } from './check-feed.ts'
import { judgePages, type Verdict } from './check-judge.ts'
import { locateFinding, type LocateContext } from './check-locate.ts'
import { createExtractor, type PageFacts } from './check-page.ts'

export interface CheckOptions {
  readonly site: Site
  readonly settings: Pick<Settings, 'origin' | 'basePath' | 'id'>
  /** The whole plan: every file that a link may lead to. */
  readonly pages: Pages
  readonly body: (id: EntryId) => RenderedBody | undefined
  /** Also what only `ssg check` asks for: titles and pictures. */
  readonly thorough: boolean
}
export interface PageRecord {
  readonly facts?: PageFacts
  /** What is wrong with a feed. */
  readonly feed?: readonly Diagnostic[]
}
/** Pages that are as they were when they were last checked. */
export interface KnownPages {
  readonly outputs: Pick<ReadonlySet<OutputPath>, 'has'> & Iterable<OutputPath>
  /** With these something was wrong then. */
  readonly unclean: ReadonlySet<OutputPath>
  /** What `add` gave for one then. */
  readonly load: (output: OutputPath) => PageRecord | undefined
}
export interface Judged {
  readonly verdict: Verdict
  /** What is wrong with feeds; in the order of outputs. */
  readonly feeds: ReadonlyMap<OutputPath, readonly Diagnostic[]>
}
export interface Checker {
  /** The content of one page, in any order. Gives what the checks need to know of it, as plain values. */
  add(page: PageSpec, content: string): PageRecord | undefined
  /** The pages that are not made again. */
  keep(known: KnownPages): void
  /** To be called when all pages are there. `before`: what was known of a page in the last build, if there are the same pages now. */
  diagnostics(before?: (output: OutputPath) => PageRecord | undefined): Diagnostic[]
  /** The same if the pages were judged elsewhere, all of them. */
  tell(judged: Judged): Diagnostic[]
  /** Pages with which something is wrong; after `diagnostics` or `tell`. */
  readonly unclean: ReadonlySet<OutputPath>
}

export function createChecker({ site, settings, pages, body, thorough }: CheckOptions): Checker {
  const extract = createExtractor(settings.origin)
  const records = new Map<OutputPath, PageRecord>()
  let kept: KnownPages | undefined
  const unclean = new Set<OutputPath>()
  const context: LocateContext = { site, body, pages }
  const recordOf = (output: OutputPath): PageRecord | undefined => {
    const known = records.get(output) ?? (kept?.outputs.has(output) ? kept.load(output) : undefined)
    if (known !== undefined) records.set(output, known)
    return known
  }
  const notClean = (): OutputPath[] => [...kept?.unclean ?? []].filter((output) => kept?.outputs.has(output))
  /** A clean page stays clean as long as all pages are where they were and no page lost an id. */
  const mayTrustClean = (before: ((output: OutputPath) => PageRecord | undefined) | undefined): boolean =>
    before !== undefined && [...records.keys(), ...notClean()].every((output) => {
      const ids = new Set(recordOf(output)?.facts?.ids)
      return (before(output)?.facts?.ids ?? []).every((id) => ids.has(id))
    })
  const tell = ({ verdict: { findings, leftovers }, feeds }: Judged): Diagnostic[] => {
    for (const { places } of findings) for (const { page } of places) unclean.add(page)
    for (const [output] of leftovers) unclean.add(output)
    for (const [output, problems] of feeds) if (problems.length > 0) unclean.add(output)
    return [...findings.flatMap((finding) => locateFinding(finding, context)), ...checkLeftovers(new Map(leftovers), context), ...[...feeds.values()].flat()]
  }
  return {
    unclean, tell,
    add(page, content) {
      const record = page.kind === 'feed' ? { feed: checkFeed(page, content, settings, site) } : page.output.endsWith('.html') ? { facts: extract(content) } : undefined
      if (record !== undefined) records.set(page.output, record)
      return record
    },
    keep: (known) => { kept = known },
    diagnostics(before) {
      const trusted = mayTrustClean(before)
      const others = kept === undefined ? [] : trusted ? notClean() : [...kept.outputs]
      const judged = [...new Set([...records.keys(), ...others])].sort()
      const facts = new Map(judged.flatMap((output) => pairs(output, recordOf(output)?.facts)))
      const feeds = new Map(judged.flatMap((output) => pairs(output, recordOf(output)?.feed)))
      const verdict = judgePages(facts, pages, settings, (output) => recordOf(output)?.facts)
      return [...tell({ verdict, feeds }), ...(thorough ? [...checkTitles(facts, context), ...checkPictures(facts, context)] : [])]
    },
  }
}

function pairs<T>(output: OutputPath, value: T | undefined): [OutputPath, T][] {
  return value === undefined ? [] : [[output, value]]
}
