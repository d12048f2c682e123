// Single files and folders of the output, with as few calls of the system as it takes, and without following a link.
import fs from 'node:fs'
import { isErrno } from '../util/fs.ts'
import { lookOf } from './looks.ts'

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants

export function writeIfChanged(target: string, content: string | Uint8Array, isKnown: boolean): { changed: boolean; look: string } {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const { fd, isNew } = openForChange(target, isKnown)
  try {
    const before = isNew ? undefined : fs.fstatSync(fd)
    if (before?.size === bytes.length && readAll(fd, before.size).equals(bytes)) return { changed: false, look: lookOf(before) }
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at, bytes.length - at, at)
    // Only where it is needed: a file that was cut to nothing is put on the disk when it is closed, which takes long.
    if (before !== undefined && before.size > bytes.length) fs.ftruncateSync(fd, bytes.length)
    return { changed: true, look: lookOf(fs.fstatSync(fd)) }
  } finally {
    fs.closeSync(fd)
  }
}

/** Never follows a link: with one in its place, this throws ELOOP. Tries first what is likely, for a failed try is dear. */
function openForChange(target: string, isKnown: boolean): { fd: number; isNew: boolean } {
  const open = { fd: (): number => fs.openSync(target, O_RDWR | O_NOFOLLOW), isNew: false }
  const create = { fd: (): number => fs.openSync(target, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644), isNew: true }
  const [first, second] = isKnown ? [open, create] : [create, open]
  try {
    return { fd: first.fd(), isNew: first.isNew }
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EEXIST')) throw error
    return { fd: second.fd(), isNew: second.isNew }
  }
}

let shared = Buffer.alloc(1 << 16)
/** The bytes are valid until the next call. */
function readAll(fd: number, size: number): Buffer {
  if (shared.length < size) shared = Buffer.alloc(size * 2)
  let length = 0
  for (let read = 1; read > 0 && length < size; length += read) read = fs.readSync(fd, shared, length, size - length, length)
  return shared.subarray(0, length)
}

export function statIfThere(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/** `false`: something is there. */
export function makeIfMissing(folder: string): boolean {
  try {
    fs.mkdirSync(folder)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

export function removeEmptyFolder(folder: string): boolean {
  try {
    fs.rmdirSync(folder)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'ENOTDIR')) return false
    throw error
  }
}
