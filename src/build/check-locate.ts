// From a problem of the finished output back to what a person has to change: the line of an entry, or the template of a page.
import { basename } from 'node:path/posix'
import { locateInBody, type Diagnostic, type Location } from '../core/diagnostic.ts'
import type { Pages } from '../core/pages.ts'
import type { BodyLink, Entry, EntryId, OutputPath, PageSpec, RenderedBody, Site } from '../core/types.ts'
import type { Finding } from './check-links.ts'

export interface LocateContext {
  readonly pages: Pick<Pages, 'get'>
  readonly site: Site
  /** `undefined`: the entry has no rendered body. */
  readonly body: (id: EntryId) => RenderedBody | undefined
}
/** A link as an author wrote it. */
interface Written { readonly entry: Entry; readonly link: BodyLink; readonly body: RenderedBody }

/** One diagnostic for each line that an author wrote, and one for all pages that have it from a template. */
export function locateFinding(finding: Finding, context: LocateContext): Diagnostic[] {
  const written = new Map<string, Written>()
  const explained = new Set<OutputPath>()
  for (const { page, link } of finding.places) {
    for (const one of findWritten(page, link.value, context)) {
      written.set(`${one.entry.id} ${one.link.line} ${one.link.raw}`, one)
      explained.add(page)
    }
  }
  // What a page has in its body may stand in its head, too: a picture for previews.
  const framed = [...new Set(finding.places.map(({ page }) => page))].filter((page) => !explained.has(page))
  const fromBodies = [...written.values()].filter((one) => !isReported(one)).map((one): Diagnostic => ({
    ...describe(finding, one.link.raw), at: placeInBody(one.entry, one.link.line, one.link.raw),
  }))
  if (framed.length === 0) return fromBodies
  const raw = finding.places.find(({ page }) => page === framed[0])?.link
  return [...fromBodies, { ...describe(finding, raw?.value ?? finding.target, raw?.from), context: describePages(framed, context) }]
}

/** The entries whose text is on a page. */
export function entriesOn(page: PageSpec | undefined, site: Site): Entry[] {
  const ids = page?.kind === 'entry' ? [page.entry] : page?.kind === 'list' ? page.entries : []
  return ids.flatMap((id) => site.byId.get(id) ?? [])
}

function findWritten(page: OutputPath, value: string, { pages, site, body }: LocateContext): Written[] {
  return entriesOn(pages.get(page), site).flatMap((entry) => {
    const rendered = body(entry.id)
    return rendered === undefined ? [] : rendered.links.filter(({ href }) => href === value).map((link) => ({ entry, link, body: rendered }))
  })
}

/** Whether the markdown phase has said so already: a link to a missing file, or template syntax in an address. */
function isReported({ entry, link, body }: Written): boolean {
  const line = placeInBody(entry, link.line, link.raw).line
  return body.diagnostics.some(({ code, at }) => (code === 'link-broken' || code === 'template-tag') && at?.line === line)
}

/** Line and, if the text is found on it, column. */
export function placeInBody(entry: Entry, line: number, text: string): Location {
  const source = entry.body.text.split('\n', line)[line - 1] ?? ''
  const column = text === '' ? -1 : source.indexOf(text)
  return locateInBody(entry.origin, column === -1 ? { line } : { line, column: column + 1, length: text.length })
}

function describe(finding: Finding, value: string, from?: string): Pick<Diagnostic, 'severity' | 'code' | 'message' | 'fix'> {
  const { severity, code, target, reason, suggestion } = finding
  const subject = `the ${from === undefined || from.startsWith('a ') ? 'link' : `\`${from.split(' ').at(-1)}\` of <${from.split(' ')[0]}>`} "${value}"`
  const resolved = value === target || code === 'link-redirect' ? '' : ` (${target})`
  const what = code === 'link-anchor' ? 'names an anchor that its page does not have' : code === 'link-redirect' ? 'leads to its page only by a detour' : 'leads to nothing on this site'
  return {
    severity, code, message: `${subject}${resolved} ${what}${reason === undefined ? '' : `: ${reason}`}`,
    fix: fixOf(code, target, suggestion),
  }
}

function fixOf(code: Finding['code'], target: string, suggestion: string | undefined): string {
  if (/(?:^|\/)(?:undefined|null|NaN|\[object \w+\])(?:\/|$)/.test(target)) return 'look in the template for a value that is missing.'
  if (suggestion === undefined) return code === 'link-anchor' ? 'correct what stands after the `#`, or take it away.' : 'correct the address, or take the link away.'
  return code === 'link-redirect' ? `write ${suggestion}.` : `did you mean ${suggestion}?`
}

/** `/x/, made by entry.njk (and 41 other pages)`. */
export function describePages(outputs: readonly OutputPath[], { pages }: Pick<LocateContext, 'pages'>): string {
  const [first, ...others] = outputs
  const page = first === undefined ? undefined : pages.get(first)
  const maker = page === undefined ? '' : 'template' in page ? `, made by ${basename(page.template)}` : ''
  const more = others.length === 0 ? '' : ` (and ${others.length} other page${others.length === 1 ? '' : 's'})`
  return `${page?.permalink ?? first ?? ''}${maker}${more}`
}
