// The site of the last build, written down for the next process: entries without their texts, and the files to be copied. Used only
// where nothing but texts can have changed; whoever asks for a text all the same gets `NotLoaded`, and everything is loaded anew.
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { planPages, type AssetFile } from '../core/plan.ts'
import type { Settings } from '../core/settings.ts'
import { createSite, type SiteOptions } from '../core/site.ts'
import type { Entry, EntryId, Origin, Publication } from '../core/types.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import { noDownloads } from './downloads.ts'
import type { LoadedSite } from './load.ts'
import { sourcesOf, type LoadedRun } from './sources.ts'

export class NotLoaded extends Error {}

/** An entry as plain data: dates in ms since 1970. */
interface KnownEntry extends Omit<Entry, 'body' | 'publication' | 'date' | 'updated' | 'expires' | 'terms'> {
  readonly kind: Entry['body']['kind']
  readonly state: Publication['state']
  readonly since?: number
  readonly date?: number
  readonly updated?: number
  readonly expires?: number
  readonly terms: readonly (readonly [string, readonly string[]])[]
}
interface KnownSite {
  readonly format: 1
  readonly stamp: string
  readonly runs: readonly { readonly entries: readonly KnownEntry[]; readonly diagnostics: readonly Diagnostic[] }[]
  readonly assets: readonly AssetFile[]
  readonly diagnostics: readonly Diagnostic[]
}

const fileOf = (folder: string): string => path.join(folder, 'site.json')

/** Gives what to ask for it by; `undefined`: such a site cannot be written down. */
export function saveSite(folder: string, { site, runs, assets, diagnostics, downloads }: LoadedSite, settings: Settings): string | undefined {
  if (!canBeKnown(settings) || site.parts !== undefined || downloads.assets.length > 0 || runs.some(({ source, entries }) => source.loadFile === undefined || !entries.every(({ data }) => isPlainData(data)))) return undefined
  const known: KnownSite = { format: 1, stamp: randomUUID(), assets, diagnostics, runs: runs.map((run) => ({ diagnostics: run.diagnostics, entries: run.entries.map(writeEntry) })) }
  writeAtomic(fileOf(folder), JSON.stringify(known))
  return known.stamp
}

/** `undefined`: it is not there, or another one. */
export function readSite(folder: string, stamp: string, settings: Settings, options: SiteOptions): LoadedSite | undefined {
  const known = parse(readIfThere(fileOf(folder)) ?? '')
  const sources = sourcesOf(settings)
  if (known?.stamp !== stamp || known.runs.length !== sources.length) return undefined
  const runs = known.runs.map(({ entries, diagnostics }, i): LoadedRun => ({
    source: sources[i]!, diagnostics, entries: entries.map(readEntry), parts: [], notes: [],
    summary: { name: sources[i]!.name, state: 'local', entries: entries.length, quarantined: 0, requests: 0 },
  }))
  const { site } = createSite(runs.flatMap(({ entries }) => entries), settings, options)
  return { site, runs, assets: known.assets, pages: planPages(site, settings, known.assets).pages, diagnostics: known.diagnostics, downloads: noDownloads, notes: [], sources: [] }
}

function parse(text: string): KnownSite | undefined {
  try {
    const known = JSON.parse(text) as KnownSite
    return known.format === 1 ? known : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Functions of the config may look at all of an entry. */
function canBeKnown({ onEntry, planners, queries, collections }: Settings): boolean {
  return onEntry === undefined && planners.length === 0 && Object.keys(queries).length === 0 && !collections.some(({ sort }) => typeof sort === 'function')
}

/** Whether JSON and `withoutPrototype` give back the same: lists, and maps without a prototype. */
function isPlainData(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return (Array.isArray(value) || Object.getPrototypeOf(value) === null) && Object.values(value).every(isPlainData)
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0))
}

function writeEntry({ body, publication, date, updated, expires, terms, origin, ...rest }: Entry): KnownEntry {
  const { file, line, bodyLine, label, url } = origin
  const since = publication.state === 'scheduled' ? publication.from : publication.state === 'expired' ? publication.since : undefined
  return {
    ...rest, kind: body.kind, terms: [...terms], state: publication.state,
    origin: { ...(file !== undefined && { file }), ...(line !== undefined && { line }), ...(bodyLine !== undefined && { bodyLine }), ...(label !== undefined && { label }), ...(url !== undefined && { url }) },
    ...(since && { since: since.getTime() }), ...(date && { date: date.getTime() }), ...(updated && { updated: updated.getTime() }), ...(expires && { expires: expires.getTime() }),
  }
}

const missing = (): never => { throw new NotLoaded('the text of an entry was not loaded') }
const unlocated = { get locate() { return missing() } }
const bodies: Readonly<Record<Entry['body']['kind'], Entry['body']>> = {
  markdown: { kind: 'markdown', get text() { return missing() } }, html: { kind: 'html', get text() { return missing() } }, text: { kind: 'text', get text() { return missing() } },
}

function readEntry({ kind, state, since, date, updated, expires, terms, origin, id, ...rest }: KnownEntry): Entry {
  return {
    ...rest, id: id as EntryId, terms: new Map(terms), publication: readPublication(state, since),
    origin: Object.assign(Object.create(unlocated) as Origin, origin), body: bodies[kind],
    ...(date !== undefined && { date: new Date(date) }), ...(updated !== undefined && { updated: new Date(updated) }), ...(expires !== undefined && { expires: new Date(expires) }),
    data: withoutPrototype(rest.data),
  }
}

function withoutPrototype<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutPrototype) as T
  const copy = Object.create(null) as Record<string, unknown>
  for (const [key, one] of Object.entries(value)) copy[key] = withoutPrototype(one)
  return copy as T
}

function readPublication(state: Publication['state'], since = 0): Publication {
  switch (state) {
    case 'published': case 'draft': return { state }
    case 'scheduled': return { state, from: new Date(since) }
    case 'expired': return { state, since: new Date(since) }
  }
}
