// Jekyll's addresses: permalink styles, patterns and their parts (jekyllrb.com/docs/permalinks), its two ways to make a slug.
// Pure. Segments are percent-encoded.
import { wallClock } from '../core/zone.ts'

const styles: Readonly<Record<string, string>> = {
  date: '/:categories/:year/:month/:day/:title:output_ext',
  pretty: '/:categories/:year/:month/:day/:title/',
  ordinal: '/:categories/:year/:y_day/:title:output_ext',
  weekdate: '/:categories/:year/W:week/:short_day/:title:output_ext',
  none: '/:categories/:title:output_ext',
}

export interface JekyllUrlParts {
  /** Of the file's name, or `slug` of the front matter. */
  readonly slug: string
  readonly categories: readonly string[]
  readonly date: Date | undefined
  readonly timeZone: string
  readonly collection?: string
  /** Path of the file without ending, for pages and collections: from the collection's or the site's folder. */
  readonly path?: string
}

/** The pattern behind a style's name, or the pattern itself. */
export function patternOf(style: string): string {
  return Object.hasOwn(styles, style) ? styles[style] ?? style : style
}

/** What a pattern becomes, with the parts that it has and Jekyll does not know. */
export function fillJekyllPattern(pattern: string, parts: JekyllUrlParts): { readonly url: string; readonly unknown: readonly string[] } {
  const unknown: string[] = []
  const url = patternOf(pattern).replace(/:([a-z_]+)/g, (all, name: string) => {
    const [known, rest] = splitName(name)
    const value = known === undefined ? undefined : values[known]?.(parts)
    if (value === undefined) {
      unknown.push(all)
      return ''
    }
    return value.split('/').map(encodeURIComponent).join('/') + rest
  })
  return { url: `/${url}`.replace(/\/{2,}/g, '/'), unknown }
}

/** Jekyll replaces the longest name that it knows: `:title_x` is `:title` and `_x`. */
function splitName(name: string): [string | undefined, string] {
  const known = Object.keys(values).filter((candidate) => name.startsWith(candidate)).sort((a, b) => b.length - a.length)[0]
  return [known, known === undefined ? '' : name.slice(known.length)]
}

const two = (value: number): string => String(value).padStart(2, '0')
const clock = ({ date, timeZone }: JekyllUrlParts): Date | undefined => date && wallClock(date, timeZone)
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'] as const
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

type Value = (parts: JekyllUrlParts) => string | undefined
const ofDate = (read: (date: Date) => string): Value => (parts) => { const date = clock(parts); return date && read(date) }

const values: Readonly<Record<string, Value>> = {
  title: ({ slug }) => slugifyJekyll(slug, { mode: 'pretty', cased: true }),
  slug: ({ slug }) => slugifyJekyll(slug, { mode: 'default', cased: false }),
  name: ({ slug }) => slugifyJekyll(slug, { mode: 'pretty', cased: false }),
  categories: ({ categories }) => [...new Set(categories.map((category) => category.toLowerCase()))].join('/'),
  slugified_categories: ({ categories }) => [...new Set(categories.map((category) => slugifyJekyll(category, { mode: 'default', cased: false })))].join('/'),
  collection: ({ collection }) => collection,
  path: ({ path }) => path,
  basename: ({ path }) => path?.replace(/^.*\//, ''),
  output_ext: () => '.html',
  year: ofDate((date) => String(date.getUTCFullYear()).padStart(4, '0')),
  short_year: ofDate((date) => two(date.getUTCFullYear() % 100)),
  month: ofDate((date) => two(date.getUTCMonth() + 1)),
  i_month: ofDate((date) => String(date.getUTCMonth() + 1)),
  short_month: ofDate((date) => capital((months[date.getUTCMonth()] ?? '').slice(0, 3))),
  long_month: ofDate((date) => capital(months[date.getUTCMonth()] ?? '')),
  day: ofDate((date) => two(date.getUTCDate())),
  i_day: ofDate((date) => String(date.getUTCDate())),
  y_day: ofDate((date) => String(dayOfYear(date)).padStart(3, '0')),
  short_day: ofDate((date) => capital((days[date.getUTCDay()] ?? '').slice(0, 3))),
  long_day: ofDate((date) => capital(days[date.getUTCDay()] ?? '')),
  w_day: ofDate((date) => String(date.getUTCDay() || 7)),
  week: ofDate((date) => two(isoWeek(date).week)),
  w_year: ofDate((date) => String(isoWeek(date).year)),
  hour: ofDate((date) => two(date.getUTCHours())),
  minute: ofDate((date) => two(date.getUTCMinutes())),
  second: ofDate((date) => two(date.getUTCSeconds())),
}

function dayOfYear(date: Date): number {
  return Math.floor((Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
}

function isoWeek(date: Date): { week: number; year: number } {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 4 - (date.getUTCDay() || 7)))
  return { week: Math.ceil(dayOfYear(thursday) / 7), year: thursday.getUTCFullYear() }
}

/** `default` keeps letters and digits, `pretty` some signs as well. */
export function slugifyJekyll(text: string, { mode, cased }: { readonly mode: 'default' | 'pretty'; readonly cased: boolean }): string {
  const others = mode === 'pretty' ? /[^\p{M}\p{L}\p{Nd}._~!$&'()+,;=@]+/gu : /[^\p{M}\p{L}\p{Nd}]+/gu
  const slug = text.normalize('NFC').replace(others, '-').replace(/^-+|-+$/g, '')
  return cased ? slug : slug.toLowerCase()
}

/** The pattern of a page that names none: `pages/about.md` -> `/pages/about.html`, or `/pages/about/` where the site is pretty. */
export function pagePattern(path: string, style: string): string {
  if (/(?:^|\/)index$/.test(path)) return `/${path.replace(/index$/, '')}`
  const suffix = style === 'pretty' ? '/' : ['date', 'ordinal', 'weekdate', 'none'].includes(style) ? '.html' : style.endsWith('/') ? '/' : style.endsWith(':output_ext') ? '.html' : ''
  return `/${path.split('/').map(encodeURIComponent).join('/')}${suffix}`
}

/**
 * An address as a host can answer to it. Jekyll writes `/about` to the file about.html, which some hosts answer and others do
 * not: it becomes the folder `/about/`, with the file's name as an alias.
 */
export function answerable(url: string): { readonly permalink: string; readonly aliases: readonly string[] } {
  const clean = url.replace(/(^|\/)index\.html?$/, '$1')
  if (clean.endsWith('/') || /\.[A-Za-z][A-Za-z\d]{0,4}$/.test(clean)) return { permalink: clean, aliases: [] }
  return { permalink: `${clean}/`, aliases: [`${clean}.html`] }
}

/** An id of an entry as old feeds have it: the address, with no more encoded than must be. */
export function feedAddress(base: string, url: string): string {
  return base + encodeURI(decode(url)).replace(/[?#]/g, encodeURIComponent)
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url)
  } catch (error) {
    // A percent sign that somebody wrote for itself.
    if (error instanceof URIError) return url
    throw error
  }
}
