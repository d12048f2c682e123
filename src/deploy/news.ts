// How many entries readers of the feed will see as new: the ids in the feed to come that are not in the live one. A change of ids
// shows here before it floods anybody.
import fs from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { LocalSite } from './output.ts'
import { StoreError, type Store } from './store.ts'
import { sends, type Plan } from './types.ts'

const largestBytes = 8 << 20

export async function countNews(store: Store, { folder, facts, files }: LocalSite, { actions, state: { manifest } }: Plan): Promise<number> {
  const feed = mainFeed(facts.feeds)
  const action = actions.find(({ local }) => local !== undefined && local.path === feed)
  if (feed === undefined || action === undefined || !sends(action.kind) || action.sizeBytes > largestBytes || !files.has(action.key)) return 0
  const now = idsOf(fs.readFileSync(path.join(folder, feed), 'utf8'))
  const live = manifest?.files.has(action.key) ? await readLive(store, action.key) : undefined
  const before = new Set(idsOf(live ?? ''))
  return now.filter((id) => !before.has(id)).length
}

/** That of the whole site: the one the least deep. */
function mainFeed(feeds: readonly string[]): string | undefined {
  const depth = (name: string): number => name.split('/').length
  return [...feeds].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0]
}

async function readLive(store: Store, key: string): Promise<string | undefined> {
  try {
    const bytes = (await store.get(key))?.bytes
    if (bytes === undefined) return undefined
    return Buffer.from(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (error) {
    // It is a courtesy: a feed that cannot be read must not stop a deploy.
    if (error instanceof StoreError && error.failure !== 'stopped') return undefined
    throw error
  }
}

/** Of Atom and RSS by their elements, of JSON Feed by its member. The id of the feed itself is not one of an entry. */
export function idsOf(text: string): string[] {
  if (text.trimStart().startsWith('{')) return jsonIds(text)
  const entries = text.match(/<(entry|item)[\s>][^]*?<\/\1>/g) ?? []
  return entries.flatMap((entry) => /<(id|guid)(?:\s[^>]*)?>([^<]*)<\/\1>/.exec(entry)?.[2]?.trim() ?? [])
}

function jsonIds(text: string): string[] {
  const feed = JSON.parse(text) as { items?: { id?: unknown }[] }
  return (feed.items ?? []).map(({ id }) => String(id))
}
