// The command line as its users meet it: streams, exit codes, help, JSON, signals. What a build makes is tested elsewhere.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { cliFile, projectRoot, readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const at = '2026-01-01T00:00:00Z'
const config = `export default { title: 'Test', url: 'https://example.org/' }\n`
const post = (rest = '', body = 'Text.'): string => `---\ntitle: Post\ndate: 2025-05-06\ndescription: About.\n${rest}---\n\n${body}\n`
const site = { 'site.config.mjs': config, 'content/posts/a.md': post('tags: [one]\n') }
const heldSite = {
  ...site,
  'content/posts/d.md': '---\ntitle: A draft\ndraft: true\n---\nx',
  'content/posts/f.md': '---\ntitle: 明日\ndate: 2026-12-24 09:30\n---\nx',
  'content/posts/e.md': '---\ntitle: Over\ndate: 2025-01-01\nexpires: 2025-02-03\n---\nx',
}
const brokenSite = { ...site, 'content/posts/b.md': '---\ntitle: B\ndate: 12th May\n---\nx' }
/** A source that gives one entry and then waits. */
const waitingSite = { 'site.config.mjs': `import { put } from 'sourcepress'
const slow = { name: 'slow', async *load() { yield put({ id: 'a' }); process.stderr.write('waiting'); await new Promise((resolve) => setTimeout(resolve, 60000)) } }
export default { title: 'T', url: 'https://example.org/', collections: { a: { source: slow } } }` }

interface Report { version: number; command: string; ok: boolean; exitCode: number; diagnostics: { severity: string; code: string }[]; [key: string]: unknown }
const parse = (stdout: string): Report => JSON.parse(stdout) as Report

