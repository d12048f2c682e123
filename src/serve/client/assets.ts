// Swaps styles and pictures that changed, without a reload and without a moment in which the page has no style.

import { page } from './page.ts'

/** Path -> number of the version that is shown. */
const versions = new Map<string, number>()
let count = Date.now()

const addressed = 'link[rel~="stylesheet"], link[rel~="icon"], img, source, video, audio, object, iframe'
const keys = ['href', 'src', 'poster', 'data'] as const

/** Absent: all styles, for what changed while nobody listened is not known. `true`: a script is among them, and the page must be loaded anew. */
export function swapAssets(paths: readonly string[] | undefined): boolean {
  const isMeant = (url: URL): boolean => (paths === undefined ? url.pathname.endsWith('.css') : paths.includes(url.pathname))
  if (paths && [...document.scripts].some(({ src }) => src !== '' && isMeant(new URL(src)))) return true
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')]
  // A style that no link names is imported by another one.
  const isImported = paths?.some((path) => path.endsWith('.css') && !links.some((link) => pathOf(link.href) === path)) === true
  for (const element of document.querySelectorAll(addressed)) {
    for (const key of keys) {
      const value = element.getAttribute(key)
      const url = value === null ? undefined : urlOf(value)
      if (url && (isMeant(url) || (isImported && links.includes(element as HTMLLinkElement)))) page.quietly(() => swap(element, key, url))
    }
  }
  return false
}

function swap(element: Element, key: string, url: URL): void {
  versions.set(url.pathname, ++count)
  url.searchParams.set('ssg', String(count))
  const value = url.pathname + url.search
  if (!(element instanceof HTMLLinkElement && element.rel.includes('stylesheet'))) return element.setAttribute(key, value)
  const next = element.cloneNode() as HTMLLinkElement
  next.href = value
  next.onload = next.onerror = () => element.remove()
  element.after(next)
  page.adopt(next)
}

/** Gives the links of a new document the versions that are shown, so that an update leaves them alone. */
export function versionLinks(root: Document): void {
  for (const element of root.querySelectorAll(addressed)) {
    for (const key of keys) {
      const url = urlOf(element.getAttribute(key) ?? '')
      const version = url && versions.get(url.pathname)
      if (url === undefined || version === undefined) continue
      url.searchParams.set('ssg', String(version))
      element.setAttribute(key, url.pathname + url.search)
    }
  }
}

/** Of this site only. */
function urlOf(value: string): URL | undefined {
  if (value === '' || !URL.canParse(value, location.href)) return undefined
  const url = new URL(value, location.href)
  return url.origin === location.origin ? url : undefined
}

function pathOf(href: string): string {
  return urlOf(href)?.pathname ?? ''
}
