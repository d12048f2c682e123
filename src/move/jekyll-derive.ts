// `_config.yml` and what lies beside it -> a config of ours. Reads pages, to tell text from templates, and no posts.
import fs from 'node:fs'
import path from 'node:path'
import type { Location } from '../core/diagnostic.ts'
import { readTextFile } from '../sources/text-file.ts'
import { isMap, type ParsedText } from '../sources/parsed-text.ts'
import { isExcluded, type JekyllOptions } from './jekyll.ts'
import { mapKeys, type KeyTable } from './jekyll-keys.ts'
import { findTemplates, findUnreadable, type TemplatePage } from './jekyll-templates.ts'
import { chooseOutput, createReport, type Call, type MovePlan, type MoveReport, type Plain } from './plan.ts'
import { namesIn, startsWithFrontMatter } from './tree.ts'

export interface JekyllConfig {
  readonly file: string
  readonly data: Readonly<Record<string, unknown>>
  readonly at: (...keys: readonly (string | number)[]) => Location
}

export async function deriveJekyll(root: string): Promise<MovePlan> {
  const report = createReport()
  const config = await readConfig(root, report)
  const output = chooseOutput((name) => fs.existsSync(path.join(root, name)))
  const keys = mapKeys(root, config, report)
  const exclude = [...keys.exclude, output]
  const listed: JekyllOptions = { exclude, include: keys.include, collections: keys.collections, ...(keys.collectionsFolder !== undefined && { collectionsFolder: keys.collectionsFolder }), permalink: keys.permalink }
  const templates = findTemplates(root, listed)
  for (const name of findUnreadable(root, listed)) report.lost({ file: name, line: 1 }, `${name} is not published: texts in ${/\.(\w+)$/.exec(name)?.[1] ?? 'this format'} cannot be read`, 'convert it to markdown.')
  return {
    dialect: 'jekyll',
    options: optionsOf(keys, exclude, templates),
    config: configOf(root, config, { keys, exclude, templates, output, report }),
    report: report.diagnostics,
  }
}

async function readConfig(root: string, report: MoveReport): Promise<JekyllConfig> {
  const file = ['_config.yml', '_config.yaml'].find((name) => fs.existsSync(path.join(root, name))) ?? '_config.yml'
  const none: JekyllConfig = { file, data: {}, at: () => ({ file }) }
  if (!fs.existsSync(path.join(root, file))) return none
  const read = readTextFile(path.join(root, file), file)
  if ('problem' in read) {
    report.diagnostics.push(read.problem)
    return none
  }
  const { parseYaml } = await import('../sources/yaml-text.ts')
  const parsed: ParsedText = parseYaml(read.text)
  for (const { message, fix, position } of parsed.problems) report.lost({ file, ...position }, message, fix)
  return { file, data: isMap(parsed.value) ? parsed.value : {}, at: (...keys) => ({ file, ...parsed.locate(keys) }) }
}

function optionsOf(keys: KeyTable, exclude: readonly string[], templates: readonly TemplatePage[]): MovePlan['options'] {
  const { permalink, collections, collectionsFolder, defaults, site, include, excerptSeparator } = keys
  const feed = templates.find(({ kind }) => kind === 'feed')
  const notTexts = templates.filter(({ kind, hasText }) => !['feed', 'file', 'empty'].includes(kind) && !hasText)
  const intros = templates.filter(({ hasText }) => hasText)
  return {
    ...(permalink !== 'date' && { permalink }),
    ...(Object.keys(collections).length > 0 && { collections: collections as Plain }),
    ...(collectionsFolder !== undefined && { collectionsFolder }),
    ...(defaults.length > 0 && { defaults: defaults as Plain }),
    ...(Object.keys(site).length > 0 && { site: site as Plain }),
    exclude, ...(include.length > 0 && { include }),
    ...(notTexts.length > 0 && { templates: notTexts.map((page) => page.path) }),
    ...(intros.length > 0 && { intros: intros.map((page) => page.path) }),
    ...(keys.url !== undefined && (keys.hasFeedPlugin || feed !== undefined) && { feedIds: { base: keys.url.replace(/\/$/, ''), of: keys.hasFeedPlugin ? 'id' : feed?.idOf ?? 'id' } }),
    ...(excerptSeparator !== undefined && { excerptSeparator }),
  }
}

interface Found { readonly keys: KeyTable; readonly exclude: readonly string[]; readonly templates: readonly TemplatePage[]; readonly output: string; readonly report: MoveReport }

