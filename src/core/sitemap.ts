// Which pages search engines are told of, and the text of sitemap.xml and robots.txt (sitemaps.org protocol 0.9).
import { escapeMarkup } from './feed-text.ts'
import { makePermalink, outputPath } from './permalink.ts'
import { urlOf, type Settings } from './settings.ts'
import type { Entry, PageSpec, Permalink, RobotsPage, Site, SitemapPage, SitemapUrl } from './types.ts'

type Address = Pick<Settings, 'origin' | 'basePath'>
/** Limits of the protocol for one file. */
const limits = { urls: 50_000, bytes: 50 * 1024 * 1024 }
/** An upper bound of what one URL costs beside its address. */
const overheadBytes = 100

/** One file, or an index and its files; the first is the one to be named to robots. */
export function planSitemap(pages: readonly PageSpec[], site: Site, settings: Address): SitemapPage[] {
  if (settings.origin === undefined) return []
  const list = (): SitemapUrl[] => pages.flatMap((page) => (isIndexable(page, site, settings) ? [sitemapUrl(page, site)] : [])).sort((a, b) => (a.permalink < b.permalink ? -1 : 1))
  if (fitsSurely(pages, settings)) return [lazySitemap(list)]
  const urls = list()
  const [first = [], ...more] = splitUrls(urls, settings)
  if (more.length === 0) return [sitemapPage('/sitemap.xml', first, false)]
  const files = [first, ...more].map((part, i) => sitemapPage(`/sitemap-${i + 1}.xml`, part, false))
  return [sitemapPage('/sitemap.xml', files.map(indexUrl), true), ...files]
}

/** Whether one file is enough, by what is known without a look at every entry: an encoded address is at most nine times as long. */
function fitsSurely(pages: readonly PageSpec[], settings: Address): boolean {
  const base = urlOf(settings, '/' as Permalink).length + overheadBytes
  return pages.length <= limits.urls && pages.reduce((bytes, { permalink }) => bytes + base + 9 * permalink.length, overheadBytes) <= limits.bytes
}

/** Its list is made when somebody wants to see it. */
function lazySitemap(list: () => SitemapUrl[]): SitemapPage {
  let made: readonly SitemapUrl[] | undefined
  return { ...sitemapPage('/sitemap.xml', [], false), get urls() { return made ??= list() } }
}

/** Whether a page is meant to be found: HTML, published, its own canonical address, and nobody said `noindex`. */
export function isIndexable(page: PageSpec, site: Site, settings: Address): boolean {
  switch (page.kind) {
    case 'entry': {
      const entry = site.byId.get(page.entry)
      return entry !== undefined && isHtml(page) && !isNoindex(entry) && !isElsewhere(entry, page.permalink, settings)
    }
    case 'list': case 'terms': case 'template': return isHtml(page)
    case 'feed': case 'sitemap': case 'robots': case 'redirect': case 'opml': case 'highlight': case 'asset': return false
  }
}

/** `robots: noindex` in the front matter, or an entry that is shown before its time. */
export function isNoindex(entry: Entry): boolean {
  return entry.publication.state !== 'published' || /\b(?:noindex|none)\b/i.test(String(entry.data['robots'] ?? ''))
}

function isElsewhere(entry: Entry, permalink: Permalink, settings: Address): boolean {
  const own = urlOf(settings, permalink)
  return entry.canonical !== undefined && URL.canParse(entry.canonical, own) && new URL(entry.canonical, own).href !== new URL(own).href
}

function isHtml({ output }: PageSpec): boolean {
  return output.endsWith('.html') && output !== '404.html'
}

function sitemapUrl(page: PageSpec, site: Site): SitemapUrl {
  const lastModified = newest(shownEntries(page, site).map((entry) => entry?.updated ?? entry?.date))
  return { permalink: page.permalink, ...(lastModified && { lastModified }) }
}

function shownEntries(page: PageSpec, site: Site): readonly (Entry | undefined)[] {
  switch (page.kind) {
    case 'entry': return [site.byId.get(page.entry)]
    case 'list': return page.entries.map((id) => site.byId.get(id))
    case 'terms': return [...(site.taxonomies.get(page.taxonomy)?.values() ?? [])].flatMap((term) => term.entries)
    default: return []
  }
}

function newest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined)
}

function splitUrls(urls: readonly SitemapUrl[], settings: Address): SitemapUrl[][] {
  const parts: SitemapUrl[][] = []
  let bytes = Infinity
  for (const url of urls) {
    const size = location(url, settings).length + overheadBytes
    if (bytes + size > limits.bytes || parts.at(-1)?.length === limits.urls) {
      parts.push([])
      bytes = overheadBytes
    }
    parts.at(-1)?.push(url)
    bytes += size
  }
  return parts
}

function sitemapPage(path: string, urls: readonly SitemapUrl[], index: boolean): SitemapPage {
  const permalink = makePermalink(path)
  return { kind: 'sitemap', permalink, output: outputPath(permalink), origin: 'sitemap', urls, index }
}

function indexUrl({ permalink, urls }: SitemapPage): SitemapUrl {
  const lastModified = newest(urls.map((url) => url.lastModified))
  return { permalink, ...(lastModified && { lastModified }) }
}

/** The text of a sitemap, or of the index of several. */
export function renderSitemap(page: SitemapPage, settings: Address): string {
  const [root, element] = page.index ? ['sitemapindex', 'sitemap'] : ['urlset', 'url']
  const lines = page.urls.map((url) => {
    const modified = url.lastModified === undefined ? '' : `<lastmod>${url.lastModified.toISOString()}</lastmod>`
    return `<${element}><loc>${location(url, settings)}</loc>${modified}</${element}>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${lines.join('')}</${root}>\n`
}

/** Escaped with the five entities that the protocol names. */
function location({ permalink }: SitemapUrl, settings: Address): string {
  return escapeMarkup(urlOf(settings, permalink)).replaceAll('&#39;', '&apos;')
}

/** Everybody may read everything; the sitemap is named if there is one. */
export function renderRobots(page: RobotsPage, settings: Address): string {
  const sitemap = page.sitemap === undefined ? '' : `\nSitemap: ${urlOf(settings, page.sitemap)}\n`
  return `User-agent: *\nDisallow:\n${sitemap}`
}