describe('help', () => {
  test('the overview names every command and flag', async () => {
    const { code, stdout, stderr } = await runCli(['help'], { cwd: projectRoot })
    expect([code, stderr]).toEqual([0, ''])
    for (const { name, summary } of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b.*${summary}$`, 'm'))
    expect((await runCli(['--help'], { cwd: projectRoot })).stdout).toBe(stdout)
  })

  test.each(commands.map(({ name, flags }) => [name, flags] as const))('of %s is complete, and at most 80 columns wide', async (name, flags) => {
    const [one, two] = await Promise.all([runCli(['help', name], { cwd: projectRoot }), runCli([name, '-h'], { cwd: projectRoot })])
    expect([one.code, one.stderr]).toEqual([0, ''])
    expect(two.stdout).toBe(one.stdout)
    for (const flag of flags) expect(one.stdout).toContain(`--${flag.name}`)
    for (const line of one.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string }
    expect(await runCli(['--version'], { cwd: projectRoot })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('wrong usage ends with code 2 and says what is right', () => {
  const cases: readonly (readonly [args: readonly string[], stderr: string])[] = [
    [[], 'error[usage-command] no command was given\n  fix: run `ssg build`, or `ssg help` for the list.\n'],
    [['biuld'], 'error[usage-command] there is no command "biuld"\n  fix: did you mean build?\n'],
    [['constructor'], 'error[usage-command] there is no command "constructor"\n  fix: run `ssg help` for the list.\n'],
    [['help', 'biuld'], 'error[usage-command] there is no command "biuld"\n  fix: did you mean build?\n'],
    [['build', '--drats'], 'error[usage-flag] `ssg build` has no flag --drats\n  fix: did you mean --drafts?\n'],
    [['build', '-x'], 'error[usage-flag] `ssg build` has no flag -x\n  fix: run `ssg help build` for the list.\n'],
    [['list', '--strict'], 'error[usage-flag] `ssg list` has no flag --strict\n  fix: run `ssg help list` for the list.\n'],
    [['--nope'], 'error[usage-flag] there is no flag --nope\n  fix: run `ssg help` for the list.\n'],
    [['build', '--out'], 'error[usage-flag] --out needs a value\n  fix: write --out DIR.\n'],
    [['build', '--out', '--drafts'], 'error[usage-flag] --out needs a value\n  fix: write --out DIR.\n'],
    [['build', '--drafts=yes'], 'error[usage-flag] --drafts takes no value\n  fix: write --drafts alone.\n'],
    [['build', '--at', 'soon'], 'error[usage-flag] --at: "soon" is not a date\n  fix: write it as 2024-05-12, or 2024-05-12T09:30:00+02:00.\n'],
    [['build', '--base-url', 'x'], 'error[usage-flag] --base-url must be an absolute http or https address, not "x"\n  fix: write --base-url https://example.org/.\n'],
    [['build', '--root', 'nope'], 'error[usage-flag] --root: there is no folder nope\n  fix: give the folder of your site.\n'],
    [['build', '--out', '.'], 'error[usage-flag] --out . overlaps with content, which is not for output\n  fix: give another folder.\n'],
    [['build', '--out', 'content/x'], 'error[usage-flag] --out content/x overlaps with content, which is not for output\n  fix: give another folder.\n'],
    [['build', 'content'], 'error[usage-argument] `ssg build` takes no argument "content"\n  fix: write `ssg build`.\n'],
    [['new', 'post'], 'error[usage-argument] `ssg new` needs COLLECTION "TITLE"\n  fix: write `ssg new COLLECTION "TITLE"`.\n'],
    [['new', 'pots', 'x'], 'error[usage-argument] there is no collection "pots"\n  fix: did you mean "posts"?\n'],
    [['new', 'news', 'x'], 'error[usage-argument] there is no collection "news"\n  fix: write one of posts, pages, or add it to `collections` in site.config.ts.\n'],
    [['init'], 'error[usage-argument] `ssg init` needs DIR\n  fix: write `ssg init DIR`.\n'],
    [['init', 'site.config.mjs'], 'error[usage-argument] site.config.mjs is a file\n  fix: give the name of a folder.\n'],
    [['list', '--tag', 'on'], 'error[usage-flag] --tag: there is no tag "on"\n  fix: did you mean "one"?\n'],
    [['list', '--collection', 'x'], 'error[usage-flag] --collection: there is no collection "x"\n  fix: known: pages, posts.\n'],
  ]
  test.each(cases)('ssg %j', async (args, stderr) => {
    expect(await runCli(args, { cwd: tempFolder(site) })).toEqual({ code: 2, stdout: '', stderr })
  })

  test('all wrong flags are told at once', async () => {
    const { stderr } = await runCli(['build', '--a', '--b', '--out'], { cwd: tempFolder(site) })
    expect(stderr.match(/^error/gm)).toHaveLength(3)
  })

  test('SOURCE_DATE_EPOCH that is no number', async () => {
    const { code, stderr } = await runCli(['build'], { cwd: tempFolder(site), env: { SOURCE_DATE_EPOCH: 'x' } })
    expect([code, stderr]).toEqual([2, 'error[usage-flag] SOURCE_DATE_EPOCH is "x", which is not a number of seconds\n  fix: set it to whole seconds since 1970, or unset it.\n'])
  })
})

describe('build', () => {
  test('prints a summary and nothing else; a second one changes nothing', async () => {
    const cwd = tempFolder(heldSite)
    const first = await runCli(['build', '--at', at], { cwd })
    expect(first).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^built \d+, reused 0, removed 0, held 3 \(1 draft, 1 scheduled, 1 expired\) in \d+\.\d\d s\nthe site is in public\n$/) as string })
    const second = await runCli(['build', '--at', at], { cwd })
    expect(second.stdout).toMatch(/^built 0, reused \d+, removed 0, held 3/)
    fs.rmSync(path.join(cwd, 'content/posts/a.md'))
    expect((await runCli(['build', '--at', at], { cwd })).stdout).toMatch(/^built \d+, reused \d+, removed [1-9]/)
  })

  test('takes the folder of the site and of the output, drafts, future posts and the time from flags', async () => {
    const root = tempFolder(heldSite)
    const cwd = tempFolder()
    const { code, stdout } = await runCli(['build', '--root', root, '--out', 'here', '--drafts', '--future', '--base-url', 'http://localhost:8080/x', '--at', at], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain('held 1 (1 expired)')
    expect(stdout).toContain('the site is in here\n')
    const tree = readTree(path.join(cwd, 'here'))
    expect(tree.has('posts/d/index.html')).toBe(true)
    expect(tree.get('feed.xml')?.toString()).toContain('http://localhost:8080/x/')
    expect(fs.existsSync(path.join(root, 'public'))).toBe(false)
    expect((await runCli(['build', '--root', root], { cwd, env: { SOURCE_DATE_EPOCH: String(Date.UTC(2026, 11, 25) / 1000) } })).stdout).toContain('held 2 (1 draft, 1 expired)')
  })

  test('tells errors on stderr, with code 1, and leaves the output alone', async () => {
    const cwd = tempFolder(brokenSite)
    const { code, stdout, stderr } = await runCli(['build', '--at', at], { cwd })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error[front-matter-date] ')
    expect(stderr).toContain('content/posts/b.md:3:7   date: 12th May\n')
    expect(stderr).toMatch(/\n +\^{8}\n {2}fix: /)
    expect(fs.existsSync(path.join(cwd, 'public'))).toBe(false)
  })

  test('--strict lets warnings fail with code 4', async () => {
    const cwd = tempFolder({ ...site, 'content/posts/w.md': post('tags: [One]\n', '```nolang\nx\n```') })
    const lax = await runCli(['build', '--at', at], { cwd })
    expect([lax.code, lax.stderr]).toEqual([0, expect.stringContaining('warning[')])
    expect(lax.stdout).toMatch(/, \d+ warnings? in /)
    expect((await runCli(['build', '--at', at, '--strict'], { cwd })).code).toBe(4)
    expect((await runCli(['build', '--at', at, '-q'], { cwd }))).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('a failed source ends with code 3', async () => {
    const cwd = tempFolder({ 'site.config.mjs': `const s = { name: 's', async *load() { throw new Error('offline') } }\nexport default { title: 'T', url: 'https://example.org/', collections: { a: { source: s } } }` })
    const { code, stderr } = await runCli(['build'], { cwd })
    expect([code, stderr]).toEqual([3, expect.stringContaining('offline')])
  })

  test('at most 50 messages are shown, and all with --verbose', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`content/posts/p${i}.md`, `---\ntitle: P${i}\ndate: never\n---\nx`]))
    const cwd = tempFolder({ 'site.config.mjs': config, ...many })
    const some = await runCli(['build'], { cwd })
    expect(some.stderr.match(/^error/gm)).toHaveLength(50)
    expect(some.stderr).toMatch(/\nand 10 more \(10 errors\); --verbose shows all\n$/)
    expect((await runCli(['build', '-v'], { cwd })).stderr.match(/^error/gm)).toHaveLength(60)
  })

  test('--no-cache forgets what earlier runs left', async () => {
    const cwd = tempFolder(site)
    writeFiles(cwd, { '.ssg/old': 'x' })
    await runCli(['build', '--no-cache'], { cwd })
    expect(fs.existsSync(path.join(cwd, '.ssg/old'))).toBe(false)
  })
})

describe('--json', () => {
  const cases: readonly (readonly [args: readonly string[], files: Readonly<Record<string, string>>, code: number])[] = [
    [['build', '--at', at], site, 0],
    [['build', '--at', at], brokenSite, 1],
    [['build', '--drats'], site, 2],
    [['build'], { 'site.config.mjs': 'export default { nope: 1 }' }, 2],
    [['check', '--at', at], brokenSite, 4],
    [['list'], heldSite, 0],
    [['new', 'post', 'New'], site, 0],
    [['init', 'x'], {}, 0],
    [['clean'], site, 0],
    [['help'], {}, 0],
    [['--version'], {}, 0],
  ]
  test.each(cases)('ssg %j: one object on stdout, nothing on stderr', async (args, files, code) => {
    const noisy = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, name === 'site.config.mjs' ? `console.log('hello')\n${text}` : text]))
    const run = await runCli([...args, '--json'], { cwd: tempFolder(noisy) })
    const report = parse(run.stdout)
    expect(run.stdout).toBe(JSON.stringify(report, undefined, 2) + '\n')
    expect([run.code, report.version, report.ok, report.exitCode]).toEqual([code, 1, code === 0, code])
    expect(report.diagnostics.some(({ severity }) => severity === 'error')).toBe(code !== 0)
    expect(['', 'hello\n']).toContain(run.stderr)
  })

  test('a build is told in numbers', async () => {
    const report = parse((await runCli(['build', '--json', '--at', at], { cwd: tempFolder(heldSite) })).stdout)
    expect(report).toMatchObject({ command: 'build', output: 'public', summary: { reused: 0, removed: 0, held: { draft: 1, scheduled: 1, expired: 1 } } })
  })
})

describe('check', () => {
  test('finds nothing, and writes nothing', async () => {
    const cwd = tempFolder(site)
    expect(await runCli(['check', '--at', at], { cwd })).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^checked \d+ pages: nothing found\n$/) as string })
    expect(fs.existsSync(path.join(cwd, 'public'))).toBe(false)
  })

  test('ends with code 4 on findings, whatever their severity', async () => {
    const links = await runCli(['check', '--at', at], { cwd: tempFolder({ ...site, 'content/posts/l.md': post('', '[x](./nope.md) [y](/nowhere/)') }) })
    expect([links.code, links.stderr]).toEqual([4, expect.stringContaining('link-broken')])
    const dates = await runCli(['check', '--at', at], { cwd: tempFolder(brokenSite) })
    expect([dates.code, dates.stdout]).toEqual([4, 'checked: 1 error\n'])
    const usage = await runCli(['check'], { cwd: tempFolder({ 'site.config.mjs': 'export default { nope: 1 }' }) })
    expect(usage.code).toBe(2)
  })
})

describe('list', () => {
  test('shows every entry with its state', async () => {
    const { code, stdout, stderr } = await runCli(['list', '--at', at], { cwd: tempFolder(heldSite) })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe([
      'STATE      DATE        COLLECTION  TITLE    ADDRESS    FROM',
      'scheduled  2026-12-24  posts       明日     /posts/f/  content/posts/f.md',
      'draft      -           posts       A draft  /posts/d/  content/posts/d.md',
      'expired    2025-01-01  posts       Over     /posts/e/  content/posts/e.md',
      'published  2025-05-06  posts       Post     /posts/a/  content/posts/a.md',
      '',
    ].join('\n'))
  })

  test('--held shows why, and until when', async () => {
    const { stdout } = await runCli(['list', '--held', '--at', at], { cwd: tempFolder(heldSite) })
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|'))).toEqual([
      'REASON|UNTIL|TITLE|FROM',
      'scheduled for|2026-12-24 09:30|明日|content/posts/f.md',
      'draft|-|A draft|content/posts/d.md',
      'expired since|2025-02-03 00:00|Over|content/posts/e.md',
      '',
    ])
  })

  test('narrows down by term, collection and source, whatever the case', async () => {
    const cwd = tempFolder({ ...heldSite, 'content/about.md': '---\ntitle: About\n---\nx' })
    const titles = async (...args: string[]): Promise<string[]> => (parse((await runCli(['list', '--json', '--at', at, ...args], { cwd })).stdout)['entries'] as { title: string }[]).map(({ title }) => title)
    expect(await titles('--tag', 'ONE')).toEqual(['Post'])
    expect(await titles('--collection', 'pages')).toEqual(['About'])
    expect(await titles('--source', 'files **/*.md')).toEqual(['About'])
    expect(await titles('--collection', 'pages', '--held')).toEqual([])
  })
})

describe('new', () => {
  test('writes a draft and prints its path', async () => {
    const cwd = tempFolder(site)
    const run = await runCli(['new', 'post', 'Grüße: "x" & C++', '--at', '2026-03-04T23:30:00-05:00'], { cwd })
    expect(run).toEqual({ code: 0, stderr: '', stdout: 'content/posts/grusse-x-c-plus-plus.md\n' })
    expect(fs.readFileSync(path.join(cwd, run.stdout.trim()), 'utf8')).toMatch(/^---\ntitle: "Grüße: \\"x\\" & C\+\+"\ndate: 2026-03-05\ndraft: true\nid: [0-9a-f-]{36}\ntags: \[\]\n---\n\n$/)
    expect((await runCli(['list', '--held'], { cwd })).stdout).toContain('Grüße: "x" & C++')
    expect((await runCli(['new', 'page', 'About', 'me'], { cwd })).stdout).toBe('content/about-me.md\n')
    expect((await runCli(['check', '--drafts'], { cwd })).code).not.toBe(1)
  })

  test('never overwrites', async () => {
    const cwd = tempFolder(site)
    const { code, stderr } = await runCli(['new', 'posts', 'a'], { cwd })
    expect([code, stderr]).toEqual([2, 'error[new-exists] content/posts/a.md exists already, and is left as it is\n  content/posts/a.md\n  fix: choose another name, or remove the file.\n'])
    expect(fs.readFileSync(path.join(cwd, 'content/posts/a.md'), 'utf8')).toBe(site['content/posts/a.md'])
  })
})

describe('init', () => {
  test('starts a site that builds at once, without a finding', async () => {
    const cwd = tempFolder()
    const { code, stdout, stderr } = await runCli(['init', 'my-blog'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^started a site in my-blog:\n[\s\S]*\nnext:\n {2}cd my-blog\n {2}npm install\n {2}npx ssg build\n/)
    const root = path.join(cwd, 'my-blog')
    expect([...readTree(root).keys()]).toEqual(['.gitignore', 'content/about.md', 'content/posts/hello-world.md', 'package.json', 'site.config.ts'])
    const built = await runCli(['build'], { cwd: root })
    expect([built.code, built.stderr]).toEqual([0, ''])
    expect(readTree(path.join(root, 'public')).get('posts/hello-world/index.html')?.toString()).toContain('Hello, world')
    expect(await runCli(['check', '--root', 'my-blog'], { cwd })).toMatchObject({ code: 0, stderr: '' })
  })

  test('never overwrites, and leaves what npm and git have made', async () => {
    const cwd = tempFolder({ 'package.json': '{"name":"mine"}', 'content/about.md': 'mine', 'site.config.ts': 'mine' })
    const { code, stderr } = await runCli(['init', '.'], { cwd })
    expect(code).toBe(2)
    expect(stderr.match(/^error\[new-exists\] .*/gm)).toEqual(['error[new-exists] content/about.md exists already, and is left as it is', 'error[new-exists] site.config.ts exists already, and is left as it is'])
    expect([...readTree(cwd).keys()]).toEqual(['content/about.md', 'package.json', 'site.config.ts'])
    fs.rmSync(path.join(cwd, 'content'), { recursive: true })
    fs.rmSync(path.join(cwd, 'site.config.ts'))
    expect((await runCli(['init', '.'], { cwd })).code).toBe(0)
    expect(fs.readFileSync(path.join(cwd, 'package.json'), 'utf8')).toBe('{"name":"mine"}')
  })
})

test('clean removes what builds made, and nothing else', async () => {
  const cwd = tempFolder(site)
  await runCli(['build'], { cwd })
  writeFiles(cwd, { 'public/mine.txt': 'x' })
  const { code, stdout, stderr } = await runCli(['clean'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^removed \d+ files from public and the cache\nleft 1 file that this program did not make: mine\.txt\n$/)
  expect([...readTree(cwd).keys()]).toEqual(['content/posts/a.md', 'public/.ssg-files.json', 'public/mine.txt', 'site.config.mjs'])
})

describe('streams', () => {
  test('colours only where they are wanted', async () => {
    const cwd = tempFolder(brokenSite)
    const escapes = async (env: Record<string, string | undefined>): Promise<boolean> => (await runCli(['build'], { cwd, env })).stderr.includes('\u001b[')
    expect(await escapes({ NO_COLOR: undefined })).toBe(false)
    expect(await escapes({ NO_COLOR: undefined, FORCE_COLOR: '1' })).toBe(true)
    expect(await escapes({ NO_COLOR: undefined, FORCE_COLOR: '0' })).toBe(false)
    expect(await escapes({ NO_COLOR: '1' })).toBe(false)
  })

  test('a reader that stops reading is no error', () => {
    const run = spawnSync('sh', ['-c', '"$0" "$1" list 2>err | true; cat err', process.execPath, cliFile], { cwd: tempFolder(heldSite), encoding: 'utf8' })
    expect(run.stdout).toBe('')
  })

  test.runIf(fs.existsSync('/dev/full'))('output that cannot be written does not pass for success', () => {
    const run = spawnSync('sh', ['-c', '"$0" "$1" list >/dev/full', process.execPath, cliFile], { cwd: tempFolder(heldSite), encoding: 'utf8' })
    expect(run.status).toBe(1)
  })

  test('stack traces only with -vv', async () => {
    const cwd = tempFolder({ 'site.config.ts': `throw new Error('oops')` })
    expect((await runCli(['build'], { cwd })).stderr).not.toContain('    at ')
    expect((await runCli(['build', '-v'], { cwd })).stderr).not.toContain('    at ')
    expect((await runCli(['build', '-vv'], { cwd })).stderr).toContain('    at ')
  })
})

describe('code of the site', () => {
  test('that throws where nobody waits is told as such', async () => {
    const cwd = tempFolder({ 'site.config.mjs': `setTimeout(() => { throw new Error('later') }, 5)\nawait new Promise((resolve) => setTimeout(resolve, 2000))\n${config}` })
    expect(await runCli(['list'], { cwd })).toEqual({ code: 1, stdout: '', stderr: 'error[hook-failed] code of site.config threw an error that nothing caught: later\n  fix: await what it starts, or catch the error there; -vv shows where it came from.\n' })
  })

  test('that leaves a timer behind does not keep the command from ending', async () => {
    expect(await runCli(['list'], { cwd: tempFolder({ ...site, 'site.config.mjs': `setInterval(() => {}, 1000)\n${config}` }) })).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the run with code 130', async (signal) => {
    const cwd = tempFolder(waitingSite)
    const child = spawn(process.execPath, [cliFile, 'build'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (text.includes('waiting')) child.kill(signal)
    })
    const code = await new Promise((resolve) => { child.on('close', resolve) })
    expect([code, stderr]).toEqual([130, expect.stringContaining('error[interrupted]')])
    expect(fs.existsSync(path.join(cwd, 'public'))).toBe(false)
  })
})

describe('ssg build --verify', () => {
  test('says what was verified, and leaves files of others out of it', async () => {
    const root = tempFolder(site)
    expect((await runCli(['build', '--at', at], { cwd: root })).code).toBe(0)
    writeFiles(root, { 'public/mine.txt': 'mine', 'content/posts/a.md': post('tags: [one]\n', 'Other text.') })
    const verified = await runCli(['build', '--verify', '--at', at], { cwd: root })
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringMatching(/^verified: a clean build gives the same \d+ files, byte for byte, and the same messages$/m)])
    const { verified: told } = JSON.parse((await runCli(['build', '--verify', '--json', '--at', at], { cwd: root })).stdout) as { verified: { ok: boolean; files: number } }
    expect(told).toEqual({ ok: true, files: told.files })
    expect(told.files).toBe((JSON.parse(fs.readFileSync(path.join(root, 'public/.ssg-files.json'), 'utf8')) as { files: string[] }).files.length)
  })

  test('says what differs', async () => {
    const root = tempFolder({ ...site, 'site.config.mjs': `import fs from 'node:fs'\nexport default { title: 'Test', templates: { globals: { count: () => { fs.appendFileSync(import.meta.dirname + '/count', 'x'); return fs.statSync(import.meta.dirname + '/count').size } } } }\n`, 'templates/entry.njk': '{{ count() }}{{ entry.content }}' })
    const verified = await runCli(['build', '--verify', '--at', at], { cwd: root })
    expect([verified.code, verified.stderr]).toEqual([1, expect.stringContaining('error[verify-failed] posts/a/index.html differs from what a clean build makes')])
    expect(verified.stdout).not.toContain('verified:')
  })
})
