// What a user may write in site.config.ts (`SiteConfig`) and what the program works with (`Settings`: every default filled in).
// Types only; loading and checking is config.ts.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { MarkdownIt } from 'markdown-it'
import type { S3Target } from './deploy.ts'
import type { Author, Entry, FeedFormat, PageSpec, Permalink, Site, Source } from './types.ts'

export interface CollectionConfig {
  /** Where the entries come from; several sources make one collection. */
  source?: Source | readonly Source[]
  /** `/:year/:month/:slug/`, a function, or `false` for entries without pages of their own. Default `/:collection/:slug/`. */
  permalink?: string | ((entry: Omit<Entry, 'permalink'>) => string) | false
  /** Template of an entry's page. Default `entry.njk`. */
  template?: string
  /** Template of the collection's index. Default `list.njk`. */
  listTemplate?: string
  /** Entries on a page of the index. Default 10. */
  pageSize?: number
  /** `date` is newest first, `title` and `order` (a number in the front matter) ascending. Default `date`. */
  sort?: 'date' | 'title' | 'order' | ((a: Entry, b: Entry) => number)
  /** Checks `data` of each entry; any Standard Schema validator (zod, valibot, arktype). */
  schema?: StandardSchemaV1
  /** Heading of the index. Default: the name with a capital. */
  title?: string
  /** Where the index is, or `false` for none. Default `/` for the first collection if no page has that address, else `/NAME/`. */
  index?: string | false
  /** Whether its entries go into the site's feeds. Default `true`, for `pages` `false`. */
  feed?: boolean
  /** Archive by year at `INDEX/YEAR/`, or at an address with `:year` in it. Default `true` if sorted by date. */
  years?: boolean | string
  /** Id or path of an entry whose text stands above the first page of the index. Best with `permalink: false`. */
  intro?: string
  /** Address of a feed of this collection alone, in the first of the formats. Default: none. */
  feedPath?: string
}

export interface TaxonomyConfig {
  /** Heading of the index of terms. Default: the name with a capital. */
  title?: string
  /** Where the index of terms is; terms are below it. Default `/NAME/`. */
  path?: string
  /** Entries on a page of a term. Default 10. */
  pageSize?: number
  /** Whether each term has a feed. Default `true`. */
  feed?: boolean
  /** Front matter keys read for it. Default: the name and its singular (`tags`, `tag`). */
  keys?: readonly string[]
  /** Address of a term, with `:slug` in it: `/tag/:slug/`, `/categories/:slug.html`. Default: below `path`. */
  termPath?: string
  /** Address of a term's feed, in the first of the formats: `/categories/:slug.xml`. Default: beside the term's page. */
  feedPath?: string
  /** What `:slug` is: `signs` tells C, C++ and C# apart (default), `letters` keeps letters and digits alone, `words` leaves signs other than `+` out, `kept` is the term as it is written. */
  slugs?: 'signs' | 'letters' | 'words' | 'kept'
}

export interface MarkdownConfig {
  /** Raw HTML in markdown: `allow` (default) or `escape`. */
  html?: 'allow' | 'escape'
  /** Curly quotes and dashes. Default `false`. */
  typographer?: boolean
  /** Bare addresses become links. Default `true`. */
  linkify?: boolean
  /** `false`: CommonMark alone, without tables, footnotes, heading anchors, alerts and the rest. Default `true`. */
  extras?: boolean
  /** markdown-it plug-ins: each gets the instance once. */
  plugins?: readonly ((md: MarkdownIt) => void)[]
  /** Words of an excerpt that neither a marker nor a first paragraph gives. Default 50. */
  excerptWords?: number
}

export interface HighlightConfig {
  /** Names of shiki themes. Default: a pair with enough contrast for every reader. */
  themes?: { light: string; dark: string }
  /** Own names for languages: `{ conf: 'ini' }`. */
  aliases?: Readonly<Record<string, string>>
  /** More grammars, in the form that shiki takes. */
  languages?: readonly object[]
  /** Number every line. Default `false`; a fence can ask with `{lines}`. */
  lineNumbers?: boolean
  /** Lines longer than this stay plain, in UTF-16 units. Default 2000. */
  maxLineLength?: number
}

export type Filter = (value: unknown, ...args: unknown[]) => unknown

