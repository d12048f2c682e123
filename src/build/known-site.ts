// The site and the plan of the last build, written down for the next process: entries without their texts, in their order and under
// their terms, and all pages. Nothing is sorted or planned again, and of entries and pages only those are read that somebody looks at.
// Used only where nothing but texts, templates and data can have changed.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { AssetFile } from '../core/plan.ts'
import type { Settings } from '../core/settings.ts'
import { planSitemap } from '../core/sitemap.ts'
import type { Entry, HeldEntry, OutputPath, Site, Term } from '../core/types.ts'
import { hasResponses, knowResponses } from '../render/queries.ts'
import { asciiJson, readNames } from '../util/ascii.ts'
import { readAsciiIfThere, writeAtomic } from '../util/fs.ts'
import { linesOf } from '../util/lines.ts'
import { noDownloads } from './downloads.ts'
import { canBeWritten, readEntries, writeColumns, writeEntry, type EntryColumns } from './known-entries.ts'
import { readPages, writeGroups, writePages, type Groups } from './known-pages.ts'
import type { LoadedSite } from './load.ts'
import { sourcesOf, type LoadedRun } from './sources.ts'

/** The first line; entries are told by their number. */
interface Header {
  readonly format: 3
  readonly stamp: string
  readonly runs: readonly { readonly count: number; readonly diagnostics: readonly Diagnostic[] }[]
  readonly assets: readonly AssetFile[]
  readonly diagnostics: readonly Diagnostic[]
  readonly columns: EntryColumns
  readonly held: readonly (readonly [entry: number, reason: HeldEntry['reason'], until: number | null])[]
  readonly collections: readonly (readonly [name: string, entries: readonly number[]])[]
  readonly taxonomies: readonly (readonly [name: string, terms: readonly KnownTerm[]])[]
  readonly hasResponses: boolean
  readonly groups: Groups
}
type KnownTerm = Omit<Term, 'taxonomy' | 'entries'> & { readonly entries: readonly number[] }

const fileIn = (folder: string): string => path.join(folder, 'site.txt')
const contentFolder = ({ content }: Settings): string => `${content}/`

/** Gives what to ask for it by; `undefined`: such a site cannot be written down. */
export function saveSite(folder: string, { site, pages, runs, assets, diagnostics, downloads }: LoadedSite, settings: Settings): string | undefined {
  if (!canBeKnown(settings) || site.parts !== undefined || downloads.assets.length > 0 || runs.some(({ source, entries }) => source.loadFile === undefined || !entries.every(canBeWritten))) return undefined
  const entries = runs.flatMap((run) => run.entries)
  const numbers = new Map(entries.map(({ id }, i) => [id, i]))
  const numberOf = (id: Entry['id']): number => numbers.get(id)!
  const numbersOf = (list: readonly Entry[]): number[] => list.map(({ id }) => numberOf(id))
  const header: Header = {
    format: 3, stamp: randomUUID(), assets, diagnostics, hasResponses: hasResponses(site), groups: writeGroups(pages),
    runs: runs.map((run) => ({ count: run.entries.length, diagnostics: run.diagnostics })),
    columns: writeColumns(entries, contentFolder(settings)),
    held: site.held.map(({ entry, reason, until }) => [numberOf(entry.id), reason, until?.getTime() ?? null]),
    collections: [...site.collections].map(([name, list]) => [name, numbersOf(list)]),
    taxonomies: [...site.taxonomies].map(([name, terms]) => [name, [...terms.values()].map(({ taxonomy: _, entries: list, ...term }) => ({ ...term, entries: numbersOf(list) }))]),
  }
  writeAtomic(fileIn(folder), [asciiJson(header), ...entries.map(writeEntry), ...writePages(pages, numberOf)].map((line) => `${line}\n`))
  return header.stamp
}

/** `undefined`: it is not there, or another one. */
export function readSite(folder: string, stamp: string, settings: Settings): LoadedSite | undefined {
  const lines = linesOf(readAsciiIfThere(fileIn(folder)) ?? '')
  const known = parse(lines.at(0))
  const sources = sourcesOf(settings)
  // What was cut off ends without the end of its last line.
  if (known?.stamp !== stamp || known.runs.length !== sources.length || lines.count !== known.columns.ids.length + known.groups.reduce((sum, [, count]) => sum + count, 3)) return undefined
  const { columns: { ids }, runs, groups, assets, diagnostics } = known
  const entries = readEntries(known.columns, (number) => lines.at(1 + number), contentFolder(settings))
  const site = siteOf(known, entries)
  let end = 0
  return {
    site, assets, diagnostics, downloads: noDownloads, notes: [], sources: [],
    runs: runs.map(({ count, diagnostics: told }, i): LoadedRun => ({
      source: sources[i]!, diagnostics: told, entries: entries.slice(end, end += count), parts: [], notes: [],
      summary: { name: sources[i]!.name, state: 'local', entries: count, quarantined: 0, requests: 0 },
    })),
    pages: readPages({
      groups, ids, outputs: readNames(lines.at(1 + ids.length)) as OutputPath[], lineOf: (number) => lines.at(2 + ids.length + number),
      sitemaps: (pages) => planSitemap(pages, site, settings),
    }),
  }
}

function siteOf({ held, collections, taxonomies, hasResponses: responds }: Header, all: readonly Entry[]): Site {
  const entriesOf = (numbers: readonly number[]): Entry[] => numbers.map((number) => all[number]!)
  const lists = new Map(collections.map(([name, numbers]) => [name, entriesOf(numbers)]))
  const entries = [...lists.values()].flat()
  const site: Site = {
    entries, collections: lists,
    held: held.map(([number, reason, until]) => ({ entry: all[number]!, reason, ...(until !== null && { until: new Date(until) }) })),
    byId: new Map(entries.map((entry) => [entry.id, entry])),
    taxonomies: new Map(taxonomies.map(([taxonomy, terms]) => [taxonomy, new Map(terms.map((term) => [term.slug, { ...term, taxonomy, entries: entriesOf(term.entries) }]))])),
  }
  knowResponses(site, responds)
  return site
}

function parse(line: string): Header | undefined {
  try {
    const known = JSON.parse(line) as Header
    return known.format === 3 ? known : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Functions of the config may look at all of an entry. */
function canBeKnown({ onEntry, planners, queries, collections }: Settings): boolean {
  return onEntry === undefined && planners.length === 0 && Object.keys(queries).length === 0 && !collections.some(({ sort }) => typeof sort === 'function')
}
