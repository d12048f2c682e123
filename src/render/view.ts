// What templates see of the site. Every getter records what it gives away, so that a page depends on exactly what its
// template used; nothing else reaches a template.
import nunjucks from 'nunjucks'
import { hrefOf, type BlogrollSite, type Settings } from '../core/settings.ts'
import { textId } from '../core/entry.ts'
import { slugify } from '../core/slug.ts'
import type { Author, Entry, EntryId, PageSpec, Permalink, ReadKey, Reads, Reference, RenderedBody, Site, Term, TocEntry } from '../core/types.ts'
import { createAsk, type Ask } from './ask.ts'
import { toHref } from './filters.ts'
import { isHarmlessUrl } from '../core/fields.ts'
import { authorOf, createPartView, createTextView, isReference, linkData, partKey, type PartView, type TextView } from './linked.ts'
import { queryKey, responses, type FeedLink, type MenuLink, type QueryRunner, type TermRef, type YearLink } from './queries.ts'

const wordsPerMinute = 220
type SafeHtml = InstanceType<typeof nunjucks.runtime.SafeString>

export interface ViewOptions {
  readonly site: Site
  readonly settings: Settings
  readonly body: (id: EntryId) => RenderedBody
  readonly query: QueryRunner
  /** Value of a file in the data folder; `undefined`: there is none. */
  readonly data: (name: string) => unknown
  readonly reads: Reads
}
export interface TermLink { readonly name: string; readonly slug: string; readonly url: string }
export interface View {
  readonly site: SiteView
  entry(id: EntryId): EntryView
  term(taxonomy: string, slug: string): TermView | undefined
  /** `name`: as it is written in an entry. */
  termLink(taxonomy: string, name: string): TermLink | undefined
  feeds(about: Permalink): { title: string; href: string; type: string }[]
  years(collection: string): { year: number; url: string; count: number }[]
  /** What a reference leads to. */
  follow(reference: Reference): EntryView | PartView | undefined
  /** A text beside a body, rendered. */
  text(id: EntryId, key: string): TextView
  /** The answer to a query. */
  readonly ask: Ask
}

export function createView(options: ViewOptions): View {
  const entries = new Map<EntryId, EntryView>()
  /** By taxonomy and name: every page asks for those of its entries. */
  const termLinks = new Map<string, Map<string, { readonly key: ReadKey; readonly link: TermLink | undefined }>>()
  const ask = createAsk(options)
  const view: View = {
    site: undefined as never,
    entry(id) {
      let known = entries.get(id)
      if (known === undefined) {
        const entry = options.site.byId.get(id)
        if (entry === undefined) throw new Error(`no entry has the id ${id}`)
        entries.set(id, known = new EntryView(entry, options, view))
      }
      return known
    },
    term(taxonomy, slug) {
      const term = ask('term', taxonomy, slug) as Term | undefined
      return term && termView(term, options)
    },
    termLink(taxonomy, name) {
      let links = termLinks.get(taxonomy)
      if (links === undefined) termLinks.set(taxonomy, links = new Map())
      let known = links.get(name)
      if (known === undefined) {
        const query = { name: 'termLink', args: [taxonomy, slugify(name)] }
        const term = options.query(query) as TermRef | undefined
        links.set(name, known = { key: queryKey(query), link: term && { name: term.name, slug: term.slug, url: hrefOf(options.settings, term.permalink) } })
      }
      options.reads.read(known.key)
      return known.link && { ...known.link }
    },
    follow: undefined as never,
    text: undefined as never,
    ask,
    feeds: (about) => (ask('feeds', about) as FeedLink[]).map(({ title, permalink, format }) => ({ title, href: hrefOf(options.settings, permalink), type: feedTypes[format] })),
    years: (collection) => (ask('years', collection) as YearLink[]).map(({ year, permalink, count }) => ({ year, url: hrefOf(options.settings, permalink), count })),
  }
  const parts = new Map<EntryId, PartView>()
  const texts = new Map<EntryId, TextView>()
  const links: Pick<View, 'follow' | 'text'> = {
    follow({ $entry }) {
      const id = $entry as EntryId
      if (ask('entryId', id) !== undefined) return view.entry(id)
      const part = options.site.parts?.get(id)
      if (part === undefined) return void options.reads.read(partKey(id, ''))
      let known = parts.get(id)
      if (known === undefined) parts.set(id, known = createPartView(part, options.reads, view))
      return known
    },
    text(id, key) {
      const own = textId(id, key)
      let known = texts.get(own)
      if (known === undefined) texts.set(own, known = createTextView(own, options))
      return known
    },
  }
  return Object.assign(view, links, { site: new SiteView(options, view) })
}

