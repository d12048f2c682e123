// What entries are made from: a space, one of its locales, one entry; and how values are read of them. Pure.
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { EntriesContext } from '../../core/types.ts'
import type { AssetFile, Picture } from './assets.ts'
import type { BrokenLinks } from './broken.ts'
import { linkId, linkTypeOf, type AssetEntity, type EntryEntity, type LocaleEntity, type TypeEntity } from './entities.ts'
import type { Mapping } from './mapping.ts'
import { place, type ContentfulOptions } from './options.ts'

/** All of a space that entries are made from. */
export interface Space {
  readonly options: ContentfulOptions
  readonly ctx: EntriesContext
  readonly types: ReadonlyMap<string, TypeEntity>
  readonly entries: ReadonlyMap<string, EntryEntity>
  readonly assets: ReadonlyMap<string, AssetEntity>
  readonly locales: readonly LocaleEntity[]
  /** By content type. */
  readonly mappings: ReadonlyMap<string, Mapping>
  readonly broken: BrokenLinks
  readonly pictures: Map<string, { picture: Picture; file?: AssetFile } | undefined>
}

/** One locale of the space. */
export interface Edition {
  readonly space: Space
  readonly locale: string
  /** The locale and those that stand in for it. */
  readonly chain: readonly string[]
  /** Behind the ids of all but the first locale. */
  readonly suffix: string
}

/** One entry in one locale, while it is made. */
export interface Making {
  readonly edition: Edition
  readonly entity: EntryEntity
  readonly id: string
  readonly files: AssetFile[]
}

/** The first value of the locales of a chain. */
export function pick(values: Readonly<Record<string, unknown>> | undefined, chain: readonly string[]): unknown {
  for (const code of chain) {
    const value = values?.[code]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

export function valueAt({ entity, edition }: Making, field: string): unknown {
  switch (field) {
    case 'sys.id': return entity.id
    case 'sys.createdAt': return entity.createdAt || undefined
    case 'sys.updatedAt': return entity.updatedAt || undefined
    case 'sys.publishedAt': return entity.publishedAt
    case 'metadata.tags': return entity.tags
    default: return valueOfField(entity, field, edition)
  }
}

/** A field that is not localized has its value in the default locale alone. */
function valueOfField(entity: EntryEntity, field: string, { space, chain }: Edition): unknown {
  const own = pick(entity.fields[field], chain)
  if (own !== undefined || space.types.get(entity.type)?.fields.find(({ id }) => id === field)?.localized !== false) return own
  return pick(entity.fields[field], space.locales.filter(({ isDefault }) => isDefault).map(({ id }) => id))
}

export function titleOf(entity: EntryEntity, edition: Edition): string {
  const { displayField } = edition.space.types.get(entity.type) ?? {}
  const title = displayField === undefined ? undefined : valueOfField(entity, displayField, edition)
  return typeof title === 'string' && title.trim() !== '' ? title : entity.id
}

export function describeEntity({ entity, edition }: Making): string {
  return `"${titleOf(entity, edition).slice(0, 80)}"`
}

export function labelOf({ id }: EntryEntity): string {
  return `Contentful entry ${id}`
}

export function originOf({ entity, edition: { space } }: Making): { label: string; url?: string } {
  return { label: labelOf(entity), ...webAddress(space.options, space.ctx, entity.id) }
}

/** Of an export nobody knows where it is edited. */
export function webAddress(options: ContentfulOptions, { preview }: Pick<EntriesContext, 'preview'>, id: string): { url?: string } {
  const { space, environment, host } = place(options, preview)
  if (options.file !== undefined || space === '') return {}
  return { url: `https://app.${host.includes('.eu.') ? 'eu.' : ''}contentful.com/spaces/${encodeURIComponent(space)}/environments/${encodeURIComponent(environment)}/entries/${encodeURIComponent(id)}` }
}

export function fieldAt(making: Making, field: string): NonNullable<Diagnostic['at']> {
  const { label, url } = originOf(making)
  return { file: `${label}, field \`${field}\``, ...(url !== undefined && { url }) }
}

export function tellBroken(making: Making, field: string, link: unknown): void {
  making.edition.space.broken.add({ id: making.id, from: describeEntity(making), field, kind: linkTypeOf(link) ?? 'Entry', target: linkId(link) ?? '?', at: fieldAt(making, field) })
}
