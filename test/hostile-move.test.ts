// Folders of other generators that are up to no good: texts made to take for ever, files and names that lead elsewhere, settings
// that would like to be run.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const mostSeconds = 40

interface Built { readonly code: number | null; readonly codes: readonly string[]; readonly messages: string; readonly tree: ReadonlyMap<string, Buffer>; readonly root: string }

async function build(files: Readonly<Record<string, string>>, prepare: (root: string) => void = () => undefined): Promise<Built> {
  const around = tempFolder({ 'secret.md': '---\ntitle: Secret\n---\nSECRET\n', 'secret.html': 'SECRET' })
  const root = path.join(around, 'site')
  writeFiles(root, files)
  prepare(root)
  const before = [...readTree(root).keys()]
  let timer: NodeJS.Timeout | undefined
  const { code, stdout, stderr } = await runCli(['build', '--json', '--at', '2026-01-01'], { cwd: root, onStart: (kill) => { timer = setTimeout(kill, mostSeconds * 1000, 'SIGKILL') } })
  clearTimeout(timer)
  expect(code, `the exit code; null: killed after ${mostSeconds} s`).not.toBeNull()
  expect(stderr).toBe('')
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; message: string }[] }
  expect(diagnostics.filter((diagnostic) => diagnostic.code === 'bug')).toEqual([])
  const after = [...readTree(root).keys()].filter((name) => !/^(?:public|\.ssg)\//.test(name))
  expect(after).toEqual(before)
  const tree = readTree(path.join(root, 'public'))
  expect([...tree.values()].some((bytes) => bytes.includes('SECRET'))).toBe(false)
  return { code, root, tree, codes: diagnostics.map((diagnostic) => diagnostic.code), messages: diagnostics.map(({ message }) => message).join('\n') }
}

const many = (text: string, count = 30_000): string => text.repeat(count)
const bodies: Readonly<Record<string, string>> = {
  'open highlights': many('{% highlight x %}\n'), 'open raws': many('{% raw %}'), 'open values': many('{{ '), 'open tags': many('{% x '), 'open comments': many('{% comment %}'), 'open code': many('<pre><code>'), 'open script': many('<script '),
  'backticks of each length': Array.from({ length: 700 }, (_, i) => '`'.repeat(i + 1)).join(' '), 'single backticks': many('` a'), 'attributes': many('{:'), 'empty lines': many('\n \n'), 'ends': many('{% end %}'), 'open blocks': many('{% q(a=1) %}'),
  'open calls': many('{{ x(') , 'nikola codes': many('{{% x %}}'), 'teasers': many('<!-- TEASER_END:'), 'indented': many('    :::x\n'), 'links': many('[a](@/x.md) link://slug/x '), 'fences': many('```a,b\n'),
}

describe('texts end in time', () => {
  test.each([
    ['jekyll', (body: string) => ({ '_config.yml': 'title: x\n', '_posts/2020-01-01-a.md': `---\ntitle: A\n---\n${body}` })],
    ['nikola', (body: string) => ({ 'conf.py': 'BLOG_TITLE = "x"\n', 'posts/a.md': `<!--\n.. title: A\n.. date: 2020-01-01\n-->\n${body}` })],
    ['zola', (body: string) => ({ 'config.toml': 'base_url = "https://x.example"\n', 'content/_index.md': '+++\n+++\n', 'content/a.md': `+++\ntitle = "A"\n+++\n${body}` })],
  ])('%s', async (_, site) => {
    for (const [name, body] of Object.entries(bodies)) {
      const { codes } = await build(site(`${body}\n`))
      expect(codes.includes('assumption'), name).toBe(true)
    }
  }, 400_000)
})

test('includes stay in their folder, and do not go round in circles', async () => {
  const { messages, tree } = await build({
    '_config.yml': 'title: x\n', '_includes/a.html': '{% include b.html %}', '_includes/b.html': '{% include a.html %}',
    '_posts/2020-01-01-a.md': '---\ntitle: A\n---\n{% include ../../secret.html %} {% include /etc/passwd %} {% include link.html %} {% include a.html %} {% include_relative ../../secret.md %} {% link ../secret.md %}\n',
  }, (root) => { fs.symlinkSync(path.join(root, '../secret.html'), path.join(root, '_includes/link.html')) })
  expect(messages).toContain('`{% include ../../secret.html %}` is a tag that is not understood here')
  expect(tree.get('2020/01/01/a.html')?.toString()).toContain('{% include ../../secret.html %}')
})

test('addresses and names lead nowhere else', async () => {
  const { code, codes } = await build({ '_config.yml': 'title: x\n', '_posts/2020-01-01-a.md': '---\ntitle: A\npermalink: /../../up/\n---\nx\n', '_posts/2020-01-02-b.md': '---\ntitle: B\nredirect_from: [//evil.example/, /x/../../y]\n---\nx\n' })
  expect([code, codes.filter((one) => one === 'permalink-unsafe').length > 1]).toEqual([1, true])
})

test('links out of the folder are not followed, and keys do not reach a prototype', async () => {
  const { codes } = await build({ 'conf.py': 'BLOG_TITLE = "x"\nPOSTS = (("../*.md", "posts", "p"), ("/etc/*.md", "e", "p"), ("posts/*.md", "posts", "p"))\nFILES_FOLDERS = {"..": "", "/etc": ""}\n', 'posts/a.md': '<!--\n.. title: A\n.. __proto__: x\n.. constructor: y\n-->\nx\n' }, (root) => { fs.symlinkSync('/etc', path.join(root, 'posts/etc')) })
  expect(codes).toContain('front-matter-key')
})

test('settings are never run', async () => {
  const marker = path.join(tempFolder(), 'ran')
  await build({ 'conf.py': `import os\nos.system("touch ${marker}")\nBLOG_TITLE = __import__("os").system("touch ${marker}")\nPOSTS = ()\n`, 'posts/a.md': 'x\n' })
  await build({ 'index.erl': `-module(index).\ndata(_) -> os:cmd("touch ${marker}").\nsite(_) -> #{ "site/x.html" => os:cmd("touch ${marker}") }.\n`, 'posts/a.md': 'title: A\n\nx\n' })
  expect(fs.existsSync(marker)).toBe(false)
})

test('settings that cannot be read are told, and the rest is built', async () => {
  expect((await build({ '_config.yml': 'title: [x\n', '_posts/2020-01-01-a.md': 'x\n' })).codes).toContain('not-moved')
  expect((await build({ 'config.toml': 'base_url = "x"\ntitle = \n', 'content/a.md': '+++\n+++\nx\n' })).codes).toContain('not-moved')
  expect((await build({ 'conf.py': 'BLOG_TITLE = "open\nPOSTS = ((\n' })).codes).toContain('not-moved')
  expect((await build({ 'index.erl': 'data(_) -> #{ a => "open', 'posts/a.md': 'title: A\n\nx\n' })).codes).toContain('not-moved')
  expect((await build({ '_config.yml': 'permalink: 5\ncollections: [a]\ndefaults: x\nplugins: 7\nurl: nonsense\nbaseurl: 5\npaginate: many\nexclude: {}\ntimezone: Moon\nlang: "!"\nauthor: []\n', '_posts/2020-01-01-a.md': 'x\n' }))).toMatchObject({ code: 0, messages: expect.stringContaining('a setting cannot be taken over: `timeZone` must be the IANA name of a time zone, not "Moon"') as string })
})
