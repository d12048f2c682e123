import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { completeConfig } from '../../src/config/defaults.ts'
import { normalizeEntry } from '../../src/core/entry.ts'
import type { CollectionConfig, SiteConfig } from '../../src/core/settings.ts'
import { takeHeading, titleFromName } from '../../src/core/title.ts'
import type { Body, CompleteEntry, RawEntry } from '../../src/core/types.ts'

const at = new Date('2024-06-01T12:00:00Z')
const markdown = (text: string): Body => ({ kind: 'markdown', text })

interface Options { collection?: CollectionConfig; config?: SiteConfig; schema?: StandardSchemaV1; raw?: Partial<RawEntry> }

async function normalize(data: Record<string, unknown>, { collection = {}, config = {}, schema, raw = {} }: Options = {}) {
  const settings = completeConfig('/site', { title: 'My site', ...config, collections: { posts: { permalink: '/:slug/', ...collection } } }, {})
  const keys = Object.keys(data)
  const complete: CompleteEntry = {
    id: 'posts/hello-world.md', path: raw.path ?? raw.id ?? 'posts/hello-world.md', data, body: markdown(''), assets: [],
    origin: { file: 'content/posts/hello-world.md', bodyLine: 9, locate: (key) => (keys.includes(key) ? { line: keys.indexOf(key) + 2, column: 1 } : undefined) }, ...raw,
  }
  const [first] = settings.collections
  if (first === undefined) throw new Error('no collection')
  const { entry, diagnostics } = await normalizeEntry(complete, { name: 'files', trusted: true, ...(schema && { schema }) }, first, settings, at)
  return { entry, diagnostics, problems: diagnostics.map(({ severity, code, at: place }) => `${severity} ${code} ${place?.line ?? ''}`) }
}

test('an entry with nothing', async () => {
  const { entry, diagnostics } = await normalize({})
  expect(diagnostics).toEqual([])
  expect(entry).toMatchObject({
    id: 'posts/hello-world.md', source: 'files', trusted: true, collection: 'posts', title: 'Hello world', slug: 'hello-world', permalink: '/hello-world/',
    publication: { state: 'published' }, aliases: [], data: {}, assets: [], body: { kind: 'markdown', text: '' },
  })
  expect([...entry.terms]).toEqual([['tags', []]])
  for (const key of ['date', 'updated', 'author', 'description', 'canonical', 'template', 'uid']) expect(key in entry).toBe(false)
  expect(Object.getPrototypeOf(entry.data)).toBe(null)
})

test('an entry with everything', async () => {
  const data = {
    title: ' A  title\n', date: '2024-05-06', updated: '2024-05-07T10:00:00+02:00', tags: ['a', 'b'], slug: 'my-slug', description: 'Short.', author: { name: 'Ann', email: 'ann@example.org', url: 'https://example.org' },
    canonical: 'https://example.org/x', template: 'special', aliases: ['/old/', '/older.html'], id: 'tag:x', anything: { else: [1] },
  }
  const { entry, diagnostics } = await normalize(data)
  expect(diagnostics).toEqual([])
  expect(entry).toMatchObject({
    title: 'A title', date: new Date('2024-05-06'), updated: new Date('2024-05-07T08:00:00Z'), slug: 'my-slug', permalink: '/my-slug/', description: 'Short.', author: data.author,
    canonical: 'https://example.org/x', template: 'special.njk', aliases: ['/old/', '/older.html'], uid: 'tag:x', data,
  })
})

