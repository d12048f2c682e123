// Offsets in a config file -> places for messages.
import type { Location } from '../core/diagnostic.ts'
import { pathIn } from '../util/fs.ts'

/** Line and column, from 1, of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** The place between two offsets; cut at the end of its first line. */
export function locateIn(root: string, file: string, text: string, start: number, end: number): Location {
  const length = text.slice(start, end).split(/\r?\n/, 1)[0]?.length ?? 0
  return { file: pathIn(root, file), ...positionAt(text, start), length: Math.max(1, length) }
}
