// `ssg new`: what a new entry looks like, and how it is opened.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTempFolders, runCli, tempFolder, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

const config = `export default { collections: { posts: {}, notes: {}, pages: {} } }\n`

function create(files: Readonly<Record<string, string>>, args: readonly string[], env: Readonly<Record<string, string>> = {}): { root: string; run: Promise<CliResult> } {
  const root = tempFolder({ 'content/posts/a.md': '# A\n', ...files })
  return { root, run: runCli(['new', ...args, '--at', '2026-05-06'], { cwd: root, env }) }
}

test('an archetype of the collection is filled in, quoted where it must be', async () => {
  const archetype = '---\ntitle: {{ title }}\nalso: "{{ title }}"\nwithin: "About {{ title }}, {{date}}"\ndate: {{ date }}\nid: {{ id }}\nlist:\n  - {{ title }}\naddress: /x/{{ slug }}/\nkind: {{ collection }}\n---\n\n# {{ title }}\n\nSince {{ date }}.\n'
  const { root, run } = create({ 'archetypes/posts.md': archetype, 'archetypes/default.md': 'not this one' }, ['post', 'Say "yes": {a} \\ b'])
  expect((await run).code).toBe(0)
  const text = fs.readFileSync(path.join(root, 'content/posts/say-yes-a-b.md'), 'utf8')
  const title = '"Say \\"yes\\": {a} \\\\ b"'
  expect(text.replace(/^id: [0-9a-f-]{36}$/m, 'id: UUID')).toBe(`---\ntitle: ${title}\nalso: ${title}\nwithin: "About ${title.slice(1, -1)}, 2026-05-06"\ndate: 2026-05-06\nid: UUID\nlist:\n  - ${title}\naddress: /x/say-yes-a-b/\nkind: "posts"\n---\n\n# Say "yes": {a} \\ b\n\nSince 2026-05-06.\n`)
  expect((await runCli(['list', '--json'], { cwd: root })).stdout).toContain(JSON.stringify('Say "yes": {a} \\ b'))
})

test('TOML works, and other collections take the default one', async () => {
  const { root, run } = create({ 'site.config.mjs': config, 'archetypes/default.md': '+++\ntitle = {{ title }}\ndate = {{ date }}\n+++\n\n{{ title }}\n' }, ['note', 'It\'s "so"'])
  expect(await run).toMatchObject({ code: 0, stdout: 'content/notes/its-so.md\n' })
  expect(fs.readFileSync(path.join(root, 'content/notes/its-so.md'), 'utf8')).toBe('+++\ntitle = "It\'s \\"so\\""\ndate = 2026-05-06\n+++\n\nIt\'s "so"\n')
})

test('a name that does not exist is told with its line, and nothing is written', async () => {
  const { root, run } = create({ 'archetypes/posts.md': '---\ntitle: {{ title }}\ndate: {{ dat }}\n---\n' }, ['post', 'New'])
  const { code, stderr } = await run
  expect([code, stderr]).toEqual([2, expect.stringMatching(/\{\{ dat \}\}.*\n {2}archetypes\/posts\.md:3 .*\n {2}fix: did you mean \{\{ date \}\}\?/)])
  expect(fs.existsSync(path.join(root, 'content/posts/new.md'))).toBe(false)
})

test('--open starts the editor with the file, whatever is in its name', async () => {
  const { root, run } = create({ 'edit me.sh': '#!/bin/sh\nprintf "%s|%s" "$1" "$2" > opened\n' }, ['post', 'A "; touch hacked; \' title', '--open'], { EDITOR: 'sh "edit me.sh" --wait' })
  expect((await run).code).toBe(0)
  expect(fs.readFileSync(path.join(root, 'opened'), 'utf8')).toBe(`--wait|${path.join(root, 'content/posts/a-touch-hacked-title.md')}`)
  expect(fs.existsSync(path.join(root, 'hacked'))).toBe(false)
})

test('--open needs an editor, before anything is written', async () => {
  const { root, run } = create({}, ['post', 'New', '--open'])
  expect(await run).toMatchObject({ code: 2, stderr: expect.stringContaining('neither VISUAL nor EDITOR') })
  expect(fs.existsSync(path.join(root, 'content/posts/new.md'))).toBe(false)
  const failing = create({}, ['post', 'New', '--open'], { VISUAL: 'false' })
  expect(await failing.run).toMatchObject({ code: 2, stderr: expect.stringContaining('`false` ended with 1') })
  expect(fs.existsSync(path.join(failing.root, 'content/posts/new.md'))).toBe(true)
})
