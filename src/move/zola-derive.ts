// `config.toml` and the sections below `content` -> a config of ours.
import fs from 'node:fs'
import path from 'node:path'
import type { Location } from '../core/diagnostic.ts'
import { slugify } from '../core/slug.ts'
import { parseFrontMatter, type FrontMatter } from '../sources/front-matter.ts'
import { isMap } from '../sources/parsed-text.ts'
import { readTextFile } from '../sources/text-file.ts'
import { becomes, chooseOutput, createReport, type Call, type MovePlan, type MoveReport, type Plain } from './plan.ts'
import { listFiles } from './tree.ts'

interface Config { readonly file: string; readonly data: Readonly<Record<string, unknown>>; readonly at: (...keys: readonly (string | number)[]) => Location }
interface Section { readonly folder: string; readonly file: string; readonly header: FrontMatter; readonly data: Readonly<Record<string, unknown>> }

export async function deriveZola(root: string): Promise<MovePlan> {
  const report = createReport()
  const config = await readConfig(root, report)
  const { data } = config
  const slug = isMap(data['slugify']) ? data['slugify'] : {}
  const languages = languagesOf(data['languages'])
  const ignored = [data['ignored_content'] ?? []].flat().filter((one): one is string => typeof one === 'string')
  const sections = await readSections(root, languages, report)
  const url = typeof data['base_url'] === 'string' && URL.canParse(data['base_url']) && /^https?:/.test(data['base_url']) ? data['base_url'] : undefined
  const own = sections.filter((section) => section.data['transparent'] !== true || section.folder === '')
  const options = {
    sections: own.map(({ folder }) => folder),
    ...(slug['paths'] !== undefined && slug['paths'] !== 'on' && { slugify: String(slug['paths']) }),
    ...(slug['paths_keep_dates'] === true && { keepDates: true }),
    ...(languages.length > 0 && { languages }), ...(ignored.length > 0 && { ignored }),
    ...(url !== undefined && { feedIds: { base: url.replace(/\/$/, '') } }),
  }
  const derived = configOf(root, config, { sections: own, url, languages, report })
  tellRest(root, config, sections, report)
  return { dialect: 'zola', options, config: derived, report: report.diagnostics }
}

/** A map by code, or a list of maps with `code`, as it once was. */
function languagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (isMap(one) && typeof one['code'] === 'string' ? [one['code']] : []))
  return isMap(value) ? Object.keys(value) : []
}

async function readConfig(root: string, report: MoveReport): Promise<Config> {
  const file = ['zola.toml', 'config.toml'].find((name) => fs.existsSync(path.join(root, name))) ?? 'config.toml'
  const read = readTextFile(path.join(root, file), file)
  if ('problem' in read) {
    report.diagnostics.push(read.problem)
    return { file, data: {}, at: () => ({ file }) }
  }
  const { parseToml } = await import('../sources/toml-text.ts')
  const parsed = parseToml(read.text)
  for (const { message, fix, position } of parsed.problems) report.lost({ file, ...position }, message, fix)
  return { file, data: isMap(parsed.value) ? parsed.value : {}, at: (...keys) => ({ file, ...parsed.locate(keys) }) }
}

async function readSections(root: string, languages: readonly string[], report: MoveReport): Promise<Section[]> {
  const files = listFiles(root, 'content', { wantsFile: (_, name) => name === '_index.md' })
  const sections: Section[] = []
  for (const file of files) {
    const read = readTextFile(path.join(root, file), file)
    if ('problem' in read) continue
    const header = await parseFrontMatter(read.text, file)
    sections.push({ folder: path.posix.dirname(file).replace(/^content\/?/, ''), file, header, data: header.data })
  }
  const others = listFiles(root, 'content', { wantsFile: (_, name) => languages.some((language) => name.endsWith(`.${language}.md`)) })
  if (others.length > 0) report.lost({ file: others[0] ?? '' }, `${others.length} files are in other languages: they have their addresses, and are in no list and no feed`, 'make a site of each language.')
  return sections
}

interface Derived { readonly sections: readonly Section[]; readonly url: string | undefined; readonly languages: readonly string[]; readonly report: MoveReport }

