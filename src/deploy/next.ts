// The manifest that a deploy commits, and the one that it leaves in the end. Pure.
import type { Digest } from '../util/hash.ts'
import type { Provenance } from './provenance.ts'
import { sends, type Action, type DeployManifest, type DeployStamp, type Plan, type RemoteFile, type Tombstone } from './types.ts'

export interface NextInput {
  readonly id: string
  readonly at: Date
  readonly plan: Plan
  readonly provenance: Provenance
  /** What was sent, with what the server said. */
  readonly sent: ReadonlyMap<string, RemoteFile>
}

/** One can go back to so many. */
export const historyAtMost = 5

export function nextManifest({ id, at, plan: { actions, state, invalidation }, provenance, sent }: NextInput): DeployManifest {
  const { manifest: last } = state
  const { commit, branch, builder } = provenance
  const deploy: DeployStamp = { id, at: at.toISOString(), builder, ...(commit !== undefined && { commit }), ...(branch !== undefined && { branch }) }
  const number = (last?.number ?? 0) + 1
  const files = new Map<string, RemoteFile>()
  const tombstones = new Map<string, Tombstone>()
  for (const action of actions) {
    const { key, kind } = action
    const file = sends(kind) ? sent.get(key) : kind === 'unchanged' ? unchanged(action, state) : undefined
    if (file) files.set(key, file)
    if (kind === 'kept' || (kind === 'delete' && isOurs(action, state))) tombstones.set(key, buried(action, state, { since: deploy.at, deploy: number }))
  }
  return {
    deploy, number, files, tombstones, ...(invalidation.length > 0 && { pendingInvalidation: pendingOf(id, invalidation, last) }),
    history: [deploy, ...(last?.history ?? [])].slice(0, historyAtMost),
  }
}

/** The same paths are asked for under the same reference, so that a lost answer does not make two of them. */
function pendingOf(id: string, paths: readonly string[], last: DeployManifest | undefined): NonNullable<DeployManifest['pendingInvalidation']> {
  const pending = last?.pendingInvalidation
  return pending !== undefined && pending.paths.join('\n') === paths.join('\n') ? pending : { reference: id, paths }
}

/** As recorded; or sent by a deploy that did not get to record it. */
function unchanged({ key, local }: Action, { manifest, objects, announced }: Plan['state']): RemoteFile | undefined {
  const known = manifest?.files.get(key) ?? manifest?.tombstones.get(key)
  const object = objects.get(key)
  if (known) return { content: known.content, headers: known.headers, kind: local?.kind ?? known.kind, isFingerprinted: local?.isFingerprinted ?? known.isFingerprinted, sizeBytes: known.sizeBytes, etag: known.etag, ...(known.version !== undefined && { version: known.version }) }
  if (local === undefined || object === undefined) return undefined
  const version = announced.get(key)?.version
  return { content: local.content, headers: local.headers, kind: local.kind, isFingerprinted: local.isFingerprinted, sizeBytes: object.sizeBytes, etag: object.etag, ...(version !== undefined && { version }) }
}

const isOurs = ({ key }: Action, { manifest, announced }: Plan['state']): boolean => announced.has(key) || manifest?.files.has(key) === true || manifest?.tombstones.has(key) === true

function buried({ key, kind, sizeBytes }: Action, { manifest, objects }: Plan['state'], now: { since: string; deploy: number }): Tombstone {
  const isDue = kind === 'delete'
  const stone = manifest?.tombstones.get(key)
  if (stone) return { ...stone, isDue }
  const file = manifest?.files.get(key) ?? { content: '' as Digest, headers: {}, kind: 'asset', isFingerprinted: false, sizeBytes, etag: objects.get(key)?.etag ?? '' }
  return { ...file, ...now, isDue }
}

/** The same value if nothing was done. */
export function withoutDone(manifest: DeployManifest, { isInvalidated, deleted }: { readonly isInvalidated: boolean; readonly deleted: ReadonlySet<string> }): DeployManifest {
  if (!isInvalidated && ![...manifest.tombstones.keys()].some((key) => deleted.has(key))) return manifest
  const { pendingInvalidation, ...rest } = manifest
  const tombstones = new Map([...manifest.tombstones].filter(([key]) => !deleted.has(key)))
  return { ...rest, tombstones, ...(!isInvalidated && pendingInvalidation && { pendingInvalidation }) }
}
