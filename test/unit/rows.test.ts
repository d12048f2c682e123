import { describe, expect, test } from 'vitest'
import { createRows } from '../../src/build/rows.ts'

describe.each([['new rows', []], ['rows of a file', ['a', 'b', 'c']]] as const)('%s', (_, lines) => {
  test('what is left out is forgotten', () => {
    const rows = createRows<string, string>(lines, (number) => lines[number]!, { write: (value) => value, parse: (text) => text })
    for (const key of ['a', 'b', 'c']) rows.set(key, `${key}!`)
    rows.keep(new Set(['c', 'a']))
    expect([...rows.keys()]).toEqual(lines.length === 0 ? ['c', 'a'] : ['a', 'c'])
    expect([rows.size, rows.has('b'), rows.get('b'), rows.text('b'), rows.get('c'), rows.text('c')]).toEqual([2, false, undefined, '', 'c!', 'c!'])
  })
})
