// Nunjucks' compiler, made to say where things are: calls, filters, printed values and uses of other templates go through
// helpers that know their line and column (from 1). Nunjucks' own errors lose the template, or count lines from 0, or both.
import nunjucks from 'nunjucks'
// @ts-expect-error: nunjucks' types end at its door.
import transformer from 'nunjucks/src/transformer.js'
import { digest, type Digest } from '../util/hash.ts'

/** What compiled templates call; one set for each template, so that it knows the template's name. */
export interface CompiledHelpers {
  located(error: unknown, line?: number, column?: number): unknown
  /** What is written for a value. */
  print(value: unknown, autoescape: boolean): unknown
  defined(value: unknown, line: number, column: number): unknown
  /** Told when the template (`root`) or one of its blocks (`b_name`) begins to run, with what it calls in the end; gives what it is to call. */
  part(key: string, done: (...results: unknown[]) => unknown): (...results: unknown[]) => unknown
  macro(name: string, args: readonly string[], keywords: readonly string[], run: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown
  call(line: number, column: number, callee: unknown, name: string, context: object, args: readonly unknown[]): unknown
  filter(name: string, line: number, column: number): (this: object, ...args: unknown[]) => unknown
  template(name: unknown, line: number, column: number, eager: boolean, ignoreMissing: boolean, done: (error: unknown, template?: object) => void): void
}
export type TemplateProperties = Record<string, unknown>

/** The parts of nunjucks 3.2 that its types leave out. */
interface Node { lineno: number; colno: number; name: Node & { value: string }; args: Node; template: Node }
interface CompilerBase {
  codebuf: string[]
  compile(node: object): void
  getCode(): string
  compileFilter(node: Node, frame: object): void
  compileFunCall(node: Node, frame: object): void
  _compileGetTemplate(node: Node, frame: object, eager: boolean, ignoreMissing: boolean): string
  _compileMacro(node: Node, frame?: object): string
  _emitFuncBegin(node: Node, name: string): void
  _emit(code: string): void
  _emitLine(code: string): void
  _tmpid(): string
  _makeCallback(id: string): string
  _compileExpression(node: Node, frame: object): void
  _compileAggregate(node: Node, frame: object, start?: string, end?: string): void
  _getNodeName(node: Node): string
}
const internals = nunjucks as unknown as {
  compiler: { Compiler: new (name: string, strict: boolean) => CompilerBase }
  parser: { parse(text: string, extensions: readonly object[], options: object): object }
}
const { transform } = transformer as { transform(tree: object, asyncFilters: readonly string[]): object }
const place = (node: Node): string => `${node.lineno + 1}, ${node.colno + 1}`

const makesMacro = 'runtime.makeMacro('

class LocatingCompiler extends internals.compiler.Compiler {
  override compileFilter(node: Node, frame: object): void {
    this._emit(`helpers.filter(${JSON.stringify(node.name.value)}, ${place(node.name)}).call(context, `)
    this._compileAggregate(node.args, frame)
    this._emit(')')
  }
  override compileFunCall(node: Node, frame: object): void {
    this._emit(`helpers.call(${place(node)}, `)
    this._compileExpression(node.name, frame)
    this._emit(`, ${JSON.stringify(this._getNodeName(node.name))}, context, `)
    this._compileAggregate(node.args, frame, '[', ']')
    this._emit(')')
  }
  override _emitFuncBegin(node: Node, name: string): void {
    super._emitFuncBegin(node, name)
    this._emitLine(`cb = helpers.part(${JSON.stringify(name)}, cb);`)
  }
  override _compileMacro(node: Node, frame?: object): string {
    const start = this.codebuf.length
    const id = super._compileMacro(node, frame)
    const at = this.codebuf.findIndex((code, i) => i >= start && code.includes(makesMacro))
    this.codebuf[at] = this.codebuf[at]!.replace(makesMacro, () => `helpers.macro(${JSON.stringify(node.name.value)}, `)
    return id
  }
  override _compileGetTemplate(node: Node, frame: object, eager: boolean, ignoreMissing: boolean): string {
    const id = this._tmpid()
    const done = this._makeCallback(id)
    this._emit('helpers.template(')
    this._compileExpression(node.template, frame)
    this._emitLine(`, ${place(node)}, ${eager}, ${ignoreMissing}, ${done}`)
    return id
  }
}

/** Code from earlier processes, by the digest of what it was compiled from. */
export interface CompiledCode {
  get(key: Digest): string | undefined
  set(key: Digest, code: string): void
}

/** Throws nunjucks' error, with `lineno` and `colno` from 1, if the text is no template. */
export function compileTemplate(text: string, name: string, strict: boolean, kept?: CompiledCode): CompiledTemplate {
  const key = JSON.stringify([strict, name, text])
  let known = compiled.get(key)
  if (known !== undefined) return known
  known = new Function('helpers', kept ? codeOf(key, kept, () => compile(text, name, strict)) : compile(text, name, strict)) as CompiledTemplate
  if (compiled.size >= compiledAtMost) compiled.clear()
  compiled.set(key, known)
  return known
}

/** For many builds in one process. */
const compiled = new Map<string, CompiledTemplate>()
const compiledAtMost = 200
type CompiledTemplate = (helpers: CompiledHelpers) => TemplateProperties

function codeOf(from: string, kept: CompiledCode, compileNow: () => string): string {
  const key = digest(from)
  let code = kept.get(key)
  if (code === undefined) kept.set(key, code = compileNow())
  return code
}

function compile(text: string, name: string, strict: boolean): string {
  const compiler = new LocatingCompiler(name, strict)
  compiler.compile(transform(internals.parser.parse(text, [], {}), []))
  return compiler.getCode()
    .replaceAll('runtime.handleError(e, lineno, colno)', 'helpers.located(e, lineno, colno)')
    .replaceAll('runtime.ensureDefined(', 'helpers.defined(')
    .replaceAll('runtime.suppressValue(', 'helpers.print(')
}
