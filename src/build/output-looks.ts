// How the output folder looks from outside, as far as it is ours: each file of a build, and the folders that hold them, in which
// nothing can come or go unseen. Reading 10,000 folders would take five times as long as a look at what must be in them.
import fs from 'node:fs'
import path from 'node:path'
import { ownListName } from '../core/permalink.ts'
import { parseOutputList } from '../core/output-list.ts'
import { readIfThere } from '../util/fs.ts'
import { lookOf, type Looks } from './looks.ts'

/** By the list that lies in the folder. */
export function lookAtOutput(folder: string): Looks {
  const { files } = parseOutputList(readIfThere(path.join(folder, ownListName)) ?? '')
  const looks = new Map<string, string>()
  for (const file of [...files, ownListName]) looks.set(`${folder}/${file}`, look(`${folder}/${file}`, lookOf))
  for (const [name, found] of lookAtFolders(folder, files)) looks.set(name, found)
  return looks
}

/** Of the folders that hold some files. */
export function lookAtFolders(folder: string, files: Iterable<string>): Looks {
  const parents = new Set<string>()
  for (const file of files) for (let end = file.lastIndexOf('/'); end > 0 && !parents.has(file.slice(0, end)); end = file.lastIndexOf('/', end - 1)) parents.add(file.slice(0, end))
  const looks = new Map([...parents].map((name) => [`${folder}/${name}`, look(`${folder}/${name}`, folderLook)]))
  // Its time changes with each build, for marks of the build's own.
  return looks.set(folder, fs.existsSync(folder) ? fs.readdirSync(folder).sort().join('/') : missing)
}

const missing = 'missing'
/** Its size and the time of its last change say nothing: both may differ after it was moved. */
const folderLook = (stats: fs.Stats): string => (stats.isDirectory() ? `${stats.mtimeMs} ${stats.ino}` : missing)

function look(file: string, describe: (stats: fs.Stats) => string): string {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false })
  return stats === undefined ? missing : describe(stats)
}
