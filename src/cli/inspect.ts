// `ssg check` and `ssg list`: they look at a site and write nothing.
import type { Call, Outcome } from './command.ts'
import { prepareBuild } from './build.ts'
import { exitCodeOf } from './exit-code.ts'
import { summarizeDiagnostics } from './report.ts'
import { count, table } from './report-text.ts'
import type { BuildOptions } from '../build/build.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { Entry, HeldEntry } from '../core/types.ts'
import { wallClock } from '../core/zone.ts'

export async function runCheck(call: Call): Promise<Outcome> {
  const { options, diagnostics: notes } = await prepareBuild(call)
  const { pageCount, found } = await findProblems(options)
  const diagnostics = [...notes, ...found]
  const findings = summarizeDiagnostics(diagnostics)
  return {
    text: `checked${pageCount === undefined ? '' : ` ${count(pageCount, 'page')}`}: ${findings || 'nothing found'}`,
    json: { ...(pageCount !== undefined && { pages: pageCount }), findings: diagnostics.filter(({ severity }) => severity !== 'note').length },
    diagnostics,
    exitCode: findings ? 4 : 0,
  }
}

/** What stops a build because of the content is a finding here. `pageCount` is absent if it did not get so far. */
async function findProblems(options: BuildOptions): Promise<{ pageCount?: number; found: readonly Diagnostic[] }> {
  const { build } = await import('../build/build.ts')
  try {
    const { rendered, diagnostics } = await build({ ...options, checkOnly: true })
    return { pageCount: rendered.length, found: diagnostics }
  } catch (error) {
    if (error instanceof SsgError && exitCodeOf(error.diagnostics) === 1) return { found: error.diagnostics }
    throw error
  }
}

interface Row { readonly entry: Entry; readonly held?: HeldEntry }

export async function runList(call: Call): Promise<Outcome> {
  const { flags } = call
  const { options } = await prepareBuild(call)
  const { loadSite } = await import('../build/load.ts')
  const { site, diagnostics: found } = await loadSite({ ...options, checkOnly: true })
  // Notes, as those on what was assumed, are for builds to tell.
  const diagnostics = found.filter(({ severity }) => severity !== 'note')
  const all = [...site.held.map((held): Row => ({ entry: held.entry, held })), ...site.entries.map((entry): Row => ({ entry }))]
  await checkFilters(call, options.settings, all)
  const wanted = all.filter((row) => isWanted(row, call))
  if (flags.times('next') > 0) return renderNext(wanted, options, diagnostics)
  const rows = wanted.sort(byState)
  return {
    text: rows.length === 0 ? 'no entries' : table(renderRows(rows, options.settings, flags.times('held') > 0)).join('\n'),
    json: { entries: rows.map(toJson), held: site.held.length, published: site.entries.length },
    diagnostics,
  }
}

interface Change { readonly at: Date; readonly what: 'appears' | 'disappears'; readonly row: Row }

