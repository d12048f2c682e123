// `ssg why`: whatever a page, an entry or a file is called by, it is found, and why it is as it is, or is not there, is told.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTempFolders, runCli, tempFolder, writeFiles, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

const post = (title: string, front = '', body = 'Text.'): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const files = {
  'site.config.mjs': `import { data } from 'sourcepress'
export default {
  title: 'Site', url: 'https://example.org/blog/', timeZone: 'Europe/Paris', highlight: false,
  collections: { posts: {}, people: { source: data('_people.json'), index: false }, pages: { index: false } },
  onEntry: (entry) => (entry.data.secret ? undefined : entry),
}`,
  'content/_people.json': JSON.stringify([{ title: 'Ann', date: '2025-01-01' }, { title: 'Bob', date: '2025-01-02' }]),
  'content/posts/a.md': post('A', 'date: 2025-01-01\naliases: [/old/]', 'See [b](b.md).'),
  'content/posts/b.md': post('B', 'date: 2025-02-01'),
  'content/posts/draft.md': post('Draft', 'draft: true\naliases: [/once/]'),
  'content/posts/later.md': post('Later', 'date: 2099-07-01'),
  'content/posts/gone.md': post('Gone', 'date: 2025-01-01\nexpires: 2025-06-01'),
  'content/posts/secret.md': post('Secret', 'date: 2025-01-01\nsecret: true'),
  'content/note.md': post('Note', 'permalink: false'),
  'content/blog/x.md': post('X', 'permalink: /blog/x/'),
  'content/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'content/_data/words.json': '{"hello":"Hi"}',
  'templates/entry.njk': '{% include "part.njk" %}{{ site.data.words.hello }} {{ entry.content }}{% if entry.newer %}{{ entry.newer.title }}{% endif %}',
  'templates/part.njk': '<p>{{ entry.title }}</p>', 'templates/unused.njk': 'x',
}
const at = ['--at', '2026-01-01']

let root = ''
beforeAll(async () => {
  root = tempFolder(files)
  const built = await runCli(['build', ...at], { cwd: root })
  expect([built.code, built.stderr]).toEqual([0, ''])
})

const ask = (asked: string, cwd = root, ...flags: string[]): Promise<CliResult> => runCli(['why', asked, ...flags], { cwd, env: { SOURCE_DATE_EPOCH: String(Date.parse('2026-01-01') / 1000) } })

