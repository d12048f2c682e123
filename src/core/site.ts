// Entries -> `Site`: who is published at this moment, in which order, under which terms. Pure; runs in full each time.
import type { Diagnostic } from './diagnostic.ts'
import { locate } from './diagnostic.ts'
import { makePermalink } from './permalink.ts'
import type { Collection, Settings, Taxonomy } from './settings.ts'
import { keptSlug, letterSlug, slugify, wordSlug } from './slug.ts'
import type { Entry, EntryId, HeldEntry, Site, Term } from './types.ts'

export interface SiteOptions {
  /** Show drafts as if they were published. */
  readonly drafts: boolean
  /** Show entries whose date has not come. */
  readonly future: boolean
}

export function createSite(all: readonly Entry[], settings: Settings, options: SiteOptions): { site: Site; diagnostics: Diagnostic[] } {
  const unique = dropDuplicates(all)
  const held = unique.entries.flatMap((entry) => holdReason(entry, options) ?? [])
  const heldIds = new Set(held.map(({ entry }) => entry.id))
  const published = unique.entries.filter((entry) => !heldIds.has(entry.id))
  const collections = new Map(settings.collections.map((collection) => [
    collection.name,
    published.filter((entry) => entry.collection === collection.name).sort(entryOrder(collection)),
  ]))
  const entries = [...collections.values()].flat()
  const taxonomies = settings.taxonomies.map((taxonomy) => createTaxonomy(taxonomy, entries))
  return {
    site: {
      entries, held, collections,
      byId: new Map(entries.map((entry) => [entry.id, entry])),
      taxonomies: new Map(taxonomies.map(({ name, terms }) => [name, terms])),
    },
    diagnostics: [...unique.diagnostics, ...taxonomies.flatMap(({ diagnostics }) => diagnostics)],
  }
}

/** Newest first; the undated last; ties by id, so that every machine agrees. */
export function byDate(a: Entry, b: Entry): number {
  return (b.date?.getTime() ?? -Infinity) - (a.date?.getTime() ?? -Infinity) || byId(a, b)
}

function byId(a: Entry, b: Entry): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function entryOrder({ sort }: Collection): (a: Entry, b: Entry) => number {
  if (typeof sort === 'function') return (a, b) => sort(a, b) || byId(a, b)
  if (sort === 'title') return (a, b) => compareText(a.title, b.title) || byId(a, b)
  if (sort === 'order') return (a, b) => orderOf(a) - orderOf(b) || compareText(a.title, b.title) || byId(a, b)
  return byDate
}

function orderOf(entry: Entry): number {
  return typeof entry.data['order'] === 'number' ? entry.data['order'] : Number.MAX_SAFE_INTEGER
}

function compareText(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  return x < y ? -1 : x > y ? 1 : 0
}

function holdReason(entry: Entry, options: SiteOptions): HeldEntry | undefined {
  const { publication } = entry
  switch (publication.state) {
    case 'published': return undefined
    case 'draft': return options.drafts ? undefined : { entry, reason: 'draft' }
    case 'scheduled': return options.future ? undefined : { entry, reason: 'scheduled', until: publication.from }
    case 'expired': return { entry, reason: 'expired', until: publication.since }
  }
}

function dropDuplicates(all: readonly Entry[]): { entries: Entry[]; diagnostics: Diagnostic[] } {
  const byEntryId = new Map<EntryId, Entry>()
  const diagnostics: Diagnostic[] = []
  for (const entry of all) {
    const first = byEntryId.get(entry.id)
    if (first === undefined) byEntryId.set(entry.id, entry)
    else diagnostics.push({
      severity: 'error', code: 'duplicate-id', message: `two entries have the id ${entry.id}`, at: locate(entry.origin),
      related: [{ at: locate(first.origin), note: `collection ${first.collection}` }],
      fix: `let only one source yield it${first.collection === entry.collection ? '' : `; the collections ${first.collection} and ${entry.collection} both have it`}.`,
    })
  }
  return { entries: [...byEntryId.values()], diagnostics }
}

interface TermGroup { slug: string; spellings: Map<string, Entry[]>; entries: Entry[] }

function createTaxonomy(taxonomy: Taxonomy, entries: readonly Entry[]): { name: string; terms: ReadonlyMap<string, Term>; diagnostics: Diagnostic[] } {
  const groups = new Map<string, TermGroup>()
  const slugs = new Map<string, string>()
  for (const entry of entries) {
    for (const name of entry.terms.get(taxonomy.name) ?? []) {
      let slug = slugs.get(name)
      if (slug === undefined) slugs.set(name, slug = slugify(name))
      let group = groups.get(slug)
      if (group === undefined) groups.set(slug, group = { slug, spellings: new Map(), entries: [] })
      group.entries.push(entry)
      const spelled = group.spellings.get(name)
      if (spelled) spelled.push(entry)
      else group.spellings.set(name, [entry])
    }
  }
  const diagnostics: Diagnostic[] = []
  const addresses = taxonomy.slugs === 'signs' ? new Map<string, string>() : termAddresses(taxonomy, [...groups.values()])
  const terms = [...groups.values()].map((group): Term => {
    const [name, ...others] = [...group.spellings.keys()].sort((a, b) => usesOf(group, b) - usesOf(group, a) || (a < b ? -1 : 1))
    diagnostics.push(...others.map((other) => mergedTerm(taxonomy, group, other, name ?? group.slug)))
    return {
      taxonomy: taxonomy.name, name: name ?? group.slug, slug: group.slug,
      permalink: makePermalink((taxonomy.termPath ?? `${taxonomy.path}:slug/`).replace(':slug', () => encodeURIComponent(addresses.get(group.slug) ?? group.slug))),
      entries: [...new Set(group.entries)].sort(byDate),
    }
  }).sort((a, b) => compareText(a.name, b.name) || (a.slug < b.slug ? -1 : 1))
  return { name: taxonomy.name, terms: new Map(terms.map((term) => [term.slug, term])), diagnostics }
}

/** What stands for `:slug` of each group, by its slug. Of two that want the same the one with more entries gets it; the other keeps its slug. */
function termAddresses({ slugs }: Taxonomy, groups: readonly TermGroup[]): Map<string, string> {
  const addresses = new Map<string, string>()
  const taken = new Set<string>()
  for (const group of groups.toSorted((a, b) => b.entries.length - a.entries.length || (a.slug < b.slug ? -1 : 1))) {
    const [name = group.slug] = [...group.spellings.keys()].sort((a, b) => usesOf(group, b) - usesOf(group, a) || (a < b ? -1 : 1))
    const wanted = slugs === 'kept' ? keptSlug(name) : slugs === 'words' ? wordSlug(name) : letterSlug(name)
    if (wanted === '' || taken.has(wanted.toLowerCase())) continue
    taken.add(wanted.toLowerCase())
    addresses.set(group.slug, wanted)
  }
  return addresses
}

function usesOf(group: TermGroup, spelling: string): number {
  return group.spellings.get(spelling)?.length ?? 0
}

function mergedTerm(taxonomy: Taxonomy, group: TermGroup, other: string, name: string): Diagnostic {
  const entry = group.spellings.get(other)?.[0]
  return {
    severity: 'warning', code: 'term-merged', message: `"${other}" and "${name}" in ${taxonomy.name} share the address of "${group.slug}" and were merged`,
    ...(entry && { at: locate(entry.origin, taxonomy.keys.find((key) => key in entry.data)) }),
    fix: `write "${name}" everywhere.`,
  }
}
