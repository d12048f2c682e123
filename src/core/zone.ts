// Wall-clock time in the site's time zone, which is never the machine's. Parsing of dates is date.ts.
import { tzOffset } from '@date-fns/tz/tzOffset'

/** Minutes that `timeZone` is ahead of UTC at that moment. */
export function offsetMinutes(date: Date, timeZone: string): number {
  return timeZone === 'UTC' ? 0 : tzOffset(timeZone, date)
}

/** A date whose UTC getters give the wall-clock time in `timeZone`. */
export function wallClock(date: Date, timeZone: string): Date {
  return new Date(date.getTime() + offsetMinutes(date, timeZone) * 60_000)
}
