// Loads site.config.ts (or .mts, .js, .mjs). The compiled copy is kept in `.ssg/config/` and found again by the content of
// the files that it was made of, so that an unchanged config costs the reading of these files. Says nothing about the
// values in it: that is check.ts.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, SsgError } from '../core/diagnostic.ts'
import { isErrno, pathIn, reasonOf } from '../util/fs.ts'
import { digest } from '../util/hash.ts'
import type { Digest } from '../util/hash.ts'

export interface LoadedConfig {
  /** What the config file exports by default: unchecked. */
  readonly value: unknown
  /** Every local file it was made of, absolute. */
  readonly inputs: readonly string[]
  /** Of names and contents of the inputs; the same wherever the site lies. */
  readonly digest: Digest
}

/** What `.ssg/config/index.json` holds. */
interface CacheIndex {
  readonly format: string
  /** The config file and the compiled copy of it, relative to the root and to the cache folder. */
  readonly config: string
  readonly module: string
  /** Paths relative to the root. */
  readonly inputs: readonly (readonly [string, Digest])[]
  /** Every compiled file, relative to the cache folder. */
  readonly copies: readonly (readonly [string, Digest])[]
}

const format = '1'
const timeLimitMs = 30_000

/** Throws an `SsgError` with a located `config-load` for everything that can be wrong before there is a value. */
export async function loadConfigModule(root: string, configFile: string): Promise<LoadedConfig> {
  const folder = join(root, '.ssg', 'config')
  const cached = readCache(root, folder, configFile) ?? await compileToCache(root, folder, configFile)
  try {
    const exports = await withoutWarnings(() => within(timeLimitMs, pathIn(root, configFile), import(pathToFileURL(cached.module).href)))
    return { value: await defaultExport(root, configFile, exports), inputs: cached.inputs.map(([file]) => file), digest: digestOf(root, cached.inputs) }
  } catch (error) {
    const { explainFailure } = await import('./failure.ts')
    throw await withoutWarnings(() => explainFailure(root, configFile, dirname(cached.module), error))
  }
}

type Inputs = readonly (readonly [file: string, digest: Digest])[]
interface CachedConfig { readonly module: string; readonly inputs: Inputs }

function digestOf(root: string, inputs: Inputs): Digest {
  return digest(inputs.map(([file, content]) => `${pathIn(root, file)}\n${content}\n`).sort().join(''))
}

/** The cache is a matter of time only: anything odd about it means compiling again. */
function readCache(root: string, folder: string, configFile: string): CachedConfig | undefined {
  try {
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as CacheIndex
    if (index.format !== cacheFormat(root) || index.config !== pathIn(root, configFile)) return undefined
    const inputs = index.inputs.map(([file, content]) => [join(root, file), content] as const)
    if (!inputs.every(([file, content]) => digest(readFileSync(file)) === content)) return undefined
    if (!index.copies.every(([name, content]) => digest(readFileSync(join(folder, name))) === content)) return undefined
    return { module: join(folder, index.module), inputs }
  } catch {
    return undefined
  }
}

/** The compiled copy holds absolute addresses of the site and of this package; newer versions of Node compile it themselves. */
function cacheFormat(root: string): string {
  return [format, process.version, root, import.meta.url].join('\n')
}

async function compileToCache(root: string, folder: string, configFile: string): Promise<CachedConfig> {
  const { compileConfig } = await import('./compile.ts')
  const { modules, inputs, diagnostics } = await withoutWarnings(() => compileConfig(root, configFile))
  if (diagnostics.length > 0) throw new SsgError(diagnostics)
  const listed = [...inputs].sort(([a], [b]) => (a < b ? -1 : 1))
  const first = modules[0]
  if (first === undefined) return { module: configFile, inputs: listed }
  const key = digest(cacheFormat(root) + digestOf(root, listed))
  const files = new Map(modules.map(({ name, code }) => [name, code]))
  return { module: join(writeCopy(root, folder, key, files, { config: configFile, module: first.name, inputs: listed }), first.name), inputs: listed }
}

interface CopyInfo { readonly config: string; readonly module: string; readonly inputs: Inputs }

/** Returns the folder that the copy is in. */
function writeCopy(root: string, folder: string, key: string, files: ReadonlyMap<string, string>, info: CopyInfo): string {
  try {
    return writeCache(root, folder, key, files, info)
  } catch {
    // A read-only or full site folder must not stop a build: this run works from a folder that nobody else can write to.
    return writeTemporary(root, files, info)
  }
}

