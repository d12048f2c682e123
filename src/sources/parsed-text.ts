// What every reader of a data language gives back: a plain value, the problems, and where things stand in the text.
// Values are JSON-like: maps have a null prototype, dates stay text as written, and no key can reach a prototype.
import type { Position } from '../core/types.ts'

export interface TextProblem {
  /** `key`: the value is usable without that key; `syntax`: it is not. */
  readonly kind: 'syntax' | 'key'
  readonly message: string
  readonly fix: string
  readonly position: Position
}

export type TextPath = readonly (string | number)[]

export interface ParsedText {
  /** `undefined` if there is a problem of kind `syntax`. */
  readonly value: unknown
  readonly problems: readonly TextProblem[]
  /** Where the value at that path stands. Slow the first time; for messages. */
  readonly locate: (path: TextPath) => Position | undefined
}

/** Levels of lists and maps in one another that are taken. */
export const deepest = 100

const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Why `key` cannot be put into `map`, if so. */
export function keyProblem(map: object, key: string): Pick<TextProblem, 'kind' | 'message' | 'fix'> | undefined {
  if (unsafeKeys.has(key)) return { kind: 'key', message: `the key \`${key}\` is not allowed`, fix: 'give it another name.' }
  if (Object.hasOwn(map, key)) return { kind: 'key', message: `the key \`${key}\` is there twice`, fix: 'remove one of them.' }
  return undefined
}

export function createMap(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Offset in a text -> line and column. */
export function positionAt(text: string, offset: number, length?: number): Position {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  let line = 1
  for (let i = text.indexOf('\n'); i !== -1 && i < start; i = text.indexOf('\n', i + 1)) line++
  return { line, column: offset - start + 1, ...(length !== undefined && length > 0 && { length }) }
}

/** The first character that no data language allows: control characters but tab and line feed. */
export function findControlCharacter(text: string): TextProblem | undefined {
  // oxlint-disable-next-line no-control-regex
  const offset = text.search(/[\u0000-\u0008\u000b-\u001f\u007f]/)
  if (offset === -1) return undefined
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')
  return { kind: 'syntax', message: `there is a control character, U+${code}`, fix: 'remove it.', position: positionAt(text, offset) }
}
