import type { Entry } from 'sourcepress'

/** `2025-1` -> its entries. */
export function quarters(entries: readonly Entry[]): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>()
  for (const entry of entries) {
    if (entry.date === undefined) continue
    const key = `${entry.date.getUTCFullYear()}-${Math.floor(entry.date.getUTCMonth() / 3) + 1}`
    found.set(key, [...(found.get(key) ?? []), entry])
  }
  return found
}
