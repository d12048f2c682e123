// Published content by the Sync API: all of it once, then what changed. Content types and locales are read every time; if they, or
// the environment behind an alias, are others than before, everything is read anew.
import { fail } from '../../core/diagnostic.ts'
import type { Change, SourceContext } from '../../core/types.ts'
import { isRecord } from '../raw-entry.ts'
import { PageTooLarge, TokenRefused, type Client, type SyncPage } from './client.ts'
import { linkId, neededLocales, readAsset, readEntry, recordId, toRecord, type ApiItem, type Setup } from './entities.ts'

export interface LoadingOptions {
  readonly locales: readonly string[] | undefined
  readonly pageSize: number
}

/** What the cursor holds. */
interface SyncState {
  readonly token: string
  readonly print: string
  /** The page size that worked. */
  readonly limit: number
}

type Load = AsyncGenerator<Change, { cursor: string }>

/** An alias may be turned to another environment once while it is read, but not all the time. */
const mostStarts = 3

export async function* loadDelivery(ctx: SourceContext, client: Client, options: LoadingOptions): Load {
  const state = parseState(ctx.cursor)
  let setup = await client.setup()
  if (state !== undefined && state.print === setup.print) {
    const token = yield* resume(ctx, client, setup, options, state)
    if (token !== undefined) return { cursor: JSON.stringify({ ...state, token } satisfies SyncState) }
  }
  for (let start = 1; start <= mostStarts; start++) {
    ctx.startOver()
    for (const entity of [...setup.types, ...setup.locales]) yield { put: toRecord(entity) }
    const synced = yield* loadAll(ctx, client, setup, options)
    if (synced !== undefined) return { cursor: JSON.stringify({ ...synced, print: setup.print } satisfies SyncState) }
    setup = await client.setup()
  }
  throw fail('source-failed', 'Contentful: the environment was turned to another one again and again while it was read', { fix: 'try again when the alias stays where it is.' })
}

function parseState(cursor: string | undefined): SyncState | undefined {
  if (cursor === undefined) return undefined
  try {
    const state: unknown = JSON.parse(cursor)
    return isRecord(state) && typeof state['token'] === 'string' && typeof state['print'] === 'string' ? { limit: 200, ...state } as unknown as SyncState : undefined
  } catch {
    // Of another version: everything is read anew.
    return undefined
  }
}

/** The new token; undefined if everything must be read anew. */
async function* resume(ctx: SourceContext, client: Client, setup: Setup, options: LoadingOptions, { token }: SyncState): AsyncGenerator<Change, string | undefined> {
  try {
    const end = yield* pages(ctx, client, setup, options, { token })
    return end.nextSyncToken
  } catch (error) {
    if (error instanceof TokenRefused || error instanceof PageTooLarge || error instanceof OtherEnvironment) return undefined
    throw error
  }
}

class OtherEnvironment extends Error {}

/** Undefined: the environment was another one than that of the content types. */
async function* loadAll(ctx: SourceContext, client: Client, setup: Setup, options: LoadingOptions): AsyncGenerator<Change, Pick<SyncState, 'token' | 'limit'> | undefined> {
  for (let limit = options.pageSize; ; limit = Math.floor(limit / 2)) {
    let last: string | undefined
    try {
      const end = yield* pages(ctx, client, setup, options, { limit }, (id) => { last = id })
      // What changed while the pages were read.
      const token = end.count > 1 ? (yield* pages(ctx, client, setup, options, { token: end.nextSyncToken })).nextSyncToken : end.nextSyncToken
      return { token, limit }
    } catch (error) {
      if (error instanceof OtherEnvironment) return undefined
      if (!(error instanceof PageTooLarge)) throw error
      if (limit <= 1) throw tooLarge(last)
      ctx.startOver()
      for (const entity of [...setup.types, ...setup.locales]) yield { put: toRecord(entity) }
    }
  }
}

function tooLarge(last: string | undefined): Error {
  return fail('source-refused', `Contentful: one entry alone is larger than the 7 MB that the API gives${last === undefined ? ', the first one' : `; it comes after ${last}`}`, { fix: 'look for an entry with a very long text, and split it.' })
}

interface SyncEnd { readonly nextSyncToken: string; readonly count: number }

async function* pages(ctx: SourceContext, client: Client, setup: Setup, options: LoadingOptions, first: { limit: number } | { token: string }, seen?: (id: string) => void): AsyncGenerator<Change, SyncEnd> {
  const locales = neededLocales(options.locales, setup.locales)
  const tokens = new Set<string>()
  let count = 0, entities = 0
  for (let query: { limit: number } | { token: string } = first; ;) {
    const page = await client.sync(query)
    count++
    for (const item of page.items) {
      checkEnvironment(item, setup)
      yield changeOf(item, locales)
      seen?.(item.sys.id)
    }
    yield* drops(page)
    ctx.progress(`${entities += page.items.length} entries and assets`)
    if (page.nextSyncToken !== undefined) return { nextSyncToken: page.nextSyncToken, count }
    if (page.nextPageToken === undefined || tokens.has(page.nextPageToken)) throw fail('source-failed', 'Contentful: the pages of the sync go round in a circle', { fix: 'try again; if it stays, ask the support of Contentful.' })
    tokens.add(page.nextPageToken)
    query = { token: page.nextPageToken }
  }
}

function checkEnvironment({ sys }: ApiItem, { environment }: Setup): void {
  const own = linkId(sys['environment'])
  if (own !== undefined && own !== environment) throw new OtherEnvironment()
}

function changeOf(item: ApiItem, locales: ReadonlySet<string>): Change {
  return { put: toRecord(item.sys.type === 'Asset' ? readAsset(item, locales) : readEntry(item, locales, false)) }
}

function* drops({ deletedEntries, deletedAssets }: SyncPage): Iterable<Change> {
  for (const id of deletedEntries) yield { drop: recordId('Entry', id) }
  for (const id of deletedAssets) yield { drop: recordId('Asset', id) }
}
