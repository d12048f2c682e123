// The contract of a site with the rest of the web: the addresses that were public once, and the ids under which readers know the
// entries of its feeds. `ssg urls record` writes it, every build proves that it is kept. Pure; the file is build/contract.ts.
import { distance } from 'fastest-levenshtein'
import type { Diagnostic } from './diagnostic.ts'
import { locate } from './diagnostic.ts'
import { entryFeedId } from './feed-ids.ts'
import type { Settings } from './settings.ts'
import type { Entry, PageSpec, Site } from './types.ts'

export const lockName = 'urls.lock'

export interface UrlLock {
  /** Paths below the site's base path, decoded: `/posts/hello/`. Sorted. */
  readonly urls: readonly string[]
  /** Address of an entry -> its id in feeds. */
  readonly feedIds: ReadonlyMap<string, string>
}

/** Entries whose address has a recorded id, and that have none of their own, keep it. */
export function keepFeedIds(entries: readonly Entry[], { feedIds }: UrlLock): Entry[] {
  if (feedIds.size === 0) return [...entries]
  return entries.map((entry) => {
    if (entry.uid !== undefined || entry.permalink === undefined) return entry
    const id = [entry.permalink, ...entry.aliases].map((address) => findId(feedIds, address)).find((one) => one !== undefined)
    return id === undefined ? entry : { ...entry, uid: id }
  })
}

function findId(feedIds: ReadonlyMap<string, string>, address: string): string | undefined {
  return feedIds.get(address) ?? (address.endsWith('/') ? feedIds.get(address.slice(0, -1)) : undefined)
}

/** Every recorded address that nothing answers, and every recorded id that no entry has. */
export function checkContract({ urls, feedIds }: UrlLock, site: Site, pages: readonly PageSpec[], settings: Pick<Settings, 'id'>): Diagnostic[] {
  const outputs = new Set<string>(pages.map(({ output }) => output))
  const entries = site.entries.filter(({ permalink }) => permalink !== undefined)
  const ids = new Map(entries.map((entry) => [entryFeedId(settings, entry), entry]))
  const targets = entryTargets(pages)
  return [
    ...urls.filter((url) => !isAnswered(url, outputs)).map((url) => missingUrl(url, pages, site)),
    ...[...feedIds].filter(([, id]) => !ids.has(id)).map(([url, id]) => missingId(url, id, entries.find((entry) => entry.permalink === url || entry.id === targets.get(url)), settings)),
  ]
}

/** As a static host answers: by the file, or by the folder of that name. */
function isAnswered(url: string, outputs: ReadonlySet<string>): boolean {
  const path = url.slice(1)
  if (path === '' || path.endsWith('/')) return outputs.has(`${path}index.html`)
  return outputs.has(path) || outputs.has(`${path}/index.html`)
}

/** Address -> the entry that is there, or that its redirect leads to. */
function entryTargets(pages: readonly PageSpec[]): Map<string, string> {
  const own = new Map(pages.flatMap((page) => (page.kind === 'entry' ? [[page.permalink as string, page.entry as string] as const] : [])))
  for (const page of pages) {
    const entry = page.kind === 'redirect' ? own.get(page.target) : undefined
    if (entry !== undefined) own.set(page.permalink, entry)
  }
  return own
}

function missingUrl(url: string, pages: readonly PageSpec[], site: Site): Diagnostic {
  const near = nearestEntry(url, site)
  const other = near === undefined ? nearestPage(url, pages) : undefined
  const base = { severity: 'error', code: 'url-missing', message: `nothing answers ${url} any more, which is a public address` } as const
  if (near !== undefined) return { ...base, at: locate(near.origin), fix: `the nearest page is ${near.permalink}: add \`aliases: ["${url}"]\` to its front matter; or give the address up with \`ssg urls forget ${url}\`.` }
  return { ...base, at: { file: lockName }, fix: `${other === undefined ? '' : `the nearest page is ${other}: add \`'${url}': '${other}'\` to \`redirects\` in site.config.ts; or `}give the address up with \`ssg urls forget ${url}\`.` }
}

/** The entry whose address is most like it: first by its last part, then by spelling. */
function nearestEntry(url: string, site: Site): Entry | undefined {
  let best: Entry | undefined
  let least = Math.max(3, Math.floor(url.length * 0.4))
  for (const entry of site.entries) {
    if (entry.permalink === undefined) continue
    const steps = lastPart(entry.permalink) === lastPart(url) && lastPart(url) !== '' ? 0 : distance(lastPart(entry.permalink), lastPart(url)) + (entry.permalink.split('/').length === url.split('/').length ? 0 : 1)
    if (steps < least) [best, least] = [entry, steps]
  }
  return best
}

function lastPart(url: string): string {
  return url.replace(/\/(?:index\.html)?$/, '').replace(/\.\w{1,5}$/, '').split('/').at(-1)?.toLowerCase() ?? ''
}

function nearestPage(url: string, pages: readonly PageSpec[]): string | undefined {
  let best: string | undefined
  let least = Math.max(3, Math.floor(url.length * 0.5))
  for (const { permalink, kind } of pages) {
    if (kind === 'asset' || kind === 'highlight' || kind === 'redirect') continue
    const steps = distance(permalink, url)
    if (steps < least) [best, least] = [permalink, steps]
  }
  return best
}

function missingId(url: string, id: string, entry: Entry | undefined, settings: Pick<Settings, 'id'>): Diagnostic {
  const base = { severity: 'error', code: 'feed-id-missing' } as const
  if (entry === undefined) return { ...base, message: `no entry has the feed id ${id} any more, which readers know from ${url}`, at: { file: lockName }, fix: `publish the entry again, or give it up with \`ssg urls forget ${url}\`.` }
  return { ...base, message: `${url} has the feed id ${entryFeedId(settings, entry)}, but readers know it as ${id}`, at: locate(entry.origin, 'id'), fix: `write \`id: ${JSON.stringify(id)}\` into its front matter.` }
}
