// `ssg plan`, and what it has in common with the other commands that look at a bucket.
import { join } from 'node:path'
import { displayPath } from './build.ts'
import type { Call, Flags, Outcome } from './command.ts'
import { count, table } from './report-text.ts'
import { formatBytes } from './report-progress.ts'
import { withPlace } from './setting-place.ts'
import { loadSettings } from '../config/config.ts'
import type { Allowances } from '../deploy/guards.ts'
import type { Prepared } from '../deploy/deploy.ts'
import { sends, type Action, type ActionKind, type Plan } from '../deploy/types.ts'
import type { OutputMark } from '../core/output-list.ts'
import { fail } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'

export async function runPlan(call: Call): Promise<Outcome> {
  const { flags, root } = call
  const { settings } = await loadSettings(root, {})
  const explained = flags.text('explain')
  if (explained !== undefined) return await explain(settings, explained)
  const prepared = await prepare(call, settings)
  const { plan, target, diagnostics, newsCount } = prepared
  const out = flags.text('out')
  if (out !== undefined) (await import('../deploy/saved-plan.ts')).savePlan(out, plan, target)
  const all = flags.times('all') > 0
  return {
    text: [...renderActions(plan, all), ...newsLines(newsCount), ...(out === undefined ? [] : [`the plan is in ${out}`])].join('\n'),
    json: { ...planJson(plan, all), newInFeeds: newsCount },
    diagnostics,
  }
}

/** Site, bucket, plan and guards, as the flags say. */
export async function prepare({ flags, signal, onProgress }: Call, settings: Settings): Promise<Prepared> {
  const { prepareDeploy } = await import('../deploy/deploy.ts')
  const folder = join(settings.root, settings.output)
  return await withPlace(settings, prepareDeploy({ settings, folder, display: displayPath(folder), allow: readAllowances(flags), signal, onProgress }))
}

const marks: readonly OutputMark[] = ['drafts', 'future', 'at', 'base-url', 'only', 'preview', 'serve']

export function readAllowances(flags: Flags): Allowances {
  const has = (name: string): boolean => flags.times(name) > 0
  const maxDeletes = readMaxDeletes(flags)
  return {
    marks: new Set(marks.filter((mark) => has(`allow-${mark}`))), empty: has('allow-empty'), branch: has('allow-branch'), tag: has('allow-tag'), older: has('allow-older'),
    brokenLinks: has('allow-broken-links'), adopt: has('adopt'), deletesForeign: has('delete-foreign'), ...(maxDeletes !== undefined && { maxDeletes }),
  }
}

function readMaxDeletes(flags: Flags): number | undefined {
  const text = flags.text('max-deletes')
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw fail('usage-flag', `--max-deletes must be a number, not "${text}"`, { fix: 'write --max-deletes 100.' })
}

async function explain(settings: Settings, name: string): Promise<Outcome> {
  const { deployTarget } = await import('../deploy/deploy.ts')
  const { readOutput } = await import('../deploy/output.ts')
  const { createHeaders } = await import('../deploy/headers.ts')
  const target = deployTarget(settings)
  const folder = join(settings.root, settings.output)
  const file = [...readOutput(folder, displayPath(folder), target).files.values()].find(({ path, key }) => path === name || key === name)
  if (file === undefined) throw fail('usage-flag', `--explain: ${displayPath(folder)} has no file ${name}`, { fix: 'give a path in the output folder: --explain posts/hello/index.html.' })
  const rules = createHeaders(target).rulesFor(file.path)
  const why = [`it is ${file.kind === 'asset' ? 'an asset' : file.kind === 'entry-point' ? 'an entry point' : `a ${file.kind}`}`, ...(file.isFingerprinted ? ['`fingerprinted` fits'] : []), ...(file.isPacked ? ['`gzip` is on'] : []), ...rules.map((glob) => `\`headers['${glob}']\` fits`)]
  return {
    text: [`${file.path} -> ${target.bucket}/${file.key}, ${formatBytes(file.sizeBytes)}`, ...table(Object.entries(file.headers).map(([header, value]) => [`  ${header === 'redirect' ? 'x-amz-website-redirect-location' : header}`, value])), `because ${why.join(', ')}`].join('\n'),
    json: { path: file.path, key: file.key, kind: file.kind, headers: file.headers, fingerprinted: file.isFingerprinted, rules },
    diagnostics: [],
  }
}

const order: readonly ActionKind[] = ['create', 'change', 'headers', 'redirect', 'delete', 'kept', 'foreign', 'unchanged']
const shownAtMost = 200

/** A line for each object that is not left as it is, then the sums. */
export function renderActions({ actions, invalidation }: Plan, all: boolean): string[] {
  const shown = actions.filter(({ kind }) => all || (kind !== 'unchanged' && kind !== 'foreign' && kind !== 'kept')).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  const rows = shown.slice(0, all ? undefined : shownAtMost).map(({ kind, key, reason, sizeBytes }) => [kind, key, formatBytes(sizeBytes), reason])
  return [
    ...table(rows), ...(rows.length < shown.length ? [`and ${shown.length - rows.length} more; --all shows them`] : []),
    sumLine(actions), ...(invalidation.length > 0 ? [`invalidate ${invalidation.join(' ')}`] : []),
  ]
}

/** `create 3 (12.0 KB), change 1 (2.1 KB), delete 2, unchanged 40`. */
export function sumLine(actions: readonly Action[]): string {
  const sums = sumsOf(actions)
  const parts = order.filter((kind) => sums[kind] !== undefined).map((kind) => `${kind} ${sums[kind]?.count}${sends(kind) ? ` (${formatBytes(sums[kind]?.bytes ?? 0)})` : ''}`)
  return parts.length === 0 ? 'nothing here and nothing there' : parts.join(', ')
}

function sumsOf(actions: readonly Action[]): Partial<Record<ActionKind, { count: number; bytes: number }>> {
  const sums: Partial<Record<ActionKind, { count: number; bytes: number }>> = {}
  for (const { kind, sizeBytes } of actions) {
    const sum = (sums[kind] ??= { count: 0, bytes: 0 })
    sum.count++
    sum.bytes += sizeBytes
  }
  return sums
}

export function newsLines(newsCount: number): string[] {
  return newsCount === 0 ? [] : [`${newsCount === 1 ? '1 new entry' : `${newsCount} new entries`} will show in feed readers`]
}

export function planJson({ actions, invalidation, state }: Plan, all: boolean): Record<string, unknown> {
  return {
    summary: sumsOf(actions), invalidation, ...(state.manifest && { live: state.manifest.deploy }),
    actions: actions.filter(({ kind }) => all || kind !== 'unchanged').map(({ kind, key, reason, sizeBytes }) => ({ kind, key, reason, bytes: sizeBytes })),
  }
}

/** `1 object`. */
export const objects = (number: number): string => count(number, 'object')
