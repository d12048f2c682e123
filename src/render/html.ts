// Raw HTML: addresses in it are resolved, blocks of code highlighted, its text and headings read. Loaded only for bodies that have
// some. Not here: making it safe (sanitize.ts).
import { DomUtils, ElementType, Parser, parseDocument } from 'htmlparser2'
import { escapeHtml } from './body-tools.ts'

export type HtmlDocument = ReturnType<typeof parseDocument>
export type HtmlElement = ReturnType<typeof DomUtils.getElementsByTagName>[number]
type HtmlNode = NonNullable<HtmlDocument['children'][number]['next'] | HtmlDocument>

/** An address in raw HTML; `offset` is where its attribute starts. */
export interface HtmlLink {
  readonly value: string
  readonly offset: number
  readonly isImage: boolean
}

const addresses = new Set(['href', 'src', 'poster'])

/** Replaces addresses in any piece of HTML and leaves every other byte as it is. */
export function rewriteLinks(html: string, resolve: (link: HtmlLink) => string): string {
  let result = ''
  let done = 0
  let tag = ''
  const parser = new Parser({
    onopentagname: (name) => void (tag = name),
    onattribute(name, value, quote) {
      if (quote === undefined || !(addresses.has(name) || name === 'srcset')) return
      const { startIndex, endIndex } = parser
      const one = (address: string): string => resolve({ value: address.trim(), offset: startIndex, isImage: tag === 'img' && name === 'src' })
      const replaced = name === 'srcset' ? rewriteSrcset(value, one) : one(value)
      if (replaced === value) return
      result += `${html.slice(done, startIndex)}${name}="${escapeHtml(replaced)}"`
      done = endIndex
    },
  })
  parser.end(html)
  return result + html.slice(done)
}

/** `a.png 1x, b.png 2x`: addresses may hold commas, but not end in one. */
function rewriteSrcset(value: string, resolve: (address: string) => string): string {
  return value.replace(/([^\s,]\S*[^\s,]|[^\s,])((?:\s+[^\s,]+)?\s*(?:,|$))/g, (_, address: string, rest: string) => resolve(address) + rest)
}

/** Entities are kept as they are, in text and attributes. */
export function parseHtml(html: string): HtmlDocument {
  return parseDocument(html, { decodeEntities: false, withStartIndices: true, withEndIndices: true })
}

/** A piece of HTML to be replaced; ranges do not overlap. */
export interface HtmlEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function applyEdits(html: string, edits: readonly HtmlEdit[]): string {
  let result = ''
  let done = 0
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    if (start < done) continue
    result += html.slice(done, start) + text
    done = end
  }
  return result + html.slice(done)
}

/** Opens and closes every element, as a browser would. */
export function balanceHtml(html: string): string {
  return printHtml(parseHtml(html))
}

function printHtml(document: HtmlDocument): string {
  return DomUtils.getInnerHTML(document, { decodeEntities: false })
}

export function findElements(document: HtmlDocument, test: (element: HtmlElement) => boolean): HtmlElement[] {
  return DomUtils.findAll(test, document.children)
}

const inline = new Set(['a', 'abbr', 'b', 'bdi', 'bdo', 'cite', 'code', 'data', 'del', 'dfn', 'em', 'font', 'i', 'ins', 'kbd', 'mark', 'q', 's', 'samp', 'small', 'span', 'strong', 'sub', 'sup', 'time', 'tt', 'u', 'var', 'wbr'])
const silent = new Set(['script', 'style', 'template', 'noscript', 'textarea', 'pre', 'svg', 'math', 'select'])

/** The prose in a piece of HTML: without code blocks, on one line. */
export function textOfHtml(html: string): string {
  let text = ''
  let depth = 0
  const parser = new Parser({
    onopentagname(name) {
      if (silent.has(name)) depth++
      if (!inline.has(name)) text += ' '
    },
    ontext: (part) => void (text += depth === 0 ? part : ''),
    onclosetag(name) {
      if (silent.has(name)) depth--
      if (!inline.has(name)) text += ' '
    },
  })
  parser.end(html)
  return text.replace(/\s+/g, ' ').trim()
}

export function decodeEntities(html: string): string {
  if (!html.includes('&')) return html
  let text = ''
  new Parser({ ontext: (part) => void (text += part) }).end(html.replaceAll('<', '&lt;'))
  return text
}

export function outerHtml(element: HtmlElement): string {
  return DomUtils.getOuterHTML(element, { decodeEntities: false })
}

export interface HtmlCode {
  readonly code: string
  /** The info string, as a fence has it. */
  readonly info: string
  readonly start: number
  readonly end: number
}

/** `<pre><code class="language-js">` blocks. */
export function findCode(document: HtmlDocument): HtmlCode[] {
  return findElements(document, ({ name }) => name === 'pre').flatMap((element) => {
    const [code, ...more] = element.children.filter((node) => 'attribs' in node || DomUtils.textContent(node).trim() !== '')
    if (!code || more.length > 0 || !('attribs' in code) || code.name !== 'code') return []
    const info = code.attribs['data-info'] ?? /(?:^|\s)lang(?:uage)?-(\S+)/.exec(code.attribs['class'] ?? '')?.[1] ?? ''
    return [{ code: decodeEntities(DomUtils.textContent(code)), info: decodeEntities(info), ...rangeOf(element) }]
  })
}

export function rangeOf(node: HtmlNode): { start: number; end: number } {
  return { start: node.startIndex ?? 0, end: (node.endIndex ?? 0) + 1 }
}

/** `<!-- more -->`. */
export function findMarkers(document: HtmlDocument): HtmlNode[] {
  return DomUtils.find((node) => node.type === ElementType.ElementType.Comment && /^\s*more\s*$/i.test(node.data), document.children, true, Infinity)
}

/** The first paragraph with a text, or everything up to the marker; without ids, which would be double on other pages. */
export function excerptOfHtml(html: string, pageHref: () => string | undefined): string | undefined {
  const document = parseHtml(html)
  const marker = findMarkers(document)[0]
  const paragraph = marker ? undefined : findElements(document, (element) => element.name === 'p' && textOfHtml(outerHtml(element)) !== '')[0]
  if (!marker && !paragraph) return undefined
  if (marker) cutAt(marker)
  for (const element of findElements(document, () => true)) detach(element, pageHref)
  return paragraph ? outerHtml(paragraph) : printHtml(document)
}

/** Takes away a node and all that comes after it. */
function cutAt(marker: HtmlNode): void {
  for (let node: HtmlNode | null = marker; node; node = node.parent) {
    for (let next = node.next; next; next = node.next) DomUtils.removeElement(next)
  }
  DomUtils.removeElement(marker)
}

function detach(element: HtmlElement, pageHref: () => string | undefined): void {
  delete element.attribs['id']
  const href = element.attribs['href']
  if (href?.startsWith('#')) element.attribs['href'] = escapeHtml(pageHref() ?? '') + href
}
