// `ssg build --profile`: figures that add up, names that cannot hurt, a page that looks right in a real browser, and no cost when off.
import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { build } from '../dist/src/build/build.js'
import { loadSettings } from '../dist/src/config/config.js'
import type { Profiler } from '../src/core/profiler.ts'
import { renderProfile } from '../src/profile/page.ts'
import { createRecorder } from '../src/profile/recorder.ts'
import { createReport, type Branch, type Report } from '../src/profile/report.ts'
import { findBrowser, inspectPage, looks, noFindings, openBrowser, openContext } from './support/browser.ts'
import { moment } from './support/builds.ts'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'
import { serveFolder, type StaticServer } from './support/static-server.ts'

afterAll(removeTempFolders)

const post = (title: string, body: string): string => `---\ntitle: ${title}\ndate: 2025-01-0${title.length}\ntags: [red]\n---\n\n${body}\n`
const site = {
  'site.config.mjs': `const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); }
export default {
  title: 'Site', url: 'https://example.org/',
  queries: { slow: (site) => { spin(30); return site.entries.length } },
  templates: { filters: { loud: (text) => { spin(2); return String(text).toUpperCase() } }, globals: { wait: (ms) => { spin(ms); return '' }, year: 2026 } },
}`,
  'content/posts/a.md': post('A', 'Text.\n\n```js\nconst a = 1\n```\n\n```javascript\nlet b\n```'),
  'content/posts/b.md': post('Bb', 'Text.\n\n```py\nprint(1)\n```\n\n```nonesuch\nx\n```'),
  'content/posts/c.md': post('Ccc', 'See [a](a.md).'),
  'templates/frame.njk': '<!doctype html><html lang="en"><head><title>{{ page.title }}</title></head><body>{% block main %}{% include "bar.njk" %}{% endblock %}{{ wait(3) }}</body></html>',
  'templates/bar.njk': '<p>{{ site.query("slow") }}, {{ year }}</p>{% if depth %}{% set depth = depth - 1 %}{% include "bar.njk" %}{% endif %}',
  'templates/cards.njk': '{% macro card(x) %}{% for each in range(3000) %}{% endfor %}{{ inner(x) }}{{ inner(x) }}{% endmacro %}{% macro inner(x) %}<i>{{ x | loud }}</i>{% endmacro %}',
  'templates/entry.njk': '{% extends "frame.njk" %}{% import "cards.njk" as ui %}{% block main %}{{ super() }}{{ ui.card(entry.title) }}{{ entry.content }}{% endblock %}',
}

interface Result { readonly summary: { readonly built: number; readonly reused: number }; readonly profile: Report & { readonly file?: string }; readonly exitCode: number }
const at = ['--at', '2026-01-01']

