// What people write a source with: `defineSource` for its type, `put` for the short form of an entry.
import type { Body, Change, EntryAsset, Origin, RawEntry, Reference, RemoteFile, Source } from '../core/types.ts'

/** The short form of an entry. Everything but `id` may be left out. */
export interface PutInput {
  /** Unique within the source and stable over time: feed ids are derived from it. */
  id: string
  /** Anything for templates. What is named below wins over keys of the same name here. */
  data?: Readonly<Record<string, unknown>>
  /** A text is markdown. */
  body?: string | Body | { markdown: string } | { html: string } | { text: string }
  title?: string
  date?: string | Date
  updated?: string | Date
  slug?: string
  tags?: string | readonly string[]
  description?: string
  draft?: boolean
  /** What slug and date are derived from if they are not given. Default: the id. */
  path?: string
  origin?: Origin
  assets?: readonly EntryAsset[]
  /** Name of the collection it goes to. Default: the one that has the source. */
  collection?: string
  /** `true`: no page, only for others to refer to. */
  part?: boolean
  texts?: Readonly<Record<string, Body>>
  files?: readonly RemoteFile[]
}

/** Gives a source its type; returns it as it is. */
export function defineSource(source: Source): Source {
  return source
}

/** Stands in `data` for the entry or part of that id, with its source's prefix: `books:ann`. */
export function reference(id: string): Reference {
  return { $entry: id }
}

/** Makes a change from the short form. Checks nothing: whoever runs the source does. */
export function put(input: PutInput): Change {
  const { id, data, body, path, origin, assets, collection, part, texts, files, ...fields } = input
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null))
  const entry: RawEntry = {
    id,
    data: { ...data, ...given },
    ...(body !== undefined && body !== null && { body: bodyOf(body) }),
    ...(path !== undefined && { path }),
    ...(origin !== undefined && { origin }),
    ...(assets !== undefined && { assets }),
    ...(collection !== undefined && { collection }),
    ...(part !== undefined && { part }),
    ...(texts !== undefined && { texts }),
    ...(files !== undefined && { files }),
  }
  return { put: entry }
}

function bodyOf(body: NonNullable<PutInput['body']>): Body {
  if (typeof body === 'string') return { kind: 'markdown', text: body }
  if ('kind' in body) return body
  if ('markdown' in body) return { kind: 'markdown', text: body.markdown }
  if ('html' in body) return { kind: 'html', text: body.html }
  return { kind: 'text', text: body.text }
}
