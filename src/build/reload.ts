// After a build, the next one in short: where only files changed that were there before, all that did not come from them is taken
// over. Whatever cannot be told apart for sure is left to loadSite.
import path from 'node:path'
import type { Settings } from '../core/settings.ts'
import type { Entry, OutputPath, Source } from '../core/types.ts'
import { pathIn } from '../util/fs.ts'
import { plainText } from '../util/plain-text.ts'
import type { Watcher } from './unchanged.ts'
import { entriesOn } from './check-locate.ts'
import { fileOf } from './known-entries.ts'
import { organise, type LoadedSite, type LoadOptions } from './load.ts'
import { loadFile, type LoadedRun } from './sources.ts'

/** The last build, and what changed since then. */
export interface Since {
  readonly last: Pick<NonNullable<Watcher['since']>['last'], 'loaded' | 'isRemembered'>
  readonly changed: readonly string[]
}

/** `unclean`: pages with which something is wrong. `undefined`: everything must be loaded. */
export async function reloadSite({ last: { loaded, isRemembered }, changed: apparent }: Since, unclean: ReadonlySet<OutputPath>, options: LoadOptions): Promise<LoadedSite | undefined> {
  const { settings } = options
  const last = loaded()
  if (last === undefined) return undefined
  // What is wrong with a page is told by the line of its text.
  const changed = isRemembered ? apparent : [...new Set([...apparent, ...filesOn(unclean, last, settings)])]
  if (last.runs.some(({ source }) => source.loadFile === undefined && changed.some((file) => mayRead(source, file, settings)))) return undefined
  const files = new Map(changed.map((file) => [pathIn(settings.root, file), file]))
  const edited = new Map<Entry, Entry>()
  for (const run of last.runs) {
    const before = [...files.keys()].flatMap((name) => entriesOf(run).get(name) ?? [])
    const after = await readFiles(run, new Set(before.map(({ origin }) => origin.file!)), files, options)
    if (after === undefined || after.length !== before.length) return undefined
    const byId = new Map(after.map((entry) => [entry.id, entry]))
    for (const entry of before) {
      const now = byId.get(entry.id)
      if (now === undefined) return undefined
      edited.set(entry, now)
    }
  }
  const claimed = new Set([...edited.keys()].map(({ origin }) => origin.file))
  if ([...files].some(([name, file]) => !claimed.has(name) && !isForPages(file, settings))) return undefined
  const organiseAnew = (): LoadedSite => organise(last.runs.map((run) => ({ ...run, entries: run.entries.map((entry) => edited.get(entry) ?? entry) })), options, last.downloads)
  if (!isSameSite(edited, settings)) return isRemembered ? organiseAnew() : undefined
  const ids = new Set([...edited.keys()].map(({ id }) => id))
  // What a query of the config gave to templates cannot be changed any more.
  if ([...edited.keys()].some((entry) => Object.isFrozen(entry))) return { ...organiseAnew(), edited: ids }
  for (const [entry, { body, origin }] of edited) Object.assign(entry, { body, origin })
  return { ...last, edited: ids, notes: [] }
}

/** By file; made once for each run, for what changes in place stays in its file. */
function entriesOf({ entries }: LoadedRun): ReadonlyMap<string, readonly Entry[]> {
  let known = byFile.get(entries)
  if (known === undefined) {
    const lists = new Map<string, Entry[]>()
    for (const entry of entries) {
      const file = fileOf(entry)
      if (file !== undefined) lists.set(file, [...lists.get(file) ?? [], entry])
    }
    byFile.set(entries, known = lists)
  }
  return known
}
const byFile = new WeakMap<readonly Entry[], ReadonlyMap<string, readonly Entry[]>>()

function filesOn(outputs: ReadonlySet<OutputPath>, { site, pages }: LoadedSite, { root }: Settings): string[] {
  if (outputs.size === 0) return []
  const shown = [...outputs].flatMap((output) => entriesOn(pages.get(output), site))
  return shown.flatMap(({ origin: { file } }) => (file === undefined ? [] : [path.join(root, file)]))
}

/** What some files give now; `undefined`: there is something to be told of them, or was. */
async function readFiles({ source, diagnostics }: LoadedRun, names: ReadonlySet<string>, files: ReadonlyMap<string, string>, options: LoadOptions): Promise<Entry[] | undefined> {
  if (diagnostics.some(({ at, related = [] }) => [at, ...related.map((one) => one.at)].some((place) => place !== undefined && names.has(place.file)))) return undefined
  const entries: Entry[] = []
  for (const name of names) {
    const run = await loadFile(source, files.get(name)!, options)
    if (run.diagnostics.length > 0) return undefined
    entries.push(...run.entries)
  }
  return entries
}

/** Whether all entries are as they were but for their texts, and nothing of the config can have looked at these. */
function isSameSite(edited: ReadonlyMap<Entry, Entry>, { onEntry, planners, collections }: Settings): boolean {
  if (edited.size > 0 && (onEntry !== undefined || planners.length > 0 || collections.some(({ sort }) => typeof sort === 'function'))) return false
  return [...edited].every(([before, now]) => aboutText(before) === aboutText(now))
}

function aboutText({ origin: { file, line, bodyLine, label, url }, body, ...rest }: Entry): string {
  return plainText([Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)), file, line, bodyLine, label, url, body.kind])
}

/** Whether a source may read a file: it may read all of the content folder, and what it says. */
function mayRead({ reads = [] }: Source, file: string, { root, content }: Settings): boolean {
  return [content, ...reads].some((name) => isAtOrBelow(path.resolve(root, name), file))
}

/** Whether nothing but pages reads a file: a template, or a data file. */
export function isForPages(file: string, { root, content, templates }: Settings): boolean {
  const folder = path.join(root, templates.folder)
  return isAtOrBelow(path.join(root, content, '_data'), file) || (isAtOrBelow(folder, file) && !isAtOrBelow(path.join(folder, 'static'), file))
}

function isAtOrBelow(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder + path.sep)
}
