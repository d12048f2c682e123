// The nunjucks environment: finds templates (the site's own win over the theme's, file by file), records each one that a page
// reads, and gives every error its true file, line, column and chain of includes.
// Loaded only when a page is rendered.
import nunjucks from 'nunjucks'
import type { Profiler } from '../core/profiler.ts'
import type { Filter } from '../core/settings.ts'
import type { Reads } from '../core/types.ts'
import { compileTemplate, type CompiledCode, type CompiledHelpers, type Frame, type TemplateProperties } from './template-compiler.ts'
import { TemplateFailure, UndefinedValue, type TemplatePlace, type TemplateSource } from './template-failure.ts'
import { beginPart, makeMacro } from './template-profile.ts'

export interface TemplateRenderer {
  /** Throws `TemplateFailure`. */
  render(template: string, context: object): string
  /** Text and place of a template, for messages. */
  find(name: string): TemplateSource | undefined
  /** Nunjucks' own, too; for "did you mean". */
  filterNames(): string[]
}

export interface TemplateOptions {
  /** Text of a template and its path for messages; `undefined`: there is none. */
  readonly read: (name: string) => TemplateSource | undefined
  readonly reads: Reads
  readonly strict: boolean
  readonly filters: Readonly<Record<string, Filter>>
  readonly globals: Readonly<Record<string, unknown>>
  /** Default: what earlier processes compiled is not known. */
  readonly compiled?: CompiledCode
  readonly profiler?: Profiler
}

/** The parts of a nunjucks template that its types leave out. */
interface Template {
  path: string
  /** Without noting where it was asked for. */
  plainRender: (context: object, frame: object) => string | null
  render: (...args: unknown[]) => string | null
  getExported: (...args: unknown[]) => void
}
const NunjucksTemplate = nunjucks.Template as unknown as new (source: { type: 'code'; obj: TemplateProperties }, environment: object, path: string, eager: boolean) => Template

const { suppressValue } = nunjucks.runtime as unknown as { suppressValue(value: unknown, autoescape: boolean): unknown }
const { escape } = nunjucks.lib as unknown as { escape(text: string): string }

/** Templates nested deeper than this are a circle. */
const deepest = 60

