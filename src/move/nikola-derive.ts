// `conf.py` -> a config of ours. The file is read, never run.
import fs from 'node:fs'
import path from 'node:path'
import type { Location } from '../core/diagnostic.ts'
import { readTextFile } from '../sources/text-file.ts'
import { folderOf, listNikola, readableEndings, type NikolaOptions, type NikolaRule } from './nikola.ts'
import { chooseOutput, createReport, type Call, type MovePlan, type MoveReport, type Plain } from './plan.ts'
import { parsePython, type PyModule, type PyValue } from './python-literals.ts'

const file = 'conf.py'

interface Conf {
  readonly module: PyModule
  readonly report: MoveReport
  /** The value in the site's own language, noted as used. */
  get(name: string, what?: string): PyValue | undefined
  text(name: string, what?: string): string | undefined
  flag(name: string, otherwise: boolean, what?: string): boolean
  at(name: string): Location
}

export async function deriveNikola(root: string): Promise<MovePlan> {
  const report = createReport()
  const read = readTextFile(path.join(root, file), file)
  if ('problem' in read) report.diagnostics.push(read.problem)
  const conf = createConf(parsePython('problem' in read ? '' : read.text), report)
  const options = optionsOf(conf)
  const url = urlOf(conf)
  if (url !== undefined) options.feedIds = { base: url.replace(/\/$/, '') }
  const hasTranslations = listNikola(root, options).some(({ group }) => group === 'translations')
  const config = configOf(root, conf, { options, url, hasTranslations })
  tellFiles(root, options, report)
  tellRest(conf)
  return { dialect: 'nikola', options: options as unknown as MovePlan['options'], config, report: report.diagnostics }
}

function createConf(module: PyModule, report: MoveReport): Conf & { readonly used: Set<string> } {
  const used = new Set<string>()
  const at = (name: string): Location => ({ file, ...(module.lines[name] !== undefined && { line: module.lines[name] }) })
  const language = typeof module.values['DEFAULT_LANG'] === 'string' ? module.values['DEFAULT_LANG'] : 'en'
  const get: Conf['get'] = (name, what) => {
    const value = module.values[name]
    if (value !== undefined && !used.has(name) && what !== undefined) report.mapped(at(name), `\`${name}\` becomes ${what}`)
    used.add(name)
    return isDict(value) && Object.hasOwn(value, language) ? value[language] : value
  }
  const text: Conf['text'] = (name, what) => { const value = get(name, what); return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined }
  const flag: Conf['flag'] = (name, otherwise, what) => { const value = get(name, what); return typeof value === 'boolean' ? value : otherwise }
  return { module, report, get, text, flag, at, used }
}

const isDict = (value: PyValue | undefined): value is { readonly [key: string]: PyValue } => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: PyValue | undefined): readonly PyValue[] => (Array.isArray(value) ? value as readonly PyValue[] : value === undefined || value === null ? [] : [value])

