// What the last build knew: for each page what it read and how that looked, for each body what it was made from. Only this file
// knows how that is written down: a base, and a journal of the few rows that small builds changed since. A manifest that cannot
// be read, or that another version wrote, is no manifest.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import { createRows, type Rows } from './rows.ts'
import type { StoreRef } from './store.ts'

/** A body, and all that it was made from. */
export interface BodyTrace {
  /** Of the text and of what else the entry itself gives. */
  readonly key: Digest
  /** Links and pictures that were looked up, and the answers. */
  readonly lookups: readonly (readonly [kind: 'link' | 'size', asked: string, answer: string])[]
  readonly content: Digest
  readonly excerpt: Digest
  readonly stored: StoreRef
  readonly diagnostics: readonly Diagnostic[]
}

/** A page, and all that it was made from. */
export interface PageTrace {
  /** The spec, or the digest of a long one. */
  readonly spec: string
  readonly reads: readonly ReadKey[]
  readonly digest: Digest
  /** How the file looked when it was written: it need not be read again while it looks the same. */
  readonly stat: string
  /** What the checks want to know of it; absent: nothing. */
  readonly facts?: StoreRef
  /** Why it was rendered the last time; a line for each read that had changed. */
  readonly why: string
  /** The number of the build that rendered it. */
  readonly build: number
}

/** Of one build. */
export interface Manifest {
  /** Of this program, the config and the settings: all that every page depends on. */
  readonly code: Digest
  readonly outFolder: string
  /** How many builds it has taken up. */
  readonly build: number
  readonly bodies: Pick<Rows<EntryId, BodyTrace>, 'get' | 'keys' | 'size'>
  readonly pages: Pick<Rows<OutputPath, PageTrace>, 'get' | 'has' | 'keys' | 'size'>
  /** All that pages read. */
  readonly keys: readonly ReadKey[]
  print(key: ReadKey): string | undefined
  readersOf(keys: ReadonlySet<ReadKey>): Set<OutputPath>
  /** Pages with which the checks found something wrong. */
  readonly unclean: ReadonlySet<OutputPath>
  /** Entries with whose bodies something is wrong. */
  readonly noted: ReadonlySet<EntryId>
}

/** What a build has to be remembered of. */
export interface Built {
  readonly outputs: ReadonlySet<OutputPath>
  readonly entries: ReadonlySet<EntryId>
  /** Pages and bodies that are not as the last manifest has them. */
  readonly pages: ReadonlyMap<OutputPath, PageTrace>
  readonly bodies: ReadonlyMap<EntryId, BodyTrace>
  readonly unclean: ReadonlySet<OutputPath>
  readonly noted: ReadonlySet<EntryId>
  readonly prints: (key: ReadKey) => string
}

/** A manifest that takes up one build after the other. */
export interface OpenManifest extends Manifest {
  /** Another one after each build. */
  readonly version: string
  /** Bytes of the store that it refers to. */
  readonly liveBytes: number
  /** Forgets the pages: they are of another output folder. */
  moveTo(outFolder: string): void
  /** In full or not at all; writes as little as it can. */
  save(built: Built): void
}

const format = 4
/** Journals longer than this part of the base are written into it. */
const longestJournal = 0.25

interface Header { readonly format: number; readonly id: string; readonly build: number; readonly code: Digest; readonly outFolder: string; readonly unclean: readonly OutputPath[]; readonly noted: readonly EntryId[]; readonly live: number; readonly counts: readonly [keys: number, bodies: number, pages: number] }
interface JournalLine { readonly id: string; readonly build: number; readonly keys: readonly (readonly [number, ReadKey, string])[]; readonly bodies: readonly (readonly [EntryId, string])[]; readonly pages: readonly (readonly [OutputPath, string])[]; readonly unclean: readonly OutputPath[]; readonly noted: readonly EntryId[] }

const baseOf = (folder: string): string => path.join(folder, 'manifest.txt')
const journalOf = (folder: string): string => path.join(folder, 'journal.txt')

