// On which characters of an ASCII text a match of an Oniguruma pattern can start: a set that may be too large, never too small.
// Works on the syntax tree of oniguruma-parser; what it does not know can start on anything.
import type { AlternativeNode, CharacterClassElementNode, CharacterClassNode, CharacterSetNode, Node } from 'oniguruma-parser/parser'

/** Places 0 to 127 are the ASCII characters; this one is the end of the text. Other characters have none. */
export const textEnd = 128
export const setSize = 129

/** A bit for each place. */
type Bits = bigint

/** Texts of `0` and `1`, the last place first: quicker to ask than numbers of that size. */
export interface FirstSets {
  /** For a match that starts at the start of the text. */
  readonly atStart: string
  readonly later: string
}

/** What a node can start with if it takes characters, and before what it can match if it takes none. */
interface Start {
  readonly takes: Bits
  readonly empty: Bits
}

interface Context {
  readonly ignoreCase: boolean
  readonly atStart: boolean
}

const all: Bits = (1n << BigInt(setSize)) - 1n
const allAscii: Bits = (1n << 128n) - 1n
const none: Bits = 0n
const unknown: Start = { takes: all, empty: all }
const lineEnd: Bits = (1n << 10n) | (1n << BigInt(textEnd))
/** For patterns that nothing is known of. */
export const anywhere: FirstSets = { atStart: textOf(all), later: textOf(all) }

/** `hasTextStart`: it may ask for the start of the text. */
export function findFirstSets(alternatives: readonly AlternativeNode[], { ignoreCase, hasTextStart }: { ignoreCase: boolean; hasTextStart: boolean }): FirstSets {
  const start = (atStart: boolean): string => {
    const { takes, empty } = startOfAny(alternatives, { ignoreCase, atStart })
    return textOf(takes | empty)
  }
  const later = start(false)
  return { atStart: hasTextStart ? start(true) : later, later }
}

function textOf(bits: Bits): string {
  return bits.toString(2).padStart(setSize, '0')
}

/** Whether a set, from its text, has a place. */
export function hasPlace(set: string, place: number): boolean {
  return set.charCodeAt(textEnd - place) === 49
}

export function childrenOf(node: Node): readonly Node[] {
  if (!('body' in node)) return []
  return Array.isArray(node.body) ? node.body : [node.body]
}

/** The characters that matches of these nodes can start with if they take any, whatever the flags; one test for a whole text. */
export function regexpOfStarts(nodes: readonly Node[]): RegExp {
  const bits = nodes.reduce((sum, node) => sum | startOf(node, { ignoreCase: true, atStart: true }).takes, none)
  const set = textOf(bits)
  const codes = Array.from({ length: 128 }, (_, code) => code).filter((code) => hasPlace(set, code))
  return new RegExp(`[${codes.map((code) => `\\x${code.toString(16).padStart(2, '0')}`).join('')}]`)
}

function startOfAny(alternatives: readonly AlternativeNode[], context: Context): Start {
  let takes = none
  let empty = none
  for (const { body } of alternatives) {
    const start = startOfSequence(body, context)
    takes |= start.takes
    empty |= start.empty
    // A flag such as `(?i)` holds for the alternatives after it too.
    context = body.reduce(afterDirective, context)
  }
  return { takes, empty }
}

function startOfSequence(nodes: readonly Node[], context: Context): Start {
  let takes = none
  let empty = all
  for (const node of nodes) {
    context = afterDirective(context, node)
    const start = startOf(node, context)
    takes |= empty & start.takes
    empty &= start.empty
    if (empty === none) break
  }
  return { takes, empty }
}

function afterDirective(context: Context, node: Node): Context {
  return node.type === 'Directive' && node.kind === 'flags' ? withFlags(context, node.flags) : context
}

function withFlags(context: Context, flags: { enable?: { ignoreCase?: true }; disable?: { ignoreCase?: true } } | undefined): Context {
  if (flags?.disable?.ignoreCase) return { ...context, ignoreCase: false }
  return flags?.enable?.ignoreCase ? { ...context, ignoreCase: true } : context
}

function startOf(node: Node, context: Context): Start {
  switch (node.type) {
    case 'Character':
      return { takes: bitsOfCharacter(node.value, context), empty: none }
    case 'CharacterSet':
    case 'CharacterClass':
      return { takes: bitsOfElement(node, context).bits, empty: none }
    case 'Alternative':
      return startOfSequence(node.body, context)
    case 'CapturingGroup':
      return startOfAny(node.body, context)
    case 'Group':
      return startOfAny(node.body, withFlags(context, node.flags))
    case 'Quantifier': {
      if (node.max === 0) return { takes: none, empty: all }
      const { takes, empty } = startOf(node.body, context)
      return { takes, empty: node.min === 0 ? all : empty }
    }
    case 'LookaroundAssertion': {
      if (node.negate) return { takes: none, empty: isNever(node.body) ? none : all }
      if (node.kind === 'lookbehind') return { takes: none, empty: all }
      const { takes, empty } = startOfAny(node.body, context)
      return { takes: none, empty: takes | empty }
    }
    case 'Assertion':
      return { takes: none, empty: placesOf(node.kind, context) }
    case 'Directive':
      return { takes: none, empty: all }
    default:
      return unknown
  }
}

