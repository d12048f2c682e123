// `ssg serve` under all ways in which editors and tools save: no change is lost, and in the end the served site is that of a clean build.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startServer } from '../dist/src/serve/server.js'
import type { BuildRecord } from '../dist/src/serve/history.js'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'
import { createRandom } from './support/random.ts'
import { serve, stopServers, waitFor, type Served } from './support/serve.ts'

const post = (title: string, text: string, tags = 'one'): string => `---\ntitle: ${title}\ndate: 2026-01-02\ntags: [${tags}]\n---\n\n${text}\n`
const config = `import { defineConfig } from 'sourcepress'\nexport default defineConfig({ title: 'Saves', url: 'https://example.org/' })\n`

afterAll(() => {
  stopServers()
  removeTempFolders()
})

function site(posts = 5): string {
  return tempFolder({ 'site.config.ts': config, ...Object.fromEntries(Array.from({ length: posts }, (_, i) => [`content/posts/p${i}.md`, post(`Post ${i}`, `Text ${i}.`)])) })
}

describe('ways to save', () => {
  const saves: readonly (readonly [string, (file: string, text: string) => void])[] = [
    ['in place', (file, text) => fs.writeFileSync(file, text)],
    ['in place, in parts', (file, text) => {
      const fd = fs.openSync(file, 'w')
      for (const part of text.match(/[^]{1,20}/g) ?? []) fs.writeSync(fd, part)
      fs.closeSync(fd)
    }],
    ['beside it, then renamed over it', (file, text) => {
      fs.writeFileSync(`${file}.tmp123`, text)
      fs.renameSync(`${file}.tmp123`, file)
    }],
    ['as vim does: the old file becomes a backup', (file, text) => {
      fs.writeFileSync(path.join(path.dirname(file), '4913'), '')
      fs.rmSync(path.join(path.dirname(file), '4913'))
      fs.renameSync(file, `${file}~`)
      fs.writeFileSync(file, text)
      fs.rmSync(`${file}~`)
    }],
    ['deleted and written anew', (file, text) => {
      fs.rmSync(file)
      fs.writeFileSync(file, text)
    }],
    ['appended to', (file, text) => {
      fs.truncateSync(file)
      fs.appendFileSync(file, text)
    }],
  ]

  test('each shows', async () => {
    const root = site()
    const server = await serve(root)
    for (const [name, save] of saves) {
      for (let i = 0; i < 3; i++) {
        const word = `${name.replaceAll(/\W/g, '')}${i}`
        save(path.join(root, 'content/posts/p1.md'), post('Post 1', word))
        await server.until('/posts/p1/', ({ text }) => text.includes(word))
      }
    }
    await server.stop()
  })

  test('a file that is away for a moment does not take its page away', async () => {
    const root = site()
    const server = await serve(root)
    await server.get('/posts/p1/')
    const file = path.join(root, 'content/posts/p1.md')
    fs.rmSync(file)
    const statuses = new Set<number>()
    const writing = new Promise<void>((resolve) => { setTimeout(() => { fs.writeFileSync(file, post('Post 1', 'Here again.')); resolve() }, 40) })
    await server.until('/posts/p1/', ({ status, text }) => {
      statuses.add(status)
      return text.includes('Here again.')
    })
    await writing
    expect([...statuses]).toEqual([200])
    fs.rmSync(file)
    await server.until('/posts/p1/', ({ status }) => status === 404)
    await server.stop()
  })

  test('a burst is one build, or two', async () => {
    const root = site(60)
    const server = await serve(root)
    await server.until('/__ssg/', ({ text }) => text.includes('checks'))
    const builds = async (): Promise<number> => Number(/id="build-(\d+)"/.exec((await server.get('/__ssg/')).text)?.[1])
    const before = await builds()
    for (let i = 0; i < 60; i++) fs.writeFileSync(path.join(root, `content/posts/p${i}.md`), post(`Post ${i}`, `Burst ${i}.`))
    for (let i = 0; i < 60; i++) await server.until(`/posts/p${i}/`, ({ text }) => text.includes(`Burst ${i}.`))
    expect(await builds() - before).toBeLessThanOrEqual(2)
    await server.stop()
  })

  test('a new folder with files in it, and a folder that goes', async () => {
    const root = site()
    const server = await serve(root)
    for (const round of [1, 2]) {
      writeFiles(root, { 'content/posts/new/deep/one.md': post('One', `Round ${round}.`), 'content/posts/new/two.md': post('Two', `Round ${round}.`), 'static/fresh/file.txt': `round ${round}` })
      await server.until('/posts/one/', ({ text }) => text.includes(`Round ${round}.`))
      await server.until('/posts/two/', ({ text }) => text.includes(`Round ${round}.`))
      await server.until('/fresh/file.txt', ({ text }) => text === `round ${round}`)
      fs.rmSync(path.join(root, 'content/posts/new'), { recursive: true })
      fs.rmSync(path.join(root, 'static'), { recursive: true })
      await server.until('/posts/one/', ({ status }) => status === 404)
      await server.until('/fresh/file.txt', ({ status }) => status === 404)
    }
    fs.renameSync(path.join(root, 'content'), path.join(root, 'elsewhere'))
    await waitFor(() => (/error\[/.test(server.log()) ? true : undefined)).catch(() => undefined)
    fs.renameSync(path.join(root, 'elsewhere'), path.join(root, 'content'))
    fs.writeFileSync(path.join(root, 'content/posts/p1.md'), post('Post 1', 'After all of that.'))
    await server.until('/posts/p1/', ({ text }) => text.includes('After all of that.'))
    await server.stop()
  })

  test('another branch with 100 other files', async () => {
    const root = site(100)
    const git = (...args: string[]): Buffer => execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: root, stdio: 'pipe' })
    fs.writeFileSync(path.join(root, '.gitignore'), '.ssg/\n')
    git('init', '-q', '-b', 'main')
    git('add', '.')
    git('commit', '-qm', 'one')
    git('checkout', '-qb', 'other')
    for (let i = 0; i < 90; i++) fs.writeFileSync(path.join(root, `content/posts/p${i}.md`), post(`Other ${i}`, `Branch ${i}.`, 'two'))
    for (let i = 90; i < 100; i++) fs.renameSync(path.join(root, `content/posts/p${i}.md`), path.join(root, `content/posts/q${i}.md`))
    git('add', '.')
    git('commit', '-qm', 'two')
    git('checkout', '-q', 'main')
    const server = await serve(root)
    for (const branch of ['other', 'main', 'other']) {
      git('checkout', '-q', branch)
      await expectClean(server, root)
    }
    await server.stop()
  })
})

