// What the checks want to know of one finished page, and nothing more, so that pages need not be kept. A scan of the text and
// not a parse: it runs over every page of every build. Judging is check-links.ts and check-leftovers.ts.
import { detach } from '../util/detach.ts'
import { findLeftovers, mayHaveLeftovers, type Leftover } from './check-leftovers.ts'

/** An address within the site, as written in the page (entities resolved). */
export interface PageLink {
  /** `a href`, `img src`, `meta refresh`. */
  readonly from: string
  readonly value: string
}
/** Plain values only: can be kept as JSON. */
export interface PageFacts {
  readonly title: string
  readonly base?: string
  /** Each once. */
  readonly links: readonly PageLink[]
  readonly ids: readonly string[]
  /** Sources of pictures without `alt`, and of those with an empty one. */
  readonly noAlt: readonly string[]
  readonly emptyAlt: readonly string[]
  readonly leftovers: readonly Leftover[]
}
interface Found {
  title: string | undefined
  base: string | undefined
  links: Set<PageLink>
  ids: string[]
  noAlt: string[]
  emptyAlt: string[]
}

const urlAttributes = ['href', 'src', 'srcset', 'poster', 'data', 'xlink:href'] as const
const wanted = [...urlAttributes, 'id', 'name', 'alt', 'rel', 'content', 'property', 'http-equiv'] as const
const indexes: ReadonlyMap<string, number> = new Map(wanted.map((name, index) => [name, index]))
/** What is wanted of the attributes of one tag. They are asked for more often than there are any. */
interface Attributes { readonly values: (string | undefined)[]; isEmpty: boolean }
type Wanted = (typeof wanted)[number]
/** Where each is in the values. */
const slots = Object.fromEntries(indexes) as Record<Wanted, number>
/** Elements whose content is no markup. */
const rawElements = new Set(['script', 'style', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes'])
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Reads pages. Equal links of different pages are one object, and nothing keeps the text of a page alive. */
export function createExtractor(origin: string | undefined): (html: string) => PageFacts {
  const links = new Map<string, Map<string, PageLink>>()
  const share = (from: string, value: string): PageLink => {
    let own = links.get(from)
    if (own === undefined) links.set(detach(from), own = new Map())
    let link = own.get(value)
    if (link === undefined) own.set(detach(value), link = { from: detach(from), value: detach(value) })
    return link
  }
  return (html) => {
    const found: Found = { title: undefined, base: undefined, links: new Set(), ids: [], noAlt: [], emptyAlt: [] }
    scan(html, (name, attributes, text) => note(found, name, attributes, text, (from, value) => {
      if (isInternal(value, origin)) found.links.add(share(from, value))
    }))
    const { title = '', base, ...rest } = found
    return {
      ...rest, title: detach(title), ...(base !== undefined && { base: detach(base) }), links: [...found.links],
      leftovers: mayHaveLeftovers(html) ? findLeftovers(html) : [],
    }
  }
}

/** Whether a static host would look for it among our files. */
function isInternal(value: string, origin: string | undefined): boolean {
  if (value === '') return false
  if (value.startsWith('//')) return origin !== undefined && isBelow(value, origin.replace(/^[a-z]+:/, ''))
  if (/^https?:/i.test(value)) return origin !== undefined && isBelow(value, origin)
  return !/^[a-z][a-z\d+.-]*:/i.test(value)
}

function isBelow(value: string, origin: string): boolean {
  return value.startsWith(origin) && /^(?:[/?#]|$)/.test(value.slice(origin.length, origin.length + 1))
}

function note(found: Found, name: string, attributes: Attributes, text: string, link: (from: string, value: string) => void): void {
  const { values } = attributes
  const id = values[slots.id] ?? (name === 'a' ? values[slots.name] : undefined)
  if (id) found.ids.push(detach(id))
  switch (name) {
    case 'title':
      found.title ??= decode(text).trim()
      break
    case 'base':
      found.base ??= values[slots.href]
      break
    case 'meta':
      noteMeta(attributes, link)
      break
    case 'img': {
      const alt = values[slots.alt]
      if (alt === undefined) found.noAlt.push(detach(values[slots.src] ?? ''))
      else if (alt.trim() === '') found.emptyAlt.push(detach(values[slots.src] ?? ''))
    }
  }
  if (name === 'base' || (name === 'link' && /preconnect|dns-prefetch/i.test(values[slots.rel] ?? ''))) return
  for (let i = 0; i < urlAttributes.length; i++) {
    const [attribute, value] = [urlAttributes[i], values[i]?.trim()]
    if (value === undefined) continue
    if (attribute === 'srcset') for (const [, url = ''] of value.matchAll(/([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wxh])?/g)) link(`${name} srcset`, url)
    else link(i === 0 && name === 'a' ? 'a href' : `${name} ${attribute}`, value)
  }
}

function noteMeta({ values }: Attributes, link: (from: string, value: string) => void): void {
  const content = values[slots.content]?.trim() ?? ''
  const key = values[slots.property] ?? values[slots.name] ?? ''
  if (/^(?:og:image|og:url|twitter:image)$/i.test(key)) link(`meta ${key}`, content)
  const target = /^refresh$/i.test(values[slots['http-equiv']] ?? '') ? /url\s*=\s*['"]?([^'"]+)/i.exec(content)?.[1] : undefined
  if (target !== undefined) link('meta refresh', target.trim())
}

/** Calls `visit` for every start tag with what is wanted of its attributes (the same object each time), and with its text if that is no markup. */
function scan(html: string, visit: (name: string, attributes: Attributes, text: string) => void): void {
  const attributes: Attributes = { values: wanted.map(() => undefined), isEmpty: true }
  let at = html.indexOf('<')
  while (at !== -1) {
    const code = html.charCodeAt(at + 1)
    if (isLetter(code)) at = afterColour(html, at) ?? scanTag(html, at + 1, attributes, visit)
    else if (code === exclamation && html.startsWith('<!--', at)) at = after(html, '-->', at + 2)
    else at++
    at = html.indexOf('<', at)
  }
}

/** Most tags of a page colour code: nothing of them is wanted. `undefined`: it is none of these. */
function afterColour(html: string, at: number): number | undefined {
  if (html.charCodeAt(at + 1) !== letterS || !html.startsWith(colour, at)) return undefined
  const end = html.indexOf('"', at + colour.length)
  return end !== -1 && html.charCodeAt(end + 1) === greater ? end + 2 : undefined
}
const colour = '<span class="'

function scanTag(html: string, start: number, attributes: Attributes, visit: (name: string, attributes: Attributes, text: string) => void): number {
  let at = start
  while (!endsName(html.charCodeAt(at))) at++
  const name = html.slice(start, at).toLowerCase()
  if (!attributes.isEmpty) attributes.values.fill(undefined)
  attributes.isEmpty = true
  at = scanAttributes(html, at, attributes)
  if (!rawElements.has(name)) {
    if (!attributes.isEmpty || name === 'img') visit(name, attributes, '')
    return at
  }
  const close = new RegExp(`</${name}`, 'gi')
  close.lastIndex = at
  const end = close.exec(html)?.index ?? html.length
  visit(name, attributes, html.slice(at, end))
  return end
}

/** Fills in the wanted attributes; the first of two with one name counts. Returns the position after the tag. */
function scanAttributes(html: string, start: number, attributes: Attributes): number {
  let at = start
  for (;;) {
    let code = html.charCodeAt(at)
    while (isSpace(code) || code === slash) code = html.charCodeAt(++at)
    if (code === greater) return at + 1
    if (at >= html.length) return at
    const nameStart = at++
    while (!endsName(code = html.charCodeAt(at)) && code !== equals) at++
    const name = html.slice(nameStart, at).toLowerCase()
    while (isSpace(code)) code = html.charCodeAt(++at)
    let [from, to] = [at, at]
    if (code === equals) {
      do code = html.charCodeAt(++at)
      while (isSpace(code))
      if (code === doubleQuote || code === singleQuote) {
        from = at + 1
        to = html.indexOf(code === doubleQuote ? '"' : "'", from)
        if (to === -1) return html.length
        at = to + 1
      } else {
        from = at
        while (!isSpace(code) && code !== greater && at < html.length) code = html.charCodeAt(++at)
        to = at
      }
    }
    const index = indexes.get(name)
    if (index === undefined || attributes.values[index] !== undefined) continue
    attributes.values[index] = decode(html.slice(from, to))
    attributes.isEmpty = false
  }
}

const [slash, greater, equals, doubleQuote, singleQuote, exclamation, letterS] = [0x2f, 0x3e, 0x3d, 0x22, 0x27, 0x21, 0x73]

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
}

function endsName(code: number): boolean {
  return isSpace(code) || code === slash || code === greater || Number.isNaN(code)
}

function after(html: string, end: string, start: number): number {
  const at = html.indexOf(end, start)
  return at === -1 ? html.length : at + end.length
}

/** The entities that templates and markdown write. */
function decode(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all
    const point = hex === undefined ? Number(decimal) : parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  })
}
