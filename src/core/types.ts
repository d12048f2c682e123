// The vocabulary of the program: every value that one phase hands to the next. Values only, no behaviour.
// Loose data (`RawEntry`) becomes trusted data (`Entry`) once, in entry.ts; nothing after that checks again.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Diagnostic } from './diagnostic.ts'

type Brand<T, B extends string> = T & { readonly __brand: B }
/** `posts/hello.md` for a file, `releases:0.1.0` for another source. Unique over the whole site. */
export type EntryId = Brand<string, 'EntryId'>
/** `/posts/hello/` or `/about.html`: rooted at the site, without base path, not percent-encoded. Made only in permalink.ts. */
export type Permalink = Brand<string, 'Permalink'>
/** `posts/hello/index.html`: relative to the output folder, never leaves it. Made only in permalink.ts. */
export type OutputPath = Brand<string, 'OutputPath'>

/** A place in a text. `line` and `column` count from 1; `length` in UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column?: number
  readonly length?: number
}

/** Where an entry comes from; the base of every located message about it. */
export interface Origin {
  /** Path relative to the site's root, with forward slashes. */
  readonly file?: string
  /** Line of `file` on which the entry starts, from 1, if the file holds several. */
  readonly line?: number
  /** Line of `file` on which the body starts, from 1. */
  readonly bodyLine?: number
  /** Line of the body -> line of what was written, both from 1, where the body was made from another text. */
  readonly lineOf?: (line: number) => number
  /** What editors call the body, where there is no file. */
  readonly bodyField?: string
  /** What to call it when there is no file: `Contentful entry 4xYz`. */
  readonly label?: string
  /** A page where a person can look at it or edit it. */
  readonly url?: string
  /** Finds a key of `data` in `file`. Called only for messages. */
  readonly locate?: (key: string) => Position | undefined
  /** What editors call a key of `data`, where there is no file. Default: the key. */
  readonly fieldName?: (key: string) => string | undefined
}

/** The text of an entry. The core renders it, so that highlighting and link checks work for every source. */
export type Body =
  | { readonly kind: 'markdown'; readonly text: string }
  /** `trusted`: safe by the way it was made, so that it is not cleaned. */
  | { readonly kind: 'html'; readonly text: string; readonly trusted?: boolean }
  | { readonly kind: 'text'; readonly text: string }

/** A file that is published beside its entry. */
export interface EntryAsset {
  /** Path relative to the entry's own folder: `pictures/map.png`. */
  readonly name: string
  /** Absolute path of the file. */
  readonly file: string
}

/** What a source yields: unchecked. Use `put()` to make one from the short form. */
export interface RawEntry {
  /** Unique within the source and stable over time: feed ids are derived from it. */
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
  readonly body?: Body
  readonly origin?: Origin
  /** Path that slug, date and link targets are derived from: `posts/2024-05-06-hello.md`. Default: the id. */
  readonly path?: string
  readonly assets?: readonly EntryAsset[]
  /** The collection it goes to. Default: the one whose source yields it. */
  readonly collection?: string
  /** `true`: it has no page and is in no list; other entries refer to it. */
  readonly part?: boolean
  /** Further texts, by the key of `data` under which templates find them rendered: `{{ entry.data.bio.html }}`. */
  readonly texts?: Readonly<Record<string, Body>>
  /** Files of its server that are copied and published with the site, if the entry is published or referred to. */
  readonly files?: readonly RemoteFile[]
}

export interface RemoteFile {
  /** Where it is published: `/assets/4xYz/map.png`. */
  readonly path: string
  /** Where it comes from. What is there never changes: a changed file has another address. */
  readonly url: string
}

/** A raw entry with nothing left out that every entry has. */
export type CompleteEntry = Required<Omit<RawEntry, 'collection' | 'part' | 'texts' | 'files'>> & Pick<RawEntry, 'collection' | 'part' | 'texts' | 'files'>

/**
 * Stands in `data` for another entry or part: in templates it is that entry. Made by `reference()`. What it leads to may be
 * missing, and then it is undefined, or left out of a list.
 */
export interface Reference {
  readonly $entry: string
}

export type Change = { readonly put: RawEntry } | { readonly drop: string }

