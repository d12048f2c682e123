// Builds of a server of which the pages are made late, in part or not at all before the next: no timing takes part, so that each
// order of builds and pages can be had.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSite, type ServedSite } from '../dist/src/serve/site.js'
import { removeTempFolders, tempFolder, writeFiles } from './support/cli.ts'
import { createRandom } from './support/random.ts'

const config = `import { defineConfig } from 'sourcepress'\nexport default defineConfig({ title: 'Late', url: 'https://example.org/' })\n`
const post = (title: string, text: string, tag: string): string => `---\ntitle: ${title}\ndate: 2026-01-02\ntags: [${tag}]\n---\n\n${text}\n`

afterAll(removeTempFolders)

interface Late {
  readonly site: ServedSite
  /** Writes files, absent ones are removed, and builds. */
  build(files: Readonly<Record<string, string | undefined>>): Promise<void>
  makeAll(): void
  /** Every page, made if it waits. */
  pages(): Map<string, string>
}

async function open(root: string): Promise<Late> {
  const site = createSite({ root, drafts: true, future: true, remote: {}, signal: new AbortController().signal })
  const run = async (changed: ReadonlySet<string>): Promise<void> => {
    await site.configure(changed)
    await site.build(changed)
    expect(site.problems().filter(({ severity }) => severity === 'error')).toEqual([])
  }
  await run(new Set(['start']))
  const makeAll = (): void => { while (site.makeOne()) continue }
  return {
    site, makeAll,
    async build(files) {
      for (const [file, text] of Object.entries(files)) {
        if (text === undefined) fs.rmSync(path.join(root, file), { force: true })
        else writeFiles(root, { [file]: text })
      }
      await run(new Set(Object.keys(files).map((file) => path.join(root, file))))
    },
    pages() {
      makeAll()
      return new Map([...site.current()?.pages.keys() ?? []].map((file) => {
        const found = site.get(file)
        return [file, found?.kind === 'copy' ? found.file : found?.bytes.toString() ?? 'not there']
      }))
    },
  }
}

async function clean(root: string): Promise<Map<string, string>> {
  const { site, pages } = await open(root)
  try {
    return pages()
  } finally {
    site.close()
  }
}

test('a page that waited through two builds remembers what it was made of, not what was before', async () => {
  const root = fs.realpathSync(tempFolder({ 'site.config.ts': config, 'content/posts/a.md': post('A', 'Text.', 'one'), 'content/posts/b.md': post('B', 'Text.', 'one') }))
  const late = await open(root)
  const first = late.pages()
  await late.build({ 'content/posts/a.md': post('Renamed', 'Text.', 'one') })
  await late.build({ 'content/posts/a.md': post('Renamed', 'Another text.', 'one') })
  expect(late.pages().get('posts/b/index.html')).toContain('Renamed')
  await late.build({ 'content/posts/a.md': post('A', 'Text.', 'one') })
  expect(late.pages()).toEqual(first)
  late.site.close()
})

test.each([1, 2, 3])('random edits, each followed by a few of the pages, give a clean build (%i)', async (seed) => {
  const root = fs.realpathSync(tempFolder({ 'site.config.ts': config, 'templates/entry.njk': template(0), 'content/_data/people.json': '{"ann": "Ann"}\n', ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`content/posts/p${i}.md`, post(`Post ${i}`, 'Text.', 'one')])) }))
  const late = await open(root)
  const random = createRandom(seed)
  for (let i = 0; i < 120; i++) {
    const file = `content/posts/p${random(8)}.md`
    const text = fs.existsSync(path.join(root, file)) ? fs.readFileSync(path.join(root, file), 'utf8') : ''
    const edits = [
      () => ({ [file]: post(`Post ${random(3)}`, `Text ${random(3)}.`, ['one', 'two', 'one, three'][random(3)]!) }),
      () => ({ [file]: text.replace(/\n\n[^]*$/, `\n\nText ${random(3)}.\n`) || post('Back', 'Again.', 'one') }),
      () => ({ [file]: file === 'content/posts/p0.md' ? text : undefined }),
      () => ({ 'templates/entry.njk': template(random(3)) }),
      () => ({ 'content/_data/people.json': `{"ann": "Ann ${random(3)}"}\n` }),
    ]
    await late.build(edits[[0, 0, 0, 1, 1, 1, 2, 3, 4][random(9)]!]!())
    const some = random(3) === 0 ? random(30) : 0
    for (let made = 0; made < some && late.site.makeOne();) made++
    if (i % 6 === 5) expect(late.pages()).toEqual(await clean(root))
  }
  late.site.close()
})

function template(number: number): string {
  return `{% extends "base.njk" %}{% block main %}<p>${number} {{ site.data.people.ann }}</p>{{ entry.content }}{% for one in site.recent(3) %}<i>{{ one.title }}</i>{% endfor %}{% for one in [entry.older, entry.newer] %}{% if one %}<b>{{ one.title }}</b>{% endif %}{% endfor %}{% endblock %}\n`
}
