// Where code stands in a text: what looks like a template there is meant to be seen. Ranges are [start, end) and in order.
// A rough reading of markdown, good enough to tell code from prose; the real parse comes later.

export interface Range { readonly start: number; readonly end: number }

/** Fences, indented blocks, spans in backticks, and `<pre>`, `<code>`, `<script>`, `<style>`. */
export function findCode(text: string, isMarkdown: boolean): Range[] {
  const ranges = isMarkdown ? blocks(text) : []
  for (const match of text.matchAll(/<(pre|code|script|style)\b[^>]*>[^]*?<\/\1\s*>/gi)) ranges.push({ start: match.index, end: match.index + match[0].length })
  if (isMarkdown) for (const span of spans(text, merge(ranges))) ranges.push(span)
  return merge(ranges)
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

function* spans(text: string, taken: readonly Range[]): Iterable<Range> {
  let from = 0
  for (const { start, end } of [...taken, { start: text.length, end: text.length }]) {
    const part = text.slice(from, start)
    for (const paragraph of part.matchAll(/(?:[^\n]|\n(?!\s*\n))+/g)) {
      for (const match of paragraph[0].matchAll(/(?<![\\`])(`+)(?!`)([^]*?[^`])\1(?!`)/g)) yield { start: from + paragraph.index + match.index, end: from + paragraph.index + match.index + match[0].length }
    }
    from = end
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
