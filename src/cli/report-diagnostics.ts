// Diagnostics -> lines for a person: put in a fixed order, merged where they say the same, each with the line of its source.
// Pure but for `readLine`.
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import { frameLines, oneLine } from './report-text.ts'

/** Diagnostics that differ only in the page that was being made. */
export interface MergedDiagnostic {
  readonly diagnostic: Diagnostic
  readonly times: number
  /** Pages, without repeats. */
  readonly contexts: readonly string[]
}

export type Severity = Diagnostic['severity']
export type Paint = (style: 'red' | 'yellow' | 'cyan' | 'bold' | 'dim', text: string) => string
export interface DiagnosticStyle {
  readonly paint: Paint
  /** Columns of the terminal. */
  readonly width: number
  /** A line of a file of the site, if there is one. */
  readonly readLine: (file: string, line: number) => string | undefined
}

const severities: readonly Severity[] = ['error', 'warning', 'note']
const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** Errors first; then by place, whatever order they were found in. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics
    .map((diagnostic) => ({ diagnostic, key: sortKey(diagnostic) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ diagnostic }) => diagnostic)
}

function sortKey({ severity, at, code, message, context = '' }: Diagnostic): string {
  const number = (value = 0): string => String(value).padStart(9, '0')
  return [severities.indexOf(severity), at?.file ?? '', number(at?.line), number(at?.column), code, message, context].join('\0')
}

export function mergeDiagnostics(diagnostics: readonly Diagnostic[]): MergedDiagnostic[] {
  const groups = new Map<string, { diagnostic: Diagnostic; times: number; contexts: Set<string> }>()
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    const { context, ...rest } = diagnostic
    const key = JSON.stringify([rest.severity, rest.code, rest.message, rest.at, rest.related, rest.fix])
    const group = groups.get(key) ?? { diagnostic, times: 0, contexts: new Set() }
    group.times++
    if (context !== undefined) group.contexts.add(context)
    groups.set(key, group)
  }
  return [...groups.values()].map((group) => ({ ...group, contexts: [...group.contexts] }))
}

export function countBySeverity(merged: readonly MergedDiagnostic[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { diagnostic } of merged) counts[diagnostic.severity]++
  return counts
}

/** Ends without a line break. */
export function renderDiagnostic({ diagnostic, times, contexts }: MergedDiagnostic, style: DiagnosticStyle): string {
  const { severity, code, message, at, related = [], fix } = diagnostic
  const { paint } = style
  const repeats = times > 1 && contexts.length === 0 ? paint('dim', ` (${times} times)`) : ''
  const lines = [`${paint(colours[severity], `${severity}[${code}]`)} ${paint('bold', oneLine(message))}${repeats}`]
  if (at) lines.push(...renderPlace(at, style, paint.bind(undefined, colours[severity])))
  for (const { at: place, note } of related) lines.push(`  ${paint('dim', placeName(place))}   ${oneLine(note)}`)
  if (contexts.length > 0) lines.push(`  while rendering ${oneLine(contexts[0] ?? '')}${otherPages(contexts.length - 1)}`)
  if (fix !== undefined) lines.push(`  ${paint('dim', 'fix:')} ${oneLine(fix)}`)
  return lines.join('\n')
}

function otherPages(number: number): string {
  return number === 0 ? '' : ` (and ${number} other page${number === 1 ? '' : 's'})`
}

function placeName({ file, line, column, url }: Location): string {
  if (url !== undefined) return `${oneLine(file)}   ${oneLine(url)}`
  return oneLine(file) + (line === undefined ? '' : `:${line}`) + (line === undefined || column === undefined ? '' : `:${column}`)
}

function renderPlace(at: Location, { paint, width, readLine }: DiagnosticStyle, mark: (text: string) => string): string[] {
  const name = placeName(at)
  const text = at.line === undefined ? undefined : readLine(at.file, at.line)
  if (text === undefined || text.trim() === '') return [`  ${paint('dim', name)}`]
  const room = Math.max(40, width - name.length - 6)
  const [line = '', marks] = frameLines(text, at, room)
  const pad = ' '.repeat(name.length + 5)
  return [`  ${paint('dim', name)}   ${line}`, ...(marks === undefined ? [] : [pad + mark(marks)])]
}
