// Drafts by the collections of the Preview API, in an order that loses nothing when entries change between pages: by the date of
// creation, which never changes, then a list of all ids, after which what was missed is asked for and what is gone is dropped.
import type { Change, SourceContext } from '../../core/types.ts'
import { isRecord } from '../raw-entry.ts'
import { PageTooLarge, type Client, type Query } from './client.ts'
import type { LoadingOptions } from './delivery.ts'
import { neededLocales, readAsset, readEntry, recordId, toRecord, type ApiItem } from './entities.ts'

type Kind = 'Entry' | 'Asset'
/** The latest change of each kind that was seen, and all ids. */
export interface PreviewState {
  readonly print: string
  readonly updated: Readonly<Record<Kind, string>>
  readonly ids: Readonly<Record<Kind, readonly string[]>>
}

const kinds: readonly Kind[] = ['Entry', 'Asset']

export async function* loadPreview(ctx: SourceContext, client: Client, options: LoadingOptions): AsyncGenerator<Change, { cursor: string }> {
  const before = parsePreviewState(ctx.cursor)
  const setup = await client.setup()
  const known = before?.print === setup.print ? before : undefined
  if (known === undefined) {
    ctx.startOver()
    for (const entity of [...setup.types, ...setup.locales]) yield { put: toRecord(entity) }
  }
  const locales = neededLocales(options.locales, setup.locales)
  const loaded = await Promise.all(kinds.map((kind) => loadKind(client, kind, options.pageSize, known)))
  const state: PreviewState = {
    print: setup.print,
    updated: { Entry: loaded[0]?.updated ?? '', Asset: loaded[1]?.updated ?? '' },
    ids: { Entry: loaded[0]?.ids ?? [], Asset: loaded[1]?.ids ?? [] },
  }
  for (const { items, gone, kind } of loaded) {
    for (const item of items) yield { put: toRecord(kind === 'Asset' ? readAsset(item, locales) : readEntry(item, locales, true)) }
    for (const id of gone) yield { drop: recordId(kind, id) }
  }
  return { cursor: JSON.stringify(state) }
}

function parsePreviewState(cursor: string | undefined): PreviewState | undefined {
  if (cursor === undefined) return undefined
  try {
    const state: unknown = JSON.parse(cursor)
    return isRecord(state) && isRecord(state['updated']) && isRecord(state['ids']) ? state as unknown as PreviewState : undefined
  } catch {
    // Of another version: everything is read anew.
    return undefined
  }
}

interface LoadedKind {
  readonly kind: Kind
  readonly items: readonly ApiItem[]
  readonly gone: readonly string[]
  readonly ids: readonly string[]
  readonly updated: string
}

async function loadKind(client: Client, kind: Kind, pageSize: number, known: PreviewState | undefined): Promise<LoadedKind> {
  const ask = (query: Query): Promise<readonly ApiItem[]> => askSmaller(kind === 'Entry' ? client.entries : client.assets, query)
  const since = known?.updated[kind] ?? ''
  const items = new Map<string, ApiItem>()
  const first = since === '' ? createdPages(ask, {}, pageSize) : updatedSince(ask, since, pageSize)
  for await (const item of first) if (item.sys['updatedAt'] !== since || known?.ids[kind].includes(item.sys.id) !== true) items.set(item.sys.id, item)
  const ids = new Set<string>()
  for await (const { sys } of createdPages(ask, { select: idFields }, 1000)) ids.add(sys.id)
  const before = known?.ids[kind] ?? []
  const missed = [...ids].filter((id) => !items.has(id) && !before.includes(id))
  for (let i = 0; i < missed.length; i += 100) {
    for (const item of await ask({ 'sys.id[in]': missed.slice(i, i + 100), limit: 100 })) items.set(item.sys.id, item)
  }
  const updated = [since, ...[...items.values()].map(({ sys }) => String(sys['updatedAt'] ?? ''))].reduce((a, b) => (a > b ? a : b))
  return { kind, items: [...items.values()].filter(({ sys }) => ids.has(sys.id)), gone: before.filter((id) => !ids.has(id)), ids: [...ids].sort(), updated }
}

