// The cache folder of a site: the manifest of the last build and the store of bodies. Deleting it is always safe and changes
// nothing but time; what does not fit this program, this config or this machine is not used.
import fs from 'node:fs'
import path from 'node:path'
import type { EntryId, OutputPath, ReadKey } from '../core/types.ts'
import { makeFolder } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { HighlightStore } from '../render/highlight.ts'
import type { CompiledCode } from '../render/template-compiler.ts'
import { openBlocks } from './blocks.ts'
import { openCompiled } from './compiled.ts'
import { isLock } from './lock.ts'
import { createManifest, loadManifest, removeManifest, type Built, type OpenManifest } from './manifest.ts'
import { guard } from './output.ts'
import { openStore, type Store, type StoreRef } from './store.ts'
import type { BodyTrace, PageTrace } from './traces.ts'

export interface Cache {
  /** Why nothing of the last build can be used; absent: it can. */
  readonly whyEmpty?: string | undefined
  /** Of what is known of the last build; another one after each. */
  readonly version: string
  readonly store: Store
  readonly blocks: HighlightStore
  /** Compiled templates. */
  readonly templates: CompiledCode
  /** For what is needed only until the end of this build. */
  readonly scratch: Store
  body(id: EntryId): BodyTrace | undefined
  page(output: OutputPath): PageTrace | undefined
  hasPage(output: OutputPath): boolean
  /** The number of the build that is being made. */
  readonly build: number
  /** How many pages the last build had. */
  readonly pageCount: number
  /** How what a page read looked in the last build. */
  print(key: ReadKey): string | undefined
  /** What pages read in the last build that may change although no entry does, or that cannot be compared. */
  looseKeys(): Iterable<ReadKey>
  /** Pages with which something was wrong in the last build, and entries with whose bodies. */
  readonly unclean: ReadonlySet<OutputPath>
  readonly noted: ReadonlySet<EntryId>
  /** Pages of the last build that read one of some keys. */
  readersOf(keys: ReadonlySet<ReadKey>): Set<OutputPath>
  /** Works out beforehand what is to be remembered of a page, in a build from nothing: `save` is then to be given this very trace. */
  foresee(output: OutputPath, trace: PageTrace, print: Built['prints']): void
  /** Remembers this build for the next one, which may use this same cache. */
  save(built: Built): void
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
  const manifest = whyEmpty === undefined && loaded ? loaded : createManifest(folder, code, outFolder)
  let isEmpty = whyEmpty !== undefined
  if (manifest.outFolder !== outFolder) manifest.moveTo(outFolder)
  if (whyEmpty !== undefined) {
    removeManifest(folder)
    fs.rmSync(storeFile, { force: true })
  }
  const store = openGuarded(storeFile)
  const scratchFile = path.join(folder, 'scratch.bin')
  fs.rmSync(scratchFile, { force: true })
  const scratch = openGuarded(scratchFile)
  const blocks = openBlocks(folder, store, whyEmpty !== undefined)
  const templates = openCompiled(folder, whyEmpty !== undefined)
  return {
    get whyEmpty() { return isEmpty ? whyEmpty : undefined },
    get version() { return manifest.version },
    get unclean() { return manifest.unclean },
    get noted() { return manifest.noted },
    store, blocks, templates, scratch,
    body: manifest.bodies.get,
    get build() { return manifest.build + 1 },
    get pageCount() { return manifest.pages.size },
    page: manifest.pages.get,
    hasPage: manifest.pages.has,
    print: manifest.print,
    looseKeys: () => manifest.looseKeys,
    readersOf: manifest.readersOf,
    foresee: manifest.foresee,
    save(built) {
      store.close()
      told(() => {
        blocks.save()
        templates.save()
        manifest.save(built)
      })
      isEmpty = false
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
  // Somebody may have cleaned up while a server runs.
  makeFolder(folder)
  for (const name of fs.readdirSync(folder)) if (isMeant(name)) fs.rmSync(path.join(folder, name), { recursive: true, force: true })
}

function openGuarded(file: string): Store {
  const store = openStore(file)
  return { ...store, put: (text, known) => told(() => store.put(text, known)), get: (ref) => told(() => store.get(ref)), close: () => told(() => store.close()) }
}

function reasonAgainst(manifest: OpenManifest | undefined, code: Digest, storeBytes: number): string | undefined {
  if (manifest === undefined) return 'there is no cache'
  if (manifest.code !== code) return 'the program, the config or a setting changed'
  if (storeBytes > smallStore && manifest.liveBytes < storeBytes / 3) return 'the cache had grown too large and was made anew'
  return undefined
}

/** For a build that is to remember nothing and to know nothing. */
export function openMemoryCache(): Cache {
  const texts: string[] = []
  const store: Store = {
    put(parts, known): StoreRef {
      const text = typeof parts === 'string' ? parts : parts.join('')
      return [texts.push(text) - 1, text.length, known ?? digest(text)]
    },
    get: ([index]) => texts[index],
    size: () => 0,
    close: () => undefined,
  }
  return {
    whyEmpty: 'nothing is remembered', version: '', store, scratch: store, blocks: { get: () => undefined, set: () => undefined }, templates: { get: () => undefined, set: () => undefined },
    build: 1, pageCount: 0, body: () => undefined, page: () => undefined, print: () => undefined, looseKeys: () => [], readersOf: () => new Set(), hasPage: () => false, unclean: new Set(), noted: new Set(),
    foresee: () => undefined, save: () => undefined, close: () => undefined,
    damaged: () => new CacheDamaged('a body was lost'),
  }
}
