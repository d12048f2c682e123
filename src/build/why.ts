// Why a page is as it is, or is not there: from what the last build remembered, and from the sources as they are now.
import path from 'node:path'
import { locate, type Diagnostic, type Location } from '../core/diagnostic.ts'
import type { Entry, EntryId, HeldEntry, OutputPath, PageSpec, ReadKey } from '../core/types.ts'
import { loadSite, type LoadOptions } from './load.ts'
import { loadManifest } from './manifest.ts'
import type { PageTrace } from './traces.ts'
import { findSubject, outputOf, type Known, type Subject } from './why-subject.ts'

export interface Story {
  /** `rendered` and `reused`: by the last build. `unbuilt`: there is no such page since the last build, but there will be one. */
  readonly state: 'rendered' | 'reused' | 'unbuilt' | 'held' | 'pageless' | 'input'
  readonly output?: OutputPath
  /** What the page is: `entry`, `list` and so on. */
  readonly kind?: PageSpec['kind']
  /** Why it was rendered the last time that it was: one thing or several. */
  readonly why: readonly string[]
  /** Where a redirect leads to. */
  readonly target?: string
  /** The entry that it is the page of, or that is not published. */
  readonly entry?: EntryId
  readonly from?: Provenance
  readonly held?: Pick<HeldEntry, 'reason' | 'until'>
  /** In the order in which they were first used. */
  readonly templates: readonly string[]
  readonly reads: readonly { readonly key: ReadKey; readonly print: string }[]
  /** Other files for which the same was read. */
  readonly dependents: readonly OutputPath[]
}
export interface Provenance extends Location {
  readonly source: string
  readonly collection: string
  readonly url?: string
}
/** What was found: a story; several entries; or nothing, with all that there is, and what kept the sources from being read. */
export type Answer =
  | { readonly story: Story }
  | { readonly entries: readonly Entry[] }
  | { readonly wanted: string; readonly names: readonly string[]; readonly isBuilt: boolean; readonly problems: readonly Diagnostic[] }

/** `folder`: where the user is, for names of files. */
export async function explain(asked: string, folder: string, options: LoadOptions): Promise<Answer> {
  const { settings } = options
  const manifest = loadManifest(path.join(settings.root, '.ssg/cache'))
  const { site, pages, diagnostics } = await loadSite(options)
  return explainFrom(asked, folder, { settings, site, pages: [...pages.values()], manifest }, diagnostics)
}

/** The same for what is known already; `diagnostics`: of the sources. */
export function explainFrom(asked: string, folder: string, known: Known, diagnostics: readonly Diagnostic[]): Answer {
  const { settings, pages, manifest } = known
  const subject = findSubject(asked, folder, known)
  if (subject === undefined) {
    const names = [...new Set([...manifest?.pages.keys() ?? [], ...pages.map(({ output }) => output)])]
    return { names, wanted: outputOf(asked, settings) ?? asked, isBuilt: manifest !== undefined, problems: diagnostics.filter(({ severity }) => severity === 'error') }
  }
  return subject.kind === 'several' ? { entries: subject.entries } : { story: tellStory(subject, known) }
}

const nothing = { why: [], templates: [], reads: [], dependents: [] } as const

function tellStory(subject: Exclude<Subject, { kind: 'several' }>, known: Known): Story {
  switch (subject.kind) {
    case 'built': return tellBuilt(subject.output, known)
    case 'planned': return { state: 'unbuilt', ...nothing, ...aboutPage(subject.page, known) }
    case 'held': return { state: 'held', ...nothing, held: { reason: subject.held.reason, ...(subject.held.until && { until: subject.held.until }) }, ...aboutEntry(subject.held.entry) }
    case 'pageless': return { state: 'pageless', ...nothing, ...aboutEntry(subject.entry), dependents: readersOf(keysOf(subject.entry.id), known) }
    case 'input': return { state: 'input', ...nothing, dependents: readersOf([subject.key], known) }
  }
}

function tellBuilt(output: OutputPath, known: Known): Story {
  const { manifest, pages } = known
  const trace: PageTrace | undefined = manifest?.pages.get(output)
  const page = pages.find((one) => one.output === output)
  const about = page === undefined ? {} : aboutPage(page, known)
  const reads = trace?.reads ?? []
  return {
    state: trace?.build === manifest?.build ? 'rendered' : 'reused', ...nothing, ...about, output,
    why: trace?.why.split('\n') ?? [],
    templates: reads.filter((key) => key.startsWith('template:')).map((key) => key.slice('template:'.length)),
    reads: reads.map((key) => ({ key, print: manifest?.print(key) ?? '' })),
    dependents: about.entry === undefined ? [] : readersOf(keysOf(about.entry), known).filter((other) => other !== output),
  }
}

function aboutPage(page: PageSpec, { site }: Known): Pick<Story, 'kind' | 'output' | 'target' | 'entry' | 'from'> {
  const entry = page.kind === 'entry' ? site.byId.get(page.entry) : page.kind === 'redirect' ? site.entries.find(({ permalink }) => permalink === page.target) : undefined
  return { kind: page.kind, output: page.output, ...(page.kind === 'redirect' && { target: page.target }), ...(entry && aboutEntry(entry)) }
}

function aboutEntry({ id, origin, source, collection }: Entry): { readonly entry: EntryId; readonly from: Provenance } {
  return { entry: id, from: { ...locate(origin), source, collection, ...(origin.url !== undefined && { url: origin.url }) } }
}

function keysOf(id: EntryId): ReadKey[] {
  return [`meta:${id}`, `content:${id}`, `excerpt:${id}`]
}

function readersOf(keys: readonly ReadKey[], { manifest }: Known): OutputPath[] {
  return [...manifest?.readersOf(new Set(keys)) ?? []]
}