/** `undefined`: there is none that can be read. */
export function loadManifest(folder: string): OpenManifest | undefined {
  const text = readIfThere(baseOf(folder))
  if (text === undefined) return undefined
  try {
    const end = text.indexOf('\n')
    const header = JSON.parse(text.slice(0, end)) as Header
    if (header.format !== format) return undefined
    const lines = text.slice(end + 1).split('\n')
    const [keys, bodies, pages] = header.counts
    return lines.length === keys + bodies + pages + 1 ? open(folder, header, lines, { base: text.length, journal: readIfThere(journalOf(folder)) ?? '' }) : undefined
  } catch (error) {
    // Cut off, or not ours: a full build follows, and writes it anew.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

export function createManifest(folder: string, code: Digest, outFolder: string): OpenManifest {
  return open(folder, { format, id: '', build: 0, code, outFolder, unclean: [], noted: [], live: 0, counts: [0, 0, 0] }, [''], { base: 0, journal: '' })
}

export function removeManifest(folder: string): void {
  for (const file of [baseOf(folder), journalOf(folder)]) fs.rmSync(file, { force: true })
}

function open(folder: string, header: Header, lines: readonly string[], texts: { readonly base: number; readonly journal: string }): OpenManifest {
  const [keyCount, bodyCount] = header.counts
  const prints = createRows<ReadKey, string>(lines.slice(0, keyCount), { write: JSON.stringify, parse: (text) => JSON.parse(text) as string })
  const keys = [...prints.keys()]
  const indexes = new Map(keys.map((key, i) => [key, i]))
  const indexOf = (key: ReadKey): number => {
    let index = indexes.get(key)
    if (index === undefined) indexes.set(key, index = keys.push(key) - 1)
    return index
  }
  const bodies = createRows<EntryId, BodyTrace>(lines.slice(keyCount, keyCount + bodyCount), bodyForm)
  const pages = createRows<OutputPath, PageTrace>(lines.slice(keyCount + bodyCount, -1), pageForm(keys, indexOf))
  let unclean: ReadonlySet<OutputPath> = new Set(header.unclean)
  let noted: ReadonlySet<EntryId> = new Set(header.noted)
  let { id, build, live, outFolder } = header
  let sizes = { base: texts.base, journal: texts.journal.length }
  let isWhole = true

  for (const line of texts.journal.split('\n').slice(0, -1)) {
    const added = parseLine(line)
    isWhole &&= added?.id === id
    if (!isWhole || added === undefined) break
    for (const [index, key, print] of added.keys) {
      if (indexOf(key) !== index) throw new TypeError('the journal is not of this manifest')
      prints.set(key, print)
    }
    for (const [entry, text] of added.bodies) put(bodies, entry, bodyForm.parse(text))
    for (const [output, text] of added.pages) put(pages, output, pageForm(keys, indexOf).parse(text))
    build = added.build
    unclean = new Set(added.unclean)
    noted = new Set(added.noted)
  }
  isWhole &&= texts.journal === '' || texts.journal.endsWith('\n')

  function put<Key extends string, Trace extends BodyTrace | PageTrace>(rows: Rows<Key, Trace>, key: Key, trace: Trace): void {
    live += storedBytes(trace) - storedBytes(rows.get(key))
    rows.set(key, trace)
  }

  function keep<Key extends string, Trace extends BodyTrace | PageTrace>(rows: Rows<Key, Trace>, kept: ReadonlySet<Key>): void {
    for (const key of rows.keys()) if (!kept.has(key)) live -= storedBytes(rows.get(key))
    rows.keep(kept)
  }

  function take({ pages: newPages, bodies: newBodies, prints: print }: Built): JournalLine {
    const read = new Set([...newPages.values()].flatMap(({ reads }) => reads))
    const changed = [...read].filter((key) => prints.get(key) !== print(key))
    for (const key of changed) {
      indexOf(key)
      prints.set(key, print(key))
    }
    for (const [entry, trace] of newBodies) put(bodies, entry, trace)
    for (const [output, trace] of newPages) put(pages, output, trace)
    return {
      id, build, unclean: [...unclean], noted: [...noted], keys: changed.map((key) => [indexOf(key), key, print(key)]),
      bodies: [...newBodies.keys()].map((entry) => [entry, bodies.text(entry)]), pages: [...newPages.keys()].map((output) => [output, pages.text(output)]),
    }
  }

  function writeBase(): void {
    id = randomUUID()
    const made: Header = { format, id, build, code: header.code, outFolder, unclean: [...unclean], noted: [...noted], live, counts: [keys.length, bodies.size, pages.size] }
    let length = 0
    const lines = function* (): Iterable<string> {
      yield JSON.stringify(made)
      for (const key of keys) yield prints.line(key)
      for (const entry of bodies.keys()) yield bodies.line(entry)
      for (const output of pages.keys()) yield pages.line(output)
    }
    const counted = function* (): Iterable<string> {
      for (const line of lines()) {
        length += line.length + 1
        yield `${line}\n`
      }
    }
    writeAtomic(baseOf(folder), counted())
    fs.rmSync(journalOf(folder), { force: true })
    sizes = { base: length, journal: 0 }
    isWhole = true
  }

  return {
    code: header.code, bodies, pages, keys,
    get outFolder() { return outFolder },
    get build() { return build },
    get liveBytes() { return live },
    get version() { return `${id} ${sizes.journal}` },
    moveTo(folder) {
      keep(pages, new Set())
      outFolder = folder
      isWhole = false
    },
    get unclean() { return unclean },
    get noted() { return noted },
    print: (key) => prints.get(key),
    readersOf(wanted) {
      const numbers = [...wanted].flatMap((key) => (indexes.has(key) ? [`,${indexes.get(key)},`] : []))
      return new Set([...pages.keys()].filter((output) => {
        const text = pages.text(output)
        const reads = text.slice(0, text.indexOf('\t'))
        return numbers.some((number) => reads.includes(number))
      }))
    },
    save(built) {
      const isSame = id !== '' && isWhole && pages.size === built.outputs.size && bodies.size === built.entries.size && [...built.pages.keys()].every((output) => pages.has(output)) && [...built.bodies.keys()].every((entry) => bodies.has(entry))
      unclean = built.unclean
      noted = built.noted
      build++
      const line = take(built)
      const text = isSame ? `${JSON.stringify(line)}\n` : ''
      if (isSame && sizes.journal + text.length < sizes.base * longestJournal) {
        fs.appendFileSync(journalOf(folder), text)
        sizes = { ...sizes, journal: sizes.journal + text.length }
        return
      }
      keep(pages, built.outputs)
      keep(bodies, built.entries)
      writeBase()
    },
  }
}

/** What a trace refers to in the store. */
function storedBytes(trace: BodyTrace | PageTrace | undefined): number {
  if (trace === undefined) return 0
  return 'stored' in trace ? trace.stored[1] : trace.facts?.[1] ?? 0
}

/** A line that was cut off, or is not ours, is none. */
function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const bodyForm = {
  write: ({ key, lookups, content, excerpt, stored, diagnostics }: BodyTrace): string => JSON.stringify(diagnostics.length > 0 ? [key, lookups, content, excerpt, stored, diagnostics] : [key, lookups, content, excerpt, stored]),
  parse(text: string): BodyTrace {
    const [key, lookups, content, excerpt, stored, diagnostics] = JSON.parse(text) as [Digest, BodyTrace['lookups'], Digest, Digest, StoreRef, (readonly Diagnostic[])?]
    return { key, lookups, content, excerpt, stored, diagnostics: diagnostics ?? [] }
  },
}

/** First what it read, by number, so that readers are found without a look at the rest. */
function pageForm(keys: readonly ReadKey[], indexOf: (key: ReadKey) => number): { write(page: PageTrace): string; parse(text: string): PageTrace } {
  return {
    write: ({ spec, reads, digest, stat, facts, why, build }) => `,${reads.map((key) => `${indexOf(key)},`).join('')}\t${JSON.stringify([spec, digest, stat, facts ?? 0, why, build])}`,
    parse(text) {
      const tab = text.indexOf('\t')
      const reads = text.slice(1, tab).split(',').slice(0, -1).map((number) => keys[Number(number)]!)
      const [spec, digest, stat, facts, why, build] = JSON.parse(text.slice(tab + 1)) as [string, Digest, string, StoreRef | 0, string, number]
      return { spec, reads, digest, stat, ...(facts !== 0 && { facts }), why, build }
    },
  }
}
