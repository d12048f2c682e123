// `RawEntry` -> `Entry`: the one place where loose data becomes trusted. Title, dates, terms, address, and every problem with
// them. Not here: what the body says (render) and whether the entry is shown (site.ts).
import { distance } from 'fastest-levenshtein'
import { dateFromPath, type DatedPath } from './date.ts'
import type { Diagnostic } from './diagnostic.ts'
import { locate, messageOf } from './diagnostic.ts'
import type { Fields } from './fields.ts'
import { describe, findValue, readAuthor, readDate, readFlag, readTerms, readText, readTexts, readUrl, report } from './fields.ts'
import type { PermalinkResult } from './permalink.ts'
import { didYouMean } from '../util/nearest.ts'
import { fillPattern, knownParts, parsePermalink, unknownParts } from './permalink.ts'
import { applySchema } from './schema.ts'
import type { Collection, Settings } from './settings.ts'
import { normalizeSlug } from './slug.ts'
import { takeHeading, titleFromName, titleFromWords } from './title.ts'
import type { Body, CompleteEntry, Entry, EntryId, Part, Permalink, Publication, Site, Source } from './types.ts'
import { wallClock } from './zone.ts'

const dateKeys = ['date', 'updated', 'expires', 'expiry'] as const
const aliasKeys = ['aliases', 'alias', 'redirect_from'] as const
const plainKeys = ['title', 'draft', 'published', 'slug', 'permalink', 'url', 'author', 'canonical', 'template', 'description', 'id', 'order'] as const

/**
 * Checks one entry of a source, as loadSource gives it. `at` is the moment of the build. The entry is there even if there are
 * errors, without what could not be read, so that later phases can find theirs too.
 */
export async function normalizeEntry(raw: CompleteEntry, source: Pick<Source, 'name' | 'trusted' | 'schema'>, collection: Collection, settings: Settings, at: Date): Promise<{ entry: Entry; diagnostics: Diagnostic[] }> {
  const known = knownKeys(settings)
  const checked = await checkData(raw, source, collection, known)
  const fields: Fields = { data: checked.data, origin: raw.origin, diagnostics: checked.diagnostics }
  const path = dateFromPath(raw.path)
  const date = readDate(fields, ['date'], settings.timeZone, path.date)
  if (date === undefined && path.wrongDate !== undefined) warnOfName(fields, path.wrongDate)
  const text = readTitle(raw, fields, { path, date, settings })
  const slug = readText(fields, 'slug')
  const expires = readDate(fields, ['expires', 'expiry'], settings.timeZone)
  const entry: Omit<Entry, 'permalink'> = {
    id: raw.id as EntryId, source: source.name, trusted: isTrusted(raw.body, source.trusted),
    origin: raw.origin, path: raw.path, collection: collection.name, assets: raw.assets,
    ...text,
    slug: normalizeSlug(slug ?? path.name),
    publication: readPublication(fields, date, expires, at),
    ...withoutUndefined({
      date,
      expires,
      updated: readDate(fields, ['updated'], settings.timeZone),
      author: readAuthor(fields) ?? settings.author,
      description: readText(fields, 'description'),
      canonical: readUrl(fields, 'canonical'),
      template: readTemplate(fields),
      uid: readUid(fields, raw.id),
    }),
    aliases: readAliases(fields),
    terms: new Map(settings.taxonomies.map(({ name, keys }) => [name, readAllTerms(fields, keys)])),
    data: fields.data,
    ...(raw.texts !== undefined && { texts: raw.texts }),
    ...(raw.files !== undefined && { files: raw.files }),
  }
  const permalink = readPermalink(fields, entry, collection, settings)
  return { entry: permalink === undefined ? entry : { ...entry, permalink }, diagnostics: fields.diagnostics }
}

/** What other entries refer to has no address and no state: there is nothing to check. */
export function normalizePart({ id, origin, data, texts, files }: CompleteEntry, source: Pick<Source, 'name' | 'trusted'>): Part {
  return { id: id as EntryId, source: source.name, trusted: source.trusted ?? false, origin, data: Object.assign(Object.create(null) as Record<string, unknown>, data), ...(texts !== undefined && { texts }), ...(files !== undefined && { files }) }
}