function configOf(root: string, { data, at }: Config, { sections, url, report }: Derived): MovePlan['config'] {
  const call = (name: string, ...args: readonly Plain[]): Call => ({ call: name, args })
  const mapped = (key: string, what: string): void => { if (data[key] !== undefined) report.mapped(at(key), becomes(key, what)) }
  for (const [key, what] of Object.entries(knownKeys)) mapped(key, what)
  const text = (key: string): string | undefined => (typeof data[key] === 'string' && data[key].trim() !== '' ? data[key].trim() : undefined)
  const output = chooseOutput((name) => fs.existsSync(path.join(root, name)))
  const language = text('default_language')
  const taxonomies = taxonomiesOf(data)
  const extra = isMap(data['extra']) ? plainParts(data['extra']) : {}
  const markdown = isMap(data['markdown']) ? data['markdown'] : {}
  const feeds = feedsOf(data)
  const home = sections.find((section) => section.folder === '' && !isListed(section) && section.header.body.trim() !== '')
  return {
    ...(text('title') !== undefined && { title: text('title') }), ...(url !== undefined && { url }),
    ...(text('description') !== undefined && { description: text('description') }), ...(language !== undefined && { language: language.replaceAll('_', '-') }),
    ...(text('author') !== undefined && { author: text('author') }),
    entriesWin: true, brokenLinks: 'warning', ...(output !== 'public' && { output }),
    ...(Object.keys(extra).length > 0 && { params: extra }),
    ...(markdown['smart_punctuation'] === true && { markdown: { typographer: true } }),
    collections: {
      ...Object.fromEntries(sections.map((section) => [nameOf(section.folder), collectionOf(section, { data, report, call })])),
      others: { source: call('old.others'), sort: 'title', index: false, feed: false },
      intros: { source: call('old.intros'), sort: 'title', index: false, feed: false, permalink: false },
    },
    taxonomies,
    ...(home && { planners: [call('listPages', [{ path: '/', title: text('title') ?? 'Home', intro: home.file, pageSize: 10 }])] }),
    ...(Object.keys(feeds).length > 0 && { feeds }),
    ...(redirectsOf(sections, report)),
  }
}

/** `` -> `pages`, `blog/notes` -> `blog-notes`. */
function nameOf(folder: string): string {
  return folder === '' ? 'pages' : slugify(folder)
}

/** The top has a list of its pages only if it says how. */
function isListed({ folder, data }: Pick<Section, 'folder' | 'data'>): boolean {
  return folder !== '' || (typeof data['sort_by'] === 'string' && data['sort_by'] !== 'none') || Number(data['paginate_by']) > 0
}

const sorts: Readonly<Record<string, string>> = { date: 'date', update_date: 'date', title: 'title', title_bytes: 'title', slug: 'title', permalink: 'title', weight: 'order' }

function collectionOf({ folder, file, header, data }: Section, { data: site, report, call }: { data: Readonly<Record<string, unknown>>; report: MoveReport; call: (name: string, ...args: readonly Plain[]) => Call }): Plain {
  const at = (key: string): Location => ({ file, ...header.locate(key) })
  const address = folder === '' ? '/' : `/${folder.split('/').map(encodeURIComponent).join('/')}/`
  const sortBy = typeof data['sort_by'] === 'string' ? data['sort_by'] : 'none'
  const size = Number(data['paginate_by'])
  const isHidden = data['render'] === false || typeof data['redirect_to'] === 'string' || !isListed({ folder, data })
  const hasFeed = folder !== '' && (data['generate_feeds'] === true || data['generate_feed'] === true)
  report.mapped({ file, line: 1 }, `the section ${folder === '' ? 'content' : folder} becomes the collection \`${nameOf(folder)}\` at ${address}`)
  if (typeof data['paginate_path'] === 'string' && data['paginate_path'] !== 'page') report.lost(at('paginate_path'), `\`paginate_path\` is ${data['paginate_path']}; pages of lists are at page/2/ here`, 'set `pagePath` in site.config.ts.')
  if (data['paginate_reversed'] === true) report.ignored(at('paginate_reversed'), '`paginate_reversed` is not used: page 1 is the newest')
  for (const key of ['template', 'page_template', 'insert_anchor_links', 'in_search_index']) if (data[key] !== undefined) report.ignored(at(key), `\`${key}\` of the section ${folder || 'content'} is not used: templates of Zola are not run`)
  return {
    source: call('old.section', folder), ...(typeof data['title'] === 'string' && data['title'] !== '' && { title: data['title'] }),
    sort: sorts[sortBy] ?? 'date', pageSize: size > 0 && size <= 1000 ? size : 1000, years: false,
    index: isHidden ? false : address, ...(!isHidden && { intro: file }), feed: true,
    ...(hasFeed && { feedPath: `${address}${feedNames(site)[0] ?? 'atom.xml'}` }),
  }
}

function redirectsOf(sections: readonly Section[], report: MoveReport): { redirects?: Plain } {
  const pairs = sections.flatMap(({ folder, file, data, header }): [string, string][] => {
    const to = data['redirect_to']
    const from = folder === '' ? '/' : `/${folder}/`
    // Those of other sections lead to their lists.
    const old = isListed({ folder, data }) && data['render'] !== false && typeof to !== 'string' ? [] : [data['aliases'] ?? []].flat().filter((alias): alias is string => typeof alias === 'string').map((alias) => `/${alias.replace(/^\//, '').replace(/(^|\/)index\.html$/, '$1')}`)
    if (typeof to !== 'string') return old.map((alias) => [alias, from])
    const target = `/${to.replace(/^@\//, '').replace(/^\//, '').replace(/\.md$/, '/')}`
    if (!/^https?:/.test(to)) return [from, ...old].map((alias) => [alias, target])
    report.lost({ file, ...header.locate('redirect_to') }, `the section ${folder} leads to ${to}, which is not on this site`, 'put a page there that links to it.')
    return []
  })
  return pairs.length === 0 ? {} : { redirects: Object.fromEntries(pairs) }
}