/** From each last date on, so that what goes away meanwhile moves nothing out of sight; `skip` only among equal dates. */
async function* createdPages(ask: (query: Query) => Promise<readonly ApiItem[]>, more: Query, limit: number): AsyncGenerator<ApiItem> {
  const seen = new Set<string>()
  for (let [from, skip] = ['', 0]; ;) {
    const items = await ask({ ...more, order: ['sys.createdAt', 'sys.id'], limit, ...(from !== '' && { 'sys.createdAt[gte]': from }), ...(skip > 0 && { skip }) })
    for (const item of items) {
      if (!seen.has(item.sys.id)) yield item
      seen.add(item.sys.id)
    }
    if (items.length < limit) return
    const last = String(items.at(-1)?.sys['createdAt'] ?? '')
    ;[from, skip] = last === from ? [from, skip + items.length] : [last, 0]
  }
}

async function* updatedSince(ask: (query: Query) => Promise<readonly ApiItem[]>, since: string, limit: number): AsyncGenerator<ApiItem> {
  for (let skip = 0; ;) {
    const items = await ask({ order: ['sys.updatedAt', 'sys.id'], 'sys.updatedAt[gte]': since, limit, ...(skip > 0 && { skip }) })
    yield* items
    if (items.length < limit) return
    skip += items.length
  }
}

/** What there is now, for `hasChanged` to compare with. */
export async function readState(client: Client): Promise<PreviewState> {
  const [entries, assets] = await Promise.all([client.entries, client.assets].map(async (ask) => {
    const [latest] = await ask({ order: ['-sys.updatedAt'], limit: 1, select: updateFields })
    const ids: string[] = []
    for await (const { sys } of createdPages(ask, { select: idFields }, 1000)) ids.push(sys.id)
    return { updated: String(latest?.sys['updatedAt'] ?? ''), ids }
  }))
  return { print: '', updated: { Entry: entries?.updated ?? '', Asset: assets?.updated ?? '' }, ids: { Entry: entries?.ids ?? [], Asset: assets?.ids ?? [] } }
}

const idFields = ['sys.id', 'sys.type', 'sys.createdAt']
const updateFields = ['sys.id', 'sys.type', 'sys.updatedAt']

/** Whether anything is newer than that. `withIds`: also what is gone. */
export async function hasChanged(client: Client, state: PreviewState, withIds: boolean): Promise<boolean> {
  const answers = await Promise.all(kinds.map(async (kind) => {
    const ask = kind === 'Entry' ? client.entries : client.assets
    const known = new Set(state.ids[kind])
    const since = state.updated[kind]
    const fresh = await ask({ order: ['-sys.updatedAt'], limit: 20, select: updateFields, ...(since !== '' && { 'sys.updatedAt[gte]': since }) })
    if (fresh.some(({ sys }) => sys['updatedAt'] !== since || !known.has(sys.id))) return true
    if (!withIds) return false
    let count = 0
    for await (const { sys } of createdPages(ask, { select: idFields }, 1000)) {
      if (!known.has(sys.id)) return true
      count++
    }
    return count !== known.size
  }))
  return answers.includes(true)
}

/** Two smaller pages in place of one that is too large; `limit` entities in all. */
async function askSmaller(ask: (query: Query) => Promise<readonly ApiItem[]>, query: Query): Promise<readonly ApiItem[]> {
  try {
    return await ask(query)
  } catch (error) {
    const limit = Number(query['limit'])
    if (!(error instanceof PageTooLarge) || limit <= 1) throw error
    const half = Math.ceil(limit / 2)
    const skip = Number(query['skip'] ?? 0)
    const first = await askSmaller(ask, { ...query, limit: half })
    return first.length < half ? first : [...first, ...await askSmaller(ask, { ...query, limit: limit - half, skip: skip + half })]
  }
}
