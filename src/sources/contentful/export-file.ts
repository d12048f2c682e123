// An export of a space as its source: for tests, demos and builds without a network. Reads what is published, or with drafts
// everything, as an API would give it.
import path from 'node:path'
import { fail } from '../../core/diagnostic.ts'
import type { Change, SourceContext } from '../../core/types.ts'
import { parseJson } from '../json-text.ts'
import { isRecord } from '../raw-entry.ts'
import { readTextFile } from '../text-file.ts'
import { isItem, neededLocales, readAsset, readEntry, readLocale, readType, toRecord, type ApiItem } from './entities.ts'

export async function* loadExport(ctx: SourceContext, file: string, locales: readonly string[] | undefined): AsyncGenerator<Change> {
  const content = readExport(ctx, file)
  const items = (key: string): ApiItem[] => (Array.isArray(content[key]) ? content[key].filter(isItem) : [])
  const spaceLocales = (Array.isArray(content['locales']) ? content['locales'].filter(isRecord) : []).map(readLocale)
  const needed = neededLocales(locales, spaceLocales)
  for (const type of items('contentTypes').filter(isPublished)) yield { put: toRecord(readType(type)) }
  for (const locale of spaceLocales) yield { put: toRecord(locale) }
  for (const entry of items('entries')) if (ctx.preview || isPublished(entry)) yield { put: toRecord(readEntry(entry, needed, ctx.preview)) }
  for (const asset of items('assets')) if (ctx.preview || isPublished(asset)) yield { put: toRecord(readAsset(asset, needed)) }
}

/** A draft has no published version; what was archived is not published either. */
function isPublished({ sys }: ApiItem): boolean {
  return sys['publishedVersion'] !== undefined && sys['archivedVersion'] === undefined
}

function readExport(ctx: SourceContext, file: string): Record<string, unknown> {
  const read = readTextFile(path.resolve(ctx.root, file), file)
  if ('problem' in read) throw fail('file-read', `the export ${file} of contentful() cannot be read: ${read.problem.message}`, { at: { file }, fix: 'correct the path, which is relative to the site\'s root.' })
  const content = parse(read.text, file)
  if (isRecord(content) && Array.isArray(content['contentTypes']) && Array.isArray(content['entries']) && Array.isArray(content['locales'])) {
    for (const key of ['contentTypes', 'entries', 'assets']) checkItems(content, key, file)
    return content
  }
  throw fail('data-file', `${file} is no export of Contentful: it lacks contentTypes, entries or locales`, { at: { file }, fix: 'make it with `contentful space export`.' })
}

/** What has no id would be left out without a word. */
function checkItems(content: Record<string, unknown>, key: string, file: string): void {
  const list = content[key] ?? []
  const index = Array.isArray(list) ? list.findIndex((item) => !isItem(item)) : 0
  if (index !== -1) throw fail('data-file', `${file} is no export of Contentful: number ${index + 1} of its ${key} has no \`sys\` with an id and a type`, { at: { file }, fix: 'make it anew with `contentful space export`.' })
}

/** Quick where it is right; our own reader finds the place where it is not. */
function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const [problem] = parseJson(text).problems
    throw fail('data-file', `${file} is not JSON: ${problem?.message ?? 'it cannot be read'}`, { at: { file, ...problem?.position }, fix: 'make it anew with `contentful space export`.' })
  }
}
