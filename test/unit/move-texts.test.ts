// Texts of other generators: where code stands, and lines that keep their numbers.
import { describe, expect, test } from 'vitest'
import { findCode, insideOf } from '../../src/move/code-ranges.ts'
import { applyEdits, chain } from '../../src/move/edits.ts'
import { evaluate } from '../../src/move/liquid-value.ts'
import { titleFromWords } from '../../src/core/title.ts'
import { dateFromPath } from '../../src/core/date.ts'
import { diffTexts } from '../../src/move/diff.ts'
import { uniformHeader } from '../../src/move/uniform.ts'
import { globOf } from '../../src/move/glob.ts'

describe('code', () => {
  const isCode = (text: string, isMarkdown = true): boolean => insideOf(findCode(text, isMarkdown))(text.indexOf('X'))
  test.each([
    ['a fence', '```js\nX\n```', true], ['after a fence', '```js\n```\nX', false], ['an open fence', '~~~\nX', true], ['a longer fence', '````\n```\nX\n````', true],
    ['a span', 'a `X` b', true], ['two marks', '``a ` X``', true], ['no span', 'a `b X', false], ['a span does not leave its paragraph', 'a `b\n\nX` c', false],
    ['indented', 'a\n\n    X', true], ['in a list', '- a\n\n    X', false], ['after text', 'a\n    X', false], ['a fence in a list', '- a\n\n  ```\n  X\n  ```', true], ['in a quote', '> ```\n> X\n> ```', true],
    ['pre', '<pre>\nX</pre>', true], ['script', '<script>X</script>', true], ['highlight that is indented', 'a\n\n    {% highlight x %}X', false],
  ])('%s', (_, text, expected) => { expect(isCode(text)).toBe(expected) })
  test('of HTML', () => { expect([isCode('    X', false), isCode('<code>X</code>', false)]).toEqual([false, true]) })
})

describe('edits', () => {
  test('keep the lines', () => {
    const { text, lineOf } = applyEdits('a\nB\nc\nD\ne', [{ start: 2, end: 3, text: '1\n2\n3' }, { start: 6, end: 7, text: '4' }])
    expect(text).toBe('a\n1\n2\n3\nc\n4\ne')
    expect([1, 5, 6, 7].map((line) => lineOf?.(line))).toEqual([1, 3, 4, 5])
  })
  test('one after another', () => {
    const first = applyEdits('a\nb\nc', [{ start: 0, end: 1, text: 'a\na' }])
    const second = chain(first, applyEdits(first.text, [{ start: 0, end: 4, text: '' }]))
    expect([second.text, second.lineOf?.(2)]).toEqual(['b\nc', 3])
  })
  test('the longer of two that start together', () => {
    expect(applyEdits('abc', [{ start: 0, end: 1, text: 'x' }, { start: 0, end: 2, text: 'y' }]).text).toBe('yc')
  })
})

test.each([
  ['site.title', 'T'], ['page.n', '5'], ['page["a b"]', 'c'], ['"x" | append: page.n', 'x5'], ['page.none | default: "d"', 'd'], ['"/a" | absolute_url', 'https://x.example/b/a'], ['"/a" | relative_url', '/a'], ["'a' | prepend: site.baseurl", 'a'],
  ['page.list', undefined], ['page.none', undefined], ['x', undefined], ['page.n | own_filter', undefined], ['page.__proto__', undefined], ['site.constructor.name', undefined], ['"<b>" | escape', '&lt;b&gt;'], ['"a|b" | upcase', 'A|B'],
])('liquid %s', (expression, expected) => {
  expect(evaluate(expression, { site: { title: 'T', url: 'https://x.example', baseurl: '/b' }, page: { n: 5, list: [1], 'a b': 'c' } })).toBe(expected)
})

test.each([
  ['Hello *world*, this [is](x) it.', 'Hello world, this is it.'], ['```js\ncode\n```\n\nAfter', 'After'], ['![cat](cat.png)', undefined], ['<!-- x -->\n\n## Head\n\nText', 'Head'], ['', undefined], ['<script>x</script> Y', 'Y'],
  ['word '.repeat(30), 'word word word word word word word word word word word word…'],
])('title from %j', (text, title) => { expect(titleFromWords(text)).toBe(title) })

test.each([
  ['posts/20240506093000/index.md', { date: '2024-05-06T09:30:00', name: '20240506093000' }], ['posts/2024-05-06T09:30:00Z-hello.md', { date: '2024-05-06T09:30:00Z', name: 'hello' }], ['2024/05/06-hello.md', { date: '2024-05-06', name: 'hello' }], ['2024-05/06-hello.md', { date: '2024-05-06', name: 'hello' }],
  ['docs/06-hello.md', { name: '06-hello' }], ['2024/13/06-hello.md', { name: '06-hello' }], ['99999999999999.md', { name: '99999999999999' }], ['2024-05-06-hello.md', { date: '2024-05-06', name: 'hello' }], ['12345678.md', { name: '12345678' }],
])('date in %s', (path, expected) => { expect(dateFromPath(path)).toEqual(expected) })

test('globs', () => {
  expect(['posts/a.md', 'posts/b/c.md', 'posts/a.txt'].map((path) => globOf('posts/**/*.md').test(path))).toEqual([true, true, false])
  expect(globOf('posts/*.md').test('posts/b/c.md')).toBe(false)
})

test('headers are rewritten without loss, and differences shown', async () => {
  const text = '<!--\n.. title: A: "b"\n.. tags:\n.. - yes\n.. - 5\n.. empty:\n-->\nText\n'
  const uniform = await uniformHeader(text, 'a.md')
  expect(uniform).toBe('---\ntitle: \'A: "b"\'\ntags:\n  - yes\n  - "5"\nempty: null\n---\n\nText\n')
  expect(await uniformHeader(uniform ?? '', 'a.md')).toBeUndefined()
  expect(await uniformHeader('No header\n', 'a.md')).toBeUndefined()
  expect(await uniformHeader('+++\na = \n+++\n', 'a.md')).toBeUndefined()
  expect(diffTexts('a.md', text, uniform ?? '').split('\n').slice(0, 4)).toEqual(['--- a.md', '+++ a.md', '@@ -1,8 +1,9 @@', '-<!--'])
  expect(diffTexts('a.md', text, text)).toBe('')
})
