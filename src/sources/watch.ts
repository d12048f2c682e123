// While a site is served: calls back when a source may have something new, and tries again where a server could not be reached.
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Source, SourceContext } from '../core/types.ts'
import { redactDeep } from '../util/secret.ts'
import { createServices } from './services.ts'

export interface WatchOptions extends Pick<SourceContext, 'root' | 'contentFolder' | 'timeZone' | 'preview'> {
  /** Something may be new: the next build asks. */
  readonly dirty: (source: Source) => void
  /** What went wrong while looking; the looking goes on. */
  readonly report: (diagnostic: Diagnostic) => void
  /** Sources that the last build had to do without: they are tried again until they are back. */
  readonly failing?: () => Iterable<Source>
  /** Default 15. */
  readonly retrySeconds?: number
}

const defaultRetrySeconds = 15

/** Of all sources that can watch. Looking ends with `Symbol.dispose`. */
export function watchSources(sources: Iterable<Source>, { dirty, report, failing, retrySeconds = defaultRetrySeconds, ...place }: WatchOptions): Disposable {
  const over = new AbortController()
  const watching = [...new Set(sources)].flatMap((source): (() => void)[] => {
    if (source.watch === undefined) return []
    const { fetch, paginate, progress } = createServices(source, { signal: over.signal, offline: false })
    const ctx: SourceContext = Object.freeze({
      ...place, signal: over.signal, fetch, paginate, progress, startOver: () => undefined, report: (diagnostic: Diagnostic) => { report(redactDeep(diagnostic)) },
    })
    return [source.watch(ctx, () => { if (!over.signal.aborted) dirty(source) })]
  })
  const retry = failing && setInterval(() => { for (const source of failing()) dirty(source) }, retrySeconds * 1000)
  retry?.unref()
  return {
    [Symbol.dispose]() {
      over.abort()
      clearInterval(retry)
      for (const stop of watching) stop()
    },
  }
}
