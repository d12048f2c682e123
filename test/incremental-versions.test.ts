// A cache that another version of Node, or the same one with other data on time zones and languages, left behind: on the same
// checkout, or restored on another. Each build is a process of its own that takes itself for that other one, and functions of the
// config show it in bodies and pages, while no value of the config does: so what is taken over and must not be stands in the output.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles, type CliResult } from './support/cli.ts'

afterAll(removeTempFolders)

const post = (title: string, day: number, body: string): string => `---\ntitle: ${title}\ndate: 2025-01-0${day}\ntags: [red]\n---\n\n${body}\n`
const files = {
  'site.config.ts': `const machine = (): string => [process.version, process.platform, process.versions.tz, process.versions.icu].join(' ')
export default {
  title: 'Site', url: 'https://example.org/', collections: { posts: {}, pages: { index: false } },
  queries: { machine: () => machine() }, templates: { filters: { made: (text) => \`\${text} by \${machine()}\` } },
  markdown: { plugins: [(md) => { const { text } = md.renderer.rules; md.renderer.rules.text = (...args) => text(...args).replaceAll('MACHINE', machine()) }] },
}`,
  'content/posts/a.md': post('A', 1, 'Made by MACHINE.\n\n```ts\nconst a = 1\n```'), 'content/posts/b.md': post('B', 2, 'Text.'), 'content/about.md': 'About MACHINE.\n',
  'templates/entry.njk': '{% extends "base.njk" %}{% block main %}{{ entry.title | made }} {{ site.query("machine") }} {{ entry.content }}{% endblock %}',
}
const machines = {
  here: {},
  'a newer Node': { version: 'v98.7.6' },
  'the same Node with other time zones': { versions: { tz: '1999z' } },
  'the same Node with another ICU': { versions: { icu: '12.3', cldr: '12', unicode: '3.0' } },
  'another system': { platform: 'haiku' },
} as const
type Machine = keyof typeof machines
const others = Object.keys(machines).filter((name): name is Exclude<Machine, 'here'> => name !== 'here')

let disguises = ''
beforeAll(() => {
  disguises = tempFolder(Object.fromEntries(Object.entries(machines).map(([name, values]) => [`${name}.mjs`, `
for (const [key, value] of Object.entries(${JSON.stringify(values)})) Object.defineProperty(process, key, { value: key === 'versions' ? { ...process.versions, ...value } : value })`])))
})

/** A build by another machine, as a process of its own. */
function buildAs(machine: Machine, root: string, ...flags: string[]): Promise<CliResult> {
  return runCli(['build', '--json', '--at', '2026-01-01', ...flags], { cwd: root, env: { NODE_OPTIONS: `--import=${pathToFileURL(path.join(disguises, `${machine}.mjs`)).href}` } })
}

interface Summary { readonly built: number; readonly reused: number; readonly rendered: readonly { readonly output: string; readonly why: string }[] }

/** Builds over what is there, and expects what that machine gives from nothing, there, and in a folder that never saw another one. */
async function buildAndCompare(machine: Machine, root: string): Promise<Summary> {
  const run = await buildAs(machine, root)
  expect([run.code, run.stderr], machine).toEqual([0, ''])
  const fresh = path.join(tempFolder(), path.basename(root))
  for (const name of ['content', 'templates', 'site.config.ts']) fs.cpSync(path.join(root, name), path.join(fresh, name), { recursive: true })
  expect((await buildAs(machine, fresh)).code).toBe(0)
  const [tree, clean] = [readTree(path.join(root, 'public')), readTree(path.join(fresh, 'public'))]
  expect([...tree.keys()]).toEqual([...clean.keys()])
  for (const [file, bytes] of tree) if (!bytes.equals(clean.get(file) ?? Buffer.alloc(0))) expect(bytes.toString(), `${machine}: ${file}`).toBe(clean.get(file)?.toString())
  return (JSON.parse(run.stdout) as { summary: Summary }).summary
}

const whys = ({ rendered }: Summary): string[] => [...new Set(rendered.map(({ why }) => why))]

describe.each(others)('the cache of %s', (other) => {
  test('on the same checkout', async () => {
    const root = tempFolder(files)
    await buildAndCompare(other, root)
    const here = await buildAndCompare('here', root)
    expect([here.reused, whys(here)]).toEqual([0, ['the program, the config or a setting changed']])
    expect(fs.readFileSync(path.join(root, 'public/posts/a/index.html'), 'utf8')).toContain(`Made by ${process.version} ${process.platform}`)
    writeFiles(root, { 'content/posts/b.md': post('B', 2, 'Other words by MACHINE.') })
    expect((await buildAndCompare(other, root)).reused).toBe(0)
  })

  test('restored on another checkout, with and without what it built', async () => {
    const root = tempFolder(files)
    await buildAndCompare(other, root)
    for (const restored of [['.ssg'], ['.ssg', 'public']]) {
      const checkout = path.join(tempFolder(), 'checkout')
      for (const name of ['content', 'templates', 'site.config.ts', ...restored]) fs.cpSync(path.join(root, name), path.join(checkout, name), { recursive: true, preserveTimestamps: true })
      writeFiles(checkout, { 'content/posts/b.md': post('Bb', 2, 'Other words.') })
      expect((await buildAndCompare('here', checkout)).reused).toBe(0)
    }
  })
})

test('machines that take turns on one checkout', async () => {
  const root = tempFolder(files)
  for (const [i, machine] of ([...others, 'here', ...others.slice(0, 1), 'here'] as Machine[]).entries()) {
    writeFiles(root, { 'content/posts/b.md': post('B', 2, `Words ${i}.`) })
    expect((await buildAndCompare(machine, root)).reused).toBe(0)
  }
}, 60_000)
