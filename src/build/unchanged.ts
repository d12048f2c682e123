// What differs from the last build, as far as that shows from outside: nothing, then its result is that of this build; or just the
// bytes of some files. Knows files only by their looks; where these cannot be trusted (links, sources that read elsewhere) it
// steps aside, and the build looks for itself.
import fs from 'node:fs'
import path from 'node:path'
import type { Settings } from '../core/settings.ts'
import type { Site } from '../core/types.ts'
import { readIfThere, writeAtomic } from '../util/fs.ts'
import type { Digest } from '../util/hash.ts'
import type { BuildResult } from './build.ts'
import { changedFiles, digestLooks, scanLooks, tickMs, type Looks } from './looks.ts'
import { guard } from './output.ts'
import { themeFolder } from './theme.ts'

/** What is kept of a build in a file. */
interface Snapshot {
  readonly format: 2
  /** Program, config, settings and the options of the build. */
  readonly asked: Digest
  readonly inputs: Digest | null
  readonly outputs: Digest
  /** The result holds for builds at these moments, in ms since 1970; `null`: for ever. */
  readonly from: number
  readonly until: number | null
  readonly result: Pick<BuildResult, 'diagnostics' | 'held' | 'reused'>
}
/** What is kept of a build in memory. */
export interface KnownBuild { readonly snapshot: Snapshot; readonly inputs: Looks }

export interface UnchangedOptions {
  readonly settings: Settings
  readonly at: Date
  readonly cacheFolder: string
  /** Absent: nobody but the build itself can have changed what it wrote. */
  readonly outFolder?: string
  readonly asked: Digest
  /** The last build, if it was in this process. */
  readonly last?: KnownBuild
}
export interface Watcher {
  /** The result of the last build, if it holds for this one. */
  readonly result?: Snapshot['result']
  /** Nothing else differs from the last build but the bytes of these files, by their absolute paths. Absent: anything may. */
  readonly changed?: readonly string[]
  /** Remembers the result of this build for the next one; `looks` are those of the files it left in the output folder. */
  remember(site: Site, result: BuildResult, looks: () => Looks): KnownBuild | undefined
}

export function watchInputs({ settings, at, cacheFolder, outFolder, asked, last }: UnchangedOptions): Watcher {
  const file = path.join(cacheFolder, 'unchanged.json')
  const told = <T>(run: () => T): T => guard('.ssg/cache', run)
  const folders = inputFolders(settings)
  const inputs = folders && scanLooks(folders, Date.now() - tickMs)
  const snapshot = inputs && (last?.snapshot ?? readSnapshot(file))
  const isAsked = snapshot !== undefined && snapshot.asked === asked && at.getTime() >= snapshot.from && at.getTime() < (snapshot.until ?? Infinity)
  const isKept = isAsked && (outFolder === undefined || lookOfAll(outFolder) === snapshot.outputs)
  const changed = isKept && inputs && last ? changedFiles(last.inputs, inputs) : undefined
  const holds = isKept && (last ? changed?.length === 0 : inputs !== undefined && digestLooks(inputs) === snapshot.inputs)
  if (!holds) told(() => fs.rmSync(file, { force: true }))
  return {
    ...(holds ? { result: snapshot.result } : changed && { changed }),
    remember(site, { diagnostics, held, reused, rendered }, looks) {
      if (inputs === undefined) return undefined
      const made: Snapshot = {
        format: 2, asked, inputs: digestLooks(inputs) ?? null, outputs: outFolder === undefined ? '' as Digest : digestLooks(looks())!,
        from: at.getTime(), until: nextChange(site, at), result: { diagnostics, held, reused: reused + rendered.length },
      }
      if (made.inputs !== null) told(() => writeAtomic(file, JSON.stringify(made)))
      return { snapshot: made, inputs }
    },
  }
}

function lookOfAll(folder: string): Digest | undefined {
  const looks = scanLooks([folder])
  return looks && digestLooks(looks)
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
function inputFolders(settings: Settings): string[] | undefined {
  const sources = settings.collections.flatMap(({ sources: own }) => own)
  const reads = sources.map((source) => source.reads)
  if (reads.includes(undefined)) return undefined
  return [settings.content, settings.static, settings.templates.folder, ...reads.flatMap((paths) => paths ?? [])].map((name) => path.resolve(settings.root, name)).concat(themeFolder)
}

/** When the next entry appears or disappears by itself. */
function nextChange(site: Site, at: Date): number | null {
  const moments = [
    ...site.held.flatMap(({ reason, until }) => (reason === 'scheduled' && until ? [until] : [])),
    ...site.entries.flatMap(({ expires, date }) => [expires, date].filter((moment) => moment !== undefined)),
  ].map((moment) => moment.getTime()).filter((moment) => moment > at.getTime())
  return moments.length === 0 ? null : Math.min(...moments)
}
