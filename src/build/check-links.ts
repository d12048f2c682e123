// Whether every internal link of the finished output leads to a file, as a static host would serve it, and every `#anchor` to
// an id. Gives findings by target; where they were written is check-locate.ts. Links to other sites are not followed.
import { basename } from 'node:path/posix'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { OutputPath } from '../core/types.ts'
import { didYouMean } from '../util/nearest.ts'
import type { PageFacts, PageLink } from './check-page.ts'

/** One problem, with all the places that have it. */
export interface Finding {
  readonly severity: Diagnostic['severity']
  readonly code: 'link-broken' | 'link-anchor' | 'link-redirect'
  /** What the link leads to, with the base path, as a person reads it. */
  readonly target: string
  /** Why, if there is more to say than that nothing is there. */
  readonly reason?: string
  /** The address that was probably meant. */
  readonly suggestion?: string
  /** In the order of the pages that were checked. */
  readonly places: readonly { readonly page: OutputPath; readonly link: PageLink }[]
}
type Problem = Omit<Finding, 'places'>
type Resolved = { readonly output: OutputPath; readonly problem?: Problem } | { readonly output?: undefined; readonly problem?: Problem }

/** Every file that a link may lead to. */
export type Outputs = Pick<ReadonlySet<OutputPath>, 'has' | 'keys'>
/** What is known of a page that links lead to; `undefined`: nothing, as of pictures and feeds. */
export type FactsOf = (output: OutputPath) => PageFacts | undefined

/** Every problem of some pages once. */
export function checkLinks(facts: ReadonlyMap<OutputPath, PageFacts>, outputs: Outputs, settings: Pick<Settings, 'origin' | 'basePath'>, factsOf: FactsOf = (output) => facts.get(output)): Finding[] {
  const host = createHost(outputs, settings)
  const hasAnchor = createAnchors(factsOf)
  const findings = new Map<string, { problem: Problem; places: Finding['places'][number][] }>()
  const add = (problem: Problem, page: OutputPath, link: PageLink): void => {
    const key = `${problem.code} ${problem.target}`
    const known = findings.get(key)
    if (known) known.places.push({ page, link })
    else findings.set(key, { problem, places: [{ page, link }] })
  }
  for (const [page, { links, base }] of facts) {
    const address = host.addressOf(page)
    const pageUrl = new URL(base !== undefined && URL.canParse(base, address) ? base : address, address)
    for (const link of links) {
      const { path, hash } = splitUrl(link.value, pageUrl, host.origin)
      if (path === undefined) continue
      const { output, problem } = host.resolve(path)
      if (problem) add(problem, page, link)
      if (output !== undefined && hash !== '' && hasAnchor(output, hash) === false) add(anchorProblem(path, hash, factsOf(output)), page, link)
    }
  }
  return [...findings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { problem, places }]) => ({ ...problem, places }))
}

