// What the tool itself puts into the head of every page, even if a template forgets it: canonical address, feeds, description,
// OpenGraph, JSON-LD. What a template has written wins. Finding the place is a scan of the head's text, not a parse of the page.
import { cleanText, escapeMarkup } from '../core/feed-text.ts'
import { isNoindex } from '../core/sitemap.ts'
import { urlOf, type Settings } from '../core/settings.ts'
import type { Author, Entry, PageSpec } from '../core/types.ts'

/** One tag. Tags with the same key are put in together or, if the page has one with that key, left out together. */
export interface HeadTag {
  readonly key: string
  readonly html: string
}
export interface HeadPage {
  readonly spec: Pick<PageSpec, 'kind' | 'permalink' | 'output'>
  /** Plain text, without the name of the site. */
  readonly title: string
  readonly description?: string
  /** The entry that the page is the page of. */
  readonly entry?: Entry
  /** A picture that stands for the page: an address as pages write it, or an absolute one. */
  readonly image?: string
}
export interface HeadFeed {
  readonly title: string
  /** As pages write it, with the base path. */
  readonly href: string
  /** Media type. */
  readonly type: string
}
export interface HeadInput {
  readonly page: HeadPage
  /** The feeds of the site, then those of the page's own subject. */
  readonly feeds: readonly HeadFeed[]
  readonly settings: Pick<Settings, 'title' | 'description' | 'origin' | 'basePath' | 'language' | 'author' | 'head' | 'noindex'>
}

/** The tags of one page, in the order in which they are written; none for what is not HTML. */
export function headTags(input: HeadInput): HeadTag[] {
  if (!input.page.spec.output.endsWith('.html')) return []
  const tags = ownTags(input)
  // Beside a tag of the template's own, of which the stricter one counts.
  return input.settings.noindex ? [{ ...meta('robots', 'noindex'), key: 'noindex' }, ...tags.filter(({ key }) => key !== 'robots')] : tags
}

function ownTags({ page, feeds, settings }: HeadInput): HeadTag[] {
  const feedTags = feeds.map(feedLink)
  if (page.spec.kind === 'redirect') return feedTags
  const hidden = page.spec.output === '404.html'
  const tags = [...feedTags, meta('generator', 'sourcepress')]
  const robots = hidden ? 'noindex' : robotsOf(page.entry)
  if (robots !== undefined) tags.push(meta('robots', robots))
  const description = page.description?.trim()
  if (description) tags.push(meta('description', description))
  if (hidden) return tags
  const url = settings.origin === undefined ? undefined : urlOf(settings, page.spec.permalink)
  const about: About = {
    page, settings, url, isHome: page.spec.permalink === '/',
    ...(description && { description }),
    ...(page.image !== undefined && url !== undefined && URL.canParse(page.image, url) && { image: new URL(page.image, url).href }),
  }
  if (settings.head.canonical && url !== undefined) tags.push({ key: 'canonical', html: `<link rel="canonical" href="${escapeMarkup(canonicalOf(page.entry, url))}">` })
  if (settings.head.openGraph) tags.push(...openGraph(about))
  if (settings.head.jsonLd) tags.push(...jsonLd(about))
  return tags
}

interface About {
  readonly page: HeadPage
  readonly settings: HeadInput['settings']
  /** Absolute; absent without a site `url`. */
  readonly url: string | undefined
  readonly isHome: boolean
  readonly description?: string
  readonly image?: string
}

function robotsOf(entry: Entry | undefined): string | undefined {
  if (entry === undefined) return undefined
  const { robots } = entry.data
  if (typeof robots === 'string' && robots !== '') return robots
  return isNoindex(entry) ? 'noindex' : undefined
}

function canonicalOf(entry: Entry | undefined, url: string): string {
  return entry?.canonical !== undefined && URL.canParse(entry.canonical, url) ? new URL(entry.canonical, url).href : url
}

function openGraph({ page, settings, url, isHome, description, image }: About): HeadTag[] {
  const { entry } = page
  const territory = /^([a-z]{2,3})-([A-Z]{2})$/.exec(settings.language)
  const article = entry?.date !== undefined
  const tags: HeadTag[] = []
  const add = (name: string, content: string | undefined): void => {
    if (content) tags.push(meta(name, content, 'property'))
  }
  add('og:title', isHome ? settings.title : page.title)
  add('og:type', article ? 'article' : 'website')
  add('og:url', url)
  add('og:site_name', settings.title)
  add('og:description', description)
  add('og:image', image)
  add('og:locale', territory ? `${territory[1]}_${territory[2]}` : undefined)
  if (article) {
    add('article:published_time', entry.date.toISOString())
    add('article:modified_time', (entry.updated ?? entry.date).toISOString())
    for (const term of termsOf(entry)) add('article:tag', term)
  }
  tags.push(meta('twitter:card', image === undefined ? 'summary' : 'summary_large_image'))
  return tags
}

