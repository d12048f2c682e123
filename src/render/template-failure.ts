// What went wrong in a template, with the place and the chain of templates that led there; and how that reads as a diagnostic.
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import { messageOf } from '../core/diagnostic.ts'
import { didYouMean } from '../util/nearest.ts'

export interface TemplateSource {
  readonly text: string
  /** For messages: `templates/base.njk`. */
  readonly file: string
}
export interface TemplatePlace {
  readonly template: string
  readonly line?: number
  readonly column?: number
}
/** Nunjucks' own message says neither what nor where. */
export class UndefinedValue extends Error {}

type Reason = 'syntax' | 'missing' | 'undefined' | 'loop' | 'error'

/** An error that nunjucks passes on as it is: it asks for `Update`. */
export class TemplateFailure extends Error {
  readonly reason: Reason
  readonly place: TemplatePlace | undefined
  /** Where the template was asked for, and the one that asked, and so on, outermost first. */
  readonly chain: readonly TemplatePlace[]
  /** The name that was asked for, if a template is missing. */
  readonly wanted: string | undefined
  /** What the template was given. */
  context?: object

  private constructor(reason: Reason, message: string, place: TemplatePlace | undefined, chain: readonly TemplatePlace[], options: { wanted?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.reason = reason
    this.place = place
    this.chain = [...chain]
    this.wanted = options.wanted
  }

  static from(error: unknown, place: TemplatePlace, chain: readonly TemplatePlace[]): TemplateFailure {
    if (error instanceof TemplateFailure) return error
    const overflow = error instanceof Error && error.message.includes('Maximum call stack')
    return new TemplateFailure(error instanceof UndefinedValue ? 'undefined' : overflow ? 'loop' : 'error', cleanMessage(error), place, chain, { cause: error })
  }
  static syntax(error: unknown, place: TemplatePlace, chain: readonly TemplatePlace[]): TemplateFailure {
    return new TemplateFailure('syntax', cleanMessage(error), place, chain, { cause: error })
  }
  static missing(wanted: string, place: TemplatePlace | undefined, chain: readonly TemplatePlace[]): TemplateFailure {
    return new TemplateFailure('missing', `"${wanted}" is not among the templates`, place, chain, { wanted })
  }
  static loop(chain: readonly TemplatePlace[]): TemplateFailure {
    return new TemplateFailure('loop', 'templates include or extend each other without end', chain.at(-1), chain.slice(-4, -1))
  }
  /** Nunjucks calls this on every error that passes a template. */
  Update(): this {
    return this
  }
}

function cleanMessage(error: unknown): string {
  return messageOf(error).replace(/^\(.*?\)( \[Line.*?\])?\n\s*/, '').replace(/^Error: /, '')
}

function positionAt(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

export interface DescribeOptions {
  readonly find: (name: string) => TemplateSource | undefined
  readonly names: readonly string[]
  readonly filters: readonly string[]
  /** `/tags/rust/` */
  readonly page: string
  /** Where the page's template was chosen, if the page's own template is missing. */
  readonly chosenAt: Location
}

/** The failure as one located diagnostic. */
export function describeFailure(failure: TemplateFailure, options: DescribeOptions): Diagnostic {
  const source = failure.place && options.find(failure.place.template)
  const at = source === undefined ? options.chosenAt : locatePlace(failure, failure.place, source)
  const related = failure.chain.map(({ template, ...place }) => ({ at: { file: options.find(template)?.file ?? template, ...place }, note: 'includes it' }))
  return { severity: 'error', at, context: options.page, ...(related.length > 0 && { related: related.reverse() }), ...explain(failure, source, at, options) }
}

function locatePlace(failure: TemplateFailure, place: TemplatePlace | undefined, source: TemplateSource): Location {
  if (place?.line !== undefined) {
    const expression = failure.reason === 'undefined' ? expressionAt(source.text, place.line, place.column) : undefined
    return { file: source.file, line: place.line, ...(place.column !== undefined && { column: place.column }), ...(expression && { length: expression.raw.length }) }
  }
  const open = failure.reason === 'syntax' ? unclosedTag(source.text) : undefined
  return { file: source.file, ...open }
}

/** The last block tag that nothing closes. */
function unclosedTag(text: string): { line: number; column: number; length: number } | undefined {
  const open: { name: string; index: number; length: number }[] = []
  for (const match of text.matchAll(/\{%-?\s*(end)?(if|for|block|macro|call|filter|raw|set)\b([^%]*)%\}/g)) {
    const [tag, closing, name = '', rest = ''] = match
    if (closing !== undefined) open.splice(open.findLastIndex((one) => one.name === name), 1)
    else if (name !== 'set' || !rest.includes('=')) open.push({ name, index: match.index, length: tag.length })
  }
  const last = open.at(-1)
  return last && { ...positionAt(text, last.index), length: last.length }
}

/** The `{{ expression }}` that starts at a place. */
function expressionAt(text: string, line: number, column = 1): { raw: string; expression: string } | undefined {
  const rest = text.split('\n').slice(line - 1).join('\n').slice(column - 1)
  const match = /^\{\{-?\s*([\s\S]*?)\s*-?\}\}/.exec(rest)
  return match ? { raw: match[0].split('\n')[0] ?? '', expression: match[1] ?? '' } : undefined
}

function explain(failure: TemplateFailure, source: TemplateSource | undefined, place: Location, options: DescribeOptions): Pick<Diagnostic, 'code' | 'message' | 'fix'> {
  switch (failure.reason) {
    case 'syntax': {
      const nearest = didYouMean(/^unknown block tag: (.*)$/.exec(failure.message)?.[1] ?? '', tags)
      return { code: 'template-syntax', message: failure.message, fix: nearest === undefined ? 'correct the tag; the manual of nunjucks lists them all.' : `did you mean "${nearest}"?` }
    }
    case 'missing': {
      const nearest = didYouMean(failure.wanted ?? '', options.names)
      return { code: 'template-missing', message: failure.message, fix: nearest === undefined ? 'write the template, or name another one.' : `did you mean "${nearest}"?` }
    }
    case 'undefined': {
      const found = source && expressionAt(source.text, place.line ?? 1, place.column)
      const nearest = found && failure.context && findMeant(found.expression, failure.context, source.text)
      return {
        code: 'template-undefined', message: `${found ? `\`${found.expression}\`` : 'a value'} is undefined or null`,
        fix: nearest === undefined ? 'check the name, or give a default: {{ value or "" }}.' : `did you mean "${nearest}"? If not, give a default: {{ value or "" }}.`,
      }
    }
    case 'loop': return { code: 'template-loop', message: `${failure.message}: ${[...new Set([...failure.chain, ...(failure.place ? [failure.place] : [])].map(({ template }) => template))].join(' -> ')}`, fix: 'let one of them not include the other.' }
    case 'error': {
      const filter = /^filter not found: (.*)$/.exec(failure.message)?.[1]
      const nearest = filter === undefined ? undefined : didYouMean(filter, options.filters)
      if (filter !== undefined) return { code: 'template-error', message: `there is no filter "${filter}"`, fix: nearest === undefined ? 'add it to `templates.filters` in site.config.' : `did you mean "${nearest}"?` }
      return { code: 'template-error', message: failure.message, fix: 'correct the expression, or the function it calls.' }
    }
  }
}

const tags = ['block', 'call', 'elif', 'else', 'extends', 'filter', 'for', 'from', 'if', 'import', 'include', 'macro', 'raw', 'set', 'endblock', 'endcall', 'endfilter', 'endfor', 'endif', 'endmacro', 'endraw', 'endset']

/** `entry.title` for `entry.titel`: the first name that is not there, by those that are. What the template itself names is not known. */
function findMeant(expression: string, context: object, text: string): string | undefined {
  if (!/^\w+(?:\.\w+)*$/.test(expression)) return undefined
  const names = expression.split('.')
  if (new RegExp(`\\{%-?\\s*(?:set|for|import|from|macro)\\b[^%]*\\b${names[0]}\\b`).test(text)) return undefined
  let value: unknown = context
  for (const [i, name] of names.entries()) {
    if (typeof value !== 'object' || value === null) return undefined
    if (!(name in value)) {
      // Few mistype the first letter; `subtitle` is a name of its own.
      const nearest = didYouMean(name, (value === context ? Object.keys(context) : namesIn(value)).filter((one) => one[0] === name[0]))
      return nearest && [...names.slice(0, i), nearest, ...names.slice(i + 1)].join('.')
    }
    value = Reflect.get(value, name)
  }
  return undefined
}

/** Of what the program made. What a site made may be missing in one entry and not in another, however near another name is. */
function namesIn(value: object): string[] {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return []
  return [...Object.keys(value), ...Object.getOwnPropertyNames(prototype)].filter((name) => name !== 'constructor')
}
