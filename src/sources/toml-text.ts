// TOML through the package `smol-toml`. It reports no positions for values and moves 30 February to 2 March; both are
// put right here. Loads the package, so import this file only when there is TOML to read.
import { parse, TomlDate, TomlError } from 'smol-toml'
import type { Position } from '../core/types.ts'
import type { ParsedText, TextPath, TextProblem } from './parsed-text.ts'
import { createMap, deepest, findControlCharacter, keyProblem, positionAt } from './parsed-text.ts'

export function parseToml(text: string): ParsedText {
  const locate = (path: TextPath): Position | undefined => locateToml(text, path)
  const refused = findControlCharacter(text)
  if (refused) return { value: undefined, problems: [refused], locate }
  // The parser's own limit does not count dotted keys.
  const deepKey = new RegExp(`^[ \\t]*\\[{0,2}(?:[^.=\\n"']*\\.){${deepest}}`, 'm').exec(text)
  if (deepKey) return { value: undefined, problems: [{ kind: 'syntax', message: `a key has more than ${deepest} parts`, fix: 'nest less deeply.', position: positionAt(text, deepKey.index) }], locate }
  try {
    const state: State = { text, problems: [], dates: new Map() }
    const value = toValue(parse(text, { maxDepth: deepest }), state)
    const problems = [...state.problems, ...findMovedDates(state)]
    return { value: problems.some(({ kind }) => kind === 'syntax') ? undefined : value, problems, locate }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return { value: undefined, problems: [syntaxProblem(error)], locate }
  }
}

interface State {
  readonly text: string
  readonly problems: TextProblem[]
  /** Calendar days of the values that are dates, with how many there are of each. */
  readonly dates: Map<string, number>
}

function syntaxProblem(error: TomlError): TextProblem {
  const reason = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')
  const position = { line: error.line, column: error.column }
  if (reason.startsWith('trying to redefine')) return { kind: 'syntax', message: 'this key or table is there twice', fix: 'remove one of them.', position }
  if (reason === 'invalid date') return { kind: 'syntax', message: 'this is not a date of the calendar', fix: 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.', position }
  return { kind: 'syntax', message: `this is not TOML: ${reason}`, fix: 'correct the line; text stands in quotes.', position }
}

function toValue(value: unknown, state: State): unknown {
  if (value instanceof TomlDate) return dateText(value, state)
  if (Array.isArray(value)) return value.map((child) => toValue(child, state))
  if (typeof value !== 'object' || value === null) return value
  const map = createMap()
  for (const [key, child] of Object.entries(value)) {
    const problem = keyProblem(map, key)
    if (problem) state.problems.push({ ...problem, position: keyPosition(state.text, key) })
    else map[key] = toValue(child, state)
  }
  return map
}

/** Dates stay text, with the offset as written. */
function dateText(date: TomlDate, state: State): string {
  const text = date.toISOString()
  if (!date.isTime()) state.dates.set(text.slice(0, 10), (state.dates.get(text.slice(0, 10)) ?? 0) + 1)
  return text
}

/** Days that are in the value more often than in the text were another day before. */
function findMovedDates({ text, dates }: State): TextProblem[] {
  const moved = [...dates].some(([day, count]) => text.split(day).length - 1 < count)
  if (!moved) return []
  return [...text.matchAll(/\d{4}-\d{2}-\d{2}/g)].filter(([day]) => !isRealDay(day)).map((match) => ({
    kind: 'syntax', message: `${match[0]} is not a day of the calendar`, fix: 'correct the date.', position: positionAt(text, match.index, match[0].length),
  }))
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function keyPosition(text: string, key: string): Position {
  const match = new RegExp(`(?<![\\w-])["']?${escapeRegex(key)}["']?(?=\\s*[=.\\]])`).exec(text)
  return match ? positionAt(text, match.index, match[0].length) : { line: 1 }
}

/** Top-level keys, and the tables `[name]`, `[name.key]` and the n-th `[[name]]` with their keys. */
function locateToml(text: string, path: TextPath): Position | undefined {
  const lines = text.split('\n')
  const names = path.filter((step) => typeof step === 'string')
  const index = path.find((step) => typeof step === 'number')
  const table = names.length > 1 || index !== undefined ? findTable(lines, names, index) : undefined
  const key = table?.rest ?? names[0]
  if (key === undefined) return table && { line: table.line + 1 }
  const written = new RegExp(`^\\s*["']?${escapeRegex(key)}["']?\\s*=\\s*`)
  for (let i = table === undefined ? 0 : table.line + 1; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const match = written.exec(line)
    if (match) return { line: i + 1, column: match[0].length + 1, ...(line.length > match[0].length && { length: line.trimEnd().length - match[0].length }) }
    if (line.trimStart().startsWith('[')) break
  }
  const line = table?.line ?? lines.findIndex((text) => text.trim() === `[${key}]`)
  return line === -1 ? undefined : { line: line + 1 }
}

function findTable(lines: readonly string[], names: readonly string[], index: number | undefined): { line: number; rest: string | undefined } | undefined {
  const headers = lines.map((line) => line.trim().replace(/\s*#[^"']*$/, '').replace(/\s+/g, ''))
  const header = index === undefined ? `[${names.slice(0, 2).join('.')}]` : `[[${names[0]}]]`
  const found = headers.flatMap((line, i) => (line === header ? [i] : []))[index ?? 0]
  if (found !== undefined) return { line: found, rest: names[index === undefined ? 2 : 1] }
  const outer = index === undefined ? headers.indexOf(`[${names[0]}]`) : -1
  return outer === -1 ? undefined : { line: outer, rest: names[1] }
}
