// The cache folder of a site: the manifest of the last build and the store of bodies. Deleting it is always safe and changes
// nothing but time; what does not fit this program, this config or this machine is not used.
import fs from 'node:fs'
import path from 'node:path'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { HighlightStore } from '../render/highlight.ts'
import { openBlocks } from './blocks.ts'
import { isLock } from './lock.ts'
import { loadManifest, removeManifest, saveManifest, type BodyTrace, type Manifest, type NewManifest, type PageTrace } from './manifest.ts'
import { guard } from './output.ts'
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

/** Turns the system's refusals to write the cache into located errors. */
const told = <T>(run: () => T): T => guard('.ssg/cache', run)

/** `code`: digest of all that every page depends on. To be used by one build at a time. */
export function openCache(folder: string, code: Digest, outFolder: string): Cache {
  return told(() => openFolder(folder, code, outFolder))
}

function openFolder(folder: string, code: Digest, outFolder: string): Cache {
  removeFiles(folder, (name) => name.endsWith('.tmp'))
  const loaded = loadManifest(folder)
  const storeFile = path.join(folder, 'store.bin')
  const whyEmpty = reasonAgainst(loaded, code, fs.statSync(storeFile, { throwIfNoEntry: false })?.size ?? 0)
  const manifest = whyEmpty === undefined ? loaded : undefined
  if (whyEmpty !== undefined) {
    removeManifest(folder)
    fs.rmSync(storeFile, { force: true })
  }
  const store = openGuarded(storeFile)
  const scratchFile = path.join(folder, 'scratch.bin')
  fs.rmSync(scratchFile, { force: true })
  const scratch = openGuarded(scratchFile)
  const blocks = openBlocks(folder, store, whyEmpty !== undefined)
  return {
    ...(whyEmpty !== undefined && { whyEmpty }), store, scratch, blocks,
    body: (id) => manifest?.bodies.get(id),
    pageCount: manifest?.outFolder === outFolder ? manifest.pages.size : 0,
    page: (output) => (manifest?.outFolder === outFolder ? manifest.pages.get(output) : undefined),
    print: (key) => manifest?.prints.get(key),
    save(built) {
      store.close()
      told(() => {
        blocks.save()
        saveManifest(folder, { code, outFolder, ...built })
      })
    },
    close() {
      store.close()
      scratch.close()
      told(() => fs.rmSync(scratchFile, { force: true }))
    },
    damaged() {
      removeManifest(folder)
      return new CacheDamaged('a record of the cache is not what it was')
    },
  }
}

/** Forgets all earlier builds. */
export function clearCache(folder: string): void {
  told(() => removeFiles(folder, (name) => !isLock(name)))
}

function removeFiles(folder: string, isMeant: (name: string) => boolean): void {
  for (const name of fs.readdirSync(folder)) if (isMeant(name)) fs.rmSync(path.join(folder, name), { recursive: true, force: true })
}

function openGuarded(file: string): Store {
  const store = openStore(file)
  return { ...store, put: (text) => told(() => store.put(text)), get: (ref) => told(() => store.get(ref)), close: () => told(() => store.close()) }
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
