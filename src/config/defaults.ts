// A checked `SiteConfig` -> `Settings`: every default filled in, as the comments of settings.ts say. Checks nothing.
import { basename } from 'node:path'
import { cleanPath } from './check.ts'
import type { Author, Source, SourceContext } from '../core/types.ts'
import type { Collection, CollectionConfig, Settings, SiteConfig, Taxonomy, TaxonomyConfig } from '../core/settings.ts'
import { files } from '../sources/files.ts'

/** `root` is absolute; `url` wins over the config's. Collections are for the caller to choose if the config has none. */
export function completeConfig(root: string, config: SiteConfig, place: { configFile?: string; url?: string }): Settings {
  const url = place.url ?? config.url
  const hasUrl = url !== undefined
  return {
    root,
    ...(place.configFile !== undefined && { configFile: place.configFile }),
    title: config.title ?? titleOf(root),
    ...(hasUrl && { origin: new URL(url).origin }),
    basePath: hasUrl ? basePathOf(url) : '/',
    ...(config.id !== undefined && { id: config.id }),
    ...(config.description !== undefined && { description: config.description }),
    language: config.language ?? 'en',
    timeZone: config.timeZone ?? 'UTC',
    ...(config.author !== undefined && { author: authorOf(config.author) }),
    ...(config.menu !== undefined && { menu: config.menu }),
    params: config.params ?? {},
    collections: completeCollections(config.collections ?? {}),
    taxonomies: Object.entries(config.taxonomies ?? { tags: {} }).map(([name, taxonomy]) => completeTaxonomy(name, taxonomy)),
    markdown: { html: 'allow', typographer: false, linkify: true, extras: true, plugins: [], excerptWords: 50, ...given(config.markdown) },
    highlight: config.highlight !== false && {
      themes: { light: 'github-light', dark: 'github-dark' }, aliases: {}, languages: [], lineNumbers: false, maxLineLength: 2000, ...given(config.highlight),
    },
    templates: { folder: 'templates', strict: true, filters: {}, globals: {}, ...given(config.templates) },
    feeds: config.feeds !== false && hasUrl && { formats: ['atom'], limit: 20, content: 'full', paths: {}, ...given(config.feeds) },
    head: { openGraph: true, jsonLd: true, ...given(config.head), canonical: hasUrl && config.head?.canonical !== false },
    sitemap: hasUrl && config.sitemap !== false,
    robots: config.robots ?? true,
    static: cleanPath(config.static ?? 'static'),
    content: cleanPath(config.content ?? 'content'),
    output: cleanPath(config.output ?? 'public'),
    ...(config.onEntry !== undefined && { onEntry: config.onEntry }),
    queries: config.queries ?? {},
    planners: config.planners ?? [],
    pagePath: config.pagePath ?? 'page/:num/',
    entriesWin: config.entriesWin ?? false,
    copy: (config.copy ?? []).map((rule) => ({ ...rule, from: cleanPath(rule.from) })),
    looseFiles: config.looseFiles ?? true,
    brokenLinks: config.brokenLinks ?? 'error',
    redirects: config.redirects ?? {},
    ...(config.blogroll !== undefined && { blogroll: { path: '/blogroll.opml', title: 'Blogroll', ...given(config.blogroll), sites: config.blogroll.sites } }),
    ...(config.indieWeb !== undefined && { indieWeb: config.indieWeb }),
    ...(config.deploy !== undefined && { deploy: completeDeploy(config.deploy) }),
  }
}

/** A prefix is a folder: it ends with a slash and does not start with one. */
function completeDeploy({ prefix = '', ...target }: NonNullable<SiteConfig['deploy']>): NonNullable<SiteConfig['deploy']> {
  return { ...target, prefix: prefix.replace(/^\/+|\/+$/g, '').replace(/(.)$/, '$1/') }
}

/** `/home/me/my-blog` -> `My blog`. */
export function titleOf(root: string): string {
  return capitalize(basename(root).replace(/[-_\s]+/g, ' ').trim()) || 'My site'
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function basePathOf(url: string): string {
  return `${new URL(url).pathname}/`.replace(/\/{2,}/g, '/')
}

function authorOf(author: string | Author): Author {
  return typeof author === 'string' ? { name: author } : author
}

/** Without the keys that are set to `undefined`, which would hide a default. */
function given<T extends object>(part: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(part ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>
}

function completeCollections(collections: Readonly<Record<string, CollectionConfig>>): Collection[] {
  const names = Object.keys(collections)
  return Object.entries(collections).map(([name, collection]) => completeCollection(name, collection, names))
}

/** The collection `pages` is for what stands alone: no list, no feed, addresses as in the content folder. */
function completeCollection(name: string, config: CollectionConfig, names: readonly string[]): Collection {
  const isPages = name === 'pages'
  const sort = config.sort ?? (isPages ? 'title' : 'date')
  const index = config.index ?? (isPages ? false : undefined)
  return {
    name,
    sources: sourcesOf(name, config, names),
    permalink: config.permalink ?? (isPages ? '/:path/' : '/:collection/:slug/'),
    template: config.template ?? 'entry.njk',
    listTemplate: config.listTemplate ?? 'list.njk',
    pageSize: config.pageSize ?? 10,
    sort,
    ...(config.schema !== undefined && { schema: config.schema }),
    title: config.title ?? capitalize(name),
    ...(index !== undefined && { index }),
    feed: config.feed ?? !isPages,
    years: config.years ?? sort === 'date',
    ...(config.intro !== undefined && { intro: config.intro }),
    ...(config.feedPath !== undefined && { feedPath: config.feedPath }),
  }
}

/** For a site that names none. */
export function defaultCollections(hasPosts: boolean): Record<string, CollectionConfig> {
  const names = hasPosts ? ['posts', 'pages'] : ['pages']
  return Object.fromEntries(names.map((name) => [name, { source: sourcesOf(name, {}, names).map(unsurprised) }]))
}

/** Nobody asked for this source, so nobody wonders if there is nothing. */
function unsurprised(source: Source): Source {
  const report = (ctx: SourceContext): SourceContext['report'] => (diagnostic) => { if (diagnostic.code !== 'source-empty') ctx.report(diagnostic) }
  return { ...source, load: (ctx) => source.load({ ...ctx, report: report(ctx) }) }
}

/** Without a source of its own, a collection is the folder of its name; `pages` is everything that no other one has. */
function sourcesOf(name: string, { source }: CollectionConfig, names: readonly string[]): readonly Source[] {
  if (source !== undefined) return [source].flat()
  if (name !== 'pages') return [files(`${name}/**/*.md`)]
  return [files('**/*.md', { exclude: names.filter((other) => other !== name).map((other) => `${other}/**`) })]
}

function completeTaxonomy(name: string, config: TaxonomyConfig): Taxonomy {
  return {
    name,
    title: config.title ?? capitalize(name),
    path: `/${config.path ?? name}/`.replace(/\/{2,}/g, '/'),
    pageSize: config.pageSize ?? 10,
    feed: config.feed ?? true,
    keys: config.keys ?? [...new Set([name, singularOf(name)])],
    slugs: config.slugs ?? 'signs',
    ...(config.termPath !== undefined && { termPath: config.termPath }),
    ...(config.feedPath !== undefined && { feedPath: config.feedPath }),
  }
}

/** `tags` -> `tag`, `categories` -> `category`. */
export function singularOf(name: string): string {
  return name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}
