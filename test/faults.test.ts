// When the machine fails: killed at any write, a full disk, folders that may not be written. What can be told is told with its
// place, and the next build gives what a clean one gives.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cliFile, projectRoot, readTree, removeTempFolders, runCli, tempFolder, unprivileged, writeFiles, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

const at = '2026-01-01T00:00:00Z'
/** Without what is kept of the program at the end of a run. */
const hooked = { NODE_OPTIONS: `--import=${pathToFileURL(path.join(projectRoot, 'test/support/faults.mjs')).href}`, SSG_CODE_CACHE: '0' }
const post = (title: string, text = 'Text.'): string => `---\ntitle: ${title}\ndate: 2025-05-06\ntags: [one]\n---\n\n${text}\n\n\`\`\`js\nconst a = 1\n\`\`\`\n`
const before = {
  'site.config.ts': `export default { title: 'Site', url: 'https://example.org/', collections: { posts: { pageSize: 2 } } }`,
  'content/posts/a.md': post('A'), 'content/posts/b.md': post('B'), 'content/posts/c/index.md': post('C', '![dot](dot.svg)'), 'content/posts/c/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', 'content/posts/gone.md': post('Gone'),
}
/** The site after an edit: a post shorter, one gone, one new, and a file where a folder was. */
const after = { ...before, 'content/posts/a.md': post('A', 'x'), 'content/posts/new.md': post('New').replace('tags: [one]', 'tags: [two]\npermalink: /posts/c') }
const removed = ['content/posts/gone.md', 'content/posts/c']

const build = (cwd: string, env: Readonly<Record<string, string>> = {}, through: readonly string[] = []): Promise<CliResult> => runCli(['build', '--at', at], { cwd, through, env: Object.keys(env).length === 0 ? {} : { ...hooked, ...env } })

function edit(root: string): void {
  writeFiles(root, after)
  for (const name of removed) fs.rmSync(path.join(root, name), { recursive: true, force: true })
}

async function cleanBuild(prepare: (root: string) => void): Promise<ReadonlyMap<string, Buffer>> {
  const root = tempFolder(before)
  prepare(root)
  const run = await build(root)
  expect(run.code, run.stderr).toBe(0)
  return readTree(path.join(root, 'public'))
}

function expectSame(root: string, clean: ReadonlyMap<string, Buffer>, label: string): void {
  const tree = readTree(path.join(root, 'public'))
  expect([...tree.keys()], label).toEqual([...clean.keys()])
  for (const [name, bytes] of tree) expect(bytes.equals(clean.get(name) ?? Buffer.alloc(0)), `${label}: ${name}`).toBe(true)
}

/** How many calls that change files a build makes from here. */
async function countCalls(root: string): Promise<number> {
  const file = path.join(tempFolder(), 'count')
  const run = await build(root, { FAULT: 'count', FAULT_COUNT: file })
  expect(run.code, run.stderr).toBe(0)
  return Number(fs.readFileSync(file, 'utf8'))
}

type Moment = Readonly<Record<string, string>>

/** The first and last calls, some between, and those that write down what is ours. */
function choose(count: number): Moment[] {
  const between = Array.from({ length: 3 }, (_, i) => Math.round((count * (i + 1)) / 4))
  const calls = [...new Set([1, 2, 4, 7, ...between, count - 2, count - 1, count])].sort((a, b) => a - b)
  return [...calls.map((call) => ({ FAULT_AT: String(call) })), ...['.ssg-files.json', 'manifest.txt'].flatMap((file) => [1, 2].map((call) => ({ FAULT_PATH: file, FAULT_AT: String(call) })))]
}

