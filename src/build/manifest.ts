// What the last build knew: for each page what it read and how that looked, for each body what it was made from. Only this file
// knows how that is written down. A manifest that cannot be read, or that another version wrote, is no manifest.
import fs from 'node:fs'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import type { StoreRef } from './store.ts'

/** A body, and all that it was made from. */
export interface BodyTrace {
  /** Of the text and of what else the entry itself gives. */
  readonly key: Digest
  /** Links and pictures that were looked up, and the answers. */
  readonly lookups: readonly (readonly [kind: 'link' | 'size', asked: string, answer: string])[]
  readonly content: Digest
  readonly excerpt: Digest
  readonly stored: StoreRef
  readonly diagnostics: readonly Diagnostic[]
}

/** A page, and all that it was made from. */
export interface PageTrace {
  /** The spec, or the digest of a long one. */
  readonly spec: string
  readonly reads: readonly ReadKey[]
  readonly digest: Digest
  /** How the file looked when it was written: it need not be read again while it looks the same. */
  readonly stat: string
  /** What the checks want to know of it; absent: nothing. */
  readonly facts?: StoreRef
  /** The checks found nothing wrong with it. */
  readonly isClean: boolean
  /** Why it was rendered the last time. */
  readonly why: string
}

export interface Manifest {
  /** Of this program, the config and the settings: all that every page depends on. */
  readonly code: Digest
  readonly outFolder: string
  readonly prints: ReadonlyMap<ReadKey, string>
  readonly bodies: ReadonlyMap<EntryId, BodyTrace>
  readonly pages: ReadonlyMap<OutputPath, PageTrace>
}

/** A manifest to be written: asks for the prints that the pages need. */
export interface NewManifest extends Omit<Manifest, 'prints'> {
  readonly prints: (key: ReadKey) => string
}

const format = 2
type BodyRow = [string, BodyTrace['lookups'], string, string, StoreRef, (readonly Diagnostic[])?]
type PageRow = [string, number[], string, string, StoreRef | 0, string, 0 | 1]
interface Written {
  format: number
  code: string
  outFolder: string
  keys: ReadKey[]
  prints: string[]
  bodies: Record<string, BodyRow>
  pages: Record<string, PageRow>
}

const fileOf = (folder: string): string => path.join(folder, 'manifest.json')

export function loadManifest(folder: string): Manifest | undefined {
  const text = readIfThere(fileOf(folder))
  if (text === undefined) return undefined
  try {
    const written = JSON.parse(text) as Written
    return written.format === format ? unpack(written) : undefined
  } catch (error) {
    // Cut off, or not ours: a full build follows, and writes it anew.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function unpack({ code, outFolder, keys, prints, bodies, pages }: Written): Manifest {
  return {
    code: code as Digest, outFolder,
    prints: new Map(keys.map((key, i) => [key, prints[i] ?? ''])),
    bodies: new Map(Object.entries(bodies).map(([id, [key, lookups, content, excerpt, stored, diagnostics]]): [EntryId, BodyTrace] => [
      id as EntryId, { key: key as Digest, lookups, content: content as Digest, excerpt: excerpt as Digest, stored, diagnostics: diagnostics ?? [] },
    ])),
    pages: new Map(Object.entries(pages).map(([output, [spec, reads, digest, stat, facts, why, clean]]): [OutputPath, PageTrace] => [
      output as OutputPath, { spec, reads: reads.map((i) => keys[i] as ReadKey), digest: digest as Digest, stat, ...(facts !== 0 && { facts }), why, isClean: clean === 1 },
    ])),
  }
}

/** In full or not at all. */
export function saveManifest(folder: string, { code, outFolder, prints, bodies, pages }: NewManifest): void {
  const indexes = new Map<ReadKey, number>()
  const indexOf = (key: ReadKey): number => {
    let index = indexes.get(key)
    if (index === undefined) indexes.set(key, index = indexes.size)
    return index
  }
  const pageRows = [...pages].map(([output, { spec, reads, digest, stat, facts, why, isClean }]): [string, PageRow] => [output, [spec, reads.map(indexOf), digest, stat, facts ?? 0, why, isClean ? 1 : 0]])
  const bodyRows = [...bodies].map(([id, { key, lookups, content, excerpt, stored, diagnostics }]): [string, BodyRow] => [id, diagnostics.length > 0 ? [key, lookups, content, excerpt, stored, diagnostics] : [key, lookups, content, excerpt, stored]])
  const keys = [...indexes.keys()]
  const written: Written = {
    format, code, outFolder, keys, prints: keys.map(prints),
    bodies: Object.fromEntries(bodyRows), pages: Object.fromEntries(pageRows),
  }
  writeAtomic(fileOf(folder), JSON.stringify(written))
}

export function removeManifest(folder: string): void {
  fs.rmSync(fileOf(folder), { force: true })
}
