// Files that are published as they are: the theme's static files, the site's own (which win over the theme's), loose files in
// the content folder, and files beside entries. Never hidden files, backups, markdown, or what a `_` keeps out.
import fs from 'node:fs'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { locate } from '../core/diagnostic.ts'
import { besidePermalink, parseFilePermalink } from '../core/permalink.ts'
import type { AssetFile } from '../core/plan.ts'
import type { CopyRule, Settings } from '../core/settings.ts'
import type { Entry, Permalink } from '../core/types.ts'
import { isErrno, isInside, reasonOf, toPosix } from '../util/fs.ts'
import { themeFolder } from './theme.ts'

interface FoundFile { readonly relative: string; readonly file: string }

/** `entries`: all of them, also those held back, whose files must not be published as loose ones. */
export function findAssets(settings: Settings, entries: readonly Entry[], published: readonly Entry[]): { assets: AssetFile[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const byPermalink = new Map<Permalink, AssetFile>()
  const own = new Set(entries.flatMap((entry) => entry.assets.map(({ file }) => file)))
  const add = (folder: string, keep: (found: FoundFile) => boolean, wins: boolean): AssetFile[] => {
    const walked = walk(settings.root, folder)
    diagnostics.push(...walked.diagnostics)
    return walked.files.filter(keep).flatMap((found) => {
      const result = parseFilePermalink('/' + found.relative.split('/').map(encodeURIComponent).join('/'))
      const origin = displayPath(settings.root, found.file)
      if ('problem' in result) return (diagnostics.push(unsafeName(origin, result.problem)), [])
      const asset = { permalink: result.permalink, file: found.file, origin }
      if (!wins) byPermalink.set(asset.permalink, asset)
      return [asset]
    })
  }
  add(path.join(themeFolder, 'static'), () => true, false)
  const templateFiles = path.join(settings.root, settings.templates.folder, 'static')
  if (fs.existsSync(templateFiles) && fs.realpathSync(templateFiles) !== fs.realpathSync(path.join(themeFolder, 'static'))) add(templateFiles, () => true, false)
  const others = [
    ...add(path.join(settings.root, settings.static), () => true, true),
    ...(settings.looseFiles ? add(path.join(settings.root, settings.content), ({ relative, file }) => !own.has(file) && isLoose(relative), true) : []),
    ...settings.copy.flatMap((rule) => copyFiles(rule, settings, diagnostics)),
    ...published.flatMap((entry) => entryAssets(entry, settings.root, diagnostics)),
  ]
  for (const { permalink } of others) byPermalink.delete(permalink)
  diagnostics.push(...unclaimed(settings, entries))
  return { assets: [...byPermalink.values(), ...others], diagnostics }
}

/** The files of a rule of `copy`. */
function copyFiles({ from, to, except = [], plain = false }: CopyRule, { root }: Settings, diagnostics: Diagnostic[]): AssetFile[] {
  const top = path.join(root, from)
  const isFile = fs.statSync(top, { throwIfNoEntry: false })?.isFile() ?? false
  const walked = isFile ? { files: [{ relative: '', file: top }], diagnostics: [] } : walk(root, top)
  diagnostics.push(...walked.diagnostics)
  if (!fs.existsSync(top)) diagnostics.push(unreadable(from, 'it is not there'))
  return walked.files.flatMap(({ relative, file }): AssetFile[] => {
    if (except.some((one) => relative === one || relative.startsWith(`${one}/`)) || (plain && startsWithFrontMatter(file))) return []
    const base = to ?? `/${from}`.split('/').map(encodeURIComponent).join('/')
    const address = relative === '' ? base : `${base.replace(/\/$/, '')}/${relative.split('/').map(encodeURIComponent).join('/')}`
    const result = parseFilePermalink(address)
    const origin = displayPath(root, file)
    if ('permalink' in result) return [{ permalink: result.permalink, file, origin }]
    diagnostics.push(unsafeName(origin, result.problem))
    return []
  })
}

function startsWithFrontMatter(file: string): boolean {
  const handle = fs.openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(5)
    return /^---\r?\n/.test(bytes.toString('latin1', 0, fs.readSync(handle, bytes, 0, 5, 0)))
  } finally {
    fs.closeSync(handle)
  }
}

