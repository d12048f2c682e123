// What Jekyll means by its folders and headers. `jekyll({...})` is written into site.config.ts by `ssg import`, with what
// _config.yml said; the texts are translated by liquid.ts.
import { parseDate } from '../core/date.ts'
import { answerable, feedAddress, fillJekyllPattern, pagePattern, patternOf } from './jekyll-urls.ts'
import { translateLiquid } from './liquid.ts'
import { problemAt, type Dialect, type Header } from './reader.ts'
import { listFiles, type MovedFile } from './tree.ts'

export interface JekyllOptions {
  /** A style's name or a pattern. Default `date`. */
  permalink?: string
  /** Collections that are published, with their own patterns. */
  collections?: Readonly<Record<string, { permalink?: string }>>
  collectionsFolder?: string
  /** Values that front matter has unless it says otherwise. */
  defaults?: readonly { path?: string; type?: string; values: Readonly<Record<string, unknown>> }[]
  /** What `{{ site.x }}` stands for. */
  site?: Readonly<Record<string, unknown>>
  /** Files and folders that are left out, also as patterns with `*`. */
  exclude?: readonly string[]
  include?: readonly string[]
  /** Pages that are templates of Jekyll, and so no text. */
  templates?: readonly string[]
  /** Pages whose text stands above a list, and that have no page of their own. */
  intros?: readonly string[]
  /** Entries keep the ids that they have in the old feed: the site's address, and whether the id has the ending of the page. */
  feedIds?: { base: string; of: 'id' | 'url' }
  excerptSeparator?: string
}

/** How the files of a folder that Jekyll made a site of are read. */
export function createDialect(options: JekyllOptions): Dialect {
  return {
    name: 'jekyll',
    list: (root) => listJekyll(root, options),
    read: (file, header, timeZone, report) => readJekyll(file, header, { options, timeZone, report }),
    translate: (text, context) => translateLiquid(text, { ...context, site: options.site ?? {}, separator: options.excerptSeparator }),
  }
}

const always = ['node_modules', 'vendor/bundle', 'vendor/cache', 'vendor/gems', 'vendor/ruby', '.sass-cache', '.jekyll-cache', 'Gemfile', 'Gemfile.lock', '_site', 'gemfiles']
const isText = (name: string): boolean => /\.(?:md|markdown|mkdn|mkdown|mkd|html?)$/i.test(name)
const dated = /^(\d{2,4})-(\d{1,2})-(\d{1,2})-(.*)\.[^.]+$/s

/** Whether a path from the root is left out by `exclude`. */
export function isExcluded(path: string, { exclude = [], include = [] }: Pick<JekyllOptions, 'exclude' | 'include'>): boolean {
  return [...always, ...exclude].some((pattern) => fits(path, pattern)) && !include.some((pattern) => fits(path, pattern))
}

/** The file or folder itself, and all below it. `*` stands for a part of a name, `**` for folders. */
function fits(path: string, pattern: string): boolean {
  const clean = pattern.replace(/^\.?\//, '').replace(/\/$/, '')
  if (!/[*?]/.test(clean)) return path === clean || path.startsWith(`${clean}/`)
  const expression = clean.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+\/?|\?/g, (sign) => (sign === '?' ? '[^/]' : sign.startsWith('**') ? '.*' : sign === '*/' ? '[^/]*/' : '[^/]*'))
  return new RegExp(`^${expression}(?:/|$)`).test(path)
}

