// Sends one file: reads it anew, makes sure that it is still the one that was planned, packs it if it is to be packed.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { fail } from '../core/diagnostic.ts'
import { largeBytes } from './s3-multipart.ts'
import type { Store } from './store.ts'
import type { Action, LocalFile, RemoteFile } from './types.ts'

export interface Sender {
  readonly store: Store
  /** The output folder, absolute. */
  readonly folder: string
  /** Whether the service knows conditions. */
  readonly isConditional: boolean
  /** In place of the file's bytes: what a rollback brings back. */
  readonly bytesOf?: (local: LocalFile) => Promise<Uint8Array>
  /** Writes down that parts of this file will lie in the bucket: else, after a kill, nobody could remove them. */
  announceUpload(key: string, upload: string): Promise<void>
}

const { O_RDONLY, O_NOFOLLOW } = fs.constants
/** From here on it pays to ask first whether an unfinished deploy sent it already. */
const askBytes = 256 << 10

export async function sendFile(sender: Sender, action: Action & { local: LocalFile }): Promise<RemoteFile> {
  const { store, isConditional } = sender
  const { local } = action
  const { key, headers, record: token, content, kind, isFingerprinted, sizeBytes } = local
  const sent = { content, headers, kind, isFingerprinted }
  if (action.isDrift && !action.isNew && sizeBytes > askBytes) {
    const found = await store.head(key)
    const object = found?.token === token ? found : undefined
    if (object) return { ...sent, sizeBytes: packedSize(local) ?? await sizeOf(store, key, sizeBytes), etag: object.etag, ...(object.version !== undefined && { version: object.version }) }
  }
  if (sizeBytes > largeBytes && !local.isPacked && sender.bytesOf === undefined) {
    const result = await withFile(sender, local, (read) => store.putLarge({ key, headers, token, sizeBytes, read, onBegin: (upload) => sender.announceUpload(key, upload) }))
    return { ...sent, ...result, sizeBytes }
  }
  const bytes = packed(local, await readPlanned(sender, local))
  const result = await store.put({ key, bytes, headers, token, ...(!local.isPacked && sender.bytesOf === undefined && { sha256: local.sha256 }), ...(action.isNew && isConditional && { only: 'absent' }) })
  return { ...sent, ...result, sizeBytes: bytes.length }
}

function packed({ isPacked }: LocalFile, bytes: Uint8Array): Uint8Array {
  if (!isPacked) return bytes
  const result = gzipSync(bytes, { level: 9 })
  // The system has no say in the bytes.
  result.writeUInt8(255, 9)
  return result
}

const changed = (local: LocalFile): Error => fail('deploy-failed', `${local.path} changed after the plan was made; nothing was deleted`, { fix: 'let the build end before you deploy, then run `ssg deploy` again.' })

async function readPlanned({ folder, bytesOf }: Sender, local: LocalFile): Promise<Uint8Array> {
  if (bytesOf) return await bytesOf(local)
  const bytes = readWhole(path.join(folder, local.path), local.sizeBytes)
  if (bytes === undefined || createHash('sha256').update(bytes).digest('base64') !== local.sha256) throw changed(local)
  return bytes
}

/** One byte more than is expected, so that a file that grew is not taken for the one that was planned. */
function readWhole(file: string, sizeBytes: number): Uint8Array | undefined {
  const fd = openIfThere(file)
  if (fd === undefined) return undefined
  try {
    const bytes = Buffer.allocUnsafe(sizeBytes + 1)
    return bytes.subarray(0, fill(fd, bytes, 0))
  } finally {
    fs.closeSync(fd)
  }
}

/** How many bytes there are: fewer than asked for only at the end of the file. */
function fill(fd: number, bytes: Uint8Array, from: number): number {
  let filled = 0
  for (let read = 1; read > 0 && filled < bytes.length; filled += read) read = fs.readSync(fd, bytes, filled, bytes.length - filled, from + filled)
  return filled
}

function openIfThere(file: string): number | undefined {
  try {
    return fs.openSync(file, O_RDONLY | O_NOFOLLOW)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Parts are read in order; the last one tells whether the whole is what was planned. */
async function withFile<T>({ folder }: Sender, local: LocalFile, send: (read: (from: number, length: number) => Uint8Array) => Promise<T>): Promise<T> {
  const fd = openIfThere(path.join(folder, local.path))
  if (fd === undefined) throw changed(local)
  const hash = createHash('sha256')
  try {
    return await send((from, length) => {
      const part = Buffer.alloc(length)
      const filled = fill(fd, part, from)
      hash.update(part)
      if (filled < length || (from + length === local.sizeBytes && hash.digest('base64') !== local.sha256)) throw changed(local)
      return part
    })
  } finally {
    fs.closeSync(fd)
  }
}

const packedSize = (local: LocalFile): number | undefined => (local.isPacked ? undefined : local.sizeBytes)

async function sizeOf(store: Store, key: string, otherwise: number): Promise<number> {
  return (await store.list(key)).find((object) => object.key === key)?.sizeBytes ?? otherwise
}
