// The bodies of all published entries: markdown, highlighting, links. A body is rendered anew only if its text, or the answer to
// one of the links and pictures it asked for, is another than the last time; pages only pick up what is made here.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fail, locate, type Diagnostic } from '../core/diagnostic.ts'
import { isHarmlessUrl } from '../core/fields.ts'
import { timed, type Profiler } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import type { Pages } from '../core/pages.ts'
import type { Entry, EntryId, RenderedBody, Site } from '../core/types.ts'
import type { BodyRenderer } from '../render/body.ts'
import type { Highlighter } from '../render/highlight.ts'
import type { LinkResolver } from '../render/links.ts'
import { createDeferred, inLanes, type Deferred } from '../util/async.ts'
import { detach } from '../util/detach.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { Cache } from './cache.ts'
import { freezeDeep } from './frozen.ts'
import { openHighlighting, type HeadStart } from './highlighting.ts'
import { readHtmlRecord, writeHtmlRecord } from './html-record.ts'
import { createLookups } from './lookups.ts'
import { profileBodies } from './profiled.ts'
import { createShelf } from './shelf.ts'
import type { BodyTrace } from './traces.ts'

export interface Bodies {
  /** Throws if it is still to come; `takeLate` tells which one that was. */
  get(id: EntryId): RenderedBody
  /** The arrival of the body that `get` was last asked for in vain, since the last time. */
  takeLate(): Promise<void> | undefined
  /** The arrival of a body; `undefined`: it is there. */
  arrival(id: EntryId): Promise<void> | undefined
  /** Bodies may come while pages are made; only in large builds from nothing. */
  readonly isStreaming: boolean
  /** Begins no more until then. */
  pauseUntil(moment: Promise<void>): void
  /** All are there. */
  readonly finished: Promise<void>
  trace(id: EntryId): BodyTrace | undefined
  /** All entries that have a body. */
  readonly entries: ReadonlySet<EntryId>
  /** Those that were rendered in this build. */
  readonly fresh: ReadonlyMap<EntryId, BodyTrace>
  /** Those with which something is wrong, once all are there. */
  noted(): ReadonlySet<EntryId>
  /** Of all bodies, once they are there. */
  diagnostics(): Diagnostic[]
  highlightCss(): Promise<string>
}

export interface BodiesOptions {
  readonly settings: Settings
  readonly site: Site
  readonly pages: Pages
  readonly cache: Cache
  /** The only entries whose text can be another than in the last build, where nothing else is. */
  readonly edited?: ReadonlySet<EntryId>
  /** The process builds once, so that texts need not stay in memory. */
  readonly isSingle?: boolean
  /** Kept from build to build. */
  readonly highlighter?: Highlighter
  /** What has begun to highlight while the texts were read. */
  readonly headStart?: HeadStart
  readonly signal: AbortSignal
  /** Threads that highlight code. Default: as many as pay. */
  readonly workers?: number
  readonly onProgress?: (event: { phase: 'bodies'; done: number; total: number }) => void
  readonly profiler?: Profiler
}

/** All that has a body; listed once for each site, for it may be asked after each save. */
function textsOf(site: Site): { readonly all: readonly Entry[]; readonly entries: ReadonlySet<EntryId> } {
  let known = texts.get(site)
  if (known === undefined) {
    const all = site.texts === undefined ? site.entries : [...site.entries, ...site.texts.values()]
    texts.set(site, known = { all, entries: new Set(all.map(({ id }) => id)) })
  }
  return known
}
const texts = new WeakMap<Site, ReturnType<typeof textsOf>>()

function textsAmong(ids: ReadonlySet<EntryId>, site: Site): Entry[] {
  return [...ids].flatMap((id) => site.byId.get(id) ?? site.texts?.get(id) ?? [])
}

/** Characters of HTML held in memory; other bodies are read again from the store. */
const heldAtMost = 12_000_000

