// Reads the built site: every file of the list that the build left, with its digest and its headers. Nothing else in the folder
// is ever deployed.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { S3Target } from '../core/deploy.ts'
import { fail, type Diagnostic, SsgError } from '../core/diagnostic.ts'
import { parseOutputList, type OutputFacts } from '../core/output-list.ts'
import { ownListName, unfinishedMarkName } from '../core/permalink.ts'
import { isErrno, readIfThere, reasonOf } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import { createHeaders, type HeaderMaker } from './headers.ts'
import type { FileKind, Headers, LocalFile } from './types.ts'

export interface LocalSite {
  /** Absolute. */
  readonly folder: string
  readonly facts: OutputFacts
  readonly files: ReadonlyMap<string, LocalFile>
}

const { O_RDONLY, O_NOFOLLOW } = fs.constants

/** `display` is what messages call the folder. Throws if it is not what a finished build leaves. */
export function readOutput(folder: string, display: string, target: S3Target): LocalSite {
  const list = readIfThere(path.join(folder, ownListName))
  if (list === undefined) throw fail('deploy-output', `${display} holds no built site`, { fix: 'run `ssg build` first.' })
  if (fs.existsSync(path.join(folder, unfinishedMarkName))) throw fail('deploy-output', `the last build did not finish writing ${display}`, { fix: 'run `ssg build` again.' })
  const { files: paths, facts } = parseOutputList(list)
  if (facts === undefined) throw fail('deploy-output', `${display}/${ownListName} does not say how the site was built`, { fix: 'run `ssg build` again.' })
  const files = new Map<string, LocalFile>()
  const problems: Diagnostic[] = []
  const add = (name: string): void => {
    const read = readFile(folder, name)
    if ('problem' in read) return void problems.push({ severity: 'error', code: 'deploy-output', message: `${display}/${name} ${read.problem}`, at: { file: `${display}/${name}` }, fix: 'run `ssg build` again.' })
    const file = describe(name, read, facts, headers, target)
    const twin = files.get(file.key)
    if (twin) problems.push(keyProblem(`${twin.path} and ${name} have the same key, ${file.key}, because they differ only in how their letters are composed`, name))
    const bytes = Buffer.byteLength(file.key)
    if (bytes > 1024) problems.push(keyProblem(`the key of ${name} has ${bytes} bytes, and S3 takes 1024`, name))
    files.set(file.key, file)
  }
  const headers = createHeaders(target)
  for (const name of paths) add(name)
  if (problems.length > 0) throw new SsgError(problems)
  return { folder, facts, files }
}

function keyProblem(message: string, file: string): Diagnostic {
  return { severity: 'error', code: 'deploy-key', message, at: { file }, fix: 'give the page or file another name, or use a shorter `prefix`.' }
}

function describe(name: string, { sizeBytes, sha256 }: { sizeBytes: number; sha256: Buffer }, facts: OutputFacts, maker: HeaderMaker, { prefix = '' }: S3Target): LocalFile {
  const redirect = Object.hasOwn(facts.redirects, name) ? facts.redirects[name] : undefined
  const kind = kindOf(name, facts, redirect !== undefined)
  const headers = maker.headersOf({ path: name, kind, sizeBytes, ...(redirect !== undefined && { redirect }) })
  const content = sha256.toString('hex').slice(0, 32) as Digest
  return { key: prefix + name.normalize('NFC'), path: name, sizeBytes, sha256: sha256.toString('base64'), content, kind, isFingerprinted: maker.isFingerprinted(name), isPacked: maker.isPacked(name, sizeBytes), headers, record: recordOf(content, headers) }
}

function kindOf(name: string, { feeds, maps }: OutputFacts, isRedirect: boolean): FileKind {
  if (isRedirect) return 'redirect'
  if (name === 'index.html' || feeds.includes(name) || maps.includes(name)) return 'entry-point'
  return /\.html?$/i.test(name) ? 'page' : 'asset'
}

/** Packed bytes have no part in it: another version of zlib uploads nothing. */
export function recordOf(content: Digest, headers: Headers): Digest {
  return digest(JSON.stringify([content, headers]))
}

const chunk = Buffer.alloc(1 << 20)

function readFile(folder: string, name: string): { sizeBytes: number; sha256: Buffer } | { problem: string } {
  if (!isPlainPath(name)) return { problem: 'is not a path in that folder' }
  try {
    const fd = fs.openSync(path.join(folder, name), O_RDONLY | O_NOFOLLOW)
    try {
      if (!fs.fstatSync(fd).isFile()) return { problem: 'is not a regular file' }
      const hash = createHash('sha256')
      let sizeBytes = 0
      for (let read = fs.readSync(fd, chunk); read > 0; read = fs.readSync(fd, chunk)) {
        hash.update(chunk.subarray(0, read))
        sizeBytes += read
      }
      return { sizeBytes, sha256: hash.digest() }
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    if (!isErrno(error)) throw error
    return { problem: error.code === 'ENOENT' ? 'is not there any more' : `cannot be read: ${reasonOf(error)}` }
  }
}

function isPlainPath(name: string): boolean {
  return name !== '' && !name.includes('\0') && !name.includes('\\') && !name.split('/').some((part) => part === '' || part === '.' || part === '..')
}
