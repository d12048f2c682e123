// A list cut into pages with stable addresses: page 1 is the list's own address, page n is `page/n/` below it, or
// where the site's `pagePath` says.
import { pagePermalink } from './permalink.ts'
import type { Pager, Permalink } from './types.ts'

export interface ListSlice<T> {
  readonly permalink: Permalink
  readonly members: readonly T[]
  readonly pager: Pager
}

/** An empty list is one empty page. */
export function paginate<T>(members: readonly T[], base: Permalink, pageSize: number, pagePath?: string): ListSlice<T>[] {
  const pageCount = Math.max(1, Math.ceil(members.length / pageSize))
  return Array.from({ length: pageCount }, (_, i) => {
    const number = i + 1
    const pager: Pager = {
      number, pageSize, pageCount, entryCount: members.length,
      first: base,
      last: pagePermalink(base, pageCount, pagePath),
      ...(number > 1 && { previous: pagePermalink(base, number - 1, pagePath) }),
      ...(number < pageCount && { next: pagePermalink(base, number + 1, pagePath) }),
    }
    return { permalink: pagePermalink(base, number, pagePath), members: members.slice(i * pageSize, number * pageSize), pager }
  })
}
