// What lies in the folder of another generator, in one order on every machine. Never follows a link that leads out.
import fs from 'node:fs'
import path from 'node:path'
import type { EntryAsset } from '../core/types.ts'
import { readTree, type Folder } from '../sources/file-tree.ts'
import { isErrno } from '../util/fs.ts'

export interface MovedFile {
  /** From the site's root, with forward slashes. */
  readonly path: string
  readonly group: string
  /** Folder whose other files are published with it. */
  readonly bundle?: string
  /** A file beside it that has its header. */
  readonly meta?: string
}

export interface ListOptions {
  readonly wantsFolder?: (path: string, name: string) => boolean
  readonly wantsFile: (path: string, name: string) => boolean
}

/** Paths of regular files below `top`, which is relative to the root; from the root, folder by folder. */
export function listFiles(root: string, top: string, { wantsFolder = () => true, wantsFile }: ListOptions): string[] {
  const folder = path.join(root, top)
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  const prefix = top === '' || top === '.' ? '' : `${top}/`
  const walk = (tree: Folder): string[] => {
    const own = tree.files.map((name) => (tree.path === '' ? name : `${tree.path}/${name}`)).filter((file) => wantsFile(prefix + file, file.slice(file.lastIndexOf('/') + 1)))
    return [...own.map((file) => prefix + file), ...tree.folders.flatMap(walk)]
  }
  return walk(readTree(folder, '', (child, name) => wantsFolder(prefix + child, name)))
}
listFiles.exists = (root: string, file: string): boolean => !file.split('/').includes('..') && fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile() === true

/** Everything beside an `index.md`, but no text and nothing of a folder that has an `index.md` of its own. */
export function listBundle(root: string, bundle: string): EntryAsset[] {
  const isText = (name: string): boolean => /\.(?:md|markdown)$/i.test(name)
  const hasIndex = (folder: string): boolean => folder !== bundle && ['index.md', '_index.md'].some((name) => fs.existsSync(path.join(root, folder, name)))
  return listFiles(root, bundle, { wantsFolder: (folder) => !hasIndex(folder), wantsFile: (_, name) => !isText(name) })
    .map((file) => ({ name: file.slice(bundle.length + 1), file: path.join(root, file) }))
}

/** Names in a folder, sorted; none if it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort()
  } catch (error) {
    if (isErrno(error)) return []
    throw error
  }
}

/** Whether its first line is `---`, as Jekyll wants it of what it works on. */
export function startsWithFrontMatter(file: string): boolean {
  const handle = fs.openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(5)
    return /^---\r?\n/.test(bytes.toString('latin1', 0, fs.readSync(handle, bytes, 0, 5, 0)))
  } finally {
    fs.closeSync(handle)
  }
}
