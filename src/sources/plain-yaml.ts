// The front matter that nearly every post has, `key: value` lines and short lists, without loading a YAML parser.
// Gives exactly what the parser gives, or `undefined`: then the parser must read it. A property test compares the two.
import type { Position } from '../core/types.ts'
import { createMap, keyProblem } from './parsed-text.ts'

/** Not a value: the text needs the parser. */
const unknown = Symbol('unknown')

/** Everything else might be trimmed, folded or refused by the parser. */
const plainText = /^[\n\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe]*$/
const keyLine = /^([A-Za-z_][\w-]{0,99}):(?: +(.*))?$/
const itemLine = /^( *)- +(.*)$/
const reservedWord = /^(?:true|false|null|y|n|yes|no|on|off)$/i

export function parsePlainYaml(text: string): Record<string, unknown> | undefined {
  if (!plainText.test(text)) return undefined
  const data = createMap()
  let list: unknown[] | undefined
  let listKey = ''
  let listIndent = ''
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start)
    const end = next === -1 ? text.length : next
    const line = trimSpaces(text, start, end)
    start = end + 1
    if (line === '' || line.startsWith('#')) continue
    const pair = keyLine.exec(line)
    if (pair) {
      const key = pair[1] ?? ''
      const value = pair[2] ? readValue(pair[2]) : null
      if (value === unknown || reservedWord.test(key) || keyProblem(data, key)) return undefined
      data[key] = value
      list = undefined
      listKey = pair[2] ? '' : key
      continue
    }
    const item = itemLine.exec(line)
    if (item === null || listKey === '') return undefined
    const value = readScalar(item[2] ?? '')
    if (value === unknown) return undefined
    if (list === undefined) {
      data[listKey] = list = []
      listIndent = item[1] ?? ''
    } else if (listIndent !== item[1]) return undefined
    list.push(value)
  }
  return data
}

/** Where the value of a key stands in a text that `parsePlainYaml` took; without a value, the key. */
export function locatePlainKey(text: string, key: string): Position | undefined {
  const lines = text.split('\n')
  const index = lines.findIndex((line) => line.startsWith(`${key}:`))
  const line = (lines[index] ?? '').trimEnd()
  if (index === -1) return undefined
  const start = line.slice(key.length + 1).search(/\S/)
  return start === -1
    ? { line: index + 1, column: 1, length: key.length }
    : { line: index + 1, column: key.length + start + 2, length: line.length - key.length - 1 - start }
}

function trimSpaces(text: string, start: number, end: number): string {
  while (end > start && text.charCodeAt(end - 1) === 32) end--
  return text.slice(start, end)
}

function readValue(text: string): unknown {
  return text.startsWith('[') ? readList(text) : readScalar(text)
}

function readList(text: string): unknown {
  if (!text.endsWith(']')) return unknown
  const inner = text.slice(1, -1)
  if (inner.trim() === '') return []
  const items = inner.split(',').map((item) => (/[[\]{}?]/.test(item) ? unknown : readScalar(item.replace(/^ +| +$/g, ''))))
  return items.includes(unknown) ? unknown : items
}

function readScalar(text: string): unknown {
  const first = text[0]
  if (first === '"') return !text.includes('\\') && text.length > 1 && text.indexOf('"', 1) === text.length - 1 ? text.slice(1, -1) : unknown
  if (first === "'") return text.length > 1 && text.indexOf("'", 1) === text.length - 1 ? text.slice(1, -1) : unknown
  if (!/^[A-Za-z0-9_/(\u00a1-\uffff]/.test(text) || text.includes(': ') || text.includes(' #') || text.endsWith(':')) return unknown
  if (/^[0-9]/.test(text)) return readNumberLike(text)
  switch (text) {
    case 'true': case 'True': case 'TRUE': return true
    case 'false': case 'False': case 'FALSE': return false
    case 'null': case 'Null': case 'NULL': return null
    default: return text
  }
}

function readNumberLike(text: string): unknown {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text)
  // What is left of numbers: fractions, exponents, other bases.
  return /^(?:[0-9.]+(?:[eE][-+]?[0-9]*)?|0[xo][0-9a-fA-F]*)$/.test(text) ? unknown : text
}
