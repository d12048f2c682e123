// The HTML of a body made fit for feeds and other places far from its page: every URL absolute, nothing that runs or needs
// our stylesheet. It makes HTML smaller and self-contained; it is no sanitiser for hostile HTML (sources have one).
import { Parser } from 'htmlparser2'
import { escapeMarkup } from '../core/feed-text.ts'
import { readTameHtml, type HtmlEvents } from './html-tame.ts'

/** Gone with everything in them. */
const dropped = new Set(['script', 'style', 'template', 'form', 'button', 'select', 'textarea', 'datalist', 'dialog', 'head', 'title', 'frameset', 'noframes', 'noembed', 'applet'])
/** Gone, while what is in them stays. */
const unwrapped = new Set(['object', 'noscript', 'html', 'body', 'font', 'center', 'main', 'label'])
const voids = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr', 'frame'])
/** Void elements that say nothing in a feed. */
const droppedVoids = new Set(['base', 'embed', 'frame', 'input', 'link', 'meta', 'param'])
const urlAttributes = new Set(['href', 'src', 'poster', 'cite', 'data', 'background', 'longdesc', 'xlink:href'])
const uselessAttribute = /^(?:on.*|data-.*|aria-.*|class|style|role|tabindex|loading|decoding|fetchpriority|target|srcdoc|ping|nonce|slot|part|is|contenteditable|accesskey|form.*)$/
const elementName = /^[a-z][a-z\d-]*$/i
/** The spans that colour code. */
const colouring = /<span(?: (?:class|style|data-[a-z-]+)="[^"<>]*")*>/g
const attributeName = /^[a-z_][\w.-]*(?::[a-z_][\w.-]*)?$/i

/** Well-formed, balanced HTML. `pageUrl` is the absolute address that relative URLs start from. */
export function feedContent(html: string, pageUrl: string): string {
  const source = html.split('</pre>').map(withoutColours).join('</pre>')
  let content = createContent(pageUrl)
  if (!readTameHtml(source, content)) {
    content = createContent(pageUrl)
    new Parser(content).end(source)
  }
  return content.text().trim()
}

/** Takes HTML tag by tag. */
function createContent(pageUrl: string): HtmlEvents & { text(): string } {
  let out = ''
  /** What each open element has to be closed with. */
  const closers: string[] = []
  /** How many elements are open inside of a dropped one, itself included. */
  let depth = 0
  return {
    onopentag(name, attributes) {
      if (voids.has(name)) {
        if (depth === 0) out += renderVoid(name, attributes, pageUrl)
        return
      }
      if (depth > 0 || dropped.has(name) || isAnchor(name, attributes)) {
        depth++
        return
      }
      if (name === 'iframe') {
        out += renderFrame(attributes, pageUrl)
        depth++
        return
      }
      const kept = renderAttributes(attributes, pageUrl)
      const bare = unwrapped.has(name) || !elementName.test(name) || (name === 'span' && kept === '')
      if (!bare) out += `<${name}${kept}>`
      closers.push(bare ? '' : `</${name}>`)
    },
    onclosetag(name) {
      if (voids.has(name)) return
      if (depth > 0) depth--
      else out += closers.pop() ?? ''
    },
    ontext(text) {
      if (depth === 0) out += escapeMarkup(text)
    },
    text: () => out,
  }
}

/** What the parser would do at five times the cost: most tags of a page are these. `part` ends where a block of code does. */
function withoutColours(part: string): string {
  const start = part.indexOf('<pre')
  if (start === -1) return part
  const block = part.slice(start).replace(colouring, '')
  return block.includes('<span') ? part : part.slice(0, start) + block.replaceAll('</span>', '')
}

/** The link that every heading has to itself. */
function isAnchor(name: string, { class: names }: Record<string, string>): boolean {
  return name === 'a' && names !== undefined && /(?:^|\s)anchor(?:\s|$)/.test(names)
}

function renderVoid(name: string, attributes: Record<string, string>, pageUrl: string): string {
  if (name === 'input' && attributes['type']?.toLowerCase() === 'checkbox') return 'checked' in attributes ? '☑' : '☐'
  return droppedVoids.has(name) ? '' : `<${name}${renderAttributes(attributes, pageUrl)}>`
}

/** A video or a map becomes a link to it: readers drop frames without a word. */
function renderFrame({ src, title }: Record<string, string>, pageUrl: string): string {
  const url = src === undefined ? undefined : absoluteUrl(src, pageUrl)
  return url === undefined || !/^https?:/.test(url) ? '' : `<a href="${escapeMarkup(url)}">${escapeMarkup(title || url)}</a>`
}

function renderAttributes(attributes: Record<string, string>, pageUrl: string): string {
  let out = ''
  for (const name in attributes) {
    const value = attributes[name] ?? ''
    if (uselessAttribute.test(name) || !attributeName.test(name)) continue
    const made = urlAttributes.has(name) ? absoluteUrl(value, pageUrl) : name === 'srcset' ? absoluteSrcset(value, pageUrl) : value
    if (made !== undefined) out += made === '' && name !== 'alt' ? ` ${name}` : ` ${name}="${escapeMarkup(made)}"`
  }
  return out
}

/** `undefined`: not an address, or one that runs something. Absolute addresses stay as they were written. */
function absoluteUrl(value: string, pageUrl: string): string | undefined {
  if (/^https?:\/\/[\w.-]+(?:[/?#][!-~]*)?$/.test(value)) return value
  if (!URL.canParse(value, pageUrl)) return undefined
  const url = new URL(value, pageUrl)
  if (url.protocol === 'data:') return /^data:image\//i.test(url.href) ? url.href : undefined
  return /^(?:javascript|vbscript|file|blob|filesystem):/.test(url.protocol) ? undefined : url.href
}

/** Candidates are an address and perhaps a size; an address may hold commas, but not begin or end with one. */
function absoluteSrcset(value: string, pageUrl: string): string | undefined {
  const candidates = [...value.matchAll(/([^\s,]\S*[^\s,]|[^\s,])(?:\s+([\d.]+[wxh]))?/g)].flatMap(([, url = '', size]) => {
    const made = absoluteUrl(url, pageUrl)
    return made === undefined ? [] : [size === undefined ? made : `${made} ${size}`]
  })
  return candidates.length === 0 ? undefined : candidates.join(', ')
}
