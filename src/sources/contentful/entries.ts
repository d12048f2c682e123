// Entities -> entries of the site: mapped types get pages, all others are parts that can be referred to. Pure; called in every build
// that needs the entries. Links become references, which the core follows only when a template uses them.
import { SsgError } from '../../core/diagnostic.ts'
import type { Body, EntriesContext, RawEntry } from '../../core/types.ts'
import { createBrokenLinks } from './broken.ts'
import { chainOf, entityOf, linkId, linkTypeOf, publishedLocales, type AssetEntity, type EntryEntity, type FieldType, type LocaleEntity, type TypeEntity } from './entities.ts'
import { convertLinks, pictureOf, referenceOf } from './links.ts'
import { describeEntity, fieldAt, originOf, titleOf, valueAt, type Edition, type Making, type Space } from './making.ts'
import { checkMapping, completeMapping, type Mapping } from './mapping.ts'
import type { ContentfulOptions } from './options.ts'
import { isRichText, linesOf } from './rich-text.ts'
import { richBody } from './texts.ts'

export function* makeSpaceEntries(records: ReadonlyMap<string, RawEntry>, options: ContentfulOptions, ctx: EntriesContext): Iterable<RawEntry> {
  const space = createSpace(records, options, ctx)
  const wanted = publishedLocales(options.locales, space.locales)
  for (const [index, locale] of wanted.entries()) {
    const edition: Edition = { space, locale, chain: chainOf(locale, space.locales), suffix: index === 0 ? '' : `:${locale}` }
    for (const id of [...space.entries.keys()].sort()) {
      const made = makeEntry(edition, space.entries.get(id) as EntryEntity)
      if (made !== undefined) yield made
    }
  }
  space.broken.tell()
}

function createSpace(records: ReadonlyMap<string, RawEntry>, options: ContentfulOptions, ctx: EntriesContext): Space {
  const types = new Map<string, TypeEntity>(), entries = new Map<string, EntryEntity>(), assets = new Map<string, AssetEntity>(), locales: LocaleEntity[] = []
  for (const record of records.values()) {
    const entity = entityOf(record)
    if (entity.kind === 'Entry') entries.set(entity.id, entity)
    else if (entity.kind === 'Asset') assets.set(entity.id, entity)
    else if (entity.kind === 'ContentType') types.set(entity.id, entity)
    else locales.push(entity)
  }
  const problems = checkMapping(options, types, locales, ctx.collections)
  if (problems.length > 0) throw new SsgError(problems)
  return {
    options, ctx, types, entries, assets, locales: locales.sort((a, b) => (a.id < b.id ? -1 : 1)), pictures: new Map(),
    mappings: new Map(Object.entries(options.types).map(([id, mapping]) => [id, completeMapping(mapping, types.get(id) as TypeEntity)])),
    broken: createBrokenLinks(options.brokenLinks ?? 'warn', ctx),
  }
}

/** `undefined`: it is not translated, and nothing stands in for that. */
function makeEntry(edition: Edition, entity: EntryEntity): RawEntry | undefined {
  const { space, suffix, chain } = edition
  const type = space.types.get(entity.type)
  const isThere = Object.values(entity.fields).some((values) => chain.some((code) => Object.hasOwn(values, code)))
  if (type === undefined || (suffix !== '' && !isThere)) return undefined
  const making: Making = { edition, entity, id: entity.id + suffix, files: [] }
  const mapping = space.mappings.get(entity.type)
  return mapping === undefined ? makePart(making, type) : makePage(making, type, mapping)
}

function makePart(making: Making, type: TypeEntity): RawEntry {
  const fields = convertFields(making, type.fields, new Set())
  return {
    id: making.id, part: true, data: { title: titleOf(making.entity, making.edition), ...fields.data, contentType: type.id }, texts: fields.texts,
    origin: originOf(making), ...(making.files.length > 0 && { files: making.files }),
  }
}

