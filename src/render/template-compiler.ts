// Nunjucks' compiler, made to say where things are: calls, filters, printed values and uses of other templates go through
// helpers that know their line and column (from 1). Nunjucks' own errors lose the template, or count lines from 0, or both.
// And made to say less: nothing here is asynchronous, so that an include is a call and not three tasks; `a.b` is read once, by a
// function of its own for each name, and not twice by one for all; what a loop tells of itself is set at once.
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
  filter(name: string, line: number, column: number, context: object, args: readonly unknown[]): unknown
  /** The value of a variable. */
  lookup(context: TemplateContext, frame: Frame, name: string): unknown
  /** A method, which finds itself again when it is called. */
  bound(object: object, name: string): (...args: unknown[]) => unknown
  /** Sets what a loop tells of itself. */
  loop(frame: Frame, index: number, length: number): void
  /** What another template writes here. */
  include(name: unknown, line: number, column: number, ignoreMissing: boolean, context: TemplateContext, frame: Frame): string
  template(name: unknown, line: number, column: number, eager: boolean, ignoreMissing: boolean, done: (error: unknown, template?: object) => void): void
}
export type TemplateProperties = Record<string, unknown>
/** Nunjucks' variables: of a template, and of its parts. */
export interface TemplateContext { lookup(name: string): unknown; getVariables(): object }
export interface Frame { readonly variables: Record<string, unknown>; readonly parent?: Frame }

/** The parts of nunjucks 3.2 that its types leave out. */
interface Node { lineno: number; colno: number; name: Node & { value: string }; args: Node; template: Node; target: Node; val: Node & { value?: unknown }; ignoreMissing: boolean | null }
interface CompilerBase {
  codebuf: string[]
  buffer: string
  compile(node: object): void
  getCode(): string
  compileFilter(node: Node, frame: object): void
  compileFunCall(node: Node, frame: object): void
  compileInclude(node: Node, frame: object): void
  compileLookupVal(node: Node, frame: object): void
  _emitLoopBindings(node: Node, list: string, index: string, length: string): void
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
  nodes: { Literal: new () => object }
}
const { transform } = transformer as { transform(tree: object, asyncFilters: readonly string[]): object }
const place = (node: Node): string => `${node.lineno + 1}, ${node.colno + 1}`

const makesMacro = 'runtime.makeMacro('

/** What nunjucks calls -> what is called in its place. Texts of the template start with a quote and are left alone. */
const ours = [['runtime.handleError(e, lineno, colno)', 'helpers.located(e, lineno, colno)'], ['runtime.ensureDefined(', 'helpers.defined('], ['runtime.suppressValue(', 'helpers.print('], ['runtime.contextOrFrameLookup(', 'helpers.lookup(']] as const

class LocatingCompiler extends internals.compiler.Compiler {
  /** Names after a dot, in the order of the functions that read them. */
  readonly members: string[] = []
  override _emit(code: string): void {
    super._emit(code.startsWith('"') ? code : ours.reduce((text, [theirs, own]) => text.replace(theirs, own), code.replace(/^frame\.set\("([^".]+)", (t_\d+)\);$/m, 'frame.variables["$1"] = $2;')))
  }
  override compileLookupVal(node: Node, frame: object): void {
    if (!(node.val instanceof internals.nodes.Literal) || typeof node.val.value !== 'string') return super.compileLookupVal(node, frame)
    let number = this.members.indexOf(node.val.value)
    if (number === -1) number = this.members.push(node.val.value) - 1
    this._emit(`get_${number}(`)
    this._compileExpression(node.target, frame)
    this._emit(')')
  }
  override _emitLoopBindings(_node: Node, _list: string, index: string, length: string): void {
    this._emitLine(`helpers.loop(frame, ${index}, ${length});`)
  }
  override compileInclude(node: Node, frame: object): void {
    this._emit(`${this.buffer} += helpers.include(`)
    this._compileExpression(node.template, frame)
    this._emitLine(`, ${place(node)}, ${node.ignoreMissing === true}, context, frame);`)
  }
  override compileFilter(node: Node, frame: object): void {
    this._emit(`helpers.filter(${JSON.stringify(node.name.value)}, ${place(node.name)}, context, `)
    this._compileAggregate(node.args, frame, '[', ']')
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
  return [...compiler.members.map(memberFunction), compiler.getCode()].join('\n')
}

/** In place of nunjucks' `memberLookup`, and with the same result. */
function memberFunction(name: string, number: number): string {
  const key = JSON.stringify(name)
  return `function get_${number}(object) { if (object === undefined || object === null) return undefined; const value = object[${key}]; return typeof value === "function" ? helpers.bound(object, ${key}) : value; }`
}
