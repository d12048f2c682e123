// From sources to the plan: everything that is pure and runs in full in every build.
import fs from 'node:fs'
import path from 'node:path'
import { fail, locate, messageOf, type Diagnostic } from '../core/diagnostic.ts'
import { textsOf } from '../core/entry.ts'
import { pagesOf, type Pages } from '../core/pages.ts'
import { planPages, type AssetFile } from '../core/plan.ts'
import { timed } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import { createSite, type SiteOptions } from '../core/site.ts'
import type { Entry, EntryId, HeldEntry, Site } from '../core/types.ts'
import { checkContract } from '../core/url-lock.ts'
import { isInside } from '../util/fs.ts'
import { findAssets } from './assets.ts'
import { readLock } from './contract.ts'
import { downloadFiles, noDownloads, type Downloads } from './downloads.ts'
import { loadRun, openSources, type LoadedRun, type OpenedSources, type SourcesOptions, type SourceSummary } from './sources.ts'

export type LoadOptions = SiteOptions & SourcesOptions

export interface LoadedSite {
  readonly site: Site
  readonly pages: Pages
  readonly diagnostics: readonly Diagnostic[]
  /** What each source gave, in order. */
  readonly runs: readonly LoadedRun[]
  /** The files to be copied. */
  readonly assets: readonly AssetFile[]
  /** Nothing differs from the last build but the texts of these entries. Absent: anything may. */
  readonly edited?: ReadonlySet<EntryId>
  /** What is to be said of this run and not of the site. */
  readonly notes: readonly Diagnostic[]
  readonly sources: readonly SourceSummary[]
  readonly downloads: Downloads
}

/** Loads what `opened` holds, and makes a site of it. */
export async function loadSite(options: LoadOptions, opened?: OpenedSources): Promise<LoadedSite> {
  const { list } = opened ?? await openSources(options)
  const runs = await Promise.all(list.map((source) => loadRun(source, options)))
  if (options.signal.aborted) throw fail('interrupted', 'the build was stopped; the output is as it was')
  const site = organise(runs, options)
  const downloads = await downloadFiles(site.site, options)
  return downloads === noDownloads ? site : organise(runs, options, downloads)
}

/** From all entries to the plan. */
export function organise(runs: readonly LoadedRun[], options: LoadOptions, downloads: Downloads = noDownloads): LoadedSite {
  const { settings, profiler } = options
  const entries = runs.flatMap((run) => run.entries)
  const loading = runs.flatMap(({ diagnostics }) => diagnostics)
  const lock = readLock(settings.root)
  const hooked = timed(settings.onEntry && profiler, { activity: 'own', name: 'onEntry' }, () => applyHook(entries, settings))
  const organised = timed(profiler, { activity: 'sources', name: 'sort' }, () => createSite(hooked.entries, settings, options))
  const site: Site = { ...organised.site, held: sortHeld([...organised.site.held, ...hooked.held]), ...textsOf(organised.site.entries, runs.flatMap(({ parts }) => parts)) }
  const found = findAssets(settings, entries, site.entries)
  // A file whose source failed has been told of.
  const told = new Set(loading.map(({ at }) => at?.file))
  const hasErrors = loading.some(({ severity }) => severity === 'error')
  const assetProblems = found.diagnostics.filter(({ code, at }) => !told.has(at?.file) && !(hasErrors && code === 'file-unclaimed'))
  const plan = timed(profiler, { activity: 'sources', name: 'plan' }, () => planPages(site, settings, [...found.assets, ...downloads.assets]))
  return {
    site, pages: pagesOf(plan.pages), runs, assets: found.assets, downloads, notes: runs.flatMap(({ notes }) => notes), sources: runs.flatMap(({ summary }) => (summary.state === 'local' && summary.quarantined === 0 ? [] : [summary])),
    diagnostics: [...loading, ...hooked.diagnostics, ...organised.diagnostics, ...assetProblems, ...downloads.diagnostics, ...plan.diagnostics, ...(lock === undefined || hasErrors ? [] : checkContract(lock, site, plan.pages, settings))],
  }
}

/** `onEntry` of site.config: may change an entry or hold it back. */
function applyHook(entries: readonly Entry[], { onEntry, configFile }: Settings): { entries: Entry[]; held: HeldEntry[]; diagnostics: Diagnostic[] } {
  if (onEntry === undefined) return { entries: [...entries], held: [], diagnostics: [] }
  const kept: Entry[] = [], held: HeldEntry[] = [], diagnostics: Diagnostic[] = []
  for (const entry of entries) {
    try {
      const changed = onEntry(entry)
      if (changed === undefined) held.push({ entry, reason: 'hook' })
      else if (typeof changed === 'object' && changed !== null && changed.id === entry.id) kept.push(changed)
      else throw new Error('it returned neither the entry nor undefined')
    } catch (error) {
      diagnostics.push({
        severity: 'error', code: 'hook-failed', message: `onEntry failed on ${entry.id}: ${messageOf(error)}`, at: locate(entry.origin),
        ...(configFile !== undefined && { related: [{ at: { file: configFile }, note: 'onEntry' }] }), fix: 'return the entry, changed or not, or undefined to hold it back.',
      })
    }
  }
  return { entries: kept, held, diagnostics }
}

function sortHeld(held: readonly HeldEntry[]): HeldEntry[] {
  return [...held].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1))
}

function staysInside(folder: string, name: string): boolean {
  const link = path.join(folder, name)
  return fs.existsSync(link) && isInside(fs.realpathSync(folder), fs.realpathSync(link))
}

/** Values of the files in `_data` below the content folder, by name without ending; folders are maps. */
export async function loadData(settings: Settings): Promise<{ data: Map<string, unknown>; diagnostics: Diagnostic[] }> {
  const folder = path.join(settings.root, settings.content, '_data')
  const data = new Map<string, unknown>()
  const diagnostics: Diagnostic[] = []
  if (!fs.existsSync(folder)) return { data, diagnostics }
  const { readDataFile } = await import('../sources/data.ts')
  for (const name of fs.readdirSync(folder).sort()) {
    const match = /^([^.].*)\.(?:json|ya?ml|toml|csv)$/.exec(name)
    if (match?.[1] === undefined) continue
    const file = `${settings.content}/_data/${name}`
    if (fs.lstatSync(path.join(folder, name)).isSymbolicLink() && !staysInside(folder, name)) {
      diagnostics.push({ severity: 'error', code: 'file-kind', message: `${file} is a link that leads nowhere or out of the folder`, at: { file }, fix: 'copy what it leads to into the folder, or remove the link.' })
      continue
    }
    const read = await readDataFile(path.join(folder, name), file)
    diagnostics.push(...read.diagnostics)
    data.set(match[1], read.value)
  }
  return { data, diagnostics }
}