export async function prepareBodies(options: BodiesOptions): Promise<Bodies> {
  const { settings, site, cache, edited, signal, onProgress, profiler } = options
  const lookups = createLookups(options)
  const fresh = new Map<EntryId, BodyTrace>()
  const held: HeldBodies = { bodies: new Map(), rest: new Map(), size: 0 }
  const { all, entries } = textsOf(site)
  const trace = (id: EntryId): BodyTrace | undefined => fresh.get(id) ?? (entries.has(id) ? cache.body(id) : undefined)
  const getWhole = (id: EntryId): RenderedBody => {
    let body = held.bodies.get(id)
    if (body === undefined) hold(held, id, body = readBody(id, trace(id), cache), getWhole)
    return body
  }
  const stale: StaleBody[] = []
  for (const entry of edited ? textsAmong(edited, site) : all) {
    const known = cache.body(entry.id)
    const key = keyOf(entry)
    if (known?.key !== key || !lookups.hold(entry, known.lookups)) stale.push({ entry, key })
  }
  const { highlighter, lanes, close } = await options.headStart?.taken() ?? await openHighlighting(options, stale.map(({ entry }) => entry.body.text), options.highlighter)
  let renderer: Promise<BodyRenderer> | undefined
  const arrivals = createArrivals()
  const shelve = options.isSingle && lanes > 1 ? createShelf(site.entries, cache) : undefined
  // What is known of bodies counts only in builds that know something.
  const isStreaming = lanes > 1 && cache.whyEmpty !== undefined
  let pause: Promise<void> | undefined
  const finished = inLanes(stale, lanes, async ({ entry, key }) => {
    if (signal.aborted) throw fail('interrupted', 'the build was stopped; the output is as it was')
    // One for all lanes: with one each, its code would be slow for all that it ever does.
    renderer ??= timed(profiler, { activity: 'start', name: 'load markdown-it' }, async () =>
      profileBodies((await import('../render/body.ts')).createBodyRenderer({ markdown: settings.markdown, highlighter, resolveLink: lookups.resolveLink, imageSize: lookups.imageSize }), profiler))
    const body = judgeLinks(withOwnImage(await (await renderer).render(entry), entry, lookups.resolveLink), settings)
    fresh.set(entry.id, traceOf(body, key, lookups.take(entry), cache))
    hold(held, entry.id, body, getWhole)
    shelve?.(entry)
    arrivals.tell(entry.id)
    onProgress?.({ phase: 'bodies', done: fresh.size, total: all.length })
    // Where code is there already, nothing else would have a turn, and the threads that take pages nothing to do.
    if (isStreaming && fresh.size % 4 === 0) await nextTurn()
    await pause
  }).finally(close)
  if (isStreaming) finished.catch(arrivals.fail)
  else await finished
  const noted = (): EntryId[] => {
    const ids = new Set([...cache.noted].filter((id) => entries.has(id) && !fresh.has(id)))
    for (const [id, { diagnostics }] of fresh) if (diagnostics.length > 0) ids.add(id)
    return ids.size < 2 ? [...ids] : all.flatMap(({ id }) => (ids.has(id) ? [id] : []))
  }
  const isLate = (id: EntryId): boolean => isStreaming && !fresh.has(id) && entries.has(id)
  let late: EntryId | undefined
  return {
    entries, fresh, trace, finished, isStreaming,
    pauseUntil(moment) {
      pause = moment
    },
    noted: () => new Set(noted()),
    get(id) {
      if (isLate(id)) throw new Error(`the body of ${late = id} is still to come`)
      return held.bodies.get(id) ?? held.rest.get(id) ?? getWhole(id)
    },
    takeLate() {
      const id = late
      late = undefined
      return id && arrivals.of(id)
    },
    arrival: (id) => (isLate(id) ? arrivals.of(id) : undefined),
    diagnostics: () => noted().flatMap((id) => trace(id)?.diagnostics ?? []),
    highlightCss: async () => (await highlighter?.css()) ?? '',
  }
}

interface StaleBody { readonly entry: Entry; readonly key: Digest }

/** Lets somebody wait for a body. */
interface Arrivals {
  of(id: EntryId): Promise<void>
  tell(id: EntryId): void
  fail(error: unknown): void
}

function createArrivals(): Arrivals {
  const waiting = new Map<EntryId, Deferred<void>>()
  let failure: { readonly error: unknown } | undefined
  return {
    of(id) {
      if (failure) return Promise.reject(failure.error)
      const arrival = createDeferred<void>()
      waiting.set(id, arrival)
      return arrival.promise
    },
    tell(id) {
      waiting.get(id)?.resolve()
      waiting.delete(id)
    },
    fail(error) {
      failure = { error }
      for (const { reject } of waiting.values()) reject(error)
    },
  }
}

