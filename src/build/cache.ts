// The cache folder of a site: the manifest of the last build and the store of bodies. Deleting it is always safe and changes
// nothing but time; what does not fit this program, this config or this machine is not used.
import fs from 'node:fs'
import path from 'node:path'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { HighlightStore } from '../render/highlight.ts'
import { openBlocks } from './blocks.ts'
import { loadManifest, removeManifest, saveManifest, type BodyTrace, type Manifest, type NewManifest, type PageTrace } from './manifest.ts'
import { openStore, type Store, type StoreRef } from './store.ts'

export interface Cache {
  /** Why nothing of the last build can be used; absent: it can. */
  readonly whyEmpty?: string
  readonly store: Store
  readonly blocks: HighlightStore
  /** For what is needed only until the end of this build. */
  readonly scratch: Store
  body(id: EntryId): BodyTrace | undefined
  page(output: OutputPath): PageTrace | undefined
  /** How many pages the last build had. */
  readonly pageCount: number
  /** How what a page read looked in the last build. */
  print(key: ReadKey): string | undefined
  /** Remembers this build for the next one. */
  save(built: Pick<NewManifest, 'prints' | 'bodies' | 'pages'>): void
  /** Removes the cache; the error to be thrown makes the build start again. */
  damaged(): CacheDamaged
  close(): void
}

export class CacheDamaged extends Error {}

const smallStore = 4 << 20

/** `code`: digest of all that every page depends on. */
export function openCache(folder: string, code: Digest, outFolder: string): Cache {
  const loaded = loadManifest(folder)
  const storeFile = path.join(folder, 'store.bin')
  const whyEmpty = reasonAgainst(loaded, code, fs.statSync(storeFile, { throwIfNoEntry: false })?.size ?? 0)
  const manifest = whyEmpty === undefined ? loaded : undefined
  if (whyEmpty !== undefined) {
    removeManifest(folder)
    fs.rmSync(storeFile, { force: true })
  }
  const store = openStore(storeFile)
  const scratchFile = path.join(folder, 'scratch.bin')
  fs.rmSync(scratchFile, { force: true })
  const scratch = openStore(scratchFile)
  const blocks = openBlocks(folder, store, whyEmpty !== undefined)
  return {
    ...(whyEmpty !== undefined && { whyEmpty }), store, scratch, blocks,
    body: (id) => manifest?.bodies.get(id),
    pageCount: manifest?.outFolder === outFolder ? manifest.pages.size : 0,
    page: (output) => (manifest?.outFolder === outFolder ? manifest.pages.get(output) : undefined),
    print: (key) => manifest?.prints.get(key),
    save(built) {
      store.close()
      blocks.save()
      saveManifest(folder, { code, outFolder, ...built })
    },
    close() {
      store.close()
      scratch.close()
      fs.rmSync(scratchFile, { force: true })
    },
    damaged() {
      removeManifest(folder)
      return new CacheDamaged('a record of the cache is not what it was')
    },
  }
}

function reasonAgainst(manifest: Manifest | undefined, code: Digest, storeBytes: number): string | undefined {
  if (manifest === undefined) return 'there is no cache'
  if (manifest.code !== code) return 'the program, the config or a setting changed'
  if (storeBytes > smallStore && liveBytes(manifest) < storeBytes / 3) return 'the cache had grown too large and was made anew'
  return undefined
}

/** For a build that is to remember nothing and to know nothing. */
export function openMemoryCache(): Cache {
  const texts: string[] = []
  const store: Store = {
    put: (text): StoreRef => [texts.push(text) - 1, text.length, digest('')],
    get: ([index]) => texts[index],
    size: () => 0,
    close: () => undefined,
  }
  return {
    whyEmpty: 'nothing is remembered', store, scratch: store, blocks: { get: () => undefined, set: () => undefined },
    pageCount: 0, body: () => undefined, page: () => undefined, print: () => undefined, save: () => undefined, close: () => undefined,
    damaged: () => new CacheDamaged('a body was lost'),
  }
}

/** Without blocks of code, which their bodies hold too. */
function liveBytes({ bodies, pages }: Manifest): number {
  let bytes = 0
  for (const { stored } of bodies.values()) bytes += stored[1]
  for (const { facts } of pages.values()) bytes += facts?.[1] ?? 0
  return bytes
}
