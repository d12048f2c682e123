// The checks over the finished output: links and anchors, leftovers, feeds read back. Takes pages one by one as they are made
// and keeps only facts of them. The judging is in check-*.ts.
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { EntryId, OutputPath, PageSpec, RenderedBody, Site } from '../core/types.ts'
import { checkLeftovers, checkPictures, checkTitles } from './check-content.ts'
import { checkFeed } from './check-feed.ts'
import { checkLinks } from './check-links.ts'
import { locateFinding, type LocateContext } from './check-locate.ts'
import { createExtractor, type PageFacts } from './check-page.ts'

export interface CheckOptions {
  readonly site: Site
  readonly settings: Pick<Settings, 'origin' | 'basePath' | 'id'>
  /** The whole plan: every file that a link may lead to. */
  readonly pages: readonly PageSpec[]
  readonly body: (id: EntryId) => RenderedBody | undefined
  /** Also what only `ssg check` asks for: titles and pictures. */
  readonly thorough: boolean
}
export interface PageRecord {
  readonly facts?: PageFacts
  /** What is wrong with a feed. */
  readonly feed?: readonly Diagnostic[]
}
export interface Checker {
  /** The content of one page, in any order. Gives what the checks need to know of it, as plain values. */
  add(page: PageSpec, content: string): PageRecord | undefined
  /** A page that is as it was, by what `add` gave for it then. */
  restore(page: PageSpec, record: PageRecord): void
  /** To be called when all pages were added. */
  diagnostics(): Diagnostic[]
}

export function createChecker({ site, settings, pages, body, thorough }: CheckOptions): Checker {
  const extract = createExtractor(settings.origin)
  const facts = new Map<OutputPath, PageFacts>()
  const fromFeeds = new Map<OutputPath, readonly Diagnostic[]>()
  const restore = (page: PageSpec, record: PageRecord): void => {
    if (record.feed !== undefined) fromFeeds.set(page.output, record.feed)
    if (record.facts !== undefined) facts.set(page.output, record.facts)
  }
  const context: LocateContext = { site, body, pages: new Map(pages.map((page) => [page.output, page])) }
  return {
    add(page, content) {
      const record = page.kind === 'feed' ? { feed: checkFeed(page, content, settings, site) } : page.output.endsWith('.html') ? { facts: extract(content) } : undefined
      if (record !== undefined) restore(page, record)
      return record
    },
    restore,
    diagnostics() {
      const ordered = new Map([...facts].sort(byOutput))
      const findings = checkLinks(ordered, new Set(context.pages.keys()), settings)
      return [
        ...findings.flatMap((finding) => locateFinding(finding, context)),
        ...checkLeftovers(ordered, context),
        ...[...fromFeeds].sort(byOutput).flatMap(([, problems]) => problems),
        ...(thorough ? [...checkTitles(ordered, context), ...checkPictures(ordered, context)] : []),
      ]
    },
  }
}

function byOutput([a]: readonly [OutputPath, unknown], [b]: readonly [OutputPath, unknown]): number {
  return a < b ? -1 : 1
}