function termsOf(entry: Entry): string[] {
  return [...new Set([...entry.terms.values()].flat())]
}

/** What search engines know how to show: posts, and the site itself on its home page. */
function jsonLd({ page, settings, url, isHome, description, image }: About): HeadTag[] {
  const { entry } = page
  const common = { '@context': 'https://schema.org', url, description, inLanguage: settings.language }
  if (entry?.date !== undefined) {
    const keywords = termsOf(entry)
    return [script({
      ...common, '@type': 'BlogPosting', headline: entry.title, datePublished: entry.date.toISOString(), dateModified: (entry.updated ?? entry.date).toISOString(),
      author: person(entry.author ?? settings.author, url), image, ...(keywords.length > 0 && { keywords }),
    })]
  }
  if (isHome) return [script({ ...common, '@type': 'WebSite', name: settings.title, description: settings.description ?? description })]
  return []
}

function person(author: Author | undefined, base: string | undefined): object | undefined {
  if (author === undefined) return undefined
  const url = author.url !== undefined && URL.canParse(author.url, base) ? new URL(author.url, base).href : undefined
  return { '@type': 'Person', name: author.name, url }
}

/** Nothing in the values can end the script or open a comment. */
function script(value: object): HeadTag {
  const json = JSON.stringify(value, (_, one: unknown) => (typeof one === 'string' ? cleanText(one) : one)).replace(/[<>&…\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return { key: 'jsonld', html: `<script type="application/ld+json">${json}</script>` }
}

/** `name`: one of our own. */
function meta(name: string, content: string, attribute: 'name' | 'property' = 'name'): HeadTag {
  return { key: name, html: `<meta ${attribute}="${name}" content="${escapeMarkup(content)}">` }
}

function feedLink({ title, href, type }: HeadFeed): HeadTag {
  return { key: `feed:${pathOf(href)}`, html: `<link rel="alternate" type="${escapeMarkup(type)}" title="${escapeMarkup(title)}" href="${escapeMarkup(href)}">` }
}

// Whatever hides a `</head>`, or is one, or says where the head must have ended, or is a tag that may have one of our keys.
const landmark = /<!--[\s\S]*?(?:-->|$)|<(script|style|title|noscript|template|svg)\b([^>]*)>[\s\S]*?(?:<\/\1\s*>|$)|<(\/head|body|link|meta)\b((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi

/**
 * Puts the tags that the page does not have yet before `</head>`; if there is none, before `<body>`; else after `<title>`.
 * A text with none of the three is no page and stays as it is.
 */
export function insertHead(html: string, tags: readonly HeadTag[]): string {
  if (tags.length === 0) return html
  const present = new Set<string>()
  let place = -1
  landmark.lastIndex = 0
  for (let match = landmark.exec(html); match !== null; match = landmark.exec(html)) {
    const [, block, blockAttributes = '', element, attributes = ''] = match
    const name = (block ?? element ?? '').toLowerCase()
    if (name === '/head' || name === 'body') {
      place = match.index
      break
    }
    if (name === 'title' && place === -1) place = landmark.lastIndex
    const key = keyOf(name, blockAttributes || attributes)
    if (key !== undefined) present.add(key)
  }
  if (place === -1) return html
  const missing = tags.filter(({ key }) => !present.has(key)).map((tag) => tag.html + '\n')
  return html.slice(0, place) + (html[place - 1] === '\n' ? '' : '\n') + missing.join('') + html.slice(place)
}

/** The key of a tag that a template wrote. */
function keyOf(name: string, attributes: string): string | undefined {
  if (name === 'meta') return valueOf(attributes, patterns.meta)?.toLowerCase()
  if (name === 'script') return /application\/ld\+json/i.test(attributes) ? 'jsonld' : undefined
  if (name !== 'link') return undefined
  const rel = valueOf(attributes, patterns.rel)?.toLowerCase() ?? ''
  if (/(?:^|\s)canonical(?:\s|$)/.test(rel)) return 'canonical'
  const href = /(?:^|\s)alternate(?:\s|$)/.test(rel) ? valueOf(attributes, patterns.href) : undefined
  return href === undefined ? undefined : `feed:${pathOf(href)}`
}

const value = '\\s*=\\s*(?:"([^"]*)"|\'([^\']*)\'|([^\\s>]+))'
const patterns = {
  meta: new RegExp(`(?:^|\\s)(?:name|property)${value}`, 'i'),
  rel: new RegExp(`(?:^|\\s)rel${value}`, 'i'),
  href: new RegExp(`(?:^|\\s)href${value}`, 'i'),
}
function valueOf(attributes: string, pattern: RegExp): string | undefined {
  const match = pattern.exec(attributes)
  return match?.[1] ?? match?.[2] ?? match?.[3]
}

/** The same for an address with and without scheme and host. */
function pathOf(href: string): string {
  return href.replace(/^[a-z]+:\/\/[^/]*/i, '').replaceAll('&amp;', '&')
}
