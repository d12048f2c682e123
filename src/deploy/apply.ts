// Applies a plan: create, change, commit, invalidate, delete. A failure ends the run before the next phase, so that readers never
// meet a page whose links lead to nothing, and nothing is deleted unless all else went well. May be killed at any request.
import { randomBytes } from 'node:crypto'
import type { Diagnostic } from '../core/diagnostic.ts'
import { SsgError } from '../core/diagnostic.ts'
import type { S3Target } from '../core/deploy.ts'
import type { Cdn } from './cdn.ts'
import { afterCommit, beforeSending, beforeWriting, raced, whileSending } from './failures.ts'
import { acquireLock, type DeployLock } from './lock.ts'
import { manifestText, tokenOf } from './manifest.ts'
import { nextManifest, withoutDone } from './next.ts'
import { createPool, runAll } from './pool.ts'
import type { Provenance } from './provenance.ts'
import { sendFile, type Sender } from './send.ts'
import { findEtag, stateKeys } from './state.ts'
import { StoreError, stoppable, type Store } from './store.ts'
import { sends, type Action, type DeployManifest, type FileKind, type LocalFile, type Plan, type RemoteFile, type UnfinishedUpload } from './types.ts'

export interface ApplyInput {
  readonly store: Store
  readonly cdn?: Cdn | undefined
  readonly target: S3Target
  readonly plan: Plan
  /** The output folder, absolute. */
  readonly folder: string
  readonly provenance: Provenance
  readonly waits: boolean
  readonly signal: AbortSignal
  readonly onProgress: (event: DeployEvent) => void
  readonly bytesOf?: Sender['bytesOf']
}
export interface DeployEvent {
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly doneBytes?: number
  readonly totalBytes?: number
}
export interface Applied {
  readonly manifest: DeployManifest
  readonly diagnostics: readonly Diagnostic[]
}

type Send = Action & { readonly local: LocalFile }

const jsonHeaders = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' }
const deletesAtOnce = 1000

/** Throws if it did not get as far as the commit; what remains after it is told by the diagnostics. */
export async function applyPlan(input: ApplyInput): Promise<Applied> {
  const { target, provenance } = input
  const run = { ...input, id: newId(new Date()), raw: input.store, store: stoppable(input.store, input.signal), keys: stateKeys(target) }
  if (input.signal.aborted) throw beforeWriting(new StoreError('stopped', 'lock', 'the deploy was stopped', undefined), target)
  // With the store that goes on after a stop, for the lock must be given back.
  const lock = await orTell(beforeWriting, input, acquireLock({ store: run.raw, key: run.keys.lock, token: run.id, who: `${provenance.builder}${provenance.commit === undefined ? '' : `, commit ${provenance.commit.slice(0, 10)}`}` }))
  const diagnostics: Diagnostic[] = lock.isSupported ? [] : [{ severity: 'warning', code: 'deploy-unsure', message: 'lock: unsupported: this service ignores conditions, so nothing keeps two deploys from running at once', fix: 'let only one deploy run at a time.' }]
  try {
    const result = await applyLocked({ ...run, lock, announced: [] })
    return { ...result, diagnostics: [...diagnostics, ...result.diagnostics, ...await release(lock)] }
  } catch (error) {
    const failed = await release(lock)
    if (error instanceof SsgError && failed.length > 0) throw new SsgError([...error.diagnostics, ...failed], { cause: error })
    throw error
  }
}

interface Run extends ApplyInput {
  readonly id: string
  /** The store that also answers after a stop. */
  readonly raw: Store
  readonly keys: ReturnType<typeof stateKeys>
  readonly lock: DeployLock
  /** Keys of what this run announced so far. */
  readonly announced: string[]
}

/** Sorts by time; not to be guessed. */
const newId = (now: Date): string => `${now.toISOString().slice(0, 19).replace(/\D/g, '')}-${randomBytes(4).toString('hex')}`

async function orTell<T>(tell: typeof beforeWriting, { target }: ApplyInput, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw tell(error, target)
  }
}

async function release(lock: DeployLock): Promise<Diagnostic[]> {
  try {
    await lock.release()
    return []
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return [{ severity: 'warning', code: 'deploy-unsure', message: `the lock could not be released: ${error.message}; it ends by itself after two minutes` }]
  }
}

async function applyLocked(run: Run): Promise<Applied> {
  await orTell(beforeSending, run, assertUnmoved(run))
  await orTell(beforeSending, run, announceKeys(run))
  const sent = await sendAll(run)
  const committed = await commit(run, sent)
  return await finish(run, committed)
}

/** Nobody else has committed since the plan was made. */
async function assertUnmoved({ store, keys, plan: { state }, lock }: Run): Promise<void> {
  lock.assertHeld()
  const etag = await findEtag(store, keys.manifest)
  if (etag !== state.manifestEtag) throw raced(`${keys.manifest} is not the one that the plan was made with`)
}

/** Before a key is used for the first time it is said to be ours: else, after a kill, nobody could tell. */
async function announceKeys(run: Run): Promise<void> {
  const fresh = run.plan.actions.filter(({ isNew }) => isNew).map(({ key }) => key)
  if (fresh.length > 0) await announce(run, fresh)
}

async function announce({ store, keys, id, announced }: Run, what: readonly string[] | UnfinishedUpload): Promise<void> {
  const key = `${keys.announced}${id}${announced.length === 0 ? '' : `-${announced.length}`}.json`
  announced.push(key)
  const text = JSON.stringify(what)
  await store.put({ key, bytes: Buffer.from(text), headers: jsonHeaders, token: tokenOf(text) })
}

