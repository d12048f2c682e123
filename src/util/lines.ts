// A long text by its lines. Nothing is made of a line before somebody wants it: many thousand small texts would cost more than they say.

export interface Lines {
  readonly count: number
  at(number: number): string
}

/** What follows the last line end is a line, too. */
export function linesOf(text: string): Lines {
  let starts = new Uint32Array(1 << 12)
  let count = 1
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    if (count === starts.length) {
      const longer = new Uint32Array(count * 2)
      longer.set(starts)
      starts = longer
    }
    starts[count++] = end + 1
  }
  return { count, at: (number) => text.slice(starts[number], number + 1 < count ? starts[number + 1]! - 1 : text.length) }
}