/** Every file that the server gives is that of a clean build, and there are no others. */
async function expectClean(server: Served, root: string): Promise<void> {
  const out = path.join(tempFolder(), 'clean')
  const { code, stderr } = await runCli(['build', '--drafts', '--future', '--no-cache', '--out', out], { cwd: root })
  expect([code, stderr.includes('error[')]).toEqual([0, false])
  const tree = readTree(out)
  tree.delete('.ssg-files.json')
  let different = ''
  await waitFor(async () => {
    for (const [file, bytes] of tree) {
      different = file
      const reply = await server.get(`/${file.split('/').map(encodeURIComponent).join('/')}`)
      // The file of a redirect is asked for, and answered, as one.
      if (reply.status !== 301 && !reply.bytes.equals(bytes)) return undefined
    }
    const sum = /<p>(\d+) files/.exec((await server.get('/__ssg/')).text)?.[1]
    different = `${sum} files, not ${tree.size}`
    return Number(sum) === tree.size || undefined
  }).catch(() => { throw new Error(`the server differs from a clean build: ${different}\n${server.log().slice(-1500)}`) })
}

test('200 edits in quick succession, then the served site is that of a clean build', async () => {
  const root = site(12)
  writeFiles(root, { 'static/own.css': 'a {}\n', 'content/_data/people.json': '{"ann": "Ann"}\n', 'templates/extra.njk': 'extra\n', 'templates/entry.njk': entryTemplate(0) })
  const server = await serve(root)
  const random = createRandom(20260101)
  for (let i = 0; i < 200; i++) {
    edit(root, random, i)
    if (random(3) === 0) void server.get(random(2) === 0 ? '/' : `/posts/p${random(12)}/`)
    await new Promise((resolve) => { setTimeout(resolve, random(4) === 0 ? random(60) : random(6)) })
    // Whatever was broken, in the end nothing is.
    if (i % 50 === 49) {
      mend(root)
      await expectClean(server, root)
    }
  }
  await server.stop()
}, 180_000)