describe('title', () => {
  test.each<[string, Record<string, unknown>, Partial<RawEntry>, string, string?]>([
    ['from front matter', { title: 'T' }, { body: markdown('# H\n') }, 'T', '# H\n'],
    ['a number', { title: 1984 }, {}, '1984'],
    ['a boolean', { title: true }, {}, 'true'],
    ['empty is none', { title: ' ' }, { body: markdown('# H\n') }, 'H', '\n'],
    ['null is none', { title: null }, {}, 'Hello world'],
    ['heading', {}, { body: markdown('\n# The *heading* #\n\ntext\n') }, 'The heading', '\n\n\ntext\n'],
    ['heading after a picture', {}, { body: markdown('![x](y)\n\n# H\n') }, 'H', '![x](y)\n\n\n'],
    ['underlined heading', {}, { body: markdown('Title\n=====\ntext') }, 'Title', '\n\ntext'],
    ['heading of another level first', {}, { body: markdown('## Two\n\n# One\n') }, 'Hello world', '## Two\n\n# One\n'],
    ['no heading in code', {}, { body: markdown('```sh\n# comment\n```\n') }, 'Hello world', '```sh\n# comment\n```\n'],
    ['no heading in HTML', {}, { body: { kind: 'html', text: '# x' } }, 'Hello world', '# x'],
    ['folder of an index', {}, { path: 'posts/my_trip/index.md' }, 'My trip'],
    ['the site for the top index', {}, { path: 'index.md' }, 'My site'],
    ['name without its date', {}, { path: '2024-05-06-a-day.md' }, 'A day'],
    ['version as id', {}, { path: '0.1.0' }, '0.1.0'],
    ['control characters', { title: 'a\u0000b\u001b[31mc\ud800' }, {}, 'a b [31mc\ufffd'],
  ])('%s', async (_, data, raw, title, body) => {
    const { entry, diagnostics } = await normalize(data, { raw })
    expect(diagnostics).toEqual([])
    expect(entry.title).toBe(title)
    if (body !== undefined) expect(entry.body.text).toBe(body)
  })

  test.each([[['a', 'b'], 'a list'], [{ a: 1 }, 'a map']])('%j is an error', async (title, what) => {
    const { diagnostics, problems } = await normalize({ draft: false, title })
    expect(problems).toEqual(['error front-matter-value 3'])
    expect(diagnostics[0]?.message).toBe(`\`title\` is ${what}, not a text`)
  })
})

