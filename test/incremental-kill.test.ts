// A build that is killed at any of its writes, that meets an error there, or that meets another build of the same site: the next
// one is right. Each call that changes a file is tried, one after the other.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acquireLock, isLock } from '../dist/src/build/lock.js'
import { exitCodeOf } from '../dist/src/cli/exit-code.js'
import { SsgError } from '../dist/src/core/diagnostic.js'
import { buildClean, expectTree, moment, run } from './support/builds.ts'
import { projectRoot, removeTempFolders, runCli, tempFolder, writeFiles, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

/** Without what is kept of the program at the end of a run. */
const hooked = { NODE_OPTIONS: `--import=${pathToFileURL(path.join(projectRoot, 'test/support/faults.mjs')).href}`, SSG_CODE_CACHE: '0' }
const post = (title: string, text: string, more = ''): string => `---\ntitle: ${title}\ndate: 2025-05-06${more}\n---\n\n${text}\n`
const before = {
  'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/', robots: false, sitemap: false, taxonomies: { tags: { feed: false } } }`,
  'content/posts/a.md': post('A', 'A long text, which is cut short.'), 'content/posts/b.md': post('B', '![dot](../dot.svg)\n\n```json\n{ "a": 1 }\n```'), 'content/posts/gone.md': post('Gone', 'Gone.', '\ntags: one'),
  'content/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', 'content/old.txt': 'old',
}

/** Pages are changed, added, renamed and removed; a file comes where a folder was. */
function edit(root: string): void {
  writeFiles(root, { 'content/posts/a.md': post('A', 'Short.'), 'content/posts/new.md': post('New', '```json\n{ "b": 2 }\n```', '\npermalink: /posts/b'), 'content/dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' })
  fs.rmSync(path.join(root, 'content/posts/gone.md'))
  fs.rmSync(path.join(root, 'content/old.txt'))
  fs.renameSync(path.join(root, 'content/posts/b.md'), path.join(root, 'content/posts/c.md'))
}
const builds = [
  ['a first build', (): void => undefined, false],
  ['a build after an edit', edit, true],
] as const

async function prepare(change: (root: string) => void, isSecond: boolean): Promise<string> {
  const root = tempFolder(before)
  if (isSecond) expect((await run(root)).result).toBeDefined()
  change(root)
  return root
}

/** The next build is a clean one, and nothing of the one before is left lying about. */
async function expectRight(root: string, clean: Awaited<ReturnType<typeof buildClean>>, label: string): Promise<void> {
  const next = await run(root)
  expect(next.messages, label).toBe(clean.messages)
  expectTree(path.join(root, 'public'), clean.tree, label)
  expect(fs.readdirSync(path.join(root, '.ssg/cache')).filter((name) => !/^(?:manifest|journal|inputs|site|templates)\.txt$|^(?:blocks|unchanged)\.json$|^store\.bin$/.test(name)), label).toEqual([])
}

/** Not a flag, which marks the output as not for readers. */
const time = { SOURCE_DATE_EPOCH: String(moment.getTime() / 1000) }
const build = (cwd: string, env: Readonly<Record<string, string>> = {}): Promise<CliResult> => runCli(['build'], { cwd, env: { ...time, ...env } })

describe.each(builds)('%s', (_, change, isSecond) => {
  let clean: Awaited<ReturnType<typeof buildClean>>
  beforeAll(async () => {
    const root = tempFolder(before)
    change(root)
    clean = await buildClean(root)
    expect(clean.result).toBeDefined()
  })

  test('killed at each of its writes', { timeout: 180_000 }, async () => {
    let last = Infinity
    const tryFrom = async (first: number, step: number): Promise<void> => {
      for (let call = first; call < last; call += step) {
        const root = await prepare(change, isSecond)
        const killed = await build(root, { ...hooked, FAULT: 'kill', FAULT_AT: String(call) })
        if (killed.code !== null) last = Math.min(last, call)
        expect([null, 0], killed.stderr).toContain(killed.code)
        await expectRight(root, clean, `killed at ${call}`)
        expect((await run(root)).result?.rendered, `killed at ${call}, and built twice`).toEqual([])
        fs.rmSync(root, { recursive: true })
      }
    }
    await Promise.all([tryFrom(1, 3), tryFrom(2, 3), tryFrom(3, 3)])
    expect(last).toBeGreaterThan(30)
    expect(last).toBeLessThan(Infinity)
  })

  test.each([['ENOSPC', true], ['EIO', false]] as const)('%s at each of its writes', { timeout: 120_000 }, async (code, isLasting) => {
    let isThrown = true
    for (let call = 1; isThrown; call++) {
      const root = await prepare(change, isSecond)
      const label = `${code} at ${call}`
      const faulty = await withFaults({ code, call, isLasting }, () => run(root))
      isThrown = faulty.isThrown
      // What cannot be locked is built without a cache, and locks that cannot be removed lose their meaning with their process.
      if (faulty.value.result === undefined) expect(JSON.parse(faulty.value.messages), label).toEqual([expect.objectContaining({ severity: 'error', code: 'output-write', at: { file: expect.stringMatching(/^(?:site\.config\.mjs|public|\.ssg\/cache)(?:\/|$)/) } })])
      for (const name of fs.existsSync(path.join(root, '.ssg/cache')) ? fs.readdirSync(path.join(root, '.ssg/cache')).filter(isLock) : []) fs.rmSync(path.join(root, '.ssg/cache', name))
      await expectRight(root, clean, label)
      fs.rmSync(root, { recursive: true })
    }
  })
})

interface Fault { readonly code: string; readonly call: number; readonly isLasting: boolean }

/** Lets one call that changes a file fail, and all after it if the fault is a lasting one. */
async function withFaults<T>({ code, call, isLasting }: Fault, work: () => Promise<T>): Promise<{ value: T; isThrown: boolean }> {
  const names = ['openSync', 'writeSync', 'writeFileSync', 'ftruncateSync', 'renameSync', 'unlinkSync', 'mkdirSync', 'rmdirSync', 'rmSync'] as const
  const real = names.map((name) => [name, fs[name]] as const)
  let calls = 0, isThrown = false
  for (const [name, original] of real) {
    const faulty = (...args: unknown[]): unknown => {
      const changes = name !== 'openSync' || (typeof args[1] === 'number' && (args[1] & fs.constants.O_CREAT) !== 0)
      if (changes && (++calls === call || (isLasting && calls > call))) {
        isThrown = true
        throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: name })
      }
      return Reflect.apply(original, fs, args)
    }
    Object.assign(fs, { [name]: faulty })
  }
  syncBuiltinESMExports()
  try {
    return { value: await work(), isThrown }
  } finally {
    Object.assign(fs, Object.fromEntries(real))
    syncBuiltinESMExports()
  }
}

describe('two builds at once', () => {
  const cache = (root: string): string => path.join(root, '.ssg/cache')
  const locks = (root: string): string[] => fs.readdirSync(cache(root)).filter(isLock)
  const nameOf = ({ pid = process.pid, started = Date.now(), born = '', host = os.hostname() }): string => `lock-${pid}-${started}-${born}-${encodeURIComponent(host)}`
  const hold = (root: string, holder: Parameters<typeof nameOf>[0]): string => {
    const name = nameOf(holder)
    writeFiles(cache(root), { [name]: '' })
    return name
  }
  const signal = new AbortController().signal

  test('of four, each is right', async () => {
    const root = tempFolder(before)
    const runs = await Promise.all([[], [], ['--no-cache'], []].map((more) => runCli(['build', ...more], { cwd: root, env: time })))
    for (const { code, stderr } of runs) {
      expect(stderr).toMatch(/^(?:note\[locked\] this build waited until another one of the same site had ended\n)?$/)
      expect(code).toBe(0)
    }
    expectTree(path.join(root, 'public'), (await buildClean(root)).tree)
    expect(locks(root)).toEqual([])
  })

  test('in one process, they follow one another', async () => {
    const root = tempFolder(before)
    const told: number[] = []
    const { loadSettings } = await import('../dist/src/config/config.js')
    const { build: buildSite } = await import('../dist/src/build/build.js')
    const { settings, config } = await loadSettings(root, {})
    const results = await Promise.all([0, 1, 2].map((i) => buildSite({
      settings, configDigest: config.digest, at: moment, drafts: false, future: false, signal,
      onProgress: ({ phase }) => { if (phase !== 'waiting for another build' && told.at(-1) !== i) told.push(i) },
    })))
    expect([...new Set(told)]).toEqual(told)
    expect(results.map(({ rendered }) => rendered.length > 0)).toEqual([true, false, false])
    expect(results.map(({ notes }) => notes.map(({ code }) => code))).toEqual([[], ['locked'], ['locked']])
  })

  test('the second waits until the first has ended, and says so', async () => {
    const root = tempFolder(before)
    const first = spawn('sleep', ['60'])
    hold(root, { pid: first.pid ?? 0 })
    let hasEnded = false
    const second = build(root).finally(() => { hasEnded = true })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect([hasEnded, fs.existsSync(path.join(root, 'public'))]).toEqual([false, false])
    const others = await Promise.all([['check', '--at', moment.toISOString()], ['list']].map((args) => runCli(args, { cwd: root })))
    expect(others.map(({ code }) => code)).toEqual([0, 0])
    first.kill()
    expect(await second).toMatchObject({ code: 0, stderr: 'note[locked] this build waited until another one of the same site had ended\n' })
    expect(locks(root)).toEqual([])
  })

  test('one that does not end is named', async () => {
    const root = tempFolder(before)
    const name = hold(root, { pid: process.pid, host: 'elsewhere', started: Date.now() - 500_000 })
    const told: number[] = []
    const error = await acquireLock(cache(root), { signal, limitMs: 150, onWait: (waited) => told.push(waited) }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SsgError)
    const { diagnostics } = error as SsgError
    expect(diagnostics).toEqual([expect.objectContaining({ severity: 'error', code: 'locked', message: expect.stringContaining(`process ${process.pid} on elsewhere`), fix: expect.stringContaining(`.ssg/cache/${name}`) })])
    expect([exitCodeOf(diagnostics), told.length > 0, locks(root)]).toEqual([1, true, [name]])
  })

  test.each<[string, Parameters<typeof nameOf>[0]]>([
    ['a process that is gone', { pid: 2 ** 22 + 1 }],
    ['another process that has its number now', { pid: 1, born: '987654321' }],
    ['another machine, long ago', { host: 'elsewhere', started: Date.now() - 700_000 }],
  ])('the lock of %s is taken over', async (_, holder) => {
    const root = tempFolder(before)
    hold(root, holder)
    const lock = await acquireLock(cache(root), { signal, limitMs: 0 })
    expect([lock.isHeld, lock.notes, locks(root).length]).toEqual([true, [], 1])
    await expect(acquireLock(cache(root), { signal, limitMs: 0 })).rejects.toThrow(/does not end/)
    lock.release()
    lock.release()
    expect(locks(root)).toEqual([])
  })

  test('the lock goes with an error, and with an interruption', async () => {
    const root = tempFolder({ ...before, 'templates/entry.njk': '{{ nothing.here }}' })
    expect((await build(root)).code).toBe(1)
    expect(locks(root)).toEqual([])
    fs.rmSync(path.join(root, 'templates'), { recursive: true })
    const other = hold(root, { host: 'elsewhere' })
    const stopped = await runCli(['build'], { cwd: root, onStart: (kill) => { setTimeout(kill, 1500, 'SIGINT') } })
    expect([stopped.code, stopped.stderr]).toEqual([130, expect.stringMatching(/^error\[interrupted\] /)])
    expect(locks(root)).toEqual([other])
  })

  test('where no lock can be made, there is no cache', async () => {
    const root = tempFolder({ ...before, '.ssg': 'a file' })
    const { result } = await run(root)
    expect(result?.notes).toEqual([expect.objectContaining({ severity: 'note', code: 'cache-unusable', message: expect.stringContaining('a file stands where a folder must be') })])
    expectTree(path.join(root, 'public'), (await buildClean(root)).tree)
    expect((await run(root)).result?.written).toBe(0)
  })
})
