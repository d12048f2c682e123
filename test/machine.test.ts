// The same input gives the same bytes, whatever the machine: its time zone, language, user, folder, clock, and the order in
// which its disk gives names.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'
import { themeSite } from './support/theme-site.ts'

afterAll(removeTempFolders)

const post = (title: string, date: string, tags: string, rest = ''): string => `---\ntitle: ${title}\n${date === '' ? '' : `date: ${date}\n`}tags: [${tags}]\n${rest}---\n\nText of ${title}, 1/2/2026.\n\n\`\`\`ts\nconst a: number = 1\n\`\`\`\n`
const files: Readonly<Record<string, string>> = {
  ...themeSite,
  'site.config.mjs': `import { data, defineSource, files, put } from 'sourcepress'
export default {
  title: 'Fixture', url: 'https://example.org/base/', timeZone: 'America/St_Johns', language: 'de-AT', feeds: { formats: ['atom', 'rss', 'json'] },
  collections: {
    posts: { source: files('posts/**/*.md'), permalink: '/:year/:month/:day/:hour-:minute/:slug/' },
    rows: { source: data('rows.csv'), sort: 'title' },
    own: { source: defineSource({ name: 'own', async *load() { for (const id of ['ä', 'a', 'Z', 'y', '10', '9']) yield put({ id, title: id, date: new Date('2025-07-01T00:30:00Z'), body: { markdown: id } }) } }) },
    pages: {},
  },
}`,
  'content/rows.csv': 'name,title,when,amount\nıI,İstanbul,2025-01-01,"1,5"\nb,Äpfel,2025-06-01,2\nc,zebra,,3\nd,Zebra,,4\ne,ıssız,,5\n',
  'content/posts/2025-03-30-clock-forward.md': post('Clock forward', '', 'Iı, İi, i, I'),
  'content/posts/2025-10-26-clock-back.md': post('Clock back', '', 'ÄÖÜ, äöü, ß, SS'),
  'content/posts/ties/a.md': post('Tie', '2025-06-01', 'one'), 'content/posts/ties/B.md': post('Tie', '2025-06-01', 'One'), 'content/posts/ties/ä.md': post('Tie', '2025-06-01', 'ONE'), 'content/posts/ties/c/index.md': post('Tie', '2025-06-01', 'one'),
  'content/posts/midnight.md': post('Midnight', '2025-12-31', 'time'), 'content/posts/new-year.md': post('New year', '2026-01-01T00:00:00+14:00', 'time', 'updated: 2026-01-01\n'),
  'content/posts/held.md': post('Held by an hour', '2026-06-01 01:00', 'time'), 'content/posts/shown.md': post('Shown by an hour', '2026-05-31 20:30', 'time'), 'content/posts/gone.md': post('Gone', '2025-01-01', 'time', 'expires: 2026-05-31\n'),
}
const args = ['build', '--at', '2026-06-01T00:00:00Z']

let reference: ReadonlyMap<string, Buffer>
let messages: string
beforeAll(async () => {
  const root = tempFolder(files)
  const run = await runCli(args, { cwd: root })
  expect(run.code, run.stderr).toBe(0)
  reference = readTree(path.join(root, 'public'))
  messages = run.stderr
  expect(reference.size).toBeGreaterThan(50)
})

async function expectSame(root: string, env: Readonly<Record<string, string | undefined>> = {}, more: readonly string[] = []): Promise<void> {
  const run = await runCli([...args, ...more], { cwd: root, env })
  expect([run.code, run.stderr]).toEqual([0, messages])
  const tree = readTree(path.join(root, 'public'))
  expect([...tree.keys()]).toEqual([...reference.keys()])
  for (const [name, bytes] of tree) if (!bytes.equals(reference.get(name) ?? Buffer.alloc(0))) expect(bytes.toString(), name).toBe(reference.get(name)?.toString())
}

test.concurrent.each([
  { TZ: 'America/New_York' }, { TZ: 'Asia/Tokyo' }, { TZ: 'Pacific/Kiritimati' }, { TZ: 'Africa/Casablanca', LANG: 'C', LC_ALL: 'C' },
  { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', LANGUAGE: 'tr' }, { LC_ALL: 'ar_EG.UTF-8', TZ: undefined }, { HOME: '/nonexistent', USER: 'x', HOSTNAME: 'x', COLUMNS: '40', CI: '1', NODE_ENV: 'production' },
])('environment %j', async (env) => expectSame(tempFolder(files), env))

test('another folder, with a name of all kinds', async () => {
  const root = path.join(tempFolder(), "a b/ü'\"$(x)/%2e/{{x}}#?")
  writeFiles(root, files)
  await expectSame(root)
})

test('through a link, and from another working folder', async () => {
  const root = tempFolder(files)
  const link = path.join(tempFolder(), 'link')
  fs.symlinkSync(root, link)
  const run = await runCli([...args, '--root', link], { cwd: tempFolder() })
  expect([run.code, run.stderr]).toEqual([0, messages])
  await expectSame(root, {}, ['--no-cache'])
})

test('files made in another order, with other times and permissions', async () => {
  const root = tempFolder()
  for (const [i, name] of Object.keys(files).sort().reverse().entries()) {
    writeFiles(root, { [name]: files[name] ?? '' })
    fs.utimesSync(path.join(root, name), i * 1000, i * 1000)
    fs.chmodSync(path.join(root, name), i % 2 === 0 ? 0o600 : 0o777)
  }
  await expectSame(root)
})

test('again, with and without the cache', async () => {
  const root = tempFolder(files)
  for (const more of [[], [], ['--no-cache']]) await expectSame(root, {}, more)
})
