// How files look from outside: by size, times and identity. Two equal looks of a file mean equal bytes; no file is opened.
import fs from 'node:fs'
import { isErrno } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'

/** Absolute path -> look. */
export type Looks = ReadonlyMap<string, string>

/** Before the look of a file that changed a moment ago: it may change again without looking different. Equal to nothing. */
const unsettled = '?'
/** Clocks of file systems tick slowly: what changed later than this before a scan is unsettled. */
export const tickMs = 50

/** The same look, the same bytes. */
export function lookOf({ size, mtimeMs, ctimeMs, ino }: fs.Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`
}

/** All files at or below some paths; `undefined`: one is a link or something else that does not show its changes. */
export function scanLooks(paths: readonly string[], settledBefore = Infinity): Looks | undefined {
  const looks = new Map<string, string>()
  const visit = (file: string, stats: fs.Stats): boolean => {
    if (stats.isDirectory()) return fs.readdirSync(file).every((name) => visitPath(`${file}/${name}`))
    if (!stats.isFile()) return false
    looks.set(file, stats.ctimeMs > settledBefore || stats.mtimeMs > settledBefore ? unsettled + lookOf(stats) : lookOf(stats))
    return true
  }
  const visitPath = (file: string): boolean => {
    const stats = fs.lstatSync(file, { throwIfNoEntry: false })
    return stats === undefined || visit(file, stats)
  }
  try {
    return paths.every(visitPath) ? looks : undefined
  } catch (error) {
    if (isErrno(error)) return undefined
    throw error
  }
}

/** `undefined`: a file is unsettled. Their order counts; systems and lists give it again as long as nothing changes. */
export function digestLooks(looks: Looks): Digest | undefined {
  for (const look of looks.values()) if (look.startsWith(unsettled)) return undefined
  return digest(`${[...looks.keys()].join('\0')}\0\0${[...looks.values()].join('\0')}`)
}

/** Files that look different; `undefined`: some came or went. */
export function changedFiles(before: Looks, after: Looks): string[] | undefined {
  if (before.size !== after.size) return undefined
  const changed: string[] = []
  for (const [file, look] of after) {
    const last = before.get(file)
    if (last === undefined) return undefined
    if (last !== look || look.startsWith(unsettled)) changed.push(file)
  }
  return changed
}