async function profile(root: string, ...flags: string[]): Promise<Result> {
  const { stdout } = await runCli(['build', '--profile', '--json', ...at, ...flags], { cwd: root })
  return JSON.parse(stdout) as Result
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const branches = (branch: Branch): Branch[] => [branch, ...branch.children.flatMap(branches)]

describe('figures', () => {
  let report: Report
  beforeAll(async () => {
    report = (await profile(tempFolder(site))).profile
  })

  test('add up to the whole', () => {
    expect(sum(report.activities.map(({ ms }) => ms))).toBeCloseTo(report.totalMs, 3)
    expect(report.tree.totalMs).toBeCloseTo(report.totalMs, 3)
    for (const { selfMs, totalMs, children } of branches(report.tree)) expect(selfMs + sum(children.map((child) => child.totalMs))).toBeCloseTo(totalMs, 6)
    const slices = report.strip.slices.map(({ times }) => sum(Object.values(times)))
    expect(sum(slices)).toBeCloseTo(report.totalMs, 3)
    expect(Math.max(...slices)).toBeLessThanOrEqual(report.strip.sliceMs + 1e-6)
    expect(report.phases.every(({ startMs, endMs }, i, all) => endMs >= startMs && startMs >= (all[i - 1]?.endMs ?? 0))).toBe(true)
  })

  test('leave little unaccounted for', () => {
    expect(report.activities.at(-1)).toMatchObject({ activity: 'other' })
    expect(report.activities.at(-1)!.ms).toBeLessThan(report.totalMs * 0.1)
  })

  test('are the same from every side', () => {
    const spent = (activity: string): number => report.activities.find((row) => row.activity === activity)!.ms
    expect(sum(report.languages.map(({ ms, loadMs }) => ms + loadMs))).toBeCloseTo(spent('highlight'), 3)
    expect(sum(report.templates.map(({ selfMs }) => selfMs))).toBeCloseTo(spent('templates'), 3)
    expect(sum(report.functions.map(({ selfMs }) => selfMs))).toBeCloseTo(spent('own'), 3)
  })

  test('of templates tell files, layouts, partials and macros', () => {
    const row = (name: string, macro?: string): Report['templates'][number] => report.templates.find((one) => one.name === name && one.macro === macro)!
    expect([row('entry.njk'), row('bar.njk'), row('cards.njk', 'card'), row('cards.njk', 'inner')].map(({ calls }) => calls)).toEqual([3, 3, 3, 6])
    // The layout waits in its own text; the filter and the query are no templates.
    expect(row('frame.njk').totalMs).toBeGreaterThan(9)
    expect(row('cards.njk', 'card').totalMs).toBeGreaterThan(12)
    expect(row('cards.njk', 'inner').selfMs).toBeLessThan(row('cards.njk', 'inner').totalMs)
    for (const { selfMs, totalMs } of report.templates) expect(totalMs).toBeGreaterThanOrEqual(selfMs)
    expect(sum(report.templates.filter(({ name }) => name === 'entry.njk').map(({ totalMs }) => totalMs))).toBeLessThan(report.totalMs)
  })

  test('of own functions', () => {
    const calls = new Map(report.functions.map(({ name, calls: count, totalMs }) => [name, { count, totalMs }]))
    expect(calls.get('filter loud')).toMatchObject({ count: 6 })
    expect(calls.get('query slow')!.totalMs).toBeGreaterThan(30)
    expect(calls.get('global wait')!.count).toBeGreaterThanOrEqual(3)
  })

  test('of languages, by their own names', () => {
    expect(report.languages.map(({ name, blocks, size }) => [name, blocks, size]).sort()).toEqual([['javascript', 2, 18], ['python', 1, 9], ['shiki', 0, 0], ['unknown', 1, 2]])
  })

  test('of pages', () => {
    const { times = {}, bytes } = report.pages.find(({ page }) => page === '/posts/a/') ?? {}
    expect(Object.keys(times).sort()).toEqual(['checks', 'highlight', 'markdown', 'own', 'pages', 'templates'].sort())
    expect(bytes).toBeGreaterThan(100)
    expect(report.pages.map(({ totalMs }) => totalMs)).toEqual(report.pages.map(({ totalMs }) => totalMs).sort((a, b) => b - a))
    expect(report.lanes.map(({ lane }) => lane).sort()).toEqual(['source pages', 'source posts'])
  })
})

describe('a build', () => {
  test('gives the same with and without', async () => {
    const [plain, timed] = [tempFolder(site), tempFolder(site)]
    const first = await runCli(['build', ...at], { cwd: plain })
    const second = await runCli(['build', '--profile', ...at], { cwd: timed })
    expect([second.code, second.stderr]).toEqual([first.code, first.stderr])
    expect(readTree(path.join(timed, 'public'))).toEqual(readTree(path.join(plain, 'public')))
    expect(fs.existsSync(path.join(plain, '.ssg/profile.html'))).toBe(false)
    expect(second.stdout).toMatch(/^built \d+, .*\nthe site is in public\n\nwhere [\d.]+ m?s went\n {2}Start +/)
    for (const words of ['slowest pages', 'cards.njk: macro card', 'filter loud', 'javascript', 'heaviest files', 'Not accounted for', '100.0 %\n']) expect(second.stdout).toContain(words)
    expect(second.stdout).toMatch(/\nthe pictures are in \.ssg\/profile\.html\n$/)
  })

  test('is told by what it did: all, nothing, a part', async () => {
    const root = tempFolder(site)
    const [cold, none] = [await profile(root), await profile(root)]
    expect([cold.profile.reused, none.summary.built, none.profile.pages]).toEqual([0, 0, []])
    expect(none.profile.weight).toEqual(cold.profile.weight)
    writeFiles(root, { 'content/posts/c.md': post('Ccc', 'Other words.') })
    const { pages } = (await profile(root)).profile
    expect(pages.map(({ page }) => page)).toContain('/posts/c/')
    expect(pages.map(({ page }) => page)).not.toContain('/posts/a/')
    expect(fs.readFileSync(path.join(root, '.ssg/profile.html'), 'utf8')).toContain('reused from the last build')
  })

  test('with --verify proves the build that was profiled, and does not count the proof', async () => {
    const { profile: report, exitCode } = await profile(tempFolder(site), '--verify')
    expect(exitCode).toBe(0)
    expect(report.templates.find(({ name }) => name === 'entry.njk')?.calls).toBe(3)
  })

  test('that fails tells its errors and no figures', async () => {
    const root = tempFolder({ ...site, 'templates/bar.njk': '{{ nothing.at.all }}' })
    const { code, stdout, stderr } = await runCli(['build', '--profile'], { cwd: root })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('bar.njk')
    expect(fs.existsSync(path.join(root, '.ssg/profile.html'))).toBe(false)
  })

  test('tells when its page cannot be written, and the figures all the same', async () => {
    const root = tempFolder(site)
    fs.mkdirSync(path.join(root, '.ssg/profile.html/x'), { recursive: true })
    const { code, stdout, stderr } = await runCli(['build', '--profile'], { cwd: root })
    expect([code, stderr]).toEqual([1, expect.stringContaining('error[output-write] .ssg/profile.html cannot be written: there is a folder in its place')])
    expect(stdout).toContain('Not accounted for')
    expect(stdout).not.toContain('the pictures are in')
  })

  test('without --profile reads the clock no oftener for more pages', async () => {
    const countReads = async (posts: number): Promise<number> => {
      const root = tempFolder({ 'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/' }`, ...Object.fromEntries(Array.from({ length: posts }, (_, i) => [`content/posts/p${i}.md`, `---\ntitle: P${i}\ndate: 2025-01-01\n---\n\n\`\`\`js\nlet a${i}\n\`\`\`\n`])) })
      const { settings, config } = await loadSettings(root, {})
      const clock = vi.spyOn(performance, 'now')
      await build({ settings, configDigest: config.digest, at: moment, drafts: false, future: false, signal: new AbortController().signal })
      const reads = clock.mock.calls.length
      clock.mockRestore()
      return reads
    }
    expect(await countReads(30)).toBe(await countReads(2))
  })
})

