// The filters every template has. Pure: the same value gives the same text on every machine.
import dayjs from 'dayjs'
import advancedFormat from 'dayjs/plugin/advancedFormat.js'
import localizedFormat from 'dayjs/plugin/localizedFormat.js'
import utc from 'dayjs/plugin/utc.js'
import nunjucks from 'nunjucks'
import { fail } from '../core/diagnostic.ts'
import { hrefOf, type Filter, type Settings } from '../core/settings.ts'
import { slugify } from '../core/slug.ts'
import type { Permalink } from '../core/types.ts'
import { offsetMinutes } from '../core/zone.ts'

dayjs.extend(utc)
dayjs.extend(advancedFormat)
dayjs.extend(localizedFormat)

/** dayjs' name for a language tag, loaded; `en` if dayjs does not have it. */
async function loadLocale(language: string): Promise<string> {
  for (const name of [language.toLowerCase(), language.toLowerCase().split('-')[0] ?? 'en']) {
    if (name === 'en') return 'en'
    try {
      const { default: locale } = await import(`dayjs/locale/${name}.js`) as { default: ILocale }
      // By itself it goes to the package, which may not be the one in this bundle.
      dayjs.locale(locale, undefined, true)
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    }
  }
  return 'en'
}

export async function createFilters(settings: Settings): Promise<Readonly<Record<string, Filter>>> {
  const locale = await loadLocale(settings.language)
  const href = (value: unknown): string => toHref(text(value), settings)
  /** Lists show the same dates again and again. */
  const dates = new Map<string, Map<number, string>>()
  return {
    /** `{{ entry.date | date('D MMMM YYYY') }}`: in the site's time zone and language, in the letters of dayjs. */
    date(value, format = 'LL') {
      const date = toDate(value)
      const letters = text(format)
      const time = date.getTime()
      let known = dates.get(letters)
      if (known === undefined || known.size >= mostDates) dates.set(letters, known = new Map())
      let made = known.get(time)
      if (made === undefined) known.set(time, made = dayjs(date).utcOffset(offsetMinutes(date, settings.timeZone)).locale(locale).format(letters))
      return made
    },
    /** `2024-05-06T07:30:00Z`: for `<time datetime>`. */
    isodate: (value) => toDate(value).toISOString().replace('.000Z', 'Z'),
    /** Address on this site, with the base path before it. */
    url: href,
    /** Address with scheme and host. */
    absolute(value) {
      if (settings.origin === undefined) throw fail('config-url', '`absolute` needs the site\'s `url`')
      return /^[a-z][a-z0-9+.-]*:/i.test(text(value)) ? text(value) : settings.origin + href(value)
    },
    slug: (value) => slugify(text(value)),
    /** JSON that is safe inside of `<script>`. */
    json: (value, indent) => new nunjucks.runtime.SafeString(toJson(value, indent)),
    /** Plain text of some HTML, cut to a number of words. */
    excerpt: (value, words = 50) => cutWords(plainText(text(value)), Number(words)),
    /** Plain text of some HTML. */
    text: (value) => plainText(text(value)),
    // Nunjucks' own two look only at what an object holds itself, and so find nothing in an entry.
    sort: makeMacro(['value', 'reverse', 'case_sensitive', 'attribute'], [], sortList),
    groupby: (list, path) => groupList(list as readonly unknown[], text(path)),
  }
}

const mostDates = 50_000

const { makeMacro } = nunjucks.runtime as unknown as { makeMacro(names: readonly string[], keywords: readonly string[], run: (...args: never[]) => unknown): Filter }

function sortList(list: readonly unknown[], reverse?: boolean, caseSensitive?: boolean, path?: string): unknown[] {
  const keyOf = (member: unknown): unknown => {
    const key = path === undefined ? member : attributeOf(member, path)
    if (key === undefined) throw new Error(`\`sort\`: a member has no "${path}"`)
    return !caseSensitive && typeof key === 'string' ? key.toLowerCase() : key
  }
  const keyed = [...list].map((member) => ({ member, key: keyOf(member) as string }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (reverse ? -1 : 1))
  return keyed.map(({ member }) => member)
}

function groupList(list: readonly unknown[], path: string): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = Object.create(null) as Record<string, unknown[]>
  for (const member of list) {
    const key = attributeOf(member, path)
    if (key === undefined) throw new Error(`\`groupby\`: a member has no "${path}"`)
    ;(groups[String(key)] ??= []).push(member)
  }
  return groups
}

function attributeOf(member: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), member)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof nunjucks.runtime.SafeString || typeof value === 'number') return String(value)
  throw new Error(`a text was expected, not ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}`)
}

function toDate(value: unknown): Date {
  const date = value instanceof Date ? value : typeof value === 'string' ? new Date(/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value) ? value : NaN) : new Date(NaN)
  if (Number.isNaN(date.getTime())) throw new Error(`a date was expected, not ${JSON.stringify(value) ?? 'undefined'}`)
  return date
}

/** Adds the base path to addresses on this site; leaves all others as they are. */
export function toHref(address: string, settings: Pick<Settings, 'basePath'>): string {
  if (!address.startsWith('/') || address.startsWith('//')) return address
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(address) ?? []
  return hrefOf(settings, path as Permalink) + rest
}

function toJson(value: unknown, indent: unknown): string {
  const json = JSON.stringify(value, null, typeof indent === 'number' ? indent : undefined) ?? 'null'
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'', nbsp: ' ' }

function plainText(html: string): string {
  return html.replace(/<a class="anchor"[^>]*>[^]*?<\/a>/g, '').replace(/<!--[\s\S]*?-->|<[^>]*>/g, ' ').replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (all, name: string) => entities[name] ?? all).replace(/\s+/g, ' ').trim()
}

function cutWords(plain: string, count: number): string {
  const words = plain.split(' ')
  return words.length <= count ? plain : `${words.slice(0, count).join(' ')}…`
}
