import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFrontMatter } from '../../src/sources/front-matter.ts'
import { parsePlainYaml } from '../../src/sources/plain-yaml.ts'
import { parseYaml } from '../../src/sources/yaml-text.ts'

async function read(text: string) {
  const { diagnostics, ...rest } = await parseFrontMatter(text, 'a.md')
  return { ...rest, diagnostics, errors: diagnostics.map(({ code, at }) => `${code} ${at?.line}:${at?.column ?? ''}`) }
}
const yaml = (head: string) => read(`---\n${head}\n---\nbody\n`)

describe('splitting', () => {
  test.each([
    ['no front matter', '# Hello\n', {}, '# Hello\n', 1],
    ['empty text', '', {}, '', 1],
    ['empty front matter', '---\n---\nbody', {}, 'body', 3],
    ['blank front matter', '---\n\n---\nbody', {}, 'body', 4],
    ['comment alone', '---\n# nothing\n---\nbody', {}, 'body', 4],
    ['front matter only', '---\na: 1\n---', { a: 1 }, '', 4],
    ['spaces after the marks', '---  \na: 1\n---  \nbody', { a: 1 }, 'body', 4],
    ['closed by dots', '---\na: 1\n...\nbody', { a: 1 }, 'body', 4],
    ['a rule later on', '---\na: 1\n---\none\n\n---\n\ntwo', { a: 1 }, 'one\n\n---\n\ntwo', 4],
    ['a rule in the text', 'text\n\n---\n\nmore', {}, 'text\n\n---\n\nmore', 1],
    ['a longer rule first', '-----\ntext', {}, '-----\ntext', 1],
    ['a dashed text first', '--- well\ntext more', {}, '--- well\ntext more', 1],
    ['TOML', '+++\na = 1\n+++\nbody', { a: 1 }, 'body', 4],
    ['empty TOML', '+++\n+++\nbody', {}, 'body', 3],
  ])('%s', async (_, text, data, body, bodyLine) => {
    const result = await read(text)
    expect(result.diagnostics).toEqual([])
    expect(result).toMatchObject({ data, body, bodyLine })
  })

  test('data has no prototype, at any depth', async () => {
    for (const text of ['---\na: 1\n---\n', '---\na: {b: {c: 1}}\n---\n', '+++\n[a]\nb = 1\n+++\n']) {
      const { data } = await read(text)
      expect(Object.getPrototypeOf(data)).toBe(null)
      if (typeof data['a'] === 'object') expect(Object.getPrototypeOf(data['a'])).toBe(null)
    }
  })

  test('front matter that does not come first is pointed out', async () => {
    expect((await read('\n\n---\ntitle: x\n---\n')).diagnostics).toMatchObject([{ severity: 'warning', at: { line: 3 } }])
    expect((await read('\n\n---\n\ntext\n')).diagnostics).toEqual([])
  })
})

describe('values', () => {
  test.each<[string, unknown]>([
    ['v: text', 'text'], ['v: two words', 'two words'], ['v: "a: b # c"', 'a: b # c'], ["v: 'it''s'", "it's"], ['v: "a\\tb"', 'a\tb'],
    ['v: 12', 12], ['v: 012', 12], ['v: 1.50', 1.5], ['v: 1e3', 1000], ['v: 0x1F', 31], ['v: -1', -1], ['v: 1_000', '1_000'], ['v: 1.2.3', '1.2.3'],
    ['v: true', true], ['v: False', false], ['v: yes', 'yes'], ['v: null', null], ['v: ~', null], ['v:', null],
    ['v: 2024-05-06', '2024-05-06'], ['v: 2024-05-06 10:00:00 +0200', '2024-05-06 10:00:00 +0200'], ['v: 2024-05-06T10:00:00Z', '2024-05-06T10:00:00Z'],
    ['v: [a, b c, "d, e", 1]', ['a', 'b c', 'd, e', 1]], ['v: []', []], ['v:\n  - a\n  - 2', ['a', 2]], ['v:\n- a\n- "b"', ['a', 'b']],
    ['v: # note', null], ['v: a # note', 'a'], ['v: a#b', 'a#b'], ['v: http://x.y/z', 'http://x.y/z'], ['v: {a: 1}', { a: 1 }],
    ['v: |\n  one\n  two', 'one\ntwo\n'], ['v: >\n  one\n  two', 'one two\n'], ['v: one\n  two', 'one two'], ['v:\n  w:\n    x: 1', { w: { x: 1 } }],
    ['v: &x [1, 2]\nw: *x', [1, 2]], ['v: 😀 日本 é', '😀 日本 é'],
  ])('%s', async (head, value) => {
    const { data, diagnostics } = await yaml(head)
    expect(diagnostics).toEqual([])
    expect(data['v']).toEqual(value)
  })

  test.each<[string, unknown]>([
    ['v = "text"', 'text'], ['v = 2024-05-06', '2024-05-06'], ['v = 2024-05-06T10:00:00+02:00', '2024-05-06T10:00:00.000+02:00'],
    ['v = 2024-05-06 10:00:00', '2024-05-06T10:00:00.000'], ['v = 2024-05-06T10:00:00Z', '2024-05-06T10:00:00.000Z'], ['v = [1, 2]', [1, 2]], ['[v]\na = 1', { a: 1 }],
  ])('TOML %s', async (head, value) => {
    const { data, diagnostics } = await read(`+++\n${head}\n+++\n`)
    expect(diagnostics).toEqual([])
    expect(data['v']).toEqual(value)
  })
})