describe.each([['a first build', (): void => undefined, false], ['a build after an edit', edit, true]] as const)('%s', (_, change, isSecond) => {
  let clean: ReadonlyMap<string, Buffer>
  let moments: readonly Moment[]
  const prepare = async (): Promise<string> => {
    const root = tempFolder(before)
    if (isSecond) expect((await build(root)).code).toBe(0)
    change(root)
    return root
  }
  beforeAll(async () => {
    clean = await cleanBuild(change)
    const count = await countCalls(await prepare())
    expect(count).toBeGreaterThan(20)
    moments = choose(count)
  })

  test('killed at a write, and built again', { timeout: 120_000 }, async () => {
    await inPairs(moments, async (moment) => {
      const label = JSON.stringify(moment)
      const root = await prepare()
      const killed = await build(root, { FAULT: 'kill', ...moment })
      expect(killed.code, label).toBeNull()
      const again = await build(root)
      expect([again.code, again.stderr], label).toEqual([0, ''])
      expectSame(root, clean, label)
    })
  })

  test('killed again and again', async () => {
    const root = await prepare()
    for (const moment of [...moments.slice(0, 3), ...moments.slice(-5), ...moments.slice(3, 7)]) await build(root, { FAULT: 'kill', ...moment })
    const again = await build(root)
    expect([again.code, again.stderr]).toEqual([0, ''])
    expectSame(root, clean, 'after many kills')
  })

  test('a disk that is full from some write on, and built again', { timeout: 120_000 }, async () => {
    await inPairs(moments, async (moment) => {
      const label = JSON.stringify(moment)
      const root = await prepare()
      const full = await build(root, { FAULT: 'ENOSPC', ...moment })
      if (full.code !== 0) expect([full.code, full.stderr], label).toEqual([1, expect.stringMatching(/error\[(?:output-write|config-load)\] .*the disk is full\n/)])
      expect(full.stderr).not.toMatch(/error\[bug\]|^\s+at /m)
      const again = await build(root)
      expect([again.code, again.stderr], label).toEqual([0, ''])
      expectSame(root, clean, label)
    })
  })
})

/** Two at a time: most machines have two processors. */
async function inPairs<T>(values: readonly T[], run: (value: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < values.length; i += 2) await Promise.all(values.slice(i, i + 2).map(run))
}

