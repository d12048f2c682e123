// Entities -> entries of the site: mapped types get pages, all others are parts that can be referred to. Pure; called in every build
// that needs the entries. Links become references, which the core follows only when a template uses them.
import { fail, SsgError, type Diagnostic } from '../../core/diagnostic.ts'
import type { Body, EntriesContext, RawEntry, Reference } from '../../core/types.ts'
import { isRecord } from '../raw-entry.ts'
import { readPicture, type AssetFile, type Picture } from './assets.ts'
import { createBrokenLinks, type BrokenLinks } from './broken.ts'
import { chainOf, entityOf, linkId, publishedLocales, type AssetEntity, type EntryEntity, type FieldType, type LocaleEntity, type TypeEntity } from './entities.ts'
import { checkMapping, completeMapping, type Mapping } from './mapping.ts'
import { place, type ContentfulOptions } from './options.ts'
import { escapeHtml, isRichText, linesOf, renderRichText, type EntryTarget, type RichTextTargets } from './rich-text.ts'

/** All of a space that entries are made from. */
interface Space {
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
interface Edition {
  readonly space: Space
  readonly locale: string
  /** The locale and those that stand in for it. */
  readonly chain: readonly string[]
  /** Behind the ids of all but the first locale. */
  readonly suffix: string
}

/** One entry in one locale, while it is made. */
interface Making {
  readonly edition: Edition
  readonly entity: EntryEntity
  readonly id: string
  readonly files: AssetFile[]
}

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

/** What is not there is undefined, and left out of a list; it is told once for all. */
function convertLinks(making: Making, value: unknown, field: string, convert: (link: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => convertLinks(making, one, field, convert)).filter((one) => one !== undefined)
  if (linkTypeOf(value) === undefined) return value
  const converted = convert(value)
  if (converted === undefined) tellBroken(making, field, value)
  return converted
}

function linkTypeOf(value: unknown): string | undefined {
  const sys = isRecord(value) ? value['sys'] : undefined
  return isRecord(sys) && sys['type'] === 'Link' && (sys['linkType'] === 'Entry' || sys['linkType'] === 'Asset') ? sys['linkType'] : undefined
}

function referenceOf({ edition: { space, suffix } }: Making, link: unknown): Reference | undefined {
  const id = linkId(link) ?? ''
  return space.entries.has(id) ? { $entry: `${nameOf(space)}:${id}${suffix}` } : undefined
}

const nameOf = ({ options }: Space): string => options.name ?? 'contentful'

function pictureOf({ edition, files }: Making, link: unknown): Picture | undefined {
  const { space, locale } = edition
  const asset = space.assets.get(linkId(link) ?? '')
  if (asset === undefined) return undefined
  const key = `${asset.id} ${locale}`
  if (!space.pictures.has(key)) {
    const { options } = space
    space.pictures.set(key, readPicture(asset, (field) => pick(asset.fields[field], edition.chain), { images: options.images, isDownload: options.assets === 'download', host: options.host ?? '', insecure: options.insecure ?? false }))
  }
  const known = space.pictures.get(key)
  if (known?.file !== undefined) files.push(known.file)
  return known?.picture
}

function bodyOf(making: Making, { id: field }: FieldType): Body {
  const value = valueAt(making, field)
  if (isRichText(value)) return richBody(making, value, field)
  return { kind: 'markdown', text: value === undefined ? '' : String(value) }
}

function richBody(making: Making, document: Parameters<typeof renderRichText>[0], field: string): Body {
  return { kind: 'html', text: renderRichText(document, targetsOf(making, field)), trusted: true }
}

/** What a rich text of this entry refers to. */
function targetsOf(making: Making, field: string): RichTextTargets {
  const { space } = making.edition
  const targets: RichTextTargets = {
    entry(link) {
      const target = space.entries.get(linkId(link) ?? '')
      if (target === undefined) tellBroken(making, field, link)
      return target && targetOf(making, target, targets)
    },
    asset(link) {
      const picture = pictureOf(making, link)
      if (picture === undefined) tellBroken(making, field, link)
      return picture
    },
    problem: (message, fix) => space.ctx.report({ severity: 'warning', code: 'rich-text', message: `\`${field}\` of ${describeEntity(making)}: ${message}`, at: fieldAt(making, field), fix }),
  }
  return targets
}

function targetOf(making: Making, target: EntryEntity, targets: RichTextTargets): EntryTarget {
  const { edition } = making
  const { space: { options, mappings }, suffix } = edition
  const value = (field: string | undefined): string => (field === undefined ? '' : String(pick(target.fields[field], edition.chain) ?? ''))
  const code = options.code?.[target.type]
  const show = options.embeds?.[target.type]
  return {
    id: target.id, type: target.type, title: titleOf(target, edition),
    ...(mappings.has(target.type) && { href: `entry:${nameOf(edition.space)}:${encodeURIComponent(target.id + suffix)}` }),
    ...(code && { code: { language: value(code.language), code: value(code.code) } }),
    ...(show && { show: (isInline, depth) => callEmbed(making, target, show, { isInline, depth, targets }) }),
  }
}

function callEmbed(making: Making, target: EntryEntity, show: (entry: Parameters<NonNullable<ContentfulOptions['embeds']>[string]>[0]) => string, { isInline, depth, targets }: { isInline: boolean; depth: number; targets: RichTextTargets }): string {
  const { edition } = making
  const fieldsOf = (fields: EntryEntity['fields']): Record<string, unknown> => Object.fromEntries(Object.keys(fields).map((field) => [field, pick(fields[field], edition.chain)]))
  try {
    const html: unknown = show({
      id: target.id, type: target.type, isInline, fields: fieldsOf(target.fields), escape: (text) => escapeHtml(String(text ?? '')),
      render: (document) => (isRichText(document) ? renderRichText(document, targets, depth) : ''),
      find(link) {
        const found = linkTypeOf(link) === 'Asset' ? edition.space.assets.get(linkId(link) ?? '') : edition.space.entries.get(linkId(link) ?? '')
        return found && { id: found.id, fields: fieldsOf(found.fields) }
      },
    })
    if (typeof html === 'string') return html
    throw new Error(`it returned ${html === undefined ? 'nothing' : `a ${typeof html}`}, not a text`)
  } catch (error) {
    throw fail('hook-failed', `\`embeds.${target.type}\` failed on ${describeEntity({ ...making, entity: target })}: ${error instanceof Error ? error.message : String(error)}`, { at: { file: labelOf(target) }, fix: 'correct the function in site.config.' })
  }
}

/** The first value of the locales of a chain. */
function pick(values: Readonly<Record<string, unknown>> | undefined, chain: readonly string[]): unknown {
  for (const code of chain) {
    const value = values?.[code]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

function valueAt({ entity, edition }: Making, field: string): unknown {
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

function titleOf(entity: EntryEntity, edition: Edition): string {
  const { displayField } = edition.space.types.get(entity.type) ?? {}
  const title = displayField === undefined ? undefined : valueOfField(entity, displayField, edition)
  return typeof title === 'string' && title.trim() !== '' ? title : entity.id
}

function describeEntity({ entity, edition }: Making): string {
  return `"${titleOf(entity, edition).slice(0, 80)}"`
}

function labelOf({ id }: EntryEntity): string {
  return `Contentful entry ${id}`
}

function originOf({ entity, edition: { space } }: Making): { label: string; url?: string } {
  return { label: labelOf(entity), ...webAddress(space.options, space.ctx, entity.id) }
}

/** Of an export nobody knows where it is edited. */
export function webAddress(options: ContentfulOptions, { preview }: Pick<EntriesContext, 'preview'>, id: string): { url?: string } {
  const { space, environment, host } = place(options, preview)
  if (options.file !== undefined || space === '') return {}
  return { url: `https://app.${host.includes('.eu.') ? 'eu.' : ''}contentful.com/spaces/${encodeURIComponent(space)}/environments/${encodeURIComponent(environment)}/entries/${encodeURIComponent(id)}` }
}

function fieldAt(making: Making, field: string): NonNullable<Diagnostic['at']> {
  const { label, url } = originOf(making)
  return { file: `${label}, field \`${field}\``, ...(url !== undefined && { url }) }
}

function tellBroken(making: Making, field: string, link: unknown): void {
  making.edition.space.broken.add({ id: making.id, from: describeEntity(making), field, kind: linkTypeOf(link) ?? 'Entry', target: linkId(link) ?? '?', at: fieldAt(making, field) })
}