function isTrusted(body: Body, source = false): boolean {
  return source || (body.kind === 'html' && body.trusted === true)
}

/** The parts by id, and the texts beside the bodies as entries that are nothing but a body. */
export function textsOf(entries: readonly Entry[], parts: readonly Part[]): Pick<Site, 'parts' | 'texts'> {
  if (parts.length === 0 && entries.every(({ texts }) => texts === undefined)) return {}
  const texts = new Map<EntryId, Entry>()
  for (const entry of entries) for (const [key, body] of Object.entries(entry.texts ?? {})) texts.set(textId(entry.id, key), { ...entry, id: textId(entry.id, key), body, data: {}, origin: { ...entry.origin, bodyField: key }, trusted: isTrusted(body, entry.trusted && !isTrusted(entry.body)) })
  for (const part of parts) for (const [key, body] of Object.entries(part.texts ?? {})) texts.set(textId(part.id, key), textOfPart(part, key, body))
  return { parts: new Map(parts.map((part) => [part.id, part])), texts }
}

/** The id under which a text beside the body is rendered. */
export function textId(id: EntryId, key: string): EntryId {
  return `${id}#${key}` as EntryId
}

function textOfPart({ id, source, trusted, origin }: Part, key: string, body: Body): Entry {
  return {
    id: textId(id, key), source, trusted: isTrusted(body, trusted), origin: { ...origin, bodyField: key }, body, path: id, collection: '', title: '', slug: id, publication: { state: 'published' }, aliases: [], terms: new Map(), data: {}, assets: [],
  }
}

const knownKeysOf = new WeakMap<Settings, ReadonlySet<string>>()

/** The keys that mean something to the program. */
function knownKeys(settings: Settings): ReadonlySet<string> {
  const known = knownKeysOf.get(settings) ?? new Set([...plainKeys, ...dateKeys, ...aliasKeys, ...settings.taxonomies.flatMap(({ keys }) => keys)])
  knownKeysOf.set(settings, known)
  return known
}

async function checkData(raw: CompleteEntry, source: Pick<Source, 'schema'>, collection: Collection, known: ReadonlySet<string>): Promise<{ data: Record<string, unknown>; diagnostics: Diagnostic[] }> {
  const own = Object.assign(Object.create(null) as Record<string, unknown>, raw.data)
  const bySource = source.schema ? await applySchema(source.schema, own, raw.origin) : { data: own, diagnostics: [] }
  const schema = bySource.diagnostics.length === 0 ? collection.schema : undefined
  const result = schema ? await applySchema(schema, bySource.data, raw.origin) : bySource
  const diagnostics = [...result.diagnostics]
  if (!source.schema && !collection.schema) return { data: own, diagnostics: findTypos(raw, known) }
  if (schema && diagnostics.length === 0) diagnostics.push(...findDropped(raw, bySource.data, result.data, known))
  // What validators leave out of our own keys is kept, and dates as written: a validator reads them in the machine's time zone.
  const kept = Object.entries(own).filter(([key]) => known.has(key) && (!Object.hasOwn(result.data, key) || dateKeys.some((dateKey) => dateKey === key)))
  return { data: Object.assign(Object.create(null) as Record<string, unknown>, result.data, Object.fromEntries(kept)), diagnostics }
}

/** Keys that are one slip away from one that means something, where that one is missing. */
function findTypos(raw: CompleteEntry, known: ReadonlySet<string>): Diagnostic[] {
  return Object.keys(raw.data).flatMap((key) => {
    if (known.has(key)) return []
    const meant = [...known].find((candidate) => !Object.hasOwn(raw.data, candidate) && isSlip(key, candidate))
    return meant === undefined ? [] : warnOfKey(raw, key, `the key \`${key}\` looks like a slip of \`${meant}\``, `write ${meant}, or rename the key.`)
  })
}

