// The last phase: pages that are new go to the output folder, orphans leave it, and what was made is remembered. The manifest
// comes last, so that after a kill the next build finds out by itself what is missing.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fail } from '../core/diagnostic.ts'
import { ownListName } from '../core/permalink.ts'
import type { OutputFacts } from '../core/output-list.ts'
import { timed, type Profiler } from '../core/profiler.ts'
import type { EntryId, OutputPath } from '../core/types.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { Bodies } from './bodies.ts'
import type { Cache } from './cache.ts'
import type { PageTrace } from './traces.ts'
import type { OutputFolder, OutputSummary } from './output.ts'
import { assetStat, sourcePart, type FreshPage, type RenderedPages } from './pages.ts'
import type { Press } from './press.ts'

export interface WriteOptions {
  readonly cache: Cache
  readonly folder: OutputFolder
  /** Pages with which something is wrong. */
  readonly unclean: ReadonlySet<OutputPath>
  /** The output folder was seen to be as the last build left it. */
  readonly isAsLeft: boolean
  /** Nothing but the texts of these entries, templates and data can be other than in the last build. Absent: everything can. */
  readonly edited?: ReadonlySet<EntryId>
  /** What the pages were given to, if there was one. */
  readonly press: Press | undefined
  /** What is to be said of the output as a whole. */
  readonly facts: OutputFacts
  readonly signal: AbortSignal
  readonly onProgress?: (event: { phase: 'output'; done: number; total: number }) => void
  readonly profiler?: Profiler
}

export interface WrittenPages extends OutputSummary {
  /** How each file in the output folder looks that is ours, by its path in it; with `edited`, only those written. */
  readonly looks: () => ReadonlyMap<string, string>
}

export async function writePages({ fresh, reused, touched, prints }: RenderedPages, bodies: Bodies, { cache, folder, unclean, edited, press, isAsLeft, facts, signal, onProgress, profiler }: WriteOptions): Promise<WrittenPages> {
  const outputs = new Set([...fresh.keys(), ...reused])
  if (press?.isWriting) press.publish()
  else folder.begin([...outputs])
  const traces = new Map(touched)
  let done = 0
  for (const [output, page] of fresh) {
    // Signals are heard only between turns.
    if (done % 100 === 0) await nextTurn()
    if (signal.aborted) throw fail('interrupted', 'the build was stopped; what was written is valid, the next build does the rest')
    traces.set(output, page.whole ?? { ...page.trace, ...(press ? pressed(output, page, folder, press) : written(output, page, folder)), build: cache.build })
    onProgress?.({ phase: 'output', done: ++done, total: fresh.size })
  }
  const summary = folder.finish(isAsLeft, facts)
  timed(profiler, { activity: 'cache', name: 'remember' }, () => cache.save({ outputs, pages: traces, entries: bodies.entries, bodies: bodies.fresh, unclean, noted: bodies.noted(), prints }))
  const looks = (): Map<string, string> => new Map<string, string>([...(edited ? fresh.keys() : outputs)].map((output): [string, string] => [output, cache.page(output)!.stat.replace(sourcePart, '')])).set(ownListName, summary.listLook)
  return { ...summary, looks }
}

function written(output: OutputPath, page: FreshPage, folder: OutputFolder): Pick<PageTrace, 'digest' | 'stat'> {
  const content = page.content()
  if (content === undefined) throw new Error(`${output} was not kept`)
  if (typeof content !== 'string') return { stat: assetStat(folder.write(output, content), content.copyOf), digest: '' as Digest }
  const bytes = Buffer.from(content)
  return { stat: folder.write(output, bytes), digest: digest(bytes) }
}

/** A page that the press has looked at, and perhaps written. */
function pressed(output: OutputPath, page: FreshPage, folder: OutputFolder, press: Press): Pick<PageTrace, 'digest' | 'stat' | 'facts'> {
  const { stat, ...trace } = press.traceOf(output)
  if (stat === undefined) return { ...trace, ...written(output, page, folder) }
  const content = page.content()
  return { ...trace, stat: typeof content === 'object' ? assetStat(stat, content.copyOf) : stat }
}
