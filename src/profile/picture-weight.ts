// The tree map of the output: each file as large as its bytes, beside those of its folder, in the colour of its kind.
import { amount, escape, label, number, percent, share, size } from './text.ts'
import { folderOf, kindOf, type FileKind, type Weight } from './weight.ts'

interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
interface Tile { readonly bytes: number; readonly kind: FileKind; readonly name: string; readonly title: string; /** More than one: they are drawn as a grid. */ readonly files: number }
interface Group { readonly folder: string; readonly bytes: number; readonly tiles: readonly Tile[] }

const widthPx = 1100, heightPx = 560, namePx = 20

export function drawWeight(weight: Weight): string {
  const whole: Box = { x: 0, y: 0, width: widthPx, height: heightPx }
  const groups = groupsOf(weight)
  const tiles = squarify(groups, whole).flatMap(({ item, box }) => drawGroup(item, box))
  const alternative = `Tree map of ${amount(weight.fileCount, 'file')}, ${size(weight.totalBytes)} in all. The heaviest are listed below.`
  return `<svg class="picture map" role="img" aria-label="${escape(alternative)}" width="100%" height="${heightPx}">${tiles.join('')}</svg>`
}

function drawGroup({ folder, bytes, tiles }: Group, box: Box): string[] {
  const name = box.height > 4 * namePx ? label(`${folder === '' ? 'at the top' : `${folder}/`}  ${size(bytes)}`, box.width / widthPx, 13, { least: 6, cssClass: 'soft' }) : ''
  const free = name === '' ? box : { ...box, y: box.y + namePx, height: box.height - namePx }
  return [...(name === '' ? [] : [`<svg ${place(box)}>${name}</svg>`]), ...squarify(tiles, free).map((placed) => drawTile(placed.item, placed.box)), `<rect class="group" ${place(box)}/>`]
}

function groupsOf({ files, rest, totalBytes }: Weight): Group[] {
  const groups = new Map<string, Tile[]>()
  const add = (folder: string, tile: Tile): void => {
    if (tile.bytes > 0) groups.set(folder, [...groups.get(folder) ?? [], tile])
  }
  for (const { file, bytes } of files) add(folderOf(file), { bytes, kind: kindOf(file), files: 1, name: shortName(file, folderOf(file)), title: `${file}: ${size(bytes)} (${share(bytes, totalBytes)})` })
  for (const { folder, kind, files: count, bytes } of rest) {
    const where = folder === '' ? 'at the top' : `in ${folder}/`
    add(folder, { bytes, kind, files: count, name: `${number(count)} more`, title: `${amount(count, 'lighter file')} ${where}: ${size(bytes)}, ${size(bytes / count)} each` })
  }
  return [...groups].map(([folder, tiles]) => ({ folder, tiles: tiles.sort((a, b) => b.bytes - a.bytes), bytes: tiles.reduce((sum, { bytes }) => sum + bytes, 0) })).sort((a, b) => b.bytes - a.bytes)
}

/** `posts/hello/index.html` is `hello/`, in its folder. */
function shortName(file: string, folder: string): string {
  const name = file.slice(folder === '' ? 0 : folder.length + 1)
  return name === 'index.html' ? name : name.replace(/\/index\.html$/, '/')
}

function drawTile({ kind, name, title, bytes, files }: Tile, box: Box): string {
  const part = box.width / widthPx
  const text = box.height > 17 ? label(name, part, 14, { least: 5 }) : ''
  const texts = text !== '' && box.height > 34 ? text + label(size(bytes), part, 29, { least: 9 }) : text
  return `<svg ${place(box)}><title>${escape(title)}</title><rect class="k-${kind}" width="100%" height="100%"/>${files > 1 ? drawGrid(files, box) : ''}${texts}</svg>`
}

/** As many cells as there are files, each of their mean weight. */
function drawGrid(files: number, { width, height }: Box): string {
  const columns = Math.max(1, Math.round(Math.sqrt(files * width / height))), rows = Math.max(1, Math.round(files / columns))
  const lines = (count: number, axis: 'x' | 'y', other: 'x' | 'y'): string => Array.from({ length: count - 1 }, (_, i) => `<line ${axis}1="${percent(i + 1, count)}" ${axis}2="${percent(i + 1, count)}" ${other}1="0" ${other}2="100%"/>`).join('')
  return `<g class="cells">${lines(columns, 'x', 'y')}${lines(rows, 'y', 'x')}</g>`
}

function place({ x, y, width, height }: Box): string {
  return `x="${percent(x, widthPx)}" y="${percent(y, heightPx)}" width="${percent(width, widthPx)}" height="${percent(height, heightPx)}"`
}

/** Squarified: row after row along the shorter side, each as long as its tiles get squarer by it. Largest first. */
function squarify<T extends { readonly bytes: number }>(items: readonly T[], box: Box): { item: T; box: Box }[] {
  const placed: { item: T; box: Box }[] = []
  let free = box
  let bytesLeft = items.reduce((sum, { bytes }) => sum + bytes, 0)
  for (let from = 0; from < items.length;) {
    const scale = free.width * free.height / bytesLeft
    const side = Math.min(free.width, free.height)
    let to = from, sum = 0
    while (to < items.length) {
      const next = sum + items[to]!.bytes
      if (to > from && worst(items, from, to + 1, next * scale, side, scale) > worst(items, from, to, sum * scale, side, scale)) break
      sum = next
      to++
    }
    free = placeRow(items.slice(from, to), free, sum, scale, placed)
    bytesLeft -= sum
    from = to
  }
  return placed
}

/** The least square of the tiles of a row: 1 is a square. */
function worst(items: readonly { readonly bytes: number }[], from: number, to: number, area: number, side: number, scale: number): number {
  const ratio = (bytes: number): number => side * side * bytes * scale / (area * area)
  return Math.max(ratio(items[from]!.bytes), 1 / ratio(items[to - 1]!.bytes))
}

function placeRow<T extends { readonly bytes: number }>(row: readonly T[], free: Box, bytes: number, scale: number, placed: { item: T; box: Box }[]): Box {
  const isWide = free.width >= free.height
  const depth = bytes * scale / (isWide ? free.height : free.width)
  let at = isWide ? free.y : free.x
  for (const item of row) {
    const length = item.bytes * scale / depth
    placed.push({ item, box: isWide ? { x: free.x, y: at, width: depth, height: length } : { x: at, y: free.y, width: length, height: depth } })
    at += length
  }
  return isWide ? { ...free, x: free.x + depth, width: Math.max(0, free.width - depth) } : { ...free, y: free.y + depth, height: Math.max(0, free.height - depth) }
}
