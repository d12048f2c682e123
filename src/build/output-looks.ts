// How the output folder looks from outside, as far as it is ours: each file of a build. Reading 10,000 folders would take five times as
// long as a look at what must be in them.
import fs from 'node:fs'
import path from 'node:path'
import { ownListName } from '../core/permalink.ts'
import { parseOutputList } from '../core/output-list.ts'
import { readIfThere } from '../util/fs.ts'
import { lookOf, type Looks } from './looks.ts'

/** By the list that lies in the folder. */
export function lookAtOutput(folder: string): Looks {
  const { files } = parseOutputList(readIfThere(path.join(folder, ownListName)) ?? '')
  return ofFolder(folder, [...files, ownListName].map((file) => [`${folder}/${file}`, look(`${folder}/${file}`)]))
}

/** The same by what is known of each file in the folder. */
export function outputLooks(folder: string, known: ReadonlyMap<string, string>): Looks {
  const files = [...known.keys()].filter((file) => file !== ownListName).sort()
  return ofFolder(folder, [...files, ownListName].map((file) => [`${folder}/${file}`, known.get(file) ?? missing]))
}

/** Its time changes with each build, for marks of the build's own. */
function ofFolder(folder: string, looks: readonly (readonly [string, string])[]): Looks {
  return new Map(looks).set(folder, namesIn(folder))
}

/** What lies in the folder itself: a mark of a build that did not end, too. */
function namesIn(folder: string): string {
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort().join('/') : missing
}

const missing = 'missing'
function look(file: string): string {
  const stats = fs.lstatSync(file, { throwIfNoEntry: false })
  return stats === undefined ? missing : lookOf(stats)
}
