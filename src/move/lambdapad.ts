// What LambdaPad means by its files. `lambdapad({...})` is written into site.config.ts by `ssg import`, with what index.erl said.
import { dateFromPath } from '../core/date.ts'
import { findCode, insideOf } from './code-ranges.ts'
import { applyEdits } from './edits.ts'
import { answerable, feedAddress } from './jekyll-urls.ts'
import type { Dialect, Header, Translated } from './reader.ts'
import { folderOfGlob, globOf } from './glob.ts'
import { listFiles, type MovedFile } from './tree.ts'

export interface LambdapadRule {
  /** `posts/*.md`. */
  from: string
  /** Address of an entry; `{id}` and other keys of the header in it. Default `/{id}.html`. */
  permalink?: string
}
export interface LambdapadOptions {
  /** Name of a group, as in index.erl -> its files. */
  groups?: Readonly<Record<string, LambdapadRule>>
  /** Marker between excerpt and rest, if it is another than `<!-- more -->`. */
  excerptSeparator?: string
  feedIds?: { base: string }
}
/** How the files of a folder that LambdaPad made a site of are read. */
export function createDialect(options: LambdapadOptions): Dialect {
  const groups = options.groups ?? { posts: { from: 'posts/*.md' } }
  return {
    name: 'lambdapad',
    list: (root) => listGroups(root, groups),
    read: (file, header) => readFile(file, header, groups, options),
    translate: (text, { isMarkdown }) => translate(text, isMarkdown, options.excerptSeparator),
  }
}

/** Texts are no templates there. */
function translate(text: string, isMarkdown: boolean, separator: string | undefined): Translated {
  const inCode = insideOf(findCode(text, isMarkdown))
  const mark = separator === undefined ? -1 : text.indexOf(separator)
  const marker = mark === -1 || separator === undefined ? [] : [{ start: mark, end: mark + separator.length, text: '<!-- more -->' }]
  return applyEdits(text, [...marker, ...[...text.matchAll(/\{(?=[{%])/g)].filter(({ index }) => !inCode(index)).map(({ index }) => ({ start: index, end: index + 1, text: '&#123;' }))])
}

function listGroups(root: string, groups: Readonly<Record<string, LambdapadRule>>): MovedFile[] {
  const taken = new Set<string>()
  return Object.entries(groups).flatMap(([group, { from }]) => {
    const wanted = globOf(from)
    const files = listFiles(root, folderOfGlob(from), { wantsFile: (file) => wanted.test(file) && /\.(?:md|markdown|html?)$/i.test(file) && !taken.has(file) })
    for (const file of files) taken.add(file)
    return files.map((path): MovedFile => ({ path, group }))
  })
}

function readFile(file: MovedFile, header: Header, groups: Readonly<Record<string, LambdapadRule>>, { feedIds }: LambdapadOptions): Record<string, unknown> {
  const data = Object.assign(Object.create(null) as Record<string, unknown>, header.data)
  const stem = file.path.replace(/^.*\//, '').replace(/\.[^.]+$/, '')
  // Their `id` is a part of the address; ours, which `ssg new` writes, is for feeds.
  const isOurs = typeof data['id'] === 'string' && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(data['id'])
  const id = !isOurs && (typeof data['id'] === 'string' || typeof data['id'] === 'number') ? String(data['id']) : stem
  if (!isOurs) delete data['id']
  data['page_id'] = id
  data['date'] ??= dateFromPath(file.path).date
  const pattern = groups[file.group]?.permalink ?? '/{id}.html'
  const values: Record<string, unknown> = { ...data, id }
  const url = pattern.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(values[key] ?? '')))
  data['permalink'] = answerable(url).permalink
  if (data['template'] !== undefined) data['template_before'] = data['template']
  delete data['template']
  if (data['excerpt'] !== undefined && typeof data['description'] !== 'string') data['description'] = data['excerpt']
  if (/^(?:false|no)$/i.test(String(data['publish'] ?? ''))) data['draft'] = true
  if (feedIds !== undefined && data['date'] !== undefined && !isOurs) data['id'] = feedAddress(feedIds.base, url)
  return data
}
