// The quickest build: if nothing that a build reads and nothing that it wrote looks different from the last time, its result is
// the same. Knows files only by size, times and identity; where that cannot be trusted (links, sources that read elsewhere,
// files changed a moment ago) it steps aside, and the build looks for itself.
import fs from 'node:fs'
import path from 'node:path'
import type { Settings } from '../core/settings.ts'
import type { Site } from '../core/types.ts'
import { isErrno, readIfThere, writeAtomic } from '../util/fs.ts'
import { digest, type Digest } from '../util/hash.ts'
import type { BuildResult } from './build.ts'
import { guard, lookOf } from './output.ts'
import { themeFolder } from './theme.ts'

interface Snapshot {
  readonly format: 1
  /** Program, config, settings and the options of the build. */
  readonly asked: Digest
  readonly inputs: Digest
  readonly outputs: Digest
  /** The result holds for builds at these moments, in ms since 1970; `null`: for ever. */
  readonly from: number
  readonly until: number | null
  readonly result: Pick<BuildResult, 'diagnostics' | 'held' | 'reused'>
}

export interface UnchangedOptions {
  readonly settings: Settings
  readonly at: Date
  readonly cacheFolder: string
  readonly outFolder: string
  readonly asked: Digest
}
export interface Watcher {
  /** The result of the last build, if it holds for this one. */
  readonly result?: Snapshot['result']
  /** Remembers the result of this build for the next one; `looks` are those of the files it left in the output folder. */
  remember(site: Site, result: BuildResult, looks: ReadonlyMap<string, string>): void
}

/** Files changed later than this before the scan may change again without looking different: clocks of file systems tick slowly. */
const tickMs = 50

export function watchInputs({ settings, at, cacheFolder, outFolder, asked }: UnchangedOptions): Watcher {
  const file = path.join(cacheFolder, 'unchanged.json')
  const inputs = scan(inputFolders(settings), Date.now() - tickMs)
  const last = inputs === undefined ? undefined : readSnapshot(file)
  const holds = last !== undefined && last.asked === asked && last.inputs === inputs && at.getTime() >= last.from && at.getTime() < (last.until ?? Infinity) && scan([outFolder]) === last.outputs
  const told = <T>(run: () => T): T => guard('.ssg/cache', run)
  if (!holds) told(() => fs.rmSync(file, { force: true }))
  return {
    ...(holds && { result: last.result }),
    remember(site, { diagnostics, held, reused, rendered }, looks) {
      if (inputs === undefined) return
      const outputs = digestOf([...looks].map(([name, look]) => lineOf(path.join(outFolder, name), look)))
      const snapshot: Snapshot = { format: 1, asked, inputs, outputs, from: at.getTime(), until: nextChange(site, at), result: { diagnostics, held, reused: reused + rendered.length } }
      told(() => writeAtomic(file, JSON.stringify(snapshot)))
    },
  }
}

function readSnapshot(file: string): Snapshot | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    const snapshot = JSON.parse(text) as Snapshot
    return snapshot.format === 1 ? snapshot : undefined
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

/** How all files of some folders look. `undefined`: a link or something else that does not show its changes, or a change after `latest`. */
function scan(folders: readonly string[] | undefined, latest = Infinity): Digest | undefined {
  if (folders === undefined) return undefined
  const lines: string[] = []
  const visit = (file: string, stats: fs.Stats): boolean => {
    if (stats.isDirectory()) return fs.readdirSync(file).every((name) => visitPath(`${file}/${name}`))
    if (!stats.isFile() || stats.ctimeMs > latest || stats.mtimeMs > latest) return false
    lines.push(lineOf(file, lookOf(stats)))
    return true
  }
  const visitPath = (file: string): boolean => {
    const stats = fs.lstatSync(file, { throwIfNoEntry: false })
    return stats === undefined || visit(file, stats)
  }
  try {
    return folders.every(visitPath) ? digestOf(lines) : undefined
  } catch (error) {
    if (isErrno(error)) return undefined
    throw error
  }
}

function lineOf(file: string, look: string): string {
  return `${file} ${look}`
}

function digestOf(lines: string[]): Digest {
  return digest(lines.sort().join('\n'))
}

/** When the next entry appears or disappears by itself. */
function nextChange(site: Site, at: Date): number | null {
  const moments = [
    ...site.held.flatMap(({ reason, until }) => (reason === 'scheduled' && until ? [until] : [])),
    ...site.entries.flatMap(({ expires, date }) => [expires, date].filter((moment) => moment !== undefined)),
  ].map((moment) => moment.getTime()).filter((moment) => moment > at.getTime())
  return moments.length === 0 ? null : Math.min(...moments)
}