/** Posts and drafts in any folder, collections, and pages: everything else that is text. */
export function listJekyll(root: string, options: JekyllOptions): MovedFile[] {
  const published = new Set(Object.keys(options.collections ?? {}))
  const base = options.collectionsFolder?.replace(/^\.?\/|\/$/g, '') ?? ''
  const groupOf = (path: string): string | undefined => {
    const parts = (base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path).split('/')
    const special = parts.slice(0, -1).findIndex((part) => part === '_posts' || part === '_drafts')
    if (special !== -1) return parts[special] === '_drafts' || dated.test(parts.at(-1) ?? '') ? 'posts' : undefined
    const [first = ''] = parts
    if (parts.length > 1 && first.startsWith('_')) return published.has(first.slice(1)) ? first.slice(1) : undefined
    return parts.some((part) => part.startsWith('_') && !(options.include ?? []).includes(part)) ? undefined : 'pages'
  }
  const wantsFolder = (path: string, name: string): boolean => !isExcluded(path, options) && (!name.startsWith('_') || ['_posts', '_drafts'].includes(name) || published.has(name.slice(1)) || (options.include ?? []).includes(name))
  const files = listFiles(root, '', { wantsFolder, wantsFile: (path, name) => isText(name) && !isExcluded(path, options) })
  return files.flatMap((path): MovedFile[] => {
    const group = groupOf(path)
    return group === undefined || options.templates?.includes(path) ? [] : [{ path, group }]
  })
}

interface ReadContext { readonly options: JekyllOptions; readonly timeZone: string; readonly report: Parameters<Dialect['read']>[3] }

function readJekyll(file: MovedFile, header: Header, context: ReadContext): Record<string, unknown> | undefined {
  // Jekyll copies what has no front matter as it is.
  if (!header.isThere && file.group === 'pages') return undefined
  const { options } = context
  const data = Object.assign(Object.create(null) as Record<string, unknown>, defaultsFor(file, options), header.data)
  if (file.group === 'pages') return asIntro(file, finish(data, pageUrl(file, data, options), context), options)
  return file.group === 'posts' ? readPost(file, header, data, context) : readMember(file, header, data, context)
}

function asIntro({ path }: MovedFile, data: Record<string, unknown>, { intros = [] }: JekyllOptions): Record<string, unknown> {
  if (intros.includes(path)) Object.assign(data, { section_path: data['permalink'], permalink: false })
  return data
}

/** Later and narrower scopes win. */
function defaultsFor({ path, group }: MovedFile, { defaults = [] }: JekyllOptions): Record<string, unknown> {
  const type = path.split('/').includes('_drafts') ? 'drafts' : group
  const fits = defaults.filter((scope) => (scope.type === undefined || scope.type === type || scope.type === group) && inScope(path, scope.path ?? ''))
  return Object.assign({}, ...fits.toSorted((a, b) => (a.path ?? '').length - (b.path ?? '').length).map(({ values }) => values)) as Record<string, unknown>
}

function inScope(path: string, scope: string): boolean {
  return scope.replace(/^\.?\/|\/$/g, '') === '' || fits(path, scope)
}

function readPost(file: MovedFile, header: Header, data: Record<string, unknown>, context: ReadContext): Record<string, unknown> {
  const { options, timeZone, report } = context
  const name = file.path.slice(file.path.lastIndexOf('/') + 1)
  const [, year = '', month = '', day = '', slug = name.replace(/\.[^.]+$/, '')] = dated.exec(name) ?? []
  const nameDate = year === '' ? undefined : `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const isDraft = file.path.split('/').includes('_drafts')
  if (isDraft) data['draft'] = true
  const given = data['date'] === undefined || data['date'] === null ? undefined : parseDate(data['date'], timeZone)
  if (given !== undefined && !(given instanceof Date) && nameDate !== undefined) {
    report({ ...problemAt(file, header, 'date', `\`date\`: ${given.problem}; ${nameDate} from the file's name is used`, given.fix), code: 'front-matter-date' })
    delete data['date']
  }
  data['date'] ??= nameDate
  const date = parseDate(data['date'], timeZone)
  const categories = postCategories(file, data)
  data['categories'] = categories
  delete data['category']
  data['tags'] = [...listOf(data['tags'], true), ...listOf(data['tag'], false)]
  delete data['tag']
  const own = String(data['slug'] ?? slug)
  data['title'] ??= titleize(own)
  const pattern = typeof data['permalink'] === 'string' ? data['permalink'] : options.permalink ?? 'date'
  const { url, unknown } = fillJekyllPattern(pattern, { slug: own, categories, date: date instanceof Date ? date : undefined, timeZone, collection: 'posts' })
  if (unknown.length > 0 && !isDraft) report(problemAt(file, header, 'permalink', `the permalink ${pattern} has ${unknown.join(', ')}, for which this post has nothing`, 'give the post what it lacks, or a permalink of its own.'))
  return finish(data, url, context, own)
}

