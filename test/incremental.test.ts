// The promise of the incremental build: after any mixture of edits its output and its messages are those of a clean build, and
// it renders what an edit touches and nothing else.
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { buildAndCompare, madeIn, run } from './support/builds.ts'
import { removeTempFolders, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const post = (title: string, front: string, body: string): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const config = `
import { defineConfig, data, files } from 'sourcepress'
export default defineConfig({
  title: 'Site', url: 'https://example.org/', id: 'x',
  collections: {
    posts: { source: files('posts/**/*.md'), pageSize: 3 },
    books: { source: data('content/_books.yaml', { body: 'review' }), permalink: false, index: false, feed: false },
    pages: { source: files('*.md'), permalink: '/:path/', index: false, feed: false },
  },
  queries: { longest: (site) => [...site.entries].sort((a, b) => b.title.length - a.title.length || (a.id < b.id ? -1 : 1))[0] },
})
`
const files: Readonly<Record<string, string>> = {
  'site.config.ts': config,
  'content/_books.yaml': '- id: one\n  title: One\n  review: A *fine* book.\n- id: two\n  title: Two\n  review: Another.\n',
  'content/_data/people.json': '{ "ann": "Ann" }',
  'content/about.md': post('About', 'template: about.njk', 'See [the first](posts/a.md).'),
  'content/posts/a.md': post('Alpha', 'date: 2025-01-01\ntags: [red, blue]', 'First. See [b](b.md#part).\n\n```js\nconst a = 1\n```'),
  'content/posts/b.md': post('Beta', 'date: 2025-02-01\ntags: [red]', 'Second.\n\n## Part\n\nText.'),
  'content/posts/c/index.md': post('Gamma', 'date: 2025-03-01\ntags: [blue]', 'Third ![dot](dot.svg).'),
  'content/posts/c/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>',
  'content/posts/d.md': post('Delta', 'date: 2025-04-01', 'Fourth.'),
  'content/posts/e.md': post('Epsilon', 'date: 2025-05-01\naliases: [/old/]', 'Fifth.'),
  'content/posts/f.md': post('Zeta', 'date: 2026-02-01', 'Later.'),
  'content/posts/g.md': post('Eta', 'date: 2025-06-01\ndraft: true', 'Held.'),
  'static/robots.txt': 'User-agent: *\n',
  'templates/about.njk': '{% extends "base.njk" %}{% from "macros.njk" import link %}{% block main %}<h1>{{ page.title }}</h1>{{ entry.content }}{% for e in site.recent(2) %}{{ link(e) }}{% endfor %}<p>{{ site.data.people.ann }} {{ site.query("longest").title }}</p>{% for b in site.collection("books") %}<i>{{ b.title }} {{ b.content }}</i>{% endfor %}{% include "extra.njk" ignore missing %}{% endblock %}',
  'templates/macros.njk': '{% macro link(e) %}<a href="{{ e.url }}">{{ e.title }}</a>{% endmacro %}',
}

function site(): string {
  const root = path.join(tempFolder(), 'site')
  writeFiles(root, files)
  return root
}
const edit = (root: string, file: string, change: (text: string) => string): void => fs.writeFileSync(path.join(root, file), change(fs.readFileSync(path.join(root, file), 'utf8')))

describe('what is rendered', () => {
  test('nothing, if nothing changed; also in a copy elsewhere with other times', async () => {
    const root = site()
    await buildAndCompare(root)
    expect(madeIn(await buildAndCompare(root))).toEqual([])
    const copy = path.join(tempFolder(), 'elsewhere')
    fs.cpSync(root, copy, { recursive: true })
    const moved = await buildAndCompare(copy)
    expect(madeIn(moved).filter((file) => !/\.(?:svg|css|js|txt)$/.test(file))).toEqual([])
    expect(moved.result?.written).toBe(0)
  })

  test('a body: its page, and the feeds that hold it', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'content/posts/b.md', (text) => text.replace('Text.', 'New text.'))
    expect(madeIn(await buildAndCompare(root))).toEqual(['feed.xml', 'posts/b/index.html', 'tags/red/feed.xml'])
  })

  test('an excerpt: also the lists that show it', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'content/posts/b.md', (text) => text.replace('Second.', 'Second, at last.'))
    const pages = madeIn(await buildAndCompare(root))
    expect(pages).toContain('posts/b/index.html')
    expect(pages).toContain('tags/red/index.html')
    expect(pages).not.toContain('tags/blue/index.html')
    expect(pages).not.toContain('posts/a/index.html')
  })

  test('a title: its page, its neighbours, its lists; not pages that show nothing of it', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'content/posts/b.md', (text) => text.replace('Beta', 'Better'))
    const pages = madeIn(await buildAndCompare(root))
    for (const page of ['posts/a/index.html', 'posts/b/index.html', 'posts/c/index.html', 'tags/red/index.html', 'feed.xml']) expect(pages).toContain(page)
    for (const page of ['posts/d/index.html', 'posts/e/index.html', 'tags/blue/index.html', 'tags/index.html', 'sitemap.xml']) expect(pages).not.toContain(page)
  })

  test('white space that changes no HTML: nothing', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'content/posts/b.md', (text) => text + '\n\n')
    expect(madeIn(await buildAndCompare(root))).toEqual([])
  })

  test('a template, a macro, a data file, one that was missing: the pages that read it', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'templates/macros.njk', (text) => text.replace('<a ', '<a class="x" '))
    expect(madeIn(await buildAndCompare(root))).toEqual(['about/index.html'])
    edit(root, 'content/_data/people.json', (text) => text.replace('Ann"', 'Anna"'))
    expect(madeIn(await buildAndCompare(root))).toEqual(['about/index.html'])
    writeFiles(root, { 'templates/extra.njk': '<b>extra</b>' })
    expect(madeIn(await buildAndCompare(root))).toEqual(['about/index.html'])
    edit(root, 'content/_books.yaml', (text) => text.replace('fine', 'poor'))
    expect(madeIn(await buildAndCompare(root))).toEqual(['about/index.html'])
  })

  test('a scheduled post appears when its time has come, although no file changed', async () => {
    const root = site()
    await buildAndCompare(root)
    expect(fs.existsSync(path.join(root, 'public/posts/f/index.html'))).toBe(false)
    const later = await buildAndCompare(root, { at: new Date('2026-03-01T00:00:00Z') })
    expect(madeIn(later)).toContain('posts/f/index.html')
    expect(madeIn(later)).not.toContain('posts/a/index.html')
  })

  test('the config: everything', async () => {
    const root = site()
    await buildAndCompare(root)
    edit(root, 'site.config.ts', (text) => text.replace('title: \'Site\'', 'title: \'Other\''))
    expect(madeIn(await buildAndCompare(root))).toContain('posts/a/index.html')
  })
})

