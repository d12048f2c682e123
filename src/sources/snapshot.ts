// What a remote source gave the last time, kept in two files: the records, in a file that is named by the digest of its content,
// and a small one that names it together with the cursor. The small one is renamed into place last, so that records and cursor
// always belong together. Knows nothing of servers and of when a snapshot may be used.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { RawEntry } from '../core/types.ts'
import { isErrno, makeFolder, readIfThere, writeAtomic } from '../util/fs.ts'
import { digest } from '../util/hash.ts'

export interface SnapshotHead {
  readonly format: number
  readonly source: string
  /** Digest of the records, in which they are found. */
  readonly content: string
  /** What the cursor depends on: the source's identity, or the config. */
  readonly basis: string
  readonly cursor?: string
  /** When the server was asked the last time, ISO. */
  readonly at: string
  /** Entries that the records made. */
  readonly entryCount: number
}

export interface SnapshotContent {
  readonly records: ReadonlyMap<string, RawEntry>
  /** The last good versions of entries that are wrong now. */
  readonly good: ReadonlyMap<string, RawEntry>
}

export interface SnapshotStore {
  readonly head: SnapshotHead | undefined
  /** Undefined: the file is gone or is not what it was. */
  read(): SnapshotContent | undefined
  /** Returns the digest of the content. Throws what the system throws. */
  write(content: SnapshotContent, head: Omit<SnapshotHead, 'format' | 'content' | 'source'>): string
  /** The same records, asked for again. */
  confirm(head: Pick<SnapshotHead, 'basis' | 'cursor' | 'at'>): void
}

const format = 1

/** `variant` keeps apart what one source gives under several circumstances, as with drafts. */
export function openSnapshot(folder: string, source: string, variant: string): SnapshotStore {
  const key = `${source.toLowerCase().replace(/[^a-z\d]+/g, '-').slice(0, 40)}-${digest(`${source}\0${variant}`).slice(0, 8)}`
  const headFile = path.join(folder, `${key}.json`)
  const contentFile = (content: string): string => path.join(folder, `${key}.${content}.jsonl`)
  const head = readHead(headFile)
  return {
    head,
    read: () => head && readContent(contentFile(head.content), head.content),
    write(content, rest) {
      const written = writeContent(folder, key, content)
      writeAtomic(headFile, `${JSON.stringify({ format, source, content: written, ...rest } satisfies SnapshotHead, undefined, 1)}\n`)
      // The one before may be being read by another process.
      for (const name of fs.readdirSync(folder)) {
        if (name.startsWith(`${key}.`) && name.endsWith('.jsonl') && ![written, head?.content].some((kept) => name === path.basename(contentFile(kept ?? '')))) fs.rmSync(path.join(folder, name), { force: true })
      }
      return written
    },
    confirm({ cursor, ...rest }) {
      if (head === undefined) return
      const { cursor: _cursor, ...same } = head
      writeAtomic(headFile, `${JSON.stringify({ ...same, ...rest, ...(cursor !== undefined && { cursor }) }, undefined, 1)}\n`)
    },
  }
}

function readHead(file: string): SnapshotHead | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    const head = JSON.parse(text) as SnapshotHead
    return head.format === format && typeof head.content === 'string' && /^[0-9a-f]{32}$/.test(head.content) ? head : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

type Row = readonly [id: string, record: RawEntry, kind?: 'good']

/** Records by id, so that the same ones always have the same digest. */
function* rowsOf({ records, good }: SnapshotContent): Iterable<Row> {
  for (const id of [...records.keys()].sort()) yield [id, records.get(id) as RawEntry]
  for (const id of [...good.keys()].sort()) yield [id, good.get(id) as RawEntry, 'good']
}

/** The digest that `write` would give it. */
export function contentDigest(content: SnapshotContent): string {
  const hash = createHash('sha256')
  for (const row of rowsOf(content)) hash.update(`${JSON.stringify(row)}\n`)
  return hash.digest('hex').slice(0, 32)
}

function writeContent(folder: string, key: string, content: SnapshotContent): string {
  makeFolder(folder)
  const temporary = path.join(folder, `${key}.${process.pid}.tmp`)
  const hash = createHash('sha256')
  const file = fs.openSync(temporary, 'w')
  try {
    let waiting = ''
    const flush = (): void => {
      hash.update(waiting)
      fs.writeFileSync(file, waiting)
      waiting = ''
    }
    for (const row of rowsOf(content)) {
      waiting += `${JSON.stringify(row)}\n`
      if (waiting.length > 1 << 20) flush()
    }
    flush()
  } catch (error) {
    fs.closeSync(file)
    fs.rmSync(temporary, { force: true })
    throw error
  }
  fs.closeSync(file)
  const written = hash.digest('hex').slice(0, 32)
  fs.renameSync(temporary, path.join(folder, `${key}.${written}.jsonl`))
  return written
}

function readContent(file: string, expected: string): SnapshotContent | undefined {
  const bytes = readBytes(file)
  if (bytes === undefined || digest(bytes) !== expected) return undefined
  const records = new Map<string, RawEntry>()
  const good = new Map<string, RawEntry>()
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start)
    const [id, record, kind] = JSON.parse(bytes.toString('utf8', start, end)) as Row
    ;(kind === 'good' ? good : records).set(id, record)
    start = end + 1
  }
  return { records, good }
}

function readBytes(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}
