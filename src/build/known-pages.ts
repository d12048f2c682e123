// A plan as lines of text, each read when somebody wants to see that page. Entries are told by their number.
import { isFurther, type Pages } from '../core/pages.ts'
import type { EntryId, OutputPath, PageSpec, SitemapPage } from '../core/types.ts'
import { toAscii } from '../util/ascii.ts'
import { parseLine } from './known-entries.ts'

type Kind = PageSpec['kind']
/** A list's page after the first is told apart, so that nobody has to read it for that. */
type Group = Kind | 'further'
type Line = Omit<PageSpec, 'kind' | 'output'> & { readonly entries?: readonly number[] }

export function writePages(pages: Pages, numberOf: (id: EntryId) => number): string[] {
  return [...pages.values()].map((page) => {
    const group: Group = isFurther(page) ? 'further' : page.kind
    return toAscii(`${group}\t${JSON.stringify(page.output)}\t${page.kind === 'sitemap' ? '' : writePage(page, numberOf)}`)
  })
}

function writePage({ kind: _kind, output: _output, ...rest }: Exclude<PageSpec, SitemapPage>, numberOf: (id: EntryId) => number): string {
  return JSON.stringify('entries' in rest ? { ...rest, entries: rest.entries.map(numberOf) } : rest)
}

/** What a sitemap lists follows from all other pages. */
interface PagesSource {
  readonly lines: readonly string[]
  readonly ids: readonly EntryId[]
  /** Makes those sitemaps anew that the plan has. */
  readonly sitemaps: (pages: readonly PageSpec[]) => readonly PageSpec[]
}

export function readPages({ lines, ids, sitemaps }: PagesSource): Pages {
  const numbers = new Map<OutputPath, number>()
  const groups: Group[] = []
  const starts: number[] = []
  for (const line of lines) {
    const first = line.indexOf('\t')
    const second = line.indexOf('\t', first + 1)
    const quoted = line.slice(first + 1, second)
    numbers.set((quoted.includes('\\') ? parseLine(quoted) : quoted.slice(1, -1)) as OutputPath, groups.length)
    groups.push(line.slice(0, first) as Group)
    starts.push(second + 1)
  }
  const read = new Map<number, PageSpec>()
  const findSitemap = (output: OutputPath): PageSpec => {
    const others = [...numbers].flatMap(([other, number]) => (groups[number] === 'sitemap' ? [] : [readPage(other, number)]))
    return sitemaps(others).find((page) => page.output === output)!
  }
  const readPage = (output: OutputPath, number: number): PageSpec => {
    let page = read.get(number)
    if (page !== undefined) return page
    const group = groups[number]!
    if (group === 'sitemap') page = findSitemap(output)
    else {
      const line = parseLine<Line>(lines[number]!.slice(starts[number]))
      page = { kind: group === 'further' ? 'list' : group, output, ...line, ...(line.entries && { entries: line.entries.map((one) => ids[one]!) }) } as unknown as PageSpec
    }
    read.set(number, page)
    return page
  }
  const get = (output: OutputPath): PageSpec | undefined => {
    const number = numbers.get(output)
    return number === undefined ? undefined : readPage(output, number)
  }
  const filesOf = (kind: Kind): OutputPath[] => [...numbers].flatMap(([output, number]) => (groups[number] === kind ? [output] : []))
  return {
    size: lines.length, get,
    has: (output) => numbers.has(output),
    keys: () => numbers.keys(),
    values: () => [...numbers].map(([output, number]) => readPage(output, number)).values(),
    filesOf,
    of: <Wanted extends Kind>(kind: Wanted) => filesOf(kind).map((output) => get(output)) as Extract<PageSpec, { readonly kind: Wanted }>[],
  }
}
