// oxlint-disable require-yield -- some of these sources fail before they yield.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fail } from '../../src/core/diagnostic.ts'
import type { Change, Source, SourceContext } from '../../src/core/types.ts'
import { data, readDataFile } from '../../src/sources/data.ts'
import { files } from '../../src/sources/files.ts'
import { defineSource, put } from '../../src/sources/put.ts'
import { loadSource } from '../../src/sources/source.ts'
import { sourceConformance } from '../conformance/source.ts'

const root = mkdtempSync(join(tmpdir(), 'source-'))
afterAll(() => rmSync(root, { recursive: true }))
const place = { root, contentFolder: join(root, 'content'), timeZone: 'UTC' }

function write(file: string, text: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
  return file
}

type Load = (ctx: SourceContext) => AsyncGenerator<Change, { cursor?: string } | void>
const run = async (load: Load, options: Partial<Source> = {}, more: Partial<Parameters<typeof loadSource>[1]> = {}) => {
  const result = await loadSource({ name: 'test', load, ...options }, { ...place, ...more })
  return { ...result, ids: result.entries.map(({ id }) => id), problems: result.diagnostics.map(({ code, message }) => `${code}: ${message}`) }
}

describe('a run', () => {
  test('fills in what was left out, and sorts by id', async () => {
    const { entries, diagnostics, completed } = await run(async function* () {
      yield put({ id: 'b' })
      yield { put: { id: 'a', data: { x: 1 }, body: { kind: 'html', text: '<p>' }, path: 'p/a', origin: { file: 'f.txt', line: 3 } } }
    })
    expect({ diagnostics, completed }).toEqual({ diagnostics: [], completed: true })
    expect(entries).toEqual([
      { id: 'test:a', data: { x: 1 }, body: { kind: 'html', text: '<p>' }, path: 'p/a', origin: { file: 'f.txt', line: 3 }, assets: [] },
      { id: 'test:b', data: {}, body: { kind: 'markdown', text: '' }, path: 'b', origin: { label: 'test entry b' }, assets: [] },
    ])
  })

  test('takes a prefix of the source, and gives the context', async () => {
    let seen: SourceContext | undefined
    const { ids, cursor } = await run(async function* (ctx) {
      seen = ctx
      yield put({ id: 'a' })
      return { cursor: 'next' }
    }, { idPrefix: '' }, { cursor: 'last' })
    expect([ids, cursor]).toEqual([['a'], 'next'])
    expect(seen).toMatchObject({ ...place, cursor: 'last' })
    expect(Object.isFrozen(seen)).toBe(true)
  })

  test('drops', async () => {
    const { ids, diagnostics } = await run(async function* () {
      yield put({ id: 'a' })
      yield put({ id: 'b' })
      yield { drop: 'a' }
      yield { drop: 'never seen' }
      yield { drop: 'b' }
      yield put({ id: 'b' })
    })
    expect([ids, diagnostics]).toEqual([['test:b'], []])
  })

  test('an id that comes twice is an error with both places, and the first stays', async () => {
    const { entries, diagnostics } = await run(async function* () {
      yield put({ id: 'a', title: 'one', origin: { file: 'x.json', line: 2 } })
      yield put({ id: 'a', title: 'two', origin: { file: 'x.json', line: 9 } })
    })
    expect(entries).toMatchObject([{ data: { title: 'one' } }])
    expect(diagnostics).toMatchObject([{ code: 'duplicate-id', at: { file: 'x.json', line: 9 }, related: [{ at: { file: 'x.json', line: 2 } }] }])
  })

  test.each<[unknown, string]>([
    [undefined, 'it yielded nothing, which is neither a put nor a drop'], [42, 'it yielded 42, which is neither a put nor a drop'], [{ id: 'a', data: {} }, 'it yielded a map, which is neither a put nor a drop'], [{ drop: 5 }, 'it yielded a map, which is neither a put nor a drop'],
    [{ put: null }, 'an entry is nothing, not an object with `id` and `data`'], [put({ id: 5 as unknown as string }), '`id` is 5, not a text'], [put({} as never), '`id` is nothing, not a text'], [put({ id: ' ' }), 'entry " ": `id` has no characters; 1 to 1000 are allowed'],
    [put({ id: 'a\nb' }), 'entry "a\\nb": `id` holds a control character or half of one'], [put({ id: '\ud800' }), 'entry "\\ud800": `id` holds a control character or half of one'], [put({ id: 'x'.repeat(1001) }), `entry "${'x'.repeat(100)}": \`id\` has 1001 characters; 1 to 1000 are allowed`],
    [{ put: { id: 'a' } }, 'entry "a": `data` is nothing, not an object'], [{ put: { id: 'a', data: [] } }, 'entry "a": `data` is a list, not an object'],
    [{ put: { id: 'a', data: {}, body: 'text' } }, 'entry "a": `body` is "text", not { kind: \'markdown\' | \'html\' | \'text\', text }'], [put({ id: 'a', body: { html: 5 } as never }), 'entry "a": `body` is a map, not { kind: \'markdown\' | \'html\' | \'text\', text }'],
    [put({ id: 'a', origin: { file: 5 } as never }), 'entry "a": `origin` is not an object with texts as `file`, `label` and `url`'], [put({ id: 'a', path: 5 as never }), 'entry "a": `path` is 5, not a usable text'],
    [put({ id: 'a', assets: {} as never }), 'entry "a": `assets` is a map, not a list'], [put({ id: 'a', assets: [{ name: '../x', file: '/x' }] }), 'entry "a": `assets` holds something other than { name, file } with a name below the entry\'s folder'], [put({ id: 'a', assets: [{ name: '/x', file: '/x' }] }), 'entry "a": `assets` holds something other than { name, file } with a name below the entry\'s folder'],
  ])('%j is told', async (change, message) => {
    const { ids, problems } = await run(async function* () {
      yield put({ id: 'first' })
      yield change as Change
      yield put({ id: 'last' })
    })
    expect(problems).toEqual([`source-shape: source test: ${message}`])
    expect(ids).toEqual(['test:first', 'test:last'])
  })

  test.each<[string, unknown, string]>([
    ['no generator', () => [], ''], ['nothing', () => undefined, '`load` returned nothing'], ['a promise', async () => [], '`load` returned a map'],
  ])('%s', async (_, load, message) => {
    const { problems } = await run(load as Load)
    expect(problems.join()).toContain(message)
  })

  test('a plain generator will do', async () => {
    expect((await run(function* () { yield put({ id: 'a' }) } as unknown as Load)).ids).toEqual(['test:a'])
  })

  test('a wrong cursor', async () => {
    expect((await run(async function* () { return { cursor: 5 } as never })).problems).toEqual(['source-shape: source test: the returned `cursor` is 5, not a text'])
  })
})

