// Builds on several threads: the same bytes, the same messages and the same knowledge for the next build as on one, whatever goes
// wrong; and of an output that is made beside its place, all is seen or nothing.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateBlocks } from '../bench/code-blocks.ts'
import { loadManifest } from '../dist/src/build/manifest.js'
import { threadsFor } from '../dist/src/build/threads.js'
import { expectTree, madeIn, run, type Run } from './support/builds.ts'
import { projectRoot, readTree, removeTempFolders, runCli, tempFolder, writeFiles, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

const config = `export default { title: 'Site', url: 'https://example.org/', collections: { posts: { pageSize: 3 }, pages: {} }, feeds: { formats: ['atom', 'rss', 'json'] } }`
const blocks = generateBlocks(40)
const fence = (index: number): string => `\`\`\`${blocks[index]!.info}\n${blocks[index]!.code}\`\`\`\n`
const post = (index: number, more = ''): string => `---\ntitle: Post ${index}\ndate: 2025-0${1 + (index % 9)}-1${index % 10}\ntags: [t${index % 3}, all]\n---\n\nText of ${index}. [next](post-${(index + 1) % 20}.md) ![dot](dot.png)\n\n${fence(index)}\n${index % 4 === 0 ? fence(index + 20) : ''}\n## Heading ${index}\n\n${more}\n`
const site: Readonly<Record<string, string | Uint8Array>> = {
  'site.config.mjs': config,
  ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`content/posts/post-${index}.md`, post(index)])),
  'content/posts/dot.png': Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
  'content/pages/about.md': '---\ntitle: About\naliases: [/me/]\n---\n\n<pre><code class="language-js">let a = 1</code></pre>\n\n```nonsense\nx\n```\n\n[gone](#nowhere)\n',
  // What looks like a block and is none, or another one than it looks like: whoever begins early with it has to notice.
  'content/posts/odd.md': ['---', 'title: Odd', 'date: 2025-03-01', '---', '', '````md', '```js', 'let inner = 1', '```', '````', '', '- ```js', '  let listed = 1', '  ```', '', '<!--', '```js', 'hidden()', '```', '-->', '', '~~~js', '```css', 'a {}', '```', '~~~', '', '```js title="a &amp; b\\!"', 'let named = 1', '```', '', '```', 'plain', '```', '', '```js', 'let open = 1'].join('\n'),
  'content/posts/windows.md': '---\r\ntitle: Windows\r\ndate: 2025-03-02\r\n---\r\n\r\n```js\r\nlet a = 1\r\n\r\nlet b = 2\r\n```\r\n',
  'content/posts/draft.md': `---\ntitle: Draft\ndraft: true\ndate: 2025-03-03\n---\n\n${fence(3)}\n\`\`\`js\nlet onlyInTheDraft = 1\n\`\`\`\n`,
  'static/robots-of-mine.txt': 'x',
}
/** Reads bodies that come later than its own. */
const greedy = { 'templates/entry.njk': '<!doctype html><title>{{ entry.title }}</title><body>{{ entry.content }}{% for one in site.recent(100) %}<p>{{ one.title }} {{ one.summary }} {{ one.minutes }}</p>{{ one.content }}{% endfor %}' }

async function build(files: Readonly<Record<string, string | Uint8Array>>, workers: number): Promise<Run & { root: string; tree: ReadonlyMap<string, Buffer> }> {
  const root = tempFolder(files)
  const made = await run(root, { workers })
  const out = path.join(root, 'public')
  return { ...made, root, tree: fs.existsSync(out) ? readTree(out) : new Map() }
}

const lessRoot = ({ messages, root }: { messages: string; root: string }): string => messages.replaceAll(root, '')

