// Reads what the bucket holds: the list of objects, the manifest, and what unfinished deploys left. Sends only GET, HEAD and List.
import type { S3Target } from '../core/deploy.ts'
import { parseManifest } from './manifest.ts'
import { runAll } from './pool.ts'
import type { Store } from './store.ts'
import type { RemoteObject, RemoteState, UnfinishedUpload } from './types.ts'

/** The keys of the deploy's own records. */
export interface StateKeys {
  readonly prefix: string
  readonly manifest: string
  readonly lock: string
  /** Folders of one record for each unfinished deploy, and for each deploy that can be gone back to. */
  readonly announced: string
  readonly history: string
}

export function stateKeys({ prefix = '', stateKey = `${prefix}.ssg/` }: S3Target): StateKeys {
  return {
    prefix: stateKey, manifest: `${stateKey}manifest.json`, lock: `${stateKey}lock`,
    announced: `${stateKey}announced/`, history: `${stateKey}history/`,
  }
}

export async function loadState(store: Store, target: S3Target, onKeys?: (count: number) => void): Promise<RemoteState> {
  const keys = stateKeys(target)
  const { prefix = '' } = target
  const list = async (): Promise<RemoteObject[]> => {
    const site = await store.list(prefix, onKeys)
    return keys.prefix.startsWith(prefix) ? site : [...site, ...await store.list(keys.prefix)]
  }
  const listed = await list()
  // Asked for only if it is there: with a policy for one prefix, S3 says "no permission" of what is missing.
  const stored = listed.some(({ key }) => key === keys.manifest) ? await store.get(keys.manifest) : undefined
  const manifest = stored && parseManifest(Buffer.from(stored.bytes).toString('utf8'), keys.manifest)
  const records = listed.filter(({ key }) => key.startsWith(keys.prefix)).map(({ key }) => key)
  const objects = new Map(listed.filter(({ key }) => !key.startsWith(keys.prefix)).map((object) => [object.key, object]))
  const announcements = records.filter((key) => key.startsWith(keys.announced))
  const read = await Promise.all(announcements.map((key) => readAnnouncement(store, key)))
  const wanted = new Set(read.flatMap((announced) => ('keys' in announced ? announced.keys : [])))
  return {
    ...(manifest && stored && { manifest, manifestEtag: stored.etag }),
    objects, announcements, uploads: read.flatMap((announced) => ('upload' in announced ? [announced] : [])), announced: await findSent(store, [...wanted].filter((key) => objects.has(key) && manifest?.files.has(key) !== true)),
    history: records.filter((key) => key.startsWith(keys.history)),
  }
}

/** The ETag of an object that may not be there. */
export async function findEtag(store: Store, key: string): Promise<string | undefined> {
  return (await store.list(key)).find((object) => object.key === key)?.etag
}

/** New keys that a deploy is going to use, or one large file that it began to send. */
async function readAnnouncement(store: Store, key: string): Promise<{ keys: readonly string[] } | UnfinishedUpload> {
  const stored = await store.get(key)
  if (stored === undefined) return { keys: [] }
  try {
    const said = JSON.parse(Buffer.from(stored.bytes).toString('utf8')) as Partial<UnfinishedUpload> | readonly unknown[] | null
    if (said !== null && 'upload' in said && typeof said.upload === 'string' && typeof said.key === 'string') return { key: said.key, upload: said.upload }
    return { keys: Array.isArray(said) ? said.filter((entry) => typeof entry === 'string') : [] }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { keys: [] }
  }
}

/** Announced is not yet sent: only an object that carries our token is ours. */
async function findSent(store: Store, keys: readonly string[]): Promise<RemoteState['announced']> {
  const sent = new Map<string, { token: string; version?: string }>()
  await runAll(keys, async (key) => {
    const found = await store.head(key)
    if (found?.token !== undefined) sent.set(key, { token: found.token, ...(found.version !== undefined && found.version !== 'null' && { version: found.version }) })
  })
  return sent
}
