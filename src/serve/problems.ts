// Diagnostics -> what is shown over a page: the lines around the place, with a mark. Reads files of the site and of the theme only.
import fs from 'node:fs'
import path from 'node:path'
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import { themeFolder } from '../build/theme.ts'
import { isErrno, isInside } from '../util/fs.ts'
import type { FrameLine, Problem } from './messages.ts'

const around = 2
const longestLine = 400
const shownAtMost = 50
const largestFile = 4_000_000

/** Errors first, each once; notes are left out. */
export function describeProblems(root: string, diagnostics: readonly Diagnostic[]): Problem[] {
  const order = ['error', 'warning']
  const read = createLineReader(root)
  const seen = new Set<string>()
  return diagnostics
    .filter(({ severity }) => order.includes(severity))
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .filter(({ context: _, ...rest }) => {
      const key = JSON.stringify(rest)
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, shownAtMost)
    .map((diagnostic) => describe(diagnostic, read))
}

type LineReader = (file: string) => readonly string[]

function describe({ severity, code, message, at, related = [], context, fix }: Diagnostic, read: LineReader): Problem {
  return {
    severity, code, message, frame: at === undefined ? [] : frameOf(at, read),
    related: related.map(({ at: place, note }) => `${placeName(place)}  ${note}`),
    ...(at && { place: placeName(at) }), ...(context !== undefined && { context }), ...(fix !== undefined && { fix }),
  }
}

function placeName({ file, line, column }: Location): string {
  return [file, ...(line === undefined ? [] : [line, ...(column === undefined ? [] : [column])])].join(':')
}

function frameOf({ file, line, column, length }: Location, read: LineReader): FrameLine[] {
  if (line === undefined) return []
  const lines = read(file)
  if (lines[line - 1] === undefined) return []
  const first = Math.max(1, line - around)
  return lines.slice(first - 1, line + around).map((text, i): FrameLine => {
    const number = first + i
    const cut = text.slice(0, longestLine)
    if (number !== line) return { number, text: cut }
    const from = column === undefined ? (/^\s*/.exec(cut)?.[0].length ?? 0) : Math.min(column - 1, cut.length)
    return { number, text: cut, mark: { from, length: Math.max(1, Math.min(length ?? (column === undefined ? cut.length - from : 1), cut.length - from)) } }
  })
}

function createLineReader(root: string): LineReader {
  const known = new Map<string, readonly string[]>()
  return (file) => {
    let lines = known.get(file)
    if (lines === undefined) known.set(file, lines = readLines(root, path.join(root, file)) ?? (file.startsWith('theme/') ? readLines(themeFolder, path.join(themeFolder, file.slice(6))) : undefined) ?? [])
    return lines
  }
}

/** What a message calls a file need not be one: an entry of a remote source has no lines. */
function readLines(folder: string, file: string): string[] | undefined {
  try {
    if (!isInside(folder, file) || !isInside(folder, fs.realpathSync(file))) return undefined
    const stats = fs.statSync(file)
    return stats.isFile() && stats.size <= largestFile ? fs.readFileSync(file, 'utf8').split(/\r?\n/) : undefined
  } catch (error) {
    if (isErrno(error)) return undefined
    throw error
  }
}
