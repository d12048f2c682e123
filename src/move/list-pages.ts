// A planner that lists entries at addresses of its own: where another generator had a page made by a template. Imports nothing,
// because every config that names it loads it.
import type { Planner } from '../core/settings.ts'
import type { Entry } from '../core/types.ts'

export interface ListPageOptions {
  path: string
  title: string
  /** Default: all entries that have a date. */
  collection?: string
  /** Default: all on one page. */
  pageSize?: number
  /** Path of an entry whose text stands above the list. */
  intro?: string
}

/** For `planners` in site.config.ts. */
export function listPages(lists: readonly ListPageOptions[]): Planner {
  return (site, page) => lists.flatMap(({ path, title, collection, pageSize = 1000, intro }) => {
    const above = site.entries.find((entry) => entry.path === intro)
    const entries = collection === undefined ? site.entries.filter(({ date }) => date !== undefined).toSorted(newestFirst) : site.collections.get(collection) ?? []
    return page.list(path, title, entries.filter(({ permalink }) => permalink !== undefined), { pageSize, ...(above && { intro: above }) })
  })
}

function newestFirst(a: Entry, b: Entry): number {
  return (b.date?.getTime() ?? 0) - (a.date?.getTime() ?? 0) || (a.id < b.id ? -1 : 1)
}
