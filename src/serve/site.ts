// The site as the server has it: its config, the last build that did not fail, and the problems of the last one that did. Builds when it is
// told to, and makes pages when they are asked for. Knows nothing of HTTP.
import path from 'node:path'
import { codeDigest } from '../build/code.ts'
import { createLiveSite } from '../build/live.ts'
import type { LiveBuild, MadePage } from '../build/live-build.ts'
import { openLiveFolder, type LiveCache, type LiveCacheFolder } from '../build/live-cache.ts'
import { createMemoryOutput, type MemoryFile } from '../build/memory-output.ts'
import { openOutput } from '../build/output.ts'
import { explainFrom, type Story } from '../build/why.ts'
import { loadSettings, type LoadedSettings } from '../config/config.ts'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { OutputPath, PageSpec } from '../core/types.ts'
import { outputFacts } from '../core/output-list.ts'
import type { RemoteFlags } from '../sources/remote.ts'
import { pathIn } from '../util/fs.ts'
import { resolveAddress, type Address } from './address.ts'
import { createHistory, recordPages, type BuildRecord, type History, type Recording } from './history.ts'

export interface SiteOptions {
  readonly root: string
  readonly drafts: boolean
  readonly future: boolean
  /** Absent: now, whenever that changes what is published. */
  readonly at?: (timeZone: string) => Date
  /** How servers are asked. */
  readonly remote: RemoteFlags
  readonly signal: AbortSignal
}
export interface ServedSite {
  readonly history: History
  /** Absent: the config was never good. */
  readonly settings: () => Settings | undefined
  /** The config is good as it is now. */
  readonly isConfigured: () => boolean
  /** All files that the config is made of, absolute. */
  readonly inputs: () => readonly string[]
  readonly current: () => LiveBuild | undefined
  /** Loads the config anew if it changed. */
  configure(changed: ReadonlySet<string>): Promise<void>
  /** After `configure`. `changed`: absolute paths, or words. Never throws for what is wrong with a site. */
  build(changed: ReadonlySet<string>): Promise<void>
  /** Everything that is wrong now. */
  problems(): readonly Diagnostic[]
  find(path: string, query: string): Address
  /** The bytes of a file of the site; makes it if it waits. `undefined`: it could not be made. */
  get(output: OutputPath): MemoryFile | undefined
  look(output: OutputPath): string | undefined
  spec(output: OutputPath): PageSpec | undefined
  /** Makes one page that waits; `false`: none does. */
  makeOne(): boolean
  /** Checks links and the rest. */
  settle(): void
  /** Open pages have been told of the last build. */
  toldPages(): void
  /** Writes down what the next start needs. */
  persist(): void
  /** What `ssg why` tells, asked in `folder`. */
  story(asked: string, folder: string): Story | undefined
  /** Writes all files into the output folder. */
  writeOut(): void
  close(): void
}

/** What makes sources run again. */
export const refreshWord = 'refresh'

