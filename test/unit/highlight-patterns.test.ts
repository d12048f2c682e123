// Patterns that are read without the libraries match as Oniguruma does, and groups are left out only if nobody asks for them.
import { createOnigurumaEngine } from 'shiki/engine/oniguruma'
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseShared } from '../../src/render/highlight-dialect.ts'
import { createFirstCharEngines } from '../../src/render/highlight-engine.ts'
import { allGroups, findUses, formOf, isUsed } from '../../src/render/highlight-uses.ts'

let oniguruma: RegexEngine
const fast = createFirstCharEngines()([])

beforeAll(async () => {
  oniguruma = await createOnigurumaEngine(import('shiki/wasm'))
})

function matchesOf(engine: RegexEngine, pattern: string, text: string): unknown[] {
  const scanner = engine.createScanner([pattern])
  return Array.from({ length: text.length + 1 }, (_, start) => scanner.findNextMatchSync(engine.createString(text), start, 0)?.captureIndices)
}

describe('as Oniguruma does', () => {
  const classNames = ['alnum', 'alpha', 'blank', 'digit', 'graph', 'lower', 'print', 'punct', 'space', 'upper', 'word', 'xdigit']
  const classes = [
    ...classNames.flatMap((name) => [`[[:${name}:]]`, `[^[:${name}:]]`, `\\p{${name}}`, `[_\\p{${name}}]`]),
    '\\h', '[^\\h]', '[]x]', '[^]x]', '[a-z[^\\x00-\\x7F]]', '[^a[^\\x00-\\x7F]]', '[\\x41-\\x{4FFFE}]', '[\\u0041-é]', '[é]', '[^é]', 'é?a', '\\x41', '\\x{61}', '\\u0062',
    '(?i:a)', '(?i:[b-d])', '(?i:[^B-D])', '(?i:[@-Z])', '(?i:\\x41)', '(?i)[b-d]', '(?i)[[:upper:]]', '\\\uffff', '\\\uffff?a',
  ]
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('')

  test.each(classes)('%s, on each character of ASCII', (pattern) => {
    expect(parseShared(pattern, allGroups), 'is read without the libraries').toBeDefined()
    expect(matchesOf(fast, pattern, ascii)).toEqual(matchesOf(oniguruma, pattern, ascii))
  })
  test.each([
    'a*+', 'a*+a', 'a++b', '[ab]*+b', '\\w++\\d', '(?i:a)++a', 'a+{0,1}b', '(?:ab)+{0,1}c', 'a{1,2}+b', 'a{2}b', 'a{1,}?b', '(a)*+b', 'a?+a', 'a*?b', '(a|ab)(c|bcd)', '(?i:a(b)|c)d',
    '(?i:ab)cd', '(?:(?i:a)b)', 'ab*', 'a{b', 'a{,2}', '^a', 'a$', '\\Aa', 'a\\Z', 'a\\z', '\\Ga', 'b\\b', '\\Bb',
  ])('%s', (pattern) => {
    for (const text of ['', 'a', 'aa', 'aab', 'AAb', 'abab', 'ab c', 'aaab1', 'ababc', 'abcd', 'ABCD', 'aBcd', 'a{b', 'aB1_', 'b a\n', 'aaaaa\n']) {
      expect(matchesOf(fast, pattern, text), text).toEqual(matchesOf(oniguruma, pattern, text))
    }
  })
})

describe('groups', () => {
  const grammar = {
    name: 'x', scopeName: 'source.x', repository: {},
    patterns: [
      { match: '(a)(b)(c)', captures: { 2: { name: 'two' } } },
      { match: '(d)(e)', name: 'is.$1' },
      { begin: '\\G(f)(g)(h)\\z', beginCaptures: { 1: { name: 'one.${2:/upcase}' } }, end: '(i)\\3', endCaptures: { 0: { name: 'zero' } }, captures: { 9: { name: 'never' } } },
      { begin: '(j)(k)', while: '(l)(m)', captures: { 1: { patterns: [{ match: '(n)' }] } } },
      { match: '(o)', captures: { 40: { name: 'far' } } },
    ],
  } as unknown as LanguageRegistration
  test.each([
    ['(a)(b)(c)', [2]], ['(d)(e)', [1]], ['\\G(f)(g)(h)\\z', [1, 2, 3]], ['\\\uffff(f)(g)(h)$(?!\\n)(?<!\\n)', [1, 2, 3]], ['(i)\\3', [0]], ['(j)(k)', [1]], ['(l)(m)', [1]], ['(n)', []],
    ['(o)', Array.from({ length: 50 }, (_, group) => group)],
  ])('of %s', (pattern, groups) => {
    const used = findUses(grammar).get(formOf(pattern))!
    expect(Array.from({ length: 50 }, (_, group) => group).filter((group) => isUsed(used, group))).toEqual(groups)
  })
  test('of patterns that no grammar has are all used', () => {
    const engine = createFirstCharEngines()([grammar])
    const find = (pattern: string, text: string): unknown => engine.createScanner([pattern]).findNextMatchSync(engine.createString(text), 0, 0)?.captureIndices.map(({ start }) => start)
    expect(find('(a)(b)(c)', 'abc')).toEqual([0, 0xffffffff, 1])
    expect(find('(a)(b)(d)', 'abd')).toEqual([0, 0, 1, 2])
  })
})