describe('headings', () => {
  test.each([
    ['# A', 'A'], ['#  A  ##', 'A'], ['   # A', 'A'], ['#\tA', 'A'], ['# C#', 'C#'], ['# [a](b) `c*d` **e** _f_ ~~g~~ <b>h</b>', 'a c*d e f g h'],
    ['# snake_case_name 2 * 3 * 4', 'snake_case_name 2 * 3 * 4'], ['# a \\*b\\* &amp; &lt;c&gt;', 'a *b* & <c>'], ['# ![logo](x.png) Name {#id}', 'logo Name'], ['<!-- # no\n# no -->\n# A', 'A'],
    ['~~~\n# no\n```\n# no\n~~~\n# A', 'A'], ['> # quoted\n\n# A', 'A'],
  ])('%j', (text, title) => {
    expect(takeHeading(text)?.title).toBe(title)
  })

  test.each(['#', '# ', '#a', '    # code', 'text', '', '## a', '- item\n====', '```\n# a', '====', '# <b></b>'])('%j has none', (text) => {
    expect(takeHeading(text)).toBeUndefined()
  })

  test('lines keep their numbers', () => {
    for (const text of ['a\n# B\nc\n', '# B\nc', 'B\n===\nc']) expect(takeHeading(text)?.rest.split('\n')).toHaveLength(text.split('\n').length)
  })

  test('a hostile text costs no time', () => {
    const start = performance.now()
    for (const part of ['*', '_', '`', '[', '](', '<', '\\', '~~a']) takeHeading(`# ${part.repeat(20_000)}`)
    takeHeading('#'.repeat(1_000_000))
    takeHeading('x='.repeat(500_000))
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test.each([['my-first-post', 'My first post'], ['über_uns', 'Über uns'], ['_', '_'], ['---', '---'], ['𐐨x', '𐐀x'], ['', '']])('name %s', (name, title) => {
    expect(titleFromName(name)).toBe(title)
  })
})

describe('dates', () => {
  test('without an offset in the zone of the site', async () => {
    const { entry } = await normalize({ date: '2024-05-06', updated: '2024-05-06 10:00' }, { config: { timeZone: 'Europe/Vienna' } })
    expect([entry.date, entry.updated]).toEqual([new Date('2024-05-05T22:00:00Z'), new Date('2024-05-06T08:00:00Z')])
  })

  test('from the name, where the front matter has none', async () => {
    expect((await normalize({}, { raw: { path: '2024-05-06-x.md' } })).entry.date).toEqual(new Date('2024-05-06'))
    expect((await normalize({ date: '2024-01-01' }, { raw: { path: '2024-05-06-x.md' } })).entry.date).toEqual(new Date('2024-01-01'))
  })

  test('a wrong one is an error, with a date in the name a warning', async () => {
    const alone = await normalize({ date: '12th May' })
    expect(alone.problems).toEqual(['error front-matter-date 2'])
    expect(alone.diagnostics[0]).toMatchObject({ message: '`date`: "12th May" is not a date', fix: 'write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.' })
    const named = await normalize({ date: '2023-01-29 18:30:22 2023 -0800' }, { raw: { path: '2023-01-29-x.md' } })
    expect(named.problems).toEqual(['warning front-matter-date 2'])
    expect(named.entry.date).toEqual(new Date('2023-01-29'))
    expect(named.diagnostics[0]?.message).toContain('2023-01-29 from the file\'s name is used')
  })

  test('a wrong one in the name is a warning', async () => {
    expect((await normalize({}, { raw: { path: '2024-02-30-x.md' } })).problems).toEqual(['warning front-matter-date '])
    expect((await normalize({ date: '2024-02-28' }, { raw: { path: '2024-02-30-x.md' } })).problems).toEqual([])
  })

  test('updated may be before date', async () => {
    expect((await normalize({ date: '2024-05-06', updated: '2020-01-01' })).problems).toEqual([])
  })
})

describe('publication', () => {
  test.each<[Record<string, unknown>, object]>([
    [{ draft: true }, { state: 'draft' }], [{ draft: 'yes' }, { state: 'draft' }], [{ draft: false }, { state: 'published' }], [{ draft: 'false' }, { state: 'published' }], [{ draft: null }, { state: 'published' }],
    [{ published: false }, { state: 'draft' }], [{ published: true }, { state: 'published' }],
    [{ date: '2024-06-01T12:00:00Z' }, { state: 'published' }], [{ date: '2024-06-01T12:00:01Z' }, { state: 'scheduled', from: new Date('2024-06-01T12:00:01Z') }],
    [{ expires: '2024-06-01T12:00:00Z' }, { state: 'expired', since: at }], [{ expiry: '2024-01-01' }, { state: 'expired', since: new Date('2024-01-01') }], [{ expires: '2025-01-01' }, { state: 'published' }],
    [{ draft: true, date: '2030-01-01' }, { state: 'draft' }],
  ])('%j', async (data, publication) => {
    const { entry, diagnostics } = await normalize(data)
    expect(diagnostics).toEqual([])
    expect(entry.publication).toEqual(publication)
  })

  test.each<[Record<string, unknown>, string]>([[{ draft: 'maybe' }, 'error front-matter-value 2'], [{ published: '2024-01-01' }, 'error front-matter-value 2'], [{ draft: 1 }, 'error front-matter-value 2'], [{ expires: 'never' }, 'error front-matter-date 2']])('%j', async (data, problem) => {
    expect((await normalize(data)).problems).toEqual([problem])
  })
})

describe('terms', () => {
  test.each<[unknown, string[]]>([
    ['rust', ['rust']], ['rust, go , rust,', ['rust', 'go']], ['machine learning', ['machine learning']], [['a', ' a ', 'b', null, ''], ['a', 'b']], [[1, 2.5, true], ['1', '2.5', 'true']], [2024, ['2024']],
    [null, []], [[], []], ['', []], [['a, b'], ['a, b']], [['C', 'C++', 'C#', '.NET'], ['C', 'C++', 'C#', '.NET']], [['e\u0301', '\u00e9'], ['\u00e9']], [['a\n b\u0000c'], ['a b c']], [['Rust', 'rust'], ['Rust', 'rust']],
  ])('%j', async (tags, terms) => {
    const { entry, diagnostics } = await normalize({ tags })
    expect(diagnostics).toEqual([])
    expect(entry.terms.get('tags')).toEqual(terms)
  })

  test('from all keys of a taxonomy', async () => {
    const config = { taxonomies: { categories: {}, tags: { keys: ['tags', 'labels'] } } }
    const { entry } = await normalize({ tags: 'a', labels: ['b', 'a'], category: 'release' }, { config })
    expect(Object.fromEntries(entry.terms)).toEqual({ categories: ['release'], tags: ['a', 'b'] })
  })

  test('what is no text', async () => {
    expect((await normalize({ tags: [{ a: 1 }, ['b'], 'c', 'x'.repeat(201)] })).problems).toEqual(['error front-matter-value 2', 'error front-matter-value 2', 'error front-matter-value 2'])
    expect((await normalize({ tags: { a: 1 } })).problems).toEqual(['error front-matter-value 2'])
    expect((await normalize({ tags: Array.from({ length: 300 }, (_, i) => `t${i}`) })).entry.terms.get('tags')).toHaveLength(300)
    expect((await normalize({ tags: Array.from({ length: 3000 }, (_, i) => `t${i}`) })).problems).toEqual([expect.stringContaining('front-matter-value')])
  })
})

describe('address', () => {
  test.each<[string, Record<string, unknown>, string | undefined, Options?]>([
    ['slug as written', { slug: 'My_Slug' }, '/My_Slug/'],
    ['slug with signs', { slug: 'Hello, World!' }, '/hello-world/'],
    ['slug that climbs', { slug: '../../etc/passwd' }, '/etc-passwd/'],
    ['slug from a number', { slug: 42 }, '/42/'],
    ['name without date', {}, '/day/', { raw: { path: 'posts/2024-05-06-day.md' } }],
    ['folder of an index', {}, '/day/', { raw: { path: 'posts/2024-05-06-day/index.md' } }],
    ['dots in an id', {}, '/0.1.0/', { raw: { path: '0.1.0' } }],
    ['permalink', { permalink: '/a/b.html' }, '/a/b.html'],
    ['permalink with a pattern', { date: '2024-05-06', permalink: '/:year/:slug/' }, '/2024/hello-world/'],
    ['permalink with a colon', { permalink: '/std::vec/' }, '/std::vec/'],
    ['no page', { permalink: false }, undefined],
    ['url', { url: '/x/' }, '/x/'],
    ['a url elsewhere is data', { url: 'https://example.org/x' }, '/hello-world/'],
    ['collection without pages', {}, undefined, { collection: { permalink: false } }],
    ['collection without pages, one with', { permalink: '/x/' }, '/x/', { collection: { permalink: false } }],
    ['a function', {}, '/f/hello-world/', { collection: { permalink: (entry) => `/f/${entry.slug}/` } }],
  ])('%s', async (_, data, permalink, options) => {
    const { entry, diagnostics } = await normalize(data, options)
    expect(diagnostics).toEqual([])
    expect(entry.permalink).toBe(permalink)
  })

  test.each<[string, Record<string, unknown>, string, Options?]>([
    ['climbs', { permalink: '/../x/' }, 'error permalink-unsafe 2'],
    ['climbs, encoded', { permalink: '/%2e%2e/x/' }, 'error permalink-unsafe 2'],
    ['no slash', { permalink: 'about' }, 'error permalink-unsafe 2'],
    ['a list', { permalink: ['/a/'] }, 'error front-matter-value 2'],
    ['pattern without a date', {}, 'error permalink-pattern ', { collection: { permalink: '/:year/:slug/' } }],
    ['function that throws', {}, 'error hook-failed ', { collection: { permalink: () => { throw new Error('boom') } } }],
    ['function that returns nothing', {}, 'error hook-failed ', { collection: { permalink: (() => undefined) as unknown as () => string } }],
    ['function that climbs', {}, 'error permalink-unsafe ', { collection: { permalink: () => '/../' } }],
    ['alias that climbs', { aliases: ['/ok/', '/../x'] }, 'error permalink-unsafe 2'],
    ['alias elsewhere', { aliases: 'https://example.org/' }, 'error permalink-unsafe 2'],
    ['alias that is a map', { aliases: [{ a: 1 }] }, 'error front-matter-value 2'],
    ['slug that is a list', { slug: ['a'] }, 'error front-matter-value 2'],
  ])('%s', async (_, data, problem, options) => {
    expect((await normalize(data, options)).problems).toEqual([problem])
  })

  test.each<[Record<string, unknown>, string[]]>([
    [{ aliases: '/a/' }, ['/a/']], [{ aliases: ['/a/', '/a', '/b.html'] }, ['/a/', '/b.html']], [{ redirect_from: '/news/2019/x/' }, ['/news/2019/x/']], [{ alias: '/a/', redirect_from: ['/b/'] }, ['/a/', '/b/']], [{ aliases: null }, []],
  ])('aliases %j', async (data, aliases) => {
    const { entry, diagnostics } = await normalize(data)
    expect(diagnostics).toEqual([])
    expect(entry.aliases).toEqual(aliases)
  })
})

describe('other fields', () => {
  test.each<[Record<string, unknown>, object]>([
    [{ author: 'Ann' }, { author: { name: 'Ann' } }], [{ author: { name: 'Ann', email: null } }, { author: { name: 'Ann' } }], [{ author: '' }, { author: { name: 'Site' } }], [{}, { author: { name: 'Site' } }],
    [{ template: 'post' }, { template: 'post.njk' }], [{ template: 'a/b.html' }, { template: 'a/b.html' }], [{ description: 12 }, { description: '12' }], [{ description: 'two\nlines' }, { description: 'two lines' }],
    [{ id: 7 }, { uid: '7' }], [{ canonical: 'HTTPS://Example.org/a b' }, { canonical: 'https://example.org/a%20b' }],
  ])('%j', async (data, fields) => {
    const { entry, diagnostics } = await normalize(data, { config: { author: 'Site' } })
    expect(diagnostics).toEqual([])
    expect(entry).toMatchObject(fields)
  })

  test.each<[Record<string, unknown>]>([
    [{ author: ['Ann', 'Bob'] }], [{ author: { email: 'x' } }], [{ author: 5 }], [{ template: '../x' }], [{ template: '/etc/passwd' }], [{ template: 'a\\b' }], [{ template: ['a'] }], [{ description: ['a'] }],
    [{ canonical: '/x/' }], [{ canonical: 'javascript:alert(1)' }], [{ canonical: 'example.org' }],
  ])('%j is an error', async (data) => {
    expect((await normalize(data)).problems).toEqual(['error front-matter-value 2'])
  })

  test('an id that the entry has anyway is no id for feeds', async () => {
    expect('uid' in (await normalize({ id: '978' }, { raw: { id: 'books:978' } })).entry).toBe(false)
  })

  test('all problems are told together', async () => {
    const { problems } = await normalize({ title: [], date: 'x', draft: 'maybe', tags: [{}], permalink: '/../', canonical: 'x', author: 1 })
    expect(problems.toSorted()).toEqual(['error front-matter-date 3', 'error front-matter-value 2', 'error front-matter-value 4', 'error front-matter-value 5', 'error front-matter-value 7', 'error front-matter-value 8', 'error permalink-unsafe 6'])
  })
})

describe('slips', () => {
  test.each([['tilte', 'title'], ['titel', 'title'], ['titl', 'title'], ['Title', 'title'], ['dat', 'date'], ['drafts', 'draft'], ['DATE', 'date'], ['authors', 'author'], ['permlink', 'permalink'], ['descripton', 'description'], ['tgas', 'tags'], ['expire', 'expires'], ['update', 'updated'], ['tags ', 'tags']])('%s', async (key, meant) => {
    const { diagnostics, problems } = await normalize({ a: 1, [key]: 'x' })
    expect(problems).toEqual(['warning front-matter-key 3'])
    expect(diagnostics[0]?.message).toContain(`\`${meant}\``)
  })

  test.each(['data', 'rate', 'late', 'tabs', 'bags', 'name', 'version', 'type', 'state', 'border', 'plug', 'lang', 'toc', 'weight', 'a', 'image', 'series', 'comments', 'cover', 'summary', 'math', 'hidden', 'pin', 'keywords', 'subtitle'])('%s is none', async (key) => {
    expect((await normalize({ [key]: 'x' })).problems).toEqual([])
  })

  test('nobody slipped who has the right key too', async () => {
    expect((await normalize({ date: '2024-01-01', dates: [], author: 'A', authors: ['A'] })).problems).toEqual([])
  })

  test('keys of a remote source are its own', async () => {
    expect((await normalize({ tilte: 'x' }, { raw: { origin: { label: 'remote entry 1' } } })).problems).toEqual([])
  })
})

describe('schemas', () => {
  const schema = z.object({ title: z.string(), rating: z.number().optional(), tags: z.array(z.string()).default(['none']), date: z.coerce.date().optional(), extra: z.object({ size: z.number() }).optional() })

  test('the data is what the schema makes of it, our own keys are kept', async () => {
    const { entry, diagnostics } = await normalize({ title: 'T', date: '2024-05-06 10:00', rating: 4, order: 3, draft: true }, { collection: { schema }, config: { timeZone: 'Europe/Vienna' } })
    expect(diagnostics).toEqual([])
    expect(entry.data).toEqual({ title: 'T', date: '2024-05-06 10:00', rating: 4, order: 3, draft: true, tags: ['none'] })
    expect(Object.getPrototypeOf(entry.data)).toBe(null)
    expect(entry.terms.get('tags')).toEqual(['none'])
    expect(entry.date).toEqual(new Date('2024-05-06T08:00:00Z'))
    expect(entry.publication.state).toBe('draft')
  })

  test('problems are located and have their path', async () => {
    const { diagnostics } = await normalize({ rating: 'four', extra: { size: 'x' }, tags: ['a', 1] }, { collection: { schema } })
    expect(diagnostics.map(({ code, at: place, message }) => [code, place?.line, message.split(':')[0]])).toEqual([
      ['front-matter-schema', undefined, '`title`'], ['front-matter-schema', 2, '`rating`'], ['front-matter-schema', 4, '`tags.1`'], ['front-matter-schema', 3, '`extra.size`'],
    ])
  })

  test('keys that the schema does not know are told', async () => {
    const { diagnostics } = await normalize({ title: 'T', ratng: 4, other: 1 }, { collection: { schema: z.object({ title: z.string(), rating: z.number().default(1) }) } })
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'front-matter-key', at: { line: 3 }, fix: 'did you mean rating?' }, { severity: 'warning', code: 'front-matter-key', at: { line: 4 }, fix: 'remove it, or add it to the schema.' },
    ])
    expect((await normalize({ title: 'T', other: 1 }, { collection: { schema: z.strictObject({ title: z.string() }) } })).problems).toEqual(['error front-matter-schema '])
    expect((await normalize({ title: 'T', other: 1 }, { collection: { schema: z.looseObject({ title: z.string() }) } })).problems).toEqual([])
  })

  test('of the source and of the collection, asynchronous ones too', async () => {
    const own = z.object({ price: z.string().transform(async (text) => Number(text)) })
    const { entry, diagnostics } = await normalize({ price: '12' }, { schema: own, collection: { schema: z.object({ price: z.number() }) } })
    expect(diagnostics).toEqual([])
    expect(entry.data).toEqual({ price: 12 })
    expect((await normalize({ price: 12 }, { schema: own, collection: { schema: z.object({ price: z.string() }) } })).problems).toEqual(['error front-matter-schema 2'])
  })

  test('what a broken schema does', async () => {
    const broken = (validate: () => never | { value: unknown }): StandardSchemaV1 => ({ '~standard': { version: 1, vendor: 'test', validate } })
    expect((await normalize({}, { schema: broken(() => { throw new Error('boom') }) })).diagnostics[0]).toMatchObject({ code: 'front-matter-schema', message: 'the schema failed: boom' })
    expect((await normalize({}, { schema: broken(() => ({ value: ['x'] })) })).diagnostics[0]).toMatchObject({ code: 'front-matter-schema', message: 'the schema made a list of the data, not a map' })
  })

  test('a schema cannot change what the source gave', async () => {
    const data = { title: 'T' }
    await normalize(data, { schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: Object.assign(value as object, { title: 'changed' }) }) } } })
    expect(data).toEqual({ title: 'T' })
  })
})
