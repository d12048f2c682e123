// `ssg snapshot diff`: what editors changed since the last build, as text fit for a review. Writes nothing.
import { loadSettings } from '../config/config.ts'
import { fail } from '../core/diagnostic.ts'
import { didYouMean } from '../util/nearest.ts'
import type { Call, Outcome } from './command.ts'
import { count } from './report-text.ts'

export async function runSnapshot({ root, args, flags, signal, onProgress }: Call): Promise<Outcome> {
  if (args[0] !== 'diff') throw fail('usage-argument', `\`ssg snapshot\` takes no argument "${args[0] ?? ''}"`, { fix: 'write `ssg snapshot diff`.' })
  const { settings, config } = await loadSettings(root, {})
  const { diffSnapshots } = await import('../build/snapshot-diff.ts')
  const wanted = flags.text('source')
  const names = settings.collections.flatMap(({ sources }) => sources.map(({ name }) => name))
  if (wanted !== undefined && !names.includes(wanted)) {
    const meant = didYouMean(wanted, names)
    throw fail('usage-flag', `--source: there is no source "${wanted}"`, { fix: meant === undefined ? `known: ${[...new Set(names)].sort().join(', ')}.` : `did you mean "${meant}"?` })
  }
  const { diffs, diagnostics } = await diffSnapshots({ settings, configDigest: config.digest, signal, onProgress, ...(wanted !== undefined && { wanted }) })
  const lines = diffs.flatMap(({ name, since, changes }) => [
    `${name}: ${changes.length === 0 ? 'nothing changed' : count(changes.length, 'change')}${since === undefined ? ', there is no snapshot yet' : ` since ${since}`}`,
    ...changes.flatMap((change) => ['', `${change.kind} ${change.title} (${change.id})`, ...(change.url === undefined ? [] : [`  ${change.url}`]), ...change.lines.map((line) => `  ${line}`)]),
  ])
  return { text: lines.length === 0 ? 'no source asks a server' : lines.join('\n'), json: { sources: diffs }, diagnostics }
}
