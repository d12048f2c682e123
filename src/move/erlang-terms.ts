// Reads terms from Erlang files without running them: whole files of terms, and what the functions of a module give back where
// that is a literal. Variables and calls become marks that tell what stands there.

export type ErlValue = string | number | ErlAtom | ErlTuple | ErlMap | ErlCode | readonly ErlValue[]
export interface ErlAtom { readonly atom: string }
export interface ErlTuple { readonly tuple: readonly ErlValue[] }
/** Keys are texts; those of maps in a map are told by `lines`, from 1. */
export interface ErlMap { readonly map: ReadonlyMap<string, ErlValue>; readonly lines: ReadonlyMap<string, number> }
/** What would have to be run: `posts(Data)`, `Config`. */
export interface ErlCode { readonly code: string; readonly line: number }

class Unreadable extends Error {}
interface Reader { readonly text: string; pos: number; depth: number; /** Where lines were counted last. */ line: number; counted: number }

/** `title => ...` maps or `{title, ...}.` tuples of a file, as one map. */
export function parseTerms(text: string): ErlMap {
  const reader: Reader = { text, pos: 0, depth: 0, line: 1, counted: 0 }
  const map = new Map<string, ErlValue>()
  const lines = new Map<string, number>()
  const add = (value: ErlValue, line: number): void => {
    if (isMap(value)) for (const [key, one] of value.map) { map.set(key, one); lines.set(key, value.lines.get(key) ?? line) }
    else if (isTuple(value) && value.tuple.length === 2) { const key = nameOf(value.tuple[0]); if (key !== undefined) { map.set(key, value.tuple[1] ?? ''); lines.set(key, line) } }
    else if (Array.isArray(value)) for (const one of value as readonly ErlValue[]) add(one, line)
  }
  for (;;) {
    skip(reader)
    if (reader.pos >= text.length) return { map, lines }
    try {
      const line = lineAt(reader)
      add(readTerm(reader), line)
      skip(reader)
      if (text[reader.pos] === '.' || text[reader.pos] === ',') reader.pos++
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      return { map, lines }
    }
  }
}

/** What `NAME(...) -> TERM.` gives back; `undefined`: there is no such function, or it does more than that. */
export function readFunction(text: string, name: string): { readonly value: ErlValue; readonly line: number } | undefined {
  const head = new RegExp(`^${name}\\s*\\([^)]*\\)\\s*->`, 'm').exec(text)
  if (head === null) return undefined
  const reader: Reader = { text, pos: head.index + head[0].length, depth: 0, line: 1, counted: 0 }
  const line = text.slice(0, head.index).split('\n').length
  try {
    const value = readTerm(reader)
    skip(reader)
    return text[reader.pos] === '.' || text[reader.pos] === ';' ? { value, line } : undefined
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

export const isMap = (value: ErlValue | undefined): value is ErlMap => typeof value === 'object' && 'map' in value && 'lines' in value
export const isTuple = (value: ErlValue | undefined): value is ErlTuple => typeof value === 'object' && 'tuple' in value
export const isCode = (value: ErlValue | undefined): value is ErlCode => typeof value === 'object' && 'code' in value
/** A text or an atom. */
export function nameOf(value: ErlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'object' && 'atom' in value ? value.atom : undefined
}

function lineAt(reader: Reader): number {
  reader.line += reader.text.slice(reader.counted, reader.pos).split('\n').length - 1
  reader.counted = reader.pos
  return reader.line
}

function skip(reader: Reader): void {
  const blank = /(?:\s|%[^\n]*)*/y
  blank.lastIndex = reader.pos
  blank.exec(reader.text)
  reader.pos = blank.lastIndex
}

function readTerm(reader: Reader): ErlValue {
  if (++reader.depth > 100) throw new Unreadable('too deep')
  skip(reader)
  const rest = reader.text.slice(reader.pos, reader.pos + 300)
  const value = rest.startsWith('#{') ? readMap(reader)
    : rest.startsWith('{') ? { tuple: readList(reader, '{', '}') }
      : rest.startsWith('[') ? readList(reader, '[', ']')
        : rest.startsWith('<<') ? readBinary(reader)
          : rest.startsWith('"') ? readStrings(reader)
            : readWord(reader, rest)
  reader.depth--
  return value
}

function readMap(reader: Reader): ErlMap {
  reader.pos += 2
  const map = new Map<string, ErlValue>()
  const lines = new Map<string, number>()
  for (;;) {
    skip(reader)
    if (reader.text[reader.pos] === '}') break
    const line = lineAt(reader)
    const key = nameOf(readTerm(reader))
    skip(reader)
    if (!/^(?:=>|:=)/.test(reader.text.slice(reader.pos, reader.pos + 2))) throw new Unreadable('not a map')
    reader.pos += 2
    const value = readTerm(reader)
    if (key !== undefined) { map.set(key, value); lines.set(key, line) }
    separate(reader, '}')
  }
  reader.pos++
  return { map, lines }
}

function readList(reader: Reader, open: string, close: string): ErlValue[] {
  reader.pos += open.length
  const items: ErlValue[] = []
  for (;;) {
    skip(reader)
    if (reader.text.startsWith(close, reader.pos)) break
    items.push(readTerm(reader))
    separate(reader, close)
  }
  reader.pos += close.length
  return items
}

function separate(reader: Reader, close: string): void {
  skip(reader)
  if (reader.text[reader.pos] === ',') reader.pos++
  else if (!reader.text.startsWith(close, reader.pos)) throw new Unreadable('neither a comma nor an end')
}

function readBinary(reader: Reader): ErlValue {
  reader.pos += 2
  skip(reader)
  const value = reader.text[reader.pos] === '"' ? readStrings(reader) : ''
  const end = reader.text.indexOf('>>', reader.pos)
  if (end === -1) throw new Unreadable('not closed')
  reader.pos = end + 2
  return value
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', s: ' ' }

/** Texts that stand one after another are one. */
function readStrings(reader: Reader): string {
  let value = ''
  for (;;) {
    const match = /^"((?:[^"\\]|\\[^])*)"/.exec(reader.text.slice(reader.pos))
    if (match === null) throw new Unreadable('a text is not closed')
    value += (match[1] ?? '').replace(/\\([^])/g, (_, char: string) => escapes[char] ?? char)
    reader.pos += match[0].length
    const before = reader.pos
    skip(reader)
    if (reader.text[reader.pos] === '"') continue
    reader.pos = before
    return value
  }
}

/** An atom, a number, or code. */
function readWord(reader: Reader, rest: string): ErlValue {
  const line = lineAt(reader)
  const quoted = /^'((?:[^'\\]|\\.)*)'/.exec(rest)
  if (quoted !== null) {
    reader.pos += quoted[0].length
    return { atom: quoted[1] ?? '' }
  }
  const number = /^-?\d+(?:\.\d+)?(?![\w#])/.exec(rest)
  if (number !== null) {
    reader.pos += number[0].length
    return Number(number[0])
  }
  const word = /^\??[A-Za-z_][\w@:]*/.exec(rest)?.[0]
  if (word === undefined) throw new Unreadable('not a term')
  reader.pos += word.length
  const isCall = reader.text[reader.pos] === '('
  if (!isCall) return /^[a-z]/.test(word) && !word.includes(':') ? { atom: word } : { code: word, line }
  const start = reader.pos
  for (let depth = 0; reader.pos < reader.text.length; reader.pos++) {
    if (reader.text[reader.pos] === '(') depth++
    else if (reader.text[reader.pos] === ')' && --depth === 0) break
  }
  reader.pos++
  return { code: word + reader.text.slice(start, reader.pos), line }
}