describe('a page is found', () => {
  test.for([
    '/posts/a/', 'posts/a/', '/posts/a', 'posts/a/index.html', '/posts/a/index.html', '/blog/posts/a/', 'https://example.org/blog/posts/a/', 'https://example.org/blog/posts/a/?from=feed#top',
    'http://localhost:4000/blog/posts/a/', 'http://localhost:4000/posts/a/', '/posts/a/?x', 'public/posts/a/index.html', './public/posts/a/index.html', 'content/posts/a.md', './content/posts/a.md', 'posts/a.md',
  ])('by %s', async (asked) => {
    const { stdout, stderr } = await ask(asked)
    expect([stderr, stdout.split('\n').slice(0, 5)]).toEqual(['', [
      'posts/a/index.html', '  is         rendered by the last build', '  why        there is no cache', '  entry      posts/a.md',
      '  from       content/posts/a.md:1 (source files posts/**/*.md, collection posts)'.replace('.md:1', '.md'),
    ]])
  })

  test('from another folder, and by its whole path', async () => {
    expect((await ask('a.md', path.join(root, 'content/posts'), '--root', '../..')).stdout).toMatch(/^posts\/a\/index\.html\n/)
    expect((await ask(path.join(root, 'content/posts/a.md'), '/', '--root', root)).stdout).toMatch(/^posts\/a\/index\.html\n/)
    expect((await ask('content/posts/a.md', '/', '--root', root)).stdout).toMatch(/^posts\/a\/index\.html\n/)
  })

  test('also if its address begins like the base path', async () => {
    for (const asked of ['/blog/x/', '/blog/blog/x/', 'https://example.org/blog/blog/x/']) expect((await ask(asked)).stdout, asked).toMatch(/^blog\/x\/index\.html\n/)
    for (const asked of ['/', '/blog', '/blog/', 'https://example.org/blog']) expect((await ask(asked)).stdout, asked).toMatch(/^index\.html\n/)
  })

  test('and told with all that it read, and what else shows its entry', async () => {
    const { stdout } = await ask('/posts/a/')
    expect(stdout).toContain('\n  templates  entry.njk\n             part.njk\n')
    for (const line of ['data:words', 'query:newer("posts/a.md")', 'meta:posts/b.md']) expect(stdout).toMatch(new RegExp(`\\n {2}(?: {11}|reads {6})${line.replace(/[().]/g, '\\$&')}\n`))
    expect(stdout).toMatch(/\n {2}also in {4}(?:.*\n {13})*feed\.xml\n/)
  })

  test('an alias, with where it leads to', async () => {
    for (const asked of ['/old/', 'https://example.org/blog/old/']) expect((await ask(asked)).stdout).toMatch(/^old\/index\.html\n {2}is .*\n {2}why .*\n {2}leads to {3}\/posts\/a\/\n {2}entry {6}posts\/a\.md\n/)
  })

  test('a copied file by its source', async () => {
    expect((await ask('content/dot.svg')).stdout).toMatch(/^dot\.svg\n/)
  })

  test('as JSON', async () => {
    const json = JSON.parse((await ask('/posts/a/', root, '--json')).stdout) as Record<string, unknown>
    expect(json).toMatchObject({
      command: 'why', ok: true, state: 'rendered', kind: 'entry', output: 'posts/a/index.html', entry: 'posts/a.md', why: ['there is no cache'], templates: ['entry.njk', 'part.njk'],
      from: { file: 'content/posts/a.md', source: 'files posts/**/*.md', collection: 'posts' },
    })
  })
})

