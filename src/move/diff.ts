// The difference of two texts as people read it: lines that go and lines that come, with some around them. Made for headers at
// the start of files: what both texts have in common at their ends is not searched through.

const around = 3

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n')
}

/** Unified form; empty if they are equal. */
export function diffTexts(name: string, before: string, after: string): string {
  if (before === after) return ''
  const [old, now] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
  const from = Math.max(0, start - around)
  const tail = old.slice(old.length - end, old.length - end + around)
  const head = old.slice(from, start)
  const [gone, come] = [old.slice(start, old.length - end), now.slice(start, now.length - end)]
  const size = (changed: number): number => head.length + changed + tail.length
  return [
    `--- ${name}`, `+++ ${name}`, `@@ -${from + 1},${size(gone.length)} +${from + 1},${size(come.length)} @@`,
    ...head.map((line) => ` ${line}`), ...gone.map((line) => `-${line}`), ...come.map((line) => `+${line}`), ...tail.map((line) => ` ${line}`),
  ].join('\n')
}
