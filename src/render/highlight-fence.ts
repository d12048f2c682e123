// The info string of a code fence: `ts {1,3-5} title="src/a.ts" lines=10 add={2} del={3}`, and the comments `[!code ++]`, `[!code --]` and
// `[!code highlight]` at the end of a line. Hostile input: time and memory grow with its length, never with the numbers in it.

/** How a line is shown; at most one each. */
export type LineMark = 'mark' | 'add' | 'del'

export interface Fence {
  /** As the author wrote it, or empty. */
  readonly language: string
  readonly title?: string
  /** Number of the first line; absent: not said. `false`: no numbers, whatever the site's setting is. */
  readonly lines?: number | false
  /** The ranges of each kind of mark, as written: `1,3-5`. */
  readonly ranges: Readonly<Record<LineMark, string>>
}

/** The code that is left without the comments that mark lines, and the marks by line (from 0). */
export interface MarkedCode {
  readonly lines: readonly string[]
  /** Absent: no line is marked. */
  readonly marks?: readonly (LineMark | undefined)[]
}

const part = /\s+|\{([^{}]*)\}|(title|lines|add|del)(?:=(?:"([^"]*)"|'([^']*)'|\{([^{}]*)\}|([^\s{}"']+)))?(?![^\s{])|[^\s{}]+|[{}]/y
const maxLength = 1000
const ranges = /^[\d\s,-]*$/

/** Never fails: what is not understood is left out, and so is what comes after a thousand characters. */
export function parseFence(wholeInfo: string): Fence {
  const info = wholeInfo.slice(0, maxLength)
  const language = /^\s*([^\s{,]*),?/.exec(info)
  const found = { mark: '', add: '', del: '' }
  let title: string | undefined
  let lines: number | false | undefined
  part.lastIndex = language?.[0].length ?? 0
  for (let match = part.exec(info); match; match = part.exec(info)) {
    const [, braces, key, ...values] = match
    const value = values.find((v) => v !== undefined)
    if (braces?.trim() === 'lines') lines = 1
    else if (braces !== undefined && ranges.test(braces)) found.mark += `,${braces}`
    else if (key === 'title') title = value
    else if (key === 'lines') lines = parseFirstLine(value)
    else if ((key === 'add' || key === 'del') && value && ranges.test(value)) found[key] += `,${value}`
  }
  return { language: language?.[1] ?? '', ...(title && { title }), ...(lines !== undefined && { lines }), ranges: found }
}

function parseFirstLine(value: string | undefined): number | false {
  if (value === 'off') return false
  return value && /^\d{1,6}$/.test(value) ? Number(value) : 1
}

const kinds: Readonly<Record<string, LineMark>> = { highlight: 'mark', hl: 'mark', '++': 'add', '--': 'del' }
const comment = /(?:\/\/|\/\*|<!--|\{\/\*|#|--|;|%) ?\[!code (highlight|hl|\+\+|--)(?::(\d{1,6}))?\] ?(?:\*\/\}|\*\/|-->)?$/

/** Splits code into lines and finds out which of them are marked. */
export function parseMarks(code: string, fence: Fence): MarkedCode {
  const lines = code.split(/\r?\n/)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  const marks = new Array<LineMark | undefined>(lines.length)
  let marked = false
  const mark = (kind: LineMark, inside: (line: number) => boolean): void => {
    for (let line = 0; line < lines.length; line++) {
      if (!inside(line)) continue
      marks[line] = kind
      marked = true
    }
  }
  for (const kind of ['mark', 'add', 'del'] as const) {
    if (fence.ranges[kind]) mark(kind, linesOf(fence.ranges[kind], lines.length))
  }
  if (code.includes('[!code ')) {
    for (const [kind, inside] of takeComments(lines)) mark(kind, inside)
  }
  return marked ? { lines, marks } : { lines }
}

/** A test for "is this line, from 0, in the ranges". Ranges are counted with differences, so that a wide one costs nothing. */
function linesOf(text: string, count: number): (line: number) => boolean {
  const steps = new Int32Array(count + 1)
  for (const [, from = '', to = from] of text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g)) {
    const first = Math.max(Number(from), 1) - 1
    const end = Math.min(Number(to), count)
    if (first >= end) continue
    steps[first]! += 1
    steps[end]! -= 1
  }
  for (let line = 1; line <= count; line++) steps[line]! += steps[line - 1]!
  return (line) => steps[line]! > 0
}

/** Removes the marking comments from `lines` and yields what they said. */
function takeComments(lines: string[]): Map<LineMark, (line: number) => boolean> {
  const found: Record<LineMark, string> = { mark: '', add: '', del: '' }
  for (const [index, line] of lines.entries()) {
    const trimmed = line.trimEnd()
    const match = trimmed.endsWith(']') || /(?:\*\/\}?|-->)$/.test(trimmed) ? comment.exec(trimmed.slice(-80)) : null
    const kind = kinds[match?.[1] ?? '']
    if (!match || !kind) continue
    lines[index] = trimmed.slice(0, -match[0].length).trimEnd()
    found[kind] += `,${index + 1}-${index + Math.max(1, Number(match[2] ?? 1))}`
  }
  return new Map(Object.entries(found).filter(([, text]) => text).map(([kind, text]) => [kind as LineMark, linesOf(text, lines.length)]))
}
