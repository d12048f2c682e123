// Builds a hostile site by the real command and holds what came of it against what must be true of every build: it ends in
// time, with a located error or a site, without a trace of a crash, and without a file outside of the output folder.
import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { readTree, runCli, tempFolder, writeFiles } from './cli.ts'

/** Far more than any of this needs, on a machine that does other things too. */
const mostSeconds = 40
export const posts = 'content/posts/'
const config = `export default { title: 'Site', url: 'https://example.org/' }\n`
export const post = (title: string, front = '', body = 'Text.'): string => `---\ntitle: ${title}\ndate: 2025-05-06\n${front}---\n\n${body}\n`
export const good = { [`${posts}good.md`]: post('Good') }

export type Files = Readonly<Record<string, string | Uint8Array>>
interface Diagnostic { severity: string; code: string; message: string; at?: { file: string; line?: number } }
export interface Built {
  readonly code: number | null
  /** `error front-matter-open content/posts/a.md:1`, without notes. */
  readonly told: readonly string[]
  readonly messages: readonly string[]
  readonly tree: ReadonlyMap<string, Buffer>
  readonly root: string
}

/** Builds a site in a folder of its own, and holds what came of it against what must be true of every build. */
export async function build(files: Files, { prepare = () => undefined, through = [] }: { prepare?: (root: string) => void; through?: readonly string[] } = {}): Promise<Built> {
  const around = tempFolder({ 'secret.md': post('Secret'), 'secret.txt': 'secret' })
  const root = path.join(around, 'site')
  writeFiles(root, { 'site.config.mjs': config, ...files })
  prepare(root)
  const before = listNames(around)
  let timer: NodeJS.Timeout | undefined
  const { code, stdout, stderr } = await runCli(['build', '--json', '--at', '2026-01-01T00:00:00Z'], { cwd: root, through, onStart: (kill) => { timer = setTimeout(kill, mostSeconds * 1000, 'SIGKILL') } })
  clearTimeout(timer)
  expect(code, `the exit code; null: killed after ${mostSeconds} s`).not.toBeNull()
  expect(stderr).toBe('')
  expect(stdout).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
  expect(diagnostics.filter((diagnostic) => diagnostic.code === 'bug')).toEqual([])
  expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(code !== 0)
  expect(listNames(around).filter((name) => !/^site\/(?:public|\.ssg)(?:\/|$)/.test(name))).toEqual(before)
  const shown = diagnostics.filter(({ severity }) => severity !== 'note')
  return {
    code, root, tree: readTree(path.join(root, 'public')), messages: shown.map(({ message }) => message),
    told: shown.map(({ severity, code: name, at }) => [severity, name, at && at.file + (at.line === undefined ? '' : `:${at.line}`)].filter((part) => part !== undefined).join(' ')).sort(),
  }
}

export const fileName = (name: string): string => name.replaceAll(' ', '-')

/** Every name below a folder, without opening or following anything. */
function listNames(folder: string, prefix = ''): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => [prefix + entry.name, ...(entry.isDirectory() ? listNames(path.join(folder, entry.name), `${prefix}${entry.name}/`) : [])]).sort()
}

export function page({ tree }: Built, name: string): string {
  const bytes = tree.get(name)
  if (bytes === undefined) throw new Error(`there is no ${name}, only ${[...tree.keys()].join(', ')}`)
  return bytes.toString()
}
export const pagesOf = ({ tree }: Built): string[] => [...tree.keys()].filter((name) => /^posts\/.*index\.html$/.test(name) && !/^posts\/(?:\d{4}\/|page\/)/.test(name))