export function createSite(options: SiteOptions): ServedSite {
  const { root, signal } = options
  const output = createMemoryOutput()
  const history = createHistory()
  const live = createLiveSite()
  let loaded: LoadedSettings | undefined
  let folder: LiveCacheFolder | undefined
  let cache: LiveCache | undefined
  let current: LiveBuild | undefined
  let recording: Recording | undefined
  let configFailure: readonly Diagnostic[] | undefined
  let failure: readonly Diagnostic[] = []
  let now = new Date()
  let hasOrigin = false

  async function loadConfig(): Promise<void> {
    try {
      loaded = await loadSettings(root, {})
      configFailure = undefined
    } catch (error) {
      if (error instanceof SsgError) configFailure = error.diagnostics
      throw error
    }
    folder ??= await openLiveFolder({ root: loaded.settings.root }, signal)
    cache?.persist()
    cache?.close()
    cache = folder.open(codeDigest(loaded.settings, loaded.config.digest))
    hasOrigin = false
  }

  async function attempt(changed: ReadonlySet<string>, { record, step }: Recording): Promise<void> {
    if (loaded === undefined || cache === undefined) return
    if (changed.has('time')) now = new Date()
    const isKnown = hasOrigin && [...changed].every((file) => path.isAbsolute(file))
    current = await live.build({
      settings: loaded.settings, configDigest: loaded.config.digest, remote: options.remote, refresh: changed.has(refreshWord), at: options.at?.(loaded.settings.timeZone) ?? now, drafts: options.drafts, future: options.future,
      signal, cache, output, onStep: step, ...(isKnown && { changed }),
    })
    hasOrigin = true
    Object.assign(record, { reused: current.reused, removed: current.removed.length })
  }

  return {
    history,
    settings: () => loaded?.settings,
    isConfigured: () => loaded !== undefined && configFailure === undefined,
    inputs: () => loaded?.config.inputs ?? [],
    current: () => current,
    async configure(changed) {
      recording?.end()
      recording = history.begin([...changed].map((file) => (path.isAbsolute(file) ? pathIn(root, file) : file)).sort())
      failure = []
      if (loaded !== undefined && configFailure === undefined && !isOfConfig([...changed], loaded, root)) return
      recording.step('config')
      await told(loadConfig())
    },
    async build(changed) {
      if (recording === undefined) return
      if (failure.length === 0) await told(attempt(changed, recording))
      recording.step('open pages')
      count(recording.record)
    },
    problems,
    find: (address, query) => resolveAddress(address, query, { basePath: loaded?.settings.basePath ?? '/', has: (file) => current?.pages.has(file) ?? false }),
    get(file) {
      if (current?.waiting.has(file)) make(file)
      return output.get(file)
    },
    look(file) {
      if (current?.waiting.has(file)) make(file)
      return output.look(file)
    },
    spec: (file) => current?.pages.get(file),
    makeOne() {
      const [first] = current?.waiting.keys() ?? []
      if (first === undefined) {
        recording?.end()
        return false
      }
      if (recording?.record.steps.at(-1)?.name !== 'other pages') recording?.step('other pages')
      make(first)
      return true
    },
    settle() {
      if (current === undefined) return
      recording?.step('checks')
      if (failure.length === 0) current.check()
      recording?.end()
      if (recording) count(recording.record)
    },
    persist: () => cache?.persist(),
    toldPages() {
      if (recording === undefined) return
      recording.end()
      recording.record.toldMs = performance.now() - recording.record.origin
    },
    story(asked, from) {
      if (loaded === undefined || cache === undefined || current === undefined) return undefined
      const known = { settings: loaded.settings, site: current.site, pages: [...current.pages.values()], manifest: cache.manifest }
      const tell = (): Story | undefined => {
        const answer = explainFrom(asked, from, known, [])
        return 'story' in answer ? answer.story : undefined
      }
      const story = tell()
      // A page that waits has no story yet.
      if (story?.state !== 'unbuilt' || story.output === undefined) return story
      make(story.output)
      return tell()
    },
    writeOut() {
      if (loaded === undefined || current === undefined || problems().some(({ severity }) => severity === 'error')) return
      const { settings } = loaded
      const disk = openOutput(path.join(settings.root, settings.output), settings.output, settings.root)
      const files = [...current.pages.keys()]
      disk.begin(files)
      for (const file of files) {
        const found = output.get(file)
        if (found) disk.write(file, found.kind === 'copy' ? { copyOf: found.file } : found.bytes)
      }
      disk.finish(false, outputFacts(current.pages, settings, ['serve'], problems()))
    },
    close() {
      cache?.persist()
      cache?.close()
      folder?.release()
    },
  }

  async function told(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (!(error instanceof SsgError)) throw error
      failure = error.diagnostics
    }
  }

  function make(file: OutputPath): MadePage | undefined {
    const before = current?.made.length
    current?.make(file)
    if (recording && current && failure.length === 0) recordPages(recording.record, current.made)
    return current && current.made.length !== before ? current.made.at(-1) : undefined
  }

  function problems(): readonly Diagnostic[] {
    const told = loaded === undefined || configFailure !== undefined ? [] : loaded.diagnostics
    return [...told, ...(failure.length > 0 ? failure : current?.diagnostics() ?? [])]
  }

  function count(record: BuildRecord): void {
    if (current && failure.length === 0) recordPages(record, current.made)
    const all = problems()
    record.failed = configFailure !== undefined ? 'config' : failure.length > 0 ? 'build' : undefined
    record.errors = all.filter(({ severity }) => severity === 'error').length
    record.warnings = all.filter(({ severity }) => severity === 'warning').length
  }
}

/** Without a config, what is assumed depends on which folders there are. */
function isOfConfig(changed: readonly string[], { config, settings }: LoadedSettings, root: string): boolean {
  return settings.configFile === undefined || changed.some((file) => config.inputs.includes(file) || /^(?:site\.config\.\w+|package-lock\.json)$/.test(pathIn(root, file)))
}
