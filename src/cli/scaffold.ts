// Creates files for people to edit. All or none; never overwrites.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, messageOf, SsgError } from '../core/diagnostic.ts'
import { isErrno, makeFolder } from '../util/fs.ts'

/** Path relative to `folder` -> text. */
export function createFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const inTheWay = Object.keys(files).filter((name) => existsSync(join(folder, name)))
  if (inTheWay.length > 0) throw new SsgError(inTheWay.map((name) => existsAlready(name)))
  for (const [name, text] of Object.entries(files)) createFile(join(folder, name), name, text)
}

function existsAlready(name: string): { severity: 'error'; code: 'new-exists'; message: string; at: { file: string }; fix: string } {
  return { severity: 'error', code: 'new-exists', message: `${name} exists already, and is left as it is`, at: { file: name }, fix: 'choose another name, or remove the file.' }
}

function createFile(path: string, name: string, text: string): void {
  try {
    makeFolder(dirname(path))
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new SsgError([existsAlready(name)], { cause: error })
    throw fail('output-write', `${name} cannot be written: ${messageOf(error)}`, { at: { file: name }, fix: 'make room or give write permission, then try again.' }, { cause: error })
  }
}
