// What the terminal shows while the server runs: where it is, a line for each build, and what is wrong, once.
import { createReporter, type ReporterOptions } from './report.ts'
import { count, oneLine } from './report-text.ts'
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
  let told = new Set<string>()
  let last = 0
  return {
    listening(url, busyPort) {
      if (busyPort !== undefined) say(`port ${busyPort} is in use, so this is the next one that is free`)
      say(`${url}   the server's own page: ${new URL('/__ssg/', url).href}`)
    },
    keys: () => say('keys: o opens the site, r asks remote sources again, q quits'),
    cannotOpen: (url) => say(`there is no browser that could be started; open ${url}`),
    built({ record, problems, isDone }) {
      if (record.number !== last && !isDone) say(summarize(record))
      last = record.number
      const shown = problems.filter(({ severity }) => severity !== 'note' || record.number === 1)
      const keys = new Set(shown.map((problem) => JSON.stringify([problem.severity, problem.code, problem.message, problem.at])))
      tell(shown.filter((problem) => !told.has(JSON.stringify([problem.severity, problem.code, problem.message, problem.at]))))
      const had = [...told].some((key) => key.startsWith('["error"'))
      if (had && ![...keys].some((key) => key.startsWith('["error"'))) say('all errors are gone')
      told = keys
    },
  }
}

function summarize({ started, changed, errors, warnings, madeCount, reused, toldMs = 0, steps }: BuiltEvent['record']): string {
  const names = changed.length > 3 ? `${changed.slice(0, 3).join(', ')} and more` : changed.join(', ')
  const what = errors > 0 ? `${count(errors, 'error')}; the site is as it was` : `made ${madeCount}, reused ${reused}${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}`
  return `${started.toISOString().slice(11, 19)} ${oneLine(names)}: ${what}, shown after ${Math.round(Math.max(toldMs, steps.at(-1)?.to ?? 0))} ms`
}
