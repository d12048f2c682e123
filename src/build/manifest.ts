// What the last build knew: for each page what it read and how that looked, for each body what it was made from. Only this file
// knows how that is written down: a base, and a journal of the few rows that small builds changed since. A manifest that cannot
// be read, or that another version wrote, is no manifest.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { asciiJson, readNames, writeNames } from '../util/ascii.ts'
import { readAsciiIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import { linesOf, type Lines } from '../util/lines.ts'
import { createRows, type Rows } from './rows.ts'
import { isLoose } from './stale.ts'
import { bodyForm, pageForm, readsOneOf, storedBytes, type BodyTrace, type PageTrace } from './traces.ts'

/** Of one build. */
export interface Manifest {
  /** Of this program, the config and the settings: all that every page depends on. */
  readonly code: Digest
  readonly outFolder: string
  /** How many builds it has taken up. */
  readonly build: number
  readonly bodies: Pick<Rows<EntryId, BodyTrace>, 'get' | 'keys' | 'size'>
  readonly pages: Pick<Rows<OutputPath, PageTrace>, 'get' | 'has' | 'keys' | 'size'>
  /** What pages read that may change although no entry does, or that cannot be compared. */
  readonly looseKeys: ReadonlySet<ReadKey>
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
  /** Of a page of the first build that it takes up: works out beforehand what `save` will write of this very trace. */
  foresee(output: OutputPath, trace: PageTrace, print: Built['prints']): void
  /** In full or not at all; writes as little as it can. */
  save(built: Built): void
}

const format = 6
/** Journals longer than this part of the base are written into it. */
const longestJournal = 0.25

interface Header { readonly format: number; readonly id: string; readonly build: number; readonly code: Digest; readonly outFolder: string; readonly unclean: readonly OutputPath[]; readonly noted: readonly EntryId[]; readonly loose: readonly ReadKey[]; readonly live: number; readonly counts: readonly [keys: number, bodies: number, pages: number] }
interface JournalLine { readonly id: string; readonly build: number; readonly keys: readonly (readonly [number, ReadKey, string])[]; readonly bodies: readonly (readonly [EntryId, string])[]; readonly pages: readonly (readonly [OutputPath, string])[]; readonly unclean: readonly OutputPath[]; readonly noted: readonly EntryId[] }

const baseOf = (folder: string): string => path.join(folder, 'manifest.txt')
const journalOf = (folder: string): string => path.join(folder, 'journal.txt')

/** `undefined`: there is none that can be read. */
export function loadManifest(folder: string): OpenManifest | undefined {
  const text = readAsciiIfThere(baseOf(folder))
  if (text === undefined) return undefined
  try {
    const lines = linesOf(text)
    const header = JSON.parse(lines.at(0)) as Header
    if (header.format !== format) return undefined
    const [keys, bodies, pages] = header.counts
    return lines.count === keys + bodies + pages + 5 ? open(folder, header, lines, { base: text.length, journal: readAsciiIfThere(journalOf(folder)) ?? '' }) : undefined
  } catch (error) {
    // Cut off, or not ours: a full build follows, and writes it anew.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

export function createManifest(folder: string, code: Digest, outFolder: string): OpenManifest {
  return open(folder, { format, id: '', build: 0, code, outFolder, unclean: [], noted: [], loose: [], live: 0, counts: [0, 0, 0] }, linesOf(''), { base: 0, journal: '' })
}

export function removeManifest(folder: string): void {
  for (const file of [baseOf(folder), journalOf(folder)]) fs.rmSync(file, { force: true })
}

function open(folder: string, header: Header, lines: Lines, texts: { readonly base: number; readonly journal: string }): OpenManifest {
  const [keyCount, bodyCount] = header.counts
  const from = (start: number) => (number: number): string => lines.at(start + number)
  const namesIn = (number: number): string[] => readNames(lines.at(number))
  const keys = namesIn(1) as ReadKey[]
  const prints = createRows<ReadKey, string>(keys, from(4), { write: asciiJson, parse: (text) => JSON.parse(text) as string })
  const bodies = createRows<EntryId, BodyTrace>(namesIn(2) as EntryId[], from(4 + keyCount), bodyForm)
  const formOfPages = pageForm((number) => keys[number]!, (key) => prints.numberOf(key)!)
  const pages = createRows<OutputPath, PageTrace>(namesIn(3) as OutputPath[], from(4 + keyCount + bodyCount), formOfPages)
  const loose = new Set(header.loose)
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
      note(key, print)
      if (prints.numberOf(key) !== index) throw new TypeError('the journal is not of this manifest')
    }
    for (const [entry, text] of added.bodies) put(bodies, entry, bodyForm.parse(text))
    for (const [output, text] of added.pages) put(pages, output, formOfPages.parse(text))
    build = added.build
    unclean = new Set(added.unclean)
    noted = new Set(added.noted)
  }
  isWhole &&= texts.journal === '' || texts.journal.endsWith('\n')

  function note(key: ReadKey, print: string): void {
    if (!prints.has(key)) keys.push(key)
    prints.set(key, print)
    if (isLoose(key, print)) loose.add(key)
    else loose.delete(key)
  }

  function put<Key extends string, Trace extends BodyTrace | PageTrace>(rows: Rows<Key, Trace>, key: Key, trace: Trace): void {
    live += storedBytes(trace) - storedBytes(rows.get(key))
    rows.set(key, trace)
  }

  function keep<Key extends string, Trace extends BodyTrace | PageTrace>(rows: Rows<Key, Trace>, kept: ReadonlySet<Key>): void {
    for (const key of rows.keys()) if (!kept.has(key)) live -= storedBytes(rows.get(key))
    rows.keep(kept)
  }

  function take({ pages: newPages, bodies: newBodies, prints: print }: Built): JournalLine {
    const unforeseen = [...newPages].filter(([output, trace]) => pages.get(output) !== trace)
    // That a question cannot be asked again may have turned out since a page was foreseen.
    const foreseen = unforeseen.length < newPages.size ? keys : []
    const read = new Set([...foreseen, ...unforeseen.flatMap(([, { reads }]) => reads)])
    const changed = [...read].filter((key) => prints.get(key) !== print(key))
    for (const key of changed) note(key, print(key))
    for (const [entry, trace] of newBodies) put(bodies, entry, trace)
    for (const [output, trace] of unforeseen) put(pages, output, trace)
    return {
      id, build, unclean: [...unclean], noted: [...noted], keys: changed.map((key) => [prints.numberOf(key)!, key, print(key)]),
      bodies: [...newBodies.keys()].map((entry) => [entry, bodies.text(entry)]), pages: [...newPages.keys()].map((output) => [output, pages.text(output)]),
    }
  }

  function writeBase(): void {
    id = randomUUID()
    const made: Header = { format, id, build, code: header.code, outFolder, unclean: [...unclean], noted: [...noted], loose: [...loose], live, counts: [keys.length, bodies.size, pages.size] }
    let length = 0
    const lines = function* (): Iterable<string> {
      yield asciiJson(made)
      for (const rows of [prints, bodies, pages]) yield writeNames(rows.keys())
      for (const key of keys) yield prints.text(key)
      for (const entry of bodies.keys()) yield bodies.text(entry)
      for (const output of pages.keys()) yield pages.text(output)
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
    code: header.code, bodies, pages, looseKeys: loose,
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
      const numbers = [...wanted].flatMap((key) => (prints.has(key) ? [`,${prints.numberOf(key)},`] : []))
      return numbers.length === 0 ? new Set() : new Set([...pages.keys()].filter((output) => readsOneOf(pages.text(output), numbers)))
    },
    foresee(output, trace, print) {
      if (id !== '') throw new Error('what was known before must not be changed')
      for (const key of trace.reads) if (!prints.has(key)) note(key, print(key))
      put(pages, output, trace)
    },
    save(built) {
      const isSame = id !== '' && isWhole && pages.size === built.outputs.size && bodies.size === built.entries.size && [...built.pages.keys()].every((output) => pages.has(output)) && [...built.bodies.keys()].every((entry) => bodies.has(entry))
      unclean = built.unclean
      noted = built.noted
      build++
      const line = take(built)
      const text = isSame ? `${asciiJson(line)}\n` : ''
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

/** A line that was cut off, or is not ours, is none. */
function parseLine(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
