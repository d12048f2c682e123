// Back to the site of an earlier deploy: its record says which objects it had; what they held comes from the versions that the
// bucket keeps. Everything is looked for before the first write.
import { gunzipSync } from 'node:zlib'
import type { S3Target } from '../core/deploy.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import { digest } from '../util/hash.ts'
import { beforeWriting } from './failures.ts'
import { pathsOf } from './deploy.ts'
import { parseManifest } from './manifest.ts'
import { recordOf } from './output.ts'
import { planDeploy } from './plan.ts'
import { runAll } from './pool.ts'
import { loadState, stateKeys } from './state.ts'
import { StoreError, type Store } from './store.ts'
import { sends, type DeployManifest, type DeployStamp, type LocalFile, type Plan, type RemoteFile, type RemoteState } from './types.ts'

export interface Rollback {
  readonly to: DeployStamp
  readonly plan: Plan
  bytesOf(local: LocalFile): Promise<Uint8Array>
}

/** Deploys that left a record, the live one first. */
export async function listDeploys(store: Store, target: S3Target): Promise<readonly DeployStamp[]> {
  try {
    return (await loadState(store, target)).manifest?.history ?? []
  } catch (error) {
    throw beforeWriting(error, target)
  }
}

/** `wanted` is an id or its beginning; absent: the deploy before the live one. */
export async function planRollback(store: Store, target: S3Target, wanted: string | undefined): Promise<Rollback> {
  try {
    const state = await loadState(store, target)
    const to = chooseDeploy(state, wanted)
    const { files } = await readRecord(store, target, to.id)
    const plan = planDeploy({ files: new Map([...files].map(([key, file]) => [key, asLocal(key, file, target)])), state, now: new Date().toISOString(), stateKey: stateKeys(target).prefix, ...pathsOf(target) })
    await assertKept(store, plan, files, to)
    return { to, plan, bytesOf: (local) => readBytes(store, local, files) }
  } catch (error) {
    throw beforeWriting(error, target)
  }
}

function chooseDeploy({ manifest }: RemoteState, wanted: string | undefined): DeployStamp {
  const [live, ...earlier] = manifest?.history ?? []
  if (live === undefined) throw fail('rollback-missing', 'nothing was ever deployed here', { fix: 'run `ssg deploy`.' })
  const found = wanted === undefined ? earlier[0] : earlier.find(({ id }) => id.startsWith(wanted))
  if (found) return found
  if (wanted === undefined) throw fail('rollback-missing', 'there is only one deploy, and it is live', { fix: 'there is nothing to go back to.' })
  throw fail('rollback-missing', `there is no earlier deploy "${wanted}"`, { fix: earlier.length === 0 ? 'there is nothing to go back to.' : `choose one of ${earlier.map(({ id }) => id).join(', ')}.` })
}

async function readRecord(store: Store, target: S3Target, id: string): Promise<DeployManifest> {
  const key = `${stateKeys(target).history}${id}.json`
  const stored = await store.get(key)
  if (stored === undefined) throw fail('rollback-missing', `the record of deploy ${id} is not in the bucket any more`, { fix: 'choose another one: `ssg rollback --list`.' })
  return parseManifest(Buffer.from(stored.bytes).toString('utf8'), key)
}

/** As if it lay in the output folder; packed bytes are sent as they were kept. */
function asLocal(key: string, file: RemoteFile, { prefix = '' }: S3Target): LocalFile {
  return { ...file, key, path: key.slice(prefix.length), sha256: '', isPacked: false, record: recordOf(file.content, file.headers) }
}

const namedAtMost = 5

async function assertKept(store: Store, { actions, state }: Plan, files: ReadonlyMap<string, RemoteFile>, to: DeployStamp): Promise<void> {
  const lost: string[] = []
  await runAll(actions.filter(({ kind }) => sends(kind)), async ({ key }) => {
    const version = files.get(key)?.version
    const found = version === undefined ? isThere(state, key, files.get(key)) : await store.head(key, version)
    if (!found) lost.push(key)
  })
  if (lost.length === 0) return
  throw fail('rollback-missing', `${lost.length} objects of deploy ${to.id} are not kept: ${lost.sort().slice(0, namedAtMost).join(', ')}${lost.length > namedAtMost ? ' and others' : ''}`, {
    fix: `turn on versioning for the bucket, so that later deploys can be gone back to; for this one, build ${to.commit === undefined ? 'its commit' : `commit ${to.commit.slice(0, 10)}`} and deploy it with --allow-older.`,
  })
}

const isThere = ({ objects }: RemoteState, key: string, file: RemoteFile | undefined): boolean => file !== undefined && objects.get(key)?.etag === file.etag

async function readBytes(store: Store, { key, content }: LocalFile, files: ReadonlyMap<string, RemoteFile>): Promise<Uint8Array> {
  const stored = await store.get(key, files.get(key)?.version)
  if (stored === undefined) throw new StoreError('other', `GetObject ${key}`, 'its version is not there any more', undefined)
  const isPacked = stored.bytes[0] === 0x1f && stored.bytes[1] === 0x8b
  if (digest(stored.bytes) !== content && !(isPacked && digest(gunzipSync(stored.bytes)) === content)) {
    throw new SsgError([{ severity: 'error', code: 'deploy-failed', message: `the version of ${key} that the bucket keeps is not what was deployed; nothing was deleted`, fix: 'build the commit and deploy it.' }])
  }
  return stored.bytes
}
