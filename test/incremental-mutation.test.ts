// Every kind of read that is recorded is needed: with one of them left out, one of these edits gives an output or a message that a
// clean build does not give. Each mutation is a change of one place in a copy of the compiled program.
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { build } from '../dist/src/build/build.js'
import { buildClean, moment, run, type RunOptions } from './support/builds.ts'
import { mutate, type Mutation } from './support/mutate.ts'
import { readTree, removeTempFolders, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const post = (title: string, front: string, body: string): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const picture = (size: number): string => `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"/>`
/** A page that reads one thing alone. */
const probe = (name: string, template: string): Record<string, string> => ({ [`content/probes/${name}.md`]: post(`Probe ${name}`, `template: probe-${name}.njk`, 'Probe.'), [`templates/probe-${name}.njk`]: template })
const from = (id: string): string => `site.entry("posts/${id}.md")`

const config = `
const suffix = '!'
export default {
  title: 'Site', url: 'https://example.org/',
  collections: {
    posts: { pageSize: 2, years: true },
    notes: { permalink: false, index: false, feed: false },
    probes: { index: false, feed: false },
    pages: { index: false, feed: false },
  },
  templates: { filters: { shout: (text) => text + suffix } },
  queries: { longest: (site) => [...site.entries].sort((a, b) => b.title.length - a.title.length || (a.id < b.id ? -1 : 1))[0].slug },
  planners: [function* extra(site, page) { if (site.byId.has('posts/i.md')) yield page.feed('/extra.xml', 'Extra', site.entries.slice(0, 1)) }],
}`
const files: Readonly<Record<string, string>> = {
  'site.config.mjs': config,
  'content/_data/word.json': '"word"',
  'content/about.md': post('About', 'description: About this.', 'See [a](posts/a.md) and [part](posts/b.md#part).\n\n{{ x }}'),
  'content/dot.svg': picture(2),
  'content/notes/n.md': post('Note', 'tags: [red]', 'A note.'),
  'content/posts/a.md': post('Alpha', 'date: 2023-01-01\ntags: [red]', 'First ![dot](../dot.svg).\n\nMore.'),
  'content/posts/b.md': post('Beta', 'date: 2023-02-01\nslug: b\npermalink: /posts/b/\ntags: [red, Blue]', 'Second, see [c](c.md).\n\n## Part\n\nText.[^1]\n\n[^1]: A footnote.'),
  'content/posts/c.md': post('Gamma', 'date: 2025-03-01\ntags: [Blue]', 'Third.\n\n## End'),
  'content/posts/d.md': post('Delta', 'date: 2025-04-01\nexpires: 2026-06-01', 'Fourth, see [the end](c.md#end).'),
  'templates/404.njk': 'Not found.',
  'templates/list.njk': '<h1>{{ page.title }}</h1>{% for e in entries %}{{ e.url }} {% endfor %}{{ term.count if term else "" }}{% for y in years %}{{ y.year }} {{ y.count }} {% endfor %}',
  'templates/part.njk': 'part',
  ...probe('meta', `{{ ${from('a')}.title }}`), ...probe('content', `{{ ${from('a')}.content }}`), ...probe('excerpt', `{{ ${from('a')}.summary }}`),
  ...probe('include', '{% include "part.njk" %}'), ...probe('missing', '{% include "late.njk" ignore missing %}'),
  ...probe('data', '{{ site.data.word }}'), ...probe('nodata', '{{ site.data.late or "" }}'),
  ...probe('entry', `{% if ${from('h')} %}yes{% endif %}`), ...probe('collection', '{{ site.collection("posts").length }}'), ...probe('recent', '{{ site.recent(1, "posts")[0].url }}'),
  ...probe('terms', '{% for t in site.terms("tags") %}{{ t.name }} {% endfor %}'), ...probe('termlink', `{% for t in ${from('a')}.tags %}{{ t.name }} {% endfor %}`),
  ...probe('newer', `{{ ${from('b')}.newer.url }}`), ...probe('older', `{{ ${from('c')}.older.url }}`),
  ...probe('menu', '{% for one in site.menu %}{{ one.title }} {% endfor %}'), ...probe('indexes', '{% for one in site.collections %}{{ one.url or "none" }} {% endfor %}'),
  ...probe('feeds', '{% for one in site.feeds %}{{ one.title }} {% endfor %}'), ...probe('own', '{{ site.query("longest") }}'), ...probe('filter', '{{ "text" | shout }}'),
}

interface Edit { readonly name: string; readonly apply: (root: string) => void; readonly options?: RunOptions }
const put = (name: string, content: Readonly<Record<string, string>>): Edit => ({ name, apply: (root) => writeFiles(root, content) })
const change = (name: string, file: string, was: string, is: string): Edit => ({
  name,
  apply(root) {
    const text = fs.readFileSync(path.join(root, file), 'utf8')
    expect(text, file).toContain(was)
    fs.writeFileSync(path.join(root, file), text.replace(was, is))
  },
})
const edits: readonly Edit[] = [
  change('a title', 'content/posts/a.md', 'Alpha', 'Alfa'),
  change('a body', 'content/posts/a.md', 'More.', 'Even more.'),
  change('an excerpt', 'content/posts/a.md', 'First', 'The first'),
  change('the end of an excerpt', 'content/posts/a.md', 'Even more.', 'Even more.\n\n<!-- more -->\n'),
  change('a field of our own', 'content/posts/a.md', 'tags:', 'robots: noindex\ntags:'),
  change('a template', 'templates/part.njk', 'part', 'other part'),
  put('a template that was missing', { 'templates/late.njk': 'late' }),
  change('data', 'content/_data/word.json', 'word', 'other'),
  put('data that was missing', { 'content/_data/late.json': '"late"' }),
  put('a picture', { 'content/dot.svg': picture(4) }),
  change('an anchor that is linked to', 'content/posts/b.md', '## Part', '## Piece'),
  change('an anchor that a clean page links to', 'content/posts/c.md', '## End', '## Over'),
  change('lines above a problem', 'content/about.md', 'description: About this.', 'description: About this.\n\n\n'),
  change('the slug', 'content/posts/b.md', 'slug: b', 'slug: beta'),
  change('an address that is linked to', 'content/posts/c.md', 'date:', 'permalink: /gamma/\ndate:'),
  change('a term that entries without a page have', 'content/notes/n.md', 'tags: [red]', 'tags: [red, Blue]'),
  change('the spelling of a term', 'content/posts/b.md', 'tags: [red, Blue]', 'tags: [Red, Blue]'),
  change('the spelling of a term, again', 'content/notes/n.md', 'tags: [red, Blue]', 'tags: [Red, Blue]'),
  change('a year', 'content/posts/a.md', '2023-01-01', '2022-01-01'),
  put('an entry between two others', { 'content/posts/g.md': post('Eta', 'date: 2024-01-01', 'Between.') }),
  put('the newest entry', { 'content/posts/h.md': post('Theta, the longest of all titles', 'date: 2025-12-01\ntags: [green]', 'New.') }),
  put('a feed more', { 'content/posts/i.md': post('Iota', 'date: 2022-12-01', 'Old.') }),
  put('a page at the top', { 'content/top.md': post('Top', 'description: At the top.', 'Top.') }),
  put('a page in place of an index', { 'content/home.md': post('Home', 'permalink: /', 'Home.') }),
  { name: 'output that is spoiled', apply: (root) => { for (const file of ['posts/a/index.html', 'dot.svg']) if (fs.existsSync(path.join(root, 'public', file))) fs.writeFileSync(path.join(root, 'public', file), 'spoiled') } },
  change('a constant of the config', 'site.config.mjs', `const suffix = '!'`, `const suffix = '?'`),
  { name: 'nothing but the time', apply: () => undefined, options: { at: new Date('2026-07-01T00:00:00Z') } },
  { name: 'nothing but time, back', apply: () => undefined, options: { at: moment } },
]

const recorder = 'build/page-maker.js'
const whatIsAdded = '(key) => { keys.add(key); }'
const leaveOut = (start: string): Mutation => [`reads of ${start}`, recorder, whatIsAdded, `(key) => { if (!key.startsWith('${start}')) keys.add(key); }`]
const without = (name: string, file: string, line: string): Mutation => [name, file, line, '']
const mutations: readonly Mutation[] = [
  ...['meta:', 'content:', 'excerpt:', 'query:', 'template:', 'data:'].map(leaveOut),
  ...['entry', 'collection', 'recent', 'terms', 'term', 'termLink', 'newer', 'older', 'years', 'menu', 'indexes', 'feeds', 'own:longest'].map((name) => leaveOut(`query:${name}(`)),
  // What is missing is a read, too.
  ['templates that are missing', 'render/templates.js', 'options.reads.read(`template:${name}`)', 'if (find(name)) options.reads.read(`template:${name}`)'],
  ['data that is missing', 'render/view.js', 'reads.read(`data:${name}`)', 'if (options.data(name) !== undefined) reads.read(`data:${name}`)'],
  ['entries that are missing', recorder, whatIsAdded, `(key) => { if (!key.startsWith('query:entry("posts/h.md"')) keys.add(key); }`],
  // Each place that records.
  ...['meta', 'content', 'excerpt'].map((kind) => without(`${kind} of an entry, where templates ask`, 'render/view.js', `this.#options.reads.read(this.#keys.${kind});`)),
  ['the neighbours of an entry', 'render/ask.js', ' reads.read(key);', ` if (name !== 'newer' && name !== 'older') reads.read(key);`],
  ['questions to the site', 'render/ask.js', ' reads.read(key);', ` if (name === 'newer' || name === 'older') reads.read(key);`],
  ['questions that were asked before', 'render/ask.js', ' reads.read(key);', ' if (before === undefined) reads.read(key);'],
  ...['meta', 'content', 'excerpt'].map((kind) => without(`${kind} in feeds`, 'render/page.js', `reads.read(\`${kind}:\${id}\`);`)),
  without('excerpt in the head', 'render/page.js', 'reads.read(`excerpt:${entry.id}`);'),
  // What is compared beside the reads.
  ['the plan of a page', 'build/stale.js', 'trace.spec !== spec', 'false'],
  ['the file of a page', 'build/stale.js', 'digest(bytes) === trace.digest', 'true'],
  ['a file that is copied', 'build/pages.js', 'stat === trace.stat ?', 'look ?'],
  ['the config', 'build/code.js', 'configDigest, ', ''],
  ['fields of our own', 'build/prints.js', 'uid, data: shortData', 'uid'],
  // What bodies are made of.
  without('links of bodies', 'build/lookups.js', `if (!isOutside(raw))\n                note(from, 'link', raw, answer);`),
  without('sizes of pictures', 'build/lookups.js', `note(from, 'size', href, answer);`),
  ['the text of a body', 'build/bodies.js', '\\n${body.text}', ''],
  ['the line of a body', 'build/bodies.js', 'origin.bodyLine, ', ''],
  ['the slug of a body', 'build/bodies.js', 'permalink, slug, assets.map', 'permalink, assets.map'],
  // What checks and the quickest build trust.
  ['problems of pages that stay', 'build/pages.js', 'unclean: cache.unclean', 'unclean: new Set()'],
  ['pages that lost an anchor', 'build/check.js', '.every((id) => ids.has(id))', '.every(() => ids)'],
  ['inputs that look different', 'build/unchanged.js', 'digestOfInputs() === snapshot.inputs', 'true'],
  ['outputs that look different', 'build/unchanged.js', 'digestLooks(outputs) === snapshot.outputs', 'true'],
  ['what was asked for', 'build/unchanged.js', 'snapshot.asked === before && ', ''],
  ['the time', 'build/unchanged.js', ' && at.getTime() < (snapshot.until ?? Infinity)', ''],
  ['the time, back', 'build/unchanged.js', ' && at.getTime() >= snapshot.from', ''],
]

/** The site after each edit, built clean. */
let expected: readonly Awaited<ReturnType<typeof buildClean>>[]

beforeAll(async () => {
  const root = tempFolder(files)
  const states: Awaited<ReturnType<typeof buildClean>>[] = []
  for (const { apply, options } of edits) {
    apply(root)
    states.push(await buildClean(root, options))
  }
  expect(states.filter(({ result }) => result === undefined).map(({ messages }) => messages)).toEqual([])
  expected = states
})

/** The quickest build does not trust files that changed less than this before it. */
const tickMs = 60

/** The first edit after which the output or a message is not that of a clean build. */
async function findDifference({ builder, patienceMs = 0 }: { builder?: typeof build; patienceMs?: number } = {}): Promise<string | undefined> {
  const root = tempFolder(files)
  const through = builder === undefined ? {} : { builder }
  await sleep(patienceMs)
  await run(root, through)
  for (const [i, { name, apply, options }] of edits.entries()) {
    apply(root)
    await sleep(patienceMs)
    const { messages } = await run(root, { ...options, ...through })
    const tree = readTree(path.join(root, 'public'))
    const clean = expected[i]?.tree ?? new Map<string, Buffer>()
    const isSame = messages === expected[i]?.messages && tree.size === clean.size && [...tree].every(([file, bytes]) => clean.get(file)?.equals(bytes))
    if (!isSame) return name
  }
  return undefined
}

describe('a build that forgets', () => {
  test.each([0, tickMs])('nothing is always right, with %i ms after each edit', async (patienceMs) => {
    expect(await findDifference({ patienceMs })).toBeUndefined()
  })

  test.each(mutations.map((mutation) => [mutation[0], mutation] as const))('%s is found out', async (_, mutation) => {
    expect(await findDifference({ builder: await mutate(mutation), patienceMs: mutation[1] === 'build/unchanged.js' ? tickMs : 0 })).toBeDefined()
  })
})
