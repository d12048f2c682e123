// The ids by which feed readers know feeds and entries. They never come from an address or a title, so that a reader sees
// nothing as new when a page moves, a title is corrected or the site gets another domain.
import { uuid5 } from '../util/hash.ts'
import type { Settings } from './settings.ts'
import type { Entry, FeedPage } from './types.ts'

/** Namespace of the ids of sites that have no `id`. Never to be changed: every reader would see every entry as new. */
const rootNamespace = '8ead7e7b-19b2-40fc-a577-93030032266a'

/** An absolute IRI that the author gave as `id`, as it is; else a UUID from that `id` or from the entry's own. */
export function entryFeedId(settings: Pick<Settings, 'id'>, entry: Pick<Entry, 'id' | 'uid'>): string {
  if (entry.uid !== undefined && isIri(entry.uid)) return entry.uid
  return `urn:uuid:${uuid5(siteNamespace(settings), entry.uid ?? entry.id)}`
}

/** A UUID from the feed's place on the site, without the domain. */
export function feedId(settings: Pick<Settings, 'id'>, page: Pick<FeedPage, 'permalink'>): string {
  return `urn:uuid:${uuid5(siteNamespace(settings), `feed ${page.permalink}`)}`
}

function siteNamespace({ id }: Pick<Settings, 'id'>): string {
  return id === undefined ? rootNamespace : uuid5(rootNamespace, id)
}

function isIri(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:\S+$/i.test(text) && URL.canParse(text)
}
