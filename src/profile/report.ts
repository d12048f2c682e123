// A recording and what is known of the build -> the report: plain values for the table, the JSON and the page, all in ms and bytes.
// Pure. Its figures are those of the recording: nothing is scaled, and what is not accounted for has a row of its own.
import type { Activity } from '../core/profiler.ts'
import type { Lane, Recording, Stretch, Work } from './recorder.ts'
import type { Strip } from './strip.ts'
import { tallyFunctions, tallyLanguages, tallyTemplates, type FunctionRow, type LanguageRow, type TemplateRow } from './tally.ts'
import { weigh, type FileSize, type Weight } from './weight.ts'

export type AnyActivity = Activity | 'other'

export interface Branch {
  readonly activity: AnyActivity
  readonly name: string
  readonly part?: string
  readonly count: number
  readonly selfMs: number
  /** With all that is within it. */
  readonly totalMs: number
  readonly children: readonly Branch[]
}
export interface PageRow {
  /** Permalink; of an entry without a page: its id. */
  readonly page: string
  readonly totalMs: number
  readonly times: Readonly<Partial<Record<Activity, number>>>
  readonly bytes?: number
}
export interface ActivityRow {
  readonly activity: AnyActivity
  /** On the main thread. */
  readonly ms: number
  /** On other threads, at the same time. */
  readonly besideMs: number
}
/** What is known of the build from elsewhere. */
export interface BuildFacts {
  readonly site: string
  readonly built: number
  readonly reused: number
  readonly written: number
  /** Time on all cores, ms. */
  readonly cpuMs: number
  readonly peakMemoryBytes: number
  readonly node: string
  readonly cores: number
}
export interface Report extends BuildFacts {
  /** From the start of the process. */
  readonly totalMs: number
  /** In a fixed order; together `totalMs`. */
  readonly activities: readonly ActivityRow[]
  readonly phases: readonly Stretch[]
  /** What went on beside that: sources, other threads. Not in the sum. */
  readonly lanes: readonly (Lane & { readonly lane: string })[]
  readonly strip: Strip
  readonly tree: Branch
  /** The slowest first. */
  readonly pages: readonly PageRow[]
  readonly pageCount: number
  readonly templates: readonly TemplateRow[]
  readonly functions: readonly FunctionRow[]
  readonly languages: readonly LanguageRow[]
  readonly weight: Weight
}

export const activityOrder: readonly AnyActivity[] = ['start', 'wait', 'sources', 'cache', 'markdown', 'highlight', 'templates', 'own', 'pages', 'checks', 'write', 'other']
const pagesAtMost = 50

export interface ReportInput {
  readonly recording: Recording
  readonly facts: BuildFacts
  /** Every file of the output. */
  readonly files: readonly FileSize[]
  /** Where the page of a permalink is in the output. */
  readonly fileOf: (permalink: string) => string | undefined
}

export function createReport({ recording, facts, files, fileOf }: ReportInput): Report {
  const { root, totalMs, phases, lanes, strip } = recording
  const tree = growBranch(root)
  const threads = [...lanes.values()].flatMap(({ isThread, stretches }) => (isThread ? stretches : []))
  const sizes = new Map(files.map(({ file, bytes }) => [file, bytes]))
  const pages = [...recording.pages].map(([page, times]) => pageRow(page, times, sizes.get(fileOf(page) ?? ''))).sort((a, b) => b.totalMs - a.totalMs || (a.page < b.page ? -1 : 1))
  return {
    ...facts, totalMs, activities: sumActivities(root, threads), phases, strip, tree,
    lanes: [...lanes].map(([lane, rest]) => ({ lane, ...rest })),
    pages: pages.slice(0, pagesAtMost), pageCount: pages.length,
    templates: tallyTemplates(root), functions: tallyFunctions(root), languages: tallyLanguages(root, threads),
    weight: weigh(files),
  }
}

function growBranch({ activity, name, part, count, selfMs, children }: Work): Branch {
  const grown = [...children.values()].map(growBranch)
  return { activity, name, ...(part !== undefined && { part }), count, selfMs, totalMs: grown.reduce((sum, { totalMs }) => sum + totalMs, selfMs), children: grown }
}

function pageRow(page: string, times: PageRow['times'], bytes: number | undefined): PageRow {
  return { page, times, totalMs: Object.values(times).reduce((sum, ms) => sum + ms, 0), ...(bytes !== undefined && { bytes }) }
}

function sumActivities(root: Work, threads: readonly Stretch[]): ActivityRow[] {
  const beside = new Map<AnyActivity, number>()
  for (const { activity, startMs, endMs } of threads) beside.set(activity, (beside.get(activity) ?? 0) + endMs - startMs)
  const sums = new Map<AnyActivity, number>()
  const visit = ({ activity, selfMs, children }: Work): void => {
    sums.set(activity, (sums.get(activity) ?? 0) + selfMs)
    for (const child of children.values()) visit(child)
  }
  visit(root)
  return activityOrder.map((activity) => ({ activity, ms: sums.get(activity) ?? 0, besideMs: beside.get(activity) ?? 0 }))
}