/** The body of `(?!)`. */
function isNever(alternatives: readonly AlternativeNode[]): boolean {
  return alternatives.some(({ body }) => body.length === 0)
}

function placesOf(kind: string, { atStart }: Context): Bits {
  switch (kind) {
    case 'line_start':
    case 'string_start':
      return atStart ? all : none
    case 'line_end':
    case 'string_end_newline':
    case 'string_end':
      return lineEnd
    default:
      return all
  }
}

function bitsOfCharacter(code: number, { ignoreCase }: Context): Bits {
  // Some characters have others in ASCII as their second case: the sign for kelvin is a `K`.
  if (code > 127) return ignoreCase ? allAscii : none
  const bit = 1n << BigInt(code)
  return ignoreCase ? bothCases(bit) : bit
}

const letters: Bits = range(97, 122)

/** Adds the other case of each letter. */
function bothCases(bits: Bits): Bits {
  const found = (bits | (bits << 32n)) & letters
  return bits | found | (found >> 32n)
}

function range(from: number, to: number): Bits {
  return from > to ? none : (1n << BigInt(to + 1)) - (1n << BigInt(from))
}

/** `exact`: the ASCII part is just right, so that its complement can be used. */
interface ClassBits {
  readonly bits: Bits
  readonly exact: boolean
}

const inexact: ClassBits = { bits: allAscii, exact: false }

function bitsOfClass(node: CharacterClassNode, context: Context): ClassBits {
  const parts = node.body.map((child) => bitsOfElement(child, context))
  const intersection = node.kind === 'intersection'
  const bits = parts.reduce((sum, part) => (intersection ? sum & part.bits : sum | part.bits), intersection ? allAscii : none)
  return negateIf(node.negate, { bits, exact: parts.every(({ exact }) => exact) })
}

function bitsOfElement(node: CharacterClassElementNode, context: Context): ClassBits {
  switch (node.type) {
    case 'Character':
      return { bits: bitsOfCharacter(node.value, context), exact: !context.ignoreCase || node.value < 128 }
    case 'CharacterClassRange': {
      const bits = range(node.min.value, Math.min(node.max.value, 127))
      if (!context.ignoreCase) return { bits, exact: true }
      return node.max.value > 127 ? inexact : { bits: bothCases(bits), exact: true }
    }
    case 'CharacterSet': {
      const { bits, exact } = bitsOfSet(node)
      return context.ignoreCase && node.kind !== 'word' && node.kind !== 'space' && node.kind !== 'digit' ? { bits: bothCases(bits), exact: false } : { bits, exact }
    }
    default:
      return bitsOfClass(node, context)
  }
}

function negateIf(negate: boolean | undefined, { bits, exact }: ClassBits): ClassBits {
  if (!negate) return { bits, exact }
  return exact ? { bits: allAscii & ~bits, exact } : inexact
}

const digits = range(48, 57)
const upper = range(65, 90)
const space = range(9, 13) | range(32, 32)
const word = digits | upper | letters | range(95, 95)
const posix: Readonly<Record<string, Bits>> = {
  alnum: digits | upper | letters,
  alpha: upper | letters,
  ascii: allAscii,
  blank: range(9, 9) | range(32, 32),
  cntrl: range(0, 31) | range(127, 127),
  digit: digits,
  graph: range(33, 126),
  lower: letters,
  print: range(32, 126),
  punct: range(33, 35) | range(37, 42) | range(44, 47) | range(58, 59) | range(63, 64) | range(91, 93) | range(95, 95) | range(123, 123) | range(125, 125),
  space,
  upper,
  word,
  xdigit: digits | range(65, 70) | range(97, 102),
}

function bitsOfSet(node: CharacterSetNode): ClassBits {
  switch (node.kind) {
    case 'digit':
      return negateIf(node.negate, { bits: digits, exact: true })
    case 'space':
      return negateIf(node.negate, { bits: space, exact: true })
    case 'word':
      return negateIf(node.negate, { bits: word, exact: true })
    case 'hex':
      return negateIf(node.negate, { bits: posix.xdigit!, exact: true })
    case 'posix':
      return negateIf(node.negate, posix[node.value] ? { bits: posix[node.value]!, exact: true } : inexact)
    case 'property':
      return negateIf(node.negate, bitsOfProperty(node.value))
    case 'newline':
      return node.negate ? inexact : { bits: range(10, 13), exact: false }
    default:
      return inexact
  }
}

/** Unicode's general categories have the same names and members in JavaScript. */
function bitsOfProperty(name: string): ClassBits {
  if (!/^(?:[LMNPSZC]|L[ultmo]|N[dlo]|P[cdseifo]|S[mcko]|Z[slp])$/.test(name)) return inexact
  const member = new RegExp(`\\p{${name}}`, 'u')
  let bits = none
  for (let code = 0; code < 128; code++) if (member.test(String.fromCharCode(code))) bits |= 1n << BigInt(code)
  return { bits, exact: true }
}
