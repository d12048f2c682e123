// JSON with positions: JSON.parse says neither where an error is nor that a key stands there twice.
import type { Position } from '../core/types.ts'
import type { ParsedText, TextPath, TextProblem } from './parsed-text.ts'
import { createMap, deepest, keyProblem, positionAt } from './parsed-text.ts'

// oxlint-disable-next-line no-control-regex
const token = /[ \t\n\r]*(?:([{}[\],:])|("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?![\w.]))/y

class Stop extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

interface Cursor {
  readonly text: string
  offset: number
  /** What the last token was, and where it starts. */
  sign: string
  literal: string
  start: number
  /** Line of the last token, from 1, and the offset at which that line starts. */
  line: number
  lineStart: number
  readonly problems: TextProblem[]
  /** By path, if they are wanted. */
  readonly positions?: Map<string, Position>
}

export function parseJson(text: string): ParsedText {
  const cursor = createCursor(text)
  const locate = createLocator(text)
  try {
    const value = readDocument(cursor)
    return { value, problems: cursor.problems, locate }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    const problem: TextProblem = { kind: 'syntax', message: `this is not JSON: ${error.message}`, fix: 'correct it; JSON knows no comments, no trailing commas and only double quotes.', position: positionAt(text, error.offset) }
    return { value: undefined, problems: [...cursor.problems, problem], locate }
  }
}

function createCursor(text: string, positions?: Map<string, Position>): Cursor {
  return { text, offset: 0, sign: '', literal: '', start: 0, line: 1, lineStart: 0, problems: [], ...(positions && { positions }) }
}

function createLocator(text: string): (path: TextPath) => Position | undefined {
  let positions: Map<string, Position> | undefined
  return (path) => {
    if (positions === undefined) {
      positions = new Map()
      readDocument(createCursor(text, positions))
    }
    return positions.get(JSON.stringify(path))
  }
}

function readDocument(cursor: Cursor): unknown {
  next(cursor)
  const value = readValue(cursor, [])
  if (/[^ \t\n\r]/.test(cursor.text.slice(cursor.offset))) throw new Stop('something follows the end', cursor.text.slice(cursor.offset).search(/[^ \t\n\r]/) + cursor.offset)
  return value
}

function next(cursor: Cursor): void {
  token.lastIndex = cursor.offset
  const match = token.exec(cursor.text)
  if (match === null) {
    const rest = cursor.text.slice(cursor.offset).search(/[^ \t\n\r]/)
    if (rest === -1) throw new Stop('it ends too early', cursor.text.length)
    throw new Stop(`"${cursor.text.slice(cursor.offset + rest, cursor.offset + rest + 20).split('\n')[0]}" cannot be read`, cursor.offset + rest)
  }
  cursor.sign = match[1] ?? ''
  cursor.literal = match[2] ?? match[3] ?? ''
  const from = cursor.offset
  cursor.offset = token.lastIndex
  cursor.start = token.lastIndex - (cursor.sign || cursor.literal).length
  for (let i = from; i < cursor.start; i++) {
    if (cursor.text.charCodeAt(i) !== 10) continue
    cursor.line++
    cursor.lineStart = i + 1
  }
}

function positionOf(cursor: Cursor): Position {
  return { line: cursor.line, column: cursor.start - cursor.lineStart + 1, length: (cursor.sign || cursor.literal).length }
}

function readValue(cursor: Cursor, path: TextPath): unknown {
  if (path.length > deepest) throw new Stop(`more than ${deepest} levels`, cursor.start)
  cursor.positions?.set(JSON.stringify(path), positionOf(cursor))
  if (cursor.sign === '{') return readMap(cursor, path)
  if (cursor.sign === '[') return readList(cursor, path)
  if (cursor.sign !== '') throw new Stop(`a value is expected before "${cursor.sign}"`, cursor.start)
  return readLiteral(cursor.literal)
}

function readLiteral(literal: string): unknown {
  return literal.startsWith('"') && !literal.includes('\\') ? literal.slice(1, -1) : JSON.parse(literal) as unknown
}

function readMap(cursor: Cursor, path: TextPath): Record<string, unknown> {
  const map = createMap()
  next(cursor)
  while (cursor.sign !== '}') {
    if (!cursor.literal.startsWith('"')) throw new Stop('a key in double quotes is expected', cursor.start)
    const key = readLiteral(cursor.literal) as string
    const problem = keyProblem(map, key)
    if (problem) cursor.problems.push({ ...problem, position: positionOf(cursor) })
    expect(cursor, ':')
    next(cursor)
    const value = readValue(cursor, [...path, key])
    if (!problem) map[key] = value
    if (readSeparator(cursor, '}')) break
  }
  return map
}

function readList(cursor: Cursor, path: TextPath): unknown[] {
  const list: unknown[] = []
  next(cursor)
  while (cursor.sign !== ']') {
    list.push(readValue(cursor, [...path, list.length]))
    if (readSeparator(cursor, ']')) break
  }
  return list
}

/** Whether the list or map ends here; else moves on to what follows the comma. */
function readSeparator(cursor: Cursor, end: string): boolean {
  next(cursor)
  if (cursor.sign === end) return true
  if (cursor.sign !== ',') throw new Stop(`a comma or "${end}" is expected`, cursor.start)
  const comma = cursor.start
  next(cursor)
  if (cursor.sign === end) throw new Stop(`the comma before "${end}" is one too many`, comma)
  return false
}

function expect(cursor: Cursor, sign: string): void {
  next(cursor)
  if (cursor.sign !== sign) throw new Stop(`"${sign}" is expected`, cursor.start)
}
