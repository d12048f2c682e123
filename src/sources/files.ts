// The source that reads markdown files. Uses only what every source may use.
import { existsSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Change, EntryAsset, Source, SourceContext } from '../core/types.ts'
import { toPosix } from '../util/fs.ts'
import type { Folder, Strange } from './file-tree.ts'
import { readTree } from './file-tree.ts'
import { parseFrontMatter } from './front-matter.ts'
import { readTextFile } from './text-file.ts'

export interface FilesOptions {
  /** Absolute, or relative to the site's root. Default: the content folder. */
  folder?: string
  /** What messages call the source. Default: `files` and the pattern. */
  name?: string
  /** Patterns of files to leave out. */
  exclude?: string | readonly string[]
}

/**
 * Markdown files whose path below the folder fits a pattern: `posts/**\/*.md`, or a folder's name. `.md` in a pattern stands for
 * `.markdown` too. Hidden files are left out, and folders and files with `_` in front unless the pattern names them. The id of
 * an entry is its path below the folder. Other files in the folder of an `index.md` are published with it.
 */
export function files(pattern: string | readonly string[], options: FilesOptions = {}): Source {
  const patterns = [pattern].flat()
  return {
    name: options.name ?? `files ${patterns.join(', ')}`,
    idPrefix: '',
    trusted: true,
    reads: options.folder === undefined ? [] : [options.folder],
    load: (ctx) => loadFiles(ctx, patterns.map(normalizePattern), options),
    loadFile: (ctx, file) => loadOne(ctx, file, patterns.map(normalizePattern), options),
  }
}

/** `posts` and `./posts/` are the folder; a pattern of its own stays. */
function normalizePattern(pattern: string): string {
  const path = pattern.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  if (path === '' || path === '.') return '**/*.md'
  return /[*?[\]{}()!]/.test(path) || isMarkdown(path) ? path : `${path}/**/*.md`
}

interface Selection {
  /** Folders to look into, relative to the top. */
  readonly bases: readonly string[]
  readonly wantsFile: (path: string) => boolean
  readonly wantsFolder: (path: string, name: string) => boolean
}

/** Where the files lie, and what messages call them. */
function placeOf(ctx: SourceContext, { folder }: FilesOptions): { top: string; show: (path: string) => string } {
  const top = folder === undefined ? ctx.contentFolder : resolve(ctx.root, folder)
  const shown = toPosix(relative(ctx.root, top))
  return { top, show: (path) => [shown, path].filter((part) => part !== '').join('/') || '.' }
}

async function* loadOne(ctx: SourceContext, file: string, patterns: readonly string[], options: FilesOptions): AsyncGenerator<Change, void> {
  const { top, show } = placeOf(ctx, options)
  const path = toPosix(relative(top, file))
  const selection = await select(patterns, [options.exclude ?? []].flat())
  if (path.startsWith('../') || !selection.wantsFile(path)) return
  const [folder, name] = [path.slice(0, Math.max(0, path.lastIndexOf('/'))), path.slice(path.lastIndexOf('/') + 1)]
  const own = isIndex(name) ? readTree(top, folder, selection.wantsFolder) : { path: folder, files: [], folders: [], strange: [] }
  const change = await readEntry(ctx, { path, folder: own, isIndex: isIndex(name) }, top, show)
  if (change) yield change
}

