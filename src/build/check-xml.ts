// A small strict reader of XML, so that a feed is seen as the strictest feed reader sees it: the first fault is the end.
// Knows what our own feeds use: no DOCTYPE, no entities but the five, names in ASCII. Not a general XML parser.
import { cleanText } from '../core/feed-text.ts'

export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Its own text, with entities and CDATA resolved. */
  readonly text: string
}
export type XmlResult = { readonly root: XmlElement } | { readonly problem: string; readonly line: number }

interface OpenElement {
  name: string
  attributes: Map<string, string>
  children: OpenElement[]
  text: string
}
type Step = { readonly next: number } | { readonly problem: string }

const name = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?'
const openTag = new RegExp(`<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y')
const closeTag = new RegExp(`</(${name})\\s*>`, 'y')
const attribute = new RegExp(`(${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The root element, or the first thing that is not well-formed and its line. */
export function parseXml(xml: string): XmlResult {
  const state: { root?: OpenElement; stack: OpenElement[] } = { stack: [] }
  const failed = (problem: string, position: number): XmlResult => ({ problem, line: xml.slice(0, position).split('\n').length })
  if (cleanText(xml) !== xml) return failed('a character that XML forbids', 0)
  let position = 0
  while (position < xml.length) {
    const step = xml[position] === '<' ? readMarkup(xml, position, state) : readText(xml, position, state.stack)
    if ('problem' in step) return failed(step.problem, position)
    position = step.next
  }
  const unclosed = state.stack.at(-1)
  if (unclosed !== undefined) return failed(`<${unclosed.name}> is not closed`, position)
  return state.root ? { root: state.root } : failed('no element', 0)
}

function readText(xml: string, start: number, stack: readonly OpenElement[]): Step {
  const end = xml.indexOf('<', start)
  const text = xml.slice(start, end === -1 ? xml.length : end)
  const parent = stack.at(-1)
  if (parent === undefined) return text.trim() === '' ? { next: start + text.length } : { problem: 'text outside of the root element' }
  if (text.includes(']]>')) return { problem: '`]]>` in text' }
  const decoded = decode(text)
  if (decoded === undefined) return { problem: 'a `&` that begins no entity' }
  parent.text += decoded
  return { next: start + text.length }
}

function readMarkup(xml: string, start: number, state: { root?: OpenElement; stack: OpenElement[] }): Step {
  if (xml.startsWith('<![CDATA[', start)) {
    const end = xml.indexOf(']]>', start)
    const parent = state.stack.at(-1)
    if (end === -1 || parent === undefined) return { problem: 'a CDATA section that is not closed or stands outside of the root element' }
    parent.text += xml.slice(start + 9, end)
    return { next: end + 3 }
  }
  if (xml.startsWith('<?', start)) return skipTo(xml, start, '?>')
  if (xml.startsWith('<!--', start)) return skipTo(xml, start + 4, '-->')
  if (xml.startsWith('</', start)) return readClose(xml, start, state.stack)
  return readOpen(xml, start, state)
}

function skipTo(xml: string, start: number, end: string): Step {
  const found = xml.indexOf(end, start)
  return found === -1 ? { problem: `no \`${end}\`` } : { next: found + end.length }
}

function readClose(xml: string, start: number, stack: OpenElement[]): Step {
  closeTag.lastIndex = start
  const match = closeTag.exec(xml)
  const open = stack.pop()
  if (match === null || match[1] !== open?.name) return { problem: `an end tag that closes nothing${open ? ` (<${open.name}> is open)` : ''}` }
  return { next: closeTag.lastIndex }
}

function readOpen(xml: string, start: number, state: { root?: OpenElement; stack: OpenElement[] }): Step {
  openTag.lastIndex = start
  const match = openTag.exec(xml)
  if (match === null) return { problem: 'a `<` that begins no tag' }
  const element: OpenElement = { name: match[1] ?? '', attributes: new Map(), children: [], text: '' }
  for (const [, key = '', double, single] of (match[2] ?? '').matchAll(attribute)) {
    const value = decode(double ?? single ?? '')
    if (value === undefined) return { problem: 'a `&` that begins no entity' }
    if (element.attributes.has(key)) return { problem: `the attribute ${key} twice` }
    element.attributes.set(key, value)
  }
  const parent = state.stack.at(-1)
  if (parent) parent.children.push(element)
  else if (state.root) return { problem: 'a second root element' }
  else state.root = element
  const stranger = [element.name, ...element.attributes.keys()].find((key) => key.includes(':') && !isDeclared(key, [...state.stack, element]))
  if (stranger !== undefined) return { problem: `the prefix of ${stranger} is not declared` }
  if (match[3] === '') state.stack.push(element)
  return { next: openTag.lastIndex }
}

function isDeclared(key: string, scope: readonly OpenElement[]): boolean {
  const prefix = key.slice(0, key.indexOf(':'))
  return prefix === 'xml' || prefix === 'xmlns' || scope.some(({ attributes }) => attributes.has(`xmlns:${prefix}`))
}

function decode(text: string): string | undefined {
  if (!text.includes('&')) return text
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/.test(text)) return undefined
  return text.replace(/&(?:#x([^;]+)|#(\d+)|(\w+));/g, (_, hex?: string, decimal?: string, word?: string) => {
    if (word !== undefined) return named[word] ?? ''
    const point = hex === undefined ? Number(decimal) : parseInt(hex, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  })
}
