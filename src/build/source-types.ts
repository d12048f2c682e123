// The declarations of all sources that know the types of their content.
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import { loadRecords } from '../sources/remote.ts'
import { sourcesOf } from './sources.ts'

export interface TypesOptions {
  readonly settings: Settings
  readonly configDigest: string
  readonly offline: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (event: { phase: 'sources'; done: number; total: number; detail?: string }) => void
}

/** `text` is absent if no source has types. */
export async function renderTypes({ settings, configDigest, offline, signal, onProgress }: TypesOptions): Promise<{ text?: string; diagnostics: readonly Diagnostic[] }> {
  const sources = sourcesOf(settings).filter(({ types }) => types !== undefined)
  const texts: string[] = [], diagnostics: Diagnostic[] = []
  for (const [done, source] of sources.entries()) {
    const loaded = await loadRecords(source, {
      root: settings.root, contentFolder: path.join(settings.root, settings.content), timeZone: settings.timeZone, signal, configDigest, offline, snapshotFolder: path.join(settings.root, '.ssg/snapshots'),
      onProgress: (detail) => onProgress?.({ phase: 'sources', done, total: sources.length, detail }),
    })
    diagnostics.push(...loaded.diagnostics)
    if (loaded.records !== undefined) texts.push(source.types?.(loaded.records) ?? '')
  }
  return { diagnostics, ...(texts.length > 0 && { text: [...new Set(texts)].join('\n') }) }
}
