// For `ssg build --profile`: stands before the parts of a build that work on one body, page or block of code, and notes how long
// each took. A build without a profiler uses the parts as they are.
import { runTimed, timed, type Frame, type Profiler } from '../core/profiler.ts'
import type { PageSpec } from '../core/types.ts'
import type { BodyRenderer } from '../render/body.ts'
import type { QueryRunner } from '../render/queries.ts'
import type { Checker } from './check.ts'

/** Bodies by the collection that they are in. */
export function profileBodies(renderer: BodyRenderer, profiler: Profiler | undefined): BodyRenderer {
  if (profiler === undefined) return renderer
  return {
    render: (entry) => timed(profiler, { activity: 'markdown', name: entry.collection, page: entry.permalink ?? entry.id, size: entry.body.text.length }, () => renderer.render(entry)),
  }
}

export function profilePages<T>(make: (page: PageSpec) => T, profiler: Profiler | undefined): (page: PageSpec) => T {
  if (profiler === undefined) return make
  return (page) => timed(profiler, { ...frameOf(page), page: page.permalink }, () => make(page))
}

function frameOf({ kind }: PageSpec): Frame {
  switch (kind) {
    case 'entry': return { activity: 'pages', name: 'entries' }
    case 'list': return { activity: 'pages', name: 'lists' }
    case 'terms': return { activity: 'pages', name: 'lists of terms' }
    case 'template': return { activity: 'pages', name: 'other pages' }
    case 'feed': return { activity: 'pages', name: 'feeds' }
    case 'sitemap': case 'robots': case 'opml': return { activity: 'pages', name: 'sitemap' }
    case 'redirect': return { activity: 'pages', name: 'redirects' }
    case 'highlight': case 'asset': return { activity: 'pages', name: 'files' }
  }
}

export function profileChecker(checker: Checker, profiler: Profiler | undefined): Checker {
  if (profiler === undefined) return checker
  return { ...checker, add: (page, content) => timed(profiler, { activity: 'checks', name: 'look for links', page: page.permalink }, () => checker.add(page, content)) }
}

/** The queries of site.config, by name; the other answers are found at once. */
export function profileQueries(query: QueryRunner, profiler: Profiler | undefined): QueryRunner {
  if (profiler === undefined) return query
  return (asked) => (asked.name.startsWith('own:') ? timed(profiler, { activity: 'own', name: `query ${asked.name.slice(4)}` }, () => query(asked)) : query(asked))
}

/** Filters and globals of site.config: what is a function is timed, and otherwise stays what it is. */
export function profileFunctions<T>(kind: string, values: Readonly<Record<string, T>>, profiler: Profiler | undefined): Readonly<Record<string, T>> {
  if (profiler === undefined) return values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'function' ? timedFunction(value, { activity: 'own', name: `${kind} ${name}` }, profiler) : value]))
}

function timedFunction<T extends Function>(run: T, frame: Frame, profiler: Profiler): T {
  return new Proxy(run, { apply: (target, self, args) => timed(profiler, frame, () => Reflect.apply(target, self, args) as unknown) })
}

/** A piece of work of another thread; times are in ms since 1970, for each thread has a clock of its own. */
export interface ThreadSpan { readonly frame: Frame; readonly startMs: number; readonly endMs: number }
export interface ThreadProfiler extends Profiler {
  /** What was done since the last time, to be sent to the main thread. */
  taken(): ThreadSpan[]
}

/** For threads that do one thing after the other. */
export function createThreadProfiler(): ThreadProfiler {
  let spans: ThreadSpan[] = []
  const now = (): number => performance.timeOrigin + performance.now()
  const begin = (frame: Frame): (() => void) => {
    const startMs = now()
    return () => { spans.push({ frame, startMs, endMs: now() }) }
  }
  return {
    begin, beside: (_lane, frame) => begin(frame), elsewhere: () => undefined,
    run: (frame, run) => runTimed(begin(frame), run),
    taken() {
      const taken = spans
      spans = []
      return taken
    },
  }
}

/** On the main thread: what a thread has sent. */
export function noteSpans(profiler: Profiler | undefined, lane: string, spans: readonly ThreadSpan[] = []): void {
  for (const { frame, startMs, endMs } of spans) profiler?.elsewhere(lane, frame, startMs - performance.timeOrigin, endMs - performance.timeOrigin)
}