export function createTemplates(options: TemplateOptions): TemplateRenderer {
  // `dev` makes nunjucks pass our errors on instead of making new ones of their text.
  const environment = new nunjucks.Environment([], { autoescape: true, throwOnUndefined: options.strict, dev: true } as object)
  for (const [name, value] of Object.entries(options.globals)) environment.addGlobal(name, value)
  environment.addFilter('random', refuseRandom)
  for (const [name, filter] of Object.entries(options.filters)) environment.addFilter(name, filter)
  const sources = new Map<string, TemplateSource | undefined>()
  const compiled = new Map<string, Template>()
  /** Where each template being rendered was asked for, outermost first; and the ancestors of the innermost. */
  let uses: readonly TemplatePlace[] = []
  let ancestors = 0
  /** Where the template that renders next was asked for. */
  let asked: TemplatePlace | undefined

  function find(name: string): TemplateSource | undefined {
    if (!sources.has(name)) sources.set(name, isSafeName(name) ? options.read(name) : undefined)
    return sources.get(name)
  }

  function get(name: string, asked: TemplatePlace | undefined, ignoreMissing: boolean): Template {
    options.reads.read(`template:${name}`)
    const known = compiled.get(name)
    if (known !== undefined) return known
    const source = find(name)
    if (source === undefined && !ignoreMissing) throw TemplateFailure.missing(name, asked, uses)
    const template = source === undefined ? emptyTemplate(environment, name) : compile(name, source)
    if (source !== undefined) compiled.set(name, template)
    return template
  }

  function compile(name: string, source: TemplateSource): Template {
    const properties = parse(name, source)(createHelpers(name))
    const template = new NunjucksTemplate({ type: 'code', obj: properties }, environment, name, true)
    template.plainRender = template.render
    template.render = trackUses(template.render.bind(template))
    template.getExported = trackUses(template.getExported.bind(template))
    return template
  }

  function parse(name: string, source: TemplateSource): ReturnType<typeof compileTemplate> {
    try {
      return compileTemplate(source.text, name, options.strict, options.compiled)
    } catch (error) {
      const { lineno, colno } = error as { lineno?: number; colno?: number }
      throw TemplateFailure.syntax(error, { template: name, ...(lineno && { line: lineno, column: colno ?? 1 }) }, uses)
    }
  }

  /**
   * Renders with the place it was asked from on the stack, and stops circles. Nunjucks goes on with the outer template
   * inside of the inner one's callback, so the stack is put back just before that.
   */
  function trackUses<T>(run: (...args: unknown[]) => T): (...args: unknown[]) => T {
    return (...args) => {
      if (uses.length >= deepest) throw TemplateFailure.loop(uses)
      const outer = { uses, ancestors }
      if (asked !== undefined) uses = [...uses, asked]
      ancestors = 0
      const done = args.at(-1)
      if (typeof done !== 'function') return run(...args)
      return run(...args.slice(0, -1), (...results: unknown[]) => {
        ({ uses, ancestors } = outer)
        done(...results)
      })
    }
  }

  function createHelpers(name: string): CompiledHelpers {
    const failure = (error: unknown, line?: number, column?: number): TemplateFailure =>
      TemplateFailure.from(error, { template: name, ...(line !== undefined && { line, ...(column !== undefined && { column }) }) }, uses)
    return {
      // Nunjucks' variables for the place may be those of another statement: better none than a wrong one.
      located: (error) => failure(error),
      // A date by itself would print in the machine's time zone.
      print: (value, autoescape) => (typeof value === 'string' ? (autoescape ? escape(value) : value) : suppressValue(value instanceof Date ? value.toISOString() : value, autoescape)),
      part: beginPart(name, options.profiler),
      macro: makeMacro(name, options.profiler),
      defined(value, line, column) {
        if (value === undefined || value === null) throw failure(new UndefinedValue(), line + 1, column + 1)
        if (isPlainMap(value)) throw failure(new Error('a map cannot be printed'), line + 1, column + 1)
        return value
      },
      call(line, column, callee, callName, context, args) {
        try {
          if (typeof callee !== 'function') throw new Error(`\`${callName}\` is not a function`)
          return (callee as (...given: unknown[]) => unknown).apply(context, [...args])
        } catch (error) {
          throw failure(error, line, column)
        }
      },
      filter(filterName, line, column, context, args) {
        try {
          return environment.getFilter(filterName).apply(context, args as never)
        } catch (error) {
          throw failure(error, line, column)
        }
      },
      lookup(context, frame, variable) {
        for (let at: Frame | undefined = frame; at; at = at.parent) {
          const value = at.variables[variable]
          if (value !== undefined) return value
        }
        return context.lookup(variable)
      },
      bound: (object, member) => (...args) => (object as Record<string, (...given: unknown[]) => unknown>)[member]!(...args),
      loop({ variables }, index, length) {
        const loop = (variables['loop'] ||= {}) as Record<string, unknown>
        loop['index'] = index + 1
        loop['index0'] = index
        loop['revindex'] = length - index
        loop['revindex0'] = length - index - 1
        loop['first'] = index === 0
        loop['last'] = index === length - 1
        loop['length'] = length
      },
      include(given, line, column, ignoreMissing, context, frame) {
        const place = { template: name, line, column }
        let template: Template
        try {
          template = get(resolveName(given, name), place, ignoreMissing)
        } catch (error) {
          throw failure(error, line, column)
        }
        const [outerUses, outerAncestors] = [uses, ancestors]
        if (uses.length >= deepest) throw TemplateFailure.loop(uses)
        uses = [...uses, place]
        ancestors = 0
        const output = template.plainRender(context.getVariables(), frame) ?? ''
        uses = outerUses
        ancestors = outerAncestors
        return output
      },
      template(given, line, column, eager, ignoreMissing, done) {
        const place = { template: name, line, column }
        let template: Template
        try {
          if (eager && ++ancestors > deepest) throw TemplateFailure.loop([...uses, place])
          template = get(resolveName(given, name), place, ignoreMissing)
          asked = place
        } catch (error) {
          done(failure(error, line, column))
          return
        }
        done(null, template)
      },
    }
  }

  return {
    find,
    filterNames: () => Object.keys((environment as unknown as { filters: object }).filters),
    render(name, context) {
      uses = []
      ancestors = 0
      asked = undefined
      try {
        return get(name, undefined, false).render(context) ?? ''
      } catch (error) {
        if (error instanceof TemplateFailure) error.context = context
        throw error
      }
    },
  }
}

function refuseRandom(): never {
  throw new Error('`random` would make every build another one')
}

/** What would print as `[object Object]`. */
function isPlainMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Stands for a template that may be missing. */
function emptyTemplate(environment: object, name: string): Template {
  const root = (_environment: unknown, _context: unknown, _frame: unknown, _runtime: unknown, done: (error: null, output: string) => void): void => done(null, '')
  const template = new NunjucksTemplate({ type: 'code', obj: { root } }, environment, name, true)
  template.plainRender = template.render
  return template
}

/** `./card.njk` is beside the template that asks for it; all other names count from the templates folder. */
function resolveName(given: unknown, parent: string): string {
  const name = typeof given === 'object' && given !== null && 'raw' in given ? given.raw : given
  if (typeof name !== 'string') throw new Error(`the name of a template is not a text: ${String(name)}`)
  if (!/^\.\.?\//.test(name)) return name
  const parts = parent.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function isSafeName(name: string): boolean {
  return !name.startsWith('/') && !/[\0\\]/.test(name) && !name.split('/').includes('..')
}