/** What the core gives a source for one run. */
export interface SourceContext {
  /** Absolute path of the site's root. */
  readonly root: string
  /** Absolute path of the content folder. */
  readonly contentFolder: string
  /** IANA name of the site's time zone. */
  readonly timeZone: string
  /** Aborted when the time limit is reached or the build is interrupted. */
  readonly signal: AbortSignal
  /** The cursor returned by the last committed run, if the source returned one: only changes since then are to be yielded. */
  readonly cursor?: string
  /** Drafts are wanted too, from where editors see them. */
  readonly preview: boolean
  /**
   * A request that is retried, limited and redacted as `Source.requests` says. Rejects with what the user is to read. `url` may be
   * relative to the source's `baseUrl`.
   */
  fetch<T = unknown>(url: string | URL, options?: FetchOptions): Promise<Answer<T>>
  /** One page after the other, each by what `next` finds in the one before: an address, or undefined at the end. */
  paginate<T = unknown>(url: string | URL, options: PaginateOptions<T>): AsyncGenerator<Page<T>>
  /** Forgets what the snapshot holds: the cursor cannot be used, everything will be yielded. */
  startOver(): void
  /** Shown while it takes long: `1200 entries`. */
  progress(text: string): void
  /** Reports a problem without stopping the run. An `error` fails the build after all sources ran. With the id of an entry: it is that entry's. */
  report(diagnostic: Diagnostic, id?: string): void
}

export interface FetchOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What the answer must be; a JSON answer that is none is asked for again. Default `json`. */
  readonly as?: 'json' | 'text' | 'bytes'
  /** Statuses beside 2xx that are an answer and not a failure. */
  readonly accept?: readonly number[]
  /** Whether it may be sent again. Default: for GET and HEAD. */
  readonly retry?: boolean
  /** The answer is not used before this says that it is one; a text says what is wrong, and it is asked for again. */
  readonly check?: (answer: Answer) => string | undefined
}

export interface Answer<T = unknown> {
  readonly url: string
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** The body: parsed, as a text, or as bytes. */
  readonly json: T
  readonly text: string
  readonly bytes: Uint8Array
}

export interface PaginateOptions<T = unknown> extends FetchOptions {
  /** Where the next page is, relative to this one. */
  readonly next: (page: Answer<T>) => string | URL | undefined | null
  /** Default 10000: a server that always names another page would never end. */
  readonly mostPages?: number
}

export interface Page<T = unknown> extends Answer<T> {
  /** From 1. */
  readonly number: number
  /** An origin for what stands on this page, with its address. */
  at(item?: unknown): Origin
}

/** How a source asks its server. */
export interface RequestPolicy {
  /** How often a request is sent again. Default 5. */
  readonly retries?: number
  /** Requests under way at once. Default 4. */
  readonly inFlight?: number
  /** Seconds for one try. Default 20. */
  readonly timeoutSeconds?: number
  /** Seconds for one request with all its tries. Default 60. */
  readonly deadlineSeconds?: number
  /** Seconds before the first repetition; each further one waits twice as long. Default 0.5. */
  readonly firstWaitSeconds?: number
  /** A server that asks to wait longer is told of. Default 30. */
  readonly longestWaitSeconds?: number
  /** Headers of 429 answers that say how long to wait, beside `retry-after`. */
  readonly waitHeaders?: readonly string[]
}

export interface Source {
  readonly name: string
  /** Put before each id to make it unique over the site. Default: `name:`. */
  readonly idPrefix?: string
  /** `true`: raw HTML in bodies is passed on as it is. Default `false`: it is sanitised. */
  readonly trusted?: boolean
  /**
   * Files and folders, relative to the site's root, that are all it reads besides the content folder. Then a build in which
   * none of them changed need not run it. Absent: it is run in every build.
   */
  readonly reads?: readonly string[]
  /** Where `ssg new` puts an entry, from the site's root; `day` is `2024-05-06`. Default: in the collection's folder. */
  newPath?(slug: string, day: string): string
  /** Seconds before the run is given up. Default 600. */
  readonly timeLimitSeconds?: number
  /** Checks `data` of every entry; any Standard Schema validator. */
  readonly schema?: StandardSchemaV1
  /** What its entries depend on beside the config's text, as plain data: options that the config took from the environment. */
  readonly options?: Readonly<Record<string, unknown>>
  /** What relative addresses of `fetch` and `paginate` start from. */
  readonly baseUrl?: string
  readonly requests?: RequestPolicy
  /** A bad entry fails the build (default), or keeps its last good version and is named. */
  readonly onBadEntry?: 'fail' | 'quarantine'
  /**
   * What its records depend on: server, account, version of their form. While it stays the same, the cursor is taken up even if
   * the config changed. Absent: every change of the config makes a run from the start.
   */
  readonly identity?: string | ((ctx: Pick<SourceContext, 'preview'>) => string)
  /**
   * Yields entries, or the records that `entries` makes entries of. With `ctx.cursor` only what changed since; what is not
   * yielded stays.
   */
  load(ctx: SourceContext): AsyncGenerator<Change, { cursor?: string } | void>
  /**
   * Yields what one file gives, by its absolute path: exactly what `load` would yield for it, whatever the other files hold.
   * Then after an edit only the file edited is read again. Absent: the source is run in full.
   */
  loadFile?(ctx: SourceContext, file: string): AsyncGenerator<Change, void>
  /** Makes entries of all records that were loaded; pure, and called in every build that needs them. Absent: the records are the entries. */
  entries?(records: ReadonlyMap<string, RawEntry>, ctx: EntriesContext): Iterable<RawEntry>
  /** What a reviewer reads of a record: a title, and its fields as text. Absent: `data` as it is. */
  describe?(record: RawEntry): RecordSummary
  /** TypeScript declarations of what its records hold. */
  types?(records: ReadonlyMap<string, RawEntry>): string
  /** Calls `dirty` when there is something new, until the function that it gives is called. */
  watch?(ctx: SourceContext, dirty: () => void): () => void
}

