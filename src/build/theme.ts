// Where templates come from: the site's own folder first, then the theme that comes with this package.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../core/settings.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import { readTextFile } from '../sources/text-file.ts'
import { isErrno, isInside, toPosix } from '../util/fs.ts'

/** Absolute path of this package, from the sources as from their compiled form. */
export const packageFolder = packageRoot(path.dirname(fileURLToPath(import.meta.url)))
/** Absolute path of the default theme. */
export const themeFolder = path.join(packageFolder, 'templates')

function packageRoot(folder: string): string {
  return fs.existsSync(path.join(folder, 'package.json')) ? folder : packageRoot(path.dirname(folder))
}

/** Text of a template and what messages call its file. */
export function readTemplate(settings: Settings, name: string): { text: string; file: string } | undefined {
  const folder = path.join(settings.root, settings.templates.folder)
  return readIn(folder, name, `${toPosix(settings.templates.folder)}/${name}`) ?? readIn(themeFolder, name, `theme/${name}`)
}

/** Throws if the file is no text, cannot be read, or is a link that leads out of the folder. */
function readIn(folder: string, name: string, file: string): { text: string; file: string } | undefined {
  const absolute = path.join(folder, name)
  if (!isThere(absolute)) return undefined
  if (!isInside(fs.realpathSync(folder), fs.realpathSync(absolute))) throw fail('file-kind', `${file} is a link that leads out of the folder`, { at: { file }, fix: 'copy what it leads to into the folder.' })
  const read = readTextFile(absolute, file)
  if ('problem' in read) throw new SsgError([read.problem])
  return { text: read.text, file }
}

function isThere(file: string): boolean {
  try {
    return fs.existsSync(fs.realpathSync(file))
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP')) return false
    throw error
  }
}

/** Names of all templates, for "did you mean". */
export function templateNames(settings: Settings): string[] {
  const names = [path.join(settings.root, settings.templates.folder), themeFolder].flatMap((folder) => (fs.existsSync(folder)
    ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:njk|html|xml|txt)$/.test(name)).map(toPosix)
    : []))
  return [...new Set(names)].sort()
}
