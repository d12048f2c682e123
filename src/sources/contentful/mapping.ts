// The mapping of a site, checked against the content types that the space really has, with its defaults filled in.
import type { Diagnostic } from '../../core/diagnostic.ts'
import { didYouMean } from '../../util/nearest.ts'
import type { LocaleEntity, TypeEntity } from './entities.ts'
import type { ContentfulOptions, TypeMapping } from './options.ts'

export interface Mapping {
  readonly collection: TypeMapping['collection']
  /** Keys that the core knows -> fields. */
  readonly named: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly markdown: ReadonlySet<string>
  readonly require: readonly string[]
  wants(field: string): boolean
  /** What templates call a field. */
  rename(field: string): string
}

const namedKeys = ['title', 'slug', 'date', 'updated', 'tags', 'description', 'author', 'image'] as const
const sysFields = ['sys.id', 'sys.createdAt', 'sys.updatedAt', 'sys.publishedAt', 'metadata.tags']

export function completeMapping(mapping: TypeMapping, type: TypeEntity): Mapping {
  const has = (field: string): boolean => type.fields.some(({ id }) => id === field)
  const named = Object.fromEntries(namedKeys.flatMap((key) => {
    const field = mapping[key] ?? (key === 'title' ? type.displayField : undefined) ?? (has(key) && isOwnField(key, type) ? key : undefined)
    return field === undefined ? [] : [[key, field]]
  })) as Record<string, string>
  const renamed = mapping.fields !== undefined && !Array.isArray(mapping.fields) ? new Map(Object.entries(mapping.fields as Readonly<Record<string, string>>).map(([name, field]) => [field, name])) : undefined
  const listed = Array.isArray(mapping.fields) ? new Set(mapping.fields as readonly string[]) : renamed
  return {
    collection: mapping.collection, named, body: mapping.body ?? (has('body') ? 'body' : undefined), markdown: new Set(mapping.markdown ?? []),
    require: [...new Set([...(named['slug'] === undefined ? [] : [named['slug']]), ...(mapping.require ?? [])])],
    wants: (field) => listed === undefined || listed.has(field),
    rename: (field) => renamed?.get(field) ?? field,
  }
}

/** A field of that name that can be what the core takes it for. */
function isOwnField(key: string, { fields }: TypeEntity): boolean {
  const type = fields.find(({ id }) => id === key)?.type
  if (key === 'date' || key === 'updated') return type === 'Date'
  if (key === 'tags') return type === 'Array' || type === 'Symbol'
  if (key === 'image' || key === 'author') return type === 'Link' || type === 'Symbol'
  return type === 'Symbol' || type === 'Text' || type === 'RichText'
}

/** Everything in the mapping that the space does not have, each with the nearest name. */
export function checkMapping(options: ContentfulOptions, types: ReadonlyMap<string, TypeEntity>, locales: readonly LocaleEntity[], collections: readonly string[]): Diagnostic[] {
  return [
    ...Object.entries(options.types).flatMap(([id, mapping]) => checkType(id, mapping, types, collections)),
    ...Object.entries({ ...options.code, ...options.embeds }).flatMap(([id]) => (types.has(id) ? [] : [unknownName(`there is no content type "${id}"`, id, [...types.keys()])])),
    ...Object.entries(options.code ?? {}).flatMap(([id, fields]) => fieldProblems(types.get(id), Object.entries(fields), `code.${id}`)),
    ...(options.locales ?? []).flatMap((code) => (locales.some(({ id }) => id === code) ? [] : [unknownName(`the space has no locale "${code}"`, code, locales.map(({ id }) => id))])),
  ]
}

function checkType(id: string, mapping: TypeMapping, types: ReadonlyMap<string, TypeEntity>, collections: readonly string[]): Diagnostic[] {
  const type = types.get(id)
  if (type === undefined) return [unknownName(`there is no content type "${id}"`, id, [...types.keys()])]
  const named: [string, string | undefined][] = [...namedKeys, 'body' as const].map((key) => [key, mapping[key]])
  const lists = [
    ...(mapping.require ?? []), ...(mapping.markdown ?? []), ...(mapping.fields === undefined ? [] : Object.values(mapping.fields) as string[]),
  ].map((field): [string, string] => ['fields', field])
  const wanted = typeof mapping.collection === 'string' ? [mapping.collection] : Object.values(mapping.collection ?? {})
  return [
    ...fieldProblems(type, [...named, ...lists], `types.${id}`),
    ...wanted.filter((name) => collections.length > 0 && !collections.includes(name)).map((name) => unknownName(`\`types.${id}.collection\`: there is no collection "${name}"`, name, collections)),
  ]
}

function fieldProblems(type: TypeEntity | undefined, fields: readonly (readonly [key: string, field: string | undefined])[], where: string): Diagnostic[] {
  if (type === undefined) return []
  const known = type.fields.map(({ id }) => id)
  return fields.flatMap(([key, field]) => (field === undefined || known.includes(field) || sysFields.includes(field) ? [] : [unknownName(`\`${where}${key === 'fields' ? '' : `.${key}`}\`: the content type "${type.id}" has no field "${field}"`, field, known)]))
}

function unknownName(problem: string, name: string, known: readonly string[]): Diagnostic {
  const meant = didYouMean(name, known)
  return {
    severity: 'error', code: 'source-mapping', message: `Contentful: ${problem}`,
    fix: meant === undefined ? `known: ${[...known].sort().slice(0, 20).join(', ') || 'none'}.` : `did you mean "${meant}"?`,
  }
}
