// Highlighted blocks of code, kept from one build to the next: an edit of prose needs nothing of the highlighter. The index is
// read only when a body with code is rendered.
import path from 'node:path'
import type { HighlightStore, HighlightedCode } from '../render/highlight.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import { readHtmlRecord, writeHtmlRecord } from './html-record.ts'
import type { Store, StoreRef } from './store.ts'

export interface BlockStore extends HighlightStore {
  /** Writes the index if there are new blocks. */
  save(): void
}

/** `isFresh`: nothing of earlier builds can be used. */
export function openBlocks(folder: string, store: Store, isFresh: boolean): BlockStore {
  const file = path.join(folder, 'blocks.json')
  let known: Map<Digest, StoreRef> | undefined
  let hasNew = isFresh
  const load = (): Map<Digest, StoreRef> => (known ??= new Map(isFresh ? [] : readIndex(file)))
  return {
    get(key) {
      const ref = load().get(key)
      const text = ref && store.get(ref)
      return text === undefined ? undefined : readHtmlRecord<HighlightedCode>(text)
    },
    set(key, result) {
      load().set(key, store.put(writeHtmlRecord(result)))
      hasNew = true
    },
    save() {
      if (hasNew) writeAtomic(file, JSON.stringify([...load()]))
      hasNew = false
    },
  }
}

/** An index that cannot be read knows nothing; a record that is not what it was is no record. */
function readIndex(file: string): [Digest, StoreRef][] {
  const text = readIfThere(file)
  if (text === undefined) return []
  try {
    const index: unknown = JSON.parse(text)
    return Array.isArray(index) ? index as [Digest, StoreRef][] : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