/** Another case, two letters swapped, one more or less; one other only in long words (`rate` is not `date`). */
function isSlip(key: string, known: string): boolean {
  const [a, b] = [key.toLowerCase().trim(), known]
  if (a === b) return true
  if (known.length < 4 || Math.abs(a.length - b.length) > 1 || known === 'order') return false
  const i = [...a].findIndex((letter, at) => letter !== b[at])
  if (a.length === b.length && a.slice(0, i) + (a[i + 1] ?? '') + (a[i] ?? '') + a.slice(i + 2) === b) return true
  return distance(a, b) === 1 && (a.length !== b.length || known.length > 4)
}

function findDropped(raw: CompleteEntry, before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): Diagnostic[] {
  return Object.keys(before).filter((key) => !known.has(key) && !Object.hasOwn(after, key)).flatMap((key) => {
    const meant = [...known, ...Object.keys(after)].find((candidate) => !Object.hasOwn(before, candidate) && isSlip(key, candidate))
    return warnOfKey(raw, key, `the key \`${key}\` is not in the schema of the collection`, meant === undefined ? 'remove it, or add it to the schema.' : `did you mean ${meant}?`)
  })
}

/** Only what somebody wrote in a file can have slips; a remote source has the keys that it has. */
function warnOfKey(raw: CompleteEntry, key: string, message: string, fix: string): Diagnostic[] {
  const line = raw.origin.locate?.(key)?.line
  return line === undefined ? [] : [{ severity: 'warning', code: 'front-matter-key', message, at: { ...locate(raw.origin), line }, fix }]
}

function warnOfName(fields: Fields, wrongDate: string): void {
  fields.diagnostics.push({
    severity: 'warning', code: 'front-matter-date', message: `the name starts with ${wrongDate}, which is not a day of the calendar`,
    at: locate(fields.origin), fix: 'rename it, or write a `date`.',
  })
}

/** Terms at the top level and those under `taxonomies`, as Zola has them. */
function readAllTerms(fields: Fields, keys: readonly string[]): string[] {
  const { taxonomies } = fields.data
  const terms = readTerms(fields, keys)
  if (typeof taxonomies !== 'object' || taxonomies === null || Array.isArray(taxonomies)) return terms
  return [...new Set([...terms, ...readTerms({ ...fields, data: taxonomies as Fields['data'] }, keys)])]
}

function readTitle(raw: CompleteEntry, fields: Fields, { path, date, settings }: { path: DatedPath; date: Date | undefined; settings: Settings }): Pick<Entry, 'title' | 'body' | 'untitled'> {
  const title = readText(fields, 'title')
  if (title !== undefined) return { title, body: raw.body }
  const heading = raw.body.kind === 'markdown' ? takeHeading(raw.body.text) : undefined
  if (heading) return { title: heading.title, body: { kind: 'markdown', text: heading.rest } }
  if (isNote(fields, path)) return { title: titleFromWords(raw.body.text) ?? dayOf(date, settings) ?? titleFromName(path.name), untitled: true, body: raw.body }
  return { title: path.name === 'index' ? settings.title : titleFromName(path.name), body: raw.body }
}

/** Written without a title on purpose: a response, a picture, or a name that says nothing. */
function isNote({ data }: Fields, { name }: DatedPath): boolean {
  return responseKeys.some((key) => data[key] !== undefined) || (name !== '' && !/\p{L}/u.test(name)) || (name !== 'index' && Object.hasOwn(data, 'title'))
}
const responseKeys = ['in-reply-to', 'like-of', 'repost-of', 'bookmark-of', 'photo'] as const

function dayOf(date: Date | undefined, { timeZone }: Settings): string | undefined {
  return date && wallClock(date, timeZone).toISOString().slice(0, 16).replace('T', ' ').replace(/ 00:00$/, '')
}