describe('an end before its time', () => {
  test('an error takes back what was yielded, and keeps what was reported', async () => {
    const { ids, problems, completed } = await run(async function* (ctx) {
      yield put({ id: 'a' })
      ctx.report({ severity: 'warning', code: 'file-read', message: 'careful' })
      throw new Error('no connection')
    })
    expect({ ids, completed }).toEqual({ ids: [], completed: false })
    expect(problems).toEqual(['file-read: careful', 'source-failed: source test: it failed: no connection'])
  })

  test('an error before the first yield, of any kind', async () => {
    expect((await run((() => { throw new Error('at once') }) as Load)).problems).toEqual(['source-failed: source test: it failed: at once'])
    expect((await run(async function* () { throw 'a text' })).problems).toEqual(['source-failed: source test: it failed: a text'])
    expect((await run(async function* () { throw fail('file-read', 'x cannot be read') })).problems).toEqual(['file-read: x cannot be read'])
  })

  test('a source that waits for ever', async () => {
    let cleanedUp = false
    const start = performance.now()
    const { ids, problems } = await run(async function* (ctx) {
      try {
        yield put({ id: 'a' })
        await new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(new Error('stopped'))))
      } finally {
        cleanedUp = true
      }
    }, { timeLimitSeconds: 0.05 })
    expect(ids).toEqual([])
    expect(problems).toEqual(['source-timeout: source test: it took longer than 0.05 seconds and was given up'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(cleanedUp).toBe(true)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  test('a source that waits for ever and does not listen', async () => {
    let returned = 0
    const iterator = { next: () => new Promise<never>(() => undefined), return: () => { returned++; return Promise.reject(new Error('not now')) }, [Symbol.asyncIterator]() { return iterator } }
    expect((await run((() => iterator) as unknown as Load, { timeLimitSeconds: 0.05 })).problems).toEqual(['source-timeout: source test: it took longer than 0.05 seconds and was given up'])
    expect(returned).toBe(1)
  })

  test('a source that yields for ever without waiting', async () => {
    const { problems } = await run(async function* () { for (let i = 0; ; i++) yield put({ id: String(i % 5000) }) }, { timeLimitSeconds: 0.1 })
    expect(problems.at(-1)).toBe('source-timeout: source test: it took longer than 0.1 seconds and was given up')
  })

  test('an interrupted build', async () => {
    const controller = new AbortController()
    const pending = run(async function* () {
      yield put({ id: 'a' })
      await new Promise(() => undefined)
    }, {}, { signal: controller.signal })
    controller.abort()
    expect((await pending).problems).toEqual(['interrupted: source test: it was stopped from outside'])
    expect((await run(async function* () { yield put({ id: 'a' }) }, {}, { signal: controller.signal })).problems).toEqual(['interrupted: source test: it was stopped from outside'])
  })

  test('what is reported is checked, and nothing after the end counts', async () => {
    let late: SourceContext | undefined
    const { diagnostics } = await run(async function* (ctx) {
      late = ctx
      ctx.report('oops' as never)
      ctx.report({ severity: 'error', code: 'no-such-code' as never, message: 'mine' })
    })
    late?.report({ severity: 'error', code: 'bug', message: 'late' })
    expect(diagnostics).toMatchObject([{ code: 'source-failed', message: 'source test: "oops"' }, { code: 'source-failed', message: 'source test: mine' }])
  })
})

describe('put', () => {
  test('the short form', () => {
    expect(put({ id: 'a', body: 'text', title: 'T', tags: ['x'], data: { title: 'old', more: 1 }, date: '2024-05-06', draft: false, path: 'p', origin: { label: 'l' } })).toEqual({
      put: { id: 'a', data: { title: 'T', tags: ['x'], more: 1, date: '2024-05-06', draft: false }, body: { kind: 'markdown', text: 'text' }, path: 'p', origin: { label: 'l' } },
    })
    expect(put({ id: 'a', title: undefined as never })).toEqual({ put: { id: 'a', data: {} } })
  })

  test.each([[{ markdown: 'x' }, 'markdown'], [{ html: 'x' }, 'html'], [{ text: 'x' }, 'text'], [{ kind: 'html' as const, text: 'x' }, 'html']])('a body %j', (body, kind) => {
    expect(put({ id: 'a', body })).toEqual({ put: { id: 'a', data: {}, body: { kind, text: 'x' } } })
  })
})

describe('data files', () => {
  const rows = async (file: string, text: string, options?: Parameters<typeof data>[1]) => {
    const result = await loadSource(data(write(file, text), options), place)
    return { ...result, ids: result.entries.map(({ id }) => id), problems: result.diagnostics.map(({ code, at }) => `${code} ${at?.line ?? ''}:${at?.column ?? ''}`) }
  }

  test.each([
    ['books.json', '[\n  {"id": "a", "title": "A", "n": 1.5e1, "t": "\\u00e9\\n"},\n  {"id": "b", "title": "B", "n": null, "t": ""}\n]', [{ id: 'a', title: 'A', n: 15, t: 'é\n' }, { id: 'b', title: 'B', n: null, t: '' }]],
    ['books.yaml', '- id: a\n  title: A\n  tags: [x]\n- id: b\n  title: B\n  day: 2024-05-06\n', [{ id: 'a', title: 'A', tags: ['x'] }, { id: 'b', title: 'B', day: '2024-05-06' }]],
    ['books.toml', '[[books]]\nid = "a"\ntitle = "A"\n\n[[books]]\nid = "b"\ntitle = "B"\nday = 2024-05-06\n', [{ id: 'a', title: 'A' }, { id: 'b', title: 'B', day: '2024-05-06' }]],
    ['books.csv', 'id,title\r\na,"A, ""x"""\r\n\r\nb,B\r\n', [{ id: 'a', title: 'A, "x"' }, { id: 'b', title: 'B' }]],
    ['books.tsv', 'id\ttitle\na\tA\nb\tB', [{ id: 'a', title: 'A' }, { id: 'b', title: 'B' }]],
  ])('%s', async (file, text, expected) => {
    const { entries, diagnostics, ids } = await rows(file, text)
    expect(diagnostics).toEqual([])
    expect(ids).toEqual(['books:a', 'books:b'])
    expect(entries.map((entry) => ({ ...entry.data }))).toEqual(expected)
    const line = /csv$|yaml$/.test(file) ? 4 : file.endsWith('.toml') ? 5 : 3
    expect(entries[1]?.origin).toMatchObject({ file, line })
    expect(entries[1]?.origin.locate?.('title')?.line).toBe({ json: 3, yaml: 5, toml: 7, csv: 4, tsv: 3 }[file.split('.')[1] ?? ''])
    expect(Object.getPrototypeOf(entries[0]?.data)).toBe(null)
  })

  test('other forms of a file', async () => {
    expect((await rows('map.json', '{"a": {"x": 1}, "b": {"x": 2}}')).ids).toEqual(['map:a', 'map:b'])
    expect((await rows('map.toml', '[a]\nx = 1\n\n[b]\nx = 2\n')).entries.map(({ origin }) => origin.line)).toEqual([1, 4])
    expect((await rows('key.yaml', 'note: x\nrows:\n- name: a\n', { key: 'rows', name: 'n' })).ids).toEqual(['n:a'])
    expect((await rows('plain.json', '[{"x": 1}, {"x": 2}]')).ids).toEqual(['plain:1', 'plain:2'])
    expect((await rows('number.json', '[{"id": 7}]')).ids).toEqual(['number:7'])
    expect((await rows('field.csv', 'isbn,title\n978,A', { id: 'isbn' })).ids).toEqual(['field:978'])
    expect((await rows('func.csv', 'a,b\n1,2', { id: (row) => `${row['a']}-${row['b']}` })).ids).toEqual(['func:1-2'])
    expect((await rows('empty.json', '[]')).ids).toEqual([])
    expect((await rows('bom.json', '\ufeff[{"id": "a"}]')).ids).toEqual(['bom:a'])
    expect((await rows('content/inner.json', '[{"id": "a"}]')).entries[0]?.origin.file).toBe('content/inner.json')
    expect((await loadSource(data('inner.json'), place)).entries[0]?.origin.file).toBe('content/inner.json')
  })

  test('a field is the body', async () => {
    const { entries } = await rows('body.yaml', '- id: a\n  text: "*hi*"\n- id: b\n', { body: 'text', bodyKind: 'html' })
    expect(entries.map(({ body }) => body)).toEqual([{ kind: 'html', text: '*hi*' }, { kind: 'markdown', text: '' }])
  })

  test.each([
    ['missing.json', undefined, ['data-file :']],
    ['what.txt', 'x', ['data-file :']],
    ['empty-text.json', '', ['data-file 1:1']],
    ['comma.json', '[\n {"id": "a"},\n]', ['data-file 2:13']],
    ['word.json', '{"a":\n\n  foo}', ['data-file 3:3']],
    ['more.json', '[]\n[]', ['data-file 2:1']],
    ['quote.json', "[{'a': 1}]", ['data-file 1:3']],
    ['colon.json', '{"a" 1}', ['data-file 1:6']],
    ['end.json', '[{"a": [1, 2', ['data-file 1:13']],
    ['twice.json', '[{"id": "a",\n  "id": "b"}]', ['data-file 2:3']],
    ['proto.json', '[{"id": "a", "__proto__": {"x": 1}}]', ['data-file 1:14']],
    ['escaped.json', '[{"id": "a", "__pro\\u0074o__": {"x": 1}}]', ['data-file 1:14']],
    ['deep.json', '['.repeat(100_000), ['data-file 1:102']],
    ['deep.yaml', '['.repeat(100_000), ['data-file 1:100']],
    ['deep.toml', 'a = ' + '['.repeat(100_000), ['data-file 1:105']],
    ['scalar.json', '5', ['data-file :']],
    ['rows.json', '[{"id": "a"}, 5, null]', ['data-file 1:15', 'data-file 1:18']],
    ['keys.yaml', 'a: 1\nb: {}\n', ['data-file :']],
    ['tab.yaml', '- id: a\n\tb: 1\n', ['data-file 2:2']],
    ['two.yaml', 'a: {}\n---\nb: {}\n', ['data-file 2:1']],
    ['old.yaml', '%YAML 1.1\n---\n- id: a\n  <<: {x: 1}\n  when: 2024-05-06\n', ['data-file 4:3']],
    ['syntax.toml', '[[a]]\nid =', ['data-file 2:5']],
    ['fields.csv', 'id,b\n1,2\n3,4,5\n', ['data-file 3:']],
    ['quotes.csv', 'id,b\n1,"2\n', ['data-file 2:']],
    ['columns.csv', 'id,id,,__proto__\n1,2,3,4\n', ['data-file 1:', 'data-file 1:', 'data-file 1:']],
    ['ids.json', '[\n{"id": "a"},\n{"id": "a"}]', ['duplicate-id 3:']],
    ['latin.csv', Buffer.from('id\nMünchen\n', 'latin1'), ['file-encoding 2:2']],
    ['wide.json', Buffer.from('\ufeff[]', 'utf16le'), ['file-encoding :']],
    ['zero.csv', 'id\na\u0000b\n', ['file-encoding 2:']],
  ])('%s is told', async (file, text, problems) => {
    if (text !== undefined) write(file, text as string)
    const result = await loadSource(data(file), place)
    expect(result.diagnostics.map(({ code, at }) => `${code} ${at?.line ?? ''}:${at?.column ?? ''}`)).toEqual(problems)
    expect(result.diagnostics.every(({ fix, at }) => fix && at?.file === file)).toBe(true)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('a file as a value', async () => {
    expect(await readDataFile(join(root, write('v.yaml', 'a: [1, {b: 2}]')), 'v.yaml')).toEqual({ value: { a: [1, { b: 2 }] }, diagnostics: [] })
    expect(await readDataFile(join(root, 'none.yaml'), 'none.yaml')).toMatchObject({ value: undefined, diagnostics: [{ code: 'file-read', message: 'none.yaml cannot be read: no such file or directory' }] })
  })

  test('JSON is read as JSON.parse reads it', async () => {
    const values = [{ a: [1, -0.5, 1e21, 'x\\y"z\u2028', { b: [[], {}] }], c: true, d: false, e: null }, 'text', -1, []]
    for (const [i, value] of values.entries()) {
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
        expect((await readDataFile(join(root, write(`j${i}.json`, text)), 'j.json')).value).toEqual(value)
      }
    }
    const long = JSON.stringify({ a: '\\"\n'.repeat(400_000), b: 'x'.repeat(1_000_000) })
    expect((await readDataFile(join(root, write('long.json', long)), 'j.json')).value).toEqual(JSON.parse(long))
  })
})

describe('a source of a user', () => {
  const releases = defineSource({
    name: 'releases',
    async *load(ctx) {
      const lines = ['# 0.2.0 (2024-05-06)', 'New.', '# 0.1.0 (2024-01-01)', 'First.']
      for (let i = 0; i < lines.length && !ctx.signal.aborted; i += 2) {
        const [, version = '', date = ''] = /^# (\S+) \((\S+)\)$/.exec(lines[i] ?? '') ?? []
        yield put({ id: version, title: `Release ${version}`, date, body: lines[i + 1] ?? '', origin: { file: 'CHANGELOG.md', line: i + 1 } })
      }
    },
  })
  for (const { name, run: check } of sourceConformance({ source: () => releases, root, ids: ['0.1.0', '0.2.0'], secrets: ['token'] })) test(name, check)
})

describe('files()', () => {
  write('content/posts/a.md', '---\ntitle: A\n---\ntext')
  write('content/posts/b/index.md', '---\ntitle: B # note\n---\ntext')
  write('content/posts/b/map.png', 'png')
  for (const { name, run: check } of sourceConformance({ source: () => files('posts/**/*.md'), root, ids: ['posts/a.md', 'posts/b/index.md'] })) test(name, check)
})

describe('data()', () => {
  write('shop.json', '[{"id": "a", "title": "A"}, {"id": "b"}]')
  for (const { name, run: check } of sourceConformance({ source: () => data('shop.json', { body: 'title' }), root, ids: ['a', 'b'] })) test(name, check)
})

describe('the suite finds', () => {
  const failing = async (name: string, load: Load, more: object = {}) => {
    const cases = sourceConformance({ source: () => ({ name: 'bad', load }), root, abortSeconds: 0.05, secrets: ['s3cret'], ...more })
    const results = await Promise.allSettled(cases.map(({ run: check }) => check()))
    const failed = cases.filter((_, i) => results[i]?.status === 'rejected').map((one) => one.name)
    expect(failed).toContain(name)
  }
  let counter = 0
  test.each<[string, string, Load, object?]>([
    ['no name', 'has a name and options of the right types', async function* () { yield put({ id: 'a' }) }, { source: () => ({ name: '', load: async function* () { yield put({ id: 'a' }) } }) }],
    ['an error', 'yields entries of the right form, each with its own id', async function* () { throw new Error('x') }],
    ['a missing entry', 'yields entries of the right form, each with its own id', async function* () { yield put({ id: 'a' }) }, { ids: ['a', 'b'] }],
    ['a function in data', 'yields plain data', async function* () { yield put({ id: 'a', data: { f: () => 1 } }) }],
    ['an object of a class', 'yields plain data', async function* () { yield put({ id: 'a', data: { f: [new Map()] } }) }],
    ['a circle', 'yields plain data', async function* () { const loop: Record<string, unknown> = {}; loop['self'] = loop; yield put({ id: 'a', data: { loop } }) }],
    ['an absolute origin', 'says where entries come from', async function* () { yield put({ id: 'a', origin: { file: '/etc/x' } }) }],
    ['a line 0', 'says where entries come from', async function* () { yield put({ id: 'a', title: 'x', origin: { file: 'x', locate: () => ({ line: 0 }) } }) }],
    ['another id each time', 'yields the same in every run, also in two at once', async function* () { yield put({ id: String(counter++) }) }],
    ['another value each time', 'yields the same in every run, also in two at once', async function* () { yield put({ id: 'a', data: { n: counter++ } }) }],
    ['a broken cursor', 'takes up its own cursor', async function* (ctx) { if (ctx.cursor) throw new Error('x'); yield put({ id: 'a' }); return { cursor: 'c' } }],
    ['later changes', 'leaves alone what it has yielded and what it was given', async function* () { const list: number[] = []; yield put({ id: 'a', data: { list } }); list.push(1) }],
    ['a changed context', 'leaves alone what it has yielded and what it was given', async function* (ctx) { (ctx as { root: string }).root = '/'; yield put({ id: 'a' }) }],
    ['a deaf source', 'ends soon after it is aborted', async function* () { yield put({ id: 'a' }); await new Promise((resolve) => setTimeout(resolve, 300)) }],
    ['a secret', 'gives no secret away', async function* () { yield put({ id: 'a', data: { url: 'https://x?token=s3cret' } }) }],
  ])('%s', async (_, name, load, more) => {
    await failing(name, load, more)
  })
})