function rulesOf(value: PyValue | undefined, otherwise: readonly NikolaRule[]): readonly NikolaRule[] {
  const rules = listOf(value).flatMap((rule): NikolaRule[] => {
    const [from, to] = listOf(rule)
    if (typeof from !== 'string') return []
    const target = isDict(to) ? Object.values(to)[0] : to
    return from.startsWith('/') || from.split('/').includes('..') ? [] : [{ from, to: typeof target === 'string' ? target : '' }]
  })
  return value === undefined ? otherwise : rules
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function optionsOf(conf: Conf): Mutable<NikolaOptions> {
  const language = conf.text('DEFAULT_LANG', '`language`') ?? 'en'
  const translations = conf.get('TRANSLATIONS', 'the folders of other languages')
  const languages = Object.fromEntries(Object.entries(conf.module.values['TRANSLATIONS'] !== undefined && isDict(conf.module.values['TRANSLATIONS']) ? conf.module.values['TRANSLATIONS'] : isDict(translations) ? translations : {}).flatMap(([name, folder]) => (name === language || typeof folder !== 'string' ? [] : [[name, folder.replace(/^\.?\//, '')] as const])))
  const regular = conf.text('FILE_METADATA_REGEXP', 'the reading of dates in names')
  const hidden = listOf(conf.get('HIDDEN_TAGS', 'tags that are left out')).filter((tag): tag is string => typeof tag === 'string')
  const isPretty = conf.flag('PRETTY_URLS', true, 'the addresses of entries')
  return {
    posts: rulesOf(conf.get('POSTS', 'the collection of posts'), [{ from: 'posts/*.md', to: 'posts' }, { from: 'posts/*.html', to: 'posts' }]),
    pages: rulesOf(conf.get('PAGES', 'the collection of pages') ?? conf.get('STORY_PAGES', 'the collection of pages'), [{ from: 'pages/*.md', to: '' }, { from: 'stories/*.md', to: 'stories' }]),
    ...(!isPretty && { prettyUrls: false }),
    ...(Object.keys(languages).length > 0 && { languages }),
    ...(hidden.length > 0 ? { hiddenTags: hidden } : { hiddenTags: ['mathjax'] }),
    ...(regular?.includes('date') === true && { datedNames: true }),
  }
}

function urlOf(conf: Conf): string | undefined {
  const url = conf.text('BASE_URL', '`url`') ?? conf.text('SITE_URL', '`url`')
  conf.text('SITE_URL')
  return url !== undefined && URL.canParse(url) && /^https?:/.test(url) ? url : undefined
}

interface Derived { readonly options: NikolaOptions; readonly url: string | undefined; readonly hasTranslations: boolean }

function configOf(root: string, conf: Conf, { options, url, hasTranslations }: Derived): MovePlan['config'] {
  const call = (name: string, ...args: readonly Plain[]): Call => ({ call: name, args })
  const isPretty = options.prettyUrls !== false
  const ending = isPretty ? '/' : '.html'
  const [author, email] = [conf.text('BLOG_AUTHOR', '`author`'), conf.text('BLOG_EMAIL', 'the author\'s address')]
  const language = conf.text('DEFAULT_LANG')
  const tagPath = pathOf(conf.text('TAG_PATH', 'the addresses of tags') ?? 'categories')
  const categoryPath = pathOf(conf.text('CATEGORY_PATH', 'the addresses of categories') ?? 'categories')
  const prefix = conf.text('CATEGORY_PREFIX', 'the addresses of categories') ?? (conf.module.values['CATEGORY_PREFIX'] === '' ? '' : 'cat_')
  const slugs = conf.flag('SLUG_TAG_PATH', true, 'the addresses of tags') ? 'words' : 'kept'
  const pageSize = Number(conf.get('INDEX_DISPLAY_POST_COUNT', '`pageSize`') ?? 10)
  const index = pathOf(conf.text('INDEX_PATH', 'the place of the list of posts') ?? '')
  const output = chooseOutput((name) => fs.existsSync(path.join(root, name)))
  const menu = menuOf(conf)
  const redirects = redirectsOf(conf)
  const copy = copies(root, conf)
  const indexOf = (name: string, otherwise: string): string => { const own = conf.text(name, 'the index of terms'); return own === undefined ? otherwise : pathOf(own.replace(/(?:^|\/)index\.html$/, '')).replace(/\.html\/$/, '/') }
  return {
    ...given({ title: conf.text('BLOG_TITLE', '`title`'), url, description: conf.text('BLOG_DESCRIPTION', '`description`')?.replace(/\s+/g, ' '), language: language?.replaceAll('_', '-'), timeZone: conf.text('TIMEZONE', '`timeZone`') }),
    ...(author !== undefined && { author: email !== undefined && /^[^@\s]+@[^@\s]+$/.test(email) ? { name: author, email } : author }),
    ...(menu.length > 0 && { menu }),
    content: folderOf(options.posts?.[0]?.from ?? '') || 'posts', looseFiles: false, entriesWin: true, brokenLinks: 'warning', pagePath: conf.flag('INDEXES_PRETTY_PAGE_URL', false, '`pagePath`') ? ':base/page/:num/'.replace(':base/', '') : ':base-:prev.html',
    ...(output !== 'public' && { output }),
    collections: {
      posts: { source: call('old.posts'), index, ...(Number.isInteger(pageSize) && pageSize > 0 && pageSize <= 1000 && pageSize !== 10 && { pageSize }), years: `${pathOf(conf.text('ARCHIVE_PATH', 'the archives') ?? '')}:year/` },
      pages: { source: call('old.pages') },
      ...(hasTranslations && { translations: { source: call('old.translations'), index: false, feed: false, sort: 'title' } }),
    },
    taxonomies: {
      tags: { path: indexOf('TAGS_INDEX_PATH', tagPath), termPath: `${tagPath}:slug${ending}`, feedPath: `${tagPath}:slug.xml`, slugs },
      categories: { path: indexOf('CATEGORIES_INDEX_PATH', categoryPath), termPath: `${categoryPath}${prefix}:slug${ending}`, feedPath: `${categoryPath}${prefix}:slug.xml`, slugs },
    },
    feeds: feedsOf(conf),
    planners: [call('listPages', listsOf(conf, options))],
    ...(Object.keys(redirects).length > 0 && { redirects }),
    ...(copy.length > 0 && { copy }),
  }
}

function given(values: { readonly [key: string]: Plain }): { [key: string]: Plain } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** `blog` -> `/blog/`, `` -> `/`. */
function pathOf(text: string): string {
  return `/${text}/`.replace(/\/{2,}/g, '/')
}

function feedsOf(conf: Conf): Plain {
  const hasRss = conf.flag('GENERATE_RSS', true, 'the RSS feed')
  const hasAtom = conf.flag('GENERATE_ATOM', false, 'the Atom feed')
  const rss = `${pathOf(conf.text('RSS_PATH', 'the place of the feed') ?? '')}${conf.text('RSS_FILENAME_BASE', 'the place of the feed') ?? 'rss'}${conf.text('RSS_EXTENSION') ?? '.xml'}`
  const atom = `${pathOf(conf.text('ATOM_PATH', 'the place of the feed') ?? '')}${conf.text('ATOM_FILENAME_BASE', 'the place of the feed') ?? 'feed'}${conf.text('ATOM_EXTENSION') ?? '.atom'}`
  const limit = Number(conf.get('FEED_LENGTH', 'the length of feeds') ?? 10)
  const isExcerpt = conf.flag('FEED_TEASERS', conf.flag('RSS_TEASERS', true, 'what feeds hold'), 'what feeds hold')
  return {
    formats: [...(hasRss || !hasAtom ? ['rss'] : []), ...(hasAtom ? ['atom'] : [])], paths: { ...((hasRss || !hasAtom) && { rss }), ...(hasAtom && { atom }) },
    ...(Number.isInteger(limit) && limit > 0 && limit <= 1000 && { limit }), ...(isExcerpt && { content: 'excerpt' }),
  }
}

/** The archive, and a list for each folder of posts. */
function listsOf(conf: Conf, { posts = [] }: NikolaOptions): Plain[] {
  const archive = `${pathOf(conf.text('ARCHIVE_PATH') ?? '')}${conf.text('ARCHIVE_FILENAME', 'the archive') ?? 'archive.html'}`
  const folders = [...new Set(posts.map(({ to }) => pathOf(to)))].filter((folder) => folder !== '/')
  return [{ path: archive, title: 'Archive', collection: 'posts' }, ...folders.map((folder) => ({ path: folder, title: folder.slice(1, -1), collection: 'posts', pageSize: 10 }))]
}

function menuOf(conf: Conf): Plain[] {
  return listOf(conf.get('NAVIGATION_LINKS', '`menu`')).flatMap((link): Plain[] => {
    const [url, title] = listOf(link)
    if (typeof url !== 'string' || typeof title !== 'string') return []
    return [{ title, url: /^(?:\/|#|https?:|mailto:)/.test(url) ? url.replace(/\/index\.html$/, '/') : `/${url}` }]
  })
}

function redirectsOf(conf: Conf): Record<string, string> {
  return Object.fromEntries(listOf(conf.get('REDIRECTIONS', '`redirects`')).flatMap((pair): [string, string][] => {
    const [from, to] = listOf(pair)
    if (typeof from !== 'string' || typeof to !== 'string') return []
    if (/^\/(?!\/)[^?#]*$/.test(to)) return [[`/${from.replace(/^\//, '')}`, to]]
    conf.report.lost(conf.at('REDIRECTIONS'), `the redirection from ${from} leads to ${to}, which is not an address of this site`, 'put a page there that links to it.')
    return []
  }))
}

function copies(root: string, conf: Conf): Plain[] {
  const rules: { from: string; to: string }[] = []
  const add = (name: string, otherwise: Readonly<Record<string, string>>, what: string): void => {
    const value = conf.get(name, what)
    for (const [from, to] of Object.entries(isDict(value) ? value : otherwise)) if (typeof to === 'string') rules.push({ from: from.replace(/^\.?\/|\/$/g, ''), to: pathOf(to) })
  }
  add('FILES_FOLDERS', { files: '' }, 'files that are copied')
  add('IMAGE_FOLDERS', { images: 'images' }, 'files that are copied')
  add('LISTINGS_FOLDERS', { listings: 'listings' }, 'files that are copied; no page is made for each')
  add('GALLERY_FOLDERS', { galleries: 'galleries' }, 'files that are copied; no gallery is made of them')
  return rules.filter(({ from }) => from !== '' && !from.split('/').includes('..') && fs.statSync(path.join(root, from), { throwIfNoEntry: false })?.isDirectory())
}

/** Texts in formats that cannot be read here. */
function tellFiles(root: string, options: NikolaOptions, report: MoveReport): void {
  const readable = new Set(listNikola(root, options).map((one) => one.path))
  for (const { path: name } of listNikola(root, options, /\.(?!meta$)\w+$/)) {
    if (readable.has(name) || readableEndings.test(name)) continue
    report.lost({ file: name, line: 1 }, `${name} is not published: texts in ${/\.(\w+)$/.exec(name)?.[1] ?? 'this format'} cannot be read`, 'convert it to markdown.')
  }
}

const reasons: Readonly<Record<string, string>> = {
  THEME: 'the default theme is used; templates of Nikola are not run', THEME_COLOR: 'the default theme is used', COMPILERS: 'markdown and HTML are read', COMMENT_SYSTEM: 'the default theme has no comments', COMMENT_SYSTEM_ID: 'the default theme has no comments',
  DEPLOY_COMMANDS: 'nothing is run', MARKDOWN_EXTENSIONS: 'texts are CommonMark with the usual extras', GLOBAL_CONTEXT: 'templates of Nikola are not run', CONTENT_FOOTER: 'the default theme has its own', LICENSE: 'the default theme has its own', OUTPUT_FOLDER: 'the output folder is public/',
}

function tellRest(conf: Conf & { readonly used?: Set<string> }): void {
  const { module, report, used = new Set<string>() } = conf
  for (const [name, line] of Object.entries(module.lines)) {
    if (!used.has(name) && name !== '_' && /^[A-Z]/.test(name)) report.ignored({ file, line }, `\`${name}\` is not used${reasons[name] === undefined ? '' : `: ${reasons[name]}`}`)
  }
  for (const { name, line } of module.computed) if (/^[A-Z]/.test(name)) report.ignored({ file, line }, `\`${name}\` is computed, and nothing is run to find its value`)
}
