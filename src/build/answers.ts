// The answers to what templates ask of the whole site. The next build asks again, by what was written down of the question; where
// that is not the same question, because an argument is no plain data (a date, nothing at all), the page is rendered each time.
import type { Settings } from '../core/settings.ts'
import type { Pages } from '../core/pages.ts'
import type { ReadKey, Site } from '../core/types.ts'
import { createQueries, queryKey, type Query, type QueryRunner } from '../render/queries.ts'
import { freezeDeep, isPlain } from './frozen.ts'

export interface Answers {
  readonly query: QueryRunner
  canBeAskedAgain(key: ReadKey): boolean
}

export function createAnswers(site: Site, pages: Pages, settings: Settings): Answers {
  const shared = sharedQueries(site, pages, settings)
  const own = createQueries(site, pages, settings)
  const unrepeatable = new Set<ReadKey>()
  return {
    canBeAskedAgain: (key) => !unrepeatable.has(key),
    query(asked) {
      if (isPlainQuery(asked)) return isOwn(asked) ? freezeDeep(own(asked)) : shared(asked)
      unrepeatable.add(queryKey(asked))
      // Another question may be written down in the same way: its answer must not be taken for that of this one.
      return createQueries(site, pages, settings)(asked)
    },
  }
}

/** What the tool itself tells of a site is not asked of texts: it lasts as long as the plan. A site's own query may look at everything. */
function sharedQueries(site: Site, pages: Pages, settings: Settings): QueryRunner {
  let known = shared.get(pages)
  if (known === undefined) shared.set(pages, known = createQueries(site, pages, settings))
  return known
}
const shared = new WeakMap<Pages, QueryRunner>()

function isOwn({ name }: Query): boolean {
  return name.startsWith('own:')
}

/** To our own queries a name that is missing is the same as none. */
function isPlainQuery(asked: Query): boolean {
  const mayMiss = !isOwn(asked) && asked.name !== 'recent'
  return asked.args.every((arg) => isPlainData(arg) || (mayMiss && arg === undefined))
}

/** Whether JSON gives back the same. */
function isPlainData(value: unknown): boolean {
  switch (typeof value) {
    case 'string': case 'boolean': return true
    case 'number': return Number.isFinite(value)
    case 'object': return value === null || (isPlain(value) && Object.values(value).every(isPlainData))
    default: return false
  }
}
