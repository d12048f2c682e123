// A plan as lines of text, each read when somebody wants to see that page. Entries are told by their number.
import { isFurther, type Pages } from '../core/pages.ts'
import type { EntryId, OutputPath, PageSpec, SitemapPage } from '../core/types.ts'
import { asciiJson, writeNames } from '../util/ascii.ts'
import { parseLine } from './known-entries.ts'

type Kind = PageSpec['kind']
/** A list's page after the first is told apart, so that nobody has to read it for that. */
type Group = Kind | 'further'
type Line = Omit<PageSpec, 'kind' | 'output'> & { readonly entries?: readonly number[] }

/** How many pages of one group follow each other. */
export type Groups = readonly (readonly [Group, number])[]

export function writeGroups(pages: Pages): Groups {
  const groups: [Group, number][] = []
  for (const page of pages.values()) {
    const group = isFurther(page) ? 'further' : page.kind
    const last = groups.at(-1)
    if (last?.[0] === group) last[1]++
    else groups.push([group, 1])
  }
  return groups
}

export function* writePages(pages: Pages, numberOf: (id: EntryId) => number): Iterable<string> {
  yield writeNames(pages.keys())
  for (const page of pages.values()) yield page.kind === 'sitemap' ? '' : writePage(page, numberOf)
}

function writePage({ kind: _kind, output: _output, ...rest }: Exclude<PageSpec, SitemapPage>, numberOf: (id: EntryId) => number): string {
  return asciiJson('entries' in rest ? { ...rest, entries: rest.entries.map(numberOf) } : rest)
}

interface PagesSource {
  readonly groups: Groups
  readonly outputs: readonly OutputPath[]
  readonly lineOf: (number: number) => string
  readonly ids: readonly EntryId[]
  /** What a sitemap lists follows from all other pages. */
  readonly sitemaps: (pages: readonly PageSpec[]) => readonly PageSpec[]
}

export function readPages({ groups: runs, outputs, lineOf, ids, sitemaps }: PagesSource): Pages {
  const numbers = new Map<OutputPath, number>()
  for (const [number, output] of outputs.entries()) numbers.set(output, number)
  const groups = runs.flatMap(([group, count]) => Array<Group>(count).fill(group))
  const read = new Map<number, PageSpec>()
  const findSitemap = (output: OutputPath): PageSpec => {
    const others = outputs.flatMap((other, number) => (groups[number] === 'sitemap' ? [] : [readPage(other, number)]))
    return sitemaps(others).find((page) => page.output === output)!
  }
  const readPage = (output: OutputPath, number: number): PageSpec => {
    let page = read.get(number)
    if (page !== undefined) return page
    const group = groups[number]!
    if (group === 'sitemap') page = findSitemap(output)
    else {
      const { permalink, ...line } = parseLine<Line>(lineOf(number))
      // In the order in which they are planned, for specs are compared as texts.
      page = { kind: group === 'further' ? 'list' : group, permalink, output, ...line, ...(line.entries && { entries: line.entries.map((one) => ids[one]!) }) } as unknown as PageSpec
    }
    read.set(number, page)
    return page
  }
  const get = (output: OutputPath): PageSpec | undefined => {
    const number = numbers.get(output)
    return number === undefined ? undefined : readPage(output, number)
  }
  const filesOf = (kind: Kind): OutputPath[] => outputs.filter((_, number) => groups[number] === kind)
  return {
    size: numbers.size, get,
    has: (output) => numbers.has(output),
    keys: () => numbers.keys(),
    values: () => outputs.map(readPage).values(),
    filesOf,
    of: <Wanted extends Kind>(kind: Wanted) => filesOf(kind).map((output) => get(output)) as Extract<PageSpec, { readonly kind: Wanted }>[],
  }
}
