// Keeps two builds of one site apart: each has a file in the cache folder whose name tells who builds and since when. No name is
// ever used twice, so that the file of a process that is gone can be removed by anybody: it is never that of another build.
// Knows nothing of what is in the cache. Where no file can be made there is no lock, and nothing to remember builds in.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, type Diagnostic } from '../core/diagnostic.ts'
import { isErrno, makeFolder, reasonOf } from '../util/fs.ts'

export interface LockOptions {
  readonly signal: AbortSignal
  /** Called again and again while another build runs; in seconds. */
  readonly onWait?: (waited: number, limit: number) => void
  /** Default: a minute. */
  readonly limitMs?: number
}
export interface Lock {
  /** `false`: the cache folder cannot be written. */
  readonly isHeld: boolean
  /** Why it took longer, or will next time. */
  readonly notes: readonly Diagnostic[]
  release(): void
}

/** Who builds. `born` tells apart processes that had the same number one after the other; empty: not known. */
interface Holder { readonly name: string; readonly pid: number; readonly started: number; readonly born: string; readonly host: string }

/** Whether a process of another machine runs cannot be seen from here; no build takes as long as this. */
const longestMs = 600_000
const lockName = /^lock-(\d+)-(\d+)-(\d*)-(.+)$/

export function isLock(name: string): boolean {
  return lockName.test(name)
}

/** Waits while another build of the site runs, up to a limit; then throws an `SsgError`. */
export async function acquireLock(folder: string, { signal, onWait, limitMs = 60_000 }: LockOptions): Promise<Lock> {
  const started = performance.now()
  for (let hasWaited = false; ; hasWaited = true) {
    const taken = tryLock(folder)
    if (!('holder' in taken)) return hasWaited ? { ...taken, notes: [...taken.notes, waitedNote] } : taken
    const waitedMs = performance.now() - started
    if (waitedMs > limitMs) throw stillLocked(taken.holder, folder)
    onWait?.(Math.floor(waitedMs / 1000), limitMs / 1000)
    await pause(signal)
  }
}

const waitedNote: Diagnostic = { severity: 'note', code: 'locked', message: 'this build waited until another one of the same site had ended' }

function tryLock(folder: string): Lock | { readonly holder: Holder } {
  try {
    makeFolder(folder)
    const holder = findHolder(folder)
    return holder === undefined ? take(folder) : { holder }
  } catch (error) {
    if (isErrno(error)) return { isHeld: false, notes: [noCache(error)], release: () => undefined }
    throw error
  }
}

/** Of two that come at the same moment, at least one sees the other after it has made its own file. */
function take(folder: string): Lock | { readonly holder: Holder } {
  const name = `lock-${process.pid}-${Date.now()}-${birthOf(process.pid) ?? ''}-${encodeURIComponent(os.hostname())}`
  fs.writeFileSync(path.join(folder, name), '', { flag: 'wx' })
  const release = (): void => {
    process.off('exit', release)
    removeLock(folder, name)
  }
  process.on('exit', release)
  const rival = findHolder(folder, name)
  if (rival === undefined) return { isHeld: true, notes: [], release }
  release()
  return { holder: rival }
}

/** Another build that runs. Removes what builds left that were killed. */
function findHolder(folder: string, own?: string): Holder | undefined {
  for (const name of fs.readdirSync(folder)) {
    const holder = name === own ? undefined : parseHolder(name)
    if (holder === undefined) continue
    if (!isGone(holder)) return holder
    removeLock(folder, name)
  }
  return undefined
}

function parseHolder(name: string): Holder | undefined {
  const [, pid, started, born, host] = lockName.exec(name) ?? []
  return host === undefined ? undefined : { name, pid: Number(pid), started: Number(started), born: born ?? '', host }
}

function isGone({ pid, started, born, host }: Holder): boolean {
  if (host !== encodeURIComponent(os.hostname())) return Date.now() - started > longestMs
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Refused: it runs for another user.
    if (isErrno(error, 'ESRCH')) return true
  }
  const now = birthOf(pid)
  return now === 'dead' || (now !== undefined && born !== '' && now !== born)
}

/** When a process began, in ticks of the machine's clock; `undefined` on systems that do not tell. */
function birthOf(pid: number): string | undefined {
  try {
    const [state = '', ...fields] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return 'ZX'.includes(state) ? 'dead' : fields[18]
  } catch (error) {
    if (isErrno(error)) return undefined
    throw error
  }
}

/** What cannot be removed is the file of a process that is gone, as soon as this one has ended. */
function removeLock(folder: string, name: string): void {
  try {
    fs.rmSync(path.join(folder, name), { force: true })
  } catch (error) {
    if (!isErrno(error)) throw error
  }
}

/** Not equally long in two processes, so that they do not meet again. */
async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(50 + (process.pid % 50), undefined, { signal })
  } catch {
    throw fail('interrupted', 'the build was stopped while it waited for another one; the output is as it was')
  }
}

function stillLocked({ name, pid, started, host }: Holder, folder: string): Error {
  return fail('locked', `another build of this site does not end: process ${pid} on ${host}, since ${new Date(started).toISOString()}`, {
    fix: `wait for it or stop it; if there is no such process, remove ${path.join(path.basename(path.dirname(folder)), path.basename(folder), name)}.`,
  })
}

function noCache(error: NodeJS.ErrnoException): Diagnostic {
  return { severity: 'note', code: 'cache-unusable', message: `nothing is kept for the next build, because .ssg/cache cannot be written: ${reasonOf(error)}` }
}
