// Headers that are neither YAML nor TOML: Nikola's comment (`.. key: value` lines in `<!-- -->`), and bare `key: value` lines at
// the very start, as LambdaPad has them. Values are texts, lists of texts or nothing. Knows nothing of what keys mean.
import type { Position } from '../core/types.ts'
import { createMap, keyProblem, type TextProblem } from './parsed-text.ts'

export interface Header {
  readonly data: Record<string, unknown>
  readonly problems: readonly TextProblem[]
  readonly body: string
  /** Line on which the body starts, from 1. */
  readonly bodyLine: number
  readonly locate: (key: string) => Position | undefined
}

/** A header that starts like Nikola's and is not closed: the line on which it starts. */
export interface OpenHeader { readonly openLine: number }

interface Collected { readonly data: Record<string, unknown>; readonly places: Map<string, Position>; readonly problems: TextProblem[] }

/** `undefined`: the text does not start with such a comment. */
export function parseCommentHeader(text: string): Header | OpenHeader | undefined {
  const opening = /^\s*<!---?\s*(?=\.\. [A-Za-z_][\w-]*:)/.exec(text)
  if (opening === null) return undefined
  const rest = text.slice(opening[0].length)
  const close = /-{2,3}>[ \t]*(?:\n|$)/.exec(rest)
  if (close === null) return { openLine: lineOf(text, opening[0].search(/\S/)) }
  const end = opening[0].length + close.index
  return finish(text, collectDotted(rest.slice(0, close.index), lineOf(text, opening[0].length)), end + close[0].length)
}

function collectDotted(block: string, firstLine: number): Collected {
  const found: Collected = { data: createMap(), places: new Map(), problems: [] }
  let current = ''
  for (const [index, raw] of block.split('\n').entries()) {
    const line = raw.trimEnd()
    const pair = /^\s*\.\. ([A-Za-z_][\w.-]*):[ \t]*(.*)$/.exec(line)
    const item = /^\s*\.\. +- +(.+)$/.exec(line)
    if (pair !== null) current = add(found, pair[1] ?? '', pair[2] ?? '', { line: firstLine + index, ...valuePlace(line, pair[2] ?? '') })
    else if (item !== null && current !== '') addItem(found, current, item[1] ?? '')
    else if (current !== '' && line.trim() !== '') append(found, current, line.replace(/^\s*\.\.\s*/, '').trim())
  }
  return found
}

/** Keys that a bare header may start with, and the only ones that it may have if text follows without an empty line. */
const bareKeys: ReadonlySet<string> = new Set(['id', 'title', 'date', 'updated', 'author', 'tags', 'tag', 'category', 'categories', 'slug', 'excerpt', 'description', 'summary', 'template', 'layout', 'lang', 'group', 'draft', 'publish', 'published'])

/** `undefined`: the text does not start with a key that headers have. */
export function parseBareHeader(text: string): Header | undefined {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.trim() !== '')
  const wordOf = (line = ''): string | undefined => /^([A-Za-z][\w-]*):(?:[ \t]|$)/.exec(line)?.[1]
  const isKnown = (line = ''): boolean => bareKeys.has(wordOf(line)?.toLowerCase() ?? '')
  // A sentence may start with a word and a colon; it has a capital.
  const isKey = (line = ''): boolean => isKnown(line) || /^[a-z]/.test(wordOf(line) ?? '')
  if (start === -1 || !isKnown(lines[start])) return undefined
  let end = start
  while (end < lines.length && (isKey(lines[end]) || (end > start && /^[ \t]+\S/.test(lines[end] ?? '')))) end++
  if ((lines[end] ?? '').trim() !== '') {
    end = start
    while (end < lines.length && isKnown(lines[end])) end++
  }
  const found: Collected = { data: createMap(), places: new Map(), problems: [] }
  let current = ''
  for (let index = start; index < end; index++) {
    const line = (lines[index] ?? '').trimEnd()
    const pair = /^([A-Za-z][\w-]*):[ \t]*(.*)$/.exec(line)
    if (pair !== null) current = add(found, bareKeys.has((pair[1] ?? '').toLowerCase()) ? (pair[1] ?? '').toLowerCase() : pair[1] ?? '', pair[2] ?? '', { line: index + 1, ...valuePlace(line, pair[2] ?? '') })
    else append(found, current, line.trim())
  }
  const body = (lines[end] ?? 'x').trim() === '' ? end + 1 : end
  return finish(text, found, lines.slice(0, body).reduce((sum, line) => sum + line.length + 1, 0))
}

function finish(text: string, { data, places, problems }: Collected, bodyStart: number): Header {
  return { data, problems, body: text.slice(bodyStart), bodyLine: lineOf(text, Math.min(bodyStart, text.length)), locate: (key) => places.get(key) }
}

function add({ data, places, problems }: Collected, key: string, value: string, position: Position): string {
  const problem = keyProblem(data, key)
  if (problem !== undefined) {
    problems.push({ ...problem, position })
    return ''
  }
  data[key] = value.trim() === '' ? null : unquote(value.trim())
  places.set(key, position)
  return key
}

function addItem({ data }: Collected, key: string, item: string): void {
  const before = data[key]
  if (Array.isArray(before)) before.push(unquote(item.trim()))
  else data[key] = [...(before === null ? [] : [before]), unquote(item.trim())]
}

function append({ data }: Collected, key: string, more: string): void {
  const before = data[key]
  if (!Array.isArray(before)) data[key] = typeof before === 'string' ? `${before} ${more}` : more
}

function unquote(text: string): string {
  return /^"[^"]*"$|^'[^']*'$/.test(text) ? text.slice(1, -1) : text
}

function valuePlace(line: string, value: string): { column: number; length?: number } {
  return value.trim() === '' ? { column: line.search(/\S/) + 1 } : { column: line.lastIndexOf(value) + 1, length: value.trim().length }
}

function lineOf(text: string, offset: number): number {
  let line = 1
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) line++
  return line
}
