// The only file that prints. Results go to stdout, everything else to stderr; with --json there is one object on stdout.
import { Console } from 'node:console'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { inspect, styleText } from 'node:util'
import type { ProgressEvent } from './command.ts'
import { createProgress } from './report-progress.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { redact } from '../util/secret.ts'
import { countBySeverity, mergeDiagnostics, renderDiagnostic, sortDiagnostics } from './report-diagnostics.ts'
import type { MergedDiagnostic, Paint } from './report-diagnostics.ts'
import { count } from './report-text.ts'

export interface ReporterOptions {
  /** The site's root, absolute: messages name files relative to it. */
  readonly root: string
  readonly json: boolean
  /** Only errors, no summary. */
  readonly quiet: boolean
  /** 1: every message; 2: stack traces too. */
  readonly verbosity: number
}

export interface Reporter {
  /** A line that shows how far a long run is; where there is no terminal, a line for each milestone. */
  progress(event: ProgressEvent): void
  diagnostics(diagnostics: readonly Diagnostic[]): void
  /** The stack trace of what was thrown, for `-vv`. */
  trace(error: unknown): void
  /** Lines of the result; with `--json` the object instead. */
  result(text: string, json: Readonly<Record<string, unknown>>): void
}

const shownAtMost = 50

export function createReporter({ root, json, quiet, verbosity }: ReporterOptions): Reporter {
  const { stdout, stderr } = process
  const progress = createProgress(stderr, !json && !quiet)
  return {
    progress: progress.show,
    diagnostics(diagnostics) {
      progress.erase()
      if (json) return
      const merged = mergeDiagnostics(diagnostics).filter(({ diagnostic }) => !quiet || diagnostic.severity === 'error')
      const style = { paint: painter(stderr), width: stderr.isTTY ? stderr.columns : 120, readLine: createLineReader(root) }
      const shown = verbosity > 0 ? merged : merged.slice(0, shownAtMost)
      const blocks = shown.map((one) => renderDiagnostic(one, style))
      if (shown.length < merged.length) blocks.push(`and ${merged.length - shown.length} more (${counted(merged.slice(shown.length))}); --verbose shows all`)
      if (blocks.length > 0) stderr.write(redact(joinBlocks(blocks, shown) + '\n'))
    },
    trace(error) {
      progress.erase()
      if (verbosity > 1) stderr.write(redact(inspect(error, { depth: 5 })) + '\n')
    },
    result(text, object) {
      progress.erase()
      if (json) stdout.write(redact(JSON.stringify({ version: 1, ...object }, undefined, 2)) + '\n')
      else if (text !== '' && !quiet) stdout.write(redact(text) + '\n')
    },
  }
}

let isOutputLost = false

/** For a program that owns its process: nobody else writes to stdout, and who reads it may stop reading. */
export function takeOverStreams(): void {
  // What a site's own code logs must not get between the results.
  globalThis.console = new Console(redacting(process.stderr))
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => { isOutputLost ||= error.code !== 'EPIPE' })
  }
}

/** What a site's own code logs may hold a credential. */
function redacting(stream: NodeJS.WriteStream): NodeJS.WritableStream {
  return new Writable({
    decodeStrings: false,
    write(text: string | Buffer, _, done) {
      stream.write(redact(String(text)))
      done()
    },
  })
}

/** Waits until everything is written; `false` if some of it was lost, for example on a full disk. */
export async function flushOutput(): Promise<boolean> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => { stream.write('', resolve) })
  // Errors of streams are told a moment later.
  await new Promise(setImmediate)
  return !isOutputLost
}

/** An empty line between two of them, but not between notes, which are short. */
function joinBlocks(blocks: readonly string[], shown: readonly MergedDiagnostic[]): string {
  const isNote = (i: number): boolean => shown[i]?.diagnostic.severity === 'note'
  return blocks.map((block, i) => (i === 0 ? block : `${isNote(i) && isNote(i - 1) ? '\n' : '\n\n'}${block}`)).join('')
}

/** What `--json` lists: the same order as for people. */
export function listDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return sortDiagnostics(diagnostics)
}

/** `1 error, 2 warnings`; empty if there is neither. */
export function summarizeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return counted(mergeDiagnostics(diagnostics).filter(({ diagnostic }) => diagnostic.severity !== 'note'))
}

function counted(merged: readonly MergedDiagnostic[]): string {
  return Object.entries(countBySeverity(merged)).filter(([, number]) => number > 0).map(([severity, number]) => count(number, severity)).join(', ')
}

/** Colours on terminals only; https://no-color.org and FORCE_COLOR win. */
function painter(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  const coloured = forced || (stream.isTTY && !NO_COLOR && FORCE_COLOR === undefined && TERM !== 'dumb')
  return coloured ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

/** Remembers the files that it has read. What is not a file of the site has no lines. */
function createLineReader(root: string): (file: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>()
  return (file, line) => {
    let lines = files.get(file)
    if (lines === undefined) files.set(file, lines = readLines(join(root, file)) ?? themeLines(file) ?? [])
    return lines[line - 1]
  }
}

const longestFileBytes = 16_000_000

/** `theme/base.njk` is what messages call a template of the default theme. */
function themeLines(file: string): readonly string[] | undefined {
  return file.startsWith('theme/') ? readLines(fileURLToPath(new URL(`../../../templates/${file.slice(6)}`, import.meta.url))) : undefined
}

function readLines(file: string): readonly string[] | undefined {
  try {
    const stats = statSync(file)
    if (!stats.isFile() || stats.size > longestFileBytes) return undefined
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/)
  } catch {
    // Many a place is not a file, for example an entry of a remote source: the message goes without a frame.
    return undefined
  }
}
