// Where public addresses are told: a sitemap, the output folder of another generator, feeds, or a list; from a file, a folder or
// over HTTP. Gives whole addresses or paths as they are written; which of them belong to the site is for the caller.
import fs from 'node:fs'
import path from 'node:path'
import { Parser } from 'htmlparser2'
import { fail, messageOf } from '../core/diagnostic.ts'
import { readTextFile } from '../sources/text-file.ts'
import { isErrno, reasonOf, toPosix } from '../util/fs.ts'

export interface FoundUrls {
  /** Absolute addresses, or paths that start with a slash. */
  readonly urls: string[]
  /** Address of an entry and its id. */
  readonly feedIds: { readonly url: string; readonly id: string }[]
}
export interface UrlSourceOptions {
  /** Of a folder, record every file and not only pages and feeds. */
  readonly all: boolean
  readonly signal: AbortSignal
}

const mostBytes = 64 * 1024 * 1024
const mostSitemaps = 1000
const timeLimitMs = 30_000

/** Throws an `SsgError` if it cannot be read. */
export async function findUrls(root: string, from: string, options: UrlSourceOptions): Promise<FoundUrls> {
  const found: FoundUrls = { urls: [], feedIds: [] }
  if (/^https?:\/\//i.test(from)) {
    await readRemote(from, found, options, new Set())
    return found
  }
  const file = path.resolve(root, from)
  const stats = fs.statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw fail('url-lock', `there is no ${from}`, { fix: 'give a sitemap, an output folder, a list of addresses, or an address of one.' })
  if (stats.isDirectory()) readFolder(file, from, found, options)
  else readLocal(file, found, new Set())
  return found
}

async function readRemote(address: string, found: FoundUrls, options: UrlSourceOptions, seen: Set<string>): Promise<void> {
  if (seen.has(address) || seen.size >= mostSitemaps) return
  seen.add(address)
  for (const next of readText(await download(address, options.signal), found)) await readRemote(next, found, options, seen)
}

async function download(address: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]) })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    const bytes = await response.arrayBuffer()
    if (bytes.byteLength > mostBytes) throw new Error('it is larger than 64 MB')
    return new TextDecoder().decode(bytes)
  } catch (error) {
    throw fail('url-lock', `${address} cannot be read: ${messageOf(error)}`, { fix: 'check the address, or give a file.' }, { cause: error })
  }
}

function readLocal(file: string, found: FoundUrls, seen: Set<string>): void {
  if (seen.has(file) || seen.size >= mostSitemaps) return
  seen.add(file)
  const read = readTextFile(file, path.basename(file))
  if ('problem' in read) throw fail('url-lock', read.problem.message, { ...(read.problem.at && { at: read.problem.at }), fix: 'give a text file.' })
  for (const next of readText(read.text, found)) {
    // The parts of a sitemap lie beside it.
    const part = path.join(path.dirname(file), path.basename(pathOf(next)))
    if (fs.existsSync(part)) readLocal(part, found, seen)
  }
}

function pathOf(address: string): string {
  return URL.canParse(address) ? new URL(address).pathname : address
}

/** Takes what a text says; gives the addresses of further sitemaps. */
function readText(text: string, found: FoundUrls): string[] {
  if (/^\s*\{/.test(text)) return readJsonFeed(text, found)
  if (/^\s*</.test(text)) return readXml(text, found)
  for (const line of text.split('\n').map((one) => one.trim())) if (line !== '' && !line.startsWith('#')) found.urls.push(line)
  return []
}

function readJsonFeed(text: string, found: FoundUrls): string[] {
  try {
    const { items } = JSON.parse(text) as { items?: unknown }
    for (const item of Array.isArray(items) ? items as unknown[] : []) {
      const { id, url } = (typeof item === 'object' && item !== null ? item : {}) as { id?: unknown; url?: unknown }
      if (typeof id === 'string' && typeof url === 'string') found.feedIds.push({ url, id })
    }
    return []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

interface Item { id: string; link: string }

/** A sitemap, the index of several, Atom or RSS. */
function readXml(text: string, found: FoundUrls): string[] {
  const sitemaps: string[] = []
  const stack: string[] = []
  let item: Item | undefined
  let value = ''
  const parser = new Parser({
    onopentag(name, attributes) {
      stack.push(name)
      value = ''
      if (name === 'entry' || name === 'item') item = { id: '', link: '' }
      if (name === 'link' && item !== undefined && attributes['href'] !== undefined && (attributes['rel'] ?? 'alternate') === 'alternate') item.link ||= attributes['href']
    },
    ontext: (part) => { value += part },
    onclosetag(name) {
      const parent = stack.at(-2)
      if (name === 'loc') (parent === 'sitemap' ? sitemaps : found.urls).push(value.trim())
      if (item !== undefined && (parent === 'entry' || parent === 'item')) {
        if (name === 'id' || name === 'guid') item.id = value.trim()
        if (name === 'link' && value.trim() !== '') item.link = value.trim()
      }
      if ((name === 'entry' || name === 'item') && item !== undefined) {
        if (item.id !== '' && item.link !== '') found.feedIds.push({ url: item.link, id: item.id })
        item = undefined
      }
      stack.pop()
    },
  }, { xmlMode: true, decodeEntities: true })
  parser.end(text)
  return sitemaps
}

const machinery = /^(?:404\.html|robots\.txt|sitemap.*\.xml|\.ssg-files\.json)$/

/** Pages and feeds; what each feed says of its entries. */
function readFolder(folder: string, shown: string, found: FoundUrls, { all }: UrlSourceOptions): void {
  const names = listNames(folder, shown)
  for (const name of names) {
    const isFeed = /\.(?:xml|atom|rss|json)$/i.test(name) && !machinery.test(path.basename(name)) && isFeedFile(path.join(folder, name), found)
    if (machinery.test(name) || !(all || isFeed || /\.html?$/i.test(name))) continue
    found.urls.push(`/${name.split('/').map(encodeURIComponent).join('/')}`.replace(/(^|\/)index\.html?$/i, '$1'))
  }
  if (found.urls.length === 0) throw fail('url-lock', `there is no page in ${shown}`, { fix: 'give the folder that the old generator wrote the site into.' })
}

function listNames(folder: string, shown: string): string[] {
  try {
    return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      .map((entry) => toPosix(path.relative(folder, path.join(entry.parentPath, entry.name)))).filter((name) => !name.split('/').some((part) => part.startsWith('.') && part !== '.well-known')).sort()
  } catch (error) {
    if (!isErrno(error)) throw error
    throw fail('url-lock', `${shown} cannot be read: ${reasonOf(error)}`, { fix: 'check that it may be read.' })
  }
}

/** Whether it is a feed; takes its entries. */
function isFeedFile(file: string, found: FoundUrls): boolean {
  const read = readTextFile(file, path.basename(file))
  if ('problem' in read || !/<(?:feed|rss|rdf:RDF)\b|jsonfeed\.org/.test(read.text.slice(0, 2000))) return false
  readText(read.text, found)
  return true
}
