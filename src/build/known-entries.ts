// Entries as lines of text. Of an entry that is known from a line, only what is asked of all entries at once is there from the start;
// with the first look at anything else it becomes an entry like any other. Texts are not written down: whoever asks for one gets
// `NotLoaded`, and everything is loaded anew.
import type { Entry, EntryId, Origin, Permalink, Publication } from '../core/types.ts'
import { asciiJson } from '../util/ascii.ts'
import { freezeDeep } from './frozen.ts'

export class NotLoaded extends Error {}

/** What is there from the start, of all entries in their order. `0`: it follows from the rest, or there is none; `1`: there is none. */
export interface EntryColumns {
  readonly ids: readonly EntryId[]
  readonly paths: readonly (string | 0)[]
  readonly files: readonly (string | 0 | 1)[]
  readonly permalinks: readonly (Permalink | 0)[]
  /** In ms since 1970. */
  readonly dates: readonly (number | null)[]
}

/** The rest as plain data: dates in ms since 1970. */
interface EntryLine extends Omit<Entry, keyof Column | 'body' | 'publication' | 'updated' | 'expires' | 'terms'> {
  readonly kind: Entry['body']['kind']
  readonly state: Publication['state']
  readonly since?: number
  readonly updated?: number
  readonly expires?: number
  readonly terms: readonly (readonly [string, readonly string[]])[]
}
type Column = Pick<Entry, 'id' | 'path' | 'permalink' | 'date'>

export function canBeWritten({ data }: Entry): boolean {
  return isPlainData(data)
}

/** Whether JSON and `withoutPrototype` give back the same: lists, and maps without a prototype. */
function isPlainData(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return (Array.isArray(value) || Object.getPrototypeOf(value) === null) && Object.values(value).every(isPlainData)
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0))
}

/** `folder`: where most files are, with a slash at its end. */
export function writeColumns(entries: readonly Entry[], folder: string): EntryColumns {
  const fileOf = ({ origin: { file }, path }: Entry): string | 0 | 1 => (file === undefined ? 1 : file === folder + path ? 0 : file)
  return {
    ids: entries.map(({ id }) => id), paths: entries.map(({ id, path }) => (path === id ? 0 : path)), files: entries.map(fileOf),
    permalinks: entries.map(({ permalink }) => permalink ?? 0), dates: entries.map(({ date }) => date?.getTime() ?? null),
  }
}

export function writeEntry(entry: Entry): string {
  const { source, trusted, collection, title, untitled, slug, aliases, author, description, canonical, template, uid, data, assets, texts, files, body, publication, updated, expires, terms, origin } = entry
  const { file, line, bodyLine, label, url } = origin
  const since = publication.state === 'scheduled' ? publication.from : publication.state === 'expired' ? publication.since : undefined
  // Field by field, for a copy of the rest of an object takes longer than all else.
  const written: { readonly [Field in keyof Required<EntryLine>]: Field extends 'origin' ? unknown : EntryLine[Field] | undefined } = {
    source, trusted, collection, title, untitled, slug, aliases, author, description, canonical, template, uid, data, assets, texts, files,
    kind: body.kind, terms: [...terms], state: publication.state, origin: { file, line, bodyLine, label, url }, since: since?.getTime(), updated: updated?.getTime(), expires: expires?.getTime(),
  }
  return asciiJson(written)
}

/** `lineOf`: as `writeEntry` gives it. */
export function readEntries({ ids, paths, files, permalinks, dates }: EntryColumns, lineOf: (number: number) => string, folder: string): Entry[] {
  return ids.map((id, i) => {
    const path = paths[i] === 0 ? id : paths[i]!
    const file = files[i] === 0 ? folder + path : files[i] === 1 ? undefined : files[i]
    return new UnreadEntry({ id, path, file, permalink: permalinks[i] === 0 ? undefined : permalinks[i], date: dates[i] ?? undefined, number: i, lineOf }) as unknown as Entry
  })
}

interface Known { readonly id: EntryId; readonly path: string; readonly file: string | undefined; readonly permalink: Permalink | undefined; readonly date: number | undefined; readonly number: number; readonly lineOf: (number: number) => string }

/** What is private stays when it has become a plain entry. */
class UnreadEntry {
  readonly id: EntryId
  readonly path: string
  declare readonly permalink?: Permalink
  declare readonly date?: Date
  readonly #file: string | undefined
  readonly #number: number
  /** Absent: it was read. */
  #lineOf: Known['lineOf'] | undefined

  constructor({ id, path, file, permalink, date, number, lineOf }: Known) {
    this.id = id
    this.path = path
    if (permalink !== undefined) this.permalink = permalink
    if (date !== undefined) this.date = new Date(date)
    this.#file = file
    this.#number = number
    this.#lineOf = lineOf
  }

  static {
    /** Every field that is not there from the start. */
    const fields: { readonly [Field in Exclude<keyof Entry, keyof Column>]-?: true } = {
      source: true, trusted: true, origin: true, collection: true, title: true, untitled: true, slug: true, publication: true, updated: true, expires: true, aliases: true, terms: true,
      author: true, description: true, canonical: true, template: true, uid: true, data: true, body: true, assets: true, texts: true, files: true,
    }
    for (const field of Object.keys(fields)) Object.defineProperty(this.prototype, field, { get(this: UnreadEntry) { return (this.#read() as unknown as Record<string, unknown>)[field] } })
  }

  /** Becomes an entry like any other, which may be copied and changed. */
  #read(): Entry {
    const line = this.#lineOf!(this.#number)
    this.#lineOf = undefined
    Object.setPrototypeOf(this, Object.prototype)
    return Object.assign(this as unknown as Entry, readLine(line))
  }

  static isUnread(entry: object): boolean {
    return #lineOf in entry && entry.#lineOf !== undefined
  }

  static fileOf(entry: Entry): string | undefined {
    return #file in entry ? entry.#file : entry.origin.file
  }
}

/** The file that an entry came from; nothing is read for that. */
export const fileOf: (entry: Entry) => string | undefined = UnreadEntry.fileOf
/** Whether nobody has looked at more of an entry than what is there from the start. */
export const isUnread: (entry: Entry) => boolean = UnreadEntry.isUnread

const missing = (): never => { throw new NotLoaded('the text of an entry was not loaded') }
const unlocated = { get locate() { return missing() } }
const bodies: Readonly<Record<Entry['body']['kind'], Entry['body']>> = {
  markdown: { kind: 'markdown', get text() { return missing() } }, html: { kind: 'html', get text() { return missing() } }, text: { kind: 'text', get text() { return missing() } },
}

/** A line that is not what it was is as good as none. */
export function parseLine<Line>(line: string): Line {
  try {
    return JSON.parse(line) as Line
  } catch {
    throw new NotLoaded('a line of the site is damaged')
  }
}

/** Its data is frozen, as templates get it: nobody can ask for a freeze of what is not there yet. */
function readLine(line: string): Omit<Entry, keyof Column> {
  const { kind, state, since, updated, expires, terms, origin, data, ...rest } = parseLine<EntryLine>(line)
  return {
    ...rest, terms: new Map(terms), publication: readPublication(state, since),
    origin: Object.assign(Object.create(unlocated) as Origin, origin), body: bodies[kind],
    ...(updated !== undefined && { updated: new Date(updated) }), ...(expires !== undefined && { expires: new Date(expires) }),
    data: freezeDeep(withoutPrototype(data)),
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