export interface EntriesContext extends Pick<SourceContext, 'root' | 'timeZone' | 'preview' | 'report'> {
  /** The collections of the site. */
  readonly collections: readonly string[]
}

export interface RecordSummary {
  readonly title: string
  readonly url?: string
  readonly fields: Readonly<Record<string, string>>
}

/** Whether readers may see an entry. */
export type Publication =
  | { readonly state: 'published' }
  | { readonly state: 'draft' }
  | { readonly state: 'scheduled'; readonly from: Date }
  | { readonly state: 'expired'; readonly since: Date }

export interface Author {
  readonly name: string
  readonly email?: string
  readonly url?: string
}

/** A checked entry. Everything here can be trusted. */
export interface Entry {
  readonly id: EntryId
  readonly source: string
  readonly trusted: boolean
  readonly origin: Origin
  readonly path: string
  readonly collection: string
  readonly title: string
  /** The author gave no title: `title` is the first words, or the date. */
  readonly untitled?: true
  readonly slug: string
  readonly publication: Publication
  readonly date?: Date
  readonly updated?: Date
  readonly expires?: Date
  /** Absent: the entry has no page of its own (`permalink: false`). */
  readonly permalink?: Permalink
  readonly aliases: readonly Permalink[]
  /** Taxonomy name -> terms as the author wrote them, in order, without repeats. */
  readonly terms: ReadonlyMap<string, readonly string[]>
  readonly author?: Author
  readonly description?: string
  readonly canonical?: string
  readonly template?: string
  /** A stable id the author gave, for feeds. */
  readonly uid?: string
  /** Everything the source gave, for templates: `entry.data.x`. Null prototype. */
  readonly data: Readonly<Record<string, unknown>>
  readonly body: Body
  readonly assets: readonly EntryAsset[]
  /** Further texts, by their key in `data`. */
  readonly texts?: Readonly<Record<string, Body>>
  readonly files?: readonly RemoteFile[]
}

/** What other entries refer to and what has no page: an author, a callout. */
export interface Part {
  readonly id: EntryId
  readonly source: string
  readonly trusted: boolean
  readonly origin: Origin
  readonly data: Readonly<Record<string, unknown>>
  readonly texts?: Readonly<Record<string, Body>>
  readonly files?: readonly RemoteFile[]
}

/** An entry that is not published in this build, with the reason. */
export interface HeldEntry {
  readonly entry: Entry
  readonly reason: 'draft' | 'scheduled' | 'expired' | 'hook'
  /** When the reason ends or began, if it has a date. */
  readonly until?: Date
}

/** One term of a taxonomy with its entries, newest first. */
export interface Term {
  readonly taxonomy: string
  /** The spelling used most often (ties: first in order). */
  readonly name: string
  readonly slug: string
  readonly permalink: Permalink
  readonly entries: readonly Entry[]
}

