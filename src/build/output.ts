// The output folder: written only where bytes differ, never outside of it, and only our own files are ever removed. A list of
// our files lies in the folder itself; it names every file before the file is written, so that a kill at any moment leaves
// nothing that the next build does not know as its own.
import fs from 'node:fs'
import path from 'node:path'
import { fail, type Diagnostic, type SsgError } from '../core/diagnostic.ts'
import { outputListText, parseOutputList, type OutputFacts, type OutputList } from '../core/output-list.ts'
import { ownListName, unfinishedMarkName } from '../core/permalink.ts'
import type { OutputPath } from '../core/types.ts'
import { isErrno, isInside, makeFolder, pathIn, readIfThere, reasonOf, toPosix, writeAtomic } from '../util/fs.ts'
import { lookOf } from './looks.ts'
import { makeIfMissing, removeEmptyFolder, statIfThere, writeIfChanged } from './output-files.ts'

/** The list as it is being written: what a killed build leaves of it. */
const isUnfinishedList = (name: string): boolean => /^\.ssg-files\.json\.\d+\.tmp$/.test(name)
/** A whole output on its way: what a killed build leaves of it. */
const isUnfinishedStage = (name: string): boolean => /^\.ssg-new\.\d+\.tmp$/.test(name)
const isUnfinished = (name: string): boolean => isUnfinishedList(name) || isUnfinishedStage(name)
const { O_WRONLY, O_CREAT, O_NOFOLLOW } = fs.constants

/** The bytes of one file, or the file to copy them from. */
export type Content = string | Uint8Array | { readonly copyOf: string }

export interface OutputSummary {
  readonly written: number
  readonly removed: number
  readonly diagnostics: readonly Diagnostic[]
  /** How the list of own files looks. */
  readonly listLook: string
}

export interface OutputFolder {
  /** Begins to write; throws if the folder, or a file in the way, is not ours. Call once, with all paths to come. */
  begin(paths: readonly OutputPath[]): void
  /** Gives the look of the file afterwards. */
  write(file: OutputPath, content: Content): string
  /** How a file looks from outside: the same look, the same bytes. `undefined`: it is not there. */
  look(file: OutputPath): string | undefined
  /** The bytes of a file; `undefined`: it is not there. */
  read(file: OutputPath): Uint8Array | undefined
  /**
   * A folder within, in which a whole output can be made without anybody seeing it; `undefined`: there are files already.
   * To be opened as an output folder of its own.
   */
  stage(): Stage | undefined
  /**
   * Removes what is ours and not among the paths, and names what is not ours, unless it is known that there is no such file. The
   * facts go into the list of own files.
   */
  finish(isAllOurs: boolean, facts?: OutputFacts): OutputSummary
}

export interface Stage {
  readonly folder: string
  /** Moves all that is in it to its place, in place of `begin` and `write`. `paths`: all files in it. */
  publish(paths: readonly OutputPath[]): void
  /** Removes what was not published. */
  discard(): void
}