function feedNames(data: Readonly<Record<string, unknown>>): string[] {
  const names = [data['feed_filenames'] ?? data['feed_filename'] ?? (data['generate_rss'] === true ? 'rss.xml' : 'atom.xml')].flat().filter((name): name is string => typeof name === 'string' && /^[\w.-]+$/.test(name))
  return names.length === 0 ? ['atom.xml'] : names
}

const isRss = (name: string): boolean => /rss/i.test(name)

function feedsOf(data: Readonly<Record<string, unknown>>): { [key: string]: Plain } {
  const names = feedNames(data)
  const [atom, rss] = [names.find((name) => !isRss(name)), names.find(isRss)]
  const formats = names.map((name) => (isRss(name) ? 'rss' : 'atom')).filter((format, i, all) => all.indexOf(format) === i)
  const limit = Number(data['feed_limit'])
  return { ...(formats.join() !== 'atom' && { formats }), paths: { ...(atom !== undefined && { atom: `/${atom}` }), ...(rss !== undefined && { rss: `/${rss}` }) }, ...(Number.isInteger(limit) && limit > 0 && limit <= 1000 && { limit }) }
}

function taxonomiesOf(data: Readonly<Record<string, unknown>>): Plain {
  const slug = isMap(data['slugify']) ? String(data['slugify']['taxonomies'] ?? 'on') : 'on'
  const feedFile = feedNames(data)[0] ?? 'atom.xml'
  const list = Array.isArray(data['taxonomies']) ? data['taxonomies'] as unknown[] : []
  const own = Object.fromEntries(list.flatMap((one): [string, Plain][] => {
    if (!isMap(one) || typeof one['name'] !== 'string' || one['lang'] !== undefined) return []
    const { name } = one
    const [path, size] = [`/${slugify(name)}/`, Number(one['paginate_by'])]
    const hasFeed = one['feed'] === true || one['rss'] === true
    return [[slugify(name), { path, keys: [...new Set([name, singular(name)])], slugs: slug === 'on' ? 'letters' : 'kept', pageSize: size > 0 && size <= 1000 ? size : 1000, feed: hasFeed, ...(hasFeed && { feedPath: `${path}:slug/${feedFile}` }) }]]
  }))
  // What Zola was not told of, older posts may have all the same.
  return { tags: {}, categories: {}, ...own }
}

const singular = (name: string): string => name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')

/** What can be printed into the config. */
function plainParts(map: Readonly<Record<string, unknown>>): { [key: string]: Plain } {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, plainOf(value)])) as { [key: string]: Plain }
}

function plainOf(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(plainOf)
  if (isMap(value)) return plainParts(value)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}

const knownKeys: Readonly<Record<string, string>> = {
  title: '`title`', base_url: '`url`', description: '`description`', default_language: '`language`', author: '`author`', extra: '`params`', taxonomies: '`taxonomies`', slugify: 'the addresses', feed_filename: 'the place of the feed', feed_filenames: 'the place of the feed', feed_limit: 'the length of feeds', generate_feed: 'the feed', generate_feeds: 'the feed', generate_rss: 'the feed', ignored_content: 'what is left out', languages: 'addresses of their own',
}
const reasons: Readonly<Record<string, string>> = {
  theme: 'the default theme is used; templates of Zola are not run', compile_sass: 'stylesheets are not compiled', minify_html: 'pages are not compressed', build_search_index: 'there is no search index', generate_sitemap: 'there is always a sitemap', generate_robots_txt: 'set `robots` in site.config.ts', ignored_static: 'all files in static/ are copied', output_dir: 'the output folder is public/', hard_link_static: 'files are copied', link_checker: 'run `ssg check`', search: 'there is no search index', translations: 'write words of the theme into `params`', markdown: 'texts are CommonMark with the usual extras; code is highlighted by shiki', highlight_code: 'code is always highlighted',
}

function tellRest(root: string, { data, at }: Config, sections: readonly Section[], report: MoveReport): void {
  for (const key of Object.keys(data)) if (knownKeys[key] === undefined) report.ignored(at(key), `\`${key}\` is not used${reasons[key] === undefined ? '' : `: ${reasons[key]}`}`)
  if (fs.existsSync(path.join(root, 'sass'))) report.lost({ file: 'sass' }, 'stylesheets in sass/ are not compiled', 'put the finished stylesheets into static/.')
  for (const { folder, file, data: own, header } of sections) if (own['transparent'] === true && folder !== '') report.mapped({ file, ...header.locate('transparent') }, `the section ${folder} is transparent: its pages are in the list above it`)
}
