// What the terminal shows while the server runs: where it is, a line for each build, and what is wrong, once.
import { createReporter, type ReporterOptions } from './report.ts'
import { count, oneLine } from './report-text.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { clockOf, countsOf, timeOf, type BuildRecord } from '../serve/history.ts'
import type { BuiltEvent } from '../serve/server.ts'

export interface ServeReporter {
  /** `busyPort`: the one that was asked for. */
  listening(url: string, busyPort: number | undefined): void
  keys(): void
  built(event: BuiltEvent): void
  cannotOpen(url: string): void
}

export function createServeReporter(options: ReporterOptions): ServeReporter {
  const isSilent = options.json || options.quiet
  const say = (text: string): void => { if (!isSilent) process.stdout.write(`${text}\n`) }
  const { diagnostics: tell } = createReporter(options)
  // A build that is not done yet does not know all that is wrong, nor does one that failed.
  let told = new Set<string>(), toldWhenDone = told
  let hasErrors = false
  let counting: BuildRecord | undefined
  let summarized = 0
  const summarizeOnce = (record: BuildRecord): void => {
    if (record.number > summarized) say(summarize(record))
    summarized = Math.max(summarized, record.number)
  }
  return {
    listening(url, busyPort) {
      if (busyPort !== undefined) say(`port ${busyPort} is in use, so this is the next one that is free`)
      say(`${url}   the server's own page: ${new URL('/__ssg/', url).href}`)
    },
    keys: () => say('keys: o opens the site, r asks remote sources again, q quits'),
    cannotOpen: (url) => say(`there is no browser that could be started; open ${url}`),
    built({ record, problems, isDone }) {
      // What the next build has overtaken makes no more pages.
      if (counting !== undefined && counting !== record) summarizeOnce(counting)
      // While the config is broken, nothing else is looked at.
      if (record.failed === 'config' && counting?.failed !== 'config') toldWhenDone = new Set([...toldWhenDone, ...told])
      counting = record
      if (isDone || record.failed !== undefined) summarizeOnce(record)
      const shown = problems.filter(({ severity }) => severity !== 'note' || record.number === 1)
      tell(shown.filter((problem) => !told.has(keyOf(problem)) && !toldWhenDone.has(keyOf(problem))))
      told = new Set(shown.map(keyOf))
      if (shown.some(({ severity }) => severity === 'error')) hasErrors = true
      else if (isDone && hasErrors) {
        hasErrors = false
        say('all errors are gone')
      }
      if (isDone && record.failed !== 'config') toldWhenDone = record.failed === undefined ? told : new Set([...told, ...[...toldWhenDone].filter((key) => !isError(key))])
    },
  }
}

function keyOf({ severity, code, message, at }: Diagnostic): string {
  return JSON.stringify([severity, code, message, at])
}

function isError(key: string): boolean {
  return key.startsWith('["error"')
}

function summarize(record: BuildRecord): string {
  const { started, changed, errors, failed } = record
  const names = changed.length > 3 ? `${changed.slice(0, 3).join(', ')} and more` : changed.join(', ')
  return `${clockOf(started)} ${oneLine(names)}: ${failed !== undefined ? `${count(errors, 'error')}; the site is as it was` : countsOf(record)}, ${timeOf(record)}`
}
