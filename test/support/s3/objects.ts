// The objects of the S3 in the tests: versions, ETags, listing. Knows nothing of HTTP.
import { createHash } from 'node:crypto'

export interface StoredVersion {
  readonly id: string
  readonly bytes: Buffer
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  readonly modified: Date
  /** Absent in time: a delete marker. */
  readonly isDeleted: boolean
}

export interface Bucket {
  readonly versions: Map<string, StoredVersion[]>
  get(key: string, version?: string): StoredVersion | undefined
  put(key: string, bytes: Buffer, headers: Readonly<Record<string, string>>, etag?: string): StoredVersion
  remove(key: string): void
  keys(): string[]
}

export interface BucketOptions {
  /** ETags that say nothing of the content, as with SSE-KMS. */
  readonly opaqueEtags: boolean
  readonly keepsVersions: boolean
  readonly now: () => Date
}

export function createBucket({ opaqueEtags, keepsVersions, now }: BucketOptions): Bucket {
  const versions = new Map<string, StoredVersion[]>()
  let count = 0
  const newest = (key: string): StoredVersion | undefined => versions.get(key)?.at(-1)
  const add = (key: string, version: Omit<StoredVersion, 'id' | 'modified'>): StoredVersion => {
    const stored = { ...version, id: `v${String(++count).padStart(6, '0')}`, modified: now() }
    versions.set(key, keepsVersions ? [...versions.get(key) ?? [], stored] : [stored])
    return stored
  }
  return {
    versions,
    get(key, version) {
      const found = version === undefined ? newest(key) : versions.get(key)?.find(({ id }) => id === version)
      return found?.isDeleted ? undefined : found
    },
    put(key, bytes, headers, etag) {
      const md5 = createHash('md5').update(bytes).update(opaqueEtags ? `secret ${count}` : '').digest('hex')
      return add(key, { bytes, headers, etag: etag ?? md5, isDeleted: false })
    },
    remove(key) {
      if (newest(key) === undefined) return
      if (keepsVersions) add(key, { bytes: Buffer.alloc(0), headers: {}, etag: '', isDeleted: true })
      else versions.delete(key)
    },
    keys: () => [...versions].filter(([, list]) => list.at(-1)?.isDeleted === false).map(([key]) => key).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  }
}
