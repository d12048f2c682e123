// Text that may be hostile -> text that is safe and aligned on a terminal. Pure.

const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Nothing that moves the cursor, changes colours or turns the direction of writing; one character for each. */
function neutralize(text: string): string {
  return text.replace(controls, (char) => {
    const code = char.charCodeAt(0)
    if (char === '\t') return ' '
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd'
  })
}

/** On one line, without control characters, and not longer than anybody reads. */
export function oneLine(text: string): string {
  const line = neutralize(text.slice(0, 2000).replace(/\s*[\r\n]+\s*/g, ' '))
  return line.length > 500 ? line.slice(0, 499) + '…' : line
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += /\p{M}|\u200d/u.test(char) ? 0 : wide.test(char) ? 2 : 1
  return width
}

/** A line of a source with marks under a part of it, cut to `width` around that part. `column` counts from 1. */
export function frameLines(line: string, place: { column?: number | undefined; length?: number | undefined }, width: number): string[] {
  const indent = /^\s*/.exec(line)?.[0].length ?? 0
  const start = place.column === undefined ? indent : Math.min(place.column - 1, line.length)
  const from = start < indent ? 0 : cutStart(line, indent, start, width)
  const head = from > indent ? '…' : ''
  const isCut = line.length - from + head.length > width
  const shown = head + neutralize(line.slice(from, isCut ? from + width - head.length - 1 : undefined)) + (isCut ? '…' : '')
  if (place.column === undefined) return [shown]
  const before = head.length + start - from
  const marked = shown.slice(before, before + (place.length ?? 1))
  return [shown, ' '.repeat(widthOf(shown.slice(0, before))) + '^'.repeat(Math.max(1, widthOf(marked)))]
}

function cutStart(line: string, indent: number, start: number, width: number): number {
  if (line.length - indent <= width) return indent
  return Math.max(indent, start - Math.floor(width / 3))
}

/** Rows -> lines with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const safe = rows.map((row) => row.map(oneLine))
  const widths = safe[0]?.map((_, i) => Math.max(...safe.map((row) => widthOf(row[i] ?? '')))) ?? []
  return safe.map((row) => row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell))).join('  ').trimEnd())
}

/** `1 warning`, `3 warnings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
