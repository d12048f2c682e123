// Figures and names as people read them, the same on every machine. Whatever comes from a site goes through `escape`.
import { escapeMarkup } from '../core/feed-text.ts'
import type { AnyActivity } from './report.ts'

/** What each activity is called, and what belongs to it. */
export const activities: Readonly<Record<AnyActivity, { readonly name: string; readonly what: string }>> = {
  start: { name: 'Start', what: 'Node.js, the program, its libraries, site.config' },
  wait: { name: 'Waiting', what: 'for another build or another thread' },
  sources: { name: 'Sources', what: 'entries and data read and checked, the plan of all files' },
  cache: { name: 'Cache', what: 'what has changed since the last build, and what the next one needs' },
  markdown: { name: 'Markdown', what: 'bodies, links and excerpts, without blocks of code' },
  highlight: { name: 'Highlighting', what: 'blocks of code, and loading their languages' },
  templates: { name: 'Templates', what: 'nunjucks: files, blocks and macros' },
  own: { name: 'Own functions', what: 'queries, filters, globals and hooks of site.config' },
  pages: { name: 'Pages', what: 'head tags, feeds, sitemap, redirects' },
  checks: { name: 'Checks', what: 'links, anchors, leftovers, feeds read back' },
  write: { name: 'Output', what: 'files compared, written and removed' },
  other: { name: 'Not accounted for', what: 'what no part of the program claims' },
}

/** `812 B`, `14.2 kB`, `1.3 MB`; a kB has 1000 bytes. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  const [unit, value] = bytes < 999_500 ? ['kB', bytes / 1e3] : bytes < 999_500_000 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9]
  return `${value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${unit}`
}

/** `12,345` */
export function number(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 page`, `1,200 pages` */
export function amount(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`
}

export function share(part: number, whole: number): string {
  return `${(whole > 0 ? part / whole * 100 : 0).toFixed(1)} %`
}

/** A length for an SVG attribute. */
export function percent(part: number, whole: number): string {
  return `${Number((whole > 0 ? part / whole * 100 : 0).toFixed(3))}%`
}

const letterPx = 6.2, padPx = 10, wideScreenPx = 1100, phonePx = 345

/** A label on a box that takes this part of the picture's width: cut to fit a wide screen, but not to fewer letters than `least`; absent on small screens if it has no room. */
export function label(name: string, part: number, y: number, { least = 4, cssClass = '' } = {}): string {
  const room = Math.floor((part * wideScreenPx - padPx) / letterPx)
  if (room < Math.min(name.length, least)) return ''
  const text = name.length > room ? `${name.slice(0, room - 1)}…` : name
  const isWide = text.length * letterPx + padPx > part * phonePx
  const names = [cssClass, isWide ? 'narrow' : ''].filter(Boolean).join(' ')
  return `<text x="5" y="${y}"${names && ` class="${names}"`}>${escape(text)}</text>`
}

// Characters that turn the direction of what follows, or show nothing at all.
const tricks = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const longest = 160

/** A name from the site, for content and for attributes. */
export function escape(name: string): string {
  const short = name.length > longest ? `${name.slice(0, longest - 1)}…` : name
  return escapeMarkup(short.replace(/\s+/g, ' ').replace(tricks, '\ufffd'))
}
