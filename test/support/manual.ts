// The manual as a set of examples that can be run. The convention, for chapters in content/manual:
// - What stands below one `##` heading is one site, in a folder of its own, made and tried in the order of the fences.
// - A fence with `title="content/posts/a.md"` is a file of that site. A `site.config.ts` without `export default` is what stands
//   between the braces of `defineConfig({ ... })`. A site without content gets one post.
// - `title="public/..."` is an excerpt: it must be in that file of the built site. White space does not count, `…` is a gap.
// - A `console` fence holds commands (`$ npx ssg build`) and lines that they must print, in this order, among others. A command
//   may fail only if its lines say `error[`, or the next command is `echo $?`.
// - A site that was changed after its last command is built with --strict.
// - Any other fence needs `no-run="reason"` in its info string; without a title, `sh` and `text` are for reading.
import fs from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import Markdown from 'markdown-it'
import { parseFence } from '../../src/render/highlight-fence.ts'
import { cliFile, projectRoot, tempFolder, writeFiles } from './cli.ts'

export const manualFolder = path.join(projectRoot, 'content/manual')

export interface Chapter {
  /** Name of the file: `feeds.md`. */
  readonly name: string
  readonly text: string
  readonly examples: readonly Example[]
}

/** What stands below one heading. */
export interface Example {
  readonly heading: string
  readonly fences: readonly Fence[]
}

interface Fence {
  /** `feeds.md:12` */
  readonly place: string
  readonly language: string
  readonly title?: string
  readonly isRun: boolean
  readonly text: string
}

const readOnly = new Set(['sh', 'text'])

export function readChapters(): Chapter[] {
  return fs.readdirSync(manualFolder).filter((name) => name.endsWith('.md')).sort().map((name) => {
    const text = fs.readFileSync(path.join(manualFolder, name), 'utf8')
    return { name, text, examples: readExamples(name, text) }
  })
}

function readExamples(name: string, text: string): Example[] {
  const examples: { heading: string; fences: Fence[] }[] = [{ heading: 'at its start', fences: [] }]
  const tokens = new Markdown().parse(text.replace(/^---\n[^]*?\n---\n/, (frontMatter) => frontMatter.replace(/.+/g, '')), {})
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open' && token.tag === 'h2') examples.push({ heading: tokens[index + 1]?.content ?? '', fences: [] })
    if (token.type === 'fence') examples.at(-1)?.fences.push(readFence(`${name}:${(token.map?.[0] ?? 0) + 1}`, token.info, token.content))
  }
  return examples.filter(({ fences }) => fences.some(({ isRun }) => isRun))
}

function readFence(place: string, info: string, text: string): Fence {
  const { language, title } = parseFence(info)
  const isRun = (title !== undefined || !readOnly.has(language)) && !/\sno-run="[^"]{5,}"/.test(info)
  if (isRun && title === undefined && language !== 'console') throw new Error(`${place}: this code is in no example; give it a title, or say why with no-run="..."`)
  return { place, language, isRun, text, ...(title !== undefined && { title }) }
}

/** Makes and tries the site of one example; throws an error that names the fence. */
export async function runExample({ fences }: Example): Promise<void> {
  const run = fences.filter(({ isRun }) => isRun)
  const folder = createFolder()
  const startsEmpty = run.some(({ text }) => text.includes('npx ssg init'))
  if (!startsEmpty && !run.some(({ title }) => title !== undefined && otherContent.test(title))) writeFiles(folder, defaultContent)
  let isBuilt = startsEmpty
  for (const fence of run) {
    if (fence.language === 'console') {
      await runConsole(fence, folder)
      isBuilt ||= fence.text.includes('ssg build')
    } else if (fence.title?.startsWith('public/')) {
      if (!isBuilt) await buildStrictly(folder, fence.place)
      isBuilt = true
      checkExcerpt(fence, path.join(folder, fence.title))
    } else {
      writeFiles(folder, { [fence.title ?? '']: fence.title === 'site.config.ts' ? completeConfig(fence.text) : fence.text })
      isBuilt = false
    }
  }
  if (!isBuilt) await buildStrictly(folder, run.at(-1)?.place ?? '')
}

/** Always called the same, since a site without a title has its folder's; with the packages that examples use, as if installed. */
function createFolder(): string {
  const parent = tempFolder()
  fs.mkdirSync(path.join(parent, 'my-blog'))
  fs.mkdirSync(path.join(parent, 'node_modules'))
  fs.symlinkSync(projectRoot, path.join(parent, 'node_modules/sourcepress'))
  fs.symlinkSync(path.join(projectRoot, 'node_modules/zod'), path.join(parent, 'node_modules/zod'))
  return path.join(parent, 'my-blog')
}

