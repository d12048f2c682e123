// What a new entry looks like: `archetypes/COLLECTION.md` of the site, or `archetypes/default.md`, with `{{ title }}` and the like filled in;
// else what this program thinks best. Writes nothing.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fail } from '../core/diagnostic.ts'
import type { Collection, Settings } from '../core/settings.ts'
import { slugify } from '../core/slug.ts'
import { didYouMean } from '../util/nearest.ts'
import { readIfThere } from '../util/fs.ts'

export interface NewEntry {
  readonly title: string
  /** `2026-05-06`, in the site's time zone. */
  readonly date: string
  readonly collection: Collection
}

/** Throws if an archetype names something that does not exist. */
export function fillArchetype(entry: NewEntry, { root }: Settings): string {
  for (const name of [entry.collection.name, 'default']) {
    const file = `archetypes/${name}.md`
    const text = readIfThere(join(root, file))
    if (text !== undefined) return fill(text, file, valuesOf(entry))
  }
  return entry.collection.name === 'pages' ? pageText(entry) : postText(entry)
}

type Values = Readonly<Record<string, string>>

function valuesOf({ title, date, collection }: NewEntry): Values {
  return { title, date, slug: slugify(title), id: randomUUID(), collection: collection.name }
}

function fill(text: string, file: string, values: Values): string {
  const [head = '', end = 0] = frontMatterOf(text)
  return fillHead(head, file, values) + text.slice(end).replace(placeholder, (_, name: string, at: number) => valueOf(name, values, file, text, end + at))
}

const placeholder = /\{\{\s*([\w-]+)\s*\}\}/g

/** With both lines of dashes, and where it ends. */
function frontMatterOf(text: string): [string, number] | [] {
  const [head] = /^(---|\+\+\+)\r?\n[^]*?\r?\n\1[ \t]*(?:\r?\n|$)/.exec(text) ?? []
  return head === undefined ? [] : [head, head.length]
}

/** A value that stands alone gets the quotes that it needs; within a text, what is in it is escaped. */
function fillHead(head: string, file: string, values: Values): string {
  const alone = /(:[ \t]*|=[ \t]*|-[ \t]+)(["']?)\{\{\s*([\w-]+)\s*\}\}\2(?=[ \t]*\r?$)/gm
  const filled = head.replace(alone, (_, before: string, _quote: string, name: string, at: number) => before + quoted(valueOf(name, values, file, head, at)))
  return filled.replace(placeholder, (_, name: string, at: number) => JSON.stringify(valueOf(name, values, file, filled, at)).slice(1, -1))
}

/** Dates and words are what they are; a JSON string is a YAML string and a TOML string, whatever is in it. */
function quoted(value: string): string {
  return /^(?:\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f-]{27})$/.test(value) ? value : JSON.stringify(value)
}

function valueOf(name: string, values: Values, file: string, text: string, at: number): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value !== undefined) return value
  const meant = didYouMean(name, Object.keys(values))
  const lines = text.slice(0, at).split('\n')
  throw fail('usage-argument', `the archetype names {{ ${name} }}, which does not exist`, {
    at: { file, line: lines.length }, fix: meant === undefined ? `write one of ${Object.keys(values).join(', ')}.` : `did you mean {{ ${meant} }}?`,
  })
}

function postText({ title, date }: NewEntry): string {
  return `---\ntitle: ${JSON.stringify(title)}\ndate: ${date}\ndraft: true\nid: ${randomUUID()}\ntags: []\n---\n\n`
}

function pageText({ title }: NewEntry): string {
  return `---\ntitle: ${JSON.stringify(title)}\ndraft: true\n---\n\n`
}
