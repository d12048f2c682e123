// What Nikola means by its folders and headers. `nikola({...})` is written into site.config.ts by `ssg import`, with what conf.py
// said; the texts are translated by nikola-body.ts.
import path from 'node:path'
import { dateFromPath } from '../core/date.ts'
import { wordSlug } from '../core/slug.ts'
import { feedAddress } from './jekyll-urls.ts'
import { translateNikola } from './nikola-body.ts'
import { problemAt, type Dialect, type Header } from './reader.ts'
import { listFiles, type MovedFile } from './tree.ts'

export interface NikolaRule {
  /** `posts/*.md`: also in the folders below. */
  from: string
  /** Folder of the addresses. */
  to: string
}
export interface NikolaOptions {
  posts?: readonly NikolaRule[]
  pages?: readonly NikolaRule[]
  /** `/posts/hello/`, or `/posts/hello.html`. Default `true`. */
  prettyUrls?: boolean
  /** Other languages -> the folder of their addresses. */
  languages?: Readonly<Record<string, string>>
  /** Tags that are no topics. */
  hiddenTags?: readonly string[]
  /** Dates in names of files are no part of the address. */
  datedNames?: boolean
  /** Entries keep the ids that they have in the old feed: the site's address. */
  feedIds?: { base: string }
}
/** How the files of a folder that Nikola made a site of are read. */
export function createDialect(options: NikolaOptions): Dialect {
  return {
    name: 'nikola',
    list: (root) => listNikola(root, options),
    read: (file, header, _timeZone, report) => readNikola(file, header, options, report),
    translate: translateNikola,
  }
}

/** The endings of texts that can be read here. */
export const readableEndings = /\.(?:md|markdown|mdown|html?)$/i
export const folderOf = (pattern: string): string => path.posix.dirname(pattern).replace(/^\.$/, '')

export function listNikola(root: string, { posts = [], pages = [], languages = {} }: NikolaOptions, endings = readableEndings): MovedFile[] {
  const taken = new Set<string>()
  const collect = (rules: readonly NikolaRule[], group: string): MovedFile[] => rules.flatMap(({ from }) => {
    const name = new RegExp(`^${path.posix.basename(from).replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`)
    return listFiles(root, folderOf(from), { wantsFile: (file, base) => name.test(base) && endings.test(base) && !taken.has(file) }).map((file): MovedFile => {
      taken.add(file)
      const meta = file.replace(/\.[^./]+$/, '.meta')
      return { path: file, group: languageOf(file, languages) === undefined ? group : 'translations', ...(listFiles.exists(root, meta) && { meta }) }
    })
  })
  return [...collect(posts, 'posts'), ...collect(pages, 'pages')]
}

function languageOf(file: string, languages: Readonly<Record<string, string>>): string | undefined {
  const language = /\.([A-Za-z]{2}(?:[_-][A-Za-z]{2,4})?)\.[^./]+$/.exec(file)?.[1]
  return language !== undefined && Object.hasOwn(languages, language) ? language : undefined
}

function readNikola(file: MovedFile, header: Header, options: NikolaOptions, report: Parameters<Dialect['read']>[3]): Record<string, unknown> {
  const data = Object.assign(Object.create(null) as Record<string, unknown>, header.data)
  const language = languageOf(file.path, options.languages ?? {})
  const stem = path.posix.basename(file.path).replace(/\.[^.]+$/, '').replace(language === undefined ? '' : `.${language}`, '')
  const dated = dateFromPath(file.path)
  data['date'] ??= dated.date
  // Never the title of the folder's name where a header has none.
  const slug = typeof data['slug'] === 'string' ? data['slug'] : wordSlug(options.datedNames === true && dated.date !== undefined ? dated.name : stem) || stem
  readStatus(file, header, data, report)
  readTags(data, options.hiddenTags ?? [])
  data['categories'] = typeof data['category'] === 'string' ? [data['category']] : [data['categories'] ?? []].flat()
  delete data['category']
  if (data['template'] !== undefined) data['template_before'] = data['template']
  delete data['template']
  const rule = [...options.posts ?? [], ...options.pages ?? []].find(({ from }) => file.path.startsWith(folderOf(from) === '' ? '' : `${folderOf(from)}/`))
  const below = path.posix.dirname(path.posix.relative(folderOf(rule?.from ?? ''), file.path)).replace(/^\.$/, '')
  const isPretty = options.prettyUrls !== false && !/^(?:false|no|0)$/i.test(String(data['pretty_url'] ?? 'true'))
  const parts = [language === undefined ? '' : options.languages?.[language] ?? '', rule?.to ?? '', below, slug].flatMap((part) => part.split('/')).filter((part) => part !== '' && part !== '.')
  const address = `/${parts.map(encodeURIComponent).join('/')}`
  data['permalink'] = slug === 'index' ? address.replace(/index$/, '') : isPretty ? `${address}/` : `${address}.html`
  const guid = typeof data['guid'] === 'string' ? data['guid'] : undefined
  if (file.group === 'posts' && (guid !== undefined || options.feedIds !== undefined)) data['id'] = guid ?? feedAddress(options.feedIds?.base ?? '', data['permalink'] as string)
  if (language !== undefined) data['lang'] = language
  return data
}

function readStatus(file: MovedFile, header: Header, data: Record<string, unknown>, report: Parameters<Dialect['read']>[3]): void {
  const status = String(data['status'] ?? '').trim().toLowerCase()
  if (status === 'draft') data['draft'] = true
  if (status !== 'private') return
  data['draft'] = true
  report(problemAt(file, header, 'status', '`status: private` is a page that nothing lists, which is not possible here; it is a draft', 'publish it, or leave it out.'))
}

function readTags(data: Record<string, unknown>, hidden: readonly string[]): void {
  const tags = [data['tags']].flat().flatMap((tag) => (typeof tag === 'string' ? tag.split(',') : tag === null || tag === undefined ? [] : [String(tag)])).map((tag) => tag.trim()).filter((tag) => tag !== '')
  if (tags.some((tag) => tag.toLowerCase() === 'draft')) data['draft'] = true
  data['tags'] = tags.filter((tag) => !['draft', 'retired', 'private'].includes(tag.toLowerCase()) && !hidden.includes(tag))
}
