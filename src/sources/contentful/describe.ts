// A record of Contentful as a reviewer reads it: each field in each locale as text.
import type { RawEntry, RecordSummary } from '../../core/types.ts'
import { isRecord } from '../raw-entry.ts'
import { entityOf, linkId } from './entities.ts'
import { webAddress } from './making.ts'
import type { ContentfulOptions } from './options.ts'
import { isRichText, linesOf } from './rich-text.ts'

export function describeRecord(record: RawEntry, options: ContentfulOptions): RecordSummary {
  const entity = entityOf(record)
  if (entity.kind === 'ContentType') return { title: `content type ${entity.name}`, fields: Object.fromEntries(entity.fields.map(({ id, type, required }) => [id, `${type}${required ? ', required' : ''}`])) }
  if (entity.kind === 'Locale') return { title: `locale ${entity.id}`, fields: { fallback: entity.fallback ?? 'none', default: String(entity.isDefault) } }
  const fields = Object.entries(entity.fields).flatMap(([field, values]) => Object.entries(values).map(([locale, value]): [string, string] => [`${field} (${locale})`, textOf(value)]))
  const title = ['title', 'name', 'internalName', 'slug'].map((field) => Object.values(entity.fields[field] ?? {})[0]).find((value) => typeof value === 'string') ?? entity.id
  return { title: `${entity.kind === 'Asset' ? 'asset' : entity.type} "${title}"`, fields: Object.fromEntries(fields), ...(entity.kind === 'Entry' && webAddress(options, { preview: false }, entity.id)) }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (isRichText(value)) return linesOf(value).join('\n')
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  const id = linkId(value)
  if (id !== undefined) return `-> ${id}`
  if (isRecord(value) && typeof value['url'] === 'string') return value['url']
  return JSON.stringify(value) ?? ''
}
