// Reads the settings of a Python file without running it: assignments of literals at the top level. What is computed is left out
// and told with its line.

export type PyValue = string | number | boolean | null | readonly PyValue[] | { readonly [key: string]: PyValue }
export interface PyModule {
  readonly values: Readonly<Record<string, PyValue>>
  /** Line of each assignment, from 1. */
  readonly lines: Readonly<Record<string, number>>
  /** Names whose values cannot be told without running the file. */
  readonly computed: readonly { readonly name: string; readonly line: number }[]
}

class Unreadable extends Error {}
interface Reader { readonly text: string; pos: number; readonly names: Readonly<Record<string, PyValue>>; depth: number }

export function parsePython(text: string): PyModule {
  const values = Object.create(null) as Record<string, PyValue>
  const lines = Object.create(null) as Record<string, number>
  const computed: { name: string; line: number }[] = []
  const assignment = /^([A-Za-z_]\w*)[ \t]*=(?!=)[ \t]*/gm
  let end = 0
  let [line, counted] = [1, 0]
  for (let match = assignment.exec(text); match; match = assignment.exec(text)) {
    if (match.index < end || isInString(text, end, match.index)) continue
    const [all, name = ''] = match
    line += text.slice(counted, match.index).split('\n').length - 1
    counted = match.index
    const reader: Reader = { text, pos: match.index + all.length, names: values, depth: 0 }
    try {
      const value = readValue(reader)
      const rest = /^[ \t]*(?:,[ \t]*)?(?:#[^\n]*)?(?:\n|$)/.exec(text.slice(reader.pos))
      if (rest === null) throw new Unreadable('more follows')
      values[name] = value
      lines[name] = line
      end = reader.pos
      assignment.lastIndex = reader.pos
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      computed.push({ name, line })
      end = match.index
    }
  }
  return { values, lines, computed }
}

/** Between two places of the top level, in a text in three quotes that nothing is assigned to. */
function isInString(text: string, from: number, to: number): boolean {
  let open = ''
  for (const [mark] of text.slice(from, to).matchAll(/"""|'''|#[^\n]*/g)) {
    if (mark.startsWith('#')) continue
    if (open === '') open = mark
    else if (open === mark) open = ''
  }
  return open !== ''
}

function skip(reader: Reader): void {
  const blank = /(?:[ \t\r\n]|#[^\n]*|\\\n)*/y
  blank.lastIndex = reader.pos
  blank.exec(reader.text)
  reader.pos = blank.lastIndex
}

function readValue(reader: Reader): PyValue {
  if (++reader.depth > 100) throw new Unreadable('too deep')
  if (reader.depth > 1) skip(reader)
  const value = readOne(reader)
  reader.depth--
  return value
}

function readOne(reader: Reader): PyValue {
  const { text } = reader
  const char = text[reader.pos] ?? ''
  if (char === '(' || char === '[') return readSequence(reader, char === '(' ? ')' : ']')
  if (char === '{') return readDict(reader)
  if (/^(?:[rRuUbB]{0,2})["']/.test(text.slice(reader.pos, reader.pos + 3))) return readStrings(reader)
  const word = /^-?[\w.]+/.exec(text.slice(reader.pos, reader.pos + 200))?.[0]
  if (word === undefined) throw new Unreadable('not a literal')
  reader.pos += word.length
  if (/^-?\d[\d_]*(?:\.\d+)?$/.test(word)) return Number(word.replaceAll('_', ''))
  switch (word) {
    case 'True': return true
    case 'False': return false
    case 'None': return null
  }
  const known = reader.names[word]
  if (known === undefined || /^[ \t]*[([.]/.test(text.slice(reader.pos, reader.pos + 20))) throw new Unreadable('a name')
  return known
}

/** `( )` with one value and no comma is the value. */
function readSequence(reader: Reader, close: string): PyValue {
  reader.pos++
  const items: PyValue[] = []
  let hasComma = false
  for (;;) {
    skip(reader)
    if (reader.text[reader.pos] === close) break
    items.push(readValue(reader))
    skip(reader)
    if (reader.text[reader.pos] === ',') {
      hasComma = true
      reader.pos++
    } else if (reader.text[reader.pos] !== close) throw new Unreadable('not a list')
  }
  reader.pos++
  return close === ')' && items.length === 1 && !hasComma ? items[0] ?? null : items
}

function readDict(reader: Reader): PyValue {
  reader.pos++
  const map = Object.create(null) as Record<string, PyValue>
  for (;;) {
    skip(reader)
    if (reader.text[reader.pos] === '}') break
    const key = readValue(reader)
    skip(reader)
    if (reader.text[reader.pos] !== ':') throw new Unreadable('not a map')
    reader.pos++
    const value = readValue(reader)
    if (typeof key === 'string' || typeof key === 'number') map[String(key)] = value
    skip(reader)
    if (reader.text[reader.pos] === ',') reader.pos++
    else if (reader.text[reader.pos] !== '}') throw new Unreadable('not a map')
  }
  reader.pos++
  return map
}

/** Texts that stand one after another are one. */
function readStrings(reader: Reader): string {
  let value = ''
  for (;;) {
    value += readString(reader)
    const before = reader.pos
    if (reader.depth > 1) skip(reader)
    else reader.pos += /^[ \t]*/.exec(reader.text.slice(reader.pos))?.[0].length ?? 0
    if (!/^(?:[rRuUbB]{0,2})["']/.test(reader.text.slice(reader.pos, reader.pos + 3))) {
      reader.pos = before
      return value
    }
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '\'': '\'', '"': '"', '\n': '' }

function readString(reader: Reader): string {
  const [all = '', prefix = '', quote = ''] = /^([rRuUbB]{0,2})("""|'''|"|')/.exec(reader.text.slice(reader.pos, reader.pos + 5)) ?? []
  const start = reader.pos + all.length
  const isRaw = /r/i.test(prefix)
  for (let i = start; i < reader.text.length; i++) {
    if (reader.text[i] === '\\') i++
    else if (reader.text.startsWith(quote, i)) {
      reader.pos = i + quote.length
      const inner = reader.text.slice(start, i)
      return isRaw ? inner : inner.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([^]))/g, (whole, long?: string, short?: string, one?: string) => {
        const code = long ?? short
        return code === undefined ? escapes[one ?? ''] ?? whole : String.fromCharCode(Number.parseInt(code, 16))
      })
    } else if (reader.text[i] === '\n' && quote.length === 1) break
  }
  throw new Unreadable('a text is not closed')
}
