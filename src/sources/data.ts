// The source that reads a data file (JSON, YAML, TOML, CSV): one entry for each of its rows. The same reader gives the build
// its `_data` files.
import { existsSync } from 'node:fs'
import { basename, extname, relative, resolve } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Body, Change, Source, SourceContext } from '../core/types.ts'
import { toPosix } from '../util/fs.ts'
import type { ParsedText, TextPath } from './parsed-text.ts'
import { isMap } from './parsed-text.ts'
import { readTextFile } from './text-file.ts'

export interface DataOptions {
  /** Name of the source, and the first part of its ids. Default: the file's name without extension. */
  name?: string
  /** The field with a row's id, or a function. Default: `id`, `slug`, `key` or `name`, else the number of the row. */
  id?: string | ((row: Readonly<Record<string, unknown>>) => string)
  /** The field with the text of an entry. */
  body?: string
  /** What the text is. Default `markdown`. */
  bodyKind?: Body['kind']
  /** The key whose value is the list, if the file is not a list itself. Not needed if it is the only key. */
  key?: string
  /** `true`: raw HTML in the text is passed on as it is. Default `false`: it is sanitised. */
  trusted?: boolean
}

/** One entry for each row of a file; the path is relative to the site's root or the content folder. */
export function data(file: string, options: DataOptions = {}): Source {
  return {
    name: options.name ?? basename(file, extname(file)),
    trusted: options.trusted ?? false,
    reads: [file],
    load: (ctx) => loadData(ctx, file, options),
    async *loadFile(ctx, changed) {
      if (findFile(ctx, file) === changed) yield* loadData(ctx, file, options)
    },
  }
}

/** A data file as a value: maps have a null prototype, dates are text. `name` is what messages call the file. */
export async function readDataFile(path: string, name: string): Promise<{ value: unknown; diagnostics: readonly Diagnostic[] }> {
  const { parsed, diagnostics } = await parseDataFile(path, name)
  return { value: parsed?.value, diagnostics }
}

async function parseDataFile(path: string, name: string): Promise<{ parsed?: ParsedText; diagnostics: readonly Diagnostic[] }> {
  const parse = await findParser(extname(path).toLowerCase())
  if (parse === undefined) return { diagnostics: [problem(name, `${name} is not a data file by its name`, 'name it .json, .yaml, .toml, .csv or .tsv.')] }
  const read = readTextFile(path, name)
  if ('problem' in read) return { diagnostics: [read.problem] }
  const parsed = parse(read.text)
  return { parsed, diagnostics: parsed.problems.map(({ message, fix, position }) => ({ ...problem(name, message, fix), at: { file: name, ...position } })) }
}

async function findParser(extension: string): Promise<((text: string) => ParsedText) | undefined> {
  switch (extension) {
    case '.json': return (await import('./json-text.ts')).parseJson
    case '.yaml': case '.yml': return (await import('./yaml-text.ts')).parseYaml
    case '.toml': return (await import('./toml-text.ts')).parseToml
    case '.csv': case '.tsv': {
      const { parseCsv } = await import('./csv-text.ts')
      return (text) => parseCsv(text, extension === '.csv' ? ',' : '\t')
    }
    default: return undefined
  }
}

function problem(file: string, message: string, fix: string): Diagnostic {
  return { severity: 'error', code: 'data-file', message, at: { file }, fix }
}

async function* loadData(ctx: SourceContext, file: string, options: DataOptions): AsyncGenerator<Change> {
  const path = findFile(ctx, file)
  if (path === undefined) return ctx.report(problem(file, `${file} does not exist`, 'correct the path; it is relative to the site\'s root or the content folder.'))
  const name = toPosix(relative(ctx.root, path))
  const { parsed, diagnostics } = await parseDataFile(path, name)
  for (const diagnostic of diagnostics) ctx.report(diagnostic)
  if (parsed === undefined || parsed.value === undefined) return
  const rows = findRows(parsed.value, options.key)
  if (typeof rows === 'string') return ctx.report(problem(name, `${name} ${rows}`, 'write a list of maps, or name the key that holds it with the `key` option of data().'))
  for (const [index, row] of rows.entries()) {
    if (isMap(row.value)) yield { put: createEntry(row.value, row, index, name, parsed, options) }
    else ctx.report({ ...problem(name, `row ${index + 1} is not a map`, 'write keys and values.'), at: { file: name, ...parsed.locate(row.path) } })
  }
}

function findFile(ctx: SourceContext, file: string): string | undefined {
  return [resolve(ctx.root, file), resolve(ctx.contentFolder, file)].find((candidate) => existsSync(candidate))
}

interface Row {
  readonly value: unknown
  readonly path: TextPath
  /** The key, if the rows are the values of a map. */
  readonly id?: string
}

/** The rows, or what is wrong with the file. */
function findRows(value: unknown, key: string | undefined): Row[] | string {
  if (key !== undefined) {
    const rows = isMap(value) && Object.hasOwn(value, key) ? findRows(value[key], undefined) : `has no key \`${key}\` with rows`
    return typeof rows === 'string' ? `has no key \`${key}\` with rows` : rows.map((row) => ({ ...row, path: [key, ...row.path] }))
  }
  if (Array.isArray(value)) return value.map((row: unknown, i) => ({ value: row, path: [i] }))
  if (!isMap(value)) return 'is neither a list nor a map'
  const [only, ...others] = Object.keys(value)
  if (only !== undefined && others.length === 0 && Array.isArray(value[only])) return findRows(value, only)
  const rows = Object.entries(value).map(([id, row]): Row => ({ id, value: row, path: [id] }))
  return rows.every((row) => isMap(row.value)) ? rows : 'holds keys that are not rows'
}

function createEntry(row: Record<string, unknown>, { id, path }: Row, index: number, file: string, parsed: ParsedText, options: DataOptions): Extract<Change, { put: unknown }>['put'] {
  const text = options.body === undefined ? undefined : row[options.body]
  return {
    id: options.id === undefined && id !== undefined ? id : idOf(row, index, options.id),
    data: row,
    origin: { file, get line() { return parsed.locate(path)?.line }, locate: (key) => parsed.locate([...path, key]) },
    ...(text !== undefined && text !== null && { body: { kind: options.bodyKind ?? 'markdown', text: String(text) } }),
  }
}

function idOf(row: Record<string, unknown>, index: number, id: DataOptions['id']): string {
  if (typeof id === 'function') return String(id(row))
  const fields = id === undefined ? ['id', 'slug', 'key', 'name'] : [id]
  const value = fields.map((field) => row[field]).find((field) => (typeof field === 'string' && field.trim() !== '') || typeof field === 'number')
  return value === undefined ? String(index + 1) : String(value)
}
