// What a link in a body means: `./other.md` and `/posts/other.md` lead to the page of that entry, `map.png` to the picture beside
// it, `/about/` to an address of the site. Everything else stays as written; whether pages exist is checked in the output.
import { distance } from 'fastest-levenshtein'
import { besidePermalink } from '../core/permalink.ts'
import { hrefOf, type Settings } from '../core/settings.ts'
import type { Entry, HeldEntry, Permalink } from '../core/types.ts'

/**
 * Gives the published address, with the base path, of a link as markdown has decoded it; or what is wrong with it, as a whole
 * message and its fix. A pure function of the site: the same link may be resolved again to see whether it still leads there.
 */
export type LinkResolver = (raw: string, from: Entry) => LinkResult
export type LinkResult = { readonly href: string } | { readonly missing: string; readonly fix: string }

export interface LinkTargets {
  readonly entries: readonly Entry[]
  readonly held: readonly HeldEntry[]
  readonly settings: Pick<Settings, 'basePath'>
  /** The address of a file in the content or static folder that is published as it is, by its path there: `posts/map.png`. */
  readonly findAsset: (path: string) => Permalink | undefined
  /** Paths that `findAsset` knows, for "did you mean". Called only when a link is broken. */
  readonly assetPaths?: () => Iterable<string>
}

