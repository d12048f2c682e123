// What the API gives, cut down to what is used and kept as records: entries, assets, content types, locales. All values of an
// entry are by locale.
import { digest } from '../../util/hash.ts'
import { isRecord } from '../raw-entry.ts'
import type { RawEntry } from '../../core/types.ts'

export type Values = Readonly<Record<string, unknown>>
export interface EntryEntity {
  readonly kind: 'Entry'
  readonly id: string
  readonly type: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly publishedAt?: string
  /** Not published yet, or changed since. */
  readonly isDraft?: true
  readonly tags?: readonly string[]
  /** Field -> locale -> value. */
  readonly fields: Readonly<Record<string, Values>>
}
export interface AssetEntity {
  readonly kind: 'Asset'
  readonly id: string
  readonly updatedAt: string
  readonly fields: Readonly<Record<string, Values>>
}
export interface TypeEntity {
  readonly kind: 'ContentType'
  readonly id: string
  readonly name: string
  readonly displayField?: string
  readonly fields: readonly FieldType[]
}
export interface FieldType {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly localized: boolean
  readonly linkType?: string
  readonly items?: { readonly type: string; readonly linkType?: string }
  /** Content types that a link may lead to, if they are limited. */
  readonly targets?: readonly string[]
}
export interface LocaleEntity {
  readonly kind: 'Locale'
  readonly id: string
  readonly isDefault: boolean
  readonly fallback?: string
}
export type Entity = EntryEntity | AssetEntity | TypeEntity | LocaleEntity

/** Part of the source's identity: a new form of the records makes old snapshots useless. */
export const recordFormat = 1

export function toRecord(entity: Entity): RawEntry {
  return { id: recordId(entity.kind, entity.id), data: entity as unknown as Record<string, unknown> }
}

export function recordId(kind: Entity['kind'], id: string): string {
  return `${kind}/${id}`
}

export function entityOf({ data }: RawEntry): Entity {
  return data as unknown as Entity
}

/** What every item of an answer has. */
export interface ApiItem {
  readonly sys: Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }
  readonly fields?: unknown
  readonly metadata?: unknown
  readonly [key: string]: unknown
}

export function isItem(value: unknown): value is ApiItem {
  return isRecord(value) && isRecord(value['sys']) && typeof value['sys']['id'] === 'string' && typeof value['sys']['type'] === 'string'
}

export function linkId(value: unknown): string | undefined {
  const sys = isRecord(value) ? value['sys'] : undefined
  return isRecord(sys) && typeof sys['id'] === 'string' ? sys['id'] : undefined
}

