// Rendered bodies and facts of pages, one after the other in one file that only grows; the manifest knows where each one lies.
// A record that is not what it was when it was written reads as missing.
import fs from 'node:fs'
import path from 'node:path'
import { isErrno, makeFolder } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'

/** Offset and length in bytes, and the digest of the text. */
export type StoreRef = readonly [offset: number, length: number, digest: Digest]

export interface Store {
  /** A text, perhaps in parts, of which none ends within a character. `known`: its digest, if somebody has it. */
  put(text: string | readonly string[], known?: Digest): StoreRef
  get(ref: StoreRef): string | undefined
  /** All bytes, also those that nobody refers to any more. */
  size(): number
  close(): void
}

/** Bytes that wait to be written. */
const heldAtMost = 1 << 20

/** Opens or makes the file. Nothing is written before the first `put`. */
export function openStore(file: string): Store {
  let fd: number | undefined
  let end = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  /** What was put and not written yet, one after the other. */
  let pending = Buffer.alloc(0)
  let pendingBytes = 0

  function open(): number {
    if (fd !== undefined) return fd
    makeFolder(path.dirname(file))
    return (fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644))
  }

  function flush(): void {
    if (pendingBytes === 0) return
    for (let at = 0; at < pendingBytes;) at += fs.writeSync(open(), pending, at, pendingBytes - at, end + at)
    end += pendingBytes
    pendingBytes = 0
  }

  return {
    put(text, known) {
      const parts = typeof text === 'string' ? [text] : text
      // Three bytes at most for each UTF-16 unit.
      const room = parts.reduce((sum, part) => sum + part.length, 0) * 3
      if (pendingBytes + room > pending.length) flush()
      if (room > pending.length) pending = Buffer.allocUnsafeSlow(Math.max(room, heldAtMost))
      let length = 0
      for (const part of parts) length += pending.write(part, pendingBytes + length)
      const ref: StoreRef = [end + pendingBytes, length, known ?? digest(pending.subarray(pendingBytes, pendingBytes + length))]
      pendingBytes += length
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