describe('the cache', () => {
  test.each<[string, (cache: string) => void]>([
    ['missing', (cache) => fs.rmSync(cache, { recursive: true })],
    ['a manifest cut off', (cache) => fs.truncateSync(path.join(cache, 'manifest.txt'), 500)],
    ['a manifest that is no JSON object', (cache) => fs.writeFileSync(path.join(cache, 'manifest.txt'), '[1]')],
    ['a store cut off', (cache) => fs.truncateSync(path.join(cache, 'store.bin'), 100)],
    ['a store missing', (cache) => fs.rmSync(path.join(cache, 'store.bin'))],
    ['a store with other bytes', (cache) => fs.writeFileSync(path.join(cache, 'store.bin'), 'x'.repeat(fs.statSync(path.join(cache, 'store.bin')).size))],
  ])('%s costs time, never truth', async (_, spoil) => {
    const root = site()
    await buildAndCompare(root)
    spoil(path.join(root, '.ssg/cache'))
    edit(root, 'content/posts/b.md', (text) => text.replace('Beta', 'Better'))
    await buildAndCompare(root)
    expect(madeIn(await buildAndCompare(root))).toEqual([])
  })

  test('output that somebody changed or removed is put right', async () => {
    const root = site()
    await buildAndCompare(root)
    fs.writeFileSync(path.join(root, 'public/index.html'), 'spoiled')
    fs.rmSync(path.join(root, 'public/posts/a'), { recursive: true })
    fs.writeFileSync(path.join(root, 'public/theme.css'), 'spoiled')
    expect(madeIn(await buildAndCompare(root))).toEqual(['index.html', 'posts/a/index.html', 'theme.css'])
  })
})

