// Whatever goes wrong while site.config is linked and run -> diagnostics with places in the files that the user wrote, and
// not in their compiled copies.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { compileConfig, originalPosition, ownModules, syntaxErrors } from './compile.ts'
import type { CompiledConfig } from './compile.ts'
import { locateIn } from './place.ts'
import { pathIn } from '../util/fs.ts'
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import { messageOf, SsgError } from '../core/diagnostic.ts'
import { didYouMean } from '../util/nearest.ts'

interface Scene {
  readonly root: string
  readonly configFile: string
  /** Folder of the compiled copies. */
  readonly folder: string
  readonly compiled: CompiledConfig
}

const base = { severity: 'error', code: 'config-load' } as const

/** `folder` holds the compiled copies that were run. */
export async function explainFailure(root: string, configFile: string, folder: string, error: unknown): Promise<SsgError> {
  const scene: Scene = { root, configFile, folder, compiled: await compileConfig(root, configFile) }
  return new SsgError(await explain(scene, error), { cause: error })
}

async function explain(scene: Scene, error: unknown): Promise<readonly Diagnostic[]> {
  if (scene.compiled.diagnostics.length > 0) return scene.compiled.diagnostics
  if (error instanceof SsgError) return error.diagnostics.map((diagnostic) => ({ at: thrownAt(scene, error), ...diagnostic }))
  if (error instanceof SyntaxError) {
    const diagnostics = await syntaxErrors(scene.root, scene.compiled.modules)
    return diagnostics.length > 0 ? diagnostics : [explainLink(scene, error) ?? explainThrown(scene, error)]
  }
  return [explainMissing(scene, error) ?? await explainUndefined(scene, error) ?? explainThrown(scene, error)]
}

/** An import of a name that the other module does not have. */
function explainLink(scene: Scene, error: SyntaxError): Diagnostic | undefined {
  const [, url = '', line = '', indent = ''] = /^(file:\S+):(\d+)\n.*\n( *)\^/.exec(error.stack ?? '') ?? []
  const at = url ? mapFrame(scene, url, Number(line), indent.length + 1) : undefined
  const name = /does not provide an export named '(.+)'/.exec(error.message)?.[1]
  if (name === undefined || at === undefined) return undefined
  return {
    ...base, message: `there is no export named "${name}" in the module that it is imported from`, at: { ...at, length: name.length },
    fix: `write \`import type\` if "${name}" is a type; else export it there.`,
  }
}

/** A package that is not there, or a part of one that it does not offer. */
function explainMissing(scene: Scene, error: unknown): Diagnostic | undefined {
  const message = messageOf(error)
  const importer = /imported from (.+)$/.exec(message)?.[1]
  const module = scene.compiled.modules.find(({ name }) => join(scene.folder, name) === importer)
  for (const record of module?.imports ?? []) {
    const { specifier } = record
    if (!module || !specifier) continue
    const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier
    const isMeant = [`'${specifier}'`, `'${name}'`, `/node_modules/${specifier}`, `/node_modules/${name}/package.json`].some((text) => message.includes(text))
    if (!isMeant) continue
    const quotes = record.type === 'dynamic' ? 1 : 0
    const at = locateIn(scene.root, module.file, module.stripped, record.start + quotes, record.end - quotes)
    if (message.includes(`Cannot find package '${name}'`)) {
      const meant = didYouMean(name, ['sourcepress'])
      return { ...base, message: `the package "${name}" is not installed`, at, fix: meant ? `did you mean "${meant}"?` : `run \`npm install ${name}\` in the site's folder.` }
    }
    return { ...base, message: `the package "${name}" has no "${specifier}"`, at, fix: 'import something that the package exports.' }
  }
  return undefined
}

/** A name that nothing defines. Where it stands V8 does not tell. */
async function explainUndefined({ root, compiled }: Scene, error: unknown): Promise<Diagnostic | undefined> {
  const name = error instanceof ReferenceError ? /^([\w$]+) is not defined$/.exec(error.message)?.[1] : undefined
  if (name === undefined) return undefined
  const used = new RegExp(`(?<![\\w$.'"\`])${name.replaceAll('$', '\\$')}(?![\\w$'"\`])`)
  for (const { file, stripped } of compiled.modules) {
    const at = stripped.replace(/\/\/.*|\/\*[^]*?\*\//g, (comment) => ' '.repeat(comment.length)).search(used)
    if (at === -1) continue
    const isOurs = Object.hasOwn(await import(ownModules.sourcepress) as object, name)
    return {
      ...base, message: `${name} is not defined`, at: locateIn(root, file, stripped, at, at + name.length),
      fix: isOurs ? `write \`import { ${name} } from 'sourcepress'\` at the top of the file.` : 'define it, import it, or correct the name.',
    }
  }
  return undefined
}

function explainThrown(scene: Scene, error: unknown): Diagnostic {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${inspect(error, { depth: 0 })}`
  return { ...base, message, at: thrownAt(scene, error), fix: `correct it: ${pathIn(scene.root, scene.configFile)} could not be loaded.` }
}

/** The innermost place in the user's files. */
function thrownAt(scene: Scene, error: unknown): Location {
  const stack = error instanceof Error ? String(error.stack) : ''
  for (const [, place = '', line, column] of stack.matchAll(/^ +at (?:.*\()?(.+?):(\d+):(\d+)\)?$/gm)) {
    const at = mapFrame(scene, place, Number(line), Number(column))
    if (at) return at
  }
  return fileOf(scene)
}

/** `place` is a path in frames of CommonJS, else an address. */
function mapFrame({ root, folder, compiled }: Scene, place: string, line: number, column: number): Location | undefined {
  const file = place.startsWith('file:') ? fileURLToPath(place) : place
  const module = compiled.modules.find(({ name }) => join(folder, name) === file)
  if (module) return { file: pathIn(root, module.file), ...originalPosition(module, line, column) }
  return compiled.inputs.has(file) ? { file: pathIn(root, file), line, column } : undefined
}

function fileOf({ root, configFile }: Scene): Location {
  return { file: pathIn(root, configFile) }
}