const phases: readonly { readonly name: string; readonly isNew: boolean; readonly kinds: readonly FileKind[] }[] = [
  { name: 'new assets', isNew: true, kinds: ['asset'] },
  { name: 'new pages', isNew: true, kinds: ['page', 'redirect', 'entry-point'] },
  { name: 'changed assets', isNew: false, kinds: ['asset'] },
  { name: 'changed pages', isNew: false, kinds: ['page', 'redirect'] },
  { name: 'home page, feeds and sitemaps', isNew: false, kinds: ['entry-point'] },
]

/** In order, with a barrier after each phase: every target of a page is there before the page. */
async function sendAll(run: Run): Promise<ReadonlyMap<string, RemoteFile>> {
  const { plan, store, folder, lock, bytesOf, onProgress } = run
  const sent = new Map<string, RemoteFile>()
  const pool = createPool()
  store.onSlowDown(() => pool.slowDown())
  const sender: Sender = { store, folder, isConditional: lock.isSupported, announceUpload: (key, upload) => announce(run, { key, upload }), ...(bytesOf && { bytesOf }) }
  const all = plan.actions.filter((action): action is Send => sends(action.kind) && action.local !== undefined)
  const totalBytes = all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let doneBytes = 0
  try {
    for (const { name, isNew, kinds } of phases) {
      const actions = all.filter((action) => (action.isNew === true) === isNew && kinds.includes(action.local.kind))
      if (actions.length === 0) continue
      let done = 0
      onProgress({ phase: name, done, total: actions.length, doneBytes, totalBytes })
      await runAll(actions, async (action) => {
        sent.set(action.key, await sendFile(sender, action))
        doneBytes += action.sizeBytes
        onProgress({ phase: name, done: ++done, total: actions.length, doneBytes, totalBytes })
      }, pool)
      await assertUnmoved(run)
    }
  } catch (error) {
    throw whileSending(error, `${sent.size} of ${all.length} objects were sent`)
  }
  return sent
}

/** From here on the new site is the site. Who loses this race deletes nothing. */
async function commit(run: Run, sent: ReadonlyMap<string, RemoteFile>): Promise<DeployManifest & { readonly etag: string }> {
  const { plan, keys, onProgress } = run
  onProgress({ phase: 'commit', done: 0, total: 1 })
  const manifest = nextManifest({ ...run, at: new Date(), sent })
  try {
    await putManifest(run, manifest, `${keys.history}${run.id}.json`)
    const { etag } = await putManifest(run, manifest, keys.manifest, plan.state.manifestEtag === undefined ? 'absent' : { etag: plan.state.manifestEtag })
    return { ...manifest, etag }
  } catch (error) {
    throw whileSending(error, 'all objects were sent, but not committed')
  }
}

async function putManifest({ store, lock }: Run, manifest: DeployManifest, key: string, only?: 'absent' | { etag: string }): Promise<{ etag: string }> {
  const text = manifestText(manifest)
  return await store.put({ key, bytes: Buffer.from(text), headers: jsonHeaders, token: tokenOf(text), ...(only && lock.isSupported && { only }) })
}

/** Invalidates, deletes, and notes what was done. What fails stays noted for the next run. */
async function finish(run: Run, committed: DeployManifest & { readonly etag: string }): Promise<Applied> {
  const { store, keys, announced, plan: { state } } = run
  const done = { isInvalidated: false, deleted: new Set<string>(), diagnostics: [] as Diagnostic[] }
  let step = 'the invalidation'
  try {
    done.isInvalidated = await invalidate(run, committed)
    step = 'deleting old objects'
    await deleteOld(run, done)
    const manifest = withoutDone(committed, done)
    step = 'noting what was done'
    if (manifest !== committed) await putManifest(run, manifest, keys.manifest, { etag: committed.etag })
    step = 'removing what unfinished deploys left'
    for (const { key, upload } of state.uploads) await store.abandon(key, upload)
    step = 'removing old records'
    const old = [...announced, ...state.announcements, ...state.history.filter((key) => !manifest.history.some(({ id }) => key === `${keys.history}${id}.json`))]
    if (old.length > 0) for (const { key, reason } of await store.remove(old)) throw new StoreError('denied', key, reason, undefined)
    return { manifest, diagnostics: done.diagnostics }
  } catch (error) {
    const told = afterCommit(error, step)
    if (told === undefined) throw error
    return { manifest: committed, diagnostics: [...done.diagnostics, told] }
  }
}

async function invalidate({ cdn, waits, signal, onProgress }: Run, { pendingInvalidation }: DeployManifest): Promise<boolean> {
  if (cdn === undefined || pendingInvalidation === undefined) return false
  onProgress({ phase: 'invalidation', done: 0, total: pendingInvalidation.paths.length })
  await cdn.invalidate(pendingInvalidation.reference, pendingInvalidation.paths, { wait: waits, signal })
  return true
}

async function deleteOld({ plan, store, onProgress }: Run, done: { deleted: Set<string>; diagnostics: Diagnostic[] }): Promise<void> {
  const keys = plan.actions.filter(({ kind }) => kind === 'delete').map(({ key }) => key)
  const failed: { key: string; reason: string }[] = []
  for (let from = 0; from < keys.length; from += deletesAtOnce) {
    onProgress({ phase: 'deleting', done: from, total: keys.length })
    const batch = keys.slice(from, from + deletesAtOnce)
    const refused = await store.remove(batch)
    failed.push(...refused)
    for (const key of batch) if (!refused.some((one) => one.key === key)) done.deleted.add(key)
  }
  const [first] = failed
  if (first) done.diagnostics.push({ severity: 'error', code: 'deploy-remains', message: `the new site is live, but ${failed.length} old object${failed.length === 1 ? '' : 's'} could not be deleted: ${first.key}: ${first.reason}`, fix: 'give the permission to delete, then run `ssg deploy` again.' })
}
