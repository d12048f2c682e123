// What is here x what is there -> what is to be done, each with its reason. Pure: nothing is asked and nothing is sent.
import { invalidationPaths, mergePaths } from './invalidation.ts'
import { recordOf } from './output.ts'
import type { Action, ActionKind, LocalFile, Plan, RemoteFile, RemoteObject, RemoteState, Tombstone } from './types.ts'
import { sends } from './types.ts'

export interface PlanOptions {
  readonly files: ReadonlyMap<string, LocalFile>
  readonly state: RemoteState
  /** ISO moment that decides which old files may go. */
  readonly now: string
  /** Key prefix of the deploy's own records. */
  readonly stateKey: string
  /** Foreign objects are to be deleted, too. */
  readonly deletesForeign?: boolean
  /** How public paths are made of keys; absent: there is no distribution. */
  readonly paths?: { readonly originPath: string }
}

/** Old files whose name says what they hold stay for so long: pages in caches and open tabs still ask for them. */
const keptDays = 7
const keptDeploys = 2

export function planDeploy(options: PlanOptions): Plan {
  const { files, state, paths } = options
  const actions = [...[...files.values()].map((file) => planFile(file, state)), ...planOld(options), ...planForeign(options)]
  actions.sort((a, b) => (a.key < b.key ? -1 : 1))
  const stale = actions.filter((action) => isStale(action, state)).map(({ key }) => key)
  return { actions, state, invalidation: paths === undefined ? [] : mergePaths(invalidationPaths(stale, paths.originPath), state.manifest?.pendingInvalidation?.paths ?? []) }
}

/** Readers may have got something else at this address before, be it "not found". */
function isStale({ kind, key, local, isResumed = false }: Action, { manifest }: RemoteState): boolean {
  const isFingerprinted = local?.isFingerprinted ?? (manifest?.files.get(key) ?? manifest?.tombstones.get(key))?.isFingerprinted ?? false
  return (sends(kind) || kind === 'delete' || isResumed) && !isFingerprinted
}

function planFile(local: LocalFile, { manifest, objects, announced }: RemoteState): Action {
  const { key, sizeBytes } = local
  const object = objects.get(key)
  const known = manifest?.files.get(key) ?? manifest?.tombstones.get(key)
  const act = (kind: ActionKind, reason: string, more: Partial<Action> = {}): Action => ({ kind: kind !== 'unchanged' && local.kind === 'redirect' ? 'redirect' : kind, key, reason, sizeBytes, local, ...more })
  if (object === undefined) {
    const isDrift = manifest?.files.has(key) === true
    return act('create', isDrift ? 'somebody deleted it in the bucket' : 'new', { isNew: true, ...(isDrift && { isDrift }) })
  }
  const sent = announced.get(key)
  if (known === undefined && sent !== undefined) return sent.token === local.record ? act('unchanged', 'sent by an unfinished deploy', { isResumed: true }) : act('change', 'left by an unfinished deploy')
  if (known === undefined) return act('change', 'the bucket has a file of this name that is not ours', { isAdopted: true })
  if (!isAsLeft(object, known)) return act('change', 'not as the last deploy left it', { isDrift: true })
  if (recordOf(known.content, known.headers) === local.record) return act('unchanged', 'same content and headers')
  return known.content === local.content ? act('headers', headerDifference(known, local)) : act('change', 'other content')
}

const isAsLeft = (object: RemoteObject, known: RemoteFile): boolean => object.etag === known.etag && object.sizeBytes === known.sizeBytes

function headerDifference(known: RemoteFile, local: LocalFile): string {
  const names = [...new Set([...Object.keys(known.headers), ...Object.keys(local.headers)])].filter((name) => known.headers[name] !== local.headers[name]).sort()
  return names.map((name) => `${name}: ${known.headers[name] ?? 'none'} -> ${local.headers[name] ?? 'none'}`).join('; ')
}

/** What is ours and not part of the site any more. */
function planOld({ files, state, now }: PlanOptions): Action[] {
  const { manifest, objects, announced } = state
  const old = new Map<string, Action>()
  const give = (key: string, kind: 'delete' | 'kept', reason: string): void => {
    const object = objects.get(key)
    if (object !== undefined && !files.has(key)) old.set(key, { kind, key, reason, sizeBytes: object.sizeBytes })
  }
  for (const key of announced.keys()) give(key, 'delete', 'left by an unfinished deploy')
  for (const [key, { isFingerprinted }] of manifest?.files ?? []) {
    if (isFingerprinted) give(key, 'kept', `not part of the site any more; stays ${keptDays} days and ${keptDeploys} deploys for old pages`)
    else give(key, 'delete', 'not part of the site any more')
  }
  for (const [key, stone] of manifest?.tombstones ?? []) {
    if (isDue(stone, now, (manifest?.number ?? 0) + 1)) give(key, 'delete', stone.isDue ? 'could not be deleted before' : `not part of the site since ${stone.since.slice(0, 10)}`)
    else give(key, 'kept', `not part of the site since ${stone.since.slice(0, 10)}; stays for old pages`)
  }
  return [...old.values()]
}

export function isDue({ isDue: already, since, deploy }: Tombstone, now: string, number: number): boolean {
  return already || (Date.parse(now) - Date.parse(since) >= keptDays * 86_400_000 && number - deploy >= keptDeploys)
}

function planForeign({ files, state, stateKey, deletesForeign = false }: PlanOptions): Action[] {
  const { manifest, objects, announced } = state
  const isOurs = (key: string): boolean => files.has(key) || announced.has(key) || key.startsWith(stateKey) || manifest?.files.has(key) === true || manifest?.tombstones.has(key) === true
  return [...objects.values()].filter(({ key }) => !isOurs(key)).map(({ key, sizeBytes }) => (
    deletesForeign ? { kind: 'delete', key, reason: 'not ours, and --delete-foreign was given', sizeBytes } : { kind: 'foreign', key, reason: 'not ours; left alone', sizeBytes }
  ))
}

/** Whether applying it would send anything. */
export function isEmpty({ actions, state, invalidation }: Plan): boolean {
  return invalidation.length === 0 && state.announcements.length === 0 && !actions.some(({ kind }) => sends(kind) || kind === 'delete') && !hasNewTombstones(actions, state)
}

function hasNewTombstones(actions: readonly Action[], { manifest }: RemoteState): boolean {
  return actions.some(({ kind, key }) => kind === 'kept' && manifest?.tombstones.has(key) !== true)
}
