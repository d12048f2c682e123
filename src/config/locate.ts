// Finds a value of the config in its source, for messages. Follows object literals, constants of the same file, spreads and
// the call of `defineConfig`; what is computed is located at the nearest thing that is written down.
import { readFileSync } from 'node:fs'
import type { Expression, Program, Property, SpreadElement } from 'acorn'
import { stripTypes } from './compile.ts'
import { locateIn } from './place.ts'
import { pathIn } from '../util/fs.ts'
import type { Location } from '../core/diagnostic.ts'

export type Path = readonly (string | number)[]
/** `key` points at the name of the last step, `value` at what it is set to. */
export type Locator = (path: Path, part: 'key' | 'value') => Location

interface Span { readonly start: number; readonly end: number }
interface Found { readonly key: Span; readonly value: Expression }

export async function createLocator(root: string, configFile: string): Promise<Locator> {
  const stripped = await stripTypes(configFile, readFileSync(configFile, 'utf8').replace(/^\uFEFF/, '').replace(/^#!/, '//'))
  const program = await parse(stripped)
  const start = program && defaultExport(program)
  return (path, part) => {
    if (program === undefined || start === undefined) return { file: pathIn(root, configFile) }
    const found = follow(program, start, path)
    const span = part === 'key' ? found.key : found.value
    return locateIn(root, configFile, stripped, span.start, span.end)
  }
}

async function parse(stripped: string): Promise<Program | undefined> {
  const acorn = await import('acorn')
  try {
    return acorn.parse(stripped, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true })
  } catch {
    // It ran, so this is syntax that the parser does not know yet: the message goes without a line.
    return undefined
  }
}

function defaultExport(program: Program): Expression | undefined {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement
      return declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration' ? undefined : declaration
    }
    if (statement.type === 'ExpressionStatement' && statement.expression.type === 'AssignmentExpression') {
      const { left, right } = statement.expression
      const isExports = left.type === 'MemberExpression' && left.object.type === 'Identifier' && left.object.name === 'module'
      if (isExports) return right
    }
  }
  return undefined
}

/** As far along the path as the source goes. */
function follow(program: Program, start: Expression, path: Path): Found {
  let found: Found = { key: start, value: start }
  for (const step of path) {
    const next = findStep(program, found.value, step)
    if (next === undefined) break
    found = next
  }
  return found
}

function findStep(program: Program, from: Expression, step: string | number): Found | undefined {
  const holder = unwrap(program, from)
  if (holder.type === 'ArrayExpression') {
    const element = typeof step === 'number' ? holder.elements[step] : undefined
    return element && element.type !== 'SpreadElement' ? { key: element, value: element } : undefined
  }
  if (holder.type !== 'ObjectExpression') return undefined
  // The last one wins, as it does when the object is made.
  for (const property of [...holder.properties].reverse()) {
    const found = property.type === 'SpreadElement' ? findStep(program, property.argument, step) : ofProperty(property, step)
    if (found) return found
  }
  return undefined
}

function ofProperty(property: Exclude<Property | SpreadElement, SpreadElement>, step: string | number): Found | undefined {
  const { key, value } = property
  if (property.computed && key.type !== 'Literal') return undefined
  const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined
  return name === String(step) ? { key, value } : undefined
}

/** The object or list behind a constant's name or a call like `defineConfig({...})`. */
function unwrap(program: Program, node: Expression, depth = 0): Expression {
  if (depth > 20) return node
  if (node.type === 'CallExpression') {
    const [argument] = node.arguments
    return argument && argument.type !== 'SpreadElement' && node.arguments.length === 1 ? unwrap(program, argument, depth + 1) : node
  }
  if (node.type === 'Identifier') {
    const value = constantOf(program, node.name)
    return value ? unwrap(program, value, depth + 1) : node
  }
  if (node.type === 'ParenthesizedExpression') return unwrap(program, node.expression, depth + 1)
  if (node.type === 'AwaitExpression') return unwrap(program, node.argument, depth + 1)
  return node
}

function constantOf(program: Program, name: string): Expression | undefined {
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration') continue
    const declared = declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name)
    if (declared?.init) return declared.init
  }
  return undefined
}
