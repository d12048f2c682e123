// Reads the fields of an entry's data, each as the type it must have. What cannot be read is a located problem and no value.
import type { Code, Diagnostic } from './diagnostic.ts'
import { locate } from './diagnostic.ts'
import { parseDate } from './date.ts'
import type { Author, Origin } from './types.ts'

export interface Fields {
  /** Null prototype. */
  readonly data: Readonly<Record<string, unknown>>
  readonly origin: Origin
  /** What was found wrong so far. */
  readonly diagnostics: Diagnostic[]
}

const longestTerm = 200

export function report(fields: Fields, code: Code, key: string, message: string, fix: string): void {
  fields.diagnostics.push({ severity: 'error', code, message, at: locate(fields.origin, key), fix })
}

/** `a list`, `a number`, `nothing`, `"text"`: for the middle of a message. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value)
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  return typeof value === 'object' ? 'a map' : typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`
}

/** One line without control characters. */
export function cleanText(text: string): string {
  if (/^[!-~]+(?: [!-~]+)*$/.test(text)) return text
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').replace(/\p{Cs}/gu, '\ufffd').trim()
}

/** The first of the keys that has a value; an empty text is none. */
export function findValue(fields: Fields, keys: readonly string[]): { key: string; value: unknown } | undefined {
  for (const key of keys) {
    const value = fields.data[key]
    if (value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '')) return { key, value }
  }
  return undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? cleanText(String(value)) : undefined
}

/** A text on one line; numbers and booleans as they are written. */
export function readText(fields: Fields, ...keys: readonly string[]): string | undefined {
  const found = findValue(fields, keys)
  if (found === undefined) return undefined
  const text = textOf(found.value)
  if (text === undefined) report(fields, 'front-matter-value', found.key, `\`${found.key}\` is ${describe(found.value)}, not a text`, `write it as a text: ${found.key}: "...".`)
  return text || undefined
}

export function readFlag(fields: Fields, key: string): boolean | undefined {
  const found = findValue(fields, [key])
  if (found === undefined) return undefined
  if (typeof found.value === 'boolean') return found.value
  const word = typeof found.value === 'string' ? found.value.trim().toLowerCase() : ''
  if (['true', 'yes', 'on'].includes(word)) return true
  if (['false', 'no', 'off'].includes(word)) return false
  report(fields, 'front-matter-value', key, `\`${key}\` is ${describe(found.value)}, neither true nor false`, `write ${key}: true or ${key}: false.`)
  return undefined
}

/** A date; in `timeZone` if it has no offset. `fallback`: what is used instead of a wrong one, then only a warning. */
export function readDate(fields: Fields, keys: readonly string[], timeZone: string, fallback?: string): Date | undefined {
  const found = findValue(fields, keys)
  const instead = fallback === undefined ? undefined : parseDate(fallback, timeZone)
  const fallbackDate = instead instanceof Date ? instead : undefined
  if (found === undefined) return fallbackDate
  const parsed = parseDate(found.value, timeZone)
  if (parsed instanceof Date) return parsed
  fields.diagnostics.push({
    severity: fallbackDate ? 'warning' : 'error', code: 'front-matter-date',
    message: `\`${found.key}\`: ${parsed.problem}${fallbackDate ? `; ${fallback} from the file's name is used` : ''}`,
    at: locate(fields.origin, found.key), fix: parsed.fix,
  })
  return fallbackDate
}

/** A list, a text with commas, or one word, from all the keys; without repeats. */
export function readTerms(fields: Fields, keys: readonly string[]): string[] {
  const terms = new Set<string>()
  for (const key of keys) {
    const value = fields.data[key]
    if (value === undefined || value === null) continue
    for (const item of Array.isArray(value) ? value as unknown[] : typeof value === 'string' ? value.split(',') : [value]) {
      const term = item === null || item === undefined ? '' : textOf(item)?.normalize('NFC')
      if (term === undefined) report(fields, 'front-matter-value', key, `\`${key}\` holds ${describe(item)}, not only texts`, `write ${key} as a list of texts: [one, two].`)
      else if (term.length > longestTerm) report(fields, 'front-matter-value', key, `\`${key}\` holds a text of ${term.length} characters: ${describe(term)}`, `use at most ${longestTerm}.`)
      else if (term !== '') terms.add(term)
    }
  }
  const [key] = keys.filter((one) => one in fields.data)
  if (terms.size > mostTerms && key !== undefined) {
    report(fields, 'front-matter-value', key, `\`${key}\` holds ${terms.size} terms, more than ${mostTerms}`, 'tag with what the entry is about.')
    return []
  }
  return [...terms]
}
/** Each term is an archive that shows all terms of its entries: many on one entry are many times as many. */
const mostTerms = 300

/** Texts of a list, or one text. */
export function readTexts(fields: Fields, keys: readonly string[]): { key: string; text: string }[] {
  return keys.flatMap((key) => {
    const value = fields.data[key]
    if (value === undefined || value === null) return []
    return [value].flat().flatMap((item) => {
      if (typeof item === 'string') return item.trim() === '' ? [] : [{ key, text: item.trim() }]
      report(fields, 'front-matter-value', key, `\`${key}\` holds ${describe(item)}, not only texts`, `write ${key} as a text or a list of texts.`)
      return []
    })
  })
}

/** A name, or a map with `name`, `email` and `url`. */
export function readAuthor(fields: Fields): Author | undefined {
  const value = findValue(fields, ['author'])?.value
  if (value === undefined) return undefined
  if (typeof value === 'string') return { name: cleanText(value) }
  // An entry of its own: its fields are read where they are shown.
  if (typeof value === 'object' && value !== null && '$entry' in value) return undefined
  const { name, email, url } = typeof value === 'object' && !Array.isArray(value) ? value as Record<string, unknown> : {}
  if (typeof url === 'string' && !isHarmlessUrl(url)) warn(fields, 'author', `the \`url\` of \`author\` is ${describe(url)}, which is no address of a page; it is left out`, 'write it with https:// in front.')
  if (typeof name === 'string' && name.trim() !== '' && [email, url].every((part) => part === undefined || part === null || typeof part === 'string')) {
    return { name: cleanText(name), ...(typeof email === 'string' && { email: cleanText(email) }), ...(typeof url === 'string' && isHarmlessUrl(url) && { url: cleanText(url) }) }
  }
  report(fields, 'front-matter-value', 'author', `\`author\` is ${describe(value)}${typeof value === 'object' && !Array.isArray(value) ? ' without a `name`, or with other things than texts' : ', not a name'}`, 'write a name (several as one text: "Ann, Bob"), or a map with name, email and url.')
  return undefined
}

/** An address of a page, here or elsewhere, or of a person; nothing that a browser would run. */
export function isHarmlessUrl(url: string): boolean {
  return URL.canParse(url, 'https://site.invalid/') && ['http:', 'https:', 'mailto:'].includes(new URL(url, 'https://site.invalid/').protocol)
}

function warn(fields: Fields, key: string, message: string, fix: string): void {
  fields.diagnostics.push({ severity: 'warning', code: 'front-matter-value', message, at: locate(fields.origin, key), fix })
}

/** An address outside: http or https alone. */
export function readUrl(fields: Fields, key: string): string | undefined {
  const text = readText(fields, key)
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return new URL(text).href
  report(fields, 'front-matter-value', key, `\`${key}\` is ${describe(text)}, not a full address`, 'write it with https:// in front.')
  return undefined
}
