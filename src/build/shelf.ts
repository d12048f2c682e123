// The texts of very large sites: once its body is made, a text is read again only for the place of a problem, or by a query of the
// site, and can wait on disk for that. Only for a process that builds once: what it waits in is removed with the build.
import type { Entry } from '../core/types.ts'
import type { Cache } from './cache.ts'

/** Characters of all texts from which this pays. */
const largeSite = 40_000_000

/** `undefined`: the texts may stay in memory. */
export function createShelf(entries: readonly Entry[], cache: Pick<Cache, 'scratch' | 'damaged'>, from = largeSite): ((entry: Entry) => void) | undefined {
  if (entries.reduce((sum, { body }) => sum + body.text.length, 0) < from) return undefined
  return (entry) => {
    const { kind, text } = entry.body
    const ref = cache.scratch.put(text)
    const body: Entry['body'] = {
      kind,
      get text() {
        const read = cache.scratch.get(ref)
        if (read === undefined) throw cache.damaged()
        return read
      },
    }
    Object.assign(entry, { body })
  }
}