async function* loadFiles(ctx: SourceContext, patterns: readonly string[], options: FilesOptions): AsyncGenerator<Change> {
  const { top, show } = placeOf(ctx, options)
  const unusable = patterns.find((pattern) => pattern.startsWith('/') || pattern.split('/').includes('..'))
  if (unusable !== undefined) return ctx.report({ severity: 'error', code: 'config-value', message: `the pattern "${unusable}" leaves the folder ${show('')}`, fix: 'name the other folder in the `folder` option of files().' })
  if (!isFolder(top)) return ctx.report({ severity: 'error', code: 'source-failed', message: `the folder ${show('')} does not exist`, fix: options.folder === undefined ? 'make it, or set `content` in site.config to the folder of your posts.' : 'correct the `folder` option of files(), or make the folder.' })
  const selection = await select(patterns, [options.exclude ?? []].flat())
  let count = 0
  for (const base of selection.bases) {
    if (!isFolder(resolve(top, base))) continue
    for (const file of listFiles(ctx, readTree(top, base, selection.wantsFolder), selection, show)) {
      if (ctx.signal.aborted) return
      count++
      const change = await readEntry(ctx, file, top, show)
      if (change) yield change
    }
  }
  if (count === 0) ctx.report({ severity: 'note', code: 'source-empty', message: `no file in ${show('')} fits ${patterns.join(', ')}` })
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

async function select(patterns: readonly string[], exclude: readonly string[]): Promise<Selection> {
  const { default: picomatch } = await import('picomatch')
  const matches = picomatch([...patterns])
  const isExcluded = exclude.length === 0 ? () => false : picomatch(exclude.map((pattern) => pattern.replace(/^(?:\.\/)+/, '')))
  const named = new Set(patterns.flatMap((pattern) => pattern.split('/')).filter((part) => part.startsWith('_')))
  const isHeldBack = (name: string): boolean => name.startsWith('_') && !named.has(name)
  const excludedFolders = new Set(exclude.map((pattern) => /^(?:\.\/)*([^*?[\]{}()!]+)\/\*\*$/.exec(pattern)?.[1]))
  const bases = patterns.map((pattern) => picomatch.scan(pattern)).map(({ base, glob }) => (glob === '' ? base.replace(/(?:^|\/)[^/]*$/, '') : base))
  return {
    bases: [...new Set(bases)].filter((base) => !/(?:^|\/)\./.test(base)).filter((base, _, all) => !all.some((other) => other !== base && (other === '' || base.startsWith(`${other}/`)))).sort(),
    wantsFile(path) {
      const asMd = path.endsWith('.md') ? path : path.replace(/\.[^.]+$/, '.md')
      return isMarkdown(path) && !isHeldBack(path.slice(path.lastIndexOf('/') + 1)) && (matches(path) || matches(asMd)) && !isExcluded(path) && !isExcluded(asMd)
    },
    wantsFolder: (path, name) => !isHeldBack(name) && !excludedFolders.has(path),
  }
}

const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path)
const isIndex = (name: string): boolean => /^index\.(?:md|markdown)$/i.test(name)
const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

interface Found { readonly path: string; readonly folder: Folder; readonly isIndex: boolean }

function* listFiles(ctx: SourceContext, folder: Folder, selection: Selection, show: (path: string) => string): Iterable<Found> {
  for (const strange of folder.strange) {
    if (strange.isFolder || selection.wantsFile(strange.path)) ctx.report(strangeFile(strange, show(strange.path)))
  }
  for (const name of folder.files) {
    const path = join(folder.path, name)
    if (selection.wantsFile(path)) yield { path, folder, isIndex: isIndex(name) }
  }
  for (const child of folder.folders) yield* listFiles(ctx, child, selection, show)
}

function strangeFile({ code, problem, fix }: Strange, file: string): Diagnostic {
  return { severity: 'error', code, message: `${file} ${problem}`, at: { file }, fix }
}

async function readEntry(ctx: SourceContext, { path, folder, isIndex: hasFolder }: Found, top: string, show: (path: string) => string): Promise<Change | undefined> {
  const file = show(path)
  const read = readTextFile(`${top}/${path}`, file)
  if ('problem' in read) return void ctx.report(read.problem)
  const pending = parseFrontMatter(read.text, file)
  const { data, body, bodyLine, locate, diagnostics } = pending instanceof Promise ? await pending : pending
  for (const diagnostic of diagnostics) ctx.report(diagnostic)
  // Without its keys an entry would only make further errors.
  if (diagnostics.some(({ severity, code }) => severity === 'error' && code !== 'front-matter-key')) return undefined
  const assets = hasFolder && folder.path !== '' ? [...listAssets(ctx, folder, top, folder.path.length + 1, show)] : []
  return { put: { id: path, path, data, body: { kind: 'markdown', text: body }, origin: { file, bodyLine, locate }, assets } }
}

/** The files of a post's own folder, but not those of a folder below that is another post's own. */
function* listAssets(ctx: SourceContext, folder: Folder, top: string, skip: number, show: (path: string) => string): Iterable<EntryAsset> {
  for (const name of folder.files) {
    const path = join(folder.path, name)
    if (!isMarkdown(name)) yield { name: path.slice(skip), file: `${top}/${path}` }
  }
  for (const strange of folder.strange) {
    if (!strange.isFolder && !isMarkdown(strange.path)) ctx.report(strangeFile(strange, show(strange.path)))
  }
  for (const child of folder.folders) if (!child.files.some(isIndex)) yield* listAssets(ctx, child, top, skip, show)
}
