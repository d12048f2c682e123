// Runs the files that the bundler makes of the program. They are functions in CommonJS and not modules, because in every supported
// version of Node code of these can be kept from run to run. What they were given replaces what such code cannot do: with Node 20,
// code that was kept cannot `import()`. This file itself is loaded as Node loads any other.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { debuglog } from 'node:util'
import { Script } from 'node:vm'
import { openCodeCache, type CodeCache } from './code-cache.ts'
import { tuneEngine } from './engine.ts'

type Exports = Record<string, unknown>
/** What is in the file of a chunk. */
type Chunk = (exports: Exports, require: Require, __filename: string) => void
interface Require {
  (name: string): unknown
  /** In place of `import()` of another chunk. */
  load(name: string, packages: readonly string[]): Promise<Exports>
  /** In place of `import` from outside of the bundle. */
  imported(name: string): object
  /** In place of `import()` of anything else. */
  importModule(specifier: string): Promise<unknown>
}

const folder = import.meta.dirname
const nodeRequire = createRequire(import.meta.url)
const chunks = new Map<string, Exports>()
const scripts = new Map<string, Script>()
/** Packages outside of the bundle and parts of Node, as `import * as` gives them. */
const namespaces = new Map<string, object>()
let cache: CodeCache | undefined
/** Files whose code was not kept. */
let compiled = 0

/** The command: what it compiled is kept if it ends well. */
export function startProgram(chunk: string, packages: readonly string[]): void {
  tuneEngine()
  cache = withoutFail(() => openCodeCache(readFileSync(join(folder, '../digest.txt'), 'utf8')))
  process.on('exit', (code) => { if (code === 0) withoutFail(keepCode) })
  void loadChunk(chunk, packages)
}

/** A thread of it. What it needs is kept by the runs that need it without threads: threads are ended at any moment. */
export async function startThread(chunk: string, packages: readonly string[]): Promise<void> {
  cache = withoutFail(() => openCodeCache(readFileSync(join(folder, '../digest.txt'), 'utf8')))
  await loadChunk(chunk, packages)
}

/** `packages`: those outside of the bundle that it needs to start, with all chunks that it needs. */
export async function loadChunk(name: string, packages: readonly string[]): Promise<Exports> {
  const missing = packages.filter((name) => !namespaces.has(name))
  if (missing.length > 0) await Promise.all(missing.map(async (name) => namespaces.set(name, await importModule(name) as object)))
  return runChunk(name)
}

/** A chunk whose packages are there. */
export function runChunk(name: string): Exports {
  const known = chunks.get(name)
  if (known !== undefined) return known
  const filename = join(folder, name)
  const exports: Exports = {}
  chunks.set(name, exports)
  try {
    const run = compile(name, filename).runInThisContext() as Chunk
    run(exports, chunkRequire, filename)
  } catch (error) {
    chunks.delete(name)
    throw error
  }
  return exports
}

const chunkRequire: Require = Object.assign((name: string): unknown => (name.startsWith('./') ? runChunk(name) : nodeRequire(name)), { load: loadChunk, imported, importModule })

function compile(name: string, filename: string): Script {
  const cachedData = cache?.read(name)
  const script = new Script(readFileSync(filename, 'utf8'), { filename, ...(cachedData && { cachedData }) })
  if (cachedData === undefined || script.cachedDataRejected) compiled++
  scripts.set(name, script)
  return script
}

function imported(name: string): object {
  let namespace = namespaces.get(name)
  if (namespace === undefined) {
    const builtin = nodeRequire(name) as object
    namespaces.set(name, namespace = Object.create(builtin, { default: { value: builtin } }) as object)
  }
  return namespace
}

function importModule(specifier: string): Promise<unknown> {
  return import(specifier)
}

/** With the code of functions that were compiled on the way: each way through the program is kept once. */
function keepCode(): void {
  if (cache === undefined) return
  const isKnown = compiled === 0 && cache.knows(scripts.keys())
  if (!isKnown) cache.write(new Map([...scripts].map(([name, script]) => [name, script.createCachedData()])))
  debuglog('sourcepress')(`${isKnown ? 'used' : 'wrote'} ${cache.folder}: ${scripts.size} files, ${compiled} of them compiled`)
}

/** The program does without. */
function withoutFail<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
