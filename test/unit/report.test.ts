import { describe, expect, test } from 'vitest'
import { frameLines, oneLine, table, widthOf } from '../../src/cli/report-text.ts'
import { countBySeverity, mergeDiagnostics, renderDiagnostic, sortDiagnostics } from '../../src/cli/report-diagnostics.ts'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import type { Diagnostic } from '../../src/core/diagnostic.ts'

const base: Diagnostic = { severity: 'error', code: 'front-matter-date', message: '`date` is not a date: "12th May"' }

function render(diagnostics: readonly Diagnostic[], lines: Readonly<Record<string, string>> = {}, width = 100): string {
  const style = { paint: (_: string, text: string) => text, width, readLine: (file: string, line: number) => lines[`${file}:${line}`] }
  return mergeDiagnostics(diagnostics).map((one) => renderDiagnostic(one, style)).join('\n\n')
}

describe('a message', () => {
  test('shows the line of its source with marks, and the fix', () => {
    const diagnostic: Diagnostic = { ...base, at: { file: 'content/trip.md', line: 4, column: 7, length: 8 }, fix: 'write it as 2024-05-12.' }
    expect(render([diagnostic], { 'content/trip.md:4': 'date: 12th May' })).toBe([
      'error[front-matter-date] `date` is not a date: "12th May"',
      '  content/trip.md:4:7   date: 12th May',
      '                              ^^^^^^^^',
      '  fix: write it as 2024-05-12.',
    ].join('\n'))
  })

  test('goes without a frame where there is no source', () => {
    expect(render([{ ...base, at: { file: 'Contentful entry 4xYz' } }])).toBe('error[front-matter-date] `date` is not a date: "12th May"\n  Contentful entry 4xYz')
    expect(render([{ ...base, at: { file: 'gone.md', line: 3 } }])).toContain('\n  gone.md:3')
  })

  test('names other places and pages', () => {
    const related = [{ at: { file: 'a.md', line: 2 }, note: 'permalink comes from its file name' }]
    expect(render([{ ...base, related, context: '/b/' }, { ...base, related, context: '/a/' }, { ...base, related, context: '/c/' }])).toBe([
      'error[front-matter-date] `date` is not a date: "12th May"',
      '  a.md:2   permalink comes from its file name',
      '  while rendering /a/ (and 2 other pages)',
    ].join('\n'))
  })

  test('cannot forge lines, colours or directions', () => {
    const text = render([{ ...base, message: 'a\u001b[31mb\r\nerror[x] c\u202ed\u0007', at: { file: 'x\n.md', line: 1, column: 1 } }], { 'x\n.md:1': '\u001b]0;title\u0007\u009b2J' })
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(text.split('\n')).toHaveLength(3)
    expect(text).toContain('␛[31mb error[x] c')
  })
})

describe('messages', () => {
  test('are ordered by severity, file, line and code, whatever order they came in', () => {
    const places: Diagnostic[] = [
      { ...base, severity: 'note' },
      { ...base, at: { file: 'b.md', line: 2 } },
      { ...base, at: { file: 'b.md', line: 10 } },
      { ...base, at: { file: 'a.md', line: 9 } },
      { ...base, severity: 'warning', at: { file: 'a.md' } },
    ]
    const order = (list: readonly Diagnostic[]): string[] => sortDiagnostics(list).map(({ severity, at }) => `${severity} ${at?.file ?? '-'}:${at?.line ?? '-'}`)
    expect(order(places)).toEqual(['error a.md:9', 'error b.md:2', 'error b.md:10', 'warning a.md:-', 'note -:-'])
    expect(order([...places].reverse())).toEqual(order(places))
  })

  test('that say the same are one', () => {
    expect(render([base, base, base])).toBe('error[front-matter-date] `date` is not a date: "12th May" (3 times)')
    expect(countBySeverity(mergeDiagnostics([base, base, { ...base, severity: 'warning' }]))).toEqual({ error: 1, warning: 1, note: 0 })
  })
})

describe('a frame', () => {
  const cases: [string, Parameters<typeof frameLines>, string[]][] = [
    ['leaves out the indentation', ['    let x', { column: 5, length: 3 }, 40], ['let x', '^^^']],
    ['has no marks without a column', ['  let x', {}, 40], ['let x']],
    ['turns tabs into spaces', ['\ta\tb', { column: 4 }, 40], ['a b', '  ^']],
    ['counts wide letters twice and accents not at all', ['日本 e\u0301 x', { column: 7, length: 1 }, 40], ['日本 e\u0301 x', '       ^']],
    ['stays inside a short line', ['ab', { column: 9, length: 5 }, 40], ['ab', '  ^']],
    ['marks up to the end of the line only', ['abc', { column: 2, length: 50 }, 40], ['abc', ' ^^']],
    ['is cut at its end', ['x'.repeat(50), { column: 1, length: 1 }, 10], ['xxxxxxxxx…', '^']],
    ['is cut around its column', ['a'.repeat(30) + 'B' + 'c'.repeat(30), { column: 31, length: 1 }, 12], ['…aaaaBcccccc'.slice(0, 11) + '…', '     ^']],
  ]
  test.each(cases)('%s', (_, args, expected) => {
    expect(frameLines(...args)).toEqual(expected)
  })

  test('is never wider than asked', () => {
    for (const column of [1, 2, 50, 499, 500]) {
      for (const line of frameLines('y'.repeat(500), { column, length: 9 }, 30)) expect(line.length).toBeLessThanOrEqual(30)
    }
  })
})

test('long text is cut', () => {
  expect(oneLine('x'.repeat(1_000_000))).toHaveLength(500)
})

test('a table is aligned by what is seen', () => {
  expect(table([['STATE', 'TITLE'], ['draft', '日本'], ['x', 'y']])).toEqual(['STATE  TITLE', 'draft  日本', 'x      y'])
  expect(widthOf('日本')).toBe(4)
})

test('exit codes', () => {
  const codesOf = (...codes: Diagnostic['code'][]): number => exitCodeOf(codes.map((code) => ({ ...base, code })))
  expect(exitCodeOf([{ ...base, severity: 'warning' }])).toBe(0)
  expect(codesOf('link-broken')).toBe(1)
  expect(codesOf('bug')).toBe(1)
  expect(codesOf('config-value', 'link-broken')).toBe(2)
  expect(codesOf('new-exists')).toBe(2)
  expect(codesOf('source-failed', 'source-timeout')).toBe(3)
  expect(codesOf('source-failed', 'front-matter-date')).toBe(1)
  expect(codesOf('source-failed', 'interrupted')).toBe(130)
})