function entryTemplate(number: number): string {
  return `{% extends "base.njk" %}{% block main %}<h1>{{ entry.title }}</h1><p>${number} {{ site.data.people.ann }}</p>{{ entry.content }}{% include "extra.njk" ignore missing %}{% for e in site.recent(3) %}<i>{{ e.title }}</i>{% endfor %}{% endblock %}\n`
}

function edit(root: string, random: (most: number) => number, i: number): void {
  const file = path.join(root, `content/posts/p${random(12)}.md`)
  const write = (name: string, text: string): void => writeFiles(root, { [name]: text })
  const actions = [
    () => fs.writeFileSync(file, post(`Title ${i % 7}`, `Body ${i}. See [one](./p0.md).`, ['one', 'two', 'one, three'][random(3)])),
    () => fs.writeFileSync(file, post('Same title', `Only the body changed: ${i}.`)),
    () => fs.rmSync(file, { force: true }),
    () => { if (fs.existsSync(file)) fs.renameSync(file, path.join(root, `content/posts/p${random(12)}.md`)) },
    () => fs.writeFileSync(file, '---\ntitle: [broken\n---\n'),
    () => fs.writeFileSync(file, post('Away', '[nowhere](./nowhere.md)')),
    () => fs.writeFileSync(file, post('Draft', 'Held.').replace('tags', 'draft: true\ntags')),
    () => write('templates/entry.njk', entryTemplate(i)),
    () => write('templates/entry.njk', '{{ broken'),
    () => fs.rmSync(path.join(root, 'templates/extra.njk'), { force: true }),
    () => write('templates/extra.njk', `extra ${i}\n`),
    () => write('static/own.css', `a { width: ${i}px }\n`),
    () => write(`static/more${random(3)}.txt`, `${i}`),
    () => fs.rmSync(path.join(root, `static/more${random(3)}.txt`), { force: true }),
    () => write('content/_data/people.json', `{"ann": "Ann ${i}"}\n`),
    () => write('site.config.ts', config.replace('Saves', `Saves ${i % 3}`)),
    () => write('site.config.ts', 'export default {{\n'),
  ]
  actions[random(actions.length)]?.()
}

