// Keys -> the paths that a CDN must forget. Pure; cloudfront.ts sends them.

/** CloudFront takes so many wildcards at once; and each path beyond the first thousand of a month costs. */
const wildcardsAtMost = 15

/** Without repeats, in order, percent-encoded. Many become common folders with `*`, or all: `/*`. */
export function invalidationPaths(keys: readonly string[], originPath: string): string[] {
  const paths = [...new Set(keys.filter((key) => isUnder(key, originPath)).flatMap((key) => publicPaths(key, originPath)))].sort()
  if (paths.length <= wildcardsAtMost) return paths
  return foldersOf(paths) ?? ['/*']
}

/** Together with those of a deploy that did not get so far. */
export function mergePaths(paths: readonly string[], pending: readonly string[]): string[] {
  const all = [...new Set([...paths, ...pending])].sort()
  return all.length <= wildcardsAtMost ? all : ['/*']
}

const folderOf = (originPath: string): string => originPath.replace(/^\/+|\/+$/g, '')

/** What lies outside of the origin's folder has no address there. */
function isUnder(key: string, originPath: string): boolean {
  const folder = folderOf(originPath)
  return folder === '' || key.startsWith(`${folder}/`)
}

/** `x/index.html` is asked for as `/x/`, `/x` and by its own name. */
function publicPaths(key: string, originPath: string): string[] {
  const folder = folderOf(originPath)
  const path = `/${encodePath(folder === '' ? key : key.slice(folder.length + 1))}`
  if (path === '/index.html') return ['/', path]
  const parent = /^(.*)\/index\.html$/.exec(path)?.[1]
  return parent === undefined ? [path] : [parent, `${parent}/`, path]
}

/** As browsers send it: also those signs that `encodeURI` leaves and that mean something to CloudFront. */
function encodePath(key: string): string {
  return encodeURI(key).replace(/[?#*'~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Folders of the first, else of the second level, if they are few enough. */
function foldersOf(paths: readonly string[]): string[] | undefined {
  for (const depth of [3, 2, 1]) {
    const folded = [...new Set(paths.map((path) => fold(path, depth)))].sort()
    const kept = folded.filter((path) => !folded.some((other) => other !== path && covers(other, path)))
    if (kept.length <= wildcardsAtMost) return kept
  }
  return undefined
}

function fold(path: string, depth: number): string {
  const parts = path.split('/')
  return parts.length > depth + 1 ? `${parts.slice(0, depth + 1).join('/')}*` : path
}

const covers = (wildcard: string, path: string): boolean => wildcard.endsWith('*') && path.startsWith(wildcard.slice(0, -1))
