// Sources that do not say what they read, as those that ask a server: they run once, and what they gave is kept until it is to be fetched
// anew. Otherwise each save would wait for the network.
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { Change, Source, SourceContext } from '../core/types.ts'

export interface HeldSources {
  /** The same settings, with such sources. */
  readonly settings: Settings
  /** Lets all run again. */
  refresh(): void
  /** How many there are. */
  readonly count: number
}

interface Run {
  readonly changes: readonly Change[]
  readonly reports: readonly Diagnostic[]
  readonly result: { cursor?: string } | void
}

export function holdSources(settings: Settings): HeldSources {
  const runs = new Map<Source, Run>()
  let count = 0
  const held = (source: Source): Source => {
    if (source.reads !== undefined) return source
    count++
    return { ...source, load: (ctx) => replay(source, ctx, runs) }
  }
  const collections = settings.collections.map((collection) => ({ ...collection, sources: collection.sources.map(held) }))
  return { settings: { ...settings, collections }, refresh: () => runs.clear(), get count() { return count } }
}

/** A run that fails is not kept. */
async function* replay(source: Source, ctx: Parameters<Source['load']>[0], runs: Map<Source, Run>): ReturnType<Source['load']> {
  let run = runs.get(source)
  if (run === undefined) {
    const changes: Change[] = [], reports: Diagnostic[] = []
    const steps = source.load({ ...ctx, report: (diagnostic) => { reports.push(diagnostic) } })
    let step = await steps.next()
    for (; step.done !== true; step = await steps.next()) changes.push(step.value)
    runs.set(source, run = { changes, reports, result: step.value })
  }
  for (const diagnostic of run.reports) ctx.report(diagnostic)
  yield* run.changes
  return run.result
}

/** Sources that find out by themselves when there is something new. */
export function watchSources({ root, content, timeZone, collections }: Settings, options: { readonly signal: AbortSignal; readonly dirty: () => void; readonly report: SourceContext['report'] }): Disposable {
  const ctx: SourceContext = { root, contentFolder: path.join(root, content), timeZone, signal: options.signal, report: options.report }
  const watching = collections.flatMap(({ sources }) => sources).flatMap((source) => source.watch?.(ctx, options.dirty) ?? [])
  return { [Symbol.dispose]: () => { for (const one of watching) one[Symbol.dispose]() } }
}
