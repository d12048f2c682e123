// `ssg serve`: a site that is built, watched, served and shown as it changes. This file is the table of contents: what is watched sets off
// builds, builds are told to open pages and to the caller. Prints nothing.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fail, messageOf, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { Site } from '../core/types.ts'
import { sourcesOf } from '../build/sources.ts'
import { watchSources } from '../sources/watch.ts'
import { isErrno } from '../util/fs.ts'
import { announce, withdraw } from './announce.ts'
import { createHandler } from './handler.ts'
import { nextMoment } from './held.ts'
import { createHostCheck } from './hosts.ts'
import type { BuildRecord } from './history.ts'
import { createOpenPages, panelLook } from './open-pages.ts'
import { renderBroken, renderPanel } from './panel.ts'
import { describeProblems } from './problems.ts'
import { createRebuilder } from './rebuild.ts'
import { createSite, refreshWord, type SiteOptions } from './site.ts'
import { watchPaths, type Watch } from './watch.ts'

export interface ServerOptions extends SiteOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** More names that requests may be for. */
  readonly allowHosts: readonly string[]
  /** Also writes the site into the output folder, marked as a preview. */
  readonly write: boolean
  /** For `POST /__ssg/refresh`; absent: it is refused. */
  readonly secret?: string
  /** Runs all sources again so often. */
  readonly refreshEveryMs?: number
  readonly onBuilt: (event: BuiltEvent) => void
}
export interface BuiltEvent {
  readonly record: BuildRecord
  readonly problems: readonly Diagnostic[]
  /** All pages are made and checked. */
  readonly isDone: boolean
}
export interface RunningServer {
  /** Of the front page: `http://127.0.0.1:4000/`. */
  readonly url: () => string
  readonly port: number
  /** Resolves when the first build is served, or failed. */
  readonly ready: Promise<void>
  /** Runs all sources again. */
  refresh(): void
  /** Something went wrong in code of the site that nobody waits for. */
  report(diagnostics: readonly Diagnostic[]): void
  close(): Promise<void>
}

