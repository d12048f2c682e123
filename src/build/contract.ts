// The lock file of public addresses: reads, checks and writes `urls.lock` at the site's root. What it means is core/url-lock.ts.
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import { lockName, type UrlLock } from '../core/url-lock.ts'
import { isErrno, readIfThere, reasonOf, writeAtomic } from '../util/fs.ts'

interface Written { readonly version: 1; readonly urls: readonly string[]; readonly feedIds: Readonly<Record<string, string>> }

/** `undefined`: the site has made no promise. Throws `SsgError` if the file is not what `ssg urls` writes. */
export function readLock(root: string): UrlLock | undefined {
  const text = readLockText(root)
  if (text === undefined) return undefined
  const written = parseLock(text)
  if (written !== undefined) return { urls: written.urls, feedIds: new Map(Object.entries(written.feedIds)) }
  throw fail('url-lock', `${lockName} is not what \`ssg urls record\` writes`, { at: { file: lockName }, fix: 'take it from your version control, or record it anew.' })
}

function readLockText(root: string): string | undefined {
  try {
    return readIfThere(path.join(root, lockName))
  } catch (error) {
    if (!isErrno(error)) throw error
    throw fail('url-lock', `${lockName} cannot be read: ${reasonOf(error)}`, { at: { file: lockName }, fix: 'check what it is, and whether it may be read.' })
  }
}

function parseLock(text: string): Written | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { version, urls, feedIds } = value as Partial<Record<keyof Written, unknown>>
    const isPath = (one: unknown): boolean => typeof one === 'string' && one.startsWith('/')
    const areIds = typeof feedIds === 'object' && feedIds !== null && !Array.isArray(feedIds) && Object.entries(feedIds).every(([url, id]) => isPath(url) && typeof id === 'string')
    return version === 1 && Array.isArray(urls) && urls.every(isPath) && areIds ? value as Written : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** One address on a line, so that version control shows each. */
export function writeLock(root: string, { urls, feedIds }: UrlLock): void {
  const written: Written = { version: 1, urls: [...new Set(urls)].sort(), feedIds: Object.fromEntries([...feedIds].sort(([a], [b]) => (a < b ? -1 : 1))) }
  try {
    writeAtomic(path.join(root, lockName), `${JSON.stringify(written, undefined, 1)}\n`)
  } catch (error) {
    if (!isErrno(error)) throw error
    const problem: Diagnostic = { severity: 'error', code: 'output-write', message: `${lockName} cannot be written: ${reasonOf(error)}`, at: { file: lockName }, fix: 'make room or give write permission, then try again.' }
    throw new SsgError([problem], { cause: error })
  }
}
