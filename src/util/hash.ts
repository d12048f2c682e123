// Digests of content. Not for secrets.
import { createHash, hash } from 'node:crypto'

/** Hex SHA-256 of some bytes, cut to 32 characters. */
export type Digest = string & { readonly __brand: 'Digest' }

/** SHA-256 of a text or some bytes, 32 hex characters of it. */
export function digest(content: string | Uint8Array): Digest {
  const hex = typeof hash === 'function' ? hash('sha256', content) : createHash('sha256').update(content).digest('hex')
  return hex.slice(0, 32) as Digest
}

/** UUID v5 (RFC 9562): the same name in the same namespace always gives the same id. `namespace` is a UUID. */
export function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1').update(namespace.replaceAll('-', ''), 'hex').update(name).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
