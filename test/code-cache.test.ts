// What is kept of the compiled program from run to run: it saves time and changes nothing else, whatever has become of it.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli, tempFolder, unprivileged, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

/** Needs packages outside of the bundle, the library and threads. */
const files = {
  'site.config.ts': `import { data, defineConfig } from 'sourcepress'\nexport default defineConfig({ title: 'Site', url: 'https://example.org/', language: 'de', collections: { posts: { source: data('rows.csv') }, pages: {} } })\n`,
  'rows.csv': 'id,title,date,body\n1,One,2025-01-02,Text of *one*\n',
  'content/pages/about.md': '---\ntitle: About\n---\n\n<b onclick="x()">bold</b>\n\n```js\nlet a = 1\n```\n\n```python\nprint(1)\n```\n',
}

interface Ran extends CliResult { readonly use?: { readonly how: string; readonly folder: string; readonly files: number; readonly compiled: number } }

async function run(root: string, env: Readonly<Record<string, string | undefined>>, args: readonly string[] = ['build', '--no-cache'], through: readonly string[] = []): Promise<Ran> {
  const result = await runCli([...args, '--at', '2026-01-01'], { cwd: root, through, env: { NODE_DEBUG: 'sourcepress', SSG_WORKERS: '2', ...env } })
  const [line, how = '', folder = '', count, compiled] = /^SOURCEPRESS \d+: (\w+) (.*): (\d+) files, (\d+) of them compiled\n/m.exec(result.stderr) ?? []
  return { ...result, stderr: result.stderr.replace(line ?? '', ''), ...(line !== undefined && { use: { how, folder, files: Number(count), compiled: Number(compiled) } }) }
}

let root: string, tree: ReadonlyMap<string, Buffer>
beforeAll(async () => {
  root = tempFolder(files)
  expect(await run(root, { SSG_CODE_CACHE: '0' })).toMatchObject({ code: 0, stderr: '' })
  tree = readTree(path.join(root, 'public'))
  expect([...tree.values()].some((bytes) => bytes.includes('<span class="'))).toBe(true)
})

function expectSame(result: Ran): void {
  expect(result).toMatchObject({ code: 0, stderr: '' })
  expect(readTree(path.join(root, 'public'))).toEqual(tree)
}

/** A folder with the code of a run like the next. */
async function warm(): Promise<{ home: string; folder: string; chunks: string[] }> {
  const home = tempFolder()
  const { use } = await run(root, { XDG_CACHE_HOME: home })
  const folder = use!.folder
  return { home, folder, chunks: fs.readdirSync(folder).filter((name) => name.endsWith('.cjs')) }
}

const looks = (folder: string): string[] => fs.readdirSync(folder).map((name) => `${name} ${fs.statSync(path.join(folder, name)).mtimeMs}`)

describe('the code of the program', () => {
  test('is written by the first run and used by the second, which writes nothing', async () => {
    const home = tempFolder()
    const first = await run(root, { XDG_CACHE_HOME: home })
    expectSame(first)
    expect(first.use).toMatchObject({ how: 'wrote', compiled: first.use!.files })
    const { folder } = first.use!
    const before = looks(folder)
    const second = await run(root, { XDG_CACHE_HOME: home })
    expectSame(second)
    expect(second.use).toEqual({ how: 'used', folder, files: first.use!.files, compiled: 0 })
    expect(looks(folder)).toEqual(before)
  })

  test('is completed by a run that goes another way', async () => {
    const { home, chunks } = await warm()
    const other = await run(root, { XDG_CACHE_HOME: home }, ['list'])
    expect(other).toMatchObject({ code: 0, use: { how: 'wrote' } })
    expect(other.use!.compiled).toBeLessThan(other.use!.files)
    expect(fs.readdirSync(other.use!.folder)).toEqual(expect.arrayContaining(chunks))
    expect((await run(root, { XDG_CACHE_HOME: home }, ['list'])).use).toMatchObject({ how: 'used', compiled: 0 })
    expect((await run(root, { XDG_CACHE_HOME: home })).use).toMatchObject({ how: 'used', compiled: 0 })
  })

  test('lies in the folder of the user, who alone may read and write it', async () => {
    const home = tempFolder()
    const { use } = await run(root, { XDG_CACHE_HOME: undefined, HOME: home })
    expect(path.dirname(use!.folder)).toBe(path.join(home, '.cache/sourcepress/code'))
    for (const folder of ['.cache', '.cache/sourcepress', '.cache/sourcepress/code']) expect(fs.statSync(path.join(home, folder)).mode & 0o777).toBe(0o700)
    for (const name of fs.readdirSync(use!.folder)) expect(fs.statSync(path.join(use!.folder, name)).mode & 0o777, name).toBe(0o600)
  })

  test('is not kept by a run that failed, nor where it is turned off', async () => {
    const home = tempFolder()
    expect(await run(root, { XDG_CACHE_HOME: home }, ['build', '--nonsense'])).toMatchObject({ code: 2 })
    expectSame(await run(root, { XDG_CACHE_HOME: home, SSG_CODE_CACHE: '0' }))
    expect(fs.readdirSync(home)).toEqual([])
  })
})

