// The weight of the output in bytes: by kind, and file by file for the heaviest.

export interface FileSize {
  /** Relative to the output folder, with forward slashes. */
  readonly file: string
  readonly bytes: number
}
export type FileKind = 'page' | 'feed' | 'picture' | 'style' | 'script' | 'font' | 'other'
export interface Weight {
  readonly totalBytes: number
  readonly fileCount: number
  readonly kinds: readonly { readonly kind: FileKind; readonly files: number; readonly bytes: number }[]
  /** The heaviest first. */
  readonly files: readonly FileSize[]
  /** How much the others weigh, by folder and kind. */
  readonly rest: readonly { readonly folder: string; readonly kind: FileKind; readonly files: number; readonly bytes: number }[]
}

const kindOrder: readonly FileKind[] = ['page', 'feed', 'picture', 'style', 'script', 'font', 'other']
const endings: readonly (readonly [RegExp, FileKind])[] = [
  [/\.html?$/i, 'page'], [/\.(?:xml|json)$/i, 'feed'], [/\.(?:png|jpe?g|gif|svg|webp|avif|ico)$/i, 'picture'],
  [/\.css$/i, 'style'], [/\.m?js$/i, 'script'], [/\.(?:woff2?|ttf|otf)$/i, 'font'],
]
const namedAtMost = 400

export function kindOf(file: string): FileKind {
  return endings.find(([ending]) => ending.test(file))?.[1] ?? 'other'
}

/** The first folder of a path; empty for files that are in none. */
export function folderOf(file: string): string {
  const at = file.indexOf('/')
  return at === -1 || file.indexOf('/', at + 1) === -1 && file.endsWith('/index.html') ? '' : file.slice(0, at)
}

export function weigh(all: readonly FileSize[]): Weight {
  const sorted = [...all].sort((a, b) => b.bytes - a.bytes || (a.file < b.file ? -1 : 1))
  const kinds = new Map<FileKind, { files: number; bytes: number }>()
  for (const { file, bytes } of all) addTo(kinds, kindOf(file), bytes)
  const rest = new Map<string, { files: number; bytes: number }>()
  for (const { file, bytes } of sorted.slice(namedAtMost)) addTo(rest, `${kindOf(file)} ${folderOf(file)}`, bytes)
  return {
    totalBytes: all.reduce((sum, { bytes }) => sum + bytes, 0), fileCount: all.length,
    kinds: kindOrder.flatMap((kind) => { const sum = kinds.get(kind); return sum === undefined ? [] : [{ kind, ...sum }] }),
    files: sorted.slice(0, namedAtMost),
    rest: [...rest].map(([key, sum]) => ({ folder: key.slice(key.indexOf(' ') + 1), kind: key.slice(0, key.indexOf(' ')) as FileKind, ...sum })),
  }
}

function addTo<K>(sums: Map<K, { files: number; bytes: number }>, key: K, bytes: number): void {
  const sum = sums.get(key) ?? { files: 0, bytes: 0 }
  sums.set(key, { files: sum.files + 1, bytes: sum.bytes + bytes })
}
