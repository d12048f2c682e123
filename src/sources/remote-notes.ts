// What is to be said of a source that gave something else than the whole of what is there.
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Source } from '../core/types.ts'
import { ageText, momentText } from './age.ts'
import type { SnapshotHead } from './snapshot.ts'
import type { MadeEntries } from './make-entries.ts'
import type { SourceRun } from './source.ts'

export function isOutage({ severity, code }: Diagnostic): boolean {
  return severity !== 'error' || code === 'source-unreachable' || code === 'source-timeout'
}

export function staleNote({ name }: Source, { at }: SnapshotHead, { diagnostics }: SourceRun): Diagnostic {
  const reason = diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'its server cannot be reached'
  return { severity: 'warning', code: 'source-stale', message: `what ${name} gave is of ${momentText(at)} (${ageText(Date.now() - Date.parse(at))} old), because ${reason}`, fix: 'build again when the server is back.' }
}

export function offlineNote({ name }: Source, { at }: SnapshotHead): Diagnostic {
  return { severity: 'note', code: 'source-stale', message: `what ${name} gave is of ${momentText(at)} (${ageText(Date.now() - Date.parse(at))} old), because of --offline` }
}

export function damaged({ name }: Source): Diagnostic {
  return { severity: 'error', code: 'source-snapshot', message: `the snapshot of ${name} in .ssg/snapshots is damaged or gone`, fix: 'build without --offline, so that it is made anew.' }
}

/** Who emptied a space by mistake wants to keep the site. Parts and bad entries count too: they are there. */
export function findShrink({ name }: Source, { entries, bad }: MadeEntries, head: SnapshotHead | undefined): Diagnostic | undefined {
  const count = entries.filter(({ part }) => !part).length + bad.size
  if (head === undefined || count * 2 >= head.entryCount) return undefined
  return {
    severity: 'error', code: 'source-shrunk', message: `source ${name} gave ${count === 0 ? 'no entries' : count === 1 ? '1 entry' : `${count} entries`}; the last time it gave ${head.entryCount}`,
    fix: 'look at what it reads from; if that is right, build once with --allow-shrink.',
  }
}
