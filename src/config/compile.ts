// site.config and the local modules that it imports -> plain ES modules for the cache folder: types stripped in place (no
// character moves), specifiers rewritten. Finds what is missing; runs nothing and writes nothing. What a CommonJS module
// requires is not followed.
import { isUtf8 } from 'node:buffer'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { basename, dirname, extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Import } from 'es-module-lexer'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail, messageOf } from '../core/diagnostic.ts'
import { locateIn, positionAt } from './place.ts'
import { pathIn } from '../util/fs.ts'
import { digest } from '../util/hash.ts'
import type { Digest } from '../util/hash.ts'
import { didYouMean } from '../util/nearest.ts'

/** Text put in place of `removed` characters at `at`, an offset in the stripped source. */
interface Edit { readonly at: number; readonly removed: number; readonly text: string }

export interface CompiledModule {
  /** Absolute path of the original. */
  readonly file: string
  /** Name in the cache folder. */
  readonly name: string
  /** The original without types; every character has kept its place. */
  readonly stripped: string
  readonly edits: readonly Edit[]
  readonly code: string
  readonly imports: readonly Import[]
}

export interface CompiledConfig {
  /** The config file is the first. Empty if it is CommonJS, which needs no compiling. */
  readonly modules: readonly CompiledModule[]
  /** Every local file that was read, absolute, with the digest of its bytes. */
  readonly inputs: ReadonlyMap<string, Digest>
  readonly diagnostics: readonly Diagnostic[]
}

/** This very package, so that a site needs no node_modules. */
export const ownModules: Readonly<Record<'sourcepress' | 'sourcepress/testing', string>> = {
  sourcepress: new URL('../index.js', import.meta.url).href,
  'sourcepress/testing': new URL('../../test/conformance/source.js', import.meta.url).href,
}

interface Graph {
  readonly root: string
  /** Originals in the order in which they were met, with their names in the cache folder. */
  readonly names: Map<string, string>
  readonly inputs: Map<string, Digest>
  readonly diagnostics: Diagnostic[]
}

/** Reads the whole graph; a file with a problem is left out of `modules` and told in `diagnostics`. */
export async function compileConfig(root: string, configFile: string): Promise<CompiledConfig> {
  const graph: Graph = { root, names: new Map(), inputs: new Map(), diagnostics: [] }
  const modules: CompiledModule[] = []
  const config = readSource(graph, configFile)
  if (await isModule(configFile, config)) enqueue(graph, configFile)
  for (const [file, name] of graph.names) {
    const text = file === configFile ? config : readSource(graph, file)
    const compiled = await compileModule(graph, file, name, text)
    if (compiled) modules.push(compiled)
  }
  // The lexer lets much pass; one fault found is the time to look for all.
  if (graph.diagnostics.length > 0) graph.diagnostics.push(...await syntaxErrors(root, modules))
  return { modules, inputs: graph.inputs, diagnostics: graph.diagnostics }
}

/** The first syntax error of each module. */
export async function syntaxErrors(root: string, modules: readonly CompiledModule[]): Promise<Diagnostic[]> {
  const found = await Promise.all(modules.map(async ({ file, stripped }) => ({ file, stripped, error: await findSyntaxError(stripped) })))
  return found.flatMap(({ file, stripped, error }) => (error === undefined ? [] : {
    severity: 'error', code: 'config-load', message: `syntax error: ${error.message}`, at: locateIn(root, file, stripped, error.offset, error.offset + 1), fix: 'correct the syntax.',
  } as const))
}

/** The source without types, everything else in its old place. Throws what the parser throws. */
export async function stripTypes(file: string, text: string): Promise<string> {
  if (!/\.[mc]?ts$/.test(file) || await hasNoTypes(text)) return text
  // Node has it from 22.13 on; the types are those of Node 20.
  const strip: unknown = Reflect.get(nodeModule, 'stripTypeScriptTypes')
  if (typeof strip === 'function') {
    try {
      return String(strip(text))
    } catch {
      // The other parser fails as well, and says where.
    }
  }
  // `import` would look through its 4 MB twice for what it exports.
  const swc = nodeModule.createRequire(import.meta.url)('@swc/wasm-typescript') as typeof import('@swc/wasm-typescript')
  return swc.transformSync(text, { mode: 'strip-only' }).code
}