describe('a build on several threads', () => {
  const posts = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`content/posts/p${i}.md`, `---\ntitle: P${i}\ndate: 2025-01-01\n---\n\nText.\n\n\`\`\`js\nlet a${i}\n\`\`\`\n\n\`\`\`go\nvar a${i} = 1\n\`\`\`\n`]))
  const runWith = async (profiler?: Profiler): Promise<string> => {
    const root = tempFolder({ 'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/' }`, ...posts })
    const { settings, config } = await loadSettings(root, {})
    await build({ settings, configDigest: config.digest, at: moment, drafts: false, future: false, signal: new AbortController().signal, workers: 2, ...(profiler && { profiler }) })
    return path.join(root, 'public')
  }

  test('gives the same, and tells what each thread did', async () => {
    const recorder = createRecorder()
    const [timed, plain] = [await runWith(recorder), await runWith()]
    const recording = recorder.finish()
    expect(readTree(timed)).toEqual(readTree(plain))
    const facts = { site: 'Site', built: 0, reused: 0, written: 0, cpuMs: 0, peakMemoryBytes: 0, node: '', cores: 2 }
    const report = createReport({ recording, facts, files: [], fileOf: () => undefined })
    expect(report.languages.map(({ name, blocks }) => [name, blocks]).sort()).toEqual([['go', 60], ['javascript', 60], ['shiki', 0]])
    expect(report.lanes.filter(({ isThread }) => isThread).map(({ lane }) => lane).sort()).toEqual(['press', 'thread 1', 'thread 2'])
    expect(sum(report.activities.map(({ ms }) => ms))).toBeCloseTo(report.totalMs, 3)
    const spent = new Map(report.activities.map(({ activity, ...row }) => [activity, row]))
    expect(spent.get('highlight')).toMatchObject({ ms: 0 })
    expect(spent.get('highlight')?.besideMs).toBeCloseTo(sum(report.languages.map(({ ms, loadMs }) => ms + loadMs)), 3)
    for (const activity of ['checks', 'write'] as const) expect(spent.get(activity)?.besideMs).toBeGreaterThan(0)
    // Sixty bodies wait at the same time, and each has its own time only.
    expect(sum(report.pages.map(({ times: { markdown = 0 } }) => markdown))).toBeLessThan(report.totalMs)
    expect(report.pages).toHaveLength(50)
    expect(renderProfile(report)).toContain('>thread 2</text>')
  })
})

const evil = '"><img src=x onerror=hurt()>'
const hostile = {
  'site.config.mjs': `export default {
  title: '</title><script>hurt()</script>\\u202egnihton', url: 'https://example.org/',
  queries: { ${JSON.stringify(evil)}: () => 1 }, templates: { filters: { loud: (text) => text } },
  highlight: { languages: [{ name: ${JSON.stringify(evil)}, scopeName: 'source.evil', patterns: [] }], aliases: { evil: ${JSON.stringify(evil)} } },
}`,
  'content/posts/a.md': '---\ntitle: A\ndate: 2025-01-01\n---\n\n```evil\nx\n```\n',
  [`content/posts/pic ' ${evil.replace('/', '')}.svg`]: '<svg xmlns="http://www.w3.org/2000/svg"/>',
  [`templates/${evil}.njk`]: '{% macro card() %}{{ "x" | loud }}{% endmacro %}{{ card() }}',
  'templates/entry.njk': `<!doctype html><html lang="en"><head><title>x</title></head><body>{% include '${evil}.njk' %}{{ site.query('${evil}') }}{{ entry.content }}</body></html>`,
}

const executable = findBrowser()
test.runIf(process.env['CI'])('there is a browser', () => {
  expect(executable, 'install chromium, or name it in CHROMIUM').toBeDefined()
})

describe.skipIf(executable === undefined)('the page (needs chromium; CHROMIUM names another place)', () => {
  let browser: Browser
  let servers: StaticServer[]
  beforeAll(async () => {
    browser = await openBrowser(executable ?? '')
    servers = await Promise.all([site, hostile].map(async (files) => {
      const root = tempFolder(files)
      const { code, stderr } = await runCli(['build', '--profile'], { cwd: root })
      expect([code, stderr]).toEqual([0, expect.any(String)])
      return await serveFolder(path.join(root, '.ssg'))
    }))
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await Promise.all((servers ?? []).map((server) => server.close()))
  })
  const address = (which: 0 | 1): string => `${servers[which]?.origin}/profile.html`
  const open = async (which: 0 | 1, options: object = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    await page.goto(address(which))
    return page
  }

  test.for(looks)('is in order in $scheme at $width px', { timeout: 120_000 }, async (look) => {
    const context = await openContext(browser, look)
    for (const which of [0, 1] as const) expect((await inspectPage(context, address(which))).findings).toEqual(noFindings)
    await context.close()
  })

  test('shows its pictures without scripts, as wide as the window has room for', async () => {
    for (const width of [320, 390, 1280]) {
      const page = await open(0, { javaScriptEnabled: false, viewport: { width, height: 900 } })
      const pictures = await page.locator('svg[role=img]').all()
      expect(pictures).toHaveLength(4)
      for (const picture of pictures) {
        const box = await picture.boundingBox()
        expect(box?.width).toBeGreaterThan(width * 0.8)
        expect(box?.height).toBeGreaterThan(35)
        expect(await picture.locator('rect').count()).toBeGreaterThan(3)
        expect(await picture.locator('title').count()).toBeGreaterThan(3)
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      await page.context().close()
    }
  })

  test('asks for nothing else', async () => {
    const page = await (await browser.newContext()).newPage()
    const requests: string[] = []
    page.on('request', (request) => { if (!request.url().startsWith('data:')) requests.push(request.url()) })
    await page.goto(address(1), { waitUntil: 'networkidle' })
    expect(requests).toEqual([address(1)])
    await page.context().close()
  })

  test('tells what is under the pointer, and enlarges a part of the flame graph', async () => {
    const page = await open(0)
    const flame = page.locator('figure').filter({ has: page.locator('.flame') })
    const bodies = flame.locator('svg svg').filter({ has: page.locator('title', { hasText: /^bodies:/ }) })
    const before = (await bodies.boundingBox())?.width ?? 0
    await bodies.hover()
    expect(await flame.locator('.detail span').textContent()).toMatch(/^bodies: [\d.]+ m?s \([\d.]+ %\)/)
    await bodies.click()
    expect((await bodies.boundingBox())?.width).toBeGreaterThan(Math.max(1000, before))
    await page.getByRole('button', { name: 'Show all' }).click()
    expect((await bodies.boundingBox())?.width).toBeCloseTo(before, 0)
    await expect(page.getByRole('button', { name: 'Show all' }).isVisible()).resolves.toBe(false)
    await page.context().close()
  })

  test('shows hostile names as they are, and runs nothing of them', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const hurt: string[] = []
    await page.exposeFunction('hurt', () => hurt.push('hurt'))
    await page.goto(address(1), { waitUntil: 'networkidle' })
    const text = await page.locator('body').textContent()
    for (const name of [`${evil}.njk`, `query ${evil}`, '</title><script>hurt()</script>\ufffdgnihton']) expect(text).toContain(name)
    expect(await page.title()).toContain('</title><script>hurt()</script>')
    expect(await page.locator('img, script:not(body > script:last-child), iframe, [onerror], [onload]').count()).toBe(0)
    expect(hurt).toEqual([])
    await context.close()
  })
})
