// What of a site its pages share, frozen once.
import type { Settings } from '../core/settings.ts'
import type { Site } from '../core/types.ts'
import { freezeDeep } from './frozen.ts'
import { isUnread } from './known-entries.ts'

/** Lists of entries that are frozen with all in them, as they stay from one build of a process to the next. */
const frozen = new WeakSet<Site['entries']>()

/** What templates and queries get of the site. */
export function freezeSite({ entries, collections, taxonomies, parts }: Site, { params, author }: Settings, data: ReadonlyMap<string, unknown>): void {
  for (const value of [params, author, ...data.values()]) freezeDeep(value)
  if (frozen.has(entries)) return
  frozen.add(entries)
  // One that is still to be read is frozen then.
  for (const entry of entries) if (!isUnread(entry)) freezeDeep(entry.data)
  for (const part of parts?.values() ?? []) freezeDeep(part.data)
  for (const list of [entries, ...collections.values()]) Object.freeze(list)
  for (const terms of taxonomies.values()) for (const term of terms.values()) Object.freeze(term.entries)
}