/** Markdown in the content folder that is in no collection would vanish without a word. */
function unclaimed(settings: Settings, entries: readonly Entry[]): Diagnostic[] {
  const taken = new Set(entries.map(({ origin }) => origin.file))
  const files = walk(settings.root, path.join(settings.root, settings.content)).files
    .filter(({ relative }) => /\.(?:md|markdown)$/i.test(relative) && !relative.split('/').some((part) => part.startsWith('_') || part === 'node_modules'))
    .map(({ file }) => displayPath(settings.root, file))
    .filter((file) => !taken.has(file))
  const [first] = files
  if (first === undefined) return []
  const names = files.slice(0, 5).join(', ') + (files.length > 5 ? ` and ${files.length - 5} more` : '')
  return [{
    severity: 'note', code: 'file-unclaimed', message: `${files.length === 1 ? 'a markdown file is' : `${files.length} markdown files are`} in no collection: ${names}`, at: { file: first },
    fix: 'let a source in site.config take them, for example files(\'**/*.md\'), or put `_` before the name.',
  }]
}

function entryAssets(entry: Entry, root: string, diagnostics: Diagnostic[]): AssetFile[] {
  const { permalink } = entry
  if (permalink === undefined) return []
  return entry.assets.flatMap(({ name, file }) => {
    const result = besidePermalink(permalink, name)
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      diagnostics.push(unreadable(displayPath(root, file), 'it is not a regular file, or not there'))
      return []
    }
    if ('permalink' in result) return [{ permalink: result.permalink, file, origin: displayPath(root, file) }]
    diagnostics.push({ severity: 'error', code: 'permalink-unsafe', message: `the file name ${result.problem}`, at: locate(entry.origin), fix: 'rename the file.' })
    return []
  })
}

function isLoose(relative: string): boolean {
  return !/\.(?:md|markdown)$/i.test(relative) && !relative.split('/').some((part) => part.startsWith('_'))
}

function isKept(name: string): boolean {
  return (!name.startsWith('.') || name === '.well-known') && !/~$|\.(?:bak|orig|swp|tmp)$|^#.*#$/.test(name)
}

/** Regular files below a folder, in order of name; links only where they stay inside of the folder and lead to a file. */
function walk(root: string, folder: string): { files: FoundFile[]; diagnostics: Diagnostic[] } {
  const files: FoundFile[] = []
  const diagnostics: Diagnostic[] = []
  const visit = (relative: string): void => {
    const found = readFolder(path.join(folder, relative))
    if ('problem' in found) return void diagnostics.push(unreadable(displayPath(root, path.join(folder, relative)), found.problem))
    for (const entry of found.entries) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`
      const file = path.join(folder, name)
      if (entry.isDirectory()) visit(name)
      else if (entry.isFile() || (entry.isSymbolicLink() && linksToFileInside(folder, file))) files.push({ relative: name, file })
      else if (isLoose(name)) diagnostics.push(notPublished(displayPath(root, file), entry.isSymbolicLink()))
    }
  }
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) visit('')
  return { files, diagnostics }
}

/** In order of name, without what is never published. */
function readFolder(folder: string): { readonly entries: readonly fs.Dirent[] } | { readonly problem: string } {
  try {
    return { entries: fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => isKept(name)).sort((a, b) => (a.name < b.name ? -1 : 1)) }
  } catch (error) {
    if (isErrno(error)) return { problem: reasonOf(error) }
    throw error
  }
}

function unreadable(file: string, problem: string): Diagnostic {
  return { severity: 'error', code: 'file-read', message: `${file} cannot be read: ${problem}`, at: { file }, fix: 'check that it exists and may be read.' }
}

function linksToFileInside(folder: string, link: string): boolean {
  if (!fs.existsSync(link)) return false
  return isInside(fs.realpathSync(folder), fs.realpathSync(link)) && fs.statSync(link).isFile()
}

function notPublished(file: string, isLink: boolean): Diagnostic {
  return {
    severity: 'warning', code: 'file-kind', message: `${file} is ${isLink ? 'a link that leads nowhere, to a folder, or outside of its folder' : 'not a regular file'}; it is not published`,
    at: { file }, fix: 'put the file itself there, or remove it.',
  }
}

function unsafeName(origin: string, problem: string): Diagnostic {
  return { severity: 'error', code: 'permalink-unsafe', message: `the file name ${problem}`, at: { file: origin }, fix: 'rename the file.' }
}

function displayPath(root: string, file: string): string {
  return isInside(root, file) ? toPosix(path.relative(root, file)) : file.startsWith(themeFolder) ? `theme/${toPosix(path.relative(themeFolder, file))}` : toPosix(file)
}