describe.each([1, 2, 8])('%i threads', (workers) => {
  test.each([['a site', site], ['templates that show all bodies everywhere', { ...site, ...greedy }]])('%s: bytes and messages are those of one thread', async (_, files) => {
    const [alone, shared] = [await build(files, 0), await build(files, workers)]
    expect(alone.result?.rendered.length).toBeGreaterThan(50)
    expect(JSON.parse(alone.messages).map(({ code }: { code: string }) => code)).toEqual(expect.arrayContaining(['highlight-language', 'link-anchor']))
    expect(lessRoot(shared)).toBe(lessRoot(alone))
    expect(shared.result?.rendered).toEqual(alone.result?.rendered)
    expect([shared.result?.written, shared.result?.removed]).toEqual([alone.result?.written, alone.result?.removed])
    expectTree(path.join(shared.root, 'public'), alone.tree)
  })

  test.each([
    ['a body', { 'content/posts/post-7.md': post(7, '[gone](gone.md)') }],
    ['a template', { 'templates/entry.njk': '<!doctype html>{{ entry.nothing.at.all }}' }],
    ['a body and a template', { 'content/posts/post-7.md': post(7, '[gone](gone.md)'), 'templates/entry.njk': '{{ entry.nothing.at.all }}' }],
    ['one page of a template', { 'templates/entry.njk': '{% if entry.title == "Post 11" %}{{ entry.nothing.at.all }}{% endif %}{{ entry.newer.content }}{{ entry.older.content }}' }],
    ['a grammar', { 'site.config.mjs': 'export default { title: "Site", highlight: { languages: [{ name: "js", scopeName: "source.x", patterns: [{ match: 5 }] }] } }' }],
    ['a theme', { 'site.config.mjs': 'export default { title: "Site", highlight: { themes: { light: "no-such", dark: "nord" } } }' }],
  ] as const)('wrong in %s: told as by one thread, and nothing is written', async (_, files) => {
    const [alone, shared] = [await build({ ...site, ...files }, 0), await build({ ...site, ...files }, workers)]
    expect(alone.result).toBeUndefined()
    expect(lessRoot(shared)).toBe(lessRoot(alone))
    expect(fs.existsSync(path.join(shared.root, 'public'))).toBe(false)
  })

  test.each([
    ['a site', site],
    // Two questions that are written down alike, of which the last one asked cannot be asked again.
    ['a site that asks', {
      ...site, 'site.config.mjs': config.replace('{ title', '{ queries: { q: (_, given) => String(given) }, title'),
      'templates/entry.njk': '<!doctype html><title>{{ entry.title }}</title>{% if entry.title == "Post 0" %}{{ site.query("q", unheard) }}{% else %}{{ site.query("q", none) }}{% endif %}{{ entry.content }}',
    }],
  ])('%s: the same is remembered, in the same order', async (_, files) => {
    const [alone, shared] = (await Promise.all([build(files, 0), build(files, workers)])).map(({ root }) => {
      const { pages, bodies, print } = loadManifest(path.join(root, '.ssg/cache'))!
      return {
        pages: [...pages.keys()].map((output) => {
          const { spec, reads, digest, facts, why, build: number } = pages.get(output)!
          return { output, spec, reads: reads.map((key) => [key, print(key)]), digest, facts: facts?.[2], why, number }
        }),
        bodies: [...bodies.keys()].map((id) => [id, bodies.get(id)!] as const).map(([id, { key, lookups, content, excerpt, diagnostics }]) => ({ id, key, lookups, content: content[2], excerpt: excerpt[2], diagnostics })).sort((a, b) => (a.id < b.id ? -1 : 1)),
      }
    })
    expect(alone!.pages.length).toBeGreaterThan(50)
    expect(shared).toEqual(alone)
  })

  test('the next build knows all that it would know', async () => {
    const edited = { 'content/posts/post-4.md': post(4, 'More.') }
    const after = await Promise.all([0, workers].map(async (count) => {
      const { root } = await build(site, count)
      const second = await run(root, { workers: count })
      expect(second.result?.rendered).toEqual([])
      writeFiles(root, edited)
      return { root, ...await run(root, { workers: count }) }
    }))
    expect(madeIn(after[1]!)).toEqual(madeIn(after[0]!))
    expect(madeIn(after[1]!)).toContain('posts/post-4/index.html')
    expectTree(path.join(after[1]!.root, 'public'), readTree(path.join(after[0]!.root, 'public')))
  })
})

test('grammars that cannot be sent to a thread', async () => {
  const files = { ...site, 'site.config.mjs': 'export default { title: "Site", highlight: { languages: [{ name: "mine", scopeName: "source.mine", patterns: [{ match: "a", name: "keyword" }], extra: () => 1 }] } }', 'content/posts/post-1.md': '---\ntitle: Mine\ndate: 2025-01-01\n---\n\n```mine\na b\n```\n' }
  const [alone, shared] = [await build(files, 0), await build(files, 2)]
  expect(shared.messages).toBe(alone.messages)
  expectTree(path.join(shared.root, 'public'), alone.tree)
})

