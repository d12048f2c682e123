// Which files with front matter are templates of Jekyll and not texts: they repeat something for every post or tag, or are made
// by a layout alone. Their addresses get what this program makes instead.
import path from 'node:path'
import { readTextFile } from '../sources/text-file.ts'
import { findCode, insideOf } from './code-ranges.ts'
import { isExcluded, listJekyll, type JekyllOptions } from './jekyll.ts'
import { answerable, fillJekyllPattern, pagePattern } from './jekyll-urls.ts'
import { listFiles, startsWithFrontMatter } from './tree.ts'

export interface TemplatePage {
  /** From the root. */
  readonly path: string
  readonly file: string
  readonly line: number
  /** `file`: nothing of ours takes its place; `empty`: a page without a text. */
  readonly kind: 'posts' | 'tags' | 'categories' | 'feed' | 'file' | 'empty'
  /** The collection that is listed, if it is not the posts. */
  readonly collection?: string
  /** Its own text stands above the list. */
  readonly hasText?: boolean
  readonly url: string
  /** Other names of the same page. */
  readonly aliases: readonly string[]
  readonly title: string
  readonly isPaged: boolean
  /** Of a feed. */
  readonly format?: 'atom' | 'rss' | 'json'
  readonly idOf?: 'id' | 'url'
}

export function findTemplates(root: string, options: JekyllOptions): TemplatePage[] {
  const pages = listJekyll(root, options).filter(({ group }) => group === 'pages').flatMap(({ path: file }) => pageTemplate(root, file, options) ?? [])
  const others = listFiles(root, '', {
    wantsFolder: (folder, name) => !name.startsWith('_') && !isExcluded(folder, options),
    wantsFile: (file, name) => !isReadable(name) && !isUnreadable(name) && !isBinary(name) && !name.startsWith('_') && !isExcluded(file, options) && startsWithFrontMatter(path.join(root, file)),
  }).flatMap((file) => otherTemplate(root, file) ?? [])
  return [...pages, ...others]
}

const isReadable = (name: string): boolean => /\.(?:md|markdown|mkdn|mkdown|mkd|html?)$/i.test(name)
const isUnreadable = (name: string): boolean => /\.(?:textile|rst|adoc|asciidoc|org|creole|mediawiki|rdoc|haml|slim)$/i.test(name)
const isBinary = (name: string): boolean => /\.(?:png|jpe?g|gif|webp|avif|ico|pdf|zip|gz|mp[34]|webm|ogg|woff2?|ttf|otf|eot)$/i.test(name)

/** Posts and pages in formats that cannot be read here. */
export function findUnreadable(root: string, options: JekyllOptions): string[] {
  return listFiles(root, '', {
    wantsFolder: (folder, name) => (!name.startsWith('_') || name === '_posts') && !isExcluded(folder, options),
    wantsFile: (file, name) => isUnreadable(name) && !isExcluded(file, options) && startsWithFrontMatter(path.join(root, file)),
  })
}

interface Parts { readonly head: string; readonly body: string; readonly bodyLine: number }

function split(root: string, file: string): Parts | undefined {
  const read = readTextFile(path.join(root, file), file)
  if ('problem' in read) return undefined
  const [all, head] = /^---[ \t]*\n(?:([^]*?)\n)?---[ \t]*(?:\n|$)/.exec(read.text) ?? []
  if (all === undefined) return undefined
  return { head: head ?? '', body: read.text.slice(all.length), bodyLine: all.split('\n').length }
}

const valueOf = (head: string, key: string): string | undefined => new RegExp(`^${key}:[ \\t]*(.+)$`, 'm').exec(head)?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2')

