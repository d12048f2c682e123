// A thread that takes finished pages: it reads in them what the checks want to know, and writes them where nobody sees them yet.
// It keeps facts of pages, never their text. What goes wrong while writing is told once, and nothing more is written.
import { parentPort, workerData } from 'node:worker_threads'
import { timed } from '../core/profiler.ts'
import { renderFeed, type FeedEntry, type FeedSettings } from '../core/feeds.ts'
import type { FeedPage, OutputPath } from '../core/types.ts'
import { fitForFeeds, type FeedSource } from '../render/feed-page.ts'
import type { PageContent } from '../render/page.ts'
import { digest, type Digest } from '../util/hash.ts'
import { passingBytes } from '../util/utf8.ts'
import { findFeedProblems, type FeedPlan, type FeedProblem } from './check-feed.ts'
import { judgePages, type Verdict } from './check-judge.ts'
import { createExtractor, type PageFacts } from './check-page.ts'
import { openOutput } from './output.ts'
import { createThreadProfiler, type ThreadSpan } from './profiled.ts'
import { giveWay } from './threads.ts'
import { packError, type PackedError } from './worker-error.ts'

export interface PressSetup {
  readonly settings: FeedSettings
  /** Where to write; absent: nowhere. */
  readonly stage?: { readonly folder: string; readonly display: string; readonly root: string }
  /** Every file of the output. */
  readonly outputs: readonly OutputPath[]
  readonly isTimed: boolean
}
export interface PressPage {
  readonly output: OutputPath
  readonly content: PageContent | FeedOrder
  readonly check?: 'html' | FeedPlan
  /** The entry of the page, where feeds will have it: there is more time for it now than when they come, of which most come last. */
  readonly fresh?: NumberedSource
}
export type NumberedSource = readonly [number: number, source: FeedSource]
/** A feed to be written; entries by number, those with their content that were not sent before. */
export interface FeedOrder {
  readonly feed: FeedPage
  readonly entries: readonly number[]
  readonly fresh: readonly NumberedSource[]
}
export type PressTask = PressPage | 'judge'

export interface PressedPage {
  readonly output: OutputPath
  /** Of a text. */
  readonly digest: Digest
  /** How the file looks; absent: it was not written. */
  readonly look?: string
  /** The record of the checks as text, with its digest. */
  readonly record?: readonly [text: string, digest: Digest]
  readonly feed?: readonly FeedProblem[]
}
export type PressReply = { readonly spans?: readonly ThreadSpan[] } & ({ readonly page: PressedPage } | { readonly verdict: Verdict } | { readonly failure: PackedError })

const { settings, stage, outputs, isTimed } = workerData as PressSetup
giveWay()
const profiler = isTimed ? createThreadProfiler() : undefined
const extract = createExtractor(settings.origin)
const facts = new Map<OutputPath, PageFacts>()
let folder = stage && openOutput(stage.folder, stage.display, stage.root)
const reply = (message: PressReply): void => parentPort?.postMessage(profiler ? { ...message, spans: profiler.taken() } : message)

attempt(() => folder?.begin(outputs))
parentPort?.on('message', (task: PressTask) => {
  if (task === 'judge') reply({ verdict: timed(profiler, { activity: 'checks', name: 'checks' }, () => judgePages(new Map([...facts].sort(([a], [b]) => (a < b ? -1 : 1))), new Set(outputs), settings)) })
  else {
    reply({ page: press(task) })
    if (task.fresh) timed(profiler, { activity: 'pages', name: task.output }, () => fit(task.fresh!))
  }
})

const entries = new Map<number, FeedEntry>()

function fit([number, source]: NumberedSource): void {
  entries.set(number, fitForFeeds(source))
}

function writeFeed({ feed, entries: wanted, fresh }: FeedOrder): string {
  fresh.forEach(fit)
  return renderFeed(feed, settings, wanted.map((number) => entries.get(number)!))
}

function press({ output, content: given, check }: PressPage): PressedPage {
  const content = typeof given === 'object' && 'feed' in given ? timed(profiler, { activity: 'pages', name: output }, () => writeFeed(given)) : given
  // Made bytes once, and not for the file and for the digest.
  const bytes = typeof content === 'string' ? passingBytes(content) : content
  const look = timed(profiler, { activity: 'write', name: output }, () => attempt(() => folder?.write(output, bytes)))
  const page = { output, ...(look !== undefined && { look }) }
  if (typeof content !== 'string' || 'copyOf' in bytes) return { ...page, digest: '' as Digest }
  const pressed = { ...page, digest: digest(bytes) }
  if (check === undefined) return pressed
  if (check !== 'html') return { ...pressed, feed: timed(profiler, { activity: 'checks', name: output }, () => findFeedProblems(check, content)) }
  const found = timed(profiler, { activity: 'checks', name: output }, () => extract(content))
  facts.set(output, found)
  const text = JSON.stringify({ facts: found })
  return { ...pressed, record: [text, digest(text)] }
}

function attempt<T>(write: () => T): T | undefined {
  try {
    return write()
  } catch (error) {
    folder = undefined
    reply({ failure: packError(error) })
    return undefined
  }
}