/** All published entries, indexed once. */
export interface Site {
  /** In the order of the collections, each in its own sort order. */
  readonly entries: readonly Entry[]
  readonly held: readonly HeldEntry[]
  readonly byId: ReadonlyMap<EntryId, Entry>
  readonly parts?: ReadonlyMap<EntryId, Part>
  /** Texts beside the bodies, of entries and parts, each as an entry that has nothing but a body. */
  readonly texts?: ReadonlyMap<EntryId, Entry>
  readonly collections: ReadonlyMap<string, readonly Entry[]>
  /** Taxonomy -> term slug -> term, by name. */
  readonly taxonomies: ReadonlyMap<string, ReadonlyMap<string, Term>>
}

export interface Pager {
  /** From 1. */
  readonly number: number
  readonly pageSize: number
  readonly pageCount: number
  readonly entryCount: number
  readonly first: Permalink
  readonly last: Permalink
  readonly previous?: Permalink
  readonly next?: Permalink
}

export type FeedFormat = 'atom' | 'rss' | 'json'

interface PageBase {
  readonly permalink: Permalink
  readonly output: OutputPath
  /** What asked for this page, for messages: `content/posts/hello.md`, `taxonomy tags`. */
  readonly origin: string
}
export interface EntryPage extends PageBase {
  readonly kind: 'entry'
  readonly template: string
  readonly entry: EntryId
}
export interface ListPage extends PageBase {
  readonly kind: 'list'
  readonly template: string
  readonly title: string
  /** The collection listed, if it is just one. */
  readonly collection?: string
  /** The term listed, if it is a term's archive. */
  readonly term?: { readonly taxonomy: string; readonly slug: string; readonly name: string }
  /** The year listed, if it is a year's archive. */
  readonly year?: number
  /** The entry whose text stands above the list. */
  readonly intro?: EntryId
  readonly entries: readonly EntryId[]
  readonly pager: Pager
}
export interface TermsPage extends PageBase {
  readonly kind: 'terms'
  readonly template: string
  readonly title: string
  readonly taxonomy: string
}
/** A page made from a template alone: the 404 page, or one that a planner adds. */
export interface TemplatePage extends PageBase {
  readonly kind: 'template'
  readonly template: string
  readonly title: string
}
export interface FeedPage extends PageBase {
  readonly kind: 'feed'
  readonly format: FeedFormat
  readonly title: string
  /** The page that this feed is the feed of. */
  readonly about: Permalink
  readonly entries: readonly EntryId[]
}
export interface SitemapPage extends PageBase {
  readonly kind: 'sitemap'
  /** The URLs of this file; or, for an index, the permalinks of the files. */
  readonly urls: readonly SitemapUrl[]
  readonly index: boolean
}
export interface SitemapUrl {
  readonly permalink: Permalink
  readonly lastModified?: Date
}
export interface RobotsPage extends PageBase {
  readonly kind: 'robots'
  readonly sitemap?: Permalink
}
export interface RedirectPage extends PageBase {
  readonly kind: 'redirect'
  readonly target: Permalink
}
/** The sites that the author reads, as readers of feeds exchange them. */
export interface OpmlPage extends PageBase {
  readonly kind: 'opml'
  readonly title: string
}
/** The stylesheet of the highlighter. */
export interface HighlightPage extends PageBase {
  readonly kind: 'highlight'
}
export interface AssetPage extends PageBase {
  readonly kind: 'asset'
  /** Absolute path of the file to copy. */
  readonly file: string
}
/** One file of the output. */
export type PageSpec =
  | EntryPage | ListPage | TermsPage | TemplatePage
  | FeedPage | SitemapPage | RobotsPage | RedirectPage | OpmlPage | HighlightPage | AssetPage

export interface TocEntry {
  readonly id: string
  readonly title: string
  /** 1 to 6. */
  readonly level: number
}

/** A link or image that the author wrote, as written and as published. */
export interface BodyLink {
  readonly raw: string
  readonly href: string
  /** Line of the body, from 1. */
  readonly line: number
}

/** A body turned into HTML, with what lists, feeds and checks want to know of it. */
export interface RenderedBody {
  readonly html: string
  /** HTML of the excerpt: up to `<!-- more -->`, else the first paragraph, else the first words. */
  readonly excerpt: string
  /** The excerpt as plain text on one line. */
  readonly summary: string
  readonly toc: readonly TocEntry[]
  readonly wordCount: number
  readonly links: readonly BodyLink[]
  /** First picture of the body, as published. */
  readonly image?: string
  /** Broken links are errors, the rest warnings. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What a template or a body read while it was rendered. */
export type ReadKey = `${'meta' | 'content' | 'excerpt' | 'query' | 'template' | 'data' | 'part'}:${string}`
export interface Reads {
  read(key: ReadKey): void
}
