// An output folder that is not on the disk: the pages of a site that is being written. Copied files are not held, but read from
// where they are. Nothing here is ever deployed.
import fs from 'node:fs'
import { fail } from '../core/diagnostic.ts'
import type { OutputPath } from '../core/types.ts'
import { isErrno, pathIn, reasonOf } from '../util/fs.ts'
import { digest } from '../util/hash.ts'
import { lookOf } from './looks.ts'
import type { Content, OutputFolder } from './output.ts'

/** A page, or where the bytes of a copied file are. */
export type MemoryFile =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly look: string }
  | { readonly kind: 'copy'; readonly file: string }

export interface MemoryOutput {
  get(file: OutputPath): MemoryFile | undefined
  /** How a file looks: the same look, the same bytes. */
  look(file: OutputPath): string | undefined
  paths(): Iterable<OutputPath>
  /** For one build. `root` is the site. */
  open(root: string): OutputFolder
}

export function createMemoryOutput(): MemoryOutput {
  const files = new Map<OutputPath, MemoryFile>()
  const look = (file: OutputPath): string | undefined => lookAt(files.get(file))
  return {
    look,
    get: (file) => files.get(file),
    paths: () => files.keys(),
    open: (root) => openFor(files, look, root),
  }
}

function openFor(files: Map<OutputPath, MemoryFile>, look: MemoryOutput['look'], root: string): OutputFolder {
  const planned = new Set<OutputPath>()
  let written = 0
  return {
    look,
    begin: (paths) => { for (const file of paths) planned.add(file) },
    read(file) {
      const found = files.get(file)
      return found?.kind === 'bytes' ? found.bytes : undefined
    },
    write(file, content) {
      if (!planned.has(file)) throw new Error(`${file} is not in the plan`)
      const before = look(file)
      files.set(file, fileOf(content, root))
      const after = look(file) ?? ''
      if (before !== after) written++
      return after
    },
    stage: () => undefined,
    finish() {
      const orphans = [...files.keys()].filter((file) => !planned.has(file))
      for (const file of orphans) files.delete(file)
      return { written, removed: orphans.length, diagnostics: [], listLook: '' }
    },
  }
}

function fileOf(content: Content, root: string): MemoryFile {
  if (typeof content === 'object' && 'copyOf' in content) {
    return { kind: 'copy', file: findReadable(content.copyOf, root) }
  }
  const bytes = Buffer.from(content as string)
  return { kind: 'bytes', bytes, look: digest(bytes) }
}

/** Without links: who serves the file later can see that none has taken its place. */
function findReadable(file: string, root: string): string {
  try {
    fs.accessSync(file, fs.constants.R_OK)
    return fs.realpathSync(file)
  } catch (error) {
    if (!isErrno(error)) throw error
    const name = pathIn(root, file)
    throw fail('file-read', `${name} cannot be read: ${reasonOf(error)}`, { at: { file: name }, fix: 'check that it is a regular file that may be read.' }, { cause: error })
  }
}

function lookAt(found: MemoryFile | undefined): string | undefined {
  if (found?.kind !== 'copy') return found?.look
  const stats = fs.statSync(found.file, { throwIfNoEntry: false })
  return stats?.isFile() ? lookOf(stats) : undefined
}
