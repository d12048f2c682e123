// What becomes of another generator's site: a config of ours, as a value that can be used at once and as text for
// site.config.ts; and a report of what was mapped and what was not.
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import type { SiteConfig } from '../core/settings.ts'
import { listPages } from './list-pages.ts'
import { jekyll, lambdapad, nikola, zola } from './sources.ts'

/** A call in the config: `old.posts()`, `listPages([...])`. */
export interface Call { readonly call: string; readonly args: readonly Plain[] }
/** What can be printed. */
export type Plain = string | number | boolean | null | undefined | readonly Plain[] | { readonly [key: string]: Plain } | Call

export type DialectName = 'jekyll' | 'nikola' | 'zola' | 'lambdapad'
export const dialectTitles: Readonly<Record<DialectName, string>> = { jekyll: 'Jekyll', nikola: 'Nikola', zola: 'Zola', lambdapad: 'LambdaPad' }

export interface MovePlan {
  readonly dialect: DialectName
  /** What the sources of the old files are told. */
  readonly options: { readonly [key: string]: Plain }
  readonly config: { readonly [key: string]: Plain }
  readonly report: readonly Diagnostic[]
}

type Function = (...args: readonly unknown[]) => unknown

/** The config of a plan, as `defineConfig` takes it. */
export function evaluatePlan({ dialect, options, config }: MovePlan): SiteConfig {
  const old: unknown = dialects[dialect](options)
  const known: Readonly<Record<string, unknown>> = { old, listPages }
  const run = ({ call, args }: Call): unknown => {
    const [first = '', method] = call.split('.')
    const target = known[first]
    const made = method === undefined ? target : (target as Readonly<Record<string, Function>>)[method]
    return (made as Function)(...args.map(toValue))
  }
  const toValue = (value: Plain): unknown => {
    if (Array.isArray(value)) return value.map(toValue)
    if (typeof value !== 'object' || value === null) return value
    if (isCall(value)) return run(value)
    return Object.fromEntries(Object.entries(value as object).filter(([, one]) => one !== undefined).map(([key, one]) => [key, toValue(one as Plain)]))
  }
  return toValue(config) as SiteConfig
}

const dialects: Readonly<Record<DialectName, (options: object) => unknown>> = { jekyll, nikola, zola, lambdapad }

function isCall(value: object): value is Call {
  return 'call' in value && 'args' in value
}

/** The text of site.config.ts. */
export function printPlan({ dialect, options, config }: MovePlan): string {
  const names = ['defineConfig', dialect, ...(JSON.stringify(config).includes('"call":"listPages"') ? ['listPages'] : [])].sort()
  return `import { ${names.join(', ')} } from 'sourcepress'

// The files stay where ${dialectTitles[dialect]} had them; this says how to read them.
const old = ${dialect}(${printValue(options, 0)})

export default defineConfig(${printValue(config, 0)})
`
}

function printValue(value: Plain, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (isCall(value)) return `${value.call}(${value.args.map((arg) => printValue(arg, depth)).join(', ')})`
  const [open, close, parts] = Array.isArray(value)
    ? ['[', ']', (value as readonly Plain[]).map((one) => printValue(one, depth + 1))] as const
    : ['{', '}', Object.entries(value as object).filter(([, one]) => one !== undefined).map(([key, one]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : quote(key)}: ${printValue(one as Plain, depth + 1)}`)] as const
  if (parts.length === 0) return open + close
  const line = open === '{' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`
  if (depth > 0 && line.length + depth * 2 < 110 && !line.includes('\n')) return line
  const indent = '  '.repeat(depth + 1)
  return `${open}\n${parts.map((part) => `${indent}${part},\n`).join('')}${'  '.repeat(depth)}${close}`
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll('\'', '\\\'').replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`)}'`
}

/** What a setting became, in words. */
export function becomes(key: string, what: string): string {
  return what === `\`${key}\`` ? `\`${key}\` is taken over` : `\`${key}\` becomes ${what}`
}

/** Collects the report. */
export interface MoveReport {
  readonly diagnostics: Diagnostic[]
  mapped(at: Location, what: string): void
  /** A setting that has no meaning here. */
  ignored(at: Location, what: string): void
  /** Something that readers could see, and will not. */
  lost(at: Location, what: string, fix: string): void
}

export function createReport(): MoveReport {
  const diagnostics: Diagnostic[] = []
  return {
    diagnostics,
    mapped: (at, what) => { diagnostics.push({ severity: 'note', code: 'moved', message: what, at }) },
    ignored: (at, what) => { diagnostics.push({ severity: 'note', code: 'not-moved', message: what, at }) },
    lost: (at, what, fix) => { diagnostics.push({ severity: 'warning', code: 'not-moved', message: what, at, fix }) },
  }
}

/** A folder for the built site that nobody else has filled. */
export function chooseOutput(exists: (name: string) => boolean): string {
  return exists('public') && !exists('public/.ssg-files.json') ? 'public-ssg' : 'public'
}
