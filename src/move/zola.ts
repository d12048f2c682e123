// What Zola means by its folders and headers. `zola({...})` is written into site.config.ts by `ssg import`, with what config.toml
// and the sections said; the texts are translated by zola-body.ts.
import path from 'node:path'
import { letterSlug } from '../core/slug.ts'
import { feedAddress } from './jekyll-urls.ts'
import type { Dialect, Header } from './reader.ts'
import { listFiles, type MovedFile } from './tree.ts'
import { translateZola } from './zola-body.ts'

export interface ZolaOptions {
  /** Folders below `content` that have a list of their own; the empty text is `content` itself. */
  sections?: readonly string[]
  /** How names become addresses. Default `on`. */
  slugify?: 'on' | 'safe' | 'off'
  /** Dates in names are part of the address. */
  keepDates?: boolean
  language?: string
  /** Other languages. */
  languages?: readonly string[]
  /** Patterns of files that are left out. */
  ignored?: readonly string[]
  /** Entries keep the ids that they have in the old feed: the site's address. */
  feedIds?: { base: string }
}
/** How the files of a folder that Zola made a site of are read. */
export function createDialect(options: ZolaOptions): Dialect {
  return { name: 'zola', list: (root) => listZola(root, options), read: (file, header) => readZola(file, header, options), translate: translateZola }
}

const nameOf = (file: string): string => path.posix.basename(file).replace(/\.[^.]+$/, '')

/** Language of `about.fr.md`. */
function languageOf(file: string, { languages = [] }: ZolaOptions): string | undefined {
  return languages.find((language) => nameOf(file).endsWith(`.${language}`))
}

export function listZola(root: string, options: ZolaOptions): MovedFile[] {
  const sections = new Set(options.sections ?? [''])
  const ignored = (options.ignored ?? []).map((pattern) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.')}$`))
  return listFiles(root, 'content', { wantsFile: (file, name) => /\.md$/i.test(name) && !ignored.some((pattern) => pattern.test(file) || pattern.test(name) || pattern.test(file.slice('content/'.length))) }).map((file): MovedFile => {
    const name = nameOf(file)
    const folder = path.posix.dirname(file)
    const isBundle = /^index(?:\.|$)/.test(name) && folder !== 'content'
    if (languageOf(file, options) !== undefined) return { path: file, group: 'others' }
    if (name === '_index') return { path: file, group: 'intros' }
    return { path: file, group: groupOf(isBundle ? path.posix.dirname(folder) : folder, sections), ...(isBundle && { bundle: folder }) }
  })
}

/** The nearest folder that has a list. */
function groupOf(folder: string, sections: ReadonlySet<string>): string {
  for (let inside = folder.replace(/^content\/?/, ''); ; inside = inside.includes('/') ? inside.slice(0, inside.lastIndexOf('/')) : '') {
    if (sections.has(inside)) return `section ${inside}`
    if (inside === '') return 'others'
  }
}

const datedName = /^(?<date>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?)(?:\s?[_-](?<slug>.+))?/

function readZola(file: MovedFile, header: Header, options: ZolaOptions): Record<string, unknown> {
  const data = Object.assign(Object.create(null) as Record<string, unknown>, header.data)
  const language = languageOf(file.path, options)
  const folder = path.posix.dirname(file.path).replace(/^content\/?/, '')
  const name = language === undefined ? nameOf(file.path) : nameOf(file.path).slice(0, -language.length - 1)
  const isIndex = name === 'index' && folder !== ''
  const written = isIndex ? path.posix.basename(folder) : name
  const dated = datedName.exec(written)?.groups
  data['date'] ??= dated?.['date']
  const slug = slugOf(typeof data['slug'] === 'string' ? data['slug'] : options.keepDates === true ? written : dated?.['slug'] ?? written, options)
  const outer = isIndex ? path.posix.dirname(folder).replace(/^\.$/, '') : folder
  const parts = [...(language === undefined ? [] : [language]), ...outer.split('/'), ...(name === 'index' && folder === '' ? [] : [slug])].filter((part) => part !== '')
  if (name === '_index') return readSection(data, [...(language === undefined ? [] : [language]), ...folder.split('/')].filter((part) => part !== ''), language)
  data['permalink'] = typeof data['path'] === 'string' ? addressOf(data['path'].split('/')) : addressOf(parts)
  if (options.feedIds !== undefined && data['date'] !== undefined && typeof data['id'] !== 'string') data['id'] = feedAddress(options.feedIds.base, data['permalink'] as string)
  if (data['render'] === false) data['permalink'] = false
  if (typeof data['weight'] === 'number') data['order'] ??= data['weight']
  if (Array.isArray(data['authors']) && data['authors'].length > 0) data['author'] ??= data['authors'].join(', ')
  return withoutTemplate(data)
}

/** A section's own text: it has no page, but stands above the section's list. */
function readSection(data: Record<string, unknown>, parts: readonly string[], language: string | undefined): Record<string, unknown> {
  data['section_path'] = addressOf(parts)
  data['permalink'] = language === undefined ? false : data['section_path']
  if (typeof data['title'] !== 'string') data['title'] = parts.at(-1) ?? 'Home'
  return withoutTemplate(data)
}

/** Their templates are not run, and their aliases need no slash in front. */
function withoutTemplate(data: Record<string, unknown>): Record<string, unknown> {
  for (const key of ['template', 'page_template']) {
    if (data[key] !== undefined) data[`${key}_before`] = data[key]
    delete data[key]
  }
  if (Array.isArray(data['aliases'])) data['aliases'] = data['aliases'].map((alias: unknown) => (typeof alias === 'string' && !alias.startsWith('/') ? `/${alias}` : alias))
  return data
}

function addressOf(parts: readonly string[]): string {
  const path = parts.filter((part) => part !== '').map(encodeURIComponent).join('/')
  return path === '' ? '/' : `/${path}/`
}

function slugOf(text: string, { slugify = 'on' }: ZolaOptions): string {
  if (slugify === 'on') return letterSlug(text).replaceAll('_', '-') || text
  // What file systems do not take, and spaces.
  return slugify === 'safe' ? text.replace(/[<>:"/|?*#\n\\\t()[\]]/g, '').replace(/[\s.]+$/, '').replace(/\s/g, '_') : text
}