/** Bodies in memory, newest last, up to a number of characters; of the rest what lists show. */
interface HeldBodies { readonly bodies: Map<EntryId, RenderedBody>; readonly rest: Map<EntryId, RenderedBody>; size: number }

/** `getWhole`: reads a body again of which only the rest is held. */
function hold(held: HeldBodies, id: EntryId, body: RenderedBody, getWhole: (id: EntryId) => RenderedBody): void {
  freezeDeep(body.toc)
  held.bodies.set(id, body)
  held.rest.delete(id)
  held.size += body.html.length
  for (const [oldest, whole] of held.bodies) {
    if (held.size <= heldAtMost) break
    held.bodies.delete(oldest)
    held.rest.set(oldest, restOf(whole, () => getWhole(oldest)))
    held.size -= whole.html.length
  }
}

function restOf({ excerpt, summary, wordCount, image, diagnostics }: RenderedBody, whole: () => RenderedBody): RenderedBody {
  return {
    excerpt: detach(excerpt), summary: detach(summary), wordCount, diagnostics, ...(image !== undefined && { image: detach(image) }),
    get html() { return whole().html },
    get toc() { return whole().toc },
    get links() { return whole().links },
  }
}

/** `image` in the front matter: found like a link, and told like one. */
function withOwnImage(body: RenderedBody, entry: Entry, resolveLink: LinkResolver): RenderedBody {
  const { image } = entry.data
  if (typeof image !== 'string' || image.trim() === '') return body
  const found = resolveLink(image.trim(), entry)
  if ('href' in found && isHarmlessUrl(found.href)) return { ...body, image: found.href }
  const problem: Diagnostic = 'missing' in found
    ? { severity: 'error', code: 'link-broken', message: `\`image\`: ${found.missing}`, at: locate(entry.origin, 'image'), fix: found.fix }
    : { severity: 'warning', code: 'front-matter-value', message: '`image` is no address of a picture; it is left out', at: locate(entry.origin, 'image'), fix: 'write a path or an address with https:// in front.' }
  const { image: _image, ...rest } = body
  return { ...rest, diagnostics: [...body.diagnostics, problem] }
}

/** Links that lead to nothing are as bad as the site says. */
function judgeLinks(body: RenderedBody, { brokenLinks }: Settings): RenderedBody {
  if (brokenLinks === 'error' || body.diagnostics.length === 0) return body
  return { ...body, diagnostics: body.diagnostics.map((diagnostic) => (diagnostic.code === 'link-broken' ? { ...diagnostic, severity: 'warning' } : diagnostic)) }
}

/** All of the entry that its HTML depends on; its place, too, for what is wrong with it is told by line. */
function keyOf({ body, trusted, path: source, origin, permalink, slug, assets, data }: Entry): Digest {
  const about = JSON.stringify([body.kind, trusted, source, origin.file, origin.label, origin.bodyLine, permalink, slug, assets.map(({ name }) => name), data['image'], data['image'] === undefined ? undefined : locate(origin, 'image')])
  return digest(`${about}\n${body.text}`)
}

function traceOf({ diagnostics, excerpt, summary, ...content }: RenderedBody, key: Digest, lookups: BodyTrace['lookups'], cache: Cache): BodyTrace {
  return { key, lookups, diagnostics, content: cache.store.put(writeHtmlRecord(content)), excerpt: cache.store.put(JSON.stringify({ excerpt, summary })) }
}

function readBody(id: EntryId, trace: BodyTrace | undefined, cache: Cache): RenderedBody {
  if (trace === undefined) throw new Error(`the body of ${id} was not rendered`)
  const [content, excerpt] = [cache.store.get(trace.content), cache.store.get(trace.excerpt)]
  if (content === undefined || excerpt === undefined) throw cache.damaged()
  return { ...readHtmlRecord<Omit<RenderedBody, 'diagnostics' | 'excerpt' | 'summary'>>(content), ...JSON.parse(excerpt) as Pick<RenderedBody, 'excerpt' | 'summary'>, diagnostics: trace.diagnostics }
}
