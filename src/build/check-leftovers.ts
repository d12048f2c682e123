// What a template or a missing value leaves in a page: `[object Object]`, `Invalid Date`, a lone `undefined`, `{{ x }}` in the
// text. Writers may write such things themselves, so what is found in a page is held against what its entries say.
import { Parser } from 'htmlparser2'
import type { Entry, RenderedBody } from '../core/types.ts'

export interface Leftover {
  readonly text: string
  /** `the text of <time>`, `datetime of <time>`. */
  readonly where: string
}

const inText = /\[object [A-Z]\w*\]|\bInvalid Date\b|\{\{[^<]{0,200}?\}\}|\{%[^<]{0,200}?%\}/g
const inAttribute = /\[object [A-Z]\w*\]|Invalid Date|(?:^|\/)(?:undefined|null|NaN)(?=\/|$)/
const loneWord = /^(?:undefined|null|NaN)$/
const checkedAttributes = ['href', 'src', 'datetime', 'content', 'action']
const codeElements = new Set(['code', 'pre', 'script', 'style', 'textarea', 'samp', 'kbd', 'template', 'var'])
const longest = 80

/** A quick look that is never wrong when it says no. Most words of that kind stand in blocks of code, which do not count. */
export function mayHaveLeftovers(page: string): boolean {
  return anySign.test(withoutCode(page))
}

function withoutCode(page: string): string {
  let rest = ''
  let done = 0
  for (let start = page.indexOf('<pre'); start !== -1; start = page.indexOf('<pre', start + 1)) {
    if (!isTagEnd.test(page.charAt(start + 4))) continue
    const end = page.indexOf('</pre>', start)
    if (end === -1) break
    rest += page.slice(done, start)
    start = done = end
  }
  return rest + page.slice(done)
}
const isTagEnd = /[\s/>]/
const anySign = /\{[{%]|\[object |Invalid Date|(?:[>"'/=]|[>"']\s+)(?:undefined|null|NaN)\b/

/** Every leftover of a page or a body, each once. */
export function findLeftovers(html: string): Leftover[] {
  const found = new Map<string, Leftover>()
  const add = (text: string, where: string): void => {
    if (!found.has(text + where)) found.set(text + where, { text: text.slice(0, longest), where })
  }
  let codeDepth = 0
  /** Text since the last tag, and whether that was a start tag. */
  let run = ''
  let opened = false
  const endRun = (): void => {
    if (codeDepth === 0) for (const [match] of run.matchAll(inText)) add(match, 'the text')
    run = ''
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      endRun()
      opened = true
      if (codeElements.has(name)) codeDepth++
      if (codeDepth === 0) for (const [key, value] of attributesWith(inAttribute, attributes)) add(value, `\`${key}\` of <${name}>`)
    },
    onclosetag(name) {
      const word = run.trim()
      if (opened && codeDepth === 0 && loneWord.test(word)) add(word, `the text of <${name}>`)
      endRun()
      opened = false
      if (codeElements.has(name)) codeDepth--
    },
    ontext(part) {
      run += part
    },
  })
  parser.end(html)
  endRun()
  return [...found.values()]
}

function attributesWith(pattern: RegExp, attributes: Record<string, string>): [string, string][] {
  return checkedAttributes.flatMap((key): [string, string][] => {
    const value = attributes[key]
    return value !== undefined && pattern.test(value) ? [[key, value]] : []
  })
}

/** What is left when everything is taken away that writers wrote: in the bodies shown on the page, in titles, terms, descriptions. */
export function unwritten(leftovers: readonly Leftover[], bodies: readonly RenderedBody[], entries: Iterable<Entry>): Leftover[] {
  if (leftovers.length === 0) return []
  const written = new Set(bodies.flatMap(({ html, excerpt }) => [...findLeftovers(html), ...findLeftovers(excerpt)]).map(({ text }) => text))
  const summaries = bodies.map(({ summary }) => summary)
  const words = [...entries].flatMap(({ title, description = '', terms }) => [title, description, ...[...terms.values()].flat()]).concat(summaries)
  return leftovers.filter(({ text }) => !written.has(text) && !words.some((word) => (loneWord.test(text) ? word.trim() === text : word.includes(text))))
}
