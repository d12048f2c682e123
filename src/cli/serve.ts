// `ssg serve`: what was typed -> a server, its events -> the terminal, keys -> what they do.
import { spawn } from 'node:child_process'
import { readMoment } from './build.ts'
import type { Call, Flags, Outcome } from './command.ts'
import { listenToKeys } from './keys.ts'
import { createServeReporter } from './report-serve.ts'
import { fail } from '../core/diagnostic.ts'
import type { RunningServer } from '../serve/server.ts'

const defaultPort = 4000

export async function runServe({ root, flags, signal, onSiteFault }: Call): Promise<Outcome> {
  const port = readPort(flags)
  const host = flags.text('host') ?? '127.0.0.1'
  const secret = process.env['SSG_REFRESH_SECRET']
  const refreshEveryMs = readInterval(flags)
  const reporter = createServeReporter({ root, json: flags.times('json') > 0, quiet: flags.times('quiet') > 0, verbosity: flags.times('verbose') })
  // A moment that cannot be read is told before anything starts.
  const at = flags.text('at') !== undefined || process.env['SOURCE_DATE_EPOCH'] ? (timeZone: string): Date => readMoment(flags, timeZone) : undefined
  at?.('UTC')
  const { startServer } = await import('../serve/server.ts')
  const server = await startServer({
    root, host, port, signal, drafts: flags.times('no-drafts') === 0, future: flags.times('no-future') === 0, write: flags.times('write') > 0,
    remote: { offline: flags.times('offline') > 0, preview: flags.times('preview') > 0, allowStale: flags.times('offline') === 0 },
    allowHosts: (flags.text('allow-host') ?? '').split(',').filter((name) => name !== ''),
    ...(at && { at }), ...(secret && { secret }), ...(refreshEveryMs !== undefined && { refreshEveryMs }),
    onBuilt: reporter.built,
  })
  onSiteFault((fault) => server.report(fault.diagnostics))
  await server.ready
  const url = server.url()
  reporter.listening(url, port !== 0 && port !== server.port ? port : undefined)
  if (flags.times('open') > 0) openInBrowser(url, reporter.cannotOpen)
  const exitCode = await untilStopped(server, { signal, onOpen: () => openInBrowser(server.url(), reporter.cannotOpen), onKeys: reporter.keys })
  await server.close()
  return { text: '', json: { url }, diagnostics: [], exitCode }
}

interface StopOptions {
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onKeys: () => void
}

/** 0 after `q`, 130 after a signal. */
async function untilStopped(server: RunningServer, { signal, onOpen, onKeys }: StopOptions): Promise<number> {
  return await new Promise((resolve) => {
    const stop = (code: number): void => {
      stopListening?.()
      resolve(code)
    }
    const stopListening = listenToKeys({ o: onOpen, r: () => server.refresh(), q: () => stop(0) })
    if (stopListening) onKeys()
    if (signal.aborted) stop(130)
    signal.addEventListener('abort', () => stop(130), { once: true })
  })
}

function readPort(flags: Flags): number {
  const text = flags.text('port')
  if (text === undefined) return defaultPort
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw fail('usage-flag', `--port must be a number from 0 to 65535, not "${text}"`, { fix: `write --port ${defaultPort}.` })
}

/** In ms. */
function readInterval(flags: Flags): number | undefined {
  const text = flags.text('refresh')
  if (text === undefined) return undefined
  const [, number = '', unit = ''] = /^(\d{1,5})(s|m|h)$/.exec(text) ?? []
  const ms = Number(number) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0)
  if (ms >= 1000 && ms < 2 ** 31) return ms
  throw fail('usage-flag', `--refresh must be a time of at least a second, not "${text}"`, { fix: 'write --refresh 60s.' })
}

const openers: Readonly<Record<string, readonly [string, ...string[]]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }

function openInBrowser(url: string, onFailure: (url: string) => void): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () => onFailure(url))
  child.on('exit', (code) => { if (code !== 0) onFailure(url) })
  child.unref()
}