export function createLinkResolver(targets: LinkTargets): LinkResolver {
  const index = createIndex(targets)
  return (raw, from) => {
    if (isOutside(raw)) return { href: raw }
    const end = raw.search(/[?#]/)
    const written = end === -1 ? raw : raw.slice(0, end)
    if (written.startsWith('entry:')) return resolveId(index, { raw, from, written, path: decodeOnce(written.slice(6)), suffix: raw.slice(written.length) })
    return resolvePath(index, { raw, from, written, path: decodeOnce(written), suffix: raw.slice(written.length) })
  }
}

/** Leads to another site, or to a place on the page itself: whatever the site is, such a link stays as it is. */
export function isOutside(raw: string): boolean {
  return /^(?:$|[?#]|(?!entry:)[a-z][a-z\d+.-]*:|\/\/)/i.test(raw)
}

interface Index extends LinkTargets {
  readonly byPath: ReadonlyMap<string, Entry | HeldEntry>
  /** Made when a link first names an entry by its id. */
  byId?: ReadonlyMap<string, Entry | HeldEntry>
  /** Addresses of entries, made when first asked for. */
  readonly hrefs: Map<Entry, string>
}

interface Link {
  readonly raw: string
  readonly from: Entry
  /** Without query and fragment. */
  readonly written: string
  /** The same, decoded. */
  readonly path: string
  /** Query and fragment. */
  readonly suffix: string
}

function createIndex(targets: LinkTargets): Index {
  let byPath = indexes.get(targets.entries)
  if (byPath === undefined) indexes.set(targets.entries, byPath = indexPaths(targets))
  return { ...targets, byPath, hrefs: new Map() }
}

/** Of each site, as long as it lasts: lists of entries do not change. */
const indexes = new WeakMap<readonly Entry[], Index['byPath']>()

function indexPaths(targets: LinkTargets): Index['byPath'] {
  const byPath = new Map<string, Entry | HeldEntry>()
  for (const held of targets.held) byPath.set(held.entry.path.normalize('NFC'), held)
  for (const entry of targets.entries) byPath.set(entry.path.normalize('NFC'), entry)
  return byPath
}

function resolvePath(index: Index, link: Link): LinkResult {
  const { path, from, suffix } = link
  const rooted = path.startsWith('/')
  const target = rooted ? normalizePath(path.slice(1)) : normalizePath(folderOf(from.path) + path)
  if (target === undefined) return { missing: `"${decodeOnce(link.raw)}" leads out of the content folder`, fix: 'link to an address of the site instead, starting with a slash.' }
  const entry = index.byPath.get(target)
  if (entry) return 'reason' in entry ? heldProblem(link, entry) : entryLink(index, link, entry)
  const asset = (rooted ? undefined : besideEntry(from, path)) ?? index.findAsset(target)
  if (asset) return { href: hrefOf(index.settings, asset) + suffix }
  if (isMarkdown(path)) return missingFile(link, target, index.byPath.keys())
  if (rooted) return { href: index.settings.basePath.slice(0, -1) + link.written + suffix }
  if (isFile(path)) return missingFile(link, target, assetsFor(index, from))
  return { href: link.raw }
}

/** `entry:contentful:4xYz`: for sources, which do not know addresses. */
function resolveId(index: Index, link: Link): LinkResult {
  index.byId ??= new Map<string, Entry | HeldEntry>([...index.held.map((held) => [held.entry.id, held] as const), ...index.entries.map((entry) => [entry.id, entry] as const)])
  const entry = index.byId.get(link.path)
  if (entry === undefined) return { missing: `"${decodeOnce(link.raw)}" leads to nothing: no entry has that id`, fix: 'correct the id, or take the link out.' }
  return 'reason' in entry ? heldProblem(link, entry) : entryLink(index, link, entry)
}

function entryLink({ settings, hrefs }: Index, { suffix, raw }: Link, entry: Entry): LinkResult {
  let href = hrefs.get(entry)
  if (href === undefined && entry.permalink) hrefs.set(entry, (href = hrefOf(settings, entry.permalink)))
  if (href !== undefined) return { href: href + suffix }
  return { missing: `"${decodeOnce(raw)}" leads to ${entry.path}, which has no page of its own`, fix: 'link to a page that shows it, or take the link out.' }
}

const reasons: Readonly<Record<HeldEntry['reason'], string>> = { draft: 'is a draft', scheduled: 'is scheduled for later', expired: 'has expired', hook: 'is held back by `onEntry`' }

function heldProblem({ raw }: Link, { entry, reason }: HeldEntry): LinkResult {
  return { missing: `"${decodeOnce(raw)}" leads to ${entry.path}, which ${reasons[reason]} and is not published`, fix: 'publish it, or take the link out.' }
}

function besideEntry(from: Entry, path: string): Permalink | undefined {
  if (!from.permalink || from.assets.length === 0) return undefined
  const name = normalizePath(path)
  if (!from.assets.some((asset) => asset.name.normalize('NFC') === name)) return undefined
  const result = besidePermalink(from.permalink, name ?? '')
  return 'permalink' in result ? result.permalink : undefined
}

function* assetsFor({ assetPaths }: Index, from: Entry): Iterable<string> {
  for (const { name } of from.assets) yield folderOf(from.path) + name
  if (assetPaths) yield* assetPaths()
}

function missingFile({ raw, from, path }: Link, target: string, known: Iterable<string>): LinkResult {
  if (from.permalink === undefined && from.assets.some(({ name }) => name === path.replace(/^\.\//, ''))) return { missing: `"${decodeOnce(raw)}" is beside an entry that has no page, so it is not published`, fix: 'move the file into the static folder.' }
  const closest = findClosest(target, known)
  const suggestion = closest !== undefined && (path.startsWith('/') ? `/${closest}` : relativePath(folderOf(from.path), closest))
  return {
    missing: `"${decodeOnce(raw)}" leads to nothing: there is no ${target}`,
    fix: suggestion ? `did you mean "${suggestion}"?` : 'correct the path, which starts from the folder of this file, or take the link out.',
  }
}

/** The known path that is most like the wanted one, if it is much like it. Another folder or another ending counts as one step. */
function findClosest(wanted: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestSteps = Math.max(2, Math.floor(wanted.length / 4)) + 1
  for (const path of known) {
    const steps = stepsBetween(path, wanted, bestSteps)
    // Of equally near ones the first in order, so that the order of entries does not matter.
    if (steps < bestSteps || (steps === bestSteps && best !== undefined && path < best)) [best, bestSteps] = [path, steps]
  }
  return best
}

function stepsBetween(path: string, wanted: string, most: number): number {
  if (nameOf(path) === nameOf(wanted)) return 1
  const [a, b] = [stemOf(path), stemOf(wanted)]
  if (Math.abs(a.length - b.length) > most) return most + 1
  return distance(a, b) + (path.slice(a.length) === wanted.slice(b.length) ? 0 : 1)
}

const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path)
/** Has the name of a file, but not of one that a page may be written to. */
const isFile = (path: string): boolean => /[^/.][^/]*\.[a-z][a-z\d]{0,7}$/i.test(path) && !/\.(?:x?html?|xml|json|txt|php|aspx?|jsp)$/i.test(path)
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '')
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function decodeOnce(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Without `.`, `..` and empty parts; undefined if it leads out. */
function normalizePath(path: string): string | undefined {
  // Most need nothing but this.
  const plain = path.replace('/./', '/')
  if (!/(?:^|\/)\.{0,2}(?:\/|$)|[^!-~]/.test(plain)) return plain
  const parts: string[] = []
  for (const part of path.normalize('NFC').split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function relativePath(folder: string, path: string): string {
  const from = folder.split('/').slice(0, -1)
  const to = path.split('/')
  let same = 0
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++
  return (same === from.length ? './' : '../'.repeat(from.length - same)) + to.slice(same).join('/')
}
