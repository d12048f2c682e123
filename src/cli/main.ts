#!/usr/bin/env node
// The program `ssg`: what was typed -> a command -> what is printed and the exit code. The one `catch` and the one place that
// sets the exit code.
import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkArgumentCount, parseArguments } from './arguments.ts'
import type { ParsedArguments } from './arguments.ts'
import type { Outcome } from './command.ts'
import { commands } from './commands.ts'
import { exitCodeOf } from './exit-code.ts'
import { createReporter, flushOutput, listDiagnostics, takeOverStreams } from './report.ts'
import type { Reporter } from './report.ts'
import { fail, messageOf, SsgError } from '../core/diagnostic.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { isErrno, pathIn, reasonOf } from '../util/fs.ts'

/** How long a command may go on after it was told to stop. */
const graceMs = 5_000

async function main(argv: readonly string[]): Promise<number> {
  // Until the flags are parsed, these say how to print what is wrong with them.
  let reporter = createReporter({ root: process.cwd(), json: argv.includes('--json'), quiet: false, verbosity: 0 })
  let command = 'ssg'
  try {
    const parsed = await parseArguments(argv, commands)
    command = parsed.command?.name ?? command
    reporter = reporterFor(parsed)
    const outcome = await Promise.race([run(parsed, reporter), stopped()])
    const exitCode = outcome.exitCode ?? exitCodeOf(outcome.diagnostics)
    finish(reporter, command, exitCode, outcome)
    return exitCode
  } catch (error) {
    const diagnostics = error instanceof SsgError ? error.diagnostics : [bugReport(error)]
    const exitCode = exitCodeOf(diagnostics)
    finish(reporter, command, exitCode, { text: '', json: {}, diagnostics })
    reporter.trace(error)
    return exitCode
  }
}

function reporterFor({ flags }: ParsedArguments): Reporter {
  return createReporter({ root: rootOf(flags.text('root')), json: flags.times('json') > 0, quiet: flags.times('quiet') > 0, verbosity: flags.times('verbose') })
}

function rootOf(flag = '.'): string {
  const root = resolve(flag)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw fail('usage-flag', `--root: there is no folder ${flag}`, { fix: 'give the folder of your site.' })
  return realpathSync(root)
}

async function run({ command, flags, args }: ParsedArguments, reporter: Reporter): Promise<Outcome> {
  if (flags.times('version') > 0) {
    const { readVersion } = await import('./version.ts')
    return { text: readVersion(), json: { sourcepress: readVersion() }, diagnostics: [] }
  }
  if (command === undefined || flags.times('help') > 0) {
    const { renderHelp, renderOverview } = await import('./help.ts')
    const text = command ? renderHelp(command) : renderOverview(commands)
    if (flags.times('help') > 0) return { text, json: { help: text }, diagnostics: [] }
    throw fail('usage-command', 'no command was given', { fix: 'run `ssg build`, or `ssg help` for the list.' })
  }
  checkArgumentCount(command, args)
  return command.run({ commands, root: rootOf(flags.text('root')), args, flags, signal: interruption.signal, onProgress: reporter.progress, onSiteFault: (listener) => { faultListener = listener } })
}

function finish(reporter: Reporter, command: string, exitCode: number, { text, json, diagnostics }: Outcome): void {
  reporter.diagnostics(diagnostics)
  reporter.result(text, { command, ok: exitCode === 0, exitCode, ...json, diagnostics: listDiagnostics(diagnostics) })
}

function bugReport(error: unknown): Diagnostic {
  if (isErrno(error) && error.path !== undefined) {
    const file = pathIn(process.cwd(), error.path)
    return { severity: 'error', code: 'file-read', message: `${file} cannot be used: ${reasonOf(error)}`, at: { file }, fix: 'check what it is, who owns it, and whether it may be read and written.' }
  }
  return {
    severity: 'error', code: 'bug', message: `this is a fault of ssg itself: ${messageOf(error)}`,
    fix: 'please report it, with what the same command prints with -vv.',
  }
}

const interruption = new AbortController()
let faultListener: ((fault: SsgError) => void) | undefined

/** Rejects when the command will not end by itself, or must not. */
function stopped(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (interruption.signal.aborted) process.exit(130)
        const error = fail('interrupted', `stopped by ${signal}; what is in the output folder is valid`)
        interruption.abort(error)
        setTimeout(reject, graceMs, error).unref()
      })
    }
    process.on('uncaughtException', (error) => {
      if (!isOfSite(error)) reject(error)
      else if (faultListener) faultListener(siteFault(error))
      else reject(siteFault(error))
    })
    process.once('beforeExit', () => { reject(new Error('the command stopped before it was done')) })
  })
}

/** Thrown by the compiled copy of site.config, in a timer or a promise that nobody awaits. */
function isOfSite({ stack = '' }: Error): boolean {
  return /[\\/](\.ssg[\\/]config[\\/]|ssg-config-)/.test(stack)
}

function siteFault(cause: Error): SsgError {
  return fail('hook-failed', `code of site.config threw an error that nothing caught: ${cause.message}`, { fix: 'await what it starts, or catch the error there; -vv shows where it came from.' }, { cause })
}

takeOverStreams()
process.exitCode = 1
const exitCode = main(process.argv.slice(2))
// Code of the site may leave timers and connections behind; nobody wants to wait for them.
void exitCode.then(async (code) => process.exit(await flushOutput() ? code : 1))
