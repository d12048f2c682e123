// Settings in Python and Erlang are read, never run: what is a literal counts, and everything else is named.
import { describe, expect, test } from 'vitest'
import { isCode, isMap, isTuple, nameOf, parseTerms, readFunction } from '../../src/move/erlang-terms.ts'
import { parsePython } from '../../src/move/python-literals.ts'

describe('python', () => {
  const value = (text: string): unknown => JSON.parse(JSON.stringify(parsePython(`X = ${text}\n`).values['X'] ?? 'COMPUTED'))
  test.each([
    [`"a" 'b'`, 'ab'], [`u'\\u00fc\\n'`, 'ü\n'], [`r'\\d'`, '\\d'], ['"""a\nb"""', 'a\nb'], ['1_000', 1000], ['-2.5', -2.5], ['True', true], ['None', 'COMPUTED'],
    ['("a",)', ['a']], ['("a")', 'a'], ['[1, (2, 3), {"k": "v",},]  # note', [1, [2, 3], { k: 'v' }]], ['("a"\n  "b",\n  # note\n  "c")', ['ab', 'c']],
    ['f()', 'COMPUTED'], ['"a" + "b"', 'COMPUTED'], ['[x for x in y]', 'COMPUTED'], ['"a".format(1)', 'COMPUTED'], ['"open', 'COMPUTED'], ['{', 'COMPUTED'], ['lambda: 1', 'COMPUTED'], ['__import__("os").system("false")', 'COMPUTED'],
  ])('%s', (text, expected) => { expect(value(text)).toEqual(expected) })

  test('names that were set above, lines, and what is in texts', () => {
    const { values, lines, computed } = parsePython('import os\nA = "en"\n"""\nB = 1\n"""\nC = {A: "x"}\nif True:\n    D = 2\nE = os.environ["X"]\n')
    expect({ ...values }).toEqual({ A: 'en', C: { en: 'x' } })
    expect(lines['C']).toBe(6)
    expect(computed).toEqual([{ name: 'E', line: 9 }])
  })

  test('hostile depth ends', () => { expect(value('['.repeat(50_000))).toBe('COMPUTED') })
})

describe('erlang', () => {
  test('terms', () => {
    const { map, lines } = parseTerms('%% note\n{title, "a" "b"}.\n#{url => <<"https://x.example/">>, n => 5, deep => #{k => [a, {b, "c"}]}}.\n')
    expect([map.get('title'), map.get('url'), map.get('n'), lines.get('url')]).toEqual(['ab', 'https://x.example/', 5, 3])
    const deep = map.get('deep')
    expect(isMap(deep) && [...deep.map.keys()]).toEqual(['k'])
  })

  test('functions', () => {
    const text = '-module(index).\ndata(_) -> #{ posts => {markdown, "posts/*.md"}, rest => load(1, [2]) }.\nsite(D) -> make(D), ok.\nposts(D) -> plist:value(posts, D).\n'
    const data = readFunction(text, 'data')
    const posts = data && isMap(data.value) ? data.value.map.get('posts') : undefined
    expect(isTuple(posts) && posts.tuple.map(nameOf)).toEqual(['markdown', 'posts/*.md'])
    const rest = data && isMap(data.value) ? data.value.map.get('rest') : undefined
    expect(isCode(rest) && rest.code).toBe('load(1, [2])')
    expect(readFunction(text, 'site')).toBeUndefined()
    expect(readFunction(text, 'none')).toBeUndefined()
    expect(readFunction('data(_) -> #{ a => "open', 'data')).toBeUndefined()
  })

  test('hostile depth ends', () => { expect(parseTerms('['.repeat(50_000)).map.size).toBe(0) })
})
