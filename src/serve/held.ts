// What readers will not see: entries that are held back, and those that only this server shows.
import { hrefOf, type Settings } from '../core/settings.ts'
import type { Entry, Publication, Site } from '../core/types.ts'
import { wallClock } from '../core/zone.ts'
import type { HeldState } from './messages.ts'

export interface HeldRow {
  readonly reason: 'draft' | 'scheduled' | 'expired' | 'held by onEntry'
  /** For people, in the site's time zone. */
  readonly until?: string
  readonly title: string
  readonly file: string
  /** Where this server shows it. */
  readonly href?: string
}

/** By reason, then title. */
export function listHeld({ held, entries }: Site, settings: Settings): HeldRow[] {
  const rows = [
    ...held.map((one) => rowOf(one.entry, one.reason === 'hook' ? 'held by onEntry' : one.reason, one.until, settings)),
    ...entries.flatMap((entry) => {
      const state = heldState(entry.publication, settings)
      return state === undefined ? [] : [{ ...rowOf(entry, state.reason, undefined, settings), ...(state.until !== undefined && { until: state.until }), ...(entry.permalink !== undefined && { href: hrefOf(settings, entry.permalink) }) }]
    }),
  ]
  const key = ({ reason, title, file }: HeldRow): string => [reason, title, file].join('\0')
  return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

function rowOf({ title, origin }: Entry, reason: HeldRow['reason'], moment: Date | undefined, settings: Settings): HeldRow {
  return { reason, title, file: origin.file ?? origin.label ?? '', ...(moment && { until: momentText(moment, settings) }) }
}


/** Why readers will not see an entry that is shown here. */
export function heldState(publication: Publication, settings: Pick<Settings, 'timeZone'>): HeldState | undefined {
  switch (publication.state) {
    case 'draft': return { reason: 'draft' }
    case 'scheduled': return { reason: 'scheduled', until: momentText(publication.from, settings) }
    case 'published': case 'expired': return undefined
  }
}

function momentText(moment: Date, { timeZone }: Pick<Settings, 'timeZone'>): string {
  return wallClock(moment, timeZone).toISOString().slice(0, 16).replace('T', ' ')
}

/** When the next entry appears or disappears by itself, in ms since 1970. */
export function nextMoment({ held, entries }: Site, now: number): number | undefined {
  const moments = [
    ...held.flatMap(({ reason, until }) => (reason === 'scheduled' && until ? [until] : [])),
    ...entries.flatMap(({ expires, publication }) => [expires, publication.state === 'scheduled' ? publication.from : undefined].filter((moment) => moment !== undefined)),
  ].map((moment) => moment.getTime()).filter((moment) => moment > now)
  return moments.length === 0 ? undefined : Math.min(...moments)
}
