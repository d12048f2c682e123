// The keys of `_config.yml`, one by one: what each becomes here, or why it becomes nothing.
import fs from 'node:fs'
import path from 'node:path'
import { readIfThere } from '../util/fs.ts'
import { isMap } from '../sources/parsed-text.ts'
import type { JekyllConfig } from './jekyll-derive.ts'
import { becomes, type MoveReport, type Plain } from './plan.ts'

export interface KeyTable {
  /** Settings of the same name here. */
  readonly plain: { readonly [key: string]: Plain }
  readonly url: string | undefined
  readonly permalink: string
  readonly paginate: number | undefined
  readonly pagePath: string | undefined
  readonly collections: Readonly<Record<string, { permalink?: string }>>
  readonly collectionsFolder: string | undefined
  readonly defaults: readonly { path?: string; type?: string; values: Readonly<Record<string, unknown>> }[]
  readonly exclude: readonly string[]
  readonly include: readonly string[]
  /** For `{{ site.x }}`. */
  readonly site: Readonly<Record<string, unknown>>
  readonly hasFeedPlugin: boolean
  readonly feedPath: string | undefined
  readonly feeds: { readonly [key: string]: Plain }
  readonly years: string | undefined
  readonly excerptSeparator: string | undefined
  taxonomy(kind: 'tag' | 'category'): { readonly [key: string]: Plain }
}

const reasons: Readonly<Record<string, string>> = {
  markdown: 'texts are CommonMark with the usual extras here', kramdown: 'texts are CommonMark with the usual extras here', redcarpet: 'texts are CommonMark with the usual extras here', commonmark: 'texts are CommonMark with the usual extras here',
  highlighter: 'code is highlighted by shiki here', theme: 'the default theme is used; layouts of Jekyll are not run', remote_theme: 'the default theme is used; layouts of Jekyll are not run',
  sass: 'stylesheets are not compiled', scss: 'stylesheets are not compiled', plugins_dir: 'plug-ins of Jekyll are not run', layouts_dir: 'layouts of Jekyll are not run',
  future: 'build with --future to publish entries whose date has not come', show_drafts: 'build with --drafts to publish drafts', unpublished: 'build with --drafts to publish drafts',
  source: 'the folder of this file is the site', destination: 'the output folder is set in site.config.ts', incremental: 'every build is incremental', liquid: 'templates are nunjucks', header_pages: 'write `menu` in site.config.ts', navigation: 'write `menu` in site.config.ts',
  compress_html: 'pages are not compressed', encoding: 'files are UTF-8', gems: 'plug-ins of Jekyll are not run', lsi: 'there are no related posts', limit_posts: 'all posts are built', keep_files: 'files of others in the output folder are never touched', port: 'it is for the server', host: 'it is for the server', livereload: 'it is for the server', safe: 'nothing is run in any case', whitelist: 'plug-ins of Jekyll are not run', data_dir: 'data of Jekyll is not read', includes_dir: 'included files are read from _includes',
}
const mappedPlugins: Readonly<Record<string, string>> = {
  'jekyll-feed': 'the feed', 'jekyll-sitemap': 'sitemap.xml', 'jekyll-seo-tag': 'the tags in the head of pages', 'jekyll-redirect-from': '`redirect_from` is read', 'jekyll-paginate': 'lists are cut into pages', 'jekyll-paginate-v2': 'lists are cut into pages',
  'jekyll-archives': 'archives of terms and years', 'jekyll-gist': '`{% gist %}` is understood', 'jekyll-include-cache': 'includes are read', 'jekyll-titles-from-headings': 'titles come from headings', 'jekyll-relative-links': 'links to files are resolved', 'jekyll-default-layout': 'there are no layouts', 'jekyll-optional-front-matter': 'markdown without front matter is copied as it is',
}

