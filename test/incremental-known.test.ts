// The short way from one build to the next: a site that is written down, of which only what was edited is read again. Edits that
// it may take and edits that it must leave alone, each compared with a clean build; and each of its conditions, left out, is missed.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../dist/src/build/build.js'
import { readTree, removeTempFolders, tempFolder } from './support/cli.ts'
import { buildAndCompare, buildClean, expectTree, madeIn, run } from './support/builds.ts'
import { mutate, type Mutation } from './support/mutate.ts'

afterAll(removeTempFolders)

const post = (title: string, front: string, body: string): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const files: Readonly<Record<string, string>> = {
  'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/', collections: { posts: { pageSize: 2 }, pages: { index: false, feed: false } } }`,
  'content/_data/word.json': '"word"',
  'content/about.md': post('About', 'template: about.njk', 'See [a](posts/a.md), [the part](posts/b.md#part) and [nothing](/nothing/).'),
  'content/posts/a.md': post('Alpha', 'date: 2025-01-01\ntags: [red]\nmood: { kind: good, list: [1, 2] }', 'First.\n\nMore. See ![](dot.svg).'),
  'content/posts/b.md': post('Beta', 'date: 2025-02-01\nupdated: 2025-02-03\ntags: [red, Blue]', 'Second.\n\n## Part\n\nText with {{ x }}.'),
  'content/posts/c.md': post('Gamma', 'date: 2025-03-01\ndescription: The third.', 'Third.'),
  'content/posts/d.md': post('Delta', 'date: 2025-04-01\ndraft: true', 'Held.'),
  'content/posts/e.md': post('Epsilon', 'date: 2027-04-01', 'Later.'),
  'content/posts/f.md': post('Zeta', 'date: 2025-05-01\nexpires: 2025-06-01', 'Over.'),
  'content/posts/gr\u00fc\u00dfe \u65e5.md': post('Gr\u00fc\u00dfe "\\t" \u{1f600}', 'date: 2024-12-01\ntags: [Stra\u00dfe, red]\nlike-of: https://example.com/', 'Fourth.'),
  'content/posts/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>',
  'templates/about.njk': '{% extends "base.njk" %}{% block main %}<h1>{{ page.title }}</h1>{{ entry.content }}{% for e in site.recent(3) %}<p>{{ e.title }} {{ e.data.mood.kind if e.data.mood else "" }}</p>{% endfor %}{{ site.data.word }}{{ site.microformats }}{{ site.menu | length }}{% for f in site.feeds %}{{ f.href }}{% endfor %}{% endblock %}',
}

interface Edit { readonly name: string; readonly file: string; readonly was: string; readonly is: string }
const edit = (name: string, file: string, was: string, is: string): Edit => ({ name, file: `content/${file}`, was, is })
const edits: readonly Edit[] = [
  edit('a text', 'posts/a.md', 'More.', 'Even more.'),
  edit('an excerpt', 'posts/c.md', 'Third.', 'The third of all.'),
  edit('a text with something wrong', 'posts/b.md', 'Text with {{ x }}.', 'Text with {{ y }}.\n\nAnd {{ z }}.'),
  edit('a new broken link', 'posts/c.md', 'The third of all.', 'The third of all, see [x](/nowhere/).'),
  edit('an anchor that is linked to', 'posts/b.md', '## Part', '## Piece'),
  edit('an anchor, back', 'posts/b.md', '## Piece', '## Part'),
  edit('lines above what is wrong', 'posts/b.md', 'updated: 2025-02-03', 'updated: 2025-02-03\nnothing:\n'),
  edit('white space', 'posts/a.md', 'Even more.', 'Even more. '),
  edit('a title', 'posts/a.md', 'Alpha', 'Alfa'),
  edit('a title and a text', 'posts/c.md', 'Gamma', 'Gama'),
  edit('a field of our own', 'posts/a.md', 'kind: good', 'kind: bad'),
  edit('a term', 'posts/b.md', 'Blue', 'green'),
  edit('a date', 'posts/a.md', '2025-01-01', '2025-03-05'),
  edit('what is held back', 'posts/d.md', 'Held.', 'Still held.'),
  edit('what is published', 'posts/d.md', 'draft: true', 'draft: false'),
  edit('an address', 'posts/b.md', 'tags:', 'permalink: /b/\ntags:'),
  edit('the broken link, mended', 'posts/c.md', '/nowhere/', 'a.md'),
  edit('data', '_data/word.json', 'word', 'other'),
  edit('a picture', 'posts/dot.svg', 'width="2"', 'width="4"'),
  { name: 'a template', file: 'templates/about.njk', was: '<h1>', is: '<h1 class="x">' },
  edit('a text of a file with signs of its own', 'posts/gr\u00fc\u00dfe \u65e5.md', 'Fourth.', 'Fourth, at last.'),
  edit('text, last', 'posts/c.md', 'The third of all', 'Last of all'),
]

function apply(root: string, { file, was, is }: Edit): void {
  const name = path.join(root, file)
  const text = fs.readFileSync(name, 'utf8')
  expect(text, file).toContain(was)
  fs.writeFileSync(name, text.replace(was, is))
}

describe('the next process', () => {
  test.each([0, 60])('takes the short way, with %i ms after each edit, and is right', async (patienceMs) => {
    const root = tempFolder(files)
    await sleep(patienceMs)
    await buildAndCompare(root)
    for (const one of edits) {
      apply(root, one)
      await sleep(patienceMs)
      await buildAndCompare(root)
    }
    expect(madeIn(await buildAndCompare(root))).toEqual([])
  })

  test('reads nothing but the file that was edited, and those in which something is wrong', async () => {
    const root = tempFolder(files)
    await sleep(60)
    await buildAndCompare(root)
    apply(root, edits[0]!)
    await sleep(60)
    const read: string[] = []
    const { openSync } = fs
    const spy: typeof openSync = (file, ...rest) => (read.push(path.relative(root, String(file))), openSync(file, ...rest))
    try {
      fs.openSync = spy
      syncBuiltinESMExports()
      expect(madeIn(await run(root))).toContain('posts/a/index.html')
    } finally {
      fs.openSync = openSync
      syncBuiltinESMExports()
    }
    expect(read.filter((file) => file.endsWith('.md')).sort()).toEqual(['content/about.md', 'content/posts/a.md', 'content/posts/b.md'])
  })
})

const mutations: readonly Mutation[] = [
  ['that more than a text changed', 'build/reload.js', '!isSameSite(edited, settings)', 'false'],
  ['files that nobody claims', 'build/reload.js', '!claimed.has(name) && !isForPages(file, settings)', 'false'],
  ['texts that changed', 'build/stale.js', 'for (const id of edited)', 'for (const id of [])'],
  ['templates and data that changed', 'build/stale.js', 'for (const key of cache.looseKeys())', 'for (const key of [])'],
  ['templates and data that were noted', 'build/manifest.js', 'loose.add(key)', 'undefined'],
  ['whether a post answers to something', 'build/known-site.js', 'knowResponses(site, responds)', 'knowResponses(site, !responds)'],
  ['which files changed', 'build/looks.js', 'last !== look || ', ''],
  ['files that went', 'build/looks.js', 'if (before.size !== after.size)', 'if (false)'],
]

describe('a build that does not ask', () => {
  const gone = ['content/posts/c.md']
  const states: Awaited<ReturnType<typeof buildClean>>[] = []
  beforeAll(async () => {
    const root = tempFolder(files)
    for (const one of edits) {
      apply(root, one)
      states.push(await buildClean(root))
    }
    for (const file of gone) fs.rmSync(path.join(root, file))
    states.push(await buildClean(root))
  })

  async function findDifference(builder?: typeof build): Promise<number> {
    const root = tempFolder(files)
    const options = builder === undefined ? {} : { builder }
    await sleep(60)
    await run(root, options)
    for (const [i, state] of states.entries()) {
      const one = edits[i]
      if (one) apply(root, one)
      else for (const file of gone) fs.rmSync(path.join(root, file))
      await sleep(60)
      const { messages } = await run(root, options)
      const tree = readTree(path.join(root, 'public'))
      if (messages !== state.messages || tree.size !== state.tree.size || [...tree].some(([file, bytes]) => !state.tree.get(file)?.equals(bytes))) return i
    }
    expectTree(path.join(root, 'public'), states.at(-1)!.tree)
    return -1
  }

  test('nothing is left out, nothing differs', async () => {
    expect(await findDifference()).toBe(-1)
  })

  test.each(mutations.map((mutation) => [mutation[0], mutation] as const))('for %s is found out', async (_, mutation) => {
    expect(await findDifference(await mutate(mutation))).toBeGreaterThanOrEqual(0)
  })
})

/** A site that was built, and the text of it that is edited. */
function builtSite(more: Readonly<Record<string, string>> = {}): { root: string; editText: () => void; siteFile: string } {
  const root = tempFolder({ ...files, ...more })
  return { root, editText: () => fs.appendFileSync(path.join(root, 'content/posts/c.md'), '\nMore.\n'), siteFile: path.join(root, '.ssg/cache/site.txt') }
}

describe('what is written down', () => {
  test('is read only where it is looked at', async () => {
    const { root, editText } = builtSite()
    await sleep(60)
    await run(root)
    editText()
    await sleep(60)
    const parsed: string[] = []
    const { parse } = JSON
    try {
      JSON.parse = (text: string, ...rest: []) => (parsed.push(text), parse(text, ...rest) as unknown)
      expect((await run(root)).result?.rendered).toContainEqual({ output: 'posts/c/index.html', why: 'content:posts/c.md changed' })
    } finally {
      JSON.parse = parse
    }
    // Lines of entries and of pages; all that is said of all of them at once is in longer texts.
    const lines = parsed.filter((text) => text.length < 1000)
    expect(lines.filter((text) => /"title":"Gamma"/.test(text))).not.toEqual([])
    expect(lines.filter((text) => /"title":"(?:Delta|Epsilon|Zeta)"|"entry":"posts\/a\.md"/.test(text))).toEqual([])
  })

  test.each<[string, (text: string, before: string) => string]>([
    ['missing', () => ''],
    ['cut off within a line', (text) => text.slice(0, -40)],
    ['cut off at the end of a line', (text) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
    ['without its first entry', (text) => text.replace(/\n.*\n/, '\n')],
    ['without its last entry', (text) => text.replace(/\n.*"title":"About".*/, '')],
    ['with lines that are none', (text) => text.replaceAll(/\n\{"/g, '\n["')],
    ['of another build', (_, before) => before],
  ])('%s costs time, never truth', async (_, change) => {
    const { root, editText, siteFile } = builtSite()
    await sleep(60)
    await run(root)
    const before = fs.readFileSync(siteFile, 'latin1')
    for (const [file, was, is] of [['content/posts/a.md', 'Alpha', 'Alfa'], ['content/posts/c.md', 'Gamma', 'Gama']] as const) fs.writeFileSync(path.join(root, file), fs.readFileSync(path.join(root, file), 'utf8').replace(was, is))
    await sleep(60)
    await run(root)
    fs.writeFileSync(siteFile, change(fs.readFileSync(siteFile, 'latin1'), before), 'latin1')
    editText()
    await sleep(60)
    await buildAndCompare(root)
  })
})

const dangers: readonly (readonly [Mutation, (builder: typeof build) => Promise<boolean>])[] = [
  [['how many lines there are', 'build/known-site.js', 'lines.count !== ', 'false && lines.count !== '], (builder) => isRightAfter(builder, (text) => text.replace(/\n.*"entry":"posts\/c.md".*/, ''))],
  [['which build it is of', 'build/known-site.js', 'known?.stamp !== stamp', 'known === undefined'], (builder) => isRightAfter(builder, (_, before) => before)],
  [['lines that are none', 'build/known-entries.js', "throw new NotLoaded('a line of the site is damaged')", 'throw new SyntaxError()'], (builder) => isRightAfter(builder, (text) => text.replaceAll(/\n\{"/g, '\n["'))],
  [['that data is frozen', 'build/known-entries.js', 'freezeDeep(withoutPrototype(data))', 'withoutPrototype(data)'], isFrozenFor],
  [['when the next entry appears', 'build/unchanged.js', 'last.snapshot.until', 'null'], isInTimeWith],
]

/** Whether the short way finds out that the site's file is not what it was. */
async function isRightAfter(builder: typeof build, change: (text: string, before: string) => string): Promise<boolean> {
  const { root, editText, siteFile } = builtSite()
  await sleep(60)
  await run(root, { builder })
  const before = fs.readFileSync(siteFile, 'latin1')
  const file = path.join(root, 'content/posts/a.md')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('Alpha', 'Alfa').replace('2025-01-01', '2025-04-20'))
  await sleep(60)
  await run(root, { builder })
  fs.writeFileSync(siteFile, change(fs.readFileSync(siteFile, 'latin1'), before), 'latin1')
  editText()
  await sleep(60)
  const clean = await buildClean(root)
  try {
    const { messages } = await run(root, { builder })
    return messages === clean.messages && isSameTree(root, clean.tree)
  } catch {
    return false
  }
}

function isSameTree(root: string, expected: ReadonlyMap<string, Buffer>): boolean {
  const tree = readTree(path.join(root, 'public'))
  return tree.size === expected.size && [...tree].every(([file, bytes]) => expected.get(file)?.equals(bytes))
}

async function isFrozenFor(builder: typeof build): Promise<boolean> {
  const { root, editText } = builtSite()
  await sleep(60)
  await run(root, { builder })
  const template = path.join(root, 'templates/about.njk')
  fs.writeFileSync(template, fs.readFileSync(template, 'utf8').replace('<h1>', '{% if site.entry("posts/a.md").data.mood.list.reverse() %}{% endif %}<h1>'))
  editText()
  await sleep(60)
  return (await run(root, { builder })).messages === (await buildClean(root)).messages
}

async function isInTimeWith(builder: typeof build): Promise<boolean> {
  const { root, editText } = builtSite()
  await sleep(60)
  await run(root, { builder })
  editText()
  await sleep(60)
  await run(root, { builder })
  const later = { at: new Date('2027-05-01T00:00:00Z') }
  const clean = await buildClean(root, later)
  await run(root, { ...later, builder })
  return isSameTree(root, clean.tree)
}

describe('a build that does not look at', () => {
  test.each(dangers.map(([mutation, isRight]) => [mutation[0], mutation, isRight] as const))('%s is found out', async (_, mutation, isRight) => {
    expect(await isRight(build)).toBe(true)
    expect(await isRight(await mutate(mutation))).toBe(false)
  })
})