function mend(root: string): void {
  writeFiles(root, { 'site.config.ts': config, 'templates/entry.njk': entryTemplate(1000), 'content/posts/p0.md': post('Post 0', 'Always there.') })
  for (let i = 1; i < 12; i++) {
    const file = path.join(root, `content/posts/p${i}.md`)
    if (fs.existsSync(file) && /nowhere|\[broken/.test(fs.readFileSync(file, 'utf8'))) fs.writeFileSync(file, post(`Mended ${i}`, 'Well.'))
  }
}

describe('where nothing changes but texts, templates and data', () => {
  const lengths = `queries: { lengths: (site) => site.entries.map((entry) => entry.body.text.length).join(' ') }, `
  const page = (number: number): string => `{% extends "base.njk" %}{% block main %}<p>${number} {{ site.data.people.ann }}</p>{{ entry.content }}{% for e in site.recent(2) %}{{ e.excerpt }}{% endfor %}{% endblock %}\n`
  const lists = `{% extends "base.njk" %}{% block main %}{{ site.query('lengths') }}{% for entry in entries %}<h2>{{ entry.title }}</h2>{{ entry.excerpt }}{% endfor %}{% endblock %}\n`
  const files = { 'site.config.ts': config.replace('title:', `${lengths}title:`), 'templates/entry.njk': page(0), 'templates/list.njk': lists, 'content/_data/people.json': '{"ann": "Ann"}\n' }

  test('200 edits, with pages waiting all the time, give a clean build', async () => {
    const root = site(12)
    writeFiles(root, files)
    const server = await serve(root)
    await server.until('/', ({ status }) => status === 200)
    const random = createRandom(7)
    for (let i = 0; i < 200; i++) {
      const number = random(12)
      const text = (body: string): void => writeFiles(root, { [`content/posts/p${number}.md`]: post(`Post ${number}`, body) })
      const actions = [
        () => text(`Text ${i}. See [one](./p${random(12)}.md).\n\n${'More. '.repeat(random(9))}`), () => text(`Text ${i}.`), () => text(`Text ${i % 2}.`), () => text('[nowhere](./nowhere.md)'),
        () => writeFiles(root, { 'templates/entry.njk': page(i % 3) }), () => writeFiles(root, { 'templates/entry.njk': '{{ entry.nothing.at.all }}' }), () => writeFiles(root, { 'content/_data/people.json': `{"ann": "Ann ${i % 3}"}\n` }),
      ]
      actions[random(actions.length)]?.()
      // A page that is asked for is made before the others.
      if (random(3) === 0) await server.get(`/posts/p${random(12)}/`)
      if (random(4) === 0) await new Promise((resolve) => { setTimeout(resolve, random(80)) })
      if (i % 40 !== 39) continue
      for (let each = 0; each < 12; each++) if (fs.readFileSync(path.join(root, `content/posts/p${each}.md`), 'utf8').includes('nowhere')) writeFiles(root, { [`content/posts/p${each}.md`]: post(`Post ${each}`, `Mended ${i}.`) })
      writeFiles(root, { 'templates/entry.njk': page(i) })
      await expectClean(server, root)
    }
    await server.stop()
  }, 180_000)

  test('only what read of them is made, and why is told', async () => {
    const root = site(30)
    writeFiles(root, { ...files, 'site.config.ts': config })
    writeFiles(root, { 'templates/list.njk': lists.replace(`{{ site.query('lengths') }}`, '') })
    let done: ((record: BuildRecord) => void) | undefined
    const server = await startServer({ root: fs.realpathSync(root), host: '127.0.0.1', port: 0, drafts: true, future: true, allowHosts: [], write: false, remote: {}, signal: new AbortController().signal, onBuilt: ({ isDone, record }) => { if (isDone) done?.(record) } })
    const built = (): Promise<BuildRecord> => new Promise((resolve) => { done = resolve })
    await built()
    // The last one: on no list's first page, in no feed, and of no other post's neighbours.
    const saved = built()
    writeFiles(root, { 'content/posts/p10.md': post('Post 10', 'Text 10.\n\nOf which no list shows this.') })
    const { made, reused } = await saved
    expect(made.filter(({ output }) => output.startsWith('posts/')).map(({ output }) => output)).toEqual(['posts/p10/index.html'])
    expect(made.every(({ output, why }) => output !== 'posts/p10/index.html' || why.includes('content:posts/p10.md changed'))).toBe(true)
    expect(reused).toBeGreaterThan(30)
    const all = built()
    writeFiles(root, { 'templates/entry.njk': page(1) })
    const after = await all
    expect(after.madeCount).toBe(30)
    expect(after.made.every(({ why }) => why.startsWith('template:entry.njk changed'))).toBe(true)
    await server.close()
  }, 60_000)
})

test('memory stays flat: 500 saves at 1,000 posts', async () => {
  const root = site(1000)
  let done: (() => void) | undefined
  const server = await startServer({ root: fs.realpathSync(root), host: '127.0.0.1', port: 0, drafts: true, future: true, allowHosts: [], write: false, remote: {}, signal: new AbortController().signal, onBuilt: ({ isDone }) => { if (isDone) done?.() } })
  const settled = (): Promise<void> => new Promise((resolve) => { done = resolve })
  const port = server.port
  const save = async (i: number): Promise<void> => {
    fs.writeFileSync(path.join(root, `content/posts/p${i % 1000}.md`), post(`Post ${i % 1000}`, `Save ${i}. ${'Words and more words. '.repeat(100)}`))
    await waitFor(async () => ((await (await fetch(`http://127.0.0.1:${port}/posts/p${i % 1000}/`)).text()).includes(`Save ${i}.`) ? true : undefined))
  }
  await settled()
  for (let i = 0; i < 30; i++) await save(i)
  const before = await heapBytes()
  for (let i = 30; i < 530; i++) await save(i)
  const after = await heapBytes()
  await server.close()
  expect((after - before) / 1e6).toBeLessThan(50)
}, 180_000)

/** Of what is still used. */
async function heapBytes(): Promise<number> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  for (let i = 0; i < 3; i++) {
    (runInNewContext('gc') as () => void)()
    await new Promise((resolve) => { setTimeout(resolve, 20) })
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
