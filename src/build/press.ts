// The output of a large build from nothing, made by a thread of its own while this one still makes pages. Nothing of it is seen
// before the whole site is found to be right; then it is moved to its place at once.
import { Worker } from 'node:worker_threads'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Profiler } from '../core/profiler.ts'
import type { Pages } from '../core/pages.ts'
import type { Settings } from '../core/settings.ts'
import type { OutputPath, PageSpec, Site } from '../core/types.ts'
import type { FeedParts, FeedSource } from '../render/feed-page.ts'
import type { PageContent } from '../render/page.ts'
import { createDeferred } from '../util/async.ts'
import { pathIn } from '../util/fs.ts'
import type { Cache } from './cache.ts'
import { feedPlan, tellFeed } from './check-feed.ts'
import type { Verdict } from './check-judge.ts'
import type { Judged, PageRecord } from './check.ts'
import type { PageTrace } from './traces.ts'
import type { OutputFolder } from './output.ts'
import type { FeedOrder, NumberedSource, PressPage, PressReply, PressSetup, PressTask, PressedPage } from './press-worker.ts'
import { noteSpans } from './profiled.ts'
import { smallYoung } from './threads.ts'
import type { StoreRef } from './store.ts'
import { unpackError } from './worker-error.ts'

export interface Press {
  /** Whether it writes the pages, so that nobody else has to keep them. */
  readonly isWriting: boolean
  /** The content of one page, or what a feed is made of; with the page of an entry what feeds will have of it. Resolves when there is room for more; `undefined`: there is. */
  take(page: PageSpec, content: PageContent | FeedParts, forFeeds: FeedSource | undefined): Promise<void> | undefined
  /** `told`: is called when something came of a page. */
  onMade(told: (output: OutputPath) => void): void
  /** What is wrong with the pages, when all have been taken. */
  judge(): Promise<Judged>
  /** Moves what was written to its place, in place of `begin` and `write` of the folder. Throws what went wrong while writing. */
  publish(): void
  /** What came of a page, after `judge`. `stat` is there if it was written. */
  traceOf(output: OutputPath): Pick<PageTrace, 'digest' | 'facts'> & { readonly stat?: string }
  /** Ends the thread, and removes what was not published. */
  close(): Promise<void>
}
export interface PressOptions {
  readonly settings: Settings
  readonly site: Site
  readonly pages: Pages
  readonly cache: Cache
  readonly folder: OutputFolder
  readonly outFolder: string
  readonly profiler: Profiler | undefined
}

/** Characters on their way to the thread, beyond which the pages wait. */
const roomFor = 10_000_000

export function openPress({ settings, site, pages, cache, folder, outFolder, profiler }: PressOptions): Press {
  const stage = folder.stage()
  const { origin, basePath, root, title, id, description, language, author } = settings
  const outputs = [...pages.keys()]
  const setup: PressSetup = { settings: { origin, basePath, title, id, description, language, author }, outputs, isTimed: profiler !== undefined, ...(stage && { stage: { folder: stage.folder, display: pathIn(root, outFolder), root } }) }
  const worker = new Worker(new URL('./press-worker.js', import.meta.url), { workerData: setup, resourceLimits: smallYoung })
  const send = (task: PressTask): void => worker.postMessage(task)
  const made = new Map<OutputPath, PressedPage & { readonly facts?: StoreRef }>()
  const feeds = new Map<OutputPath, readonly Diagnostic[]>()
  const sizes = new Map<OutputPath, number>()
  const feeders = createFeedSender()
  let tell: (output: OutputPath) => void = () => undefined
  let load = 0, isPublished = false
  let failure: unknown
  const verdict = createDeferred<Verdict>()
  let room = createDeferred<void>()

  /** What the cache is to remember of it for the checks. */
  const recordOf = ({ output, record, feed }: PressedPage): StoreRef | undefined => {
    if (record !== undefined) return cache.store.put(...record)
    const page = pages.get(output)
    if (feed === undefined || page?.kind !== 'feed') return undefined
    const problems: PageRecord['feed'] = tellFeed(page, feed, settings, site)
    feeds.set(output, problems)
    return cache.store.put(JSON.stringify({ feed: problems }))
  }
  const note = (pressed: PressedPage): void => {
    const facts = recordOf(pressed)
    const { record: _, ...page } = pressed
    made.set(page.output, { ...page, ...(facts && { facts }) })
    tell(page.output)
    load -= sizes.get(page.output) ?? 0
    if (load < roomFor / 2) room.resolve()
  }
  /** Nothing can come of this build any more. */
  const giveUp = (error: unknown): void => {
    verdict.reject(error)
    room.reject(error)
  }
  worker.on('error', giveUp)
  worker.on('message', (reply: PressReply) => {
    noteSpans(profiler, 'press', reply.spans)
    if ('failure' in reply) failure ??= unpackError(reply.failure)
    else if ('verdict' in reply) verdict.resolve(reply.verdict)
    else {
      try {
        note(reply.page)
      } catch (error) {
        giveUp(error)
      }
    }
  })
  return {
    isWriting: stage !== undefined,
    take(page, content, forFeeds) {
      const check = page.kind === 'feed' ? feedPlan(page, settings) : page.output.endsWith('.html') && typeof content === 'string' ? 'html' : undefined
      const sent = typeof content === 'object' && 'feed' in content ? feeders.order(content) : content
      const fresh = forFeeds && feeders.number(forFeeds)
      const size = sizeOf(sent) + (fresh?.[1].html.length ?? 0)
      sizes.set(page.output, size)
      load += size
      send({ output: page.output, content: sent, ...(check && { check }), ...(fresh && { fresh }) })
      if (load <= roomFor) return undefined
      room = createDeferred()
      return room.promise
    },
    onMade(told) {
      tell = told
    },
    async judge() {
      send('judge')
      const judged = await verdict.promise
      // What it holds is needed no more, and much is still to be written down.
      await worker.terminate()
      return { verdict: judged, feeds: new Map([...feeds].sort(([a], [b]) => (a < b ? -1 : 1))) }
    },
    publish() {
      if (failure !== undefined) throw failure
      stage?.publish(outputs)
      isPublished = true
    },
    traceOf(output) {
      const page = made.get(output)
      if (page === undefined) throw new Error(`nothing came of ${output}`)
      const { digest, facts, look } = page
      // Moving the file itself changes its look.
      const stat = look !== undefined && !output.includes('/') ? folder.look(output) : look
      return { digest, ...(facts && { facts }), ...(stat !== undefined && { stat }) }
    },
    async close() {
      await worker.terminate()
      if (!isPublished) stage?.discard()
    },
  }
}

/** In UTF-16 units, about. */
function sizeOf(content: PressPage['content']): number {
  if (typeof content === 'string') return content.length
  return 'feed' in content ? content.fresh.reduce((sum, [, { html }]) => sum + html.length, 0) : 0
}

/** Entries are sent once, and then their numbers with every feed that has them. */
interface FeedSender {
  /** `undefined`: it was sent. */
  number(source: FeedSource): NumberedSource | undefined
  order(parts: FeedParts): FeedOrder
}

function createFeedSender(): FeedSender {
  const numbers = new Map<FeedSource, number>()
  const number = (source: FeedSource): NumberedSource | undefined => {
    if (numbers.has(source)) return undefined
    numbers.set(source, numbers.size)
    return [numbers.size - 1, { ...source }]
  }
  return {
    number,
    order: ({ feed, sources }) => ({ feed, fresh: sources.flatMap((source) => { const one = number(source); return one ? [one] : [] }), entries: sources.map((source) => numbers.get(source)!) }),
  }
}
