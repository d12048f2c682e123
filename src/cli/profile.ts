// `ssg build --profile`: times a build, writes the page of pictures, and makes the tables for the terminal and for --json.
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { BuildResult } from '../build/build.ts'
import { guard, listOwnFiles } from '../build/output.ts'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import { outputPath, parsePermalink } from '../core/permalink.ts'
import type { Profiler } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import { createRecorder } from '../profile/recorder.ts'
import { createReport, type PageRow, type Report } from '../profile/report.ts'
import { activities, number, share, size } from '../profile/text.ts'
import { duration } from '../util/duration.ts'
import { pathIn, writeAtomic } from '../util/fs.ts'
import { table } from './report-text.ts'

/** Where the page is written, from the site's root. */
const profileFile = '.ssg/profile.html'

export interface ProfiledRun {
  readonly profiler: Profiler
  /** Stops the watch, writes the page, and gives what is to be told. */
  finish(settings: Settings, result: BuildResult): Promise<ProfileOutcome>
}

export interface ProfileOutcome {
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
  /** Why the page could not be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The watch runs from the start of the process. */
export function startProfile(): ProfiledRun {
  const recorder = createRecorder()
  return {
    profiler: recorder,
    async finish(settings, result) {
      const recording = recorder.finish()
      const { user, system } = process.cpuUsage()
      const facts = {
        site: settings.title, built: result.rendered.length, reused: result.reused, written: result.written, cpuMs: (user + system) / 1000,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024, node: process.versions.node, cores: availableParallelism(),
      }
      const report = createReport({ recording, facts, files: readSizes(result.outFolder, settings.root), fileOf })
      const { renderProfile } = await import('../profile/page.ts')
      const diagnostics = writePage(settings.root, renderProfile(report))
      const where = diagnostics.length === 0 ? { file: profileFile } : {}
      return { diagnostics, text: renderTables(report) + (diagnostics.length === 0 ? `\n\nthe pictures are in ${profileFile}` : ''), json: { ...where, ...report } }
    },
  }
}

function writePage(root: string, html: string): readonly Diagnostic[] {
  try {
    guard(profileFile, () => writeAtomic(join(root, profileFile), html))
    return []
  } catch (error) {
    if (error instanceof SsgError) return error.diagnostics
    throw error
  }
}

function readSizes(outFolder: string, root: string): { file: string; bytes: number }[] {
  return listOwnFiles(outFolder, pathIn(root, outFolder)).flatMap((file) => {
    const stats = statSync(join(outFolder, file), { throwIfNoEntry: false })
    return stats?.isFile() ? [{ file, bytes: stats.size }] : []
  })
}

/** Of a permalink; entries without a page are known by their id. */
function fileOf(page: string): string | undefined {
  const parsed = page.startsWith('/') ? parsePermalink(page) : { problem: '' }
  return 'permalink' in parsed ? outputPath(parsed.permalink) : undefined
}

const shownAtMost = 10
const barColumns = 24

function renderTables(report: Report): string {
  const { totalMs, pages, templates, functions, languages, weight } = report
  const sections: [string, string[][]][] = [
    [`where ${duration(totalMs)} went`, activityRows(report)],
    ['slowest pages', [['page', 'time', 'markdown', 'highlight', 'templates', 'weight'], ...pages.slice(0, shownAtMost).map(pageCells)]],
    ['templates', [['template', 'calls', 'self', 'total'], ...templates.slice(0, shownAtMost).map(({ name, macro, calls, selfMs, totalMs: all }) => [macro === undefined ? name : `${name}: macro ${macro}`, number(calls), duration(selfMs), duration(all)])]],
    ['functions of site.config', [['function', 'calls', 'self', 'total'], ...functions.slice(0, shownAtMost).map(({ name, calls, selfMs, totalMs: all }) => [name, number(calls), duration(selfMs), duration(all)])]],
    ['code languages', [['language', 'blocks', 'code', 'loading', 'colouring'], ...languages.slice(0, shownAtMost).map(({ name, blocks, size: units, ms, loadMs }) => [name, number(blocks), size(units), duration(loadMs), duration(ms)])]],
    ['heaviest files', [['file', 'weight'], ...weight.files.slice(0, shownAtMost).map(({ file, bytes }) => [file, size(bytes)])]],
  ]
  const shown = sections.filter(([, rows]) => rows.length > 1).flatMap(([title, rows]) => ['', title, ...table(alignRight(rows)).map((line) => `  ${line}`)])
  return shown.join('\n')
}

function activityRows({ activities: rows, totalMs }: Report): string[][] {
  const longest = Math.max(...rows.map(({ ms }) => ms))
  const shown = rows.filter(({ activity, ms, besideMs }) => ms > 0 || besideMs > 0 || activity === 'other')
  const beside = (ms: number): string => (ms === 0 ? '' : `and ${duration(ms)} on other threads`)
  return [
    ...shown.map(({ activity, ms, besideMs }) => [activities[activity].name, duration(ms), share(ms, totalMs), '█'.repeat(Math.round(ms / longest * barColumns)), beside(besideMs)]),
    ['All', duration(totalMs), share(totalMs, totalMs), '', beside(rows.reduce((sum, { besideMs }) => sum + besideMs, 0))],
  ]
}

function pageCells({ page, totalMs, times, bytes }: PageRow): string[] {
  return [page, duration(totalMs), duration(times.markdown ?? 0), duration(times.highlight ?? 0), duration((times.templates ?? 0) + (times.own ?? 0)), bytes === undefined ? '-' : size(bytes)]
}

/** All columns but the first, and those of bars. */
function alignRight(rows: readonly (readonly string[])[]): string[][] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length))) ?? []
  return rows.map((row) => row.map((cell, i) => (i === 0 || /^(?:█|and )/.test(cell) ? cell : cell.padStart(widths[i] ?? 0))))
}
