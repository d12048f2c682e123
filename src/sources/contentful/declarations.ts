// Content types -> a text of TypeScript declarations, the same for the same content types.
import type { RawEntry } from '../../core/types.ts'
import { entityOf, type FieldType, type TypeEntity } from './entities.ts'

/** Types of what templates and functions get as `data` of entries and parts, and of what `types` of contentful() may name. */
export function renderDeclarations(records: ReadonlyMap<string, RawEntry>): string {
  const types = [...records.values()].map(entityOf).filter((entity) => entity.kind === 'ContentType').sort((a, b) => (a.id < b.id ? -1 : 1))
  const names = namesOf(types)
  return [
    header,
    ...types.map((type) => declaration(type, names)),
    `/** Content types by id. */\nexport interface ContentTypes {\n${types.map(({ id }) => `  ${key(id)}: ${names.get(id)}\n`).join('')}}\n`,
    `/** The mapping of contentful(): \`types: { ... } satisfies ContentTypeMappings\`. */\nexport type ContentTypeMappings = { [T in keyof ContentTypes]?: ContentTypeMapping<keyof ContentTypes[T] & string> }\n`,
  ].join('\n')
}

const header = `// Written by \`ssg types\` from the content types of the space. Do not edit it; run the command again.
// Every field can be missing in an entry, also a required one: fields are added, and old entries stay as they are.

/** A field of the type, or something that every entry has. */
export type FieldName<F extends string> = F | 'sys.id' | 'sys.createdAt' | 'sys.updatedAt' | 'sys.publishedAt' | 'metadata.tags'
export interface ContentTypeMapping<F extends string> {
  collection?: string | Readonly<Record<string, string>>
  title?: FieldName<F>
  slug?: FieldName<F>
  date?: FieldName<F>
  updated?: FieldName<F>
  tags?: FieldName<F>
  body?: F
  description?: F
  author?: F
  image?: F
  fields?: readonly F[] | Readonly<Record<string, F>>
  markdown?: readonly F[]
  require?: readonly F[]
}
export interface ContentAsset {
  id: string
  url: string
  title: string
  description: string
  alt: string
  fileName: string
  contentType: string
  sizeBytes?: number
  width?: number
  height?: number
  srcset?: string
  sizes?: string
}
export interface ContentText {
  html: unknown
  excerpt: unknown
  text: string
  toc: readonly { id: string; title: string; level: number }[]
}
/** A link, as functions of site.config get it; templates get what it leads to. */
export interface ContentReference<_T = unknown> {
  $entry: string
}
`

/** \`blogPost\` -> \`BlogPost\`; two that would be the same get numbers. */
function namesOf(types: readonly TypeEntity[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(['FieldName', 'ContentTypes', 'ContentTypeMapping', 'ContentTypeMappings', 'ContentAsset', 'ContentText', 'ContentReference'])
  for (const { id } of types) {
    const words = id.split(/[^A-Za-z\d]+/).filter(Boolean).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
    const base = /^[A-Za-z]/.test(words) ? words : `Type${words}`
    let name = base
    for (let count = 2; taken.has(name); count++) name = `${base}${count}`
    taken.add(name)
    names.set(id, name)
  }
  return names
}

function declaration({ id, name, fields }: TypeEntity, names: ReadonlyMap<string, string>): string {
  const lines = [...fields].sort((a, b) => (a.id < b.id ? -1 : 1)).map((field) => `  /** ${comment(field.name)}${field.required ? ', required' : ''} */\n  ${key(field.id)}?: ${typeOf(field, names)}\n`)
  return `/** ${comment(name)} (${comment(id)}) */\nexport interface ${names.get(id)} {\n${lines.join('')}}\n`
}

function typeOf({ type, linkType, items, targets }: FieldType, names: ReadonlyMap<string, string>): string {
  switch (type) {
    case 'Symbol': case 'Text': case 'Date': return 'string'
    case 'Integer': case 'Number': return 'number'
    case 'Boolean': return 'boolean'
    case 'Location': return '{ lat: number; lon: number }'
    case 'RichText': return 'ContentText'
    case 'Link': return linkTypeOf(linkType, targets, names)
    case 'Array': return `readonly (${items?.type === 'Link' ? linkTypeOf(items.linkType, targets, names) : 'string'})[]`
    default: return 'unknown'
  }
}

function linkTypeOf(linkType: string | undefined, targets: readonly string[] = [], names: ReadonlyMap<string, string>): string {
  if (linkType === 'Asset') return 'ContentAsset'
  const known = targets.flatMap((id) => names.get(id) ?? [])
  return known.length === 0 ? 'ContentReference' : `ContentReference<${known.join(' | ')}>`
}

function key(id: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(id) ? id : JSON.stringify(id)
}

/** Nothing that ends the comment. */
function comment(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('*/', '* /').slice(0, 200)
}
