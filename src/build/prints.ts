// The fingerprint of everything that a page can read: equal exactly when what is read is equal.
import type { Settings } from '../core/settings.ts'
import type { Entry, EntryId, ReadKey, Site } from '../core/types.ts'
import { answerText, type Query, type QueryRunner } from '../render/queries.ts'
import { digest } from '../util/hash.ts'
import { plainText } from '../util/plain-text.ts'
import type { BodyTrace } from './traces.ts'

export interface PrintsOptions {
  readonly site: Site
  readonly settings: Settings
  readonly query: QueryRunner
  readonly data: ReadonlyMap<string, unknown>
  readonly template: TemplateReader
  readonly body: (id: EntryId) => Pick<BodyTrace, 'content' | 'excerpt'> | undefined
  /** Gives a print of the last build that is known to be right still. */
  readonly known?: (key: ReadKey) => string | undefined
}
export type Prints = (key: ReadKey) => string
/** Text of a template and what messages call its file; `undefined`: there is none. */
export type TemplateReader = (name: string) => { readonly text: string; readonly file: string } | undefined

const absent = '-'
/** The print of what fails or cannot be compared: never equal, not even to itself. Why it fails is told where it is read. */
export const unknown = '?'

/** Each key's print is made when it is first asked for. */
export function createPrints(options: PrintsOptions): Prints {
  const known = new Map<ReadKey, string>()
  return (key) => {
    let print = known.get(key)
    if (print === undefined) known.set(key, print = options.known?.(key) ?? makePrint(key, options))
    return print
  }
}

function makePrint(key: ReadKey, { site, settings, query, data, template: read, body }: PrintsOptions): string {
  const kind = key.slice(0, key.indexOf(':')) as ReadKey extends `${infer Kind}:${string}` ? Kind : never
  const name = key.slice(kind.length + 1)
  switch (kind) {
    case 'meta': return metaPrint(site.byId.get(name as EntryId))
    case 'content': return body(name as EntryId)?.content[2] ?? absent
    case 'excerpt': return body(name as EntryId)?.excerpt[2] ?? absent
    case 'query': return queryPrint(parseQuery(name), query, site, settings)
    case 'template': {
      const template = read(name)
      return template === undefined ? absent : digest(template.text)
    }
    case 'part': {
      const [id, field] = JSON.parse(name) as [EntryId, string]
      const part = site.parts?.get(id)
      return part === undefined ? absent : short(plainText(part.data[field]))
    }
    case 'data': return data.has(name) ? short(plainText(data.get(name))) : absent
  }
}

function queryPrint(asked: Query, query: QueryRunner, site: Site, { root }: Settings): string {
  try {
    const answer = query(asked)
    return short(asked.name.startsWith('own:') ? ownAnswerText(answer, site).replaceAll(root, '') : answerText(answer))
  } catch {
    return unknown
  }
}

/** The site's entries come to templates as views, which record what is read of them; what holds one, or is made of one, comes as it is. */
function ownAnswerText(value: unknown, site: Site): string {
  if (Array.isArray(value)) return `[${value.map((one) => ownAnswerText(one, site)).join(',')}]`
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id as EntryId : undefined
  return id !== undefined && site.byId.get(id) === value ? JSON.stringify({ entry: id }) : plainText(value)
}

/** All of an entry but its body: each field by its value, so that a change can be told by what it was and is. */
function metaPrint(entry: Entry | undefined): string {
  if (entry === undefined) return absent
  const { title, slug, date, updated, publication, permalink, terms, author, description, canonical, collection, uid, data, untitled } = entry
  const [shortTerms, shortDescription, shortData] = [terms, description, data].map((value) => short(plainText(value)))
  return JSON.stringify({ ...(untitled && { untitled }), title, slug, date, updated, publication, permalink, terms: shortTerms, author, description: shortDescription, canonical, collection, uid, data: shortData })
}

/** Short texts as they are, so that they can be shown; long ones by their digest. */
function short(text: string): string {
  return text.length <= longest ? text : digest(text)
}
const longest = 160

/** What changed in what is behind a key: `meta:posts/b.md changed: title was "A", is "B"`. */
export function explainChange(key: ReadKey, before: string | undefined, after: string): string {
  if (before === undefined) return `${key} was not known`
  if (before === unknown || after === unknown) return `${key} cannot be compared`
  if (before === absent) return `${key} is new`
  if (after === absent) return `${key} is gone`
  if (!key.startsWith('meta:')) return `${key} changed${[before, after].some((text) => /^[0-9a-f]{32}$/.test(text)) ? '' : `: was ${before}, is ${after}`}`
  const [old, now] = [JSON.parse(before), JSON.parse(after)] as [Record<string, unknown>, Record<string, unknown>]
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((field) => JSON.stringify(old[field]) !== JSON.stringify(now[field]))
  // `data` holds the other fields too, as they were written.
  const fields = changed.length > 1 ? changed.filter((field) => field !== 'data') : changed
  return `${key} changed: ${fields.map((field) => `${field} was ${JSON.stringify(old[field]) ?? 'not there'}, is ${JSON.stringify(now[field]) ?? 'gone'}`).join('; ')}`
}

/** The inverse of `queryKey`. The name of a site's own query may have brackets, too: the first from which on there are arguments is the one. */
function parseQuery(text: string): Query {
  for (let open = text.indexOf('('); open !== -1; open = text.indexOf('(', open + 1)) {
    const args = parseJson(`[${text.slice(open + 1, -1)}]`)
    if (args !== undefined) return { name: text.slice(0, open), args: args as unknown[] }
  }
  throw new Error(`"${text}" is not the key of a query`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
