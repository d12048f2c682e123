// Folders of other generators, built where they are without a config by the real command, against files that were once looked at
// and found good; and the same after `ssg import --write`, which must change nothing of the output.
// `npm run test:update` does not write these; run this file with UPDATE_GOLDEN=1, and look at the difference.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot, readTree, removeTempFolders, runCli, tempFolder } from './support/cli.ts'

const folder = path.join(projectRoot, 'test/move')
const update = process.env['UPDATE_GOLDEN'] === '1'
const at = '2026-01-01T00:00:00Z'
const isOwn = (file: string): boolean => !/^(?:theme\.css|theme\.js|favicon\.svg|highlight\.css|\.ssg-files\.json)$/.test(file)

afterAll(removeTempFolders)

function copyOf(name: string): string {
  const root = path.join(tempFolder(), name)
  fs.cpSync(path.join(folder, name), root, { recursive: true, filter: (file) => path.relative(folder, file) !== `${name}/expected` })
  return root
}

function siteOf(root: string): Map<string, Buffer> {
  return new Map([...readTree(path.join(root, 'public'))].filter(([file]) => isOwn(file)))
}

/** What is not made by a build. */
function sourcesOf(root: string): Map<string, string> {
  return new Map([...readTree(root)].filter(([file]) => !/^(?:public|\.ssg)\//.test(file)).map(([file, bytes]) => [file, bytes.toString()]))
}

describe.each(['jekyll', 'nikola', 'zola', 'lambdapad'])('%s', (name) => {
  test('builds in place', async () => {
    const root = copyOf(name)
    const before = sourcesOf(root)
    const run = await runCli(['build', '--at', at, '--verbose'], { cwd: root })
    const built = siteOf(root)
    built.set('messages.txt', Buffer.from(`exit ${run.code}\n${run.stdout.split('\n').filter((line) => !line.endsWith(': there is no cache')).join('\n').replace(/ in [\d.]+ m?s/, '')}${run.stderr}`))
    const expectedFolder = path.join(folder, name, 'expected')
    if (update) {
      fs.rmSync(expectedFolder, { recursive: true, force: true })
      for (const [file, bytes] of built) {
        fs.mkdirSync(path.dirname(path.join(expectedFolder, file)), { recursive: true })
        fs.writeFileSync(path.join(expectedFolder, file), bytes)
      }
    }
    const expected = readTree(expectedFolder)
    expect([...built.keys()].sort()).toEqual([...expected.keys()].sort())
    for (const [file, bytes] of built) expect(bytes.toString(), file).toBe(expected.get(file)?.toString())
    expect(sourcesOf(root)).toEqual(before)
    const again = await runCli(['build', '--at', at, '--verify'], { cwd: root })
    expect(again.stdout).toContain('built 0')
  }, 60_000)

  test('gives the same site after import --write, and a second one changes nothing', async () => {
    const root = copyOf(name)
    await runCli(['build', '--at', at], { cwd: root })
    const inPlace = siteOf(root)
    const before = sourcesOf(root)
    const shown = await runCli(['import', '--front-matter'], { cwd: root })
    expect(shown.code).toBe(0)
    expect(sourcesOf(root)).toEqual(before)
    const written = await runCli(['import', '--write', '--front-matter'], { cwd: root })
    expect(written.code, written.stderr).toBe(0)
    const after = sourcesOf(root)
    expect([...after.keys()].filter((file) => !before.has(file))).toEqual(['site.config.ts'])
    for (const [file, text] of after) if (file.endsWith('.md') && /^(?:<!--|\+\+\+|title:)/.test(text)) expect.fail(`${file} has another header still`)
    fs.rmSync(path.join(root, 'public'), { recursive: true })
    const run = await runCli(['build', '--at', at], { cwd: root })
    expect(run.code, run.stderr).toBe(0)
    const site = siteOf(root)
    expect([...site.keys()]).toEqual([...inPlace.keys()])
    for (const [file, bytes] of site) expect(bytes.toString(), file).toBe(inPlace.get(file)?.toString())
    const again = await runCli(['import', '--write', '--front-matter'], { cwd: root })
    expect(again.stdout).toContain('site.config.ts is there already, with these settings')
    expect(again.stdout).toContain('all headers are YAML already')
    expect(sourcesOf(root)).toEqual(after)
  }, 60_000)
})

test.each([['jekyll', '_posts/2026-05-06-new-words.md', '2026/05/06/new-words.html'], ['nikola', 'posts/new-words.md', 'posts/new-words.html'], ['zola', 'content/blog/new-words.md', 'blog/new-words/index.html'], ['lambdapad', 'posts/new-words.md', 'new-words.html']])('a new entry in %s lies where the others do', async (name, file, page) => {
  const root = copyOf(name)
  const collection = name === 'zola' ? 'blog' : 'post'
  expect(await runCli(['new', collection, 'New words', '--at', '2026-05-06'], { cwd: root })).toMatchObject({ code: 0, stdout: `${file}\n` })
  await runCli(['build', '--drafts', '--future', '--at', at], { cwd: root })
  expect([...siteOf(root).keys()]).toContain(page)
})