function pageTemplate(root: string, file: string, options: JekyllOptions): TemplatePage | undefined {
  const parts = split(root, file)
  if (parts === undefined) return undefined
  const { head, body, bodyLine } = parts
  const loop = findLoop(body, !/\.html?$/i.test(file), Object.keys(options.collections ?? {}))
  const isEmpty = body.trim() === ''
  const layout = valueOf(head, 'layout') ?? ''
  // A layout that lists posts puts the text of the page above them.
  const isListLayout = loop === undefined && !isEmpty && /^(?:home|blog|posts|archives?)$/i.test(layout)
  if (loop === undefined && !isEmpty && !isListLayout) return undefined
  const about = isEmpty ? `${file} ${layout}` : isListLayout ? layout : ''
  const kind = loop?.kind ?? (/\btags?\b/i.test(about) ? 'tags' : /\bcategor(?:y|ies)\b/i.test(about) ? 'categories' : /(?:^|\/)index\.|\b(?:home|archives?|posts|blog)\b/i.test(about) ? 'posts' : 'empty')
  const name = file.replace(/\.[^./]+$/, '')
  const own = valueOf(head, 'permalink')
  const { permalink: url, aliases } = answerable(own === undefined ? pagePattern(name, options.permalink ?? 'date') : fillJekyllPattern(own, { slug: name, categories: [], date: undefined, timeZone: 'UTC', path: name }).url)
  return {
    path: file, file, kind, url, aliases, ...(loop?.collection !== undefined && { collection: loop.collection }), ...(isListLayout && { hasText: true }), line: loop === undefined ? 1 : bodyLine + loop.line - 1,
    title: valueOf(head, 'title') ?? (kind === 'posts' ? 'Posts' : kind === 'tags' ? 'Tags' : 'Categories'), isPaged: /\bpaginator\b/.test(body) || isEmpty,
  }
}

/** The first tag that repeats something for posts or tags. */
function findLoop(body: string, isMarkdown: boolean, collections: readonly string[]): { kind: 'posts' | 'tags' | 'categories'; line: number; collection?: string } | undefined {
  const inCode = insideOf(findCode(body, isMarkdown))
  const raw = insideOf([...body.matchAll(/\{%-?\s*raw\s*-?%\}[^]*?\{%-?\s*endraw\s*-?%\}/g)].map(({ 0: all, index }) => ({ start: index, end: index + all.length })))
  for (const match of body.matchAll(/\{%-?\s*(?:for|assign|capture|paginate)\b[^%]*?\b(?:site\.([\w-]+)|paginator)\b/g)) {
    const [, name] = match
    const collection = collections.find((one) => one === name)
    if (inCode(match.index) || raw(match.index) || !(name === undefined || collection !== undefined || ['posts', 'tags', 'categories'].includes(name))) continue
    const kind = name === 'tags' || name === 'categories' ? name : 'posts'
    return { kind, line: body.slice(0, match.index).split('\n').length, ...(collection !== undefined && { collection }) }
  }
  return undefined
}

function otherTemplate(root: string, file: string): TemplatePage | undefined {
  const parts = split(root, file)
  if (parts === undefined) return undefined
  const { head, body, bodyLine } = parts
  const url = valueOf(head, 'permalink') ?? `/${file.replace(/\.(?:scss|sass)$/i, '.css').replace(/\.coffee$/i, '.js')}`
  const base = { path: file, file, url, aliases: [], title: '', isPaged: false }
  if (/(?:^|\/)(?:sitemap\.xml|robots\.txt)$/.test(url)) return undefined
  const format = /<rss\b/.test(body) ? 'rss' : /<feed\b/.test(body) ? 'atom' : /jsonfeed\.org/.test(body) ? 'json' : undefined
  if (format === undefined) return { ...base, kind: 'file', line: 1 }
  const id = /<(?:id|guid)\b[^>]*>([^]*?)<\/(?:id|guid)>/g
  const isUrl = [...body.matchAll(id)].some(([, inner = '']) => /post\.url/.test(inner))
  return { ...base, kind: 'feed', line: bodyLine, format, idOf: isUrl ? 'url' : 'id' }
}
