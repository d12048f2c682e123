// The same site built in turn at other times, with other flags, into other folders, in other places and by other versions of Node:
// what one build leaves in the cache costs the next one time, never truth.
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { buildAndCompare, madeIn, moment, type RunOptions } from './support/builds.ts'
import { removeTempFolders, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const post = (title: string, front: string, body = 'Text.'): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const files = {
  'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/', collections: { posts: { pageSize: 2, years: true }, pages: { index: false } } }`,
  'content/about.md': post('About', 'order: 1', 'See [a](posts/a.md) and ![dot](dot.svg).'), 'content/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>',
  'content/posts/a.md': post('A', 'date: 2025-01-01\ntags: [red]', '```js\nconst a = 1\n```'), 'content/posts/b.md': post('B', 'date: 2025-02-01\nexpires: 2026-06-01\ntags: [red, blue]'),
  'content/posts/c.md': post('C', 'date: 2026-03-01\ntags: [blue]'), 'content/posts/d.md': post('D', 'date: 2026-04-01'), 'content/posts/e.md': post('E', 'date: 2025-05-01\ndraft: true\ntags: [green]'),
}
const edit = (root: string, words: string): void => writeFiles(root, { 'content/posts/a.md': post('A', 'date: 2025-01-01\ntags: [red]', words) })
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)

describe('in turn', () => {
  test('the clock goes forth and back', async () => {
    const root = tempFolder(files)
    const made: string[][] = []
    for (const at of ['2026-01-01', '2026-03-15', '2026-03-16', '2026-07-01', '2026-03-15', '2026-01-01', '2026-01-01']) made.push(madeIn(await buildAndCompare(root, { at: day(at) })))
    // Between two moments at which posts appear or go, nothing changes.
    expect(made[2]).toEqual([])
    expect(made[6]).toEqual([])
    expect(made[1]).toContain('posts/c/index.html')
    expect(made[1]).not.toContain('posts/a/index.html')
    expect(made[5]).not.toContain('posts/a/index.html')
  })

  test('at the very moment of a scheduled post, and just before', async () => {
    const root = tempFolder(files)
    const has = async (at: number): Promise<boolean> => {
      await buildAndCompare(root, { at: new Date(at) })
      return fs.existsSync(path.join(root, 'public/posts/c/index.html'))
    }
    const due = day('2026-03-01').getTime()
    expect([await has(due - 60_000), await has(due - 1), await has(due), await has(due + 1), await has(due - 1)]).toEqual([false, false, true, true, false])
  })

  test('with and without drafts', async () => {
    const root = tempFolder(files)
    for (const drafts of [false, true, false, true, true]) {
      await buildAndCompare(root, { drafts })
      expect(fs.existsSync(path.join(root, 'public/posts/e/index.html'))).toBe(drafts)
    }
    expect(madeIn(await buildAndCompare(root, { drafts: true }))).toEqual([])
  })

  test('into two folders', async () => {
    const root = tempFolder(files)
    const folders = [path.join(root, 'one'), path.join(tempFolder(), 'deep/two')] as const
    for (const [i, out] of [...folders, ...folders].entries()) {
      edit(root, `Words ${i}.`)
      await buildAndCompare(root, { out })
    }
    await buildAndCompare(root)
    const back = await buildAndCompare(root, { out: folders[0] })
    expect(back.result?.written).toBeGreaterThan(0)
    expect(madeIn(await buildAndCompare(root, { out: folders[0] }))).toEqual([])
    expect((await buildAndCompare(root, { out: folders[1] })).result?.written).toBe(0)
  })

  test('for two addresses', async () => {
    const root = tempFolder(files)
    for (const baseUrl of [undefined, 'https://other.example/deep/', undefined, 'https://other.example/deep/', 'http://localhost:8000/']) await buildAndCompare(root, baseUrl === undefined ? {} : { baseUrl })
  })

  test('everything mixed', async () => {
    const options = fc.record<RunOptions & { words: string | undefined }>({
      at: fc.constantFrom(day('2025-12-01'), moment, day('2026-03-15'), day('2026-07-01')), drafts: fc.boolean(),
      words: fc.constantFrom(undefined, 'One.', 'Two.', '```js\nlet x\n```', '[about](../about.md#x)'),
    })
    const places = fc.constantFrom<RunOptions[]>({}, {}, { baseUrl: 'https://other.example/deep/' }, { out: 'one' }, { out: 'two' })
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(options, places), { minLength: 3, maxLength: 8 }), async (turns) => {
      const root = tempFolder(files)
      for (const [{ words, ...when }, { out, ...where }] of turns) {
        if (words !== undefined) edit(root, words)
        await buildAndCompare(root, { ...when, ...where, ...(out !== undefined && { out: path.join(root, out) }) })
      }
      fs.rmSync(root, { recursive: true })
    }), { numRuns: 12, seed: 20261120 })
  }, 120_000)
})

describe('the cache comes from elsewhere', () => {
  test('from a checkout in another folder, without the output', async () => {
    const root = tempFolder(files)
    await buildAndCompare(root)
    const other = path.join(tempFolder(), 'other')
    for (const folder of ['content', 'site.config.mjs', '.ssg']) fs.cpSync(path.join(root, folder), path.join(other, folder), { recursive: true })
    edit(other, 'Other words.')
    const moved = await buildAndCompare(other)
    const why = new Map(moved.result?.rendered.map((page) => [page.output as string, page.why]))
    expect(why.get('posts/b/index.html')).toBe('its file is missing or was changed')
    expect(why.get('posts/a/index.html')).toContain('content:posts/a.md changed')
    expect(madeIn(await buildAndCompare(other))).toEqual([])
  })

  test('from another site with the same names', async () => {
    const [root, other] = [tempFolder(files), tempFolder({ ...files, 'content/posts/b.md': post('Bb', 'date: 2025-02-01', 'Other.') })]
    await buildAndCompare(root)
    await buildAndCompare(other)
    fs.rmSync(path.join(other, '.ssg'), { recursive: true })
    fs.cpSync(path.join(root, '.ssg'), path.join(other, '.ssg'), { recursive: true })
    await buildAndCompare(other)
  })

  test('parts of it from different builds', async () => {
    const root = tempFolder(files)
    await buildAndCompare(root)
    const before = path.join(tempFolder(), 'cache')
    fs.cpSync(path.join(root, '.ssg/cache'), before, { recursive: true })
    for (const [i, name] of fs.readdirSync(before).entries()) {
      edit(root, `Words ${i}.\n\n\`\`\`js\nconst a = ${i}\n\`\`\``)
      await buildAndCompare(root)
      fs.cpSync(path.join(before, name), path.join(root, '.ssg/cache', name))
      await buildAndCompare(root)
      writeFiles(root, { 'content/posts/b.md': post(`B${i}`, 'date: 2025-02-01\ntags: [red]') })
      await buildAndCompare(root)
    }
  })

  test('from another version of Node', async () => {
    const root = tempFolder(files)
    await buildAndCompare(root)
    const version = process.version
    try {
      Object.defineProperty(process, 'version', { value: 'v98.76.5' })
      const other = await buildAndCompare(root)
      expect(new Set(other.result?.rendered.map(({ why }) => why))).toEqual(new Set(['the program, the config or a setting changed']))
      expect([other.result?.written, other.result?.reused]).toEqual([0, 0])
      expect(madeIn(await buildAndCompare(root))).toEqual([])
    } finally {
      Object.defineProperty(process, 'version', { value: version })
    }
    await buildAndCompare(root)
  })

  test('from another version of this program', async () => {
    const root = tempFolder(files)
    await buildAndCompare(root)
    const file = path.join(root, '.ssg/cache/manifest.txt')
    const [header = '', ...rows] = fs.readFileSync(file, 'utf8').split('\n')
    for (const change of [{ code: '0'.repeat(32) }, { format: 0 }, { format: 99 }]) {
      fs.writeFileSync(file, [JSON.stringify({ ...JSON.parse(header) as object, ...change }), ...rows].join('\n'))
      fs.rmSync(path.join(root, '.ssg/cache/unchanged.json'), { force: true })
      const next = await buildAndCompare(root)
      expect([next.result?.written, next.result?.reused]).toEqual([0, 0])
    }
  })
})
