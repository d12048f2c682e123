// Oniguruma patterns in the part of its language that JavaScript shares, for ASCII text: nine of ten patterns in shiki's grammars. They are
// read here, many times faster than by the libraries for the whole language. Anything else is left to them: `undefined`.
import type { AlternativeElementNode, AlternativeNode, CharacterClassElementNode, CharacterSetNode } from 'oniguruma-parser/parser'

export interface SharedPattern {
  /** Nodes as oniguruma-parser makes them. */
  readonly alternatives: readonly AlternativeNode[]
  /** The same pattern for `new RegExp`, without the flags `u` and `v`. */
  readonly source: string
  readonly ignoreCase: boolean
  readonly hasCaptures: boolean
}

type Element = AlternativeElementNode
interface Parsed<T> {
  readonly node: T
  readonly source: string
}

/** Thrown by the engine where Oniguruma has to be asked. */
export const notExact = new Error('this text has to be matched by Oniguruma')

/** Whether each character is one of ASCII's. */
export function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text)
}

/** Thrown and caught in this file. */
const notShared = new Error('not in the shared part of the language')

const sets: Readonly<Record<string, CharacterSetNode>> = {
  w: { type: 'CharacterSet', kind: 'word', negate: false },
  W: { type: 'CharacterSet', kind: 'word', negate: true },
  d: { type: 'CharacterSet', kind: 'digit', negate: false },
  D: { type: 'CharacterSet', kind: 'digit', negate: true },
  s: { type: 'CharacterSet', kind: 'space', negate: false },
  S: { type: 'CharacterSet', kind: 'space', negate: true },
}
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 }
const posix: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9', alpha: 'A-Za-z', blank: ' \\t', digit: '0-9', lower: 'a-z', upper: 'A-Z', space: '\\s', word: '\\w', xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~',
}
const ends = '(?=\\n?$)'
const quantifier = /([*+?]|\{(\d+)(,?)(\d*)\})(\??)/y
const opening = /\((?:\?(:|=|!|<=|<!))?/y

/** `undefined` if the pattern uses more than is shared. */
export function parseShared(pattern: string): SharedPattern | undefined {
  try {
    const ignoreCase = pattern.startsWith('(?i)')
    // Some characters have their other case in ASCII: the sign for kelvin is a `K`.
    if (ignoreCase && !isAscii(pattern)) return undefined
    const reader = createReader(pattern, ignoreCase ? 4 : 0)
    const { node, source } = reader.alternatives()
    if (!reader.atEnd()) return undefined
    return { alternatives: node, source, ignoreCase, hasCaptures: reader.groupCount() > 0 }
  } catch (error) {
    if (error === notShared) return undefined
    throw error
  }
}

function createReader(text: string, from: number): { alternatives(): Parsed<AlternativeNode[]>; atEnd(): boolean; groupCount(): number } {
  let at = from
  let groups = 0

  const alternatives = (): Parsed<AlternativeNode[]> => {
    const found = [sequence()]
    while (text[at] === '|') {
      at++
      found.push(sequence())
    }
    return { node: found.map(({ node }) => ({ type: 'Alternative', body: node })), source: found.map(({ source }) => source).join('|') }
  }
  const sequence = (): Parsed<Element[]> => {
    const node: Element[] = []
    let source = ''
    while (at < text.length && text[at] !== '|' && text[at] !== ')') {
      const element = quantified(single())
      node.push(element.node)
      source += element.source
    }
    return { node, source }
  }
  const quantified = (element: Parsed<Element>): Parsed<Element> => {
    quantifier.lastIndex = at
    const match = quantifier.exec(text)
    if (!match) return element
    const [all, kind = '', least, comma, most, lazy] = match
    at += all.length
    // `a{2}?` and chains of quantifiers mean something else in JavaScript; assertions cannot have any.
    const { type } = element.node
    if ((least && !comma && lazy) || /[*+?]/.test(text[at] ?? '') || type === 'Assertion' || type === 'LookaroundAssertion') throw notShared
    const min = least ? Number(least) : kind === '+' ? 1 : 0
    const max = kind === '?' ? 1 : least && !comma ? min : most ? Number(most) : Infinity
    if (max < min || (text[at] === '{' && /^\{\d*,?\d*\}/.test(text.slice(at, at + 24)))) throw notShared
    const body = element.node as Exclude<Element, { type: 'Assertion' | 'LookaroundAssertion' | 'Directive' | 'NamedCallout' }>
    return { node: { type: 'Quantifier', kind: lazy ? 'lazy' : 'greedy', min, max, body }, source: element.source + all }
  }
  const single = (): Parsed<Element> => {
    const character = text[at]!
    switch (character) {
      case '(':
        return group()
      case '[':
        return characterClass()
      case '\\':
        return escape()
      case '^':
        at++
        return { node: { type: 'Assertion', kind: 'string_start' }, source: '^' }
      case '$':
        at++
        return { node: { type: 'Assertion', kind: 'string_end_newline' }, source: ends }
      case '.':
        at++
        return { node: { type: 'CharacterSet', kind: 'dot' }, source: '[^\\n]' }
      case '*':
      case '+':
      case '?':
        throw notShared
      case '{':
        if (/^\{\d*,?\d*\}/.test(text.slice(at, at + 24))) throw notShared
        return literal(character)
      default:
        return literal(character)
    }
  }
  const literal = (character: string): Parsed<Element> => {
    at += character.length
    return { node: { type: 'Character', value: character.charCodeAt(0) }, source: /[{}\]/]/.test(character) ? `\\${character}` : character }
  }
  const group = (): Parsed<Element> => {
    opening.lastIndex = at
    const [all = '', kind] = opening.exec(text) ?? []
    at += all.length
    if (kind === undefined && text[at] === '?') throw notShared
    const number = kind === undefined ? ++groups : 0
    const { node: body, source } = alternatives()
    if (text[at++] !== ')') throw notShared
    return { node: groupNode(kind, number, body), source: `${all}${source})` }
  }
  const escape = (): Parsed<Element> => {
    const character = text[at + 1] ?? ''
    const source = text.slice(at, at + 2)
    at += 2
    if (sets[character]) return { node: sets[character], source }
    if (character in controls) return { node: { type: 'Character', value: controls[character]! }, source }
    if (character === 'h') return { node: { type: 'CharacterSet', kind: 'hex', negate: false }, source: '[0-9A-Fa-f]' }
    if (character === 'b' || character === 'B') return { node: { type: 'Assertion', kind: 'word_boundary', negate: character === 'B' }, source }
    if (character === 'A') return { node: { type: 'Assertion', kind: 'string_start' }, source: '^' }
    if (character === 'z') return { node: { type: 'Assertion', kind: 'string_end' }, source: '$' }
    if (character === 'Z') return { node: { type: 'Assertion', kind: 'string_end_newline' }, source: ends }
    return { node: { type: 'Character', value: punctuation(character) }, source }
  }
  const characterClass = (): Parsed<Element> => {
    at++
    const negate = text[at] === '^'
    if (negate) at++
    const body: CharacterClassElementNode[] = []
    let source = ''
    while (text[at] !== ']' || body.length === 0) {
      const item = classItem()
      body.push(item.node)
      source += item.source
    }
    at++
    return { node: { type: 'CharacterClass', kind: 'union', negate, body }, source: `[${negate ? '^' : ''}${source}]` }
  }
  const classItem = (): Parsed<CharacterClassElementNode> => {
    const first = classAtom()
    if (text[at] !== '-' || text[at + 1] === ']') return first
    if (first.node.type !== 'Character' || first.source === '-') throw notShared
    at++
    const last = classAtom()
    if (last.node.type !== 'Character' || last.node.value < first.node.value) throw notShared
    return { node: { type: 'CharacterClassRange', min: first.node, max: last.node }, source: `${first.source}-${last.source}` }
  }
  const classAtom = (): Parsed<CharacterClassElementNode> => {
    const character = text[at]
    if (character === undefined || (character === '&' && text[at + 1] === '&')) throw notShared
    if (character === '[') return posixClass()
    if (character !== '\\') {
      at++
      return { node: { type: 'Character', value: character.charCodeAt(0) }, source: /[\]^]/.test(character) ? `\\${character}` : character }
    }
    const escaped = text[at + 1] ?? ''
    const source = text.slice(at, at + 2)
    at += 2
    if (sets[escaped]) return { node: sets[escaped], source }
    if (escaped in controls) return { node: { type: 'Character', value: controls[escaped]! }, source }
    if (escaped === 'h') return { node: { type: 'CharacterSet', kind: 'hex', negate: false }, source: '0-9A-Fa-f' }
    return { node: { type: 'Character', value: punctuation(escaped) }, source }
  }
  const posixClass = (): Parsed<CharacterClassElementNode> => {
    const [all, name = ''] = /^\[:(\w+):\]/.exec(text.slice(at, at + 12)) ?? []
    const source = posix[name]
    if (!all || !source) throw notShared
    at += all.length
    return { node: { type: 'CharacterSet', kind: 'posix', value: name, negate: false }, source }
  }
  return { alternatives, atEnd: () => at === text.length, groupCount: () => groups }
}

/** The code of an escaped character that stands for itself in both languages. */
function punctuation(character: string): number {
  if (!/^[!-/:-@[-`{-~ ]$/.test(character)) throw notShared
  return character.charCodeAt(0)
}

function groupNode(kind: string | undefined, number: number, body: AlternativeNode[]): Element {
  switch (kind) {
    case undefined:
      return { type: 'CapturingGroup', number, body }
    case ':':
      return { type: 'Group', body }
    default:
      return { type: 'LookaroundAssertion', kind: kind.startsWith('<') ? 'lookbehind' : 'lookahead', negate: kind.endsWith('!'), body }
  }
}