describe('any mixture of edits', () => {
  const names = ['a', 'b', 'd', 'e', 'f', 'g', 'h', 'i']
  const words = ['alpha', 'beta', 'gamma', 'delta <b>', '`code`', '[a](a.md)', '[about](../about.md)', '## Part', '{{ x }}', '<!-- more -->', '[x](b.md#part)', '\n\n', '```js\nlet x\n```', '[no](/nowhere/)']
  const name = fc.constantFrom(...names)
  const body = fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((parts) => parts.join(' '))
  const front = fc.record({
    title: fc.constantFrom('One', 'Two', 'Three: four', 'C++'), date: fc.constantFrom('2025-01-01', '2025-07-01', '2025-12-31', '2026-06-01'),
    tags: fc.constantFrom('[red]', '[Red, blue]', '[]', 'green'), draft: fc.boolean(),
  })
  type Edit = (root: string) => void
  const edits: fc.Arbitrary<Edit> = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(name, front, body).map(([file, { title, date, tags, draft }, text]): Edit => (root) => writeFiles(root, { [`content/posts/${file}.md`]: post(JSON.stringify(title), `date: ${date}\ntags: ${tags}\ndraft: ${draft}`, text) })) },
    { weight: 2, arbitrary: name.map((file): Edit => (root) => fs.rmSync(path.join(root, `content/posts/${file}.md`), { force: true })) },
    { weight: 2, arbitrary: fc.tuple(name, name).map(([from, to]): Edit => (root) => { if (fs.existsSync(path.join(root, `content/posts/${from}.md`))) fs.renameSync(path.join(root, `content/posts/${from}.md`), path.join(root, `content/posts/${to}.md`)) }) },
    { weight: 2, arbitrary: fc.tuple(name, body).map(([file, text]): Edit => (root) => { if (fs.existsSync(path.join(root, `content/posts/${file}.md`))) fs.appendFileSync(path.join(root, `content/posts/${file}.md`), `\n${text}\n`) }) },
    { weight: 1, arbitrary: fc.constantFrom('x', 'y', '{{ site.recent(1)[0].title }}', '{{ site.terms("tags").length }}', '{% for e in site.collection("posts") %}{{ e.summary }}{% endfor %}').map((text): Edit => (root) => writeFiles(root, { 'templates/extra.njk': text })) },
    { weight: 1, arbitrary: fc.constant<Edit>((root) => fs.rmSync(path.join(root, 'templates/extra.njk'), { force: true })) },
    { weight: 1, arbitrary: fc.constantFrom('Ann', 'Bob').map((text): Edit => (root) => writeFiles(root, { 'content/_data/people.json': JSON.stringify({ ann: text }) })) },
    { weight: 1, arbitrary: fc.constantFrom(2, 3, 5).map((size): Edit => (root) => writeFiles(root, { 'site.config.ts': config.replace('pageSize: 3', `pageSize: ${size}`) })) },
    { weight: 1, arbitrary: fc.constantFrom('fine', 'poor').map((text): Edit => (root) => writeFiles(root, { 'content/_books.yaml': `- id: one\n  title: One ${text}\n  review: A *${text}* book.\n` })) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('dot', 'dash'), fc.constantFrom(2, 4)).map(([file, size]): Edit => (root) => writeFiles(root, { [`content/posts/c/${file}.svg`]: `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"/>` })) },
    { weight: 1, arbitrary: fc.constant<Edit>((root) => fs.rmSync(path.join(root, 'content/posts/c/dot.svg'), { force: true })) },
    { weight: 1, arbitrary: fc.constantFrom('index.html', 'feed.xml', 'theme.css').map((file): Edit => (root) => fs.rmSync(path.join(root, 'public', file), { force: true })) },
  )

  test('gives the bytes and the messages of a clean build', async () => {
    await fc.assert(fc.asyncProperty(fc.array(edits, { minLength: 4, maxLength: 12 }), async (sequence) => {
      const root = site()
      await run(root)
      for (const apply of sequence) {
        apply(root)
        await buildAndCompare(root)
      }
      fs.rmSync(root, { recursive: true })
    }), { numRuns: Number(process.env['FUZZ_RUNS'] ?? 12), seed: Number(process.env['FUZZ_SEED'] ?? 20261120) })
  }, 300_000)
})
