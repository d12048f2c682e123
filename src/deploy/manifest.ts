// The manifest in the bucket as text. Only this file knows how it is written down. What cannot be read is never guessed at: a
// deploy that does not know what is its own must not write.
import { fail, type SsgError } from '../core/diagnostic.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { DeployManifest, DeployStamp, FileKind, Headers, PendingInvalidation, RemoteFile, Tombstone } from './types.ts'

const format = 1
type Row = [content: string, headers: number, kind: string, sizeBytes: number, etag: string, version?: string]
type TombRow = [...row: [string, number, string, number, string, string | null], since: string, deploy: number, isDue: 0 | 1]
interface Written {
  format: number
  deploy: DeployStamp
  number: number
  headers: Headers[]
  files: Record<string, Row>
  tombstones: Record<string, TombRow>
  pendingInvalidation?: PendingInvalidation
  history: readonly DeployStamp[]
}

const kinds: Readonly<Record<string, FileKind>> = { p: 'page', a: 'asset', e: 'entry-point', r: 'redirect' }
const letterOf = ({ kind, isFingerprinted }: RemoteFile): string => kind.charAt(0) + (isFingerprinted ? '!' : '')

export function manifestText({ deploy, number, files, tombstones, pendingInvalidation, history }: DeployManifest): string {
  const headers = new Map<string, number>()
  const row = (file: RemoteFile): [string, number, string, number, string] => {
    const text = JSON.stringify(file.headers)
    if (!headers.has(text)) headers.set(text, headers.size)
    return [file.content, headers.get(text) ?? 0, letterOf(file), file.sizeBytes, file.etag]
  }
  const fileRows = [...files].map(([key, file]): [string, Row] => [key, file.version === undefined ? row(file) : [...row(file), file.version]])
  const tombRows = [...tombstones].map(([key, file]): [string, TombRow] => [key, [...row(file), file.version ?? null, file.since, file.deploy, file.isDue ? 1 : 0]])
  const written: Written = {
    format, deploy, number, headers: [...headers.keys()].map((text) => JSON.parse(text) as Headers),
    files: Object.fromEntries(fileRows), tombstones: Object.fromEntries(tombRows), ...(pendingInvalidation && { pendingInvalidation }), history,
  }
  return JSON.stringify(written)
}

/** `key` is what messages call it. Throws if it is cut off, damaged, or of a newer version. */
export function parseManifest(text: string, key: string): DeployManifest {
  let written: Partial<Written> | null
  try {
    written = JSON.parse(text) as Partial<Written> | null
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(key, 'is not JSON')
    throw error
  }
  const found = written?.format
  if (typeof found === 'number' && found > format) throw fail('deploy-manifest', `${key} in the bucket was written by a newer version of this program`, { fix: 'update sourcepress here to the version that deployed last.' })
  if (written === null || found !== format || !isComplete(written)) throw damaged(key, 'is not what a deploy writes')
  try {
    return unpack(written)
  } catch (error) {
    if (error instanceof TypeError) throw damaged(key, 'is not what a deploy writes')
    throw error
  }
}

function isComplete(written: Partial<Written>): written is Written {
  const { deploy, number, headers, files, tombstones, history } = written
  return typeof deploy?.id === 'string' && typeof number === 'number' && Array.isArray(headers) && isObject(files) && isObject(tombstones) && Array.isArray(history)
}
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function unpack({ deploy, number, headers, files, tombstones, pendingInvalidation, history }: Written): DeployManifest {
  const base = ([content, header, letter, sizeBytes, etag]: readonly [string, number, string, number, string, ...unknown[]]): RemoteFile => {
    const kind = kinds[letter.charAt(0)]
    const set = headers[header]
    if (kind === undefined || set === undefined || typeof content !== 'string' || typeof etag !== 'string' || typeof sizeBytes !== 'number') throw new TypeError('a row is damaged')
    return { content: content as Digest, headers: set, kind, isFingerprinted: letter.endsWith('!'), sizeBytes, etag }
  }
  return {
    deploy, number, history,
    files: new Map(Object.entries(files).map(([key, row]): [string, RemoteFile] => [key, { ...base(row), ...(row[5] !== undefined && { version: row[5] }) }])),
    tombstones: new Map(Object.entries(tombstones).map(([key, row]): [string, Tombstone] => [key, { ...base(row), ...(row[5] !== null && { version: row[5] }), since: row[6], deploy: row[7], isDue: row[8] === 1 }])),
    ...(pendingInvalidation && { pendingInvalidation }),
  }
}

function damaged(key: string, how: string): SsgError {
  return fail('deploy-manifest', `${key} in the bucket ${how}, so that nobody knows which objects are ours`, {
    fix: 'get back an earlier version of that object; or delete it and deploy with --adopt, which takes over what has the same keys and deletes nothing.',
  })
}

/** The token that an object carries, so that a lost answer can be told from another writer. */
export const tokenOf = (text: string): Digest => digest(text)
