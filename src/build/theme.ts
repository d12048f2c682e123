// Where templates come from: the site's own folder first, then the theme that comes with this package.
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../core/settings.ts'
import { readIfThere, toPosix } from '../util/fs.ts'

/** Absolute path of this package, from the sources as from their compiled form. */
export const packageFolder = packageRoot(path.dirname(fileURLToPath(import.meta.url)))
/** Absolute path of the default theme. */
export const themeFolder = path.join(packageFolder, 'templates')

function packageRoot(folder: string): string {
  return fs.existsSync(path.join(folder, 'package.json')) ? folder : packageRoot(path.dirname(folder))
}

/** Text of a template and what messages call its file. */
export function readTemplate(settings: Settings, name: string): { text: string; file: string } | undefined {
  const own = readIfThere(path.join(settings.root, settings.templates.folder, name))
  if (own !== undefined) return { text: own, file: `${toPosix(settings.templates.folder)}/${name}` }
  const theme = readIfThere(path.join(themeFolder, name))
  return theme === undefined ? undefined : { text: theme, file: `theme/${name}` }
}

/** Names of all templates, for "did you mean". */
export function templateNames(settings: Settings): string[] {
  const names = [path.join(settings.root, settings.templates.folder), themeFolder].flatMap((folder) => (fs.existsSync(folder)
    ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:njk|html|xml|txt)$/.test(name)).map(toPosix)
    : []))
  return [...new Set(names)].sort()
}
