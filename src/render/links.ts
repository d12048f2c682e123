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

type Target = { readonly entry: Entry } | { readonly held: HeldEntry }

export function createLinkResolver(targets: LinkTargets): LinkResolver {
  const byPath = new Map<string, Target>()
  for (const held of targets.held) byPath.set(held.entry.path.normalize('NFC'), { held })
  for (const entry of targets.entries) byPath.set(entry.path.normalize('NFC'), { entry })
  return (raw, from) => {
    const { path, suffix } = splitLink(raw)
    if (path === '' || /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(raw)) return { href: raw }
    return resolvePath({ ...targets, byPath, raw, from, path: decodeOnce(path), suffix, written: path })
  }
}

interface Query extends LinkTargets {
  readonly byPath: ReadonlyMap<string, Target>
  readonly raw: string
  readonly from: Entry
  /** Without query and fragment; decoded. */
  readonly path: string
  /** The same, as it was written. */
  readonly written: string
  /** Query and fragment, as written. */
  readonly suffix: string
}

function resolvePath(query: Query): LinkResult {
  const { path, from, settings, suffix } = query
  const rooted = path.startsWith('/')
  const target = rooted ? normalizePath(path.slice(1)) : normalizePath(folderOf(from.path) + path)
  if (target === undefined) return { missing: `"${decodeOnce(query.raw)}" leads out of the content folder`, fix: 'link to an address of the site instead, starting with a slash.' }
  const entry = query.byPath.get(target)
  if (entry) return 'held' in entry ? heldProblem(query, entry.held) : entryLink(query, entry.entry)
  const asset = (rooted ? undefined : besideEntry(from, path)) ?? query.findAsset(target)
  if (asset) return { href: hrefOf(settings, asset) + suffix }
  if (isMarkdown(path)) return missingFile(query, target, query.byPath.keys())
  if (rooted) return { href: settings.basePath.slice(0, -1) + query.written + suffix }
  if (isFile(path)) return missingFile(query, target, assetsFor(query))
  return { href: query.raw }
}

function entryLink({ settings, suffix, raw }: Query, entry: Entry): LinkResult {
  if (entry.permalink) return { href: hrefOf(settings, entry.permalink) + suffix }
  return { missing: `"${decodeOnce(raw)}" leads to ${entry.path}, which has no page of its own`, fix: 'link to a page that shows it, or take the link out.' }
}

const reasons: Readonly<Record<HeldEntry['reason'], string>> = { draft: 'is a draft', scheduled: 'is scheduled for later', expired: 'has expired', hook: 'is held back by `onEntry`' }

function heldProblem({ raw }: Query, { entry, reason }: HeldEntry): LinkResult {
  return { missing: `"${decodeOnce(raw)}" leads to ${entry.path}, which ${reasons[reason]} and is not published`, fix: 'publish it, or take the link out.' }
}

function besideEntry(from: Entry, path: string): Permalink | undefined {
  const name = normalizePath(path)
  if (name === undefined || !from.permalink || !from.assets.some((asset) => asset.name.normalize('NFC') === name)) return undefined
  const result = besidePermalink(from.permalink, name)
  return 'permalink' in result ? result.permalink : undefined
}

function* assetsFor({ from, assetPaths }: Query): Iterable<string> {
  for (const { name } of from.assets) yield folderOf(from.path) + name
  if (assetPaths) yield* assetPaths()
}

function missingFile({ raw, from, path }: Query, target: string, known: Iterable<string>): LinkResult {
  const closest = findClosest(target, known)
  const suggestion = closest !== undefined && (path.startsWith('/') ? `/${closest}` : relativePath(folderOf(from.path), closest))
  return {
    missing: `"${decodeOnce(raw)}" leads to nothing: there is no ${target}`,
    fix: suggestion ? `did you mean "${suggestion}"?` : 'correct the path, which starts from the folder of this file, or take the link out.',
  }
}

/** The known path that is most like the wanted one, if it is much like it; the file's name alone may be right. */
function findClosest(wanted: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(wanted.length / 4)) + 1
  for (const path of known) {
    if (Math.abs(path.length - wanted.length) >= bestDistance && nameOf(path) !== nameOf(wanted)) continue
    const steps = nameOf(path) === nameOf(wanted) ? 1 : distance(path, wanted)
    // Of equally near ones the first in order, so that the order of entries does not matter.
    if (steps < bestDistance || (steps === bestDistance && best !== undefined && path < best)) [best, bestDistance] = [path, steps]
  }
  return best
}

const isMarkdown = (path: string): boolean => /\.(?:md|markdown)$/i.test(path)
/** Has the name of a file, but not of one that a page may be written to. */
const isFile = (path: string): boolean => /[^/.][^/]*\.[a-z][a-z\d]{0,7}$/i.test(path) && !/\.(?:x?html?|xml|json|txt|php|aspx?|jsp)$/i.test(path)
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function splitLink(raw: string): { path: string; suffix: string } {
  const end = raw.search(/[?#]/)
  return end === -1 ? { path: raw, suffix: '' } : { path: raw.slice(0, end), suffix: raw.slice(end) }
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Without `.`, `..` and empty parts; undefined if it leads out. */
function normalizePath(path: string): string | undefined {
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