function readPublication(fields: Fields, date: Date | undefined, expires: Date | undefined, at: Date): Publication {
  const isDraft = readFlag(fields, 'draft')
  const isPublished = readFlag(fields, 'published')
  if (isDraft || isPublished === false) return { state: 'draft' }
  if (expires !== undefined && expires <= at) return { state: 'expired', since: expires }
  return date !== undefined && date > at ? { state: 'scheduled', from: date } : { state: 'published' }
}

/** A template's name below its folder; `post` is `post.njk`. */
function readTemplate(fields: Fields): string | undefined {
  const name = readText(fields, 'template')
  if (name === undefined) return undefined
  if (/^\/|(?:^|\/)\.\.(?:\/|$)|[\\:]/.test(name)) {
    report(fields, 'front-matter-value', 'template', `\`template\` is ${describe(name)}, which leaves the folder of templates`, 'write the name of a file in that folder.')
    return undefined
  }
  return /\.[^./]+$/.test(name) ? name : `${name}.njk`
}

/** An `id` that the entry's own id is made of says nothing new. */
function readUid(fields: Fields, id: string): string | undefined {
  const uid = readText(fields, 'id')
  return uid === undefined || id === uid || id.endsWith(`:${uid}`) ? undefined : uid
}

function readAliases(fields: Fields): Permalink[] {
  const aliases = readTexts(fields, aliasKeys).flatMap(({ key, text }) => checkPermalink(fields, key, parsePermalink(text)) ?? [])
  return [...new Set(aliases)]
}

function checkPermalink(fields: Fields, key: string, result: PermalinkResult): Permalink | undefined {
  if ('permalink' in result) return result.permalink
  report(fields, 'permalink-unsafe', key, `\`${key}\`: ${result.problem}`, result.fix)
  return undefined
}

function readPermalink(fields: Fields, entry: Omit<Entry, 'permalink'>, collection: Collection, settings: Settings): Permalink | undefined {
  if (fields.data['permalink'] === false) return undefined
  const own = findValue(fields, ['permalink', 'url'])
  // A `url` with a scheme is a link of the entry, not its address.
  if (own !== undefined && !(own.key === 'url' && !String(own.value).startsWith('/'))) return readOwnPermalink(fields, own.key, entry, settings)
  if (collection.permalink === false) return undefined
  if (typeof collection.permalink === 'function') return callPermalink(fields, collection.permalink, entry)
  const result = fillPattern(collection.permalink, entry, settings.timeZone)
  if ('permalink' in result) return result.permalink
  report(fields, 'permalink-pattern', 'slug', result.problem, result.fix)
  return undefined
}

function readOwnPermalink(fields: Fields, key: string, entry: Omit<Entry, 'permalink'>, settings: Settings): Permalink | undefined {
  const text = readText(fields, key)
  if (text === undefined) return undefined
  const unknown = unknownParts(text)
  // A colon may be meant: only a slip of a known part is one.
  const slip = unknown.find((part) => didYouMean(part, knownParts) !== undefined)
  if (slip !== undefined) {
    report(fields, 'permalink-pattern', key, `\`${key}\`: there is no part ":${slip}"`, `did you mean :${didYouMean(slip, knownParts)}?`)
    return undefined
  }
  const isPattern = /:[a-z]/.test(text) && unknown.length === 0
  return checkPermalink(fields, key, isPattern ? fillPattern(text, entry, settings.timeZone) : parsePermalink(text))
}

function callPermalink(fields: Fields, permalink: (entry: Omit<Entry, 'permalink'>) => string, entry: Omit<Entry, 'permalink'>): Permalink | undefined {
  try {
    const text: unknown = permalink(entry)
    if (typeof text === 'string') return checkPermalink(fields, 'permalink', parsePermalink(text))
    report(fields, 'hook-failed', 'permalink', `the \`permalink\` function of the collection ${entry.collection} returned ${describe(text)}, not a text`, 'let it return an address like /posts/hello/.')
  } catch (error) {
    report(fields, 'hook-failed', 'permalink', `the \`permalink\` function of the collection ${entry.collection} failed: ${messageOf(error)}`, 'correct the function in site.config.')
  }
  return undefined
}

/** Without the keys that have no value. */
function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
