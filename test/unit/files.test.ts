import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FilesOptions } from '../../src/sources/files.ts'
import { files } from '../../src/sources/files.ts'
import { loadSource } from '../../src/sources/source.ts'

let root: string
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'files-')); mkdirSync(join(root, 'content')) })
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(file: string, content: string | Uint8Array = 'text\n'): void {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function link(target: string, file: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  symlinkSync(target, join(root, file))
}

async function load(pattern: string | string[] = '**/*.md', options: FilesOptions = {}) {
  const result = await loadSource(files(pattern, options), { root, contentFolder: join(root, 'content'), timeZone: 'UTC' })
  const diagnostics = result.diagnostics.filter(({ code }) => code !== 'source-empty')
  return { ...result, diagnostics, ids: result.entries.map(({ id }) => id), problems: diagnostics.map(({ code, at }) => `${code} ${at?.file}:${at?.line ?? ''}`) }
}

describe('which files', () => {
  test('an entry is what its file says', async () => {
    write('content/posts/hello.md', '\ufeff---\r\ntitle: Hello\r\ntags: [a]\r\n---\r\n\r\ntext\r\nmore')
    const { entries, diagnostics } = await load()
    expect(diagnostics).toEqual([])
    expect(entries).toMatchObject([{
      id: 'posts/hello.md', path: 'posts/hello.md', data: { title: 'Hello', tags: ['a'] }, body: { kind: 'markdown', text: '\ntext\nmore' },
      origin: { file: 'content/posts/hello.md', bodyLine: 5 }, assets: [],
    }])
    expect(entries[0]?.origin.locate?.('tags')).toEqual({ line: 3, column: 7, length: 3 })
  })

  test.each<[string, string | string[], FilesOptions, string[]]>([
    ['all', '**/*.md', {}, ['a.md', 'b.markdown', 'posts/c.md', 'posts/deep/d.md', 'posts/upper.MD']],
    ['a folder', 'posts', {}, ['posts/c.md', 'posts/deep/d.md', 'posts/upper.MD']],
    ['a folder, oddly', './posts/', {}, ['posts/c.md', 'posts/deep/d.md', 'posts/upper.MD']],
    ['a folder alone', 'posts/*.md', {}, ['posts/c.md', 'posts/upper.MD']],
    ['one file', 'posts/c.md', {}, ['posts/c.md']],
    ['several', ['a.md', 'posts/deep/**'], {}, ['a.md', 'posts/deep/d.md']],
    ['overlapping', ['**/*.md', 'posts/**/*.md', 'posts/c.md'], {}, ['a.md', 'b.markdown', 'posts/c.md', 'posts/deep/d.md', 'posts/upper.MD']],
    ['without some', '**/*.md', { exclude: 'posts/**' }, ['a.md', 'b.markdown']],
    ['without others', '**/*.md', { exclude: ['*.md', './posts/deep/**'] }, ['posts/c.md', 'posts/upper.MD']],
    ['with underscore', '_drafts/**', {}, ['_drafts/e.md']],
    ['with underscore, deep', '**/_drafts/*.md', {}, ['_drafts/e.md', 'posts/_drafts/f.md']],
    ['braces', '{a,b}.{md,markdown}', {}, ['a.md', 'b.markdown']],
    ['everything', '.', {}, ['a.md', 'b.markdown', 'posts/c.md', 'posts/deep/d.md', 'posts/upper.MD']],
    ['nothing', 'nope/**', {}, []],
    ['hidden', '.git/**', {}, []],
  ])('%s', async (_, pattern, options, ids) => {
    for (const file of ['a.md', 'b.markdown', 'posts/c.md', 'posts/deep/d.md', 'posts/upper.MD', '_drafts/e.md', 'posts/_drafts/f.md', 'posts/_g.md', '.h.md', '.git/i.md', 'posts/.j/k.md', 'node_modules/x/l.md']) write(`content/${file}`)
    for (const file of ['a.md~', '#a.md#', 'a.md.bak', 'a.md.orig', '.a.md.swp', 'a.mdx', 'a.txt', 'md']) write(`content/${file}`)
    const { ids: got, diagnostics } = await load(pattern, options)
    expect([got, diagnostics]).toEqual([ids, []])
  })

  test('a folder elsewhere', async () => {
    write('_posts/2013-05-06-jekyll.markdown', '---\ntitle: x\n---\n')
    write('content/a.md')
    expect(await load('**', { folder: '_posts' })).toMatchObject({ ids: ['2013-05-06-jekyll.markdown'], entries: [{ origin: { file: '_posts/2013-05-06-jekyll.markdown' } }] })
    expect((await load('_posts/**', { folder: '.' })).ids).toEqual(['_posts/2013-05-06-jekyll.markdown'])
    expect((await load('**', { folder: join(root, '_posts') })).ids).toEqual(['2013-05-06-jekyll.markdown'])
    const outside = mkdtempSync(join(tmpdir(), 'files-outside-'))
    writeFileSync(join(outside, 'x.md'), 'text')
    const { entries } = await load('**', { folder: outside })
    expect(entries[0]?.origin.file).toMatch(/^\.\.\/files-outside-.*\/x\.md$/)
    rmSync(outside, { recursive: true })
  })

  test('what a pattern or folder cannot be', async () => {
    expect((await load('../**')).diagnostics).toMatchObject([{ code: 'config-value', severity: 'error' }])
    expect((await load('/etc/**')).diagnostics).toMatchObject([{ code: 'config-value' }])
    expect((await load('**', { folder: 'nope' })).diagnostics).toMatchObject([{ code: 'source-failed', message: 'the folder nope does not exist' }])
    rmSync(join(root, 'content'), { recursive: true })
    expect(await load()).toMatchObject({ ids: [], diagnostics: [{ severity: 'error', code: 'source-failed', message: 'the folder content does not exist' }], completed: true })
  })

  test('that nothing was found is noted', async () => {
    const { diagnostics } = await loadSource(files('psots/**'), { root, contentFolder: join(root, 'content'), timeZone: 'UTC' })
    expect(diagnostics).toMatchObject([{ severity: 'note', code: 'source-empty', message: 'no file in content fits psots/**' }])
  })

  test('a folder named like a file is a folder, odd names are fine', async () => {
    for (const name of ['x.md/y.md', 'a b.md', 'ünï.md', '日本/語.md', "it's (1) [x]{y}.md", '%2e%2e.md', 'a\\b.md', '...md']) write(`content/${name}`)
    const { ids, diagnostics } = await load()
    expect(diagnostics).toEqual([])
    expect(ids).toEqual(['%2e%2e.md', 'a b.md', 'a\\b.md', "it's (1) [x]{y}.md", 'x.md/y.md', 'ünï.md', '日本/語.md'])
  })
})

describe('files beside a post', () => {
  test('belong to the post whose folder it is', async () => {
    for (const name of ['posts/trip/index.md', 'posts/trip/map.png', 'posts/trip/pictures/one.jpg', 'posts/trip/pictures/_two.jpg', 'posts/trip/notes.md', 'posts/trip/day/index.md', 'posts/trip/day/sun.jpg', 'posts/trip/.hidden', 'posts/trip/map.png~', 'posts/other.md', 'posts/other.png', 'index.md', 'top.png', 'posts/x/index.markdown', 'posts/x/y.txt']) write(`content/${name}`)
    const { entries } = await load()
    const assets = Object.fromEntries(entries.map((entry) => [entry.id, entry.assets.map(({ name }) => name)]))
    expect(assets).toEqual({
      'index.md': [], 'posts/other.md': [], 'posts/trip/day/index.md': ['sun.jpg'], 'posts/trip/index.md': ['map.png', 'pictures/_two.jpg', 'pictures/one.jpg'], 'posts/trip/notes.md': [], 'posts/x/index.markdown': ['y.txt'],
    })
    expect(entries.find(({ id }) => id === 'posts/trip/day/index.md')?.assets).toEqual([{ name: 'sun.jpg', file: join(root, 'content/posts/trip/day/sun.jpg') }])
  })
})

describe('hostile files', () => {
  test.each<[string, string | Uint8Array, string[], string]>([
    ['invalid UTF-8', Buffer.from('---\ntitle: ok\n---\n\nGr\xfc\xdfe\n', 'latin1'), ['file-encoding content/x.md:5'], 'content/x.md is not UTF-8: byte 0xFC'],
    ['cut UTF-8', Buffer.from('text \xc3', 'latin1'), ['file-encoding content/x.md:1'], 'content/x.md is not UTF-8: byte 0xC3'],
    ['overlong UTF-8', Uint8Array.from([0x2e, 0xc0, 0xae, 0x0a]), ['file-encoding content/x.md:1'], 'content/x.md is not UTF-8: byte 0xC0'],
    ['UTF-16 LE', Buffer.from('\ufeff# Hello', 'utf16le'), ['file-encoding content/x.md:'], 'content/x.md is UTF-16, not UTF-8'],
    ['UTF-16 BE', Buffer.from('\ufeff# Hello', 'utf16le').swap16(), ['file-encoding content/x.md:'], 'content/x.md is UTF-16, not UTF-8'],
    ['UTF-16 without mark', Buffer.from('# Hello world, this is text', 'utf16le'), ['file-encoding content/x.md:'], 'content/x.md is UTF-16, not UTF-8'],
    ['NUL', 'line\nline\u0000\n', ['file-encoding content/x.md:2'], 'content/x.md holds a NUL byte, so it is not a text'],
    ['unclosed front matter', '---\ntitle: x\n', ['front-matter-open content/x.md:1'], 'the front matter that --- opens is not closed'],
    ['a list as front matter', '---\n- x\n---\n', ['front-matter-shape content/x.md:2'], 'the front matter is a list, not keys and values'],
  ])('%s', async (_, content, problems, message) => {
    write('content/x.md', content)
    write('content/good.md')
    const result = await load()
    expect(result.problems).toEqual(problems)
    expect(result.diagnostics[0]?.message).toBe(message)
    expect(result.diagnostics[0]?.fix).toBeTruthy()
    expect(result.ids).toEqual(['good.md'])
  })

  test.each<[string, string | Uint8Array, number]>([
    ['empty', '', 0], ['a mark alone', '\ufeff', 0], ['front matter only', '---\ntitle: x\n---', 0], ['a line break', '\n', 1], ['1 MB on one line', 'x'.repeat(1_000_000), 1_000_000], ['a replacement character', 'a\ufffdb', 3], ['old line ends', 'a\rb\r', 4],
    ['exactly the size of the buffer', 'x'.repeat(65536), 65536], ['more than the buffer', 'é'.repeat(100_000), 100_000],
  ])('%s is fine', async (_, content, length) => {
    write('content/x.md', content)
    write('content/y.md', 'second')
    const { entries, diagnostics } = await load()
    expect(diagnostics).toEqual([])
    expect(entries[0]?.body.text).toHaveLength(length)
    expect(entries[1]?.body.text).toBe('second')
  })

  test('a bad key keeps the entry', async () => {
    write('content/x.md', '---\na: 1\na: 2\ndate: x\n---\ntext')
    expect(await load()).toMatchObject({ ids: ['x.md'], problems: ['front-matter-key content/x.md:3'], entries: [{ data: { a: 1, date: 'x' } }] })
  })

  test('what is no regular file is not opened', async () => {
    execFileSync('mkfifo', [join(root, 'content/pipe.md')])
    execFileSync('mkfifo', [join(root, 'content/pipe')])
    link('/dev/zero', 'content/zero.md')
    const server = createServer().listen(join(root, 'content/socket.md'))
    await new Promise((resolve) => server.once('listening', resolve))
    write('content/good.md')
    const { ids, problems } = await load()
    server.close()
    expect(ids).toEqual(['good.md'])
    expect(problems).toEqual(['file-kind content/pipe.md:', 'file-kind content/socket.md:', 'file-kind content/zero.md:'])
  })

  test('a pipe in the folder of a post', async () => {
    write('content/p/index.md')
    execFileSync('mkfifo', [join(root, 'content/p/video.mp4')])
    expect(await load()).toMatchObject({ ids: ['p/index.md'], problems: ['file-kind content/p/video.mp4:'], entries: [{ assets: [] }] })
  })

  test('links', async () => {
    write('outside/secret.md')
    write('content/real/a.md')
    write('content/post/index.md')
    link('../outside/secret.md', 'content/leaves.md')
    link('../outside', 'content/leaves')
    link('/etc/passwd', 'content/passwd.md')
    link('/etc/passwd', 'content/passwd')
    link('/etc/passwd', 'content/post/passwd.txt')
    link('nothing.md', 'content/dangling.md')
    link('nothing', 'content/dangling')
    link('self.md', 'content/self.md')
    link('..', 'content/real/up')
    link('.', 'content/real/here')
    link('real/a.md', 'content/inside.md')
    link('real', 'content/linked')
    const { ids, diagnostics } = await load()
    expect(ids).toEqual(['inside.md', 'linked/a.md', 'post/index.md', 'real/a.md'])
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`).sort()).toEqual([
      'file-kind: content/dangling.md is a link that leads to nothing',
      'file-kind: content/leaves is a link that leads out of the folder',
      'file-kind: content/leaves.md is a link that leads out of the folder',
      'file-kind: content/linked/here is a link to a folder that it is in itself',
      'file-kind: content/linked/up is a link to a folder that it is in itself',
      'file-kind: content/passwd.md is a link that leads out of the folder',
      'file-kind: content/post/passwd.txt is a link that leads out of the folder',
      'file-kind: content/real/here is a link to a folder that it is in itself',
      'file-kind: content/real/up is a link to a folder that it is in itself',
      'file-kind: content/self.md is a link that leads to itself',
    ])
    expect((await load('leaves/**')).problems).toEqual(['file-kind content/leaves:'])
  })

  test('links to one another come to an end', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `d${i}`)
    for (const name of names) {
      write(`content/${name}/x.md`)
      for (const other of names) if (other !== name) link(`../${other}`, `content/${name}/${other}`)
    }
    const start = performance.now()
    const { ids } = await load()
    expect(ids).toEqual(expect.arrayContaining(names.map((name) => `${name}/x.md`)))
    expect(ids.length).toBeLessThan(200)
    expect(performance.now() - start).toBeLessThan(5000)
  })

  test('the content folder itself may be a link', async () => {
    write('elsewhere/a.md')
    rmSync(join(root, 'content'), { recursive: true })
    link('elsewhere', 'content')
    expect((await load()).ids).toEqual(['a.md'])
  })

  test('a name that is no UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'content/')), Buffer.from([0x61, 0xff]), Buffer.from('.md')]), 'x')
    expect((await load()).diagnostics).toMatchObject([{ code: 'file-read' }])
  })
  test('many faults are told together', async () => {
    write('content/a.md', '---\na: 1')
    write('content/b.md', Buffer.from([0xff]))
    write('content/c.md', '---\na: [\n---\n')
    link('/etc/passwd', 'content/d.md')
    write('content/e.md', '---\na: 1\na: 2\n__proto__: 3\n---\n')
    expect((await load()).problems).toEqual(['file-kind content/d.md:', 'front-matter-open content/a.md:1', 'file-encoding content/b.md:1', 'front-matter-syntax content/c.md:2', 'front-matter-key content/e.md:3', 'front-matter-key content/e.md:4'])
  })
})

test('a thousand posts are read in no time', async () => {
  const body = 'Some words in a line of a post that is like others. '.repeat(135)
  for (let i = 0; i < 1000; i++) write(`content/posts/p${i}.md`, `---\ntitle: "Post: ${i}"\ndate: 2024-05-06 10:00:00 +0200\ntags: [a, b c]\ndraft: false\n---\n${body}`)
  await load()
  const start = performance.now()
  expect((await load()).ids).toHaveLength(1000)
  expect(performance.now() - start).toBeLessThan(1500)
})
