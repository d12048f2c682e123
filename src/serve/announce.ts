// Where the server of a site is, for other commands: a file in `.ssg/`, which does not matter if it is missing or old.
import fs from 'node:fs'
import path from 'node:path'
import { isErrno, readIfThere, writeAtomic } from '../util/fs.ts'

interface Announcement { readonly pid: number; readonly host: string; readonly port: number }

const fileOf = (root: string): string => path.join(root, '.ssg/server.json')

export function announce(root: string, { host, port }: Omit<Announcement, 'pid'>): void {
  try {
    writeAtomic(fileOf(root), JSON.stringify({ pid: process.pid, host, port }))
  } catch (error) {
    // A folder that cannot be written: then other commands do not find the server.
    if (!isErrno(error)) throw error
  }
}

export function withdraw(root: string): void {
  if (findServer(root)?.pid === process.pid) fs.rmSync(fileOf(root), { force: true })
}

/** `undefined`: none was started here, or it is gone. */
export function findServer(root: string): Announcement | undefined {
  const text = readIfThere(fileOf(root))
  if (text === undefined) return undefined
  try {
    const found = JSON.parse(text) as Announcement
    process.kill(found.pid, 0)
    return found
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || isErrno(error)) return undefined
    throw error
  }
}
