// Oniguruma patterns in the part of its language that JavaScript shares, for ASCII text: nearly all patterns in shiki's grammars. They are
// read here, many times faster than by the libraries for the whole language. Anything else is left to them: `undefined`.
import type { AlternativeElementNode, AlternativeNode, AssertionNode, CharacterNode } from 'oniguruma-parser/parser'
import { classSource, notShared, readCharacter, readClass, readEscaped } from './highlight-class.ts'
import { isUsed, type UsedGroups } from './highlight-uses.ts'

export interface SharedPattern {
  /** Nodes as oniguruma-parser makes them; of letters in a row only the first, which all questions are about. */
  readonly alternatives: readonly AlternativeNode[]
  /** The same pattern for `new RegExp`, without the flags `u` and `v`. Groups that nobody uses do not capture. */
  readonly source: string
  readonly ignoreCase: boolean
  /** The numbers of those that do, in their order. */
  readonly groups: readonly number[]
}

type Element = AlternativeElementNode

/** Thrown by the engine where Oniguruma has to be asked. */
export const notExact = new Error('this text has to be matched by Oniguruma')

/** Whether each character is one of ASCII's. */
export function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text)
}

const textEnd = '(?=\\n?$)'
const assertions: Readonly<Record<string, { readonly node: AssertionNode; readonly source: string }>> = {
  A: { node: { type: 'Assertion', kind: 'string_start' }, source: '^' },
  z: { node: { type: 'Assertion', kind: 'string_end' }, source: '$' },
  Z: { node: { type: 'Assertion', kind: 'string_end_newline' }, source: textEnd },
  b: { node: { type: 'Assertion', kind: 'word_boundary', negate: false }, source: '\\b' },
  B: { node: { type: 'Assertion', kind: 'word_boundary', negate: true }, source: '\\B' },
  G: { node: { type: 'Assertion', kind: 'search_start' }, source: '' },
}
const quantifier = /([*+?])([?+]?)|\{(\d+)(,?)(\d*)\}(\??)/y
const quantifierLike = /\{\d*,?\d*\}/y
const opening = /\((?:\?(:|=|!|<=|<!|i:))?/y
const letterRun = /[A-Za-z]{2,}(?![*+?{])/y

/** `undefined` if the pattern uses more than is shared. A `\G` has no part in its source. */
export function parseShared(pattern: string, used: UsedGroups): SharedPattern | undefined {
  try {
    const ignoreCase = pattern.startsWith('(?i)')
    // Some characters have their other case in ASCII: the sign for kelvin is a `K`.
    if (ignoreCase && (!isAscii(pattern) || pattern.includes('\\p'))) return undefined
    return { ...readPattern(pattern, ignoreCase ? 4 : 0, used), ignoreCase }
  } catch (error) {
    if (error === notShared) return undefined
    throw error
  }
}

function readPattern(text: string, from: number, used: UsedGroups): Omit<SharedPattern, 'ignoreCase'> {
  let at = from
  let source = ''
  let groupCount = 0
  const groups: number[] = []
  /** Within `(?i:`, where letters are written in both cases. */
  let folds = false

  const readAlternatives = (): AlternativeNode[] => {
    const found = [readAlternative()]
    while (text[at] === '|') {
      at++
      source += '|'
      found.push(readAlternative())
    }
    return found
  }
  const readAlternative = (): AlternativeNode => {
    const body: Element[] = []
    while (at < text.length && text[at] !== '|' && text[at] !== ')') {
      const start = source.length
      let element = readLetters() ?? readSingle()
      for (let outer = readQuantifier(element, start); outer; outer = readQuantifier(element, start)) element = outer
      body.push(element)
    }
    return { type: 'Alternative', body }
  }
  const readLetters = (): CharacterNode | undefined => {
    letterRun.lastIndex = at
    if (folds || !letterRun.test(text)) return undefined
    const value = text.charCodeAt(at)
    source += text.slice(at, letterRun.lastIndex)
    at = letterRun.lastIndex
    return { type: 'Character', value }
  }
  /** `start`: where the element begins in the source. */
  const readQuantifier = (element: Element, start: number): Element | undefined => {
    if (!'*+?{'.includes(text[at] ?? ' ')) return undefined
    quantifier.lastIndex = at
    const match = quantifier.exec(text)
    if (!match) return undefined
    const [all, sign, suffix, least, comma, most, lazy] = match
    const { type } = element
    // `a{2}?` means something else in JavaScript; assertions cannot have quantifiers.
    if ((least && !comma && lazy) || type === 'Assertion' || type === 'LookaroundAssertion' || type === 'Directive' || type === 'NamedCallout') throw notShared
    at += all.length
    const own = source.slice(start)
    if (type === 'Quantifier') {
      if (sign) throw notShared
      source = `${source.slice(0, start)}(?:${own})`
    }
    if (suffix === '+') {
      // It has taken all that there is of one kind of character if none of it comes next.
      if (sign === '?' || (type !== 'Character' && type !== 'CharacterSet' && type !== 'CharacterClass')) throw notShared
      source += `${sign}(?!${own})`
    } else {
      source += all
    }
    const min = least ? Number(least) : sign === '+' ? 1 : 0
    const max = sign === '?' ? 1 : least && !comma ? min : most ? Number(most) : Infinity
    if (max < min) throw notShared
    return { type: 'Quantifier', kind: lazy || suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy', min, max, body: element }
  }
  const readSingle = (): Element => {
    const character = text[at]!
    switch (character) {
      case '(':
        return readGroup()
      case '[': {
        const { node, source: own, end } = readClass(text, at, folds)
        source += own
        at = end
        return node
      }
      case '\\':
        return readEscape()
      case '^':
      case '$': {
        const { node, source: own } = assertions[character === '^' ? 'A' : 'Z']!
        at++
        source += own
        return node
      }
      case '.':
        at++
        source += '[^\\n]'
        return { type: 'CharacterSet', kind: 'dot' }
      case '*':
      case '+':
      case '?':
        throw notShared
      case '{':
        quantifierLike.lastIndex = at
        if (quantifierLike.test(text)) throw notShared
    }
    const { node, end } = readCharacter(text, at)
    at = end
    return take(node)
  }
  const readEscape = (): Element => {
    const escaped = readEscaped(text, at)
    if (escaped) {
      at = escaped.end
      return take(escaped.node)
    }
    const assertion = assertions[text[at + 1] ?? '']
    if (!assertion) throw notShared
    at += 2
    source += assertion.source
    return assertion.node
  }
  const take = <T extends CharacterNode | Extract<Element, { type: 'CharacterSet' }>>(node: T): T => {
    const own = classSource(node, folds)
    source += !folds && (own.length === 1 || own.startsWith('\\')) ? own : `[${own}]`
    return node
  }
  const readGroup = (): Element => {
    opening.lastIndex = at
    const [all = '', kind] = opening.exec(text) ?? []
    at += all.length
    if (kind === undefined && text[at] === '?') throw notShared
    const number = kind === undefined ? ++groupCount : 0
    const captures = kind === undefined && isUsed(used, number)
    if (captures) groups.push(number)
    const outside = folds
    folds ||= kind === 'i:'
    source += captures || (kind && kind !== 'i:') ? all : '(?:'
    const body = readAlternatives()
    if (text[at++] !== ')') throw notShared
    source += ')'
    folds = outside
    return groupNode(kind, number, body)
  }

  const alternatives = readAlternatives()
  if (at < text.length) throw notShared
  return { alternatives, source, groups }
}

function groupNode(kind: string | undefined, number: number, body: AlternativeNode[]): Element {
  switch (kind) {
    case undefined:
      return { type: 'CapturingGroup', number, body }
    case ':':
      return { type: 'Group', body }
    case 'i:':
      return { type: 'Group', flags: { enable: { ignoreCase: true } }, body }
    default:
      return { type: 'LookaroundAssertion', kind: kind.startsWith('<') ? 'lookbehind' : 'lookahead', negate: kind.endsWith('!'), body }
  }
}
