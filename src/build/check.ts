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
export interface Checker {
  /** The content of one page, in any order. */
  add(page: PageSpec, content: string): void
  /** To be called when all pages were added. */
  diagnostics(): Diagnostic[]
}

export function createChecker({ site, settings, pages, body, thorough }: CheckOptions): Checker {
  const extract = createExtractor(settings.origin)
  const facts = new Map<OutputPath, PageFacts>()
  const fromFeeds = new Map<OutputPath, Diagnostic[]>()
  const context: LocateContext = { site, body, pages: new Map(pages.map((page) => [page.output, page])) }
  return {
    add(page, content) {
      if (page.kind === 'feed') fromFeeds.set(page.output, checkFeed(page, content, settings, site))
      else if (page.output.endsWith('.html')) facts.set(page.output, extract(content))
    },
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

/** The checks of pages that are all at hand. */
export function checkPages(contents: Iterable<{ readonly page: PageSpec; readonly content: string }>, options: CheckOptions): Diagnostic[] {
  const checker = createChecker(options)
  for (const { page, content } of contents) checker.add(page, content)
  return checker.diagnostics()
}
