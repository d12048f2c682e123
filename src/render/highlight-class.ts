// Characters, sets and classes of Oniguruma's language as JavaScript has them, for ASCII text: the small parts of highlight-dialect.ts.
import type { CharacterClassElementNode, CharacterClassNode, CharacterNode, CharacterSetNode } from 'oniguruma-parser/parser'

/** What a class consists of besides ranges. */
type Atom = CharacterNode | CharacterSetNode | CharacterClassNode

interface Read<T> {
  readonly node: T
  /** Where it ends in the text. */
  readonly end: number
}

/** Thrown for what JavaScript has no equal of, and for what is too rare to be looked into. */
export const notShared = new Error('not in the shared part of the language')

const sets: Readonly<Record<string, CharacterSetNode>> = {
  w: { type: 'CharacterSet', kind: 'word', negate: false },
  W: { type: 'CharacterSet', kind: 'word', negate: true },
  d: { type: 'CharacterSet', kind: 'digit', negate: false },
  D: { type: 'CharacterSet', kind: 'digit', negate: true },
  s: { type: 'CharacterSet', kind: 'space', negate: false },
  S: { type: 'CharacterSet', kind: 'space', negate: true },
  h: { type: 'CharacterSet', kind: 'posix', value: 'xdigit', negate: false },
}
const setLetters: Readonly<Record<string, string>> = { word: 'w', digit: 'd', space: 's' }
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 }
/** Oniguruma does not count signs such as `$` and `+` as punctuation. */
const posix: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9', alpha: 'A-Za-z', blank: ' \\t', digit: '0-9', graph: '!-~', lower: 'a-z', print: ' -~', punct: '!-#%-*,-\\/:;?@[-\\]_{}',
  space: '\\s', upper: 'A-Z', word: '\\w', xdigit: '0-9A-Fa-f',
}
const hexCode = /\\(?:x([0-7][\dA-Fa-f])|x\{([\dA-Fa-f]{1,6})\}|u([\dA-Fa-f]{4}))/y
const property = /\\p\{(\w+)\}/y
const posixName = /\[:(\w+):\]/y

/** Nothing of ASCII, within a class. */
const beyondAscii = '[^\\x00-\\x7F]'
const beyondAsciiNode: CharacterClassNode = {
  type: 'CharacterClass', kind: 'union', negate: true,
  body: [{ type: 'CharacterClassRange', min: { type: 'Character', value: 0 }, max: { type: 'Character', value: 127 } }],
}

/** A character or set after a backslash; `undefined` if it is something else. */
export function readEscaped(text: string, at: number): Read<CharacterNode | CharacterSetNode> | undefined {
  const character = text[at + 1] ?? ''
  const set = sets[character]
  if (set) return { node: set, end: at + 2 }
  if (character === 'p') return readNamedSet(property, text, at)
  if (character === 'x' || character === 'u') {
    hexCode.lastIndex = at
    const [, byte, long, short] = hexCode.exec(text) ?? []
    const digits = byte ?? long ?? short
    return digits === undefined ? undefined : { node: { type: 'Character', value: parseInt(digits, 16) }, end: hexCode.lastIndex }
  }
  if (controls[character] !== undefined) return { node: { type: 'Character', value: controls[character] }, end: at + 2 }
  return /^[^\w\n]$/.test(character) ? readCharacter(text, at + 1) : undefined
}

export function readCharacter(text: string, at: number): Read<CharacterNode> {
  const value = text.codePointAt(at)
  if (value === undefined) throw notShared
  return { node: { type: 'Character', value }, end: at + (value > 0xffff ? 2 : 1) }
}

function readNamedSet(pattern: RegExp, text: string, at: number): Read<CharacterSetNode> {
  pattern.lastIndex = at
  const [, name = ''] = pattern.exec(text) ?? []
  if (!Object.hasOwn(posix, name)) throw notShared
  return { node: { type: 'CharacterSet', kind: 'posix', value: name, negate: false }, end: pattern.lastIndex }
}

/** From its bracket. `folds`: in both cases. */
export function readClass(text: string, at: number, folds: boolean): Read<CharacterClassNode> & { readonly source: string } {
  const body: CharacterClassElementNode[] = []
  const negate = text[at + 1] === '^'
  const start = at + (negate ? 2 : 1)
  let source = negate ? '[^' : '['
  at = start
  while (text[at] !== ']' || at === start) {
    const first = readAtom(text, at)
    if (text[first.end] !== '-' || text[first.end + 1] === ']') {
      body.push(first.node)
      source += classSource(first.node, folds)
      at = first.end
      continue
    }
    const last = readAtom(text, first.end + 1)
    const [min, max] = [first.node, last.node]
    if (min.type !== 'Character' || max.type !== 'Character' || text[at] === '-' || max.value < min.value) throw notShared
    body.push({ type: 'CharacterClassRange', min, max })
    source += rangeSource(min.value, max.value, folds)
    at = last.end
  }
  return { node: { type: 'CharacterClass', kind: 'union', negate, body }, source: `${source}]`, end: at + 1 }
}

function readAtom(text: string, at: number): Read<Atom> {
  const character = text[at]
  if (character === '&' && text[at + 1] === '&') throw notShared
  if (character === '[') return text.startsWith(beyondAscii, at) ? { node: beyondAsciiNode, end: at + beyondAscii.length } : readNamedSet(posixName, text, at)
  if (character !== '\\') return readCharacter(text, at)
  const escaped = readEscaped(text, at)
  if (!escaped) throw notShared
  return escaped
}

/** The same between the brackets of a class. What ASCII does not have is left out. */
export function classSource(node: Atom, folds: boolean): string {
  if (node.type === 'Character') return rangeSource(node.value, node.value, folds)
  if (node.type === 'CharacterClass') return ''
  if (node.kind !== 'posix') return `\\${node.negate ? setLetters[node.kind]!.toUpperCase() : setLetters[node.kind]!}`
  if (folds && (node.value === 'lower' || node.value === 'upper')) throw notShared
  return posix[node.value]!
}

function rangeSource(min: number, max: number, folds: boolean): string {
  if (!folds) return plainRange(min, max)
  // Some characters have their other case in ASCII.
  if (max > 127) throw notShared
  const upper = plainRange(Math.max(min, 97) - 32, Math.min(max, 122) - 32)
  const lower = plainRange(Math.max(min, 65) + 32, Math.min(max, 90) + 32)
  return plainRange(min, max) + upper + lower
}

function plainRange(min: number, max: number): string {
  if (min > 127 || min > max) return ''
  return min === max ? quote(min) : `${quote(min)}-${quote(Math.min(max, 127))}`
}

function quote(code: number): string {
  const character = String.fromCharCode(code)
  return /[\w "'<>=!@#%&,;:~`]/.test(character) ? character : `\\x${code.toString(16).padStart(2, '0')}`
}
