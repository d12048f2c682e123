// What a build says of the folder it wrote: which files are its own, what they are, and whether they are for readers. The text
// of `.ssg-files.json`, which lies in the folder itself, so that whoever is handed the folder knows. Reads and writes no file.
import type { Diagnostic } from './diagnostic.ts'
import type { Settings } from './settings.ts'
import { hrefOf } from './settings.ts'
import type { Pages } from './pages.ts'
import type { PageSpec } from './types.ts'

/** Why an output is not what readers should see: a flag it was built with, or the command that made it. */
export type OutputMark = 'drafts' | 'future' | 'at' | 'base-url' | 'only' | 'preview' | 'serve'

export interface OutputFacts {
  readonly marks: readonly OutputMark[]
  /** Path of the file -> address that it sends readers to, with base path, percent-encoded. */
  readonly redirects: Readonly<Record<string, string>>
  /** Paths of the feeds. */
  readonly feeds: readonly string[]
  /** Paths of sitemaps and robots.txt. */
  readonly maps: readonly string[]
  /** What the checks said of links that lead to nothing: the first few. */
  readonly brokenLinks: readonly string[]
}

export interface OutputList {
  /** Relative to the folder, in order. */
  readonly files: readonly string[]
  /** Absent: no build was ever finished here, or an older version wrote the list. */
  readonly facts?: OutputFacts
}

const brokenAtMost = 10

export function outputFacts(pages: Pages, settings: Settings, marks: readonly OutputMark[], found: readonly Diagnostic[]): OutputFacts {
  const pathsOf = (...kinds: readonly PageSpec['kind'][]): string[] => kinds.flatMap((kind) => pages.filesOf(kind)).sort()
  return {
    marks: [...marks].sort(),
    redirects: Object.fromEntries(pages.of('redirect').map((page) => [page.output, hrefOf(settings, page.target)] as const).sort(([a], [b]) => (a < b ? -1 : 1))),
    feeds: pathsOf('feed'),
    maps: pathsOf('sitemap', 'robots'),
    brokenLinks: [...new Set(found.filter(({ code }) => code === 'link-broken').map(({ message }) => message))].sort().slice(0, brokenAtMost),
  }
}

export function outputListText({ files, facts }: OutputList): string {
  return `${JSON.stringify({ version: 1, files: [...new Set(files)].sort(), ...(facts && { facts }) }, null, 1)}\n`
}

/** An unreadable list owns nothing. */
export function parseOutputList(text: string): OutputList {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { files: [] }
  }
  const fields: Readonly<Record<string, unknown>> = isRecord(list) ? list : {}
  const facts = factsOf(fields['facts'])
  return { files: texts(fields['files']), ...(facts && { facts }) }
}

function factsOf(value: unknown): OutputFacts | undefined {
  if (!isRecord(value)) return undefined
  const redirects = isRecord(value['redirects']) ? Object.entries(value['redirects']) : []
  return {
    marks: texts(value['marks']) as OutputMark[],
    redirects: Object.fromEntries(redirects.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    feeds: texts(value['feeds']), maps: texts(value['maps']), brokenLinks: texts(value['brokenLinks']),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [])
