// The difference between the snapshots of a site's sources and what their servers have now, as lines for a reviewer.
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { RawEntry, RecordSummary, Source } from '../core/types.ts'
import { momentText } from '../sources/age.ts'
import { loadRecords } from '../sources/remote.ts'
import { sourcesOf } from './sources.ts'

export interface SnapshotDiff {
  readonly name: string
  /** When the snapshot was made; absent: there is none. */
  readonly since?: string
  readonly changes: readonly RecordChange[]
}
export interface RecordChange {
  readonly kind: 'new' | 'gone' | 'changed'
  readonly id: string
  readonly title: string
  readonly url?: string
  /** `+ ` and `- ` before what came and went. */
  readonly lines: readonly string[]
}

export interface DiffOptions {
  readonly settings: Settings
  readonly configDigest: string
  readonly signal: AbortSignal
  /** Only the source of this name. */
  readonly wanted?: string
  readonly onProgress?: (event: { phase: 'sources'; done: number; total: number; detail?: string }) => void
}

export async function diffSnapshots({ settings, configDigest, signal, wanted, onProgress }: DiffOptions): Promise<{ diffs: SnapshotDiff[]; diagnostics: Diagnostic[] }> {
  const sources = sourcesOf(settings).filter(({ name, reads }) => reads === undefined && (wanted === undefined || wanted === name))
  const diffs: SnapshotDiff[] = [], diagnostics: Diagnostic[] = []
  for (const [done, source] of sources.entries()) {
    const place = { root: settings.root, contentFolder: path.join(settings.root, settings.content), timeZone: settings.timeZone, signal }
    const loaded = await loadRecords(source, {
      ...place, configDigest, snapshotFolder: path.join(settings.root, '.ssg/snapshots'), onProgress: (detail) => onProgress?.({ phase: 'sources', done, total: sources.length, detail }),
    })
    diagnostics.push(...loaded.diagnostics)
    if (loaded.records !== undefined && loaded.isRemote) diffs.push({ name: source.name, ...(loaded.head && { since: momentText(loaded.head.at) }), changes: compare(source, loaded.before, loaded.records) })
  }
  return { diffs, diagnostics }
}

function compare(source: Source, before: ReadonlyMap<string, RawEntry>, after: ReadonlyMap<string, RawEntry>): RecordChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((id) => {
    const [old, now] = [before.get(id), after.get(id)]
    const some = now ?? old
    if (some === undefined || JSON.stringify(old) === JSON.stringify(now)) return []
    const { title, url } = describe(source, some)
    const lines = fieldLines(old && describe(source, old).fields, now && describe(source, now).fields)
    if (old !== undefined && now !== undefined && lines.length === 0) return []
    return [{ kind: old === undefined ? 'new' : now === undefined ? 'gone' : 'changed', id, title, ...(url !== undefined && { url }), lines }]
  })
}

function describe(source: Source, record: RawEntry): RecordSummary {
  if (source.describe !== undefined) return source.describe(record)
  const { data, body, origin, id } = record
  const fields = Object.entries({ ...data, ...(body && { body: body.text }) }).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value) ?? ''])
  return { title: typeof data['title'] === 'string' ? data['title'] : id, ...(origin?.url !== undefined && { url: origin.url }), fields: Object.fromEntries(fields) as Record<string, string> }
}

/** Fields in the order of their names; of long texts only the lines that differ. */
function fieldLines(old: Readonly<Record<string, string>> | undefined, now: Readonly<Record<string, string>> | undefined): string[] {
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].sort().flatMap((key) => {
    const [a, b] = [old?.[key], now?.[key]]
    if (a === b) return []
    const { removed, added } = differentLines(a?.split('\n') ?? [], b?.split('\n') ?? [])
    return [`${key}:`, ...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  })
}

/** Without what both have at their start and at their end. */
function differentLines(a: readonly string[], b: readonly string[]): { removed: readonly string[]; added: readonly string[] } {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return { removed: a.slice(start, a.length - end), added: b.slice(start, b.length - end) }
}
