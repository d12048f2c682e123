// What templates see where data refers to something: the entry or part itself, and texts beside the body. Followed only when a
// template uses it, so that circles are harmless, and recorded by field, so that a page depends on what it shows of an author and
// on nothing else.
import nunjucks from 'nunjucks'
import type { Author, Entry, EntryId, Part, ReadKey, Reads, Reference, RenderedBody, TocEntry } from '../core/types.ts'

type SafeHtml = InstanceType<typeof nunjucks.runtime.SafeString>

/** A text beside the body: printed, it is its first words. */
export interface TextView {
  readonly html: SafeHtml
  readonly excerpt: SafeHtml
  readonly text: string
  readonly toc: readonly TocEntry[]
  toString(): string
}

/** The fields of a part, which are read one by one; all of them under `data`, too. */
export type PartView = Readonly<Record<string, unknown>>

interface Links {
  follow(reference: Reference): unknown
  text(id: EntryId, key: string): TextView
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '$entry' in value && typeof value.$entry === 'string'
}

export function partKey(id: EntryId, field: string): ReadKey {
  return `part:${JSON.stringify([id, field])}`
}

/** The data of an entry. Without references and texts, which is the rule, it is the data itself. */
export function linkData({ id, data, texts }: Pick<Entry, 'id' | 'data' | 'texts'>, links: Links): Readonly<Record<string, unknown>> {
  return texts === undefined && !holdsReference(data) ? data : linkFields({ id, data, texts }, links)
}

function linkFields({ id, data, texts }: Pick<Entry, 'id' | 'data'> & { readonly texts: Entry['texts'] }, links: Links): Readonly<Record<string, unknown>> {
  const fields = Object.create(null) as Record<string, unknown>
  for (const key of new Set([...Object.keys(data), ...Object.keys(texts ?? {})])) {
    const value = data[key]
    if (texts !== undefined && Object.hasOwn(texts, key)) defineLazy(fields, key, () => links.text(id, key))
    else if (holdsReference(value)) defineLazy(fields, key, () => linkValue(value, links))
    else fields[key] = value
  }
  return Object.freeze(fields)
}

function defineLazy(target: object, key: string, get: () => unknown): void {
  Object.defineProperty(target, key, { get, enumerable: true })
}

function holdsReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Date) return false
  return isReference(value) || Object.values(value).some(holdsReference)
}

/** What leads nowhere is left out of a list. */
function linkValue(value: unknown, links: Links): unknown {
  if (isReference(value)) return links.follow(value)
  if (Array.isArray(value)) return value.map((one) => linkValue(one, links)).filter((one, i) => one !== undefined || !isReference(value[i]))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const fields = Object.create(null) as Record<string, unknown>
  for (const [key, part] of Object.entries(value)) {
    if (holdsReference(part)) defineLazy(fields, key, () => linkValue(part, links))
    else fields[key] = part
  }
  return fields
}

/** Records each field that is asked for, also one that it does not have. */
export function createPartView(part: Part, reads: Reads, links: Links): PartView {
  const fields = linkFields({ id: part.id, data: part.data, texts: part.texts }, links)
  const read = (key: string): unknown => {
    reads.read(partKey(part.id, key))
    return fields[key]
  }
  const view: PartView = new Proxy(fields as Record<string, unknown>, {
    get(_, key) {
      if (typeof key !== 'string') return undefined
      if (key === 'id' && !Object.hasOwn(fields, 'id')) return part.id
      return key === 'data' && !Object.hasOwn(fields, 'data') ? view : read(key)
    },
    ownKeys() {
      // Which fields there are is one question about all of them.
      for (const key of Object.keys(fields)) reads.read(partKey(part.id, key))
      return Reflect.ownKeys(fields)
    },
  })
  return view
}

export function createTextView(id: EntryId, { reads, body }: { readonly reads: Reads; readonly body: (id: EntryId) => RenderedBody }): TextView {
  const safe = (html: string): SafeHtml => new nunjucks.runtime.SafeString(html)
  const content = (): RenderedBody => {
    reads.read(`content:${id}`)
    return body(id)
  }
  const excerpt = (): RenderedBody => {
    reads.read(`excerpt:${id}`)
    return body(id)
  }
  return {
    get html() { return safe(content().html) },
    get excerpt() { return safe(excerpt().excerpt) },
    get text() { return excerpt().summary },
    get toc() { return content().toc },
    toString: () => excerpt().summary,
  }
}

/** An author that is an entry of its own: its name, and what else authors have. */
export function authorOf(view: unknown): Author | undefined {
  if (typeof view !== 'object' || view === null) return undefined
  const fields = view as Readonly<Record<string, unknown>>
  const text = (key: string): string | undefined => {
    const value = fields[key]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const name = text('name') ?? text('title')
  if (name === undefined) return undefined
  // Read only where they are shown.
  return { name, get email() { return text('email') }, get url() { return text('url') } } as Author
}
