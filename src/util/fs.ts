// Small things that node:fs leaves to its users.
import fs from 'node:fs'
import path from 'node:path'

/** The file is there in full, or as it was. What comes in parts is never held as a whole. */
export function writeAtomic(file: string, content: string | Uint8Array | Iterable<string>): void {
  makeFolder(path.dirname(file))
  const temporary = `${file}.${process.pid}.tmp`
  try {
    if (typeof content === 'string' || content instanceof Uint8Array) fs.writeFileSync(temporary, content)
    else writeParts(temporary, content)
    fs.renameSync(temporary, file)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  }
}

function writeParts(file: string, parts: Iterable<string>): void {
  const fd = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC, 0o644)
  let pending = ''
  const flush = (): void => {
    const bytes = Buffer.from(pending)
    pending = ''
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at)
  }
  try {
    for (const part of parts) if ((pending += part).length > 1 << 20) flush()
    flush()
  } finally {
    fs.closeSync(fd)
  }
}

/** Like `mkdir -p`. Node's own way never ends where the file system refuses with ENOENT, as /proc does. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  if (path.dirname(folder) !== folder) makeFolder(path.dirname(folder))
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    // Another process may have made it at the same moment.
    if (!isFolder(folder)) throw error
  }
}

function isFolder(folder: string): boolean {
  return fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
}

export function readIfThere(file: string): string | undefined {
  return readAs('utf8', file)
}

/** Of a file in which there is nothing but ASCII. */
export function readAsciiIfThere(file: string): string | undefined {
  return readAs('latin1', file)
}

function readAs(encoding: 'utf8' | 'latin1', file: string): string | undefined {
  try {
    return fs.readFileSync(file, encoding)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return undefined
    throw error
  }
}

export function isErrno(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && (codes.length === 0 || codes.includes(error.code))
}

/** Why the system refused, in words. */
export function reasonOf({ code = '', message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up', EACCES: 'permission denied', EPERM: 'permission denied', EROFS: 'the file system is read-only',
  ELOOP: 'there is a link in its place', EISDIR: 'there is a folder in its place', ENOTDIR: 'a file stands where a folder must be',
  ENAMETOOLONG: 'its name is too long for the file system', EMFILE: 'too many files are open',
}

export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

/** With forward slashes, on every system. */
export function toPosix(file: string): string {
  return path.sep === '/' ? file : file.split(path.sep).join('/')
}

/** A path as messages write it: from the root, with forward slashes. */
export function pathIn(root: string, file: string): string {
  return toPosix(path.relative(root, file))
}
