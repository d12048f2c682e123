// What differs from the last build, as far as that shows from outside: nothing, then its result is that of this build; or just the
// bytes of some files. Knows files only by their looks; where these cannot be trusted (links, sources that read elsewhere) it
// steps aside, and the build looks for itself.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Settings } from '../core/settings.ts'
import type { SiteOptions } from '../core/site.ts'
import type { Site, Source } from '../core/types.ts'
import { readNames, writeNames } from '../util/ascii.ts'
import { readAsciiIfThere, readIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import type { BuildResult } from './build.ts'
import { changedFiles, digestLooks, scanLooks, tickMs, type Looks } from './looks.ts'
import { readSite, saveSite } from './known-site.ts'
import type { LoadedSite } from './load.ts'
import { lookAtOutput } from './output-looks.ts'
import { guard } from './output.ts'
import { themeFolder } from './theme.ts'

/** What is kept of a build in a file. */
interface Snapshot {
  readonly format: 2
  /** Program, config, settings and the options of the build. */
  readonly asked: Digest
  /** `null`: some may have changed after they were looked at. */
  readonly inputs: Digest | null
  readonly outputs: Digest
  /** The result holds for builds at these moments, in ms since 1970; `null`: for ever. */
  readonly from: number
  readonly until: number | null
  readonly result: Pick<BuildResult, 'diagnostics' | 'held' | 'reused' | 'sources'>
  /** The version of the cache. */
  readonly cache: string
  /** What the looks of the inputs and the site are written down by; absent: they are not. */
  readonly looks?: string
  readonly site?: string
}
/** What is known of the last build. */
export interface KnownBuild {
  readonly snapshot: Snapshot
  readonly inputs: Looks
  /** Whether it was in this process, so that all of its texts are there. */
  readonly isRemembered: boolean
  /** `undefined`: it was not written down. */
  readonly loaded: () => LoadedSite | undefined
}

export interface UnchangedOptions extends SiteOptions {
  readonly settings: Settings
  readonly at: Date
  readonly cacheFolder: string
  readonly outFolder: string
  /** Of all that was asked for and all that servers gave; undefined: what they gave is not kept yet. */
  readonly asked: () => Digest | undefined
  /** What a source gave is in `asked`. */
  readonly isKnown: (source: Source) => boolean
}
export interface Watcher {
  /** The result of the last build, if it holds for this one. */
  readonly result?: Snapshot['result']
  /** Nothing differs from the last build but the bytes of these files, by their absolute paths. Absent: anything may. */
  readonly since?: { readonly last: KnownBuild; readonly changed: readonly string[] }
  /** Remembers the result of this build for the next one; `looks` are those of the output folder; if only texts were edited, of the files it wrote there. */
  remember(loaded: LoadedSite, result: Omit<BuildResult, 'durationMs'>, looks: () => Looks, cacheVersion: string): void
}

export function watchInputs(options: UnchangedOptions): Watcher {
  const { settings, at, cacheFolder, outFolder, asked, isKnown } = options
  const before = asked()
  const file = path.join(cacheFolder, 'unchanged.json')
  const folders = inputFolders(settings, (source) => before === undefined || isKnown(source))
  const inputs = folders && scanLooks(folders, Date.now() - tickMs)
  const snapshot = inputs && readSnapshot(file)
  const isAsked = snapshot !== undefined && snapshot.asked === before && at.getTime() >= snapshot.from && at.getTime() < (snapshot.until ?? Infinity)
  const outputs = isAsked ? lookAtOutput(outFolder) : new Map<string, string>()
  const isKept = isAsked && digestLooks(outputs) === snapshot.outputs
  const digestOfInputs = once(() => inputs && digestLooks(inputs))
  const holds = isKept && inputs !== undefined && digestOfInputs() === snapshot.inputs
  if (holds) return { result: snapshot.result, remember: () => undefined }
  const last = isKept ? readKnown(snapshot, options) : undefined
  const changed = last && inputs && changedFiles(last.inputs, inputs)
  told(() => fs.rmSync(file, { force: true }))
  return {
    ...(last && changed && { since: { last, changed } }),
    remember(loaded, { diagnostics, held, reused, rendered, sources }, looks, cacheVersion) {
      const now = asked()
      if (inputs === undefined || now === undefined || inputFolders(settings, isKnown) === undefined) return
      // Files of others beside ours are told of by every build; whether they are still there, only a look into every folder says.
      if (diagnostics.some(({ code }) => code === 'output-foreign')) return
      const made: Snapshot = {
        format: 2, asked: now, inputs: digestOfInputs() ?? null, outputs: digestLooks(loaded.edited ? new Map([...outputs, ...looks()]) : looks())!,
        from: at.getTime(), until: loaded.edited && last ? last.snapshot.until : nextChange(loaded.site, at), result: { diagnostics, held, sources, reused: reused + rendered.length }, cache: cacheVersion,
        ...told(() => writeKnown(loaded, inputs, options, last)),
      }
      told(() => writeAtomic(file, JSON.stringify(made)))
    },
  }
}

const once = <T>(make: () => T): () => T => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
const told = <T>(run: () => T): T => guard('.ssg/cache', run)
const looksFile = (folder: string): string => path.join(folder, 'inputs.txt')

/** What the next process needs to find out what changed. The site is written only if more than its texts changed. */
function writeKnown(loaded: LoadedSite, inputs: Looks, { cacheFolder, settings }: UnchangedOptions, last: KnownBuild | undefined): Pick<Snapshot, 'looks' | 'site'> {
  const known = loaded.edited === undefined ? undefined : last?.snapshot.site
  const site = known ?? saveSite(cacheFolder, loaded, settings)
  if (site === undefined) return {}
  const looks = randomUUID()
  writeAtomic(looksFile(cacheFolder), [looks, writeNames(inputs.keys()), writeNames(inputs.values())].join('\n'))
  return { looks, site }
}

function readKnown(snapshot: Snapshot, { cacheFolder, settings }: UnchangedOptions): KnownBuild | undefined {
  const [stamp, names = '', seen = ''] = (readAsciiIfThere(looksFile(cacheFolder)) ?? '').split('\n')
  const { looks, site } = snapshot
  if (site === undefined || stamp === undefined || stamp !== looks) return undefined
  const looked = readNames(seen)
  return {
    snapshot, isRemembered: false, inputs: new Map(readNames(names).map((file, i) => [file, looked[i] ?? ''])),
    loaded: () => readSite(cacheFolder, site, settings),
  }
}

function readSnapshot(file: string): Snapshot | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    const snapshot = JSON.parse(text) as Snapshot
    return snapshot.format === 2 ? snapshot : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** All that a build reads; `undefined`: a source does not say what it reads. */
function inputFolders(settings: Settings, isKnown: (source: Source) => boolean): string[] | undefined {
  const sources = settings.collections.flatMap(({ sources: own }) => own)
  const reads = sources.map((source) => source.reads ?? (isKnown(source) ? [] : undefined))
  if (reads.includes(undefined)) return undefined
  return [settings.content, settings.static, settings.templates.folder, ...settings.copy.map(({ from }) => from), 'urls.lock', ...reads.flatMap((paths) => paths ?? [])].map((name) => path.resolve(settings.root, name)).concat(themeFolder)
}

/** When the next entry appears or disappears by itself. */
function nextChange(site: Site, at: Date): number | null {
  const moments = [
    ...site.held.flatMap(({ reason, until }) => (reason === 'scheduled' && until ? [until] : [])),
    ...site.entries.flatMap(({ expires, date }) => [expires, date].filter((moment) => moment !== undefined)),
  ].map((moment) => moment.getTime()).filter((moment) => moment > at.getTime())
  return moments.length === 0 ? null : Math.min(...moments)
}
