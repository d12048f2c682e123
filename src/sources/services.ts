// What a source gets beside its context: requests and pages, and a line that says how far it is when it takes long.
import { fail } from '../core/diagnostic.ts'
import type { Answer, FetchOptions, Source, SourceContext } from '../core/types.ts'
import { redact } from '../util/secret.ts'
import { createRequester, type RecordedRequest, type Requester } from './http.ts'
import { paginate } from './pages.ts'

export interface Services extends Pick<SourceContext, 'fetch' | 'paginate' | 'progress'> {
  readonly requests: readonly RecordedRequest[]
  close(): void
}

export interface ServiceOptions {
  readonly signal: AbortSignal
  readonly offline: boolean
  readonly onProgress?: (text: string) => void
}

/** Before that, nobody wonders. */
const patienceMs = 2000
const betweenMs = 500

export function createServices(source: Source, { signal, offline, onProgress }: ServiceOptions): Services {
  const started = performance.now()
  let [own, count, waiting] = ['', 0, undefined as string | undefined]
  const show = (): void => onProgress?.(redact([`${source.name}: ${own === '' ? `${count} request${count === 1 ? '' : 's'}` : own}`, ...(waiting === undefined ? [] : [waiting])].join(', ')))
  const timer = onProgress && setInterval(() => { if (performance.now() - started >= patienceMs) show() }, betweenMs)
  timer?.unref()
  const requester = createRequester({
    name: source.name, policy: source.requests ?? {}, baseUrl: source.baseUrl, signal,
    onRequest(requests, problem) { [count, waiting] = [requests.length, problem] },
  })
  const allowed: Requester = {
    requests: requester.requests,
    send: async (url, request) => (offline ? refuse(source.name) : await requester.send(url, request)),
  }
  return {
    requests: requester.requests,
    fetch: async <T>(url: string | URL, request?: FetchOptions) => await allowed.send(url, request) as Answer<T>,
    paginate: (url, options) => paginate(source.name, allowed, url, options),
    progress(text) { own = text },
    close: () => clearInterval(timer),
  }
}

function refuse(name: string): never {
  throw fail('source-offline', `source ${name} has no snapshot, and --offline forbids to ask its server`, { fix: 'build once without --offline, or bring .ssg/snapshots/ from where that was done.' })
}