/** `undefined`: it is no link to an entry or asset of this space. */
export function linkTypeOf(value: unknown): string | undefined {
  const sys = isRecord(value) ? value['sys'] : undefined
  return isRecord(sys) && sys['type'] === 'Link' && (sys['linkType'] === 'Entry' || sys['linkType'] === 'Asset') ? sys['linkType'] : undefined
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** `wanted`: the locales that are kept; undefined: all. */
export function readEntry({ sys, fields, metadata }: ApiItem, wanted: ReadonlySet<string> | undefined, isPreview: boolean): EntryEntity {
  const tags = isRecord(metadata) && Array.isArray(metadata['tags']) ? metadata['tags'].flatMap((tag) => linkId(tag) ?? []) : []
  const published = sys['publishedVersion'] !== undefined || (typeof sys['revision'] === 'number' && sys['revision'] > 0)
  return {
    kind: 'Entry', id: sys.id, type: linkId(sys['contentType']) ?? '', createdAt: text(sys['createdAt']), updatedAt: text(sys['updatedAt']),
    ...(typeof sys['publishedAt'] === 'string' && { publishedAt: sys['publishedAt'] }), ...(isPreview && !published && { isDraft: true }), ...(tags.length > 0 && { tags }),
    fields: keepLocales(fields, wanted),
  }
}

export function readAsset({ sys, fields }: ApiItem, wanted: ReadonlySet<string> | undefined): AssetEntity {
  return { kind: 'Asset', id: sys.id, updatedAt: text(sys['updatedAt']), fields: keepLocales(fields, wanted) }
}

function keepLocales(fields: unknown, wanted: ReadonlySet<string> | undefined): Record<string, Values> {
  if (!isRecord(fields)) return {}
  return Object.fromEntries(Object.entries(fields).flatMap(([field, values]): [string, Values][] => {
    if (!isRecord(values)) return []
    const kept = wanted === undefined ? values : Object.fromEntries(Object.entries(values).filter(([locale]) => wanted.has(locale)))
    return Object.keys(kept).length === 0 ? [] : [[field, kept]]
  }))
}

export function readType({ sys, name, displayField, fields }: ApiItem): TypeEntity {
  return {
    kind: 'ContentType', id: sys.id, name: text(name) || sys.id, ...(typeof displayField === 'string' && { displayField }),
    fields: (Array.isArray(fields) ? fields : []).filter(isRecord).filter(({ id, omitted }) => typeof id === 'string' && id !== '__proto__' && omitted !== true).map(readFieldType),
  }
}

function readFieldType(field: Record<string, unknown>): FieldType {
  const items = isRecord(field['items']) ? field['items'] : undefined
  const targets = [field['validations'], items?.['validations']].flatMap((list) => (Array.isArray(list) ? list : [])).flatMap((one) => (isRecord(one) && Array.isArray(one['linkContentType']) ? one['linkContentType'].map(String) : []))
  return {
    id: text(field['id']), name: text(field['name']) || text(field['id']), type: text(field['type']), required: field['required'] === true, localized: field['localized'] === true,
    ...(typeof field['linkType'] === 'string' && { linkType: field['linkType'] }),
    ...(items && { items: { type: text(items['type']), ...(typeof items['linkType'] === 'string' && { linkType: items['linkType'] }) } }),
    ...(targets.length > 0 && { targets: [...new Set(targets)].sort() }),
  }
}

export function readLocale(item: Readonly<Record<string, unknown>>): LocaleEntity {
  return { kind: 'Locale', id: text(item['code']), isDefault: item['default'] === true, ...(typeof item['fallbackCode'] === 'string' && { fallback: item['fallbackCode'] }) }
}

/** What entries are read by: when it changes, all of them are read anew. */
export interface Setup {
  readonly types: readonly TypeEntity[]
  readonly locales: readonly LocaleEntity[]
  /** The environment itself, also where an alias was asked for. */
  readonly environment: string
  readonly print: string
}

export function createSetup(types: readonly TypeEntity[], locales: readonly LocaleEntity[], environment: string): Setup {
  const byId = (a: Entity, b: Entity): number => (a.id < b.id ? -1 : 1)
  const sorted = { types: [...types].sort(byId), locales: [...locales].sort(byId) }
  return { ...sorted, environment, print: digest(JSON.stringify([sorted.types, sorted.locales, environment])) }
}

/** A locale and those that stand in for it, in order. */
export function chainOf(code: string, locales: readonly LocaleEntity[]): string[] {
  const chain: string[] = []
  for (let next: string | undefined = code; next !== undefined && !chain.includes(next);) {
    chain.push(next)
    next = locales.find(({ id }) => id === next)?.fallback
  }
  return chain
}

/** All locales that a site needs. */
export function neededLocales(wanted: readonly string[] | undefined, locales: readonly LocaleEntity[]): ReadonlySet<string> {
  return new Set(publishedLocales(wanted, locales).flatMap((code) => [...chainOf(code, locales), ...defaultLocales(locales)]))
}

export function publishedLocales(wanted: readonly string[] | undefined, locales: readonly LocaleEntity[]): readonly string[] {
  return wanted !== undefined && wanted.length > 0 ? wanted : defaultLocales(locales)
}

/** What is not localized has a value in the default locale alone. */
function defaultLocales(locales: readonly LocaleEntity[]): string[] {
  return locales.filter(({ isDefault }) => isDefault).map(({ id }) => id)
}