describe('what has no page says why', () => {
  test.for([
    ['/posts/draft/', 'not published: a draft', 'posts/draft.md'], ['content/posts/draft.md', 'not published: a draft', 'posts/draft.md'], ['posts/draft.md', 'not published: a draft', 'posts/draft.md'],
    ['/once/', 'not published: a draft', 'posts/draft.md'], ['https://example.org/blog/posts/draft/', 'not published: a draft', 'posts/draft.md'],
    ['/posts/later/', 'not published: scheduled for 2099-07-01 00:00', 'posts/later.md'], ['/posts/gone/', 'not published: expired since 2025-06-01 00:00', 'posts/gone.md'],
    ['/posts/secret/', 'not published: held back by onEntry', 'posts/secret.md'],
  ] as const)('%s', async ([asked, state, entry]) => {
    const { code, stdout } = await ask(asked)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${asked}\n  is         ${state}\n  fix        .*\n  entry      ${entry}\n  from       content/${entry} `))
  })

  test('an entry without a page', async () => {
    expect((await ask('content/note.md')).stdout).toMatch(/^content\/note\.md\n {2}is {9}an entry without a page of its own\n {2}entry {6}note\.md\n/)
  })

  test('a file with several entries', async () => {
    const { code, stderr } = await ask('content/_people.json')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error\[why-unknown\] content\/_people\.json holds 2 entries\n {2}fix: name one of them: \S+, \S+\.\n$/)])
    const [, id = ''] = /them: (\S+),/.exec(stderr) ?? []
    expect((await ask(id)).stdout).toContain(`\n  entry      ${id}\n  from       content/_people.json`)
  })

  test('templates and data are told by who reads them', async () => {
    expect((await ask('templates/part.njk')).stdout).toMatch(/^templates\/part\.njk\n {2}is {9}read for the pages below\n {2}read by {4}posts\/b\/index\.html\n {13}posts\/a\/index\.html\n/)
    expect((await ask('content/_data/words.json')).stdout).toContain('posts/a/index.html')
    expect((await ask('templates/unused.njk')).stdout).toBe('templates/unused.njk\n  is         read by no page of the last build\n')
  })

  test('what does not exist is an error with a guess', async () => {
    const { code, stderr } = await ask('/posts/aa/')
    expect([code, stderr]).toEqual([1, 'error[why-unknown] the last build made no page for /posts/aa/\n  fix: did you mean posts/a/index.html?\n'])
    for (const asked of [' ', '../../etc/passwd', '/%', '\u001b[31m', 'x'.repeat(3000), 'content', 'content/posts', 'templates/', '.', '..']) {
      const result = await ask(asked)
      expect([result.code, result.stderr.split('\n')[0]], asked).toEqual([1, expect.stringMatching(/^error\[why-unknown\]/)])
      // eslint-disable-next-line no-control-regex
      expect(result.stderr).not.toMatch(/\u001b/)
    }
  })
})

describe('from build to build', () => {
  test('says what was and what is, for all that changed, and what was reused', async () => {
    const site = tempFolder(files)
    const build = async (): Promise<void> => { await runCli(['build', ...at], { cwd: site }) }
    const of = async (asked: string): Promise<string[]> => (await ask(asked, site)).stdout.split('\n')
    expect((await of('/posts/a/'))[0]).toBe('posts/a/index.html')
    expect((await of('/posts/a/'))[1]).toBe('  is         new since the last build; the next one makes it')
    await build()
    writeFiles(site, { 'content/posts/b.md': post('Better', 'date: 2025-02-01'), 'content/_data/words.json': '{"hello":"Ho"}' })
    await build()
    const a = await of('/posts/a/')
    expect(a[1]).toBe('  is         rendered by the last build')
    expect(a.slice(2, 5).map((line) => line.trim().replace(/^why +/, '')).sort()).toEqual([
      'data:words changed: was {"hello":"Hi"}, is {"hello":"Ho"}', 'entry      posts/a.md', 'meta:posts/b.md changed: title was "B", is "Better"',
    ])
    expect(await of('/old/')).toContain('  is         reused by the last build: all that it was made from was as before')
    writeFiles(site, { 'content/posts/b.md': post('Better', 'date: 2025-02-01', 'Other words.') })
    await build()
    expect((await of('/posts/b/')).slice(1, 3)).toEqual(['  is         rendered by the last build', '  why        content:posts/b.md changed'])
    const again = await of('/posts/a/')
    expect(again[1]).toBe('  is         reused by the last build: all that it was made from was as before')
    expect(again.join('\n')).toContain('meta:posts/b.md changed: title was "B", is "Better"')
  })

  test('-v has a line for each page, with the number of other changes', async () => {
    const site = tempFolder(files)
    await runCli(['build', ...at], { cwd: site })
    writeFiles(site, { 'content/posts/b.md': post('B\u202eb', 'date: 2025-02-01', 'Other words.') })
    const { stdout } = await runCli(['build', '-v', ...at], { cwd: site })
    expect(stdout).toMatch(/^posts\/b\/index\.html: meta:posts\/b\.md changed: title was "B", is "B\ufffdb" \(and 2 other changes\)$/m)
    expect(stdout).not.toContain('\u202e')
  })

  test('a page that went away is no page', async () => {
    const site = tempFolder(files)
    await runCli(['build', ...at], { cwd: site })
    fs.rmSync(path.join(site, 'content/posts/a.md'))
    expect((await ask('/posts/a/', site)).stdout).toMatch(/^posts\/a\/index\.html\n {2}is {9}rendered by the last build\n/)
    await runCli(['build', ...at], { cwd: site })
    expect((await ask('/posts/a/', site)).code).toBe(1)
  })

  test('tells what keeps the sources from being read, if nothing is found', async () => {
    const site = tempFolder({ 'content/posts/a.md': '---\ntitle: [\n---\n' })
    const { code, stderr } = await ask('/posts/nothing/', site)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error\[why-unknown\][^]*error\[front-matter-syntax\]/)])
  })
})
