// Credentials: read from the environment alone, known to everything that prints or stores a text, so that neither they nor their
// last characters ever leave the program. Does not know what they are for.

/** A credential that is read when it is used: in a template literal it is its value, everywhere else only its name. */
export interface Secret {
  readonly name: string
  /** Throws `MissingSecret` if the environment does not have it. */
  toString(): string
  toJSON(): string
}

class MissingSecret extends Error {
  readonly variable: string
  constructor(variable: string, problem: string) {
    super(`the environment variable ${variable} ${problem}`)
    this.name = 'MissingSecret'
    this.variable = variable
  }
}

interface Registry {
  readonly known: Set<string>
  patterns: readonly RegExp[]
  /** The ends of all forms of all credentials. */
  ends: readonly string[]
}
/** One for the process: a config and a test may have loaded another copy of this file. */
const registry = ((globalThis as Record<symbol, unknown>)[Symbol.for('sourcepress.secrets')] ??= { known: new Set(), patterns: [], ends: [] } satisfies Registry) as Registry
/** As many of the last characters are taken out even where nothing shows that they are the end of something. */
const tellingEnd = 8
/** What is shorter would be found in ordinary texts. */
const shortest = 6
const mask = '[secret]'

/** A credential from the environment variable `name`. That it is missing is told when it is used. */
export function secret(name: string): Secret {
  hide(process.env[name]?.trim() ?? '')
  const shown = `[secret ${name}]`
  const own = {
    name,
    toString: () => readSecret(name),
    toJSON: () => shown,
    [Symbol.for('nodejs.util.inspect.custom')]: () => shown,
  }
  return Object.freeze(own)
}

/** Also one of another copy of this file. */
export function isMissingSecret(error: unknown): error is MissingSecret {
  return error instanceof Error && error.name === 'MissingSecret' && 'variable' in error
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'toJSON' in value && 'name' in value && String(Reflect.apply(value.toJSON as () => string, value, [])) === `[secret ${String(value.name)}]`
}

export function hasSecret(name: string): boolean {
  return Boolean(process.env[name]?.trim())
}

function readSecret(name: string): string {
  const value = process.env[name]?.trim() ?? ''
  if (value === '') throw new MissingSecret(name, 'is not set')
  if (value.length < shortest) throw new MissingSecret(name, `has only ${value.length} characters, which is too few for a credential`)
  hide(value)
  return value
}

/** From now on, `redact` takes this text out. */
export function hide(value: string): void {
  const { known } = registry
  if (value.length < shortest || known.has(value)) return
  known.add(value)
  const forms = [...known].flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1), Buffer.from(one).toString('base64').replace(/=+$/, '')])
  // The longest first, or a part of it would be taken and the rest would stay.
  const whole = [...new Set(forms)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(escapeRegex).join('|')
  const tails = [...known].flatMap(tailPatterns)
  registry.patterns = [new RegExp(whole, 'g'), ...tails]
  registry.ends = [...new Set(forms.map((form) => form.slice(-tellingEnd)))]
}

/** Some libraries show the end of a token: `...abcde`, `****abcde`. */
function tailPatterns(value: string): RegExp[] {
  const tails = Array.from({ length: value.length - 2 }, (_, i) => escapeRegex(value.slice(i + 1))).join('|')
  const long = Array.from({ length: Math.max(0, value.length - tellingEnd) }, (_, i) => escapeRegex(value.slice(i + 1))).join('|')
  return [new RegExp(`(?:\\.{2,}|…|\\*{2,}|•{2,}|[xX]{3,})(?:${tails})(?![\\w-])`, 'g'), ...(long === '' ? [] : [new RegExp(long, 'g')])]
}

/** The text without any credential that was used, in whole, encoded, or by its end. */
export function redact(text: string): string {
  return registry.patterns.reduce((result, pattern) => result.replace(pattern, mask), text)
}

/** Whether a text of data holds one: quick for long texts. */
function holdsSecret(text: string): boolean {
  return registry.ends.some((end) => text.includes(end))
}

/** Whether any text in a value of plain data holds one. */
export function holdsSecretDeep(value: unknown): boolean {
  if (registry.ends.length === 0) return false
  if (typeof value === 'string') return holdsSecret(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsSecretDeep)
}

/** The same for all texts in a value of plain data. */
export function redactDeep<T>(value: T): T {
  if (registry.patterns.length === 0) return value
  if (typeof value === 'string') return redact(value) as T
  if (Array.isArray(value)) return value.map(redactDeep) as T
  if (typeof value !== 'object' || value === null || (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [redact(key), redactDeep(part)])) as T
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
