// A site and its plan as they are written down, read again: the same, field by field.
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { saveSite, readSite } from '../../src/build/known-site.ts'
import { isUnread } from '../../src/build/known-entries.ts'
import { loadSite } from '../../src/build/load.ts'
import { createRows } from '../../src/build/rows.ts'
import { loadSettings } from '../../src/config/config.ts'
import type { Entry } from '../../src/core/types.ts'
import { asciiJson, readNames, writeNames } from '../../src/util/ascii.ts'
import { linesOf } from '../../src/util/lines.ts'
import { removeTempFolders, tempFolder } from '../support/cli.ts'

afterAll(removeTempFolders)

const odd = ['a', 'grüße "x"', 'back\\slash \\u0041', 'tab\tand\nline', '日本 😀', ' ', '\u007f\u0000\u2028']

describe('ASCII', () => {
  test('JSON gives the same value', () => {
    const text = asciiJson(odd)
    expect(text).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(text)).toEqual(odd)
  })

  test.each([[odd], [[]], [['one']]])('names: %j', (names) => {
    expect(writeNames(names)).toMatch(/^[\x20-\x7e\t]*$/)
    expect(readNames(writeNames(names))).toEqual(names)
  })

  test.each(['', '\n', 'a', 'a\nb', 'a\n\nb\n', 'x\n'.repeat(10_000)])('lines are those of split', (text) => {
    const lines = linesOf(text)
    expect(Array.from({ length: lines.count }, (_, i) => lines.at(i))).toEqual(text.split('\n'))
  })
})

test('rows: what is set comes before what was read, and new ones go on counting', () => {
  const rows = createRows<string, number>(['a', 'b'], (number) => ['1', '2'][number]!, { write: String, parse: Number })
  expect([rows.get('a'), rows.get('b'), rows.get('c'), rows.numberOf('b')]).toEqual([1, 2, undefined, 1])
  rows.set('b', 20)
  rows.set('c', 30)
  expect([rows.get('b'), rows.text('b'), rows.text('c'), rows.numberOf('c'), rows.size]).toEqual([20, '20', '30', 2, 3])
  rows.keep(new Set(['a', 'c']))
  expect([[...rows.keys()], rows.has('b'), rows.text('b')]).toEqual([['a', 'c'], false, ''])
})

const post = (title: string, front: string): string => `---\ntitle: ${title}\n${front}\n---\n\nText.\n`
const site: Readonly<Record<string, string>> = {
  'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/', redirects: { '/from/': '/to/' }, blogroll: { sites: [{ title: 'x', url: 'https://example.com/', feed: 'https://example.com/feed.xml' }] }, collections: { posts: { pageSize: 2, years: true, intro: 'hello.md' }, notes: { permalink: false }, pages: { index: false } } }`,
  'content/hello.md': post('Hello', 'description: "A \\"word\\" 日"'),
  'content/notes/n.md': post('Note', 'tags: [a]'),
  'content/posts/a.md': post('A', 'date: 2024-01-01\ntags: [a, Größe]\naliases: [/old/, /ältere/]\nmood: { list: [1, { deep: null }] }'),
  'content/posts/b.md': post('B', 'date: 2024-02-01T10:00:00Z\nupdated: 2024-03-01\nexpires: 2030-01-01\ntags: [b]\nid: urn:x\ncanonical: https://example.com/b\nauthor: Ann'),
  'content/posts/c.md': post('C', 'date: 2025-02-01\ntags: [A]\nslug: größe'),
  'content/posts/d.md': post('D', 'date: 2025-03-01\ndraft: true'),
  'content/posts/e.md': post('E', 'date: 2040-03-01'),
  'content/posts/f.md': post('F', 'date: 2020-03-01\nexpires: 2021-01-01'),
  'content/posts/undated/index.md': post('Undated', 'template: list.njk'),
  'content/posts/undated/dot.svg': '<svg/>',
}

test('a site that is written down is the one that is read', async () => {
  const root = tempFolder(site)
  const { settings, config } = await loadSettings(root, {})
  const loaded = await loadSite({ settings, configDigest: config.digest, at: new Date('2026-01-01T00:00:00Z'), drafts: false, future: false, signal: new AbortController().signal })
  expect(loaded.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  const folder = path.join(root, '.ssg/cache')
  const known = readSite(folder, saveSite(folder, loaded, settings) ?? '', settings)!

  const ids = (entries: readonly Entry[]): string[] => entries.map(({ id }) => id)
  expect(ids(known.site.entries)).toEqual(ids(loaded.site.entries))
  expect([...known.site.byId.keys()]).toEqual([...loaded.site.byId.keys()])
  expect([...known.site.collections].map(([name, list]) => [name, ids(list)])).toEqual([...loaded.site.collections].map(([name, list]) => [name, ids(list)]))
  const terms = ({ taxonomies }: typeof loaded.site): unknown => [...taxonomies].map(([name, all]) => [name, [...all].map(([slug, term]) => [slug, { ...term, entries: ids(term.entries) }])])
  expect(terms(known.site)).toEqual(terms(loaded.site))
  const held = (all: typeof loaded.site.held): unknown => all.map(({ entry, ...rest }) => ({ ...rest, entry: entry.id }))
  expect(held(known.site.held)).toEqual(held(loaded.site.held))
  expect(known.site.held.length).toBe(3)

  expect([...known.pages.keys()]).toEqual([...loaded.pages.keys()])
  expect(known.site.entries.every(isUnread)).toBe(true)
  for (const kind of ['entry', 'list', 'terms', 'template', 'feed', 'sitemap', 'robots', 'redirect', 'opml', 'highlight', 'asset'] as const) {
    expect(loaded.pages.of(kind), kind).not.toEqual([])
    expect(known.pages.filesOf(kind), kind).toEqual(loaded.pages.filesOf(kind))
    expect(known.pages.of(kind), kind).toEqual(loaded.pages.of(kind))
  }
  // Also the order of their fields, for specs are compared as texts.
  expect(JSON.stringify([...known.pages.values()])).toBe(JSON.stringify([...loaded.pages.values()]))

  const runs = ({ runs: all }: typeof loaded): unknown => all.map(({ entries, diagnostics }) => ({ diagnostics, entries: entries.map(plain) }))
  expect(runs(known)).toEqual(runs(loaded))
})

/** Without its text, and without what finds places in it. */
function plain(entry: Entry): unknown {
  const { origin: { file, line, bodyLine, label, url }, body, ...rest } = entry
  return { ...rest, origin: { file, line, bodyLine, label, url }, kind: body.kind, fields: Object.keys(rest).sort() }
}
