// A feed from what it is made of. Import this file only where feeds are made, for the package `feed` takes time to load; what a feed is
// made of can be sent to another thread.
import { renderFeed, type FeedEntry, type FeedFields, type FeedSettings } from '../core/feeds.ts'
import type { FeedPage } from '../core/types.ts'
import { feedContent } from './feed-content.ts'

/** A feed that is still to be written: plain values. */
export interface FeedParts {
  readonly feed: FeedPage
  readonly sources: readonly FeedSource[]
}
/** One entry; the same object in all feeds that have it. */
export interface FeedSource {
  readonly entry: FeedFields
  /** The body or the excerpt, as pages have it. */
  readonly html: string
  /** Where its relative addresses start from. */
  readonly url: string
  /** Plain text on one line. */
  readonly summary: string
}

export function fitForFeeds({ entry, html, url, summary }: FeedSource): FeedEntry {
  return { entry, html: feedContent(html, url), summary }
}

/** Makes each entry fit once. */
export function createFeedWriter(settings: FeedSettings): (parts: FeedParts) => string {
  const fit = new WeakMap<FeedSource, FeedEntry>()
  return ({ feed, sources }) => renderFeed(feed, settings, sources.map((source) => {
    let entry = fit.get(source)
    if (entry === undefined) fit.set(source, entry = fitForFeeds(source))
    return entry
  }))
}
