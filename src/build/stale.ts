// Whether a page must be rendered: the whole of the incremental build in one comparison. A page is as it was if its spec, all
// that it read, and its file are as they were.
import type { EntryId, OutputPath, PageSpec, ReadKey } from '../core/types.ts'
import { digest } from '../util/hash.ts'
import type { Cache } from './cache.ts'
import type { PageTrace } from './traces.ts'
import type { OutputFolder } from './output.ts'
import { explainChange, unknown, type Prints } from './prints.ts'

const longest = 200
const mostReasons = 20

/** A spec as text that is equal exactly when the spec is; without the place of the site on this machine. */
export function specText(page: PageSpec, root: string): string {
  const text = JSON.stringify(page).replaceAll(root, '')
  return text.length > longest ? digest(text) : text
}

/** Keys behind which something else is now, where nothing changed but texts of entries, templates and data. */
export function findChanged(edited: ReadonlySet<EntryId>, cache: Cache, prints: Prints): Set<ReadKey> {
  const changed = new Set<ReadKey>()
  for (const id of edited) for (const key of [`content:${id}`, `excerpt:${id}`] as const) if (cache.print(key) !== undefined && prints(key) !== cache.print(key)) changed.add(key)
  for (const key of cache.looseKeys()) if (cache.print(key) === unknown || prints(key) !== cache.print(key)) changed.add(key)
  return changed
}
const mayChangeAlone = /^(?:template:|data:|query:own:)/

/** What changed in each of them, as it is told of the pages that read it. */
export function createExplainer(changed: ReadonlySet<ReadKey>, cache: Cache, prints: Prints): (reads: readonly ReadKey[]) => string {
  // By the time somebody asks, the last build may be this one.
  const explained = new Map([...changed].map((key) => [key, explainChange(key, cache.print(key), prints(key))]))
  return (reads) => reads.flatMap((key) => explained.get(key) ?? []).slice(0, mostReasons).join('\n')
}

/** Whether what is behind a key may change although no entry does, or cannot be compared. */
export function isLoose(key: ReadKey, print: string | undefined): boolean {
  return mayChangeAlone.test(key) || print === unknown
}

/** Whether a key stands for something made of entries but their texts, and of the config. */
export function isMadeOfSite(key: ReadKey): boolean {
  return !/^(?:content|excerpt):/.test(key) && !mayChangeAlone.test(key)
}

/** Why a page cannot be taken over from the last build, a line for each read that changed; or the look of its file, if it can. */
export function judgePage(output: OutputPath, spec: string, { cache, prints, folder }: { cache: Cache; prints: Prints; folder: OutputFolder }): { readonly stale: string } | { readonly look: string } {
  const trace = cache.page(output)
  if (trace === undefined) return { stale: cache.whyEmpty ?? 'the page is new' }
  if (trace.spec !== spec) return { stale: 'its place in the plan changed' }
  const changed = trace.reads.filter((key) => prints(key) !== cache.print(key) || prints(key) === unknown)
  if (changed.length > 0) return { stale: changed.slice(0, mostReasons).map((key) => explainChange(key, cache.print(key), prints(key))).join('\n') }
  const look = lookIfSame(output, trace, folder)
  return look === undefined ? { stale: 'its file is missing or was changed' } : { look }
}

function lookIfSame(output: OutputPath, trace: PageTrace, folder: OutputFolder): string | undefined {
  const look = folder.look(output)
  if (look === undefined || look === trace.stat) return look
  const bytes = folder.read(output)
  return bytes !== undefined && digest(bytes) === trace.digest ? look : undefined
}