/**
 * Most configs have none, and what strips types takes longer to load than everything else that a config needs. Where there is no `<`,
 * TypeScript that is also JavaScript means the same as both; `f<T>(x)` compares in one of them.
 */
async function hasNoTypes(text: string): Promise<boolean> {
  return !text.includes('<') && await findSyntaxError(text) === undefined
}

function readSource(graph: Graph, file: string): string {
  const bytes = readFileSync(file)
  if (!isUtf8(bytes)) throw fail('config-load', `${basename(file)} is not UTF-8`, { at: { file: pathIn(graph.root, file) }, fix: 'save it as UTF-8.' })
  graph.inputs.set(file, digest(bytes))
  // A byte order mark would move every column of the first line, and a hash bang must be the first thing of a file.
  return bytes.toString().replace(/^\uFEFF/, '').replace(/^#!/, '//')
}

function enqueue(graph: Graph, file: string): string {
  const name = graph.names.get(file) ?? `${graph.names.size}-${basename(file, extname(file)).replace(/[^\w.-]/g, '_')}.mjs`
  graph.names.set(file, name)
  return name
}

async function parseImports(stripped: string): Promise<{ imports: readonly Import[]; isModule: boolean }> {
  const lexer = await import('es-module-lexer')
  await lexer.init
  const [imports, , , isModule] = lexer.parse(stripped)
  return { imports, isModule }
}

/** Whether a local file is to be compiled. JSON, CommonJS and the rest are imported from where they are. */
async function isModule(file: string, text: string): Promise<boolean> {
  if (/\.m?ts$|\.mjs$/.test(file)) return true
  if (!file.endsWith('.js')) return false
  try {
    return (await parseImports(text)).isModule
  } catch {
    // It has a syntax error, which compiling reports.
    return true
  }
}

async function compileModule(graph: Graph, file: string, name: string, text: string): Promise<CompiledModule | undefined> {
  try {
    const stripped = await stripTypes(file, text)
    const { imports } = await parseImports(stripped)
    const edits: Edit[] = imports.some(({ type }) => type === 'import-meta') ? [{ at: 0, removed: 0, text: metaOf(file) }] : []
    for (const record of imports) edits.push(...await rewriteImport(graph, file, stripped, record))
    return { file, name, stripped, edits, imports, code: applyEdits(stripped, edits) }
  } catch (error) {
    graph.diagnostics.push(await explainSyntax(graph.root, file, text, error))
    return undefined
  }
}

/** Makes `import.meta` of the copy say what it says in the original. */
function metaOf(file: string): string {
  const url = JSON.stringify(pathToFileURL(file).href)
  return `import.meta.url=${url};import.meta.filename=${JSON.stringify(file)};import.meta.dirname=${JSON.stringify(dirname(file))};`
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let [code, end] = ['', 0]
  for (const edit of edits) {
    code += text.slice(end, edit.at) + edit.text
    end = edit.at + edit.removed
  }
  return code + text.slice(end)
}

async function rewriteImport(graph: Graph, file: string, stripped: string, record: Import): Promise<Edit[]> {
  const { specifier, start, end } = record
  if (!specifier || (record.type === 'dynamic' && record.glob)) return []
  const target = (Object.hasOwn(ownModules, specifier) ? ownModules[specifier as keyof typeof ownModules] : undefined) ?? await resolveLocal(graph, file, stripped, record, specifier)
  if (target === undefined) return []
  const quoted = JSON.stringify(target)
  return [{ at: start, removed: end - start, text: record.type === 'dynamic' ? quoted : quoted.slice(1, -1) }]
}

/** What a relative or absolute specifier becomes; `undefined` for packages, which Node finds from the cache folder as from the root. */
async function resolveLocal(graph: Graph, importer: string, stripped: string, record: Import, specifier: string): Promise<string | undefined> {
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return undefined
  const target = fileURLToPath(new URL(specifier.replace(/[?#].*$/, ''), pathToFileURL(importer)))
  // TypeScript's own convention writes `./x.js` for ./x.ts.
  const file = [target, target.replace(/\.(m?)js$/, '.$1ts')].find(isFile)
  if (file === undefined) {
    graph.diagnostics.push(importProblem(graph, importer, stripped, record, `"${specifier}" does not exist`, fixOfMissing(target, specifier)))
    return undefined
  }
  if (file.endsWith('.json') && record.type === 'static' && !record.attributes) {
    graph.diagnostics.push(importProblem(graph, importer, stripped, record, `"${specifier}" is JSON, which needs an import attribute`, `write \`with { type: 'json' }\` after it.`))
  }
  if (!graph.names.has(file) && !await isModule(file, readSource(graph, file))) return pathToFileURL(file).href
  return './' + enqueue(graph, file)
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false
const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false

function importProblem(graph: Graph, file: string, stripped: string, record: Import, message: string, fix: string): Diagnostic {
  const [from, to] = record.type === 'dynamic' ? [record.start + 1, record.end - 1] : [record.start, record.end]
  return { severity: 'error', code: 'config-load', message, at: locateIn(graph.root, file, stripped, from, to), fix }
}

function fixOfMissing(target: string, specifier: string): string {
  const folder = dirname(target)
  const names = isFolder(folder) ? readdirSync(folder).filter((name) => /\.(m?[jt]s|cjs|json)$/.test(name)).sort() : []
  const name = basename(target)
  const exact = names.find((other) => other.replace(/\.\w+$/, '') === name)
  const found = exact ?? didYouMean(name, names)
  return found ? `write "${specifier.slice(0, specifier.length - name.length)}${found}".` : 'correct the path, or create the file.'
}

/** What the type stripper or the lexer threw, with its place. */
async function explainSyntax(root: string, file: string, text: string, error: unknown): Promise<Diagnostic> {
  const base = { severity: 'error', code: 'config-load' } as const
  if (typeof error === 'object' && error !== null && 'startLine' in error && 'startColumn' in error) {
    const { message, startLine, startColumn, endLine, endColumn } = error as SwcFailure
    const length = endLine === startLine ? { length: endColumn - startColumn } : {}
    const at = { file: pathIn(root, file), line: startLine, column: startColumn + 1, ...length }
    const erasable = /^(.*) is not supported in strip-only mode$/.exec(message)?.[1]
    if (erasable) return { ...base, message: `${erasable} is more than a type, so it cannot be used here`, at, fix: 'write it in plain JavaScript, for example a constant object in place of an enum.' }
    // The parser's list of everything that it expected is longer than it is useful.
    return { ...base, message: `syntax error: ${message.replace(/\. Expected an identifier, .*/, '')}`, at, fix: 'correct the syntax.' }
  }
  const located = await findSyntaxError(text)
  const offset = located?.offset ?? (error instanceof Error && 'idx' in error ? Number(error.idx) : undefined)
  const at = offset === undefined ? { file: pathIn(root, file) } : locateIn(root, file, text, offset, offset + 1)
  return { ...base, message: `syntax error: ${located?.message ?? messageOf(error)}`, at, fix: 'correct the syntax.' }
}

interface SwcFailure { message: string; startLine: number; startColumn: number; endLine: number; endColumn: number }

async function findSyntaxError(stripped: string): Promise<{ message: string; offset: number } | undefined> {
  const acorn = await import('acorn')
  try {
    acorn.parse(stripped, { ecmaVersion: 'latest', sourceType: 'module' })
    return undefined
  } catch (error) {
    if (!(error instanceof SyntaxError) || !('pos' in error)) throw error
    return { message: error.message.replace(/ \(\d+:\d+\)$/, ''), offset: Number(error.pos) }
  }
}

/** A place in the compiled code -> the same place in the original. Both count from 1. */
export function originalPosition(module: CompiledModule, line: number, column: number): { line: number; column: number } {
  const compiled = module.code.split('\n')
  let offset = compiled.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, column - 1)
  for (const edit of module.edits) {
    if (offset < edit.at + edit.text.length) return positionAt(module.stripped, Math.min(offset, edit.at))
    offset += edit.removed - edit.text.length
  }
  return positionAt(module.stripped, offset)
}
