// What a deploy asks of the place where objects lie. One implementation: s3.ts. Errors are thrown as `StoreError`.

export interface StoredObject {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly lastModified?: Date
  /** The token it was put with. */
  readonly token?: string
}

export interface Put {
  readonly key: string
  readonly bytes: Uint8Array
  /** Names in lower case; `redirect` is the one of the website. */
  readonly headers: Readonly<Record<string, string>>
  /** Goes with the object, so that a lost answer can be told from another writer. */
  readonly token: string
  /** SHA-256 of the bytes, base64, where it is known already. */
  readonly sha256?: string
  /** `absent`: only if nothing is there; an ETag: only if this is there. */
  readonly only?: 'absent' | { readonly etag: string }
}
export interface PutResult {
  readonly etag: string
  readonly version?: string
}

/** A file too large for one request. */
export interface LargePut extends Omit<Put, 'bytes' | 'only' | 'sha256'> {
  readonly sizeBytes: number
  read(from: number, length: number): Uint8Array
  /** Called with the id of the upload before the first part is sent. */
  onBegin(upload: string): Promise<void>
}

export interface Store {
  list(prefix: string, onKeys?: (count: number) => void): Promise<{ key: string; sizeBytes: number; etag: string }[]>
  get(key: string, version?: string): Promise<StoredObject | undefined>
  head(key: string, version?: string): Promise<Omit<StoredObject, 'bytes'> & { version?: string } | undefined>
  put(put: Put): Promise<PutResult>
  putLarge(put: LargePut): Promise<PutResult>
  /** Removes the parts of an upload that will never be completed; it may be gone already. */
  abandon(key: string, upload: string): Promise<void>
  /** At most 1000 keys. What could not be deleted comes back with the reason. */
  remove(keys: readonly string[]): Promise<{ key: string; reason: string }[]>
  /** The server's clock at its last answer. */
  serverTime(): Date | undefined
  /** Called at each answer that asks to slow down. */
  onSlowDown(call: () => void): void
}

export type StoreFailure =
  | 'no-credentials' | 'credentials' | 'denied' | 'bucket' | 'region' | 'clock' | 'address' | 'refused' | 'unreachable' | 'server' | 'condition' | 'conflict' | 'unsupported' | 'stopped' | 'other'

/** What went wrong with one request. */
export class StoreError extends Error {
  readonly failure: StoreFailure
  /** What was asked: `PutObject posts/a/index.html`. */
  readonly request: string
  constructor(failure: StoreFailure, request: string, message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'StoreError'
    this.failure = failure
    this.request = request
  }
}

/**
 * Starts no request any more once the signal is given. Requests that were sent are let end, for their effect would be unknown
 * else.
 */
export function stoppable(store: Store, signal: AbortSignal): Store {
  const check = (request: string): void => {
    if (signal.aborted) throw new StoreError('stopped', request, 'the deploy was stopped', undefined)
  }
  return {
    ...store,
    list: async (prefix, onKeys) => { check(`list ${prefix}`); return await store.list(prefix, onKeys) },
    get: async (key, version) => { check(`get ${key}`); return await store.get(key, version) },
    head: async (key, version) => { check(`head ${key}`); return await store.head(key, version) },
    put: async (put) => { check(`put ${put.key}`); return await store.put(put) },
    putLarge: async (put) => {
      check(`put ${put.key}`)
      return await store.putLarge({ ...put, read: (from, length) => { check(`put ${put.key}`); return put.read(from, length) } })
    },
    abandon: async (key, upload) => { check(`abandon ${key}`); await store.abandon(key, upload) },
    remove: async (keys) => { check('remove'); return await store.remove(keys) },
  }
}