export interface TemplatesConfig {
  /** Folder of the site's own templates, which win over the default theme file by file. Default `templates`. */
  folder?: string
  /** `false`: an undefined value prints as nothing instead of being an error. Default `true`. */
  strict?: boolean
  /** Pure functions: `{{ price | money }}`. */
  filters?: Readonly<Record<string, Filter>>
  /** Values and pure functions for every template. */
  globals?: Readonly<Record<string, unknown>>
}

export interface FeedsConfig {
  /** Default `['atom']`. */
  formats?: readonly FeedFormat[]
  /** Entries in a feed. Default 20. */
  limit?: number
  /** Whole bodies, or excerpts. Default `full`. */
  content?: 'full' | 'excerpt'
  /** Addresses of the site's own feeds: `{ atom: '/atom.xml' }`. Default `/feed.xml`, `/rss.xml`, `/feed.json`. */
  paths?: Readonly<Partial<Record<FeedFormat, string>>>
}

/** Files that are published as they are. */
export interface CopyRule {
  /** A file or folder below the site's root. */
  from: string
  /** Address that it gets. Default: its path below the root. */
  to?: string
  /** Paths below `from` that are left out. */
  except?: readonly string[]
  /** Leaves out files that start with front matter. Default `false`. */
  plain?: boolean
}

/** Sites that the author reads. */
export interface BlogrollConfig {
  /** Default `/blogroll.opml`. */
  path?: string
  /** Default `Blogroll`. */
  title?: string
  sites: readonly BlogrollSite[]
}
export interface BlogrollSite {
  title: string
  /** Address of its feed. */
  feed: string
  /** Address of its front page. */
  url?: string
  /** Sites of one group stand together. */
  group?: string
}

/** For the independent web: how other sites recognise the author and talk back. */
export interface IndieWebConfig {
  /** Addresses of the author elsewhere: `rel="me"`. */
  me?: readonly string[]
  /** Where replies from other sites are taken: `rel="webmention"`. */
  webmention?: string
}

export interface Link {
  title: string
  url: string
}

/** Adds pages to the plan. `page` fills in what every page needs. */
export type Planner = (site: Site, page: PlannerHelpers) => Iterable<PageSpec>
export interface PlannerHelpers {
  /** A page made from a template. */
  template(permalink: string, template: string, title: string): PageSpec
  /** A list of entries, cut into pages. */
  list(permalink: string, title: string, entries: readonly Entry[], options?: { template?: string; pageSize?: number; intro?: Entry }): PageSpec[]
  /** A feed of entries. */
  feed(permalink: string, title: string, entries: readonly Entry[], options?: { format?: FeedFormat; about?: string }): PageSpec
}

/** What `site.config.ts` exports. Everything has a default. */
export interface SiteConfig {
  title?: string
  /** Public address, with the base path if there is one: `https://example.org/blog/`. Feeds, sitemap and canonical links need it. */
  url?: string
  /** Any string that never changes; ids in feeds are derived from it, so that they survive a change of `url`. */
  id?: string
  description?: string
  /** BCP 47: `en`, `de-AT`. Default `en`. */
  language?: string
  /** IANA name; for dates without an offset. Default `UTC`. */
  timeZone?: string
  author?: string | Author
  /** The site's main links, for the theme. Default: indexes, pages of the top level. */
  menu?: readonly Link[]
  /** Anything else for templates: `site.params.x`. */
  params?: Readonly<Record<string, unknown>>
  collections?: Readonly<Record<string, CollectionConfig>>
  /** Default `{ tags: {} }`. */
  taxonomies?: Readonly<Record<string, TaxonomyConfig>>
  markdown?: MarkdownConfig
  highlight?: HighlightConfig | false
  templates?: TemplatesConfig
  feeds?: FeedsConfig | false
  /** Tags for search engines and previews, put into every page's head. Default: all. */
  head?: { canonical?: boolean; openGraph?: boolean; jsonLd?: boolean }
  sitemap?: boolean
  robots?: boolean
  /** Folder of files that are copied as they are. Default `static`. */
  static?: string
  /** Folder of markdown, pictures and data. Default `content`. */
  content?: string
  /** Folder for the built site. Default `public`. */
  output?: string
  /** Changes an entry, or holds it back by returning `undefined`. */
  onEntry?: (entry: Entry) => Entry | undefined
  /** Values computed from the whole site, for templates: `site.query('related', entry)`. */
  queries?: Readonly<Record<string, (site: Site, ...args: readonly unknown[]) => unknown>>
  planners?: readonly Planner[]
  /** Address of page n of a list, from the list's own folder: `:num` is the number, `:prev` one less, `:base` the list's name. Default `page/:num/`. */
  pagePath?: string
  /** A page or file of yours takes the place of a generated page at its address. Default `false`: two pages on one address are an error. */
  entriesWin?: boolean
  /** Files outside the content folder that are published as they are. */
  copy?: readonly CopyRule[]
  /** Whether files in the content folder that are no entries are published. Default `true`. */
  looseFiles?: boolean
  /** What a link in a text is that leads to a file that is not there: `error` (default) or `warning`. */
  brokenLinks?: 'error' | 'warning'
  /** Old address -> the one that it leads to. */
  redirects?: Readonly<Record<string, string>>
  blogroll?: BlogrollConfig
  /** Default: microformats as soon as there is something for them. `false`: none. */
  indieWeb?: IndieWebConfig | false
  /** Where `ssg deploy` puts the site: `s3({ ... })`. */
  deploy?: S3Target
}