test('over an older output, which holds files of others', async () => {
  const [alone, shared] = await Promise.all([0, 2].map(async (workers) => {
    const { root } = await build(site, workers)
    writeFiles(root, { 'public/mine.txt': 'mine', 'public/posts/post-3/index.html': 'changed', 'site.config.mjs': config.replace("'Site'", "'Other'") })
    fs.rmSync(path.join(root, 'content/posts/post-9.md'))
    fs.writeFileSync(path.join(root, 'content/posts/post-8.md'), post(8).replace('post-9.md', 'post-10.md'))
    return { root, ...await run(root, { workers }) }
  }))
  expect(lessRoot(shared!)).toBe(lessRoot(alone!))
  expect([shared!.result?.written, shared!.result?.removed]).toEqual([alone!.result?.written, alone!.result?.removed])
  expect(shared!.result?.removed).toBeGreaterThan(0)
  expectTree(path.join(shared!.root, 'public'), readTree(path.join(alone!.root, 'public')))
})

test('small builds need no threads', () => {
  expect(threadsFor(['```js\nlet a\n```'])).toBe(0)
  expect(threadsFor(Array.from({ length: 50 }, () => '```\nx\n```\n'))).toBe(0)
})

describe('an output on its way', () => {
  /** Without what is kept of the program at the end of a run. */
  const hooked = { NODE_OPTIONS: `--import=${pathToFileURL(path.join(projectRoot, 'test/support/faults.mjs')).href}`, SSG_CODE_CACHE: '0' }
  const start = (root: string, env: Readonly<Record<string, string>> = {}): Promise<CliResult> => runCli(['build'], { cwd: root, env: { SOURCE_DATE_EPOCH: '1767225600', SSG_WORKERS: '1', ...(Object.keys(env).length > 0 && { ...hooked }), ...env } })
  let clean: ReadonlyMap<string, Buffer>
  beforeAll(async () => { clean = (await build(site, 0)).tree })

  test.each([
    ['at its beginning', { FAULT_PATH: '.ssg-new', FAULT_AT: '1' }], ['in its list', { FAULT_PATH: '.ssg-new', FAULT_AT: '2' }], ['at a file', { FAULT_PATH: '.ssg-new', FAULT_AT: '30' }],
    ['when its list is moved', { FAULT_PATH: '.tmp/.ssg-files.json', FAULT_AT: '3' }], ['when its first file is moved', { FAULT_PATH: '.tmp/404.html', FAULT_AT: '2' }], ['when its last file is moved', { FAULT_PATH: '.tmp/terms', FAULT_AT: '1' }],
  ])('killed %s, and built again', async (_, fault) => {
    const root = tempFolder(site)
    const killed = await start(root, { FAULT: 'kill', ...fault })
    expect([null, 0]).toContain(killed.code)
    const again = await start(root)
    expect(again.code, again.stderr).toBe(0)
    expectTree(path.join(root, 'public'), clean)
  })

  test('a full disk: told with the place where the file was to be, and nothing is seen', async () => {
    const root = tempFolder(site)
    const full = await start(root, { FAULT: 'ENOSPC', FAULT_PATH: '.ssg-new', FAULT_AT: '30' })
    expect([full.code, full.stderr]).toEqual([1, expect.stringMatching(/^error\[output-write\] public\/\S+ cannot be written: the disk is full$/m)])
    expect(fs.readdirSync(root).includes('public') ? fs.readdirSync(path.join(root, 'public')).filter((name) => !name.endsWith('.tmp')) : []).toEqual([])
    expect((await start(root)).code).toBe(0)
    expectTree(path.join(root, 'public'), clean)
  })

  test('SSG_WORKERS that is no number', async () => {
    const { code, stderr } = await runCli(['build'], { cwd: tempFolder(site), env: { SSG_WORKERS: 'many' } })
    expect([code, stderr]).toEqual([2, 'error[usage-flag] SSG_WORKERS is "many", which is not a number of threads\n  fix: set it to a whole number up to 64, or unset it.\n'])
  })
})