function makePage(making: Making, type: TypeEntity, mapping: Mapping): RawEntry | undefined {
  const { edition: { space, locale }, entity, id } = making
  const missing = mapping.require.filter((field) => valueAt(making, field) === undefined)
  // Editors see drafts while they write them.
  if (entity.isDraft === undefined) for (const field of missing) space.ctx.report({ severity: 'error', code: 'front-matter-value', message: `${describeEntity(making)} has no \`${field}\``, at: fieldAt(making, field), fix: 'fill it in and publish, or do not require it.' }, id)
  if (missing.length > 0 && entity.isDraft === undefined) return undefined
  const bodyType = type.fields.find(({ id: field }) => field === mapping.body)
  const fields = convertFields(making, type.fields.filter((field) => field.id !== mapping.body && mapping.wants(field.id)), mapping.markdown, mapping.rename)
  const named = namedFields(making, type, mapping)
  return {
    id, origin: { ...originOf(making), fieldName: (key) => mapping.named[key] ?? key, ...(mapping.body !== undefined && { bodyField: mapping.body }) },
    path: pathOf(making, mapping), ...(collectionOf(mapping, locale)),
    data: {
      ...fields.data, ...named, contentType: type.id, ...(space.options.locales !== undefined && space.options.locales.length > 1 && { locale }), ...(entity.isDraft && { draft: true }),
    },
    texts: fields.texts,
    ...(bodyType !== undefined && { body: bodyOf(making, bodyType) }),
    ...(making.files.length > 0 && { files: making.files }),
  }
}

function collectionOf({ collection }: Mapping, locale: string): { collection?: string } {
  const name = typeof collection === 'string' ? collection : collection?.[locale]
  return name === undefined ? {} : { collection: name }
}

/** Where the entry would lie if it were a file; the id, where the slug is no path. */
function pathOf(making: Making, { named }: Mapping): string {
  const slug = named['slug'] === undefined ? undefined : valueAt(making, named['slug'])
  return typeof slug === 'string' && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._/-]{0,200}$/u.test(slug) && !/\.\.|\/\/|[./]$/.test(slug) ? slug : making.id
}

const textKeys = new Set(['title', 'slug', 'description'])

/** The keys that the core knows. */
function namedFields(making: Making, type: TypeEntity, { named }: Mapping): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(named)) {
    const value = valueAt(making, field)
    const fieldType = type.fields.find(({ id }) => id === field)
    if (value === undefined) continue
    if (textKeys.has(key)) fields[key] = isRichText(value) ? linesOf(value).join(' ') : value
    else if (key === 'tags') fields[key] = termsOf(making, value)
    else if (key === 'image') fields[key] = convertLinks(making, value, field, (link) => pictureOf(making, link)?.url)
    else fields[key] = fieldType === undefined ? value : convertValue(making, value, field)
  }
  // Other values of these keys would be taken for what they are not.
  if (fields['image'] === undefined) delete fields['image']
  return fields
}

/** Links stand for the titles of their entries. */
function termsOf(making: Making, value: unknown): unknown {
  return convertLinks(making, value, 'tags', (link) => {
    const target = making.edition.space.entries.get(linkId(link) ?? '')
    return target && titleOf(target, making.edition)
  })
}

interface Converted { readonly data: Readonly<Record<string, unknown>>; readonly texts: Readonly<Record<string, Body>> }

function convertFields(making: Making, types: readonly FieldType[], markdown: ReadonlySet<string>, rename: (field: string) => string = (field) => field): Converted {
  const data: Record<string, unknown> = {}, texts: Record<string, Body> = {}
  for (const { id: field, type } of types) {
    const value = valueAt(making, field)
    if (value === undefined) continue
    const key = rename(field)
    if (isRichText(value)) texts[key] = richBody(making, value, field)
    else if (type === 'Text' && markdown.has(field)) texts[key] = { kind: 'markdown', text: String(value) }
    else data[key] = convertValue(making, value, field)
  }
  return { data, texts }
}

function convertValue(making: Making, value: unknown, field: string): unknown {
  return convertLinks(making, value, field, (link) => (linkTypeOf(link) === 'Asset' ? pictureOf(making, link) : referenceOf(making, link)))
}

function bodyOf(making: Making, { id: field }: FieldType): Body {
  const value = valueAt(making, field)
  if (isRichText(value)) return richBody(making, value, field)
  return { kind: 'markdown', text: value === undefined ? '' : String(value) }
}