describe('a file of it that is not what it was', () => {
  const harm: Readonly<Record<string, (file: string, other: string) => void>> = {
    'is empty': (file) => { fs.writeFileSync(file, '') },
    'is cut off': (file) => { fs.truncateSync(file, fs.statSync(file).size - 100) },
    'has another byte': (file) => {
      const bytes = fs.readFileSync(file)
      bytes[bytes.length >> 1]! ^= 1
      fs.writeFileSync(file, bytes)
    },
    'is that of another chunk': (file, other) => { fs.copyFileSync(other, file) },
    'is gone': (file) => { fs.rmSync(file) },
  }
  test.each(Object.entries(harm))('%s: is compiled and written again', async (_, change) => {
    const { home, folder, chunks } = await warm()
    const chunk = chunks.find((name) => name.startsWith('highlight-'))!
    change(path.join(folder, chunk), path.join(folder, chunks.find((name) => name.startsWith('main-'))!))
    const again = await run(root, { XDG_CACHE_HOME: home })
    expectSame(again)
    expect(again.use).toMatchObject({ how: 'wrote', compiled: 1 })
    expect((await run(root, { XDG_CACHE_HOME: home })).use).toMatchObject({ how: 'used', compiled: 0 })
  })

  test('is a folder: the program does without', async () => {
    const { home, folder, chunks } = await warm()
    fs.rmSync(path.join(folder, chunks[0]!))
    fs.mkdirSync(path.join(folder, chunks[0]!))
    expectSame(await run(root, { XDG_CACHE_HOME: home }))
  })
})

describe('a folder that cannot be used', () => {
  test('is read-only', async () => {
    const home = tempFolder()
    fs.chmodSync(home, 0o500)
    expectSame(await run(root, { XDG_CACHE_HOME: home }, undefined, unprivileged()))
    fs.chmodSync(home, 0o700)
    expect(fs.readdirSync(home)).toEqual([])
  })

  test.each([['is a file', 'file'], ['is not there, nor the one above', 'gone/home/.cache'], ['is relative: it would be one of the site', '.cache']])('%s', async (_, name) => {
    const folder = tempFolder({ file: '' })
    const home = name === '.cache' ? name : path.join(folder, name)
    const result = await run(root, { XDG_CACHE_HOME: home, HOME: path.join(folder, 'gone') })
    expectSame(result)
    expect(result.use).toBeUndefined()
    expect([fs.readdirSync(folder), fs.existsSync(path.join(root, '.cache'))]).toEqual([['file'], false])
  })

  test('may be written by others', async () => {
    const { home, folder } = await warm()
    fs.chmodSync(folder, 0o777)
    const before = looks(folder)
    const result = await run(root, { XDG_CACHE_HOME: home })
    expectSame(result)
    expect(result.use).toBeUndefined()
    expect(looks(folder)).toEqual(before)
  })

  test.skipIf(process.getuid?.() !== 0)('is another user\'s', async () => {
    const { home, folder } = await warm()
    fs.chownSync(folder, 12345, 12345)
    const result = await run(root, { XDG_CACHE_HOME: home })
    expectSame(result)
    expect(result.use).toBeUndefined()
  })
})

describe('folders', () => {
  test('that several processes write at once are whole', async () => {
    const home = tempFolder()
    const results = await Promise.all(Array.from({ length: 4 }, () => run(root, { XDG_CACHE_HOME: home }, ['list'])))
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(results.map(() => [0, '']))
    const { folder } = results[0]!.use!
    expect(fs.readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
    expect((await run(root, { XDG_CACHE_HOME: home }, ['list'])).use).toMatchObject({ how: 'used', compiled: 0 })
  })

  test('of another Node or program are left alone, the newest four of them', async () => {
    const { home, folder } = await warm()
    const all = path.dirname(folder)
    const names = [process.version, 'v98.7.6', 'v20.19.0', 'v18.0.0', 'v16.0.0'].map((version, i) => `${String(i).repeat(32)}-${version}-x64`)
    for (const [i, name] of names.entries()) {
      fs.renameSync(folder, path.join(all, name))
      fs.cpSync(path.join(all, name), folder, { recursive: true })
      fs.utimesSync(path.join(all, name), 1_700_000_000 - i, 1_700_000_000 - i)
    }
    fs.rmSync(folder, { recursive: true })
    fs.mkdirSync(path.join(all, 'of somebody'))
    const result = await run(root, { XDG_CACHE_HOME: home })
    expectSame(result)
    expect(result.use).toMatchObject({ how: 'wrote', compiled: result.use!.files })
    expect(fs.readdirSync(all).sort()).toEqual([...names.slice(0, 3), path.basename(folder), 'of somebody'].sort())
  })
})