/** A collection with every default filled in. `index` absent: decided when the plan is made. */
export interface Collection {
  readonly name: string
  readonly sources: readonly Source[]
  readonly permalink: string | ((entry: Omit<Entry, 'permalink'>) => string) | false
  readonly template: string
  readonly listTemplate: string
  readonly pageSize: number
  readonly sort: 'date' | 'title' | 'order' | ((a: Entry, b: Entry) => number)
  readonly schema?: StandardSchemaV1
  readonly title: string
  readonly index?: string | false
  readonly feed: boolean
  readonly years: boolean | string
  readonly intro?: string
  readonly feedPath?: string
}

export interface Taxonomy {
  readonly name: string
  readonly title: string
  readonly path: string
  readonly pageSize: number
  readonly feed: boolean
  readonly keys: readonly string[]
  readonly termPath?: string
  readonly feedPath?: string
  readonly slugs: 'signs' | 'letters' | 'words' | 'kept'
}

export interface Settings {
  /** Absolute path of the site's root. */
  readonly root: string
  /** The config file, relative to the root; absent: there is none. */
  readonly configFile?: string
  readonly title: string
  /** Without trailing slash, without base path: `https://example.org`. */
  readonly origin?: string
  /** `/` or `/blog/`. */
  readonly basePath: string
  readonly id?: string
  readonly description?: string
  readonly language: string
  readonly timeZone: string
  readonly author?: Author
  readonly menu?: readonly Link[]
  readonly params: Readonly<Record<string, unknown>>
  readonly collections: readonly Collection[]
  readonly taxonomies: readonly Taxonomy[]
  readonly markdown: Required<MarkdownConfig>
  readonly highlight: Required<HighlightConfig> | false
  readonly templates: Required<TemplatesConfig>
  /** `false` too when there is no `url` and the user did not ask for feeds. */
  readonly feeds: Required<FeedsConfig> | false
  readonly head: { readonly canonical: boolean; readonly openGraph: boolean; readonly jsonLd: boolean }
  readonly sitemap: boolean
  readonly robots: boolean
  /** Every page asks search engines to stay away, whatever its template says. */
  readonly noindex?: boolean
  /** Folders relative to the root. */
  readonly static: string
  readonly content: string
  readonly output: string
  readonly onEntry?: (entry: Entry) => Entry | undefined
  readonly queries: Readonly<Record<string, (site: Site, ...args: readonly unknown[]) => unknown>>
  readonly planners: readonly Planner[]
  readonly pagePath: string
  readonly entriesWin: boolean
  readonly copy: readonly CopyRule[]
  readonly looseFiles: boolean
  readonly brokenLinks: 'error' | 'warning'
  readonly redirects: Readonly<Record<string, string>>
  readonly blogroll?: Required<BlogrollConfig>
  readonly indieWeb?: IndieWebConfig | false
  readonly deploy?: S3Target
}

/** The address of a page as a page writes it in `href`: with base path, percent-encoded. */
export function hrefOf(settings: Pick<Settings, 'basePath'>, permalink: Permalink): string {
  const path = /^[\w./~-]*$/.test(permalink) ? permalink : encodeURI(permalink).replace(/[?#]/g, encodeURIComponent)
  return settings.basePath.slice(0, -1) + path
}

/** The public address of a page; only for sites that have a `url`. */
export function urlOf(settings: Pick<Settings, 'origin' | 'basePath'>, permalink: Permalink): string {
  return (settings.origin ?? '') + hrefOf(settings, permalink)
}
