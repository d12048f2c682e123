// Checks the form of what a source yields, so that a mistake is named with its source and id, and fills in what may be left
// out. What the values mean is entry.ts.
import { describe } from '../core/fields.ts'
import type { Body, CompleteEntry, Origin, RawEntry } from '../core/types.ts'

export type { CompleteEntry }

/** `undefined`: an entry as it should be. Else what is wrong with it, as the end of a sentence. */
export function findShapeProblem(entry: unknown): string | undefined {
  if (!isRecord(entry)) return `an entry is ${describe(entry)}, not an object with \`id\` and \`data\``
  const { id, data, body, origin, path, assets, collection, part, texts, files } = entry
  if (typeof id !== 'string') return `\`id\` is ${describe(id)}, not a text`
  if (id.trim() === '' || id.length > 1000) return `\`id\` has ${id.trim() === '' ? 'no' : id.length} characters; 1 to 1000 are allowed`
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]|\p{Cs}/u.test(id)) return '`id` holds a control character or half of one'
  if (!isRecord(data)) return `\`data\` is ${describe(data)}, not an object`
  if (body !== undefined && !isBody(body)) return `\`body\` is ${describe(body)}, not { kind: 'markdown' | 'html' | 'text', text }`
  if (origin !== undefined && !isOrigin(origin)) return '`origin` is not an object with texts as `file`, `label` and `url`'
  if (path !== undefined && (typeof path !== 'string' || /\p{Cs}/u.test(path))) return `\`path\` is ${describe(path)}, not a usable text`
  if (collection !== undefined && typeof collection !== 'string') return `\`collection\` is ${describe(collection)}, not a text`
  if (part !== undefined && typeof part !== 'boolean') return `\`part\` is ${describe(part)}, not true or false`
  if (texts !== undefined && !(isRecord(texts) && Object.values(texts).every(isBody))) return '`texts` is not an object of bodies, { kind, text }'
  if (files !== undefined && !(Array.isArray(files) && files.every((file) => isRecord(file) && typeof file['path'] === 'string' && typeof file['url'] === 'string'))) return '`files` is not a list of { path, url }'
  if (assets !== undefined && !Array.isArray(assets)) return `\`assets\` is ${describe(assets)}, not a list`
  const asset = (assets as unknown[] | undefined)?.find((item) => !isAsset(item))
  return asset === undefined ? undefined : '`assets` holds something other than { name, file } with a name below the entry\'s folder'
}

export function completeEntry(entry: RawEntry, source: { name: string; idPrefix: string }): CompleteEntry {
  const label = entry.origin?.label ?? `${source.name} entry ${entry.id}`
  return {
    id: source.idPrefix + entry.id,
    data: entry.data,
    body: entry.body ?? { kind: 'markdown', text: '' },
    origin: entry.origin?.file === undefined ? { ...entry.origin, label } : entry.origin,
    path: entry.path ?? entry.id,
    assets: entry.assets ?? [],
    ...(entry.collection !== undefined && { collection: entry.collection }),
    ...(entry.part !== undefined && { part: entry.part }),
    ...(entry.texts !== undefined && { texts: entry.texts }),
    ...(entry.files !== undefined && { files: entry.files }),
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBody(body: unknown): body is Body {
  return isRecord(body) && typeof body['text'] === 'string' && (body['kind'] === 'markdown' || body['kind'] === 'html' || body['kind'] === 'text')
}

function isOrigin(origin: unknown): origin is Origin {
  return isRecord(origin) && [origin['file'], origin['label'], origin['url']].every((part) => part === undefined || typeof part === 'string')
}

function isAsset(asset: unknown): boolean {
  if (!isRecord(asset) || typeof asset['name'] !== 'string' || typeof asset['file'] !== 'string') return false
  return asset['name'].split(/[\\/]/).every((part) => part !== '' && part !== '.' && part !== '..')
}
