// CSV with a header line, through the package `csv-parse`; every value is text. Import this file only when needed.
import type { CsvError, InfoRecord } from 'csv-parse/sync'
import { parse } from 'csv-parse/sync'
import type { ParsedText, TextProblem } from './parsed-text.ts'
import { createMap, keyProblem } from './parsed-text.ts'

interface Line { readonly record: readonly string[]; readonly info: InfoRecord }

export function parseCsv(text: string, delimiter: string): ParsedText {
  const problems: TextProblem[] = []
  const lines = readLines(text, delimiter, problems)
  const starts = lines.map(({ record, info }) => info.lines - record.join('').split('\n').length + 1)
  const names = (lines[0]?.record ?? []).map((name) => name.trim())
  const seen = createMap()
  for (const [i, name] of names.entries()) {
    const problem = name === '' ? { kind: 'key' as const, message: `column ${i + 1} has no name`, fix: 'name it in the first line.' } : keyProblem(seen, name)
    if (problem) problems.push({ ...problem, position: { line: starts[0] ?? 1 } })
    seen[name] = true
  }
  const rows = lines.slice(1).map(({ record }) => createRow(names, record))
  const failed = problems.some(({ kind }) => kind === 'syntax')
  return { value: failed ? undefined : rows, problems, locate: ([row]) => ({ line: starts[Number(row ?? -1) + 1] ?? 1 }) }
}

function createRow(names: readonly string[], record: readonly string[]): Record<string, unknown> {
  const row = createMap()
  for (const [i, name] of names.entries()) if (keyProblem(row, name) === undefined) row[name] = record[i] ?? ''
  return row
}

function readLines(text: string, delimiter: string, problems: TextProblem[]): Line[] {
  try {
    return parse(text, { delimiter, info: true, skip_empty_lines: true }) as unknown as Line[]
  } catch (error) {
    if (!isCsvError(error)) throw error
    const line = typeof error.lines === 'number' ? error.lines : 1
    problems.push({ kind: 'syntax', message: messageOf(error, line), fix: 'correct the line; a value that holds the separator, a quotation mark or a line break stands in "quotes".', position: { line } })
    return []
  }
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && 'lines' in error
}

function messageOf(error: CsvError, line: number): string {
  const count = /expect (\d+), got (\d+)/.exec(error.message)
  if (count) return `there are ${count[2]} values for ${count[1]} columns`
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is not closed'
  return `this is not CSV: ${error.message.replace(` at line ${line}`, '')}`
}