/** Longer than this a timer cannot be set. */
const longestTimerMs = 2 ** 31 - 1
const portsTried = 20

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { root, host, allowHosts, write, secret, refreshEveryMs, onBuilt } = options
  const site = createSite(options)
  const describe = (): ReturnType<typeof describeProblems> => describeProblems(root, [...site.problems(), ...extra])
  let extra: readonly Diagnostic[] = [], blind: Diagnostic | undefined
  const pages = createOpenPages(site, describe)
  let watched = '', watch: Watch | undefined, timer: NodeJS.Timeout | undefined, watchedSources: Disposable | undefined
  let watchedSettings: Settings | undefined, timed: Site | undefined
  const told = (isDone: boolean): void => {
    const [record] = site.history.records
    if (record) onBuilt({ record, problems: [...site.problems(), ...extra], isDone })
  }

  const rebuilder = createRebuilder({
    async build(changed) {
      const before = site.current()
      extra = blind ? [blind] : []
      await site.configure(changed)
      await watchAnew()
      watchSourcesAnew()
      await site.build(changed)
      pages.update(before)
      pages.tellProblems()
      site.toldPages()
      told(false)
      setTimer()
    },
    later() {
      const failed = site.current()?.failed()
      const isMade = site.makeOne()
      if (failed === 0 && site.current()?.failed() !== 0) {
        pages.tellProblems()
        told(false)
      }
      return isMade
    },
    settle() {
      site.settle()
      pages.tellProblems()
      if (write) writeOut()
      told(true)
    },
    idle: site.persist,
  }, (error) => {
    extra = [{ severity: 'error', code: 'bug', message: `this is a fault of ssg itself: ${messageOf(error)}`, fix: 'please report it, with what `ssg build -vv` prints.' }]
    pages.tellProblems()
    told(true)
  })

  function writeOut(): void {
    try {
      site.writeOut()
    } catch (error) {
      extra = diagnosticsOf(error)
      pages.tellProblems()
    }
  }

  function watchSourcesAnew(): void {
    const settings = site.settings()
    if (settings === undefined || settings === watchedSettings) return
    watchedSettings = settings
    watchedSources?.[Symbol.dispose]()
    watchedSources = watchSources(sourcesOf(settings), {
      root, contentFolder: path.join(root, settings.content), timeZone: settings.timeZone, preview: options.remote.preview === true,
      dirty: () => rebuilder.touch(refreshWord), report: (diagnostic) => report([diagnostic]), failing: () => site.current()?.failing ?? [],
    })
  }

  /** The config says what is to be watched. */
  async function watchAnew(): Promise<void> {
    const settings = site.settings()
    const paths = pathsToWatch(root, site)
    if (paths.join('\n') === watched) return
    watched = paths.join('\n')
    const last = watch
    blind = undefined
    watch = watchPaths({
      paths, without: [path.join(root, '.ssg'), ...(settings === undefined ? [] : [path.join(root, settings.output)])],
      onChange: (file) => { if (site.isConfigured() || mayBeOfConfig(file)) rebuilder.touch(file) },
      onFailure(error) {
        // There is one for each folder.
        if (blind === undefined) report([blind = { severity: 'error', code: 'watch-failed', message: `changes are not seen: ${messageOf(error)}`, fix: 'raise the system\'s limit of watched files (fs.inotify.max_user_watches), or start ssg serve again.' }])
      },
    })
    await watch.ready
    await last?.close()
  }

  function report(diagnostics: readonly Diagnostic[]): void {
    extra = [...extra, ...diagnostics]
    pages.tellProblems()
    told(false)
  }

  /** What is scheduled appears, and what expires disappears, without a save. */
  function setTimer(): void {
    const current = site.current()?.site
    if (current === timed) return
    timed = current
    clearTimeout(timer)
    const at = current && nextMoment(current, Date.now())
    if (at !== undefined && options.at === undefined) timer = setTimeout(() => rebuilder.touch('time'), Math.min(longestTimerMs, at - Date.now() + 1))
  }

  const server = http.createServer(createHandler({
    site, whenBuilt: rebuilder.whenBuilt, connect: pages.connect, assets: pages.assets, isKnownHost: createHostCheck(host, allowHosts),
    panel: () => ({ text: renderPanel(site, describe()), look: panelLook(site) }), broken: () => renderBroken(describe()),
    refresh: () => rebuilder.touch(refreshWord), ...(secret !== undefined && { secret }),
  }))
  const port = await listen(server, host, options.port)
  const refreshing = refreshEveryMs === undefined ? undefined : setInterval(() => rebuilder.touch(refreshWord), refreshEveryMs)
  rebuilder.touch('start')
  const ready = rebuilder.whenBuilt()
  announce(root, { port, host })

  return {
    port, ready, report,
    url: () => `http://${host.includes(':') ? `[${host}]` : isEverywhere(host) ? 'localhost' : host}:${port}${site.settings()?.basePath ?? '/'}`,
    refresh: () => rebuilder.touch(refreshWord),
    async close() {
      clearTimeout(timer)
      clearInterval(refreshing)
      watchedSources?.[Symbol.dispose]()
      pages.close()
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
      await rebuilder.close()
      await watch?.close()
      site.close()
      withdraw(root)
    },
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** As long as the config is not good, everything may be part of it. */
function pathsToWatch(root: string, site: ReturnType<typeof createSite>): string[] {
  const settings = site.settings()
  if (settings === undefined || !site.isConfigured()) return [root]
  const reads = settings.collections.flatMap(({ sources }) => sources.flatMap(({ reads: own = [] }) => own))
  const folders = [settings.content, settings.static, settings.templates.folder, ...reads].map((name) => path.resolve(root, name))
  const configs = ['site.config.ts', 'site.config.mts', 'site.config.js', 'site.config.mjs', 'package-lock.json'].map((name) => path.join(root, name))
  return [...new Set([...folders, ...configs, ...site.inputs()])].sort()
}

/** Code, data, or a folder. Once the config is good, everything is loaded anew; until then the rest is not of interest: it may be the log of this very process. */
function mayBeOfConfig(file: string): boolean {
  return /(?:^|[\\/])[^.\\/]+$|\.(?:[cm]?[jt]sx?|json)$/.test(file)
}

/** The port that was free: the one that was asked for, or one of those after it. */
async function listen(server: http.Server, host: string, wanted: number): Promise<number> {
  for (let port = wanted; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          resolve()
        })
      })
      return (server.address() as AddressInfo).port
    } catch (error) {
      if (!isErrno(error)) throw error
      const isLast = port >= wanted + portsTried || port >= 65_535
      if (error.code !== 'EADDRINUSE' || isLast) throw fail('serve-listen', `cannot listen on ${host}:${port}: ${error.code === 'EADDRINUSE' ? `it is in use, as are the ${port - wanted} before it` : messageOf(error)}`, { fix: 'give another --port or --host.' }, { cause: error })
    }
  }
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof Error && 'diagnostics' in error) return error.diagnostics as readonly Diagnostic[]
  throw error
}
