// Reads the files of another generator where they are. What a dialect means by its headers, names and texts is in
// its own files (jekyll-*, nikola-*, zola-*, lambdapad-*); here is what they have in common. Nothing of theirs is run.
import { locate, type Diagnostic } from '../core/diagnostic.ts'
import { parseFilePermalink, parsePermalink } from '../core/permalink.ts'
import type { Body, Change, EntryAsset, Origin, SourceContext } from '../core/types.ts'
import { parseFrontMatter, type FrontMatter } from '../sources/front-matter.ts'
import { readTextFile } from '../sources/text-file.ts'
import { listBundle, listFiles, type MovedFile } from './tree.ts'

export interface Translated {
  readonly text: string
  /** Line of the translated text -> line of the written one, both from 1. */
  readonly lineOf?: (line: number) => number
}

/** An entry as its file has it. `data` is in our words: `permalink`, `aliases`, `draft`, and all keys of the author's. */
export interface MovedEntry {
  readonly file: MovedFile
  readonly data: Record<string, unknown>
  readonly body: string
  readonly origin: Origin
}

export interface Header extends Pick<FrontMatter, 'body' | 'bodyLine' | 'locate'> {
  readonly data: Readonly<Record<string, unknown>>
  /** There was a header, be it an empty one. */
  readonly isThere: boolean
}

/** Tags without a meaning here, each told once with its first place. */
export interface Leftovers {
  add(text: string, why: string, at: NonNullable<Diagnostic['at']>): void
}

export interface TextContext {
  readonly entry: MovedEntry
  readonly isMarkdown: boolean
  readonly index: MovedIndex
  readonly leftovers: Leftovers
  readonly root: string
}

/** Addresses of all files, made when first asked for. */
export interface MovedIndex {
  /** Path from the site's root. */
  find(path: string): string | undefined
  all(): ReadonlyMap<string, string>
}

export interface Dialect {
  /** For messages. */
  readonly name: string
  /** Every file that may become an entry, in order. */
  list(root: string): readonly MovedFile[]
  /** `undefined`: it is not an entry after all. */
  read(file: MovedFile, header: Header, timeZone: string, report: (diagnostic: Diagnostic) => void): Record<string, unknown> | undefined
  translate(text: string, context: TextContext): Translated | Promise<Translated>
}

/** What one run of a build knows of the files of a dialect: each is read once, whatever number of groups there are. */
export interface SharedFiles {
  users: number
  files?: Promise<readonly ReadFile[]> | undefined
}
interface ReadFile { readonly file: MovedFile; readonly entry?: MovedEntry; readonly diagnostics: readonly Diagnostic[] }

/** The entries of one group of files: `posts`, `pages`, a section. */
export async function* loadGroup(dialect: Dialect, group: string, ctx: SourceContext, shared: SharedFiles): AsyncGenerator<Change> {
  const files = await (shared.files ??= readAll(dialect, ctx))
  const leftovers = createLeftovers()
  const index = createIndex(files, ctx)
  for (const { file, entry, diagnostics } of files) {
    if (ctx.signal.aborted) return
    if (file.group !== group) continue
    for (const diagnostic of diagnostics) ctx.report(diagnostic)
    if (entry === undefined) continue
    const isMarkdown = !/\.html?$/i.test(file.path)
    const { text, lineOf } = await dialect.translate(entry.body, { entry, isMarkdown, index, leftovers, root: ctx.root })
    const body: Body = { kind: isMarkdown ? 'markdown' : 'html', text }
    yield { put: { id: file.path, path: file.path, data: entry.data, body, origin: lineOf ? { ...entry.origin, lineOf } : entry.origin, assets: assetsOf(file, ctx.root) } }
  }
  for (const diagnostic of leftovers.diagnostics()) ctx.report(diagnostic)
}

