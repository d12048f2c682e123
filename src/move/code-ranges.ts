// Where code stands in a text: what looks like a template there is meant to be seen. Ranges are [start, end) and in order.
// A rough reading of markdown, good enough to tell code from prose; the real parse comes later.

export interface Range { readonly start: number; readonly end: number }

/** Fences, indented blocks, spans in backticks, and `<pre>`, `<code>`, `<script>`, `<style>`. */
export function findCode(text: string, isMarkdown: boolean): Range[] {
  const ranges = [...(isMarkdown ? blocks(text) : []), ...elements(text)]
  if (isMarkdown) ranges.push(...spans(text, merge(ranges)))
  return merge(ranges)
}

/** One search for each closing tag that is not there is enough. */
function* elements(text: string): Iterable<Range> {
  if (!text.includes('<')) return
  const lower = text.toLowerCase()
  const missing = new Set<string>()
  const opening = /<(pre|code|script|style)\b[^>]{0,1000}>/g
  for (let match = opening.exec(lower); match; match = opening.exec(lower)) {
    const [, name = ''] = match
    const close = missing.has(name) ? -1 : lower.indexOf(`</${name}`, opening.lastIndex)
    if (close === -1) {
      missing.add(name)
      continue
    }
    const end = lower.indexOf('>', close)
    yield { start: match.index, end: end === -1 ? text.length : end + 1 }
    opening.lastIndex = close
  }
}

function blocks(text: string): Range[] {
  const ranges: Range[] = []
  let fence: { mark: string; start: number } | undefined
  let isBlank = true
  let inList = false
  let inCode = false
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('\n', start)
    const end = next === -1 ? text.length : next
    const line = text.slice(start, end)
    const mark = /^\s*(?:(?:[-*+]|\d+[.)])\s+|>\s?)*(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence.mark) && /^\s*(?:>\s?)*[`~]+\s*$/.test(line)) {
        ranges.push({ start: fence.start, end })
        fence = undefined
      }
    } else if (mark !== undefined && !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))) fence = { mark, start }
    else if (line.trim() !== '') {
      const isIndented = /^(?: {4}|\t)/.test(line)
      inCode = isIndented && !inList && (isBlank || inCode) && !/^\s*\{%-?\s*(?:end)?highlight\b/.test(line)
      if (inCode) ranges.push({ start, end })
      if (!isIndented) inList = /^ {0,3}(?:[-*+]|\d+[.)])\s/.test(line) || (inList && (/^\s/.test(line) || !isBlank))
    }
    isBlank = line.trim() === ''
    if (next === -1) break
    start = next + 1
  }
  if (fence !== undefined) ranges.push({ start: fence.start, end: text.length })
  return ranges
}

/** Backticks that are closed by as many in the same paragraph. */
function* spans(text: string, taken: readonly Range[]): Iterable<Range> {
  if (!text.includes('`')) return
  let from = 0
  for (const { start, end } of [...taken, { start: text.length, end: text.length }]) {
    const part = text.slice(from, start)
    let begin = 0
    for (const gap of part.matchAll(/\n[ \t]*(?=\n)|$/g)) {
      yield* spansIn(part.slice(begin, gap.index), from + begin)
      begin = gap.index + gap[0].length
    }
    from = end
  }
}

function* spansIn(paragraph: string, offset: number): Iterable<Range> {
  const runs = [...paragraph.matchAll(/`+/g)].map(({ 0: marks, index }) => ({ index, length: marks.length, isEscaped: paragraph[index - 1] === '\\' }))
  // Of each length, last first.
  const places = new Map<number, number[]>()
  for (let i = runs.length - 1; i >= 0; i--) {
    const length = runs[i]?.length ?? 0
    const list = places.get(length)
    if (list) list.push(i)
    else places.set(length, [i])
  }
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]
    if (run === undefined || run.isEscaped) continue
    const list = places.get(run.length) ?? []
    while (list.length > 0 && (list.at(-1) ?? 0) <= i) list.pop()
    const close = list.at(-1)
    const closing = close === undefined ? undefined : runs[close]
    if (close === undefined || closing === undefined) continue
    yield { start: offset + run.index, end: offset + closing.index + closing.length }
    i = close
  }
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}

/** A test for "does this offset stand in one of the ranges", for offsets in any order. */
export function insideOf(ranges: readonly Range[]): (offset: number) => boolean {
  return (offset) => {
    let [low, high] = [0, ranges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle]?.end ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    return (ranges[low]?.start ?? Infinity) <= offset
  }
}