export function mapKeys(root: string, config: JekyllConfig, report: MoveReport): KeyTable {
  const { data, at } = config
  const text = (key: string): string | undefined => (typeof data[key] === 'string' && data[key].trim() !== '' ? data[key].trim().replace(/\s+/g, ' ') : undefined)
  const texts = (key: string): string[] => [data[key]].flat().filter((one): one is string => typeof one === 'string')
  const mapped = (key: string, what: string): void => { if (data[key] !== undefined) report.mapped(at(key), becomes(key, what)) }
  const plain = plainSettings(config, text, mapped)
  const [plugins, archives] = [[...texts('plugins'), ...texts('gems')], isMap(data['jekyll-archives']) ? data['jekyll-archives'] : {}]
  for (const [index, plugin] of texts('plugins').entries()) {
    const use = mappedPlugins[plugin]
    if (use === undefined) report.ignored(at('plugins', index), `the plug-in ${plugin} is not run`)
    else report.mapped(at('plugins', index), `the plug-in ${plugin} becomes: ${use}`)
  }
  const feed = isMap(data['feed']) ? data['feed'] : {}
  const paginate = Number(data['paginate'] ?? (isMap(data['pagination']) ? data['pagination']['per_page'] : undefined))
  const paths = isMap(archives['permalinks']) ? archives['permalinks'] : {}
  const isArchived = (kind: string): boolean => archives['enabled'] === 'all' || [archives['enabled']].flat().includes(kind)
  const known = tellKnown(config, mapped)
  const site = siteValues(data)
  for (const key of Object.keys(data)) {
    if (known.has(key) || key in plain || key === 'plugins') continue
    const reason = reasons[key]
    report.ignored(at(key), reason === undefined ? `\`${key}\` is no setting here${key in site ? '; its value stands for {{ site.' + key + ' }}' : ''}` : `\`${key}\` is not used: ${reason}`)
  }
  return {
    plain, url: urlOf(root, data), permalink: text('permalink') ?? 'date', site,
    paginate: Number.isInteger(paginate) && paginate > 0 && paginate <= 1000 ? paginate : undefined,
    pagePath: pagePathOf(text('paginate_path'), paginate),
    collections: collectionsOf(data), collectionsFolder: text('collections_dir'), defaults: defaultsOf(data),
    exclude: texts('exclude'), include: texts('include'),
    hasFeedPlugin: plugins.includes('jekyll-feed'), feedPath: typeof feed['path'] === 'string' ? `/${feed['path'].replace(/^\//, '')}` : undefined,
    feeds: { ...(Number.isInteger(feed['posts_limit']) && { limit: Number(feed['posts_limit']) }), ...(feed['excerpt_only'] === true && { content: 'excerpt' }) },
    years: isArchived('year') ? String(paths['year'] ?? '/:year/') : undefined,
    excerptSeparator: typeof data['excerpt_separator'] === 'string' ? data['excerpt_separator'] : undefined,
    taxonomy: (kind) => ({ ...(isArchived(kind === 'tag' ? 'tags' : 'categories') && { termPath: String(paths[kind] ?? `/${kind}/:name/`).replace(':name', ':slug'), slugs: 'letters' }) }),
  }
}

function plainSettings({ data }: JekyllConfig, text: (key: string) => string | undefined, mapped: (key: string, what: string) => void): KeyTable['plain'] {
  const author = isMap(data['author']) ? data['author'] : undefined
  const name = typeof author?.['name'] === 'string' ? author['name'] : text('author')
  const email = typeof author?.['email'] === 'string' ? author['email'] : text('email')
  const language = text('lang') ?? text('locale') ?? text('language')
  mapped('title', '`title`')
  mapped('description', '`description`')
  mapped('author', '`author`')
  mapped('timezone', '`timeZone`')
  mapped(data['lang'] === undefined ? 'locale' : 'lang', '`language`')
  return {
    ...(text('title') !== undefined && { title: text('title') }),
    ...(text('description') !== undefined && { description: text('description') }),
    ...(language !== undefined && isLanguage(language.replaceAll('_', '-')) && { language: language.replaceAll('_', '-') }),
    ...(text('timezone') !== undefined && { timeZone: text('timezone') }),
    ...(name !== undefined && { author: email !== undefined && /^[^@\s]+@[^@\s]+$/.test(email) ? { name, email } : name }),
  }
}

function isLanguage(tag: string): boolean {
  return /^[A-Za-z]{2,3}(?:-[A-Za-z\d]{2,8})*$/.test(tag)
}