describe('a disk that is really full', () => {
  /** Runs in a name space of its own, so that nothing stays mounted; a user's name space where that needs no root. */
  const spaces = [['unshare', '-m'], ['unshare', '-rm']].find(([program = '', ...flags]) => spawnSync(program, [...flags, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0)
  const told = /^1\nerror\[output-write\] public\/\S+ cannot be written: (?:the disk is full|EFBIG: file too large\b.*)\n {2}public\/\S+\n {2}fix: make room/m

  test('nothing is lost, and with room it goes on', async () => {
    const root = tempFolder({ ...before, 'static/large.bin': Buffer.alloc(200_000, 'x') })
    const command = `"${process.execPath}" "${cliFile}" build --at ${at}`
    // A limit on the size of files where no file system may be mounted.
    const script = spaces
      ? `mkdir public; mount -t tmpfs -o size=64k tmpfs public; ${command} 2>err; echo $? >code; mount -o remount,size=10m public; ${command} 2>&1 || exit 1; cp -r public ../built`
      : `(ulimit -f 128; ${command} 2>err; echo $? >code); ${command} 2>&1 || exit 1; cp -r public ../built`
    const site = path.join(root, 'site')
    fs.mkdirSync(site)
    for (const name of fs.readdirSync(root)) if (name !== 'site') fs.renameSync(path.join(root, name), path.join(site, name))
    const run = spawnSync(spaces?.[0] ?? 'sh', spaces ? [...spaces.slice(1), 'sh', '-c', script] : ['-c', script], { cwd: site, encoding: 'utf8' })
    expect(run.status, run.stdout + run.stderr).toBe(0)
    expect(fs.readFileSync(path.join(site, 'code'), 'utf8') + fs.readFileSync(path.join(site, 'err'), 'utf8')).toMatch(told)
    const clean = await cleanBuild((other) => writeFiles(other, { 'static/large.bin': Buffer.alloc(200_000, 'x') }))
    fs.renameSync(path.join(root, 'built'), path.join(root, 'public'))
    expectSame(root, clean, 'with room')
  })
})

describe('what may not be written', () => {
  const locked = async (root: string, names: readonly string[]): Promise<CliResult> => {
    const modes = names.map((name) => [path.join(root, name), fs.statSync(path.join(root, name)).mode] as const)
    for (const [name] of modes) fs.chmodSync(name, 0o555)
    try {
      return await build(root, {}, unprivileged())
    } finally {
      for (const [name, mode] of modes) fs.chmodSync(name, mode)
    }
  }

  test('the output folder', async () => {
    const root = tempFolder({ ...before })
    fs.mkdirSync(path.join(root, 'public'))
    const run = await locked(root, ['public'])
    expect([run.code, run.stderr]).toEqual([1, expect.stringMatching(/^error\[output-write\] public\/\.ssg-files\.json cannot be written: permission denied\n/)])
    expect((await build(root)).code).toBe(0)
  })

  test('a folder or a file in it', async () => {
    const root = tempFolder({ ...before })
    await build(root)
    edit(root)
    const folder = await locked(root, ['public/posts'])
    expect([folder.code, folder.stderr]).toEqual([1, expect.stringMatching(/^error\[output-write\] public\/posts\/\S+ cannot be (?:written|removed): permission denied\n/)])
    const file = await locked(root, ['public/posts/a/index.html'])
    expect([file.code, file.stderr]).toEqual([1, expect.stringMatching(/^error\[output-write\] public\/posts\/a\/index\.html cannot be written: permission denied\n/)])
    expect((await build(root)).code).toBe(0)
    expectSame(root, await cleanBuild(edit), 'afterwards')
  })

  test('the folder of the site: a build without a cache is no worse a build', async () => {
    const root = tempFolder(before)
    fs.mkdirSync(path.join(root, 'public'))
    const run = await locked(root, ['.'])
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).not.toContain('error[')
    expectSame(root, await cleanBuild(() => undefined), 'without a cache')
  })

  test('the cache', async () => {
    const root = tempFolder(before)
    await build(root)
    edit(root)
    const run = await locked(root, ['.ssg', '.ssg/cache'])
    expect(run.code, run.stderr).toBe(0)
    expectSame(root, await cleanBuild(edit), 'with an old cache')
  })
})

describe('a build that is stopped from outside', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`content/posts/p${i}.md`, post(`P${i}`, `Words of ${i}. `.repeat(50))]))
  let clean: ReadonlyMap<string, Buffer>
  let seconds: number
  beforeAll(async () => {
    const started = performance.now()
    clean = await cleanBuild((root) => writeFiles(root, many))
    seconds = (performance.now() - started) / 1000
  })

  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('%s when the first file is there, and at other moments', { timeout: 120_000 }, async (signal) => {
    const root = tempFolder({ ...before, ...many })
    const moments = ['first file', 0.15, 0.4, 0.7] as const
    for (const moment of moments) {
      let timer: NodeJS.Timeout | undefined
      const run = await runCli(['build', '--at', at], {
        cwd: root,
        onStart(kill) {
          if (moment !== 'first file') timer = setTimeout(() => kill(signal), moment * seconds * 1000)
          else timer = setInterval(() => {
            if (!fs.existsSync(path.join(root, 'public/posts'))) return
            clearInterval(timer)
            kill(signal)
          }, 1)
        },
      })
      clearTimeout(timer)
      if (signal === 'SIGKILL') continue
      expect([0, 130, null]).toContain(run.code)
      if (run.code === 130) expect(run.stderr).toMatch(/^error\[interrupted\] /m)
      // Whole pages or none.
      for (const [name, bytes] of readTree(path.join(root, 'public'))) if (name !== '.ssg-files.json') expect(bytes.equals(clean.get(name) ?? Buffer.alloc(0)), name).toBe(true)
    }
    const again = await build(root)
    expect([again.code, again.stderr]).toEqual([0, ''])
    expectSame(root, clean, `after ${signal}`)
  })
})
