// Lists what is below a folder, in one order on every machine, without opening anything and without leaving the folder.
// Hidden files, backups and `node_modules` are left out. Which files are wanted is files.ts.
import type { Dirent } from 'node:fs'
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { isErrno, isInside } from '../util/fs.ts'
import { reasonOf } from './text-file.ts'

export interface Folder {
  /** Relative to the top, with forward slashes; the top is the empty text. */
  readonly path: string
  /** Names of regular files, sorted. */
  readonly files: readonly string[]
  readonly folders: readonly Folder[]
  /** What is neither, or may not be read. */
  readonly strange: readonly Strange[]
}

export interface Strange {
  readonly path: string
  readonly isFolder: boolean
  readonly code: 'file-kind' | 'file-read'
  /** The end of a sentence that starts with the path. */
  readonly problem: string
  readonly fix: string
}

interface Walk {
  readonly top: string
  readonly realTop: string
  readonly wantsFolder: (path: string, name: string) => boolean
  /** Real paths of folders that a link was followed to. */
  readonly followed: Set<string>
}

/** `top` is absolute. `wantsFolder` says whether to look into a folder. */
export function readTree(top: string, path: string, wantsFolder: Walk['wantsFolder']): Folder {
  const walk: Walk = { top, realTop: realpathSync(top), wantsFolder, followed: new Set() }
  const absolute = path === '' ? top : `${top}/${path}`
  const real = realpathSync(absolute)
  if (real !== walk.realTop && !isInside(walk.realTop, real)) {
    return { path, files: [], folders: [], strange: [{ ...outside, path, isFolder: true }] }
  }
  return readFolder(walk, absolute, path, real)
}

const outside = { code: 'file-kind', problem: 'is a link that leads out of the folder', fix: 'copy what it leads to into the folder, or give it a source of its own.' } as const
const otherKind = { code: 'file-kind', problem: 'is not a regular file (a pipe, socket or device)', fix: 'remove it.' } as const

function readFolder(walk: Walk, absolute: string, path: string, real: string): Folder {
  const files: string[] = []
  const folders: Folder[] = []
  const strange: Strange[] = []
  for (const dirent of list(absolute, path, strange)) {
    const { name } = dirent
    if (isIgnored(name)) continue
    const childPath = path === '' ? name : `${path}/${name}`
    const child = dirent.isSymbolicLink() ? followLink(walk, `${absolute}/${name}`, real) : { kind: kindOf(dirent), real: `${real}/${name}` }
    if ('problem' in child) {
      if (!child.isFolder || walk.wantsFolder(childPath, name)) strange.push({ path: childPath, ...child })
    } else if (child.kind === 'file') files.push(name)
    else if (child.kind === 'other') strange.push({ path: childPath, isFolder: false, ...otherKind })
    else if (walk.wantsFolder(childPath, name)) folders.push(readFolder(walk, `${absolute}/${name}`, childPath, child.real))
  }
  return { path, files, folders, strange }
}

function list(absolute: string, path: string, strange: Strange[]): Dirent[] {
  try {
    return readdirSync(absolute, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    strange.push({ path, isFolder: true, code: 'file-read', problem: `cannot be read: ${reasonOf(error)}`, fix: 'check that it may be read.' })
    return []
  }
}

/** Hidden, a backup of an editor, or somebody else's packages. */
function isIgnored(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules' || /~$|^#.*#$|\.(?:bak|orig|rej|swp|swo|tmp)$/i.test(name)
}

interface Kinds { isFile(): boolean; isDirectory(): boolean }
const kindOf = (entry: Kinds): 'file' | 'folder' | 'other' => (entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other')

/** A link is followed if it stays inside, and each folder once: links to one another would make endlessly many paths. */
function followLink(walk: Walk, link: string, folder: string): { kind: 'file' | 'folder' | 'other'; real: string } | Omit<Strange, 'path'> {
  try {
    const real = realpathSync(link)
    const kind = kindOf(statSync(real))
    const isFolder = kind === 'folder'
    if (real !== walk.realTop && !isInside(walk.realTop, real)) return { ...outside, isFolder }
    if (!isFolder) return { kind, real }
    if (real === folder || isInside(real, folder)) return { code: 'file-kind', isFolder, problem: 'is a link to a folder that it is in itself', fix: 'remove the link.' }
    if (walk.followed.has(real)) return { code: 'file-kind', isFolder, problem: 'is a second link to the same folder', fix: 'remove one of the links.' }
    walk.followed.add(real)
    return { kind, real }
  } catch (error) {
    const problem = isErrno(error, 'ENOENT') ? 'is a link that leads to nothing' : isErrno(error, 'ELOOP') ? 'is a link that leads to itself' : `cannot be followed: ${reasonOf(error)}`
    return { code: 'file-kind', isFolder: false, problem, fix: 'correct or remove the link.' }
  }
}