function tellKnown({ data }: JekyllConfig, mapped: (key: string, what: string) => void): Set<string> {
  const table: Readonly<Record<string, string>> = {
    url: '`url`', baseurl: 'the path of `url`', permalink: 'the addresses of posts', paginate: '`pageSize`', paginate_path: '`pagePath`', pagination: '`pageSize`', collections: 'collections of their own', collections_dir: 'where collections are read', defaults: 'values for front matter', exclude: 'what is left out', include: 'what is taken in', feed: 'the feed\'s settings', 'jekyll-archives': 'the addresses of terms and years', excerpt_separator: 'the end of excerpts',
  }
  for (const [key, what] of Object.entries(table)) mapped(key, what)
  return new Set([...Object.keys(table), 'title', 'description', 'author', 'timezone', 'lang', 'locale', 'email', ...(data['gems'] === undefined ? [] : [])])
}

/** The public address: `url` and `baseurl`, or the domain in CNAME. */
function urlOf(root: string, data: Readonly<Record<string, unknown>>): string | undefined {
  const domain = fs.existsSync(path.join(root, 'CNAME')) ? readIfThere(path.join(root, 'CNAME'))?.trim().split(/\s+/)[0] : undefined
  const url = typeof data['url'] === 'string' && /^https?:\/\//.test(data['url']) ? data['url'] : domain !== undefined && /^[\w.-]+$/.test(domain) ? `https://${domain}` : undefined
  const base = typeof data['baseurl'] === 'string' ? data['baseurl'].replace(/^\/|\/$/g, '') : ''
  const whole = url === undefined ? undefined : `${url.replace(/\/+$/, '')}/${base === '' ? '' : `${base}/`}`
  return whole !== undefined && URL.canParse(whole) ? whole : undefined
}

/** `/blog/page:num/` -> `page:num/`: it starts from the list's own folder. */
function pagePathOf(pattern: string | undefined, paginate: number): string | undefined {
  if (pattern === undefined) return Number.isNaN(paginate) ? undefined : 'page:num/'
  const [last = ''] = /(?:^|\/)([^/]*:num[^/]*\/?.*)$/.exec(pattern)?.slice(1) ?? []
  const before = /\/(page|p)\/:num\/?$/.exec(pattern)?.[1]
  const path = before === undefined ? last : `${before}/:num/`
  return /\.\w+$|\/$/.test(path) ? path : `${path}/`
}

function collectionsOf({ collections }: Readonly<Record<string, unknown>>): Record<string, { permalink?: string }> {
  const entries = Array.isArray(collections) ? [] : isMap(collections) ? Object.entries(collections) : []
  return Object.fromEntries(entries.filter(([name, value]) => name !== 'posts' && name !== 'drafts' && isMap(value) && value['output'] === true).map(([name, value]) => {
    const permalink = isMap(value) ? value['permalink'] : undefined
    return [name, typeof permalink === 'string' ? { permalink } : {}]
  }))
}

function defaultsOf({ defaults }: Readonly<Record<string, unknown>>): KeyTable['defaults'] {
  return (Array.isArray(defaults) ? defaults as unknown[] : []).flatMap((one) => {
    const { scope, values } = isMap(one) ? one : {}
    if (!isMap(values)) return []
    const { layout: _layout, ...kept } = values
    if (Object.keys(kept).length === 0) return []
    const { path: folder, type } = isMap(scope) ? scope : {}
    return [{ ...(typeof folder === 'string' && folder !== '' && { path: folder }), ...(typeof type === 'string' && type !== '' && { type }), values: kept }]
  })
}

const machinery = /^(?:plugins|gems|exclude|include|defaults|collections|sass|kramdown|whitelist|jekyll-archives|feed|permalink|paginate|paginate_path|markdown|highlighter|theme|remote_theme|excerpt_separator)$/

/** Plain values, and maps of them. */
function siteValues(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || (isMap(value) && Object.values(value).every(isPlain))
  return Object.fromEntries(Object.entries(data).filter(([key, value]) => !machinery.test(key) && isPlain(value) && value !== ''))
}
