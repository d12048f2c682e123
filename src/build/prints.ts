// The fingerprint of everything that a page can read: equal exactly when what is read is equal.
import type { Settings } from '../core/settings.ts'
import type { Entry, EntryId, ReadKey, Site } from '../core/types.ts'
import { answerText, type QueryRunner } from '../render/queries.ts'
import { digest } from '../util/hash.ts'
import { plainText } from '../util/plain-text.ts'
import { readTemplate } from './theme.ts'

export interface PrintsOptions {
  readonly site: Site
  readonly settings: Settings
  readonly query: QueryRunner
  readonly data: ReadonlyMap<string, unknown>
  readonly bodyPrints: (id: EntryId) => { readonly content: string; readonly excerpt: string } | undefined
}
export type Prints = (key: ReadKey) => string

const absent = '-'

/** Each key's print is made when it is first asked for. */
export function createPrints(options: PrintsOptions): Prints {
  const known = new Map<ReadKey, string>()
  return (key) => {
    let print = known.get(key)
    if (print === undefined) known.set(key, print = makePrint(key, options))
    return print
  }
}

function makePrint(key: ReadKey, { site, settings, query, data, bodyPrints }: PrintsOptions): string {
  const kind = key.slice(0, key.indexOf(':')) as ReadKey extends `${infer Kind}:${string}` ? Kind : never
  const name = key.slice(kind.length + 1)
  switch (kind) {
    case 'meta': return printOf(site.byId.get(name as EntryId), metaText)
    case 'content': return bodyPrints(name as EntryId)?.content ?? absent
    case 'excerpt': return bodyPrints(name as EntryId)?.excerpt ?? absent
    case 'query': return digest(answerText(query(parseQuery(name))))
    case 'template': return printOf(readTemplate(settings, name), ({ text }) => text)
    case 'data': return data.has(name) ? digest(plainText(data.get(name))) : absent
  }
}

function printOf<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? absent : digest(text(value))
}

/** All of an entry but its body. */
export function metaText(entry: Entry): string {
  const { title, slug, date, updated, publication, permalink, terms, author, description, canonical, collection, uid, data } = entry
  return plainText([title, slug, date, updated, publication, permalink, terms, author, description, canonical, collection, uid, data])
}

/** The inverse of `queryKey`. */
function parseQuery(text: string): { name: string; args: unknown[] } {
  const open = text.indexOf('(')
  return { name: text.slice(0, open), args: JSON.parse(`[${text.slice(open + 1, -1)}]`) as unknown[] }
}
