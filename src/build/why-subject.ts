// What `ssg why` is asked about: an address in any of its forms, a file of the output or of the sources, an entry's id -> what it is.
import path from 'node:path'
import type { Settings } from '../core/settings.ts'
import { outputPath, parsePermalink } from '../core/permalink.ts'
import type { Entry, HeldEntry, OutputPath, PageSpec, Permalink, ReadKey, Site } from '../core/types.ts'
import { isInside, pathIn } from '../util/fs.ts'
import type { Manifest } from './manifest.ts'

export interface Known {
  readonly settings: Settings
  /** As it is now. */
  readonly site: Site
  readonly pages: readonly PageSpec[]
  /** Of the last build, if there was one. */
  readonly manifest: Pick<Manifest, 'pages' | 'outFolder' | 'build' | 'print' | 'readersOf'> | undefined
}
export type Subject =
  /** A file that the last build made. */
  | { readonly kind: 'built'; readonly output: OutputPath }
  /** A page of the plan that the last build did not make. */
  | { readonly kind: 'planned'; readonly page: PageSpec }
  | { readonly kind: 'held'; readonly held: HeldEntry }
  /** An entry without a page of its own. */
  | { readonly kind: 'pageless'; readonly entry: Entry }
  /** A template or a data file. */
  | { readonly kind: 'input'; readonly key: ReadKey }
  /** A file with several entries. */
  | { readonly kind: 'several'; readonly entries: readonly Entry[] }

/** `folder`: where the user is. */
export function findSubject(asked: string, folder: string, known: Known): Subject | undefined {
  const permalinks = permalinksOf(asked, known.settings)
  return findBuilt(permalinks, known) ?? findFile(path.resolve(folder, asked), known) ?? findFile(path.resolve(known.settings.root, asked), known)
    ?? findEntry((entry) => entry.id === asked, known) ?? findEntry((entry) => isAt(entry, permalinks), known) ?? findPlanned(permalinks, known)
}

/** The file in the output that an address means, whether there is one or not. `undefined`: it is no address. */
export function outputOf(asked: string, settings: Settings): OutputPath | undefined {
  const [permalink] = permalinksOf(asked, settings)
  return permalink && outputPath(permalink)
}

/** An address may have a host, a base path, a query and a fragment, or be the name of a file in the output. */
function permalinksOf(asked: string, { basePath }: Settings): Permalink[] {
  const address = asked.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  const rooted = address.startsWith('/') ? address : `/${address}`
  const base = basePath.slice(0, -1)
  const below = base !== '' && (rooted === base || rooted.startsWith(basePath)) ? [rooted.slice(base.length) || '/'] : []
  return [...below, rooted].flatMap((text) => {
    const result = parsePermalink(text)
    return 'permalink' in result ? [result.permalink] : []
  })
}

function findBuilt(permalinks: readonly Permalink[], { manifest }: Known): Subject | undefined {
  const output = permalinks.map(outputPath).find((file) => manifest?.pages.has(file))
  return output && { kind: 'built', output }
}

/** `file` is absolute. */
function findFile(file: string, known: Known): Subject | undefined {
  const { settings: { root, templates, content }, pages, manifest } = known
  const outFolder = manifest && path.resolve(root, manifest.outFolder)
  if (outFolder !== undefined && isInside(outFolder, file)) return findBuilt([`/${pathIn(outFolder, file)}` as Permalink], known)
  const asset = pages.find((page) => page.kind === 'asset' && page.file === file)
  if (asset !== undefined) return subjectOf(asset, known)
  if (isInside(path.join(root, templates.folder), file)) return { kind: 'input', key: `template:${pathIn(path.join(root, templates.folder), file)}` }
  if (isInside(path.join(root, content, '_data'), file)) return { kind: 'input', key: `data:${pathIn(path.join(root, content, '_data'), file).replace(/\.\w+$/, '')}` }
  return findEntry(({ origin }) => origin.file !== undefined && path.resolve(root, origin.file) === file, known)
}

function findEntry(isMeant: (entry: Entry) => boolean, known: Known): Subject | undefined {
  const { site } = known
  const held = site.held.filter(({ entry }) => isMeant(entry))
  const entries = [...site.entries.filter(isMeant), ...held.map(({ entry }) => entry)]
  const [entry] = entries
  if (entry === undefined) return undefined
  if (entries.length > 1) return { kind: 'several', entries }
  if (held[0] !== undefined) return { kind: 'held', held: held[0] }
  const page = known.pages.find((one) => one.kind === 'entry' && one.entry === entry.id)
  return page === undefined ? { kind: 'pageless', entry } : subjectOf(page, known)
}

function isAt({ permalink, aliases }: Entry, permalinks: readonly Permalink[]): boolean {
  return permalinks.some((one) => one === permalink || aliases.includes(one))
}

function findPlanned(permalinks: readonly Permalink[], known: Known): Subject | undefined {
  const page = known.pages.find(({ permalink }) => permalinks.includes(permalink))
  return page && subjectOf(page, known)
}

function subjectOf(page: PageSpec, { manifest }: Known): Subject {
  return manifest?.pages.has(page.output) ? { kind: 'built', output: page.output } : { kind: 'planned', page }
}
