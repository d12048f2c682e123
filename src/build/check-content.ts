// Findings about what pages say, apart from their links: leftovers of templates in every build; for `ssg check` also titles
// that are there twice and pictures without a text.
import { locate, type Diagnostic } from '../core/diagnostic.ts'
import type { Entry, OutputPath, PageSpec, RenderedBody } from '../core/types.ts'
import { unwritten } from './check-leftovers.ts'
import { describePages, entriesOn, placeInBody, type LocateContext } from './check-locate.ts'
import type { PageFacts } from './check-page.ts'

type Facts = ReadonlyMap<OutputPath, PageFacts>

/** The same leftover on many pages is told once. */
export function checkLeftovers(facts: Facts, context: LocateContext): Diagnostic[] {
  const found = new Map<string, { text: string; where: string; pages: OutputPath[] }>()
  for (const [page, { leftovers, links }] of facts) {
    if (leftovers.length === 0) continue
    const bodiesOf = (entries: readonly Entry[]): RenderedBody[] => entries.flatMap(({ id }) => context.body(id) ?? [])
    // An address is judged by where it leads to.
    const others = leftovers.filter(({ text }) => !links.some(({ value }) => value === text))
    const own = unwritten(others, bodiesOf(entriesOn(context.pages.get(page), context.site)), context.site.entries)
    // Any page may show the words of any entry; most show their own.
    for (const { text, where } of unwritten(own, own.length === 0 ? [] : bodiesOf(context.site.entries), [])) {
      const known = found.get(text + where)
      if (known) known.pages.push(page)
      else found.set(text + where, { text, where, pages: [page] })
    }
  }
  return [...found.values()].map(({ text, where, pages }) => ({
    severity: 'warning', code: 'leftover', message: `"${text}" is left in ${where}`, context: describePages(pages, context),
    fix: text.startsWith('{') ? 'look for the template or the data file that it comes from.' : 'look in the template for a value that is missing or is no text.',
  }))
}

/** Pages that look the same in a list of search results. Later pages of a list and redirects do not count. */
export function checkTitles(facts: Facts, context: LocateContext): Diagnostic[] {
  const byTitle = new Map<string, PageSpec[]>()
  for (const [output, { title }] of facts) {
    const page = context.pages.get(output)
    if (page === undefined || page.kind === 'redirect' || (page.kind === 'list' && page.pager.number > 1)) continue
    byTitle.set(title, [...(byTitle.get(title) ?? []), page])
  }
  return [...byTitle].flatMap(([title, [first, ...others]]): Diagnostic[] => (first === undefined || others.length === 0 ? [] : [{
    severity: 'warning', code: 'title-duplicate', message: `${others.length + 1} pages have the title "${title}"`,
    at: titlePlace(first, context), related: others.map((page) => ({ at: titlePlace(page, context), note: `as ${page.permalink}` })),
    fix: 'give each page a title of its own.',
  }]))
}

function titlePlace(page: PageSpec, { site }: LocateContext): Diagnostic['at'] & object {
  const entry = page.kind === 'entry' ? site.byId.get(page.entry) : undefined
  return entry === undefined ? { file: page.origin } : locate(entry.origin, 'title')
}

/**
 * Pictures without `alt`, and pictures written `![](…)`. An empty `alt` in HTML says that there is nothing to be said; that
 * of markdown says nothing at all.
 */
export function checkPictures(facts: Facts, context: LocateContext): Diagnostic[] {
  const located = new Map<string, Diagnostic>()
  const framed = new Map<string, OutputPath[]>()
  for (const [output, { noAlt, emptyAlt }] of facts) {
    for (const src of new Set([...noAlt, ...emptyAlt])) {
      const places = findPictures(output, src, context)
      for (const { at, source } of places) {
        if (noAlt.includes(src) || /!\[\s*\]/.test(source)) located.set(JSON.stringify(at), { ...noText(src), at })
      }
      if (places.length === 0 && noAlt.includes(src)) framed.set(src, [...(framed.get(src) ?? []), output])
    }
  }
  return [...located.values(), ...[...framed].map(([src, pages]) => ({ ...noText(src), context: describePages(pages, context) }))]
}

function findPictures(output: OutputPath, src: string, { pages, site, body }: LocateContext): { at: NonNullable<Diagnostic['at']>; source: string }[] {
  return entriesOn(pages.get(output), site).flatMap((entry) => (body(entry.id)?.links ?? [])
    .filter(({ href }) => href === src)
    .map(({ raw, line }) => ({ at: placeInBody(entry, line, raw), source: entry.body.text.split('\n', line)[line - 1] ?? '' })))
}

function noText(src: string): Pick<Diagnostic, 'severity' | 'code' | 'message' | 'fix'> {
  return { severity: 'warning', code: 'image-alt', message: `the picture "${src}" has no alternative text`, fix: 'say in a few words what it shows: ![words](address).' }
}