/** `folder` is absolute; `display` is what messages call it; `root` is the site. Nothing is touched before `begin`. */
export function openOutput(folder: string, display: string, root = folder): OutputFolder {
  const { files: ownFiles, facts: oldFacts } = readOwnList(folder, display)
  const own = new Set(ownFiles)
  const planned = new Set<OutputPath>()
  const safeFolders = new Set<string>()
  let written = 0, removed = 0
  /** Nothing was in it before. */
  let wasEmpty = false

  function begin(paths: readonly OutputPath[]): void {
    for (const file of paths) planned.add(file)
    const inTheWay = statIfThere(folder) === undefined ? [] : paths.filter((file) => !own.has(file) && isForeign(path.join(folder, file)))
    if (inTheWay.length > 0) throw foreignFiles(display, inTheWay)
    guard(display, () => {
      makeFolder(folder)
      removeUnfinished(folder)
    })
    if (paths.some((file) => !own.has(file))) saveOwnList([...own, ...planned], oldFacts)
    guard(display, () => fs.closeSync(fs.openSync(path.join(folder, unfinishedMarkName), O_WRONLY | O_CREAT | O_NOFOLLOW, 0o644)))
    for (const orphan of conflicting(orphans(), planned)) remove(orphan)
  }

  function orphans(): string[] {
    return [...own].filter((file) => !planned.has(file as OutputPath))
  }

  function saveOwnList(files: readonly string[], facts: OutputFacts | undefined): void {
    guard(path.join(display, ownListName), () => writeAtomic(path.join(folder, ownListName), outputListText({ files, ...(facts && { facts }) })))
  }

  function write(file: OutputPath, content: Content): string {
    if (!planned.has(file)) throw new Error(`${file} is not in the plan`)
    const target = path.join(folder, file)
    return guard(path.join(display, file), () => {
      ensureFolder(path.dirname(file), own.has(file))
      const result = writeIfChanged(target, typeof content === 'object' && 'copyOf' in content ? readSource(content.copyOf, root) : content, own.has(file))
      if (result.changed) written++
      return result.look
    })
  }

  function look(file: OutputPath): string | undefined {
    const stats = own.has(file) ? statIfThere(path.join(folder, file)) : undefined
    return stats?.isFile() ? lookOf(stats) : undefined
  }

  function read(file: OutputPath): Uint8Array | undefined {
    return look(file) === undefined || !hasRealFolders(file) ? undefined : fs.readFileSync(path.join(folder, file))
  }

  /** Makes each folder, and refuses links that lead elsewhere. `mayBeThere`: whether to look before, or only if it cannot be made. */
  function ensureFolder(relative: string, mayBeThere: boolean): void {
    if (relative === '.' || safeFolders.has(relative)) return
    ensureFolder(path.dirname(relative), mayBeThere)
    const target = path.join(folder, relative)
    if (mayBeThere || !makeIfMissing(target)) {
      const stats = statIfThere(target)
      if (stats === undefined) fs.mkdirSync(target)
      else if (!stats.isDirectory()) throw fail('output-unsafe', `${path.join(display, relative)} is not a folder${stats.isSymbolicLink() ? ' but a link' : ''}`, { fix: 'remove it.' })
    }
    safeFolders.add(relative)
  }

  function remove(file: string): void {
    const target = path.join(folder, file)
    if (!isInside(folder, target) || !hasRealFolders(file)) return
    guard(path.join(display, file), () => {
      if (statIfThere(target)?.isDirectory() !== false) return
      fs.unlinkSync(target)
      removed++
      for (let parent = path.dirname(target); parent !== folder; parent = path.dirname(parent)) if (!removeEmptyFolder(parent)) break
    })
  }

  /** Whether no link stands between the output folder and a file. */
  function hasRealFolders(file: string): boolean {
    return ancestorsOf(file).every((part) => statIfThere(path.join(folder, part))?.isDirectory())
  }

  function finish(isAllOurs: boolean, facts?: OutputFacts): OutputSummary {
    for (const orphan of orphans()) remove(orphan)
    if (own.size !== planned.size || [...own].some((file) => !planned.has(file as OutputPath)) || JSON.stringify(facts) !== JSON.stringify(oldFacts)) saveOwnList([...planned], facts)
    guard(display, () => fs.rmSync(path.join(folder, unfinishedMarkName), { force: true }))
    const foreign = isAllOurs || wasEmpty ? [] : listFiles(folder).filter((file) => !planned.has(file as OutputPath) && file !== ownListName)
    return { written, removed, listLook: lookOf(fs.statSync(path.join(folder, ownListName))), diagnostics: foreign.length === 0 ? [] : [foreignNote(display, foreign)] }
  }

  function stage(): Stage | undefined {
    const isNew = statIfThere(folder) === undefined
    if (!isNew && fs.readdirSync(folder).some((name) => !isUnfinished(name))) return undefined
    const staged = path.join(folder, `.ssg-new.${process.pid}.tmp`)
    return {
      folder: staged,
      publish(paths) {
        guard(display, () => {
          // The list goes first: it names every file before the file is there.
          const names = fs.readdirSync(staged).sort((a, b) => Number(b === ownListName) - Number(a === ownListName))
          const inTheWay = names.filter((name) => statIfThere(path.join(folder, name)) !== undefined)
          if (inTheWay.length > 0) throw foreignFiles(display, inTheWay)
          for (const name of names) fs.renameSync(path.join(staged, name), path.join(folder, name))
          removeUnfinished(folder)
        })
        for (const file of paths) {
          own.add(file)
          planned.add(file)
        }
        written = planned.size
        wasEmpty = true
      },
      discard() {
        try {
          fs.rmSync(staged, { recursive: true, force: true })
          if (isNew) removeEmptyFolder(folder)
        } catch (error) {
          // Something else is wrong, and is told; the next build tries again.
          if (!isErrno(error)) throw error
        }
      },
    }
  }

  return { begin, write, look, read, stage, finish }
}