async function readAll(dialect: Dialect, ctx: SourceContext): Promise<ReadFile[]> {
  const files: ReadFile[] = []
  for (const file of dialect.list(ctx.root)) {
    if (ctx.signal.aborted) break
    const diagnostics: Diagnostic[] = []
    const entry = await readEntry(dialect, file, ctx, (diagnostic) => { diagnostics.push(diagnostic) })
    files.push({ file, diagnostics, ...(entry && { entry }) })
  }
  return files
}

async function readEntry(dialect: Dialect, file: MovedFile, ctx: SourceContext, report: (diagnostic: Diagnostic) => void): Promise<MovedEntry | undefined> {
  const read = readTextFile(`${ctx.root}/${file.path}`, file.path)
  if ('problem' in read) return void report(read.problem)
  const parsed = await parseHeader(file, read.text, ctx)
  for (const diagnostic of parsed.diagnostics) report(diagnostic)
  if (parsed.diagnostics.some(({ severity, code }) => severity === 'error' && code !== 'front-matter-key')) return undefined
  const isThere = parsed.body.length < read.text.length || parsed.bodyLine > 1
  const data = dialect.read(file, { ...parsed, isThere }, ctx.timeZone, report)
  return data && { file, data, body: parsed.body, origin: { file: file.path, bodyLine: parsed.bodyLine, locate: parsed.locate } }
}

/** The header of the text itself, or that of the file beside it. */
async function parseHeader(file: MovedFile, text: string, { root }: SourceContext): Promise<FrontMatter> {
  const own = await parseFrontMatter(text, file.path, { bare: true })
  const beside = file.meta === undefined || own.bodyLine > 1 ? undefined : readTextFile(`${root}/${file.meta}`, file.meta)
  if (beside === undefined || 'problem' in beside) return own
  const { data, diagnostics } = await parseFrontMatter(`<!--\n${beside.text}\n-->\n`, file.meta ?? file.path)
  return { ...own, data, diagnostics }
}

function createIndex(files: readonly ReadFile[], { root }: SourceContext): MovedIndex {
  let addresses: Map<string, string> | undefined
  const all = (): ReadonlyMap<string, string> => (addresses ??= new Map(files.flatMap(({ file, entry }) => {
    const permalink = entry?.data['permalink'] || entry?.data['section_path']
    const result = typeof permalink === 'string' ? parsePermalink(permalink) : undefined
    return result !== undefined && 'permalink' in result ? [[file.path, encodeURI(result.permalink).replace(/[?#]/g, encodeURIComponent)] as const] : []
  })))
  return { find: (path) => all().get(path) ?? addressOfFile(root, path), all }
}

/** A picture or another file that is published where it lies. */
function addressOfFile(root: string, path: string): string | undefined {
  if (!listFiles.exists(root, path)) return undefined
  const result = parseFilePermalink(`/${path.split('/').map(encodeURIComponent).join('/')}`)
  return 'permalink' in result ? encodeURI(result.permalink) : undefined
}

function assetsOf(file: MovedFile, root: string): readonly EntryAsset[] {
  return file.bundle === undefined ? [] : listBundle(root, file.bundle)
}

interface FoundLeftover { readonly text: string; readonly why: string; readonly at: NonNullable<Diagnostic['at']>; count: number }

function createLeftovers(): Leftovers & { diagnostics(): Diagnostic[] } {
  const found = new Map<string, FoundLeftover>()
  return {
    add(text, why, at) {
      const known = found.get(text)
      if (known) known.count++
      else found.set(text, { text, why, at, count: 1 })
    },
    diagnostics: () => [...found.values()].map(({ text, why, at, count }) => ({
      severity: 'warning', code: 'template-tag', at,
      message: `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\` ${why}; it is left as typed${count === 1 ? '' : `, here and in ${count - 1} other place${count === 2 ? '' : 's'}`}`,
      fix: 'write what it stood for.',
    })),
  }
}

/** A value of a header that cannot be used. */
export function problemAt(file: MovedFile, header: Header, key: string, message: string, fix: string): Diagnostic {
  return { severity: 'warning', code: 'front-matter-value', message, at: locate({ file: file.path, locate: header.locate }, key), fix }
}