describe('errors', () => {
  test.each([
    ['unclosed', '---\ntitle: x\n\nbody\n', ['front-matter-open 1:1']],
    ['only the first mark', '---', ['front-matter-open 1:1']],
    ['unclosed TOML', '+++\ntitle = "x"\n', ['front-matter-open 1:1']],
    ['javascript', '---js\nprocess.exit(1)\n---\n', ['front-matter-syntax 1:4']],
    ['JSON', '--- json\n{"a": 1}\n---\n', ['front-matter-syntax 1:5']],
    ['a list', '---\n- a\n- b\n---\n', ['front-matter-shape 2:']],
    ['a text', '---\n\njust text\n---\n', ['front-matter-shape 3:']],
    ['a rule, then a rule', '---\n\nOne paragraph.\n\n---\n\nMore.\n', ['front-matter-shape 3:']],
    ['a tab', '---\na: 1\nb:\n\tc: 1\n---\n', ['front-matter-syntax 4:1']],
    ['a tab in a TOML text is fine', '+++\na = "x\ty"\n+++\n', []],
    ['a colon', '---\ntitle: Foo: bar\n---\n', ['front-matter-syntax 2:8']],
    ['no space after the colon', '---\ntitle:x\nb: 1\n---\n', ['front-matter-syntax 2:1']],
    ['open quote', '---\na: 1\ntitle: "x\nb: 2\n---\n', ['front-matter-syntax 3:8']],
    ['open bracket', '---\ntags: [a, b\nb: 1\n---\n', ['front-matter-syntax 2:7']], ['open brace', '---\na: {b: [1, 2], c: {d: 1\n---\n', ['front-matter-syntax 2:19']],
    ['reserved sign', '---\na: @me\nb: `x`\n---\n', ['front-matter-syntax 2:4', 'front-matter-syntax 3:4']],
    ['duplicate keys', '---\na: 1\nb: 2\na: 3\nb: 4\n---\n', ['front-matter-key 4:1', 'front-matter-key 5:1']],
    ['duplicate keys below', '---\na:\n  b: 1\n  b: 2\n---\n', ['front-matter-key 4:3']],
    ['prototype keys', '---\n__proto__: 1\nconstructor: 2\na:\n  prototype: 3\nb: [{__proto__: 4}]\n---\n', ['front-matter-key 2:1', 'front-matter-key 3:1', 'front-matter-key 5:3', 'front-matter-key 6:6']],
    ['quoted prototype key', '---\n"__proto__": {x: 1}\n---\n', ['front-matter-key 2:1']],
    ['merge key', '---\na: &a {b: 1}\nc:\n  <<: *a\n---\n', ['front-matter-key 4:3']],
    ['unknown alias', '---\na: *x\n---\n', ['front-matter-syntax 2:4']],
    ['alias of itself', '---\na: &x [*x]\n---\n', ['front-matter-syntax 2:8']],
    ['a tag', '---\na: 1\nb: !!js/function "x"\nc: !ruby/object {}\n---\n', ['front-matter-syntax 3:4', 'front-matter-syntax 4:4']],
    ['binary', '---\na: !!binary aGk=\n---\n', ['front-matter-syntax 2:4']],
    ['NUL', '---\na: 1\nb: x\u0000y\n---\n', ['front-matter-syntax 3:5']],
    ['a list as key', '---\n? [a]\n: 1\n---\n', ['front-matter-syntax 2:3']],
    ['a directive', '---\n%YAML 1.1\na: 1\n---\n', ['front-matter-syntax 3:1']],
    ['TOML syntax', '+++\na = 1\nb = \n+++\n', ['front-matter-syntax 3:5']],
    ['TOML duplicate', '+++\na = 1\na = 2\n+++\n', ['front-matter-syntax 3:1']],
    ['TOML prototype key', '+++\na = 1\n[b]\n__proto__ = 2\n+++\n', ['front-matter-key 4:1']],
    ['TOML control character', '+++\na = "\u0007"\n+++\n', ['front-matter-syntax 2:6']],
    ['TOML day that is none', '+++\nb = 2024-03-01\na = 2024-02-30\n+++\n', ['front-matter-syntax 3:5']],
    ['TOML time that is none', '+++\na = 2024-02-20T25:00:00\n+++\n', ['front-matter-syntax 2:5']],
  ])('%s', async (_, text, errors) => {
    const result = await read(text)
    expect(result.errors).toEqual(errors)
    expect(result.diagnostics.every(({ fix, message }) => fix && message)).toBe(true)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('what is usable in spite of a bad key is kept', async () => {
    expect((await yaml('a: 1\na: 2\n__proto__: 3\nb: 4')).data).toEqual({ a: 1, b: 4 })
  })

  test('the fix for a colon is the line to write', async () => {
    expect((await yaml('title: Foo: "bar"')).diagnostics[0]?.fix).toBe(String.raw`put it in quotes: title: "Foo: \"bar\""`)
  })

  test('alias bombs are refused at once', async () => {
    const level = (i: number) => `a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 12 }, (_, i) => level(i + 1))].join('\n')
    const start = performance.now()
    const { errors, data } = await yaml(bomb)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatch(/^front-matter-syntax/)
    expect(data).toEqual({})
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test.each([
    ['brackets', 'a: ' + '['.repeat(10_000)], ['closed brackets', 'a: ' + '['.repeat(5000) + ']'.repeat(5000)], ['braces', 'a: ' + '{a: '.repeat(5000)],
    ['dashes', 'a:\n  ' + '- '.repeat(5000)], ['indents', Array.from({ length: 2000 }, (_, i) => ' '.repeat(i) + 'b:').join('\n')], ['question marks', '? '.repeat(5000)],
  ])('nesting without end: %s', async (_, head) => {
    expect((await yaml(head)).errors[0]).toMatch(/^front-matter-syntax/)
  })

  test('large and regular is fine', async () => {
    const tags = Array.from({ length: 3000 }, (_, i) => `tag-${i}`)
    expect((await yaml(`tags: [${tags.join(', ')}]`)).data['tags']).toEqual(tags)
    expect((await yaml(`tags: # many\n${tags.map((tag) => `  - ${tag}`).join('\n')}`)).data['tags']).toEqual(tags)
    const long = 'x'.repeat(1_000_000)
    expect((await yaml(`a: ${long}`)).data['a']).toBe(long)
    expect((await yaml(`a: "${long}" # note`)).data['a']).toBe(long)
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1 # note`).join('\n')
    expect(Object.keys((await yaml(keys)).data)).toHaveLength(20_000)
  })
})

describe('places', () => {
  test.each([
    ['plain', '---\ntitle: Hello\ndate:   12th May  \ntags: [a]\nempty:\n---\n', { title: [2, 8, 5], date: [3, 9, 8], tags: [4, 7, 3], empty: [5, 1, 5] }],
    ['parsed', '---\n# note\ntitle: "Hello" # note\ndate: 12th May # note\ntags:\n  - a\nempty: # note\n---\n', { title: [3, 8, 7], date: [4, 7, 8], tags: [6, 3, 3], empty: [7, 1, 5] }],
    ['TOML', '+++\ntitle = "Hello"\n"date"  =  2024-01-01 \n[extra]\ntitle2 = 1\n+++\n', { title: [2, 9, 7], date: [3, 12, 10], title2: undefined }],
  ])('%s', async (_, text, places) => {
    const { locate } = await read(text)
    for (const [key, place] of Object.entries(places)) {
      const found = locate(key)
      expect([key, found && [found.line, found.column, found.length]]).toEqual([key, place])
    }
    expect(locate('missing')).toBeUndefined()
  })
})

describe('the fast path', () => {
  const posts = [
    'title: Hello world\ndate: 2024-05-06\ntags: [a, b]\ndraft: false', 'title: "Hello: world"\ndate: 2024-05-06 10:00:00 +0200\ncategories:\n  - x\n  - y z',
    "layout: post\nauthor: 'Ann'\n\n# note\nversion: 1",
  ]
  test.each(posts)('takes an ordinary post', (head) => {
    expect(parsePlainYaml(head)).toBeDefined()
  })

  const char = fc.constantFrom(...'ab1 0:-#[]{},&*!|>\'"%@`~?.\\/=<_+eExo'.split(''), ' ', ': ', ' #', '- ', '\n', '\n  ', '\n- ', '\n  - ', 'é', '日', '😀', '\t', '\u00a0', '\u2028', '\ufeff', '\u3000')
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('a', 'b', 'tags', 'x-y', 'true', '__proto__', 'A_1'), fc.constantFrom(':', ': ', ':  ', ' : '), fc.array(char, { maxLength: 8 })).map(([key, colon, value]) => key + colon + value.join('')),
    fc.tuple(fc.constantFrom('- ', '  - ', ' - ', '-', '-  '), fc.array(char, { maxLength: 5 })).map(([dash, value]) => dash + value.join('')),
    fc.constantFrom('', ' ', '# x', '  # x', '...', '---', '  b: 1'),
  )
  const scalar = fc.oneof(
    fc.constantFrom('true', 'True', 'NULL', 'Null', 'yes', '1', '01', '1.', '1.0', '.5', '1e5', '1e', '0x1f', '0xg', '0o17', '0b1', '1_0', '-1', '+1', '.inf', '.nan', '2024-01-01', '1:30', '12345678901234567890', '~', '"a"', "'a'", '"', '[a]', '[a, 1, "b c"]', '[a,b]', '[ ]', '[a: b]', '[{}]', '[,]', '[a,]', '[a?]', '(a)', '/x/', 'a:b', 'a #b', 'a b', '?', '? a', '-', '-a', 'a,', '[a', 'a]'),
    fc.array(char, { maxLength: 10 }).map((parts) => parts.join('')),
  )
  const plain = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), scalar).map(([key, value]) => `${key}: ${value}`), { maxLength: 4 }).map((lines) => lines.join('\n'))
  const list = fc.tuple(fc.constantFrom('', '  ', '    '), fc.array(scalar, { maxLength: 4 })).map(([indent, items]) => `a:\n${items.map((item) => `${indent}- ${item}`).join('\n')}\nb: 1`)

  test('gives what the parser gives, or nothing', () => {
    let taken = 0
    fc.assert(fc.property(fc.oneof(fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n')), plain, list), (head) => {
      const fast = parsePlainYaml(head)
      if (fast === undefined) return
      taken++
      const slow = parseYaml(head)
      expect(slow.problems).toEqual([])
      expect(fast).toEqual(slow.value ?? {})
    }), { numRuns: 10_000, seed: 7 })
    expect(taken).toBeGreaterThan(2000)
  })

  test('finds values where the parser finds them', () => {
    fc.assert(fc.property(fc.oneof(plain, list), (head) => {
      const text = `---\n${head}\n---\n`
      const result = parseFrontMatter(text, 'a.md')
      if (result instanceof Promise) return
      const slow = parseYaml(head)
      for (const key of Object.keys(result.data)) {
        const [fast, exact] = [result.locate(key), slow.locate([key])]
        if (Array.isArray(result.data[key]) || result.data[key] === null) continue
        expect([key, fast?.line, fast?.column]).toEqual([key, (exact?.line ?? 0) + 1, exact?.column])
      }
    }), { numRuns: 3000, seed: 7 })
  })
})

test('nothing makes it throw', async () => {
  const mark = fc.constantFrom('---', '+++', '...', '---js')
  const text = fc.tuple(mark, fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('\n', 'a: ', '- ', ' = ', '"', '[', '{', '&x ', '*x', '[[a]]', '!!set ', '? ', ': ', '|\n', '<<: ')), { maxLength: 12 }), mark)
  await fc.assert(fc.asyncProperty(text, async ([open, parts, close]) => {
    const result = await parseFrontMatter(`${open}\n${parts.join('')}\n${close}\nbody`, 'a.md')
    const lines = `${open}\n${parts.join('')}\n${close}\nbody`.split('\n').length
    for (const { at } of result.diagnostics) expect(at?.line).toBeLessThanOrEqual(lines)
  }), { numRuns: 5000, seed: 11 })
})
