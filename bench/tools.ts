// The programs that are compared: our own command and, if it is installed, Hugo. Both build the same posts into the same kinds of pages.
import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { siteTitle, siteUrl, years } from './corpus.ts'
import type { Command } from './measure.ts'

export interface Tool {
  readonly name: 'sourcepress' | 'hugo'
  readonly version: string
  /** Writes its configuration beside the posts in `folder`. */
  prepare(folder: string): void
  /** Takes output and cache away. */
  reset(folder: string): void
  readonly output: string
  build(folder: string): Command
}

const description = 'Posts made by a program.'
const author = 'Ann Author'
const hugoProgram = 'hugo'

/** `root`: of the checkout, which has been compiled. */
export function sourcepress(root: string): Tool {
  const main = path.join(root, 'dist/bundle/cli/main.js')
  return {
    name: 'sourcepress',
    version: JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version,
    prepare: (folder) => fs.writeFileSync(path.join(folder, 'site.config.mjs'), `export default ${JSON.stringify({ title: siteTitle, url: siteUrl, description, author })}\n`),
    reset: (folder) => putAway(folder, ['public', '.ssg']),
    output: 'public',
    build: (folder) => ({ file: process.execPath, args: [main, 'build', '--quiet', '--root', folder] }),
  }
}

/** `undefined`: it is not installed. */
export function findHugo(root: string): Tool | undefined {
  const { status, stdout } = spawnSync(hugoProgram, ['version'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  return {
    name: 'hugo',
    version: /v([\d.]+)/.exec(stdout)?.[1] ?? 'of unknown version',
    prepare: (folder) => prepareHugo(root, path.join(folder, 'hugo')),
    reset: (folder) => putAway(folder, ['hugo-public', 'hugo/resources']),
    output: 'hugo-public',
    build: (folder) => ({ file: hugoProgram, args: ['--quiet', '--source', path.join(folder, 'hugo'), '--destination', path.join(folder, 'hugo-public')] }),
  }
}

/** Layouts of its own, our default theme's static files, colours in light and dark, and an archive for each year, which Hugo makes of folders. */
function prepareHugo(root: string, folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.cpSync(path.join(root, 'bench/hugo'), folder, { recursive: true })
  fs.cpSync(path.join(root, 'templates/static'), path.join(folder, 'static'), { recursive: true })
  const colors = (style: string): string => execFileSync(hugoProgram, ['gen', 'chromastyles', `--style=${style}`], { encoding: 'utf8', cwd: folder })
  fs.writeFileSync(path.join(folder, 'static/highlight.css'), `${colors('github')}@media (prefers-color-scheme: dark) {\n${colors('github-dark')}}\n`)
  writeSection(folder, 'posts', 'title: Posts\n_build: {render: never}')
  for (const year of years) writeSection(folder, `posts/${year}`, `title: 'Posts: ${year}'\nyear: ${year}`)
}

function writeSection(folder: string, section: string, frontMatter: string): void {
  fs.mkdirSync(path.join(folder, 'sections', section), { recursive: true })
  fs.writeFileSync(path.join(folder, 'sections', section, '_index.md'), `---\n${frontMatter}\n---\n`)
}

/**
 * Out of the way, and removed in the end: ext4 looks past the numbers of files that were removed some seconds ago, for each new file
 * anew, which would be charged to whoever comes next.
 */
function putAway(folder: string, names: readonly string[]): void {
  for (const name of names.filter((one) => fs.existsSync(path.join(folder, one)))) {
    fs.mkdirSync(placeOfOld(folder), { recursive: true })
    fs.renameSync(path.join(folder, name), path.join(placeOfOld(folder), randomUUID()))
  }
}

const placeOfOld = (folder: string): string => `${folder}-old`

/** What the tools' `reset` put away. */
export function removeOld(folder: string): void {
  fs.rmSync(placeOfOld(folder), { recursive: true, force: true })
}
