// The address of a page and the file behind it. The only maker of `Permalink` and `OutputPath`, so that nothing hostile
// (`..`, control characters, encoded tricks) gets past this file.
import { slugify } from './slug.ts'
import type { Entry, OutputPath, Permalink } from './types.ts'
import { wallClock } from './zone.ts'

export type PermalinkResult = { readonly permalink: Permalink } | { readonly problem: string; readonly fix: string }

/** In the output folder: the list of the files in it that are ours. */
export const ownListName = '.ssg-files.json'
/** In the output folder while a build writes: with it, the folder is neither the old site nor the new one. */
export const unfinishedMarkName = '.ssg-unfinished'

const encoder = new TextEncoder()
const bytes = (text: string): number => encoder.encode(text).length

/**
 * Checks an address that somebody wrote. Percent-encoding is undone once, `/about` becomes `/about/`,
 * `/x/index.html` becomes `/x/`. Limits: 255 bytes a segment (file systems), 1000 in all (object stores take 1024).
 */
export function parsePermalink(text: string): PermalinkResult {
  // Most need nothing but this.
  if (text.length < 256 && /^(?:\/[a-z\d][a-z\d_-]*)+\/$/.test(text)) return { permalink: text as Permalink }
  const problem = (reason: string, fix = 'write an address on this site, for example /posts/hello/.'): PermalinkResult => ({ problem: `"${text}" ${reason}`, fix })
  if (!text.startsWith('/')) return problem('does not start with a slash', `write /${text.replace(/^[a-z]+:\/*/i, '')}.`)
  if (text.startsWith('//')) return problem('starts with two slashes')
  let path: string
  try {
    path = decodeURIComponent(text).normalize('NFC')
  } catch {
    return problem('has a percent sign that does not encode anything', 'write the sign as %25.')
  }
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\u2028\u2029\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(path)) return problem('holds a control character or a backslash')
  if (/[?#]/.test(path)) return problem('holds a `?` or `#`, which no file can answer to', 'leave out the query and the fragment.')
  path = path.replace(/(^|\/)index\.html?$/, '$1')
  const segments = path.slice(1).split('/')
  const last = segments.at(-1) ?? ''
  if (last !== '' && !/[^.]\.[^.]+$/.test(last)) segments.push('')
  for (const [i, segment] of segments.entries()) {
    if (segment === '' && i < segments.length - 1) return problem('has an empty part between two slashes')
    if (/^\.+$/.test(segment)) return problem(`has "${segment}" as a part, which would leave its folder`)
    if (segment !== segment.trim()) return problem('has a part that starts or ends with a space')
    if (bytes(segment) > 255) return problem('has a part longer than 255 bytes, which no file system takes', 'shorten it.')
  }
  if ([ownListName, unfinishedMarkName, '.ssg'].includes(segments[0]?.toLowerCase() ?? '')) return problem('is where this program keeps the list of its files', 'choose another name.')
  const permalink = '/' + segments.join('/')
  if (bytes(permalink) > 1000) return problem('is longer than 1000 bytes', 'shorten it.')
  return { permalink: permalink as Permalink }
}

/** The address of a file that is copied: a name without an ending (`CNAME`) stays a file. */
export function parseFilePermalink(text: string): PermalinkResult {
  const result = parsePermalink(text)
  if ('problem' in result || text.endsWith('/') || !result.permalink.endsWith('/') || /(?:^|\/)index\.html?$/.test(text)) return result
  return { permalink: result.permalink.slice(0, -1) as Permalink }
}

/** An address made by the program from checked parts; a failure is a bug. */
export function makePermalink(path: string): Permalink {
  const result = parsePermalink(path)
  if ('problem' in result) throw new Error(`made a bad permalink: ${result.problem}`)
  return result.permalink
}

/** `/posts/` -> `posts/index.html`, `/feed.xml` -> `feed.xml`. */
export function outputPath(permalink: Permalink): OutputPath {
  const path = permalink.slice(1)
  return (path === '' || path.endsWith('/') ? path + 'index.html' : path) as OutputPath
}

/** `/posts/` and `picture.png` -> `/posts/picture.png`; for a file, its folder. */
export function besidePermalink(permalink: Permalink, name: string): PermalinkResult {
  const encoded = name.split('/').map(encodeURIComponent).join('/')
  return parseFilePermalink(encodeURI(permalink.slice(0, permalink.lastIndexOf('/') + 1)).replace(/[?#]/g, encodeURIComponent) + encoded)
}

/** Page 1 is the list's own address; page 3 of `/tags/x/` is `/tags/x/page/3/`, or what `pattern` makes of it. */
export function pagePermalink(base: Permalink, number: number, pattern = 'page/:num/'): Permalink {
  if (number === 1) return base
  const name = base.replace(/^.*\//, '').replace(/\.[^.]*$/, '') || 'index'
  const page = pattern.replace(/:(num|prev|base)/g, (_, part: string) => (part === 'base' ? encodeURIComponent(name) : String(part === 'num' ? number : number - 1)))
  return makePermalink(encodeURI(base.replace(/[^/]*$/, '')) + page)
}

type PatternEntry = Omit<Entry, 'permalink' | 'aliases'>
const two = (n: number): string => String(n).padStart(2, '0')

/** Only what says "text": an id such as `0.1.0` is kept whole. */
const withoutEnding = (path: string): string => path.replace(/\.(?:md|markdown|html?|txt)$/i, '')

/** The parts that a pattern may name. `undefined`: the entry has no value for it. */
const patternParts: Readonly<Record<string, (entry: PatternEntry, date: Date | undefined) => string | undefined>> = {
  slug: (entry) => entry.slug,
  title: (entry) => slugify(entry.title),
  collection: (entry) => slugify(entry.collection),
  path: (entry) => withoutEnding(entry.path).replace(/(^|\/)index$/, ''),
  folder: (entry) => entry.path.replace(/[^/]*$/, '').replace(/\/$/, ''),
  name: (entry) => withoutEnding(entry.path.replace(/^.*\//, '')),
  year: (_, date) => date && String(date.getUTCFullYear()).padStart(4, '0'),
  month: (_, date) => date && two(date.getUTCMonth() + 1),
  day: (_, date) => date && two(date.getUTCDate()),
  hour: (_, date) => date && two(date.getUTCHours()),
  minute: (_, date) => date && two(date.getUTCMinutes()),
}

/** Names of the parts of a pattern that do not exist. */
export function unknownParts(pattern: string): string[] {
  return [...pattern.matchAll(/:([a-z]+)/g)].map((match) => match[1] ?? '').filter((part) => !Object.hasOwn(patternParts, part))
}
export const knownParts: readonly string[] = Object.keys(patternParts)

/** Fills in `/:year/:slug/` for one entry. Parts of the date are in the site's time zone. */
export function fillPattern(pattern: string, entry: PatternEntry, timeZone: string): PermalinkResult {
  const date = entry.date && wallClock(entry.date, timeZone)
  const missing: string[] = []
  const path = pattern.replace(/:([a-z]+)/g, (_, part: string) => {
    const value = patternParts[part]?.(entry, date)
    if (value === undefined) missing.push(part)
    return (value ?? '').split('/').map(encodeURIComponent).join('/')
  })
  if (missing.length > 0) return { problem: `the pattern "${pattern}" needs :${missing.join(', :')}, which this entry does not have`, fix: 'give the entry a `date`, or its collection another permalink.' }
  const result = parsePermalink(path.replace(/\/{2,}/g, '/'))
  // Static hosts look for the page of missing addresses under this name alone.
  return 'permalink' in result && result.permalink === '/404/' ? parsePermalink('/404.html') : result
}
