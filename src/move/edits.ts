// Replaces parts of a text and remembers which line came from where.
import type { Translated } from './reader.ts'

export interface Edit { readonly start: number; readonly end: number; readonly text: string }

/** Edits that start inside of an earlier one are left out; of two that start together the longer one counts. */
export function applyEdits(source: string, edits: readonly Edit[]): Translated {
  let [text, done, written, made] = ['', 0, 1, 1]
  const shifts: { line: number; by: number }[] = []
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < done) continue
    const kept = source.slice(done, start)
    text += kept + replacement
    written += newlines(kept) + newlines(source.slice(start, end))
    made += newlines(kept) + newlines(replacement)
    if (written - made !== (shifts.at(-1)?.by ?? 0)) shifts.push({ line: made, by: written - made })
    done = end
  }
  text += source.slice(done)
  if (shifts.length === 0) return { text }
  return { text, lineOf: (line) => Math.max(1, line + (shifts.findLast((shift) => line > shift.line)?.by ?? 0)) }
}

/** One translation after another. */
export function chain(first: Translated, second: Translated): Translated {
  const { lineOf: outer } = second
  const { lineOf: inner } = first
  if (outer === undefined || inner === undefined) return { text: second.text, ...((outer ?? inner) && { lineOf: outer ?? inner }) } as Translated
  return { text: second.text, lineOf: (line) => inner(outer(line)) }
}

function newlines(text: string): number {
  let count = 0
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) count++
  return count
}

export function lineAt(text: string, offset: number): number {
  return newlines(text.slice(0, offset)) + 1
}

/** Text that looks like a template, so that it is shown and not taken for one. */
export function asTyped(text: string): string {
  return text.replace(/\{(?=[{%])/g, '&#123;')
}
