// The headers of each object: type by file name from a table of our own (never the system's), caching by what the file is, and
// the rules of the config. Pure.
import picomatch from 'picomatch'
import type { S3Target } from '../core/deploy.ts'
import type { FileKind, Headers } from './types.ts'

const texts: Readonly<Record<string, string>> = {
  html: 'text/html', htm: 'text/html', css: 'text/css', js: 'text/javascript', mjs: 'text/javascript', json: 'application/json', map: 'application/json',
  xml: 'application/xml', svg: 'image/svg+xml', txt: 'text/plain', md: 'text/markdown', csv: 'text/csv', ics: 'text/calendar', vtt: 'text/vtt',
  webmanifest: 'application/manifest+json', jsonld: 'application/ld+json', geojson: 'application/geo+json', rss: 'application/rss+xml', atom: 'application/atom+xml', xsl: 'application/xslt+xml',
  yaml: 'application/yaml', yml: 'application/yaml', toml: 'application/toml', gpx: 'application/gpx+xml', asc: 'text/plain', sh: 'text/plain', diff: 'text/plain', patch: 'text/plain',
}
const others: Readonly<Record<string, string>> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', ico: 'image/x-icon', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff', jxl: 'image/jxl', heic: 'image/heic',
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', mp3: 'audio/mpeg', m4a: 'audio/mp4', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav', flac: 'audio/flac',
  mp4: 'video/mp4', webm: 'video/webm', mov: 'video/quicktime', pdf: 'application/pdf', epub: 'application/epub+zip', zip: 'application/zip', gz: 'application/gzip', tar: 'application/x-tar', xz: 'application/x-xz', '7z': 'application/x-7z-compressed', wasm: 'application/wasm',
  doc: 'application/msword', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation', odt: 'application/vnd.oasis.opendocument.text',
}
/** Files without an ending that browsers and crawlers ask for, and what they hold. */
const named: Readonly<Record<string, string>> = { 'apple-app-site-association': 'application/json', 'security.txt': 'text/plain; charset=utf-8' }

const extensionOf = (path: string): string => /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''

export function contentType(path: string): string {
  const extension = extensionOf(path)
  const text = Object.hasOwn(texts, extension) ? texts[extension] : undefined
  if (text !== undefined) return `${text}; charset=utf-8`
  const name = path.slice(path.lastIndexOf('/') + 1)
  return (Object.hasOwn(named, name) ? named[name] : undefined) ?? (Object.hasOwn(others, extension) ? others[extension] : undefined) ?? 'application/octet-stream'
}

/** What a text of this size gains by being packed is worth it. */
const leastPackedBytes = 1024
export const isPackable = (path: string, sizeBytes: number): boolean => sizeBytes > leastPackedBytes && Object.hasOwn(texts, extensionOf(path))

const forEver = 'public, max-age=31536000, immutable'

function cacheControl(kind: FileKind, path: string, isFingerprinted: boolean): string {
  if (isFingerprinted) return forEver
  if (kind === 'asset') return 'public, max-age=3600'
  return kind === 'entry-point' && !path.endsWith('.html') ? 'public, max-age=300' : 'public, max-age=0, must-revalidate'
}

export interface HeaderMaker {
  isFingerprinted(path: string): boolean
  isPacked(path: string, sizeBytes: number): boolean
  headersOf(file: { readonly path: string; readonly kind: FileKind; readonly sizeBytes: number; readonly redirect?: string }): Headers
  /** The globs of the config that have a say, in order. */
  rulesFor(path: string): readonly string[]
}

export function createHeaders({ headers: rules = {}, fingerprinted = [], gzip = false }: S3Target): HeaderMaker {
  const matchers = Object.entries(rules).map(([glob, set]) => ({ glob, set, fits: picomatch(glob, { dot: true }) }))
  const isNamedByContent = fingerprinted.length === 0 ? () => false : picomatch([...fingerprinted], { dot: true })
  const isPacked = (path: string, sizeBytes: number): boolean => gzip && isPackable(path, sizeBytes) && !matchers.some(({ set, fits }) => 'content-encoding' in lowerCased(set) && fits(path))
  return {
    isPacked,
    isFingerprinted: (path) => isNamedByContent(path),
    rulesFor: (path) => matchers.filter(({ fits }) => fits(path)).map(({ glob }) => glob),
    headersOf({ path, kind, sizeBytes, redirect }) {
      const headers: Record<string, string> = {
        'cache-control': cacheControl(kind, path, isNamedByContent(path)),
        'content-type': contentType(path),
        ...(isPacked(path, sizeBytes) && { 'content-encoding': 'gzip' }),
        ...(redirect !== undefined && { redirect: asciiAddress(redirect) }),
      }
      for (const { set, fits } of matchers) if (fits(path)) Object.assign(headers, lowerCased(set))
      return Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)))
    },
  }
}

const lowerCased = (set: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]))

/** Headers are ASCII; anything else in an address is percent-encoded. */
function asciiAddress(address: string): string {
  return address.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
}