/** What time alone will change, the next first: when a build has to run for readers to see it. */
function renderNext(rows: readonly Row[], { settings, at }: BuildOptions, diagnostics: readonly Diagnostic[]): Outcome {
  const changes = rows.flatMap((row): Change[] => [
    ...(row.held?.reason === 'scheduled' && row.held.until ? [{ at: row.held.until, what: 'appears' as const, row }] : []),
    ...(row.held?.reason !== 'draft' && row.held?.reason !== 'hook' && row.entry.expires && row.entry.expires > at ? [{ at: row.entry.expires, what: 'disappears' as const, row }] : []),
  ]).sort((a, b) => a.at.getTime() - b.at.getTime() || (a.row.entry.id < b.row.entry.id ? -1 : 1))
  const lines = changes.map(({ at: moment, what, row: { entry } }) => [moment.toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z'), `${wallClock(moment, settings.timeZone).toISOString().slice(0, 16).replace('T', ' ')} ${settings.timeZone}`, what, entry.title, entry.origin.file ?? entry.origin.label ?? entry.id])
  return {
    text: lines.length === 0 ? 'nothing appears or disappears by itself' : table([['UTC', 'HERE', '', 'TITLE', 'FROM'], ...lines]).join('\n'),
    json: { next: changes.map(({ at: moment, what, row }) => ({ at: moment, what, ...toJson(row) })) },
    diagnostics,
  }
}

/** A name that nothing has is a mistake, and not an empty list. */
async function checkFilters({ flags }: Call, settings: Settings, rows: readonly Row[]): Promise<void> {
  const known = {
    tag: rows.flatMap(({ entry }) => termsOf(entry)),
    collection: settings.collections.map(({ name }) => name),
    source: settings.collections.flatMap(({ sources }) => sources.map(({ name }) => name)),
  }
  for (const [flag, names] of Object.entries(known)) {
    const wanted = flags.text(flag)
    if (wanted === undefined || names.some((name) => isSame(name, wanted))) continue
    const { didYouMean } = await import('../util/nearest.ts')
    const meant = didYouMean(wanted, names)
    throw fail('usage-flag', `--${flag}: there is no ${flag} "${wanted}"`, { fix: meant === undefined ? `known: ${[...new Set(names)].sort().join(', ') || 'none'}.` : `did you mean "${meant}"?` })
  }
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function termsOf(entry: Entry): string[] {
  return [...entry.terms.values()].flat()
}

function isWanted({ entry, held }: Row, { flags }: Call): boolean {
  const [tag, collection, source] = [flags.text('tag'), flags.text('collection'), flags.text('source')]
  return (flags.times('held') === 0 || held !== undefined)
    && (tag === undefined || termsOf(entry).some((term) => isSame(term, tag)))
    && (collection === undefined || isSame(entry.collection, collection))
    && (source === undefined || isSame(entry.source, source))
}

const states = ['scheduled', 'draft', 'expired', 'hook', 'published']
const stateOf = ({ held }: Row): string => held?.reason ?? 'published'

/** What is held back first; within a state the newest first. */
function byState(a: Row, b: Row): number {
  return states.indexOf(stateOf(a)) - states.indexOf(stateOf(b))
    || (b.entry.date?.getTime() ?? 0) - (a.entry.date?.getTime() ?? 0)
    || (a.entry.id < b.entry.id ? -1 : 1)
}

function renderRows(rows: readonly Row[], { timeZone }: Settings, onlyHeld: boolean): string[][] {
  const day = (date: Date | undefined): string => (date ? wallClock(date, timeZone).toISOString().slice(0, 10) : '-')
  const moment = (date: Date | undefined): string => (date ? wallClock(date, timeZone).toISOString().slice(0, 16).replace('T', ' ') : '-')
  const place = ({ origin, id }: Entry): string => origin.file ?? origin.label ?? id
  if (onlyHeld) return [['REASON', 'UNTIL', 'TITLE', 'FROM'], ...rows.map(({ entry, held }) => [reasonOf(held), moment(held?.until), entry.title, place(entry)])]
  return [
    ['STATE', 'DATE', 'COLLECTION', 'TITLE', 'ADDRESS', 'FROM'],
    ...rows.map((row) => [stateOf(row), day(row.entry.date), row.entry.collection, row.entry.title, row.entry.permalink ?? '-', place(row.entry)]),
  ]
}

function reasonOf(held: HeldEntry | undefined): string {
  switch (held?.reason) {
    case 'draft': return 'draft'
    case 'scheduled': return 'scheduled for'
    case 'expired': return 'expired since'
    case 'hook': return 'held by onEntry'
    case undefined: return ''
  }
}

function toJson(row: Row): Record<string, unknown> {
  const { entry, held } = row
  return {
    id: entry.id, state: stateOf(row), until: held?.until, title: entry.title, date: entry.date, collection: entry.collection, source: entry.source,
    permalink: entry.permalink, file: entry.origin.file, from: entry.origin.label, url: entry.origin.url, terms: Object.fromEntries(entry.terms),
  }
}
