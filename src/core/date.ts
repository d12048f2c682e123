// Dates that people write -> `Date`. Real days of the calendar only, and no guessing: what is not clearly a date is a problem
// with the right form as its fix. Never the machine's time zone or clock.
import { offsetMinutes } from './zone.ts'

export interface DateProblem {
  readonly problem: string
  readonly fix: string
}

const datePattern = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: *(Z|z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|UTC|GMT))?)?$/
const minuteMs = 60_000
const dayMs = 86_400_000

/**
 * `2024-05-06`, `2024-05-06 9:30`, `2024-05-06T09:30:00.5+02:00`, `2024-05-06 09:30:00 -0400`, `... UTC`, or a `Date`.
 * Without an offset it is the time in `timeZone`, midnight if no time is given.
 */
export function parseDate(value: unknown, timeZone: string): Date | DateProblem {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? notADate('an invalid Date', '') : new Date(value)
  if (typeof value !== 'string') return notADate(typeof value === 'number' ? String(value) : Array.isArray(value) ? 'a list' : value === null ? 'nothing' : typeof value === 'object' ? 'a map' : `a ${typeof value}`, '')
  const text = value.trim()
  const match = datePattern.exec(text)
  if (match === null) return notADate(JSON.stringify(text.slice(0, 60)), text)
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const dateOnly = utcDay(Number(year), Number(month), Number(day))
  if (dateOnly === undefined) return { problem: `${JSON.stringify(text)} is not a day of the calendar`, fix: 'correct the day.' }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return { problem: `${JSON.stringify(text)} is not a time of the day`, fix: 'write a time from 00:00:00 to 23:59:59.' }
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const wall = dateOnly + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + ms
  const ahead = offset === undefined ? zoneOffset(wall, timeZone) : writtenOffset(offset)
  if (ahead === undefined) return { problem: `${JSON.stringify(text)} has an offset that no place on earth has`, fix: 'write an offset like +02:00.' }
  return new Date(wall - ahead * minuteMs)
}

function notADate(what: string, text: string): DateProblem {
  const day = /\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? '2024-05-12'
  return { problem: `${what} is not a date`, fix: `write it as ${day}, or ${day}T09:30:00+02:00.` }
}

/** Midnight of a day in UTC, if the calendar has that day. */
function utcDay(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCDate() === day ? date.getTime() : undefined
}

/** Minutes of `Z`, `UTC`, `+02`, `+0200`, `-04:00`. */
function writtenOffset(written: string): number | undefined {
  const text = written.replace(/^(?:UTC|GMT)(?=[+-])/, '')
  if (!/^[+-]/.test(text)) return 0
  const digits = text.slice(1).replace(':', '')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)]
  if (hours > 14 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/**
 * Minutes that `timeZone` is ahead at a wall-clock time. Where clocks go forward, a time that they skip moves forward by as
 * much (02:30 -> 03:30); where they go back, a time that comes twice is the earlier one (`compatible` in ECMAScript's Temporal).
 */
function zoneOffset(wall: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const day = Math.floor(wall / dayMs)
  const before = offsetOfDay(day - 1, timeZone)
  const after = offsetOfDay(day + 2, timeZone)
  if (before === after) return before
  const isRight = (ahead: number): boolean => offsetMinutes(new Date(wall - ahead * minuteMs), timeZone) === ahead
  return !isRight(before) && isRight(after) ? after : before
}

const offsets = new Map<string, Map<number, number>>()

/** The offset at midnight UTC of a day, counted from 1970. Kept, because asking costs more than all the rest. */
function offsetOfDay(day: number, timeZone: string): number {
  const known = offsets.get(timeZone) ?? new Map<number, number>()
  offsets.set(timeZone, known)
  const offset = known.get(day) ?? offsetMinutes(new Date(day * dayMs), timeZone)
  known.set(day, offset)
  return offset
}

export interface DatedPath {
  /** `2024-05-06`, or with a time as `parseDate` takes it; absent if the path has none. */
  readonly date?: string
  /** The name without the date and the extension: `hello`. */
  readonly name: string
  /** What stands where a date would and is none: `2024-02-31`. */
  readonly wrongDate?: string
}

const textExtension = /\.(?:md|markdown|html?|txt)$/i

/**
 * The date and the name in a path: `posts/2024-05-06-hello.md`, `2024-05-06-hello/index.md`, `2024-05-06/hello.md`,
 * `2024/05/06-hello.md`, `2024-05-06T09:30:00Z-hello.md`, `20240506093000/index.md`.
 * An `index` goes by the name of its folder; the one at the top is `index`.
 */
export function dateFromPath(path: string): DatedPath {
  const segments = path.split('/')
  let name = (segments.pop() ?? '').replace(textExtension, '')
  let folder = segments.pop()
  if (name === 'index' && folder) [name, folder] = [folder, segments.pop()]
  const own = splitDate(name)
  if (own.date !== undefined || own.wrongDate !== undefined) return own
  const other = /^\d/.test(name) ? splitMoment(name) ?? splitDay(name, folder, segments.at(-1)) : undefined
  if (other !== undefined) return other
  const outer = folder === undefined ? undefined : splitDate(folder)
  return outer?.date !== undefined && outer.name === outer.date ? { date: outer.date, name } : own
}

/** `2024-05-06T09:30:00Z-hello`, also with `-` or nothing for the colons; `20240506093000`. */
function splitMoment(name: string): DatedPath | undefined {
  const [, year, month, day, hour, minute, second = '00', zone = '', rest] = /^(\d{4})-?(\d{2})-?(\d{2})[Tt]?(\d{2})[:-]?(\d{2})(?:[:-]?(\d{2}))?(Z)?(?:[-_ ]+(.*))?$/s.exec(name) ?? []
  if (year === undefined || (!/^\d{14}(?!\d)/.test(name) && !/^.{8,10}[Tt]/.test(name))) return undefined
  if (utcDay(Number(year), Number(month), Number(day)) === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return { date: `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`, name: rest || name.replaceAll(':', '-') }
}

/** `06-hello` in `2024/05` or `2024-05`. */
function splitDay(name: string, folder: string | undefined, outer: string | undefined): DatedPath | undefined {
  const [, day, rest] = /^(\d{2})[-_ ]+(.+)$/s.exec(name) ?? []
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(folder ?? '') ?? /^(\d{4})\/(\d{2})$/.exec(`${outer}/${folder}`) ?? []
  if (rest === undefined || year === undefined || utcDay(Number(year), Number(month), Number(day)) === undefined) return undefined
  return { date: `${year}-${month}-${day}`, name: rest }
}

function splitDate(text: string): DatedPath {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[-_ ]+(.*))?$/s.exec(text)
  if (match === null) return { name: text }
  const date = text.slice(0, 10)
  if (utcDay(Number(match[1]), Number(match[2]), Number(match[3])) === undefined) return { name: text, wrongDate: date }
  return { date, name: match[4] || date }
}