function removeUnfinished(folder: string): void {
  for (const name of fs.readdirSync(folder)) if (isUnfinished(name)) fs.rmSync(path.join(folder, name), { recursive: true })
}

/** Removes our own files and the list of them; folders that are then empty, too. */
export function cleanOutput(folder: string, display: string): { removed: number; kept: readonly string[] } {
  if (statIfThere(folder) === undefined) return { removed: 0, kept: [] }
  const output = openOutput(folder, display)
  output.begin([])
  const { removed } = output.finish(false)
  // With files of others in it, the folder stays one that builds know as theirs.
  if (listFiles(folder).every((file) => file === ownListName)) fs.rmSync(path.join(folder, ownListName), { force: true })
  removeEmptyFolder(folder)
  return { removed, kept: statIfThere(folder) === undefined ? [] : listFiles(folder).filter((file) => file !== ownListName) }
}

/** Paths of all files in an output folder that are ours. */
export function listOwnFiles(folder: string, display: string): readonly string[] {
  return readOwnList(folder, display).files
}

/** What the last build said of the folder; throws if it holds files and no list of ours. */
function readOwnList(folder: string, display: string): OutputList {
  const stats = guard(display, () => fs.statSync(folder, { throwIfNoEntry: false }))
  if (stats === undefined) return { files: [] }
  if (!stats.isDirectory()) throw fail('output-foreign', `the output folder ${display} is a file`, { fix: 'remove it, or set another `output` folder.' })
  const list = readIfThere(path.join(folder, ownListName))
  // An unreadable list owns nothing: then every file in the way is refused by name.
  if (list !== undefined) return parseOutputList(list)
  const foreign = fs.readdirSync(folder).filter((name) => !isUnfinished(name)).sort()
  if (foreign.length === 0) return { files: [] }
  throw fail('output-foreign', `the output folder ${display} holds files that this program did not make: ${some(foreign)}`, { at: { file: display }, fix: 'move them elsewhere, or choose another folder.' })
}

/** The bytes of a file to be copied; a fault is one of the file, not of the output. */
function readSource(file: string, root: string): Uint8Array {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    if (!isErrno(error)) throw error
    const name = pathIn(root, file)
    throw fail('file-read', `${name} cannot be read: ${reasonOf(error)}`, { at: { file: name }, fix: 'check that it is a regular file that may be read.' }, { cause: error })
  }
}

/** Orphans that stand where a folder must be, or in a folder that must become a file. */
function conflicting(orphans: readonly string[], planned: ReadonlySet<string>): string[] {
  if (orphans.length === 0) return []
  const folders = new Set([...planned].flatMap((file) => ancestorsOf(file)))
  return orphans.filter((orphan) => folders.has(orphan) || ancestorsOf(orphan).some((folder) => planned.has(folder)))
}

function ancestorsOf(file: string): string[] {
  const parts = file.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

function listFiles(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((found) => !found.isDirectory())
    .map((found) => toPosix(path.relative(folder, path.join(found.parentPath, found.name))))
    .sort()
}

/** A folder in the way may hold orphans of ours; if not, writing fails by itself. */
function isForeign(file: string): boolean {
  return statIfThere(file)?.isDirectory() === false
}

function foreignFiles(display: string, files: readonly string[]): SsgError {
  return fail('output-foreign', `${files.length === 1 ? 'a file' : `${files.length} files`} in ${display} would be overwritten that this program did not make: ${some(files)}`, {
    at: { file: `${display}/${files[0]}` }, fix: 'move it away, or set another `output` folder.',
  })
}

function foreignNote(display: string, files: readonly string[]): Diagnostic {
  return { severity: 'note', code: 'output-foreign', message: `${files.length === 1 ? 'a file' : `${files.length} files`} in ${display} that this program did not make ${files.length === 1 ? 'was' : 'were'} left alone: ${some(files)}` }
}

function some(files: readonly string[]): string {
  return files.slice(0, 5).join(', ') + (files.length > 5 ? ` and ${files.length - 5} more` : '')
}

/** Turns the system's refusals into located errors. */
export function guard<T>(file: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!isErrno(error)) throw error
    const unsafe = error.code === 'ELOOP'
    throw fail(unsafe ? 'output-unsafe' : 'output-write', `${toPosix(file)} cannot be written: ${reasonOf(error)}`, { at: { file: toPosix(file) }, fix: unsafe ? 'remove the link.' : 'make room or give write permission, then build again.' }, { cause: error })
  }
}
