// Small rules for loose values: each gives the problems of one value, combinators build the table in check.ts.
// Knows nothing of files; places are found afterwards by `path`.
import type { Path } from './locate.ts'
import { didYouMean } from '../util/nearest.ts'

export interface Problem {
  readonly code: 'config-key' | 'config-value'
  readonly path: Path
  readonly message: string
  readonly fix: string
}
export type Rule = (value: unknown, path: Path) => readonly Problem[]
export type Table = Readonly<Record<string, Rule>>

/** `collections.posts.pageSize`, `menu[0].url`. */
export function nameOf(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')
}

/** A value as a message shows it: short, and never more than its kind if it is large. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? value.slice(0, 59) + '…' : value)
  if (Array.isArray(value)) return 'a list'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export interface Expectation {
  /** Completes "must be". */
  readonly expected: string
  /** Source text of a good value. */
  readonly example?: string
  /** A whole sentence, where an example does not help. */
  readonly fix?: string
}

export function valueProblem(path: Path, value: unknown, { expected, example, fix }: Expectation): Problem {
  const key = path.findLast((step) => typeof step === 'string') ?? ''
  const advice = fix ?? (example === undefined ? `give it ${expected}, or leave it out.` : `write \`${typeof path.at(-1) === 'number' ? '' : `${key}: `}${example}\`.`)
  return { code: 'config-value', path, message: `\`${nameOf(path)}\` must be ${expected}, not ${show(value)}`, fix: advice }
}

/** A value that passes a test. A function for the expectation can look at the value. */
export function that(test: (value: unknown) => boolean, expectation: Expectation | ((value: unknown) => Expectation)): Rule {
  return (value, path) => (test(value) ? [] : [valueProblem(path, value, typeof expectation === 'function' ? expectation(value) : expectation)])
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isFunction = (value: unknown): boolean => typeof value === 'function'

export const text = that((value) => isText(value) && value.trim() !== '', { expected: 'a text' })
export const flag = that((value) => typeof value === 'boolean', { expected: 'true or false' })
export const func = that(isFunction, { expected: 'a function' })
export const anyObject = that(isObject, { expected: 'an object' })
export const anything: Rule = () => []

export function whole(least: number, most: number, example: number): Rule {
  const fits = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
  return that(fits, { expected: `a whole number from ${least} to ${most}`, example: String(example) })
}

/** One of some words; `others` says what else is allowed, for the message. */
export function oneOf(words: readonly string[], others = ''): Rule {
  return that((value) => isText(value) && words.includes(value), (value) => {
    const meant = isText(value) ? didYouMean(value, words) : undefined
    return { expected: `${words.map((word) => `'${word}'`).join(' or ')}${others}`, ...(meant !== undefined && { fix: `did you mean '${meant}'?` }) }
  })
}

/** The first rule whose test fits. */
export function either(test: (value: unknown) => boolean, rule: Rule, otherwise: Rule): Rule {
  return (value, path) => (test(value) ? rule(value, path) : otherwise(value, path))
}
export const functionOr = (otherwise: Rule): Rule => either(isFunction, anything, otherwise)
export const falseOr = (otherwise: Rule): Rule => either((value) => value === false, anything, otherwise)

export function list(rule: Rule, expectation: Expectation): Rule {
  return (value, path) => (Array.isArray(value) ? value.flatMap((element: unknown, i) => rule(element, [...path, i])) : [valueProblem(path, value, expectation)])
}

/** Any keys that `isKey` accepts, all with values of one kind. */
export function record(rule: Rule, expected: string, isKey: (key: string) => boolean = () => true, keyFix = ''): Rule {
  return (value, path) => {
    if (!isObject(value)) return [valueProblem(path, value, { expected })]
    return Object.entries(value).flatMap(([key, element]) => {
      if (!isKey(key)) return [{ code: 'config-key', path: [...path, key], message: `"${key}" cannot be a name in \`${nameOf(path)}\``, fix: keyFix } as const]
      return element === undefined ? [] : rule(element, [...path, key])
    })
  }
}

/** Exactly the keys of a table; all may be left out, but for those in `required`. */
export function object(table: Table, expected = 'an object', required: readonly string[] = []): Rule {
  return (value, path) => {
    if (!isObject(value)) return [valueProblem(path, value, { expected })]
    const missing = required.filter((key) => value[key] === undefined).map((key): Problem => (
      { code: 'config-value', path: [...path, key], message: `\`${nameOf([...path, key])}\` is missing`, fix: `add \`${key}\`.` }
    ))
    return [...missing, ...Object.entries(value).flatMap(([key, element]) => ofKey(table, [...path, key], key, element))]
  }
}

function ofKey(table: Table, path: Path, key: string, value: unknown): readonly Problem[] {
  const rule = Object.hasOwn(table, key) ? table[key] : undefined
  if (rule) return value === undefined ? [] : rule(value, path)
  const meant = didYouMean(key, Object.keys(table))
  const where = path.length > 1 ? ` of \`${nameOf(path.slice(0, -1))}\`` : ''
  const fix = meant === undefined ? `remove it; the keys${where} are ${Object.keys(table).join(', ')}.` : `did you mean \`${meant}\`?`
  return [{ code: 'config-key', path, message: `\`${nameOf(path)}\` is not a setting`, fix }]
}