/** Path, still encoded, and anchor without `#`. No path: another site. */
function splitUrl(value: string, pageUrl: URL, origin: string): { path?: string; hash: string } {
  // Most links need no parsing.
  if (value.startsWith('#')) return { path: pageUrl.pathname, hash: value.slice(1) }
  const plain = /^(\/(?!\/)[\w\-/]*(?:\.\w+)?)(?:#([\w-]*))?$/.exec(value)
  if (plain) return { path: plain[1] ?? '', hash: plain[2] ?? '' }
  if (!URL.canParse(value, pageUrl.href)) return { hash: '' }
  const url = new URL(value, pageUrl)
  return url.origin === origin ? { path: url.pathname, hash: url.hash.slice(1) } : { hash: '' }
}

interface Host {
  readonly origin: string
  addressOf(output: OutputPath): string
  resolve(path: string): Resolved
}

function createHost(outputs: Outputs, settings: Pick<Settings, 'origin' | 'basePath'>): Host {
  const { origin = 'http://site.invalid', basePath } = settings
  let byLowerCase: ReadonlyMap<string, OutputPath> | undefined
  const known = new Map<string, Resolved>()
  const hrefOf = (output: OutputPath): string => basePath + output.replace(/(^|\/)index\.html$/, '$1')
  /** As one writes it in markdown and in templates: the base path is put before it. */
  const typed = (output: OutputPath): string => hrefOf(output).slice(basePath.length - 1)
  const broken = (target: string, reason?: string, meant?: OutputPath): Resolved => ({
    problem: { severity: 'warning', code: 'link-broken', target, ...(reason !== undefined && { reason }), ...(meant !== undefined && { suggestion: typed(meant) }) },
  })
  const find = (path: string): OutputPath | undefined => {
    const output = (path === '' || path.endsWith('/') ? `${path}index.html` : path) as OutputPath
    return outputs.has(output) ? output : undefined
  }

  function resolve(encoded: string): Resolved {
    const whole = decodePath(encoded)
    if (whole === undefined) return broken(encoded, 'it has a percent sign that does not encode anything')
    if (!`${whole}/`.startsWith(basePath)) {
      const meant = whole === '/' ? undefined : find(whole.slice(1)) ?? find(`${whole.slice(1)}/`)
      // Something else may live beside the site on its host.
      return meant === undefined ? {} : broken(whole, `the site is at ${basePath}`, meant)
    }
    const path = whole.slice(basePath.length)
    const isFolder = whole.endsWith('/')
    const output = isFolder || path !== '' ? find(path) : undefined
    if (output !== undefined) return { output }
    const folder = isFolder ? undefined : find(path === '' ? '' : `${path}/`)
    if (folder !== undefined) {
      return { output: folder, problem: { severity: 'note', code: 'link-redirect', target: whole, reason: 'the host redirects it to the address with a slash at its end', suggestion: typed(folder) } }
    }
    return suggest(whole, path)
  }

  function suggest(whole: string, path: string): Resolved {
    if (whole.includes('//')) return broken(whole, 'it has two slashes in a row', find(path.replace(/^\/+/, '').replace(/\/{2,}/g, '/')))
    const bare = path.replace(/\/$/, '')
    const lower = bare.toLowerCase()
    byLowerCase ??= new Map([...outputs.keys()].map((output) => [output.toLowerCase(), output]))
    const same = byLowerCase.get(`${lower}/index.html`) ?? byLowerCase.get(lower) ?? byLowerCase.get(`${lower}.html`)
    if (same === undefined) return broken(whole, undefined, nearest(path))
    return broken(whole, same.startsWith(bare) ? undefined : 'upper and lower case differ', same)
  }

  /** A page that was moved keeps its last part; else the address closest in spelling. */
  function nearest(path: string): OutputPath | undefined {
    const last = basename(path)
    const stem = last.replace(/\.\w+$/, '')
    const moved = stem.length < 4 ? [] : [...outputs.keys()].filter((output) => output.endsWith(`/${last}`) || output.endsWith(`/${stem}/index.html`) || output === `${stem}/index.html`)
    if (moved.length === 1) return moved[0]
    const addresses = new Map([...outputs.keys()].map((output) => [hrefOf(output).slice(basePath.length), output]))
    const meant = didYouMean(path, addresses.keys())
    return meant === undefined || meant === '' ? undefined : addresses.get(meant)
  }

  return {
    origin,
    addressOf: (output) => origin + encodeURI(hrefOf(output)).replace(/[?#]/g, encodeURIComponent),
    resolve(path) {
      let resolved = known.get(path)
      if (resolved === undefined) known.set(path, resolved = resolve(path))
      return resolved
    },
  }
}

function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** `undefined`: nothing is known of the ids of that file. */
function createAnchors(factsOf: FactsOf): (output: OutputPath, hash: string) => boolean | undefined {
  const sets = new Map<OutputPath, ReadonlySet<string>>()
  return (output, hash) => {
    const page = factsOf(output)
    if (page === undefined) return undefined
    let ids = sets.get(output)
    if (ids === undefined) sets.set(output, ids = new Set(page.ids))
    const [id = ''] = hash.split(':~:')
    return id === '' || id.toLowerCase() === 'top' || ids.has(id) || ids.has(decodePath(id) ?? id)
  }
}

function anchorProblem(path: string, hash: string, page: PageFacts | undefined): Problem {
  const id = decodePath(hash) ?? hash
  const meant = didYouMean(id, page?.ids ?? [])
  const address = decodePath(path) ?? path
  return { severity: 'warning', code: 'link-anchor', target: `${address}#${id}`, ...(meant !== undefined && { suggestion: `${address}#${meant}` }) }
}