/** Folders above `_posts`, then `categories`, then `category`. */
function postCategories(file: MovedFile, data: Readonly<Record<string, unknown>>): string[] {
  const folders = file.path.split('/').slice(0, -1)
  const special = folders.findIndex((part) => part === '_posts' || part === '_drafts')
  return [...new Set([...folders.slice(0, Math.max(0, special)), ...listOf(data['categories'], true), ...listOf(data['category'], false)])]
}

/** A list, or a text: at commas, else, as Jekyll does it for the plural keys, at spaces. */
function listOf(value: unknown, splits: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listOf(item, false))
  if (value === null || value === undefined || typeof value === 'object') return []
  const text = String(value).trim()
  const parts = text.includes(',') ? text.split(',') : splits ? text.split(/\s+/) : [text]
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function titleize(slug: string): string {
  return slug.split('-').filter((word) => word !== '').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ')
}

function pageUrl(file: MovedFile, data: Readonly<Record<string, unknown>>, { permalink = 'date' }: JekyllOptions): string {
  const path = file.path.replace(/\.[^./]+$/, '')
  const own = data['permalink']
  if (typeof own !== 'string') return pagePattern(path, permalink)
  return fillJekyllPattern(own.replaceAll(':path/:basename', () => path), { slug: path.replace(/^.*\//, ''), categories: [], date: undefined, timeZone: 'UTC', path: path.replace(/\/?[^/]*$/, '') }).url.replace(/\/\.html$/, '/index.html')
}

function readMember(file: MovedFile, header: Header, data: Record<string, unknown>, context: ReadContext): Record<string, unknown> {
  const { options, timeZone, report } = context
  if (header.body.trim() === '') report({ severity: 'warning', code: 'not-moved', message: `${file.path} has no text, and its layout is not run; its page is empty`, at: { file: file.path }, fix: 'write its text, or list something there with `listPages` in site.config.ts.' })
  const inside = file.path.slice(file.path.indexOf(`_${file.group}/`) + file.group.length + 2).replace(/\.[^./]+$/, '')
  const style = options.permalink ?? 'date'
  const suffix = pagePattern('x', style).slice(2)
  const pattern = String(data['permalink'] ?? options.collections?.[file.group]?.permalink ?? `/:collection/:path${suffix}`)
  const date = data['date'] === undefined ? undefined : parseDate(data['date'], timeZone)
  const name = inside.replace(/^.*\//, '')
  const slug = String(data['slug'] ?? name.replace(/^\d{4}-\d{1,2}-\d{1,2}-/, ''))
  data['title'] ??= titleize(slug)
  const { url } = fillJekyllPattern(patternOf(pattern), { slug, categories: listOf(data['categories'] ?? data['category'], true), date: date instanceof Date ? date : undefined, timeZone, collection: file.group, path: inside })
  return finish(data, url, context)
}

/** Address, aliases and the old id in feeds. Names of layouts have no meaning here. */
function finish(data: Record<string, unknown>, url: string, { options }: ReadContext, slug?: string): Record<string, unknown> {
  const { permalink, aliases } = answerable(url)
  data['permalink'] = permalink
  const before = [data['redirect_from'], data['alias'], data['aliases']].flat().filter((alias): alias is string => typeof alias === 'string' && alias.trim() !== '')
  delete data['redirect_from']
  delete data['alias']
  data['aliases'] = [...new Set([...aliases, ...before.map((alias) => (alias.startsWith('/') ? alias : `/${alias}`)).flatMap((alias) => { const old = answerable(alias); return [old.permalink, ...old.aliases] })])].filter((alias) => alias !== permalink)
  if (data['template'] !== undefined) data['template_before'] = data['template']
  delete data['template']
  if (slug !== undefined && options.feedIds !== undefined) data['id'] = typeof data['id'] === 'string' ? data['id'] : feedAddress(options.feedIds.base, options.feedIds.of === 'url' ? url : `${url.replace(/\/?[^/]*\/?$/, '')}/${encodeURIComponent(slug)}`)
  return data
}
