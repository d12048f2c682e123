// One deploy at a time: an object in the bucket that only one can create. A courtesy, that spares the loser its work; the
// condition on the manifest is what decides. Its age is judged by the server's clock alone.
import { hostname } from 'node:os'
import { fail } from '../core/diagnostic.ts'
import { isErrno } from '../util/fs.ts'
import { findEtag } from './state.ts'
import { StoreError, type Store } from './store.ts'

export interface DeployLock {
  /** `false`: the service ignores conditions, so that nothing can be locked. */
  readonly isSupported: boolean
  /** Throws if somebody else took it. */
  assertHeld(): void
  release(): Promise<void>
}

export interface LockOptions {
  readonly store: Store
  readonly key: string
  /** Different for each run. */
  readonly token: string
  readonly who: string
}

const lifetimeMs = 120_000
const renewMs = 30_000
const triesAtMost = 5
const jsonHeaders = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }

export async function acquireLock(options: LockOptions): Promise<DeployLock> {
  for (let attempt = 1; attempt <= triesAtMost; attempt++) {
    const free = await findFree(options)
    const etag = await take(options, options.token, free)
    if (etag === 'unsupported') return unlocked
    if (etag === undefined) continue
    // A service that ignores conditions shows it here: our own lock must stand in the way.
    const second = await take(options, `${options.token}-again`, 'absent')
    if (second === undefined) return holdLock(options, etag)
    await options.store.remove([options.key])
    return unlocked
  }
  throw locked('others take it again and again')
}

const unlocked: DeployLock = { isSupported: false, assertHeld: () => undefined, release: async () => undefined }

function locked(who: string): Error {
  return fail('deploy-locked', `another deploy is running: ${who}`, { fix: 'wait until it has ended; if it was killed, its lock ends by itself after two minutes.' })
}

/** Throws if somebody holds it; `absent`, or the ETag of a lock that nobody renews any more. */
async function findFree({ store, key }: LockOptions): Promise<'absent' | { etag: string }> {
  const found = await findEtag(store, key) === undefined ? undefined : await store.get(key)
  if (found === undefined) return 'absent'
  const ageMs = (store.serverTime() ?? new Date()).getTime() - (found.lastModified?.getTime() ?? 0)
  const holder = readHolder(found.bytes)
  if (ageMs < lifetimeMs && !hasDied(holder)) throw locked(`${holder.who}, who renewed the lock ${Math.max(0, Math.round(ageMs / 1000))} s ago`)
  return { etag: found.etag }
}

interface Holder {
  readonly who: string
  readonly host?: unknown
  readonly pid?: unknown
}

function readHolder(bytes: Uint8Array): Holder {
  try {
    const lock = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Holder> | null
    return { ...lock, who: typeof lock?.who === 'string' ? lock.who : 'somebody' }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { who: 'somebody' }
  }
}

/** It ran on this machine and was killed: nobody need wait for its lock to end. */
function hasDied({ host, pid }: Holder): boolean {
  if (host !== hostname() || typeof pid !== 'number') return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return isErrno(error, 'ESRCH')
  }
}

/** The ETag of the lock; `undefined`: somebody else was quicker. */
async function take({ store, key, who }: LockOptions, token: string, only: 'absent' | { etag: string }): Promise<string | undefined> {
  try {
    const { etag } = await store.put({ key, bytes: Buffer.from(JSON.stringify({ token, who, host: hostname(), pid: process.pid })), headers: jsonHeaders, token, only })
    return etag
  } catch (error) {
    if (error instanceof StoreError && error.failure === 'unsupported') return 'unsupported'
    if (error instanceof StoreError && (error.failure === 'condition' || error.failure === 'conflict')) return undefined
    throw error
  }
}

function holdLock(options: LockOptions, first: string): DeployLock {
  let etag = first
  let isLost = false
  let renewals = 0
  let renewing: Promise<void> = Promise.resolve()
  let renewedAt = Date.now()
  const renew = async (): Promise<void> => {
    try {
      const renewed = await take(options, `${options.token}-${++renewals}`, { etag })
      if (renewed === undefined) isLost = true
      else [etag, renewedAt] = [renewed, Date.now()]
    } catch (error) {
      // The next time may go well; what counts is how old the lock gets.
      if (!(error instanceof StoreError)) throw error
      isLost ||= Date.now() - renewedAt > lifetimeMs
    }
  }
  const timer = setInterval(() => { renewing = renewing.then(renew) }, renewMs)
  timer.unref()
  return {
    isSupported: true,
    assertHeld() {
      if (isLost) throw fail('deploy-raced', 'another deploy took over, because our lock could not be renewed', { fix: 'run `ssg deploy` again.' })
    },
    async release() {
      clearInterval(timer)
      await renewing
      if (!isLost) await options.store.remove([options.key])
    },
  }
}