function writeCache(root: string, folder: string, key: string, files: ReadonlyMap<string, string>, { config, module, inputs }: CopyInfo): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(root, '.ssg', '.gitignore'), '*\n')
  const copy = join(folder, key)
  const temporary = mkdtempSync(join(folder, 'new-'))
  for (const [name, code] of files) writeFileSync(join(temporary, name), code)
  if (existsSync(copy) && !isWhole(copy, files)) rmSync(copy, { recursive: true, force: true })
  try {
    renameSync(temporary, copy)
  } catch (error) {
    // Another process was quicker, and may be using it.
    if (!isWhole(copy, files)) throw error
    rmSync(temporary, { recursive: true, force: true })
  }
  const index: CacheIndex = {
    format: cacheFormat(root), config: pathIn(root, config), module: `${key}/${module}`,
    inputs: inputs.map(([file, content]) => [pathIn(root, file), content]),
    copies: [...files].map(([name, code]) => [`${key}/${name}`, digest(code)]),
  }
  writeFileSync(join(folder, `${key}.json`), JSON.stringify(index, undefined, 1))
  renameSync(join(folder, `${key}.json`), join(folder, 'index.json'))
  for (const name of readdirSync(folder)) {
    if (name !== key && name !== 'index.json' && !isInUse(join(folder, name))) rmSync(join(folder, name), { recursive: true, force: true })
  }
  return copy
}

function isWhole(copy: string, files: ReadonlyMap<string, string>): boolean {
  return [...files].every(([name, code]) => existsSync(join(copy, name)) && readFileSync(join(copy, name), 'utf8') === code)
}

/** What was made a moment ago may be another process's, which is about to load it. */
function isInUse(copy: string): boolean {
  const stats = statSync(copy, { throwIfNoEntry: false })
  return stats !== undefined && Date.now() - stats.mtimeMs < 60_000
}

function writeTemporary(root: string, files: ReadonlyMap<string, string>, { config }: CopyInfo): string {
  try {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ssg-config-'))
    process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })
    for (const [name, code] of files) writeFileSync(join(folder, name), code)
    const packages = findPackages(root)
    if (packages) symlinkSync(packages, join(folder, 'node_modules'), 'junction')
    return folder
  } catch (error) {
    if (!isErrno(error)) throw error
    throw fail('output-write', `the compiled form of ${pathIn(root, config)} cannot be written: ${reasonOf(error)}`, { at: { file: pathIn(root, config) }, fix: 'make room, or give write permission to .ssg/ or the folder for temporary files.' }, { cause: error })
  }
}

/** The nearest node_modules, so that packages are found as from the root. */
function findPackages(folder: string): string | undefined {
  const packages = join(folder, 'node_modules')
  if (existsSync(packages)) return packages
  return dirname(folder) === folder ? undefined : findPackages(dirname(folder))
}

async function defaultExport(root: string, configFile: string, exports: unknown): Promise<unknown> {
  const value = typeof exports === 'object' && exports !== null && 'default' in exports ? exports.default : undefined
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  const file = pathIn(root, configFile)
  const example = 'write `export default defineConfig({ ... })`.'
  if (value === undefined) throw fail('config-load', `${file} has no default export`, { at: { file, line: 1, column: 1 }, fix: example })
  const kind = typeof value === 'function' ? 'a function' : Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
  const { createLocator } = await import('./locate.ts')
  const locate = await createLocator(root, configFile)
  throw fail('config-load', `the default export of ${file} is ${kind} and not an object`, { at: locate([], 'value'), fix: example })
}

/** A top-level `await` that never ends would let Node exit without a word. */
async function within<T>(limitMs: number, configFile: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`it did not finish loading in ${limitMs / 1000} seconds: an \`await\` in ${configFile} does not end`)) }, limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** Node's own stripping of types and import of JSON are called experimental in some versions, which is of no use to the reader. */
async function withoutWarnings<T>(work: () => Promise<T>): Promise<T> {
  const emit = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === 'ExperimentalWarning' && /stripTypeScriptTypes|JSON modules/.test(String(warning))) return
    Reflect.apply(emit, process, [warning, ...rest])
  }
  try {
    return await work()
  } finally {
    process.emitWarning = emit
  }
}
