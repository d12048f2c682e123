// Rendered bodies and facts of pages, one after the other in one file that only grows; the manifest knows where each one lies.
// A record that is not what it was when it was written reads as missing.
import fs from 'node:fs'
import path from 'node:path'
import { isErrno, makeFolder } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'

/** Offset and length in bytes, and the digest of the text. */
export type StoreRef = readonly [offset: number, length: number, digest: Digest]

export interface Store {
  /** `known`: the digest of the text, if somebody has it. */
  put(text: string, known?: Digest): StoreRef
  get(ref: StoreRef): string | undefined
  /** All bytes, also those that nobody refers to any more. */
  size(): number
  close(): void
}

/** Opens or makes the file. Nothing is written before the first `put`. */
export function openStore(file: string): Store {
  let fd: number | undefined
  let end = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  let pending: Buffer[] = []
  let pendingBytes = 0

  function open(): number {
    if (fd !== undefined) return fd
    makeFolder(path.dirname(file))
    return (fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644))
  }

  function flush(): void {
    if (pendingBytes === 0) return
    const bytes = Buffer.concat(pending)
    for (let at = 0; at < bytes.length;) at += fs.writeSync(open(), bytes, at, bytes.length - at, end + at)
    end += bytes.length
    pending = []
    pendingBytes = 0
  }

  return {
    put(text, known) {
      const bytes = Buffer.from(text)
      const ref: StoreRef = [end + pendingBytes, bytes.length, known ?? digest(bytes)]
      pending.push(bytes)
      pendingBytes += bytes.length
      if (pendingBytes > 1 << 20) flush()
      return ref
    },
    get([offset, length, expected]) {
      flush()
      const bytes = Buffer.alloc(length)
      try {
        if (fs.readSync(open(), bytes, 0, length, offset) !== length) return undefined
      } catch (error) {
        if (isErrno(error)) return undefined
        throw error
      }
      return digest(bytes) === expected ? bytes.toString() : undefined
    },
    size: () => end + pendingBytes,
    close() {
      flush()
      if (fd !== undefined) fs.closeSync(fd)
      fd = undefined
    },
  }
}