function configOf(root: string, { data, at }: JekyllConfig, found: Found): MovePlan['config'] {
  const { keys, templates, output, report } = found
  const call = (name: string, ...args: readonly Plain[]): Call => ({ call: name, args })
  const lists = templates.filter(({ kind }) => kind === 'posts')
  for (const template of templates) tell(report, template)
  const ofPosts = lists.filter(({ collection }) => collection === undefined)
  const blog = ofPosts.find(({ url }) => url === '/') ?? ofPosts.find(({ isPaged }) => isPaged)
  const others = lists.filter((list) => list !== blog)
  const tagPages = templates.filter(({ kind }) => kind === 'tags' || kind === 'categories')
  const pathOf = (kind: string): string => (tagPages.find((page) => page.kind === kind)?.url ?? `/${kind}/`).replace(/\.html$/, '/')
  const redirects = Object.fromEntries([
    ...tagPages.flatMap(({ kind, url, aliases }) => [...aliases, ...(url.endsWith('.html') ? [url] : [])].map((from) => [from, pathOf(kind)] as const)),
    ...lists.flatMap(({ url, aliases }) => aliases.map((from) => [from, url] as const)),
  ])
  const collections = Object.keys(keys.collections).map((name) => [name, { source: call('old.collection', name), sort: 'title', index: false, feed: false }] as const)
  const [feeds, feedCount] = feedsOf(keys, templates)
  if (typeof data['url'] !== 'string' && keys.url !== undefined) report.mapped({ file: 'CNAME' }, `the domain is the site's address: ${keys.url}`)
  if (keys.url === undefined && data['baseurl']) report.lost(at('baseurl'), '`baseurl` has no `url` beside it, so the site is built for the top of its host', 'write `url` in _config.yml, or build with --base-url.')
  return {
    ...keys.plain,
    ...(keys.url !== undefined && { url: keys.url }),
    content: '_posts', looseFiles: false, entriesWin: true, brokenLinks: 'warning',
    ...(output !== 'public' && { output }),
    ...(keys.pagePath !== undefined && { pagePath: keys.pagePath }),
    collections: {
      posts: { source: call('old.posts'), ...(keys.paginate !== undefined && { pageSize: keys.paginate }), ...(blog && blog.url !== '/' && { index: blog.url }), ...(blog?.hasText && { intro: blog.path }), years: keys.years ?? false },
      ...Object.fromEntries(collections),
      pages: { source: call('old.pages') },
    },
    taxonomies: {
      categories: { path: pathOf('categories'), ...keys.taxonomy('category') },
      tags: { path: pathOf('tags'), ...keys.taxonomy('tag') },
    },
    ...(feedCount > 0 && { feeds }),
    ...(others.length > 0 && { planners: [call('listPages', others.map(({ url, title, isPaged, collection, hasText, path: file }) => ({ path: url, title, collection: collection ?? 'posts', ...(hasText && { intro: file }), ...(isPaged && keys.paginate !== undefined && { pageSize: keys.paginate }) })))] }),
    ...(Object.keys(redirects).length > 0 && { redirects }),
    ...(copies(root, found).length > 0 && { copy: copies(root, found) }),
  }
}

function tell(report: MoveReport, { file, line, kind, url, collection, hasText }: TemplatePage): void {
  const at: Location = { file, line }
  switch (kind) {
    case 'posts': return report.mapped(at, hasText ? `${file} has a layout that lists posts; ${url} becomes a list of this theme, with its text above` : `${file} is a template that lists ${collection === undefined ? 'posts' : `the collection ${collection}`}; ${url} becomes a list of this theme`)
    case 'tags': case 'categories': return report.mapped(at, `${file} is a template that lists ${kind}; ${url} becomes the index of ${kind}`)
    case 'feed': return report.mapped(at, `${file} is a template of a feed; ${url} becomes a feed of this program`)
    case 'file': return report.lost(at, `${file} is made by Jekyll (it has front matter); ${url} is not published`, 'put the finished file there, without front matter.')
    case 'empty': return report.lost(at, `${file} has no text, and its layout is not run; ${url} is an empty page`, 'write its text, or list something there with `listPages` in site.config.ts.')
  }
}

/** Where the feeds are: the plug-in's, and those that templates made. */
function feedsOf(keys: KeyTable, templates: readonly TemplatePage[]): [Plain, number] {
  const made = templates.filter(({ kind }) => kind === 'feed')
  const paths: Record<string, string> = keys.hasFeedPlugin || made.length === 0 ? (keys.feedPath === undefined ? {} : { atom: keys.feedPath }) : {}
  for (const { format = 'atom', url } of made) paths[format] ??= url
  const formats = [...new Set([...(keys.hasFeedPlugin || made.length === 0 ? ['atom'] : []), ...Object.keys(paths)])]
  const feeds = { ...(formats.join() !== 'atom' && { formats }), ...(Object.keys(paths).length > 0 && { paths }), ...keys.feeds }
  return [feeds, Object.keys(feeds).length]
}

const own = new Set(['package.json', 'package-lock.json', 'tsconfig.json', 'urls.lock', '_config.yml'])

/** What Jekyll copies: all that it neither leaves out nor works on. */
function copies(root: string, { exclude, keys: { include } }: Found): Plain[] {
  return namesIn(root).flatMap((name): Plain[] => {
    if (/^[_.#~]|~$/.test(name) && !include.includes(name) && name !== '.well-known') return []
    if (own.has(name) || name.startsWith('site.config.') || isExcluded(name, { exclude, include })) return []
    const file = path.join(root, name)
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (stats === undefined || (stats.isFile() && startsWithFrontMatter(file)) || (!stats.isFile() && !stats.isDirectory())) return []
    if (stats.isDirectory() && !holdsFiles(file)) return []
    const except = exclude.filter((pattern) => pattern.replace(/^\.?\//, '').startsWith(`${name}/`) && !/[*?]/.test(pattern)).map((pattern) => pattern.replace(/^\.?\//, '').replace(/\/$/, '').slice(name.length + 1))
    const underscored = stats.isDirectory() ? namesIn(file).filter((child) => child.startsWith('_')) : []
    return [{ from: name, ...(except.length + underscored.length > 0 && { except: [...except, ...underscored] }), ...(stats.isDirectory() && { plain: true }) }]
  })
}

/** Something that is not a page. */
function holdsFiles(folder: string): boolean {
  return fs.readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (/^[_.]/.test(entry.name)) return false
    return entry.isDirectory() ? holdsFiles(path.join(folder, entry.name)) : entry.isFile() && !startsWithFrontMatter(path.join(folder, entry.name))
  })
}