export interface TermView extends TermLink { readonly count: number; readonly taxonomy: string }
function termView(term: Term, { settings }: ViewOptions): TermView {
  return { name: term.name, slug: term.slug, taxonomy: term.taxonomy, url: hrefOf(settings, term.permalink), count: term.entries.length }
}

/** One entry. Everything but the body is its `meta`. */
export class EntryView {
  readonly id: EntryId
  readonly #entry: Entry
  readonly #options: ViewOptions
  readonly #view: View
  #data: Readonly<Record<string, unknown>> | undefined
  readonly #keys: Readonly<Record<'meta' | 'content' | 'excerpt', ReadKey>>

  constructor(entry: Entry, options: ViewOptions, view: View) {
    this.id = entry.id
    this.#keys = { meta: `meta:${entry.id}`, content: `content:${entry.id}`, excerpt: `excerpt:${entry.id}` }
    this.#entry = entry
    this.#options = options
    this.#view = view
  }

  get #meta(): Entry {
    this.#options.reads.read(this.#keys.meta)
    return this.#entry
  }
  get #body(): RenderedBody {
    this.#options.reads.read(this.#keys.content)
    return this.#options.body(this.id)
  }
  get #excerpt(): RenderedBody {
    this.#options.reads.read(this.#keys.excerpt)
    return this.#options.body(this.id)
  }

  get title(): string { return this.#meta.title }
  /** The author gave no title; `title` is made of the first words or the date. */
  get untitled(): boolean { return this.#meta.untitled === true }
  /** What it answers to, likes, shares or marks, from the front matter: `{ property: 'u-like-of', url }`. */
  get responses(): readonly { readonly property: string; readonly url: string }[] {
    const { data } = this.#meta
    return responseKinds.flatMap(([property, key]) => (data[key] === undefined ? [] : [data[key]].flat().flatMap((url) => (typeof url === 'string' && isHarmlessUrl(url) ? [{ property, url }] : []))))
  }
  /** Addresses of `photo` in the front matter. */
  get photos(): readonly string[] {
    const { photo: given } = this.#meta.data
    return given === undefined ? [] : [given].flat().flatMap((photo) => (typeof photo === 'string' && isHarmlessUrl(photo) ? [toHref(photo, this.#options.settings)] : []))
  }
  get url(): string | undefined {
    const { permalink } = this.#meta
    return permalink && hrefOf(this.#options.settings, permalink)
  }
  get slug(): string { return this.#meta.slug }
  get date(): Date | undefined { return this.#meta.date }
  get updated(): Date | undefined { return this.#meta.updated }
  get draft(): boolean { return this.#meta.publication.state === 'draft' }
  get scheduled(): boolean { return this.#meta.publication.state === 'scheduled' }
  get author(): Author | undefined {
    const { author, data } = this.#meta
    return isReference(data['author']) ? authorOf(this.#view.follow(data['author'])) ?? author : author
  }
  get description(): string | undefined { return this.#meta.description }
  get canonical(): string | undefined { return this.#meta.canonical }
  get collection(): string { return this.#meta.collection }
  /** References in it are what they lead to, texts are rendered; each is read only when it is used. */
  get data(): Readonly<Record<string, unknown>> {
    const meta = this.#meta
    return this.#data ??= linkData(meta, this.#view)
  }
  get tags(): readonly TermLink[] { return this.terms['tags'] ?? [] }
  /** Taxonomy -> its terms, in the author's order. */
  get terms(): Readonly<Record<string, readonly TermLink[]>> {
    const { terms } = this.#meta
    const links: Record<string, TermLink[]> = {}
    for (const [taxonomy, names] of terms) {
      const own: TermLink[] = []
      for (const name of names) {
        const link = this.#view.termLink(taxonomy, name)
        if (link !== undefined) own.push(link)
      }
      links[taxonomy] = own
    }
    return links
  }

  get content(): SafeHtml { return new nunjucks.runtime.SafeString(this.#body.html) }
  get toc(): readonly TocEntry[] { return this.#body.toc }
  get wordCount(): number { return this.#body.wordCount }
  /** Reading time, at least 1. */
  get minutes(): number { return Math.max(1, Math.round(this.#body.wordCount / wordsPerMinute)) }
  get excerpt(): SafeHtml { return new nunjucks.runtime.SafeString(this.#excerpt.excerpt) }
  get summary(): string { return this.#excerpt.summary }
  get image(): string | undefined {
    return this.#body.image
  }

  get newer(): EntryView | undefined { return this.#neighbour('newer') }
  get older(): EntryView | undefined { return this.#neighbour('older') }
  #neighbour(direction: 'newer' | 'older'): EntryView | undefined {
    const entry = this.#view.ask(direction, this.id) as Entry | undefined
    return entry && this.#view.entry(entry.id)
  }
}

/** `site.` in templates: the settings, and questions about all entries. */
export class SiteView {
  readonly title: string
  readonly description: string | undefined
  readonly language: string
  readonly url: string | undefined
  readonly home: string
  readonly author: Author | undefined
  readonly params: Readonly<Record<string, unknown>>
  /** Whether code is highlighted, so that pages need `/highlight.css`. */
  readonly highlight: boolean
  readonly data: Readonly<Record<string, unknown>>
  readonly taxonomies: readonly { name: string; title: string; url: string }[]
  /** The author elsewhere, and where replies are taken. */
  readonly indieWeb: { readonly me: readonly string[]; readonly webmention: string | undefined }
  readonly blogroll: { readonly title: string; readonly url: string; readonly sites: readonly BlogrollSite[] } | undefined
  readonly #options: ViewOptions
  readonly #view: View

  constructor(options: ViewOptions, view: View) {
    const { settings, reads } = options
    this.#options = options
    this.#view = view
    this.title = settings.title
    this.description = settings.description
    this.language = settings.language
    this.home = settings.basePath
    this.url = settings.origin && settings.origin + settings.basePath
    this.author = settings.author
    this.params = settings.params
    this.highlight = settings.highlight !== false
    this.taxonomies = settings.taxonomies.map(({ name, title, path }) => ({ name, title, url: toHref(path, settings) }))
    this.indieWeb = settings.indieWeb ? { me: settings.indieWeb.me ?? [], webmention: settings.indieWeb.webmention } : { me: [], webmention: undefined }
    this.blogroll = settings.blogroll && { title: settings.blogroll.title, url: toHref(settings.blogroll.path, settings), sites: settings.blogroll.sites }
    this.data = new Proxy({}, {
      get: (_, name) => {
        if (typeof name !== 'string') return undefined
        reads.read(`data:${name}`)
        return options.data(name)
      },
    })
  }

  /** Whether the theme writes microformats. */
  get microformats(): boolean { return this.#view.ask('microformats') === true }
  get menu(): readonly MenuLink[] {
    return (this.#view.ask('menu') as MenuLink[]).map(({ title, url }) => ({ title, url: toHref(url, this.#options.settings) }))
  }
  get feeds(): readonly { title: string; href: string; type: string }[] {
    return this.#view.feeds('/' as Permalink)
  }
  get collections(): readonly { name: string; title: string; url: string | undefined }[] {
    const indexes = new Map((this.#view.ask('indexes') as { collection: string; permalink: Permalink }[]).map(({ collection, permalink }) => [collection, permalink]))
    return this.#options.settings.collections.map(({ name, title }) => {
      const permalink = indexes.get(name)
      return { name, title, url: permalink && hrefOf(this.#options.settings, permalink) }
    })
  }
  collection(name: string): readonly EntryView[] { return this.#views(this.#view.ask('collection', name)) }
  recent(count: number, collection?: string): readonly EntryView[] { return this.#views(collection === undefined ? this.#view.ask('recent', count) : this.#view.ask('recent', count, collection)) }
  terms(taxonomy: string): readonly TermView[] { return (this.#view.ask('terms', taxonomy) as Term[]).map((term) => termView(term, this.#options)) }
  entry(id: string): EntryView | undefined {
    const entry = this.#view.ask('entry', id) as Entry | undefined
    return entry && this.#view.entry(entry.id)
  }
  /** A query of site.config; entries in its answer come as views. */
  query(name: string, ...args: unknown[]): unknown {
    return this.#toViews(this.#view.ask(`own:${name}`, ...args.map((arg) => (arg instanceof EntryView ? { entry: arg.id } : arg))))
  }

  #views(answer: unknown): readonly EntryView[] {
    return (answer as Entry[]).map(({ id }) => this.#view.entry(id))
  }
  #toViews(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#toViews(one))
    const id = typeof value === 'object' && value !== null && 'id' in value ? (value.id as EntryId) : undefined
    return id !== undefined && this.#options.site.byId.get(id) === value ? this.#view.entry(id) : value
  }
}

const responseKinds = Object.entries(responses)

const feedTypes = { atom: 'application/atom+xml', rss: 'application/rss+xml', json: 'application/feed+json' } as const

/** What `page.` is in templates. */
export interface PageView {
  readonly kind: PageSpec['kind']
  readonly url: string
  readonly title: string
  readonly description: string | undefined
  readonly isHome: boolean
  /** The feed of a term's archive. */
  readonly feed: string | undefined
}