/** Content of the example itself, be it in the folder of another generator. */
const otherContent = /^(?:content\/|_config\.yml$|_posts\/|conf\.py$|index\.erl$|config\.toml$)/

const defaultContent = { 'content/posts/hello.md': '---\ntitle: Hello\ndate: 2026-05-06\ntags: [first]\n---\n\nHello, world.\n' }

function completeConfig(text: string): string {
  return /^export default /m.test(text) ? text : `import { data, defineConfig, files } from 'sourcepress'\nexport default defineConfig({\n${text}\n})\n`
}

async function buildStrictly(folder: string, place: string): Promise<void> {
  const [result] = await runShell(['npx ssg build --strict'], folder)
  if (result?.code !== 0) throw new Error(`${place}: the site does not build:\n${result?.output}`)
}

async function runConsole({ place, text }: Fence, folder: string): Promise<void> {
  const commands = readCommands(text)
  const results = await runShell(commands.map(({ command }) => command), folder)
  for (const [index, { command, expected }] of commands.entries()) {
    const { code = -1, output = '' } = results[index] ?? {}
    const mayFail = expected.some((line) => line.includes('error[')) || commands[index + 1]?.command === 'echo $?'
    if (code !== 0 && !mayFail) throw new Error(`${place}: \`${command}\` ends with ${code}:\n${output}`)
    checkLines(expected, output, `${place}: \`${command}\``)
  }
}

function readCommands(text: string): { command: string; expected: string[] }[] {
  const commands: { command: string; expected: string[] }[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), expected: [] })
    else if (line.trim() !== '') commands.at(-1)?.expected.push(line)
  }
  return commands
}

/** Every line must be there, each after the one before it. */
function checkLines(expected: readonly string[], output: string, what: string): void {
  const lines = output.split('\n').map(normalizeLine)
  let at = 0
  for (const line of expected) {
    const pattern = new RegExp(`^${normalizeLine(line).split('…').map(escapeRegex).join('.*')}$`)
    const found = lines.findIndex((candidate, index) => index >= at && pattern.test(candidate))
    if (found === -1) throw new Error(`${what} does not print\n${line}\nbut\n${output}`)
    at = found + 1
  }
}

/** How long it took and how many files there are, the theme's among them, is not what an example is about. */
function normalizeLine(line: string): string {
  return line.trimEnd().replace(/ in \d+\.\d\d s$/, ' in 0.00 s').replace(/^(built|checked|removed) \d+|\b(reused|removed) \d+/g, '$1$2 0')
}
const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function checkExcerpt({ place, text }: Fence, file: string): void {
  if (!fs.existsSync(file)) throw new Error(`${place}: this file is not built`)
  const built = normalizeMarkup(fs.readFileSync(file, 'utf8'))
  let at = 0
  for (const part of text.split('…').map(normalizeMarkup)) {
    const found = built.indexOf(part, at)
    if (found === -1) throw new Error(`${place}: the built file does not hold\n${part}\nbut\n${built}`)
    at = found + part.length
  }
}

const normalizeMarkup = (text: string): string => text.replace(/\s+/g, ' ').replace(/> </g, '><').trim()

/** Runs commands in one shell, so that `cd` and `$?` work, with our own command behind `npx ssg`. */
async function runShell(commands: readonly string[], folder: string): Promise<{ code: number; output: string }[]> {
  const script = commands.map((command) => `{ ${command}\n} 2>&1; code=$?; printf '\\036%s\\036' "$code"; (exit "$code")`).join('\n')
  const text = await runScript(script, folder)
  const parts = text.split('\u001e')
  return commands.map((_, index) => ({ output: parts[2 * index] ?? '', code: Number(parts[2 * index + 1] ?? -1) }))
}

function runScript(script: string, cwd: string): Promise<string> {
  const npx = tempFolder({ npx: `#!/bin/sh\n[ "$1" = ssg ] || exit 127\nshift\nexec "${process.execPath}" "${cliFile}" "$@"\n` })
  fs.chmodSync(path.join(npx, 'npx'), 0o755)
  return new Promise((resolve, reject) => {
    const env = { PATH: `${npx}${path.delimiter}${process.env['PATH']}`, HOME: npx, TZ: 'UTC', NO_COLOR: '1' }
    const child = spawn('/bin/sh', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}
