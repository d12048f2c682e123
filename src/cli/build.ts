// `ssg build`, and what it has in common with the other commands that look at a site.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { BuildOptions, BuildResult } from '../build/build.ts'
import { loadSettings } from '../config/config.ts'
import { overlap } from '../config/check.ts'
import type { ConfigOverrides } from '../config/config.ts'
import { parseDate } from '../core/date.ts'
import { parseAge } from '../sources/age.ts'
import type { RemoteFlags } from '../sources/remote.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import { timed } from '../core/profiler.ts'
import type { Settings } from '../core/settings.ts'
import type { Call, Flags, Outcome } from './command.ts'
import { summarizeDiagnostics } from './report.ts'
import { count, oneLine } from './report-text.ts'

export async function runBuild(call: Call): Promise<Outcome> {
  const fresh = call.flags.times('no-cache') > 0
  if (fresh) forget(join(call.root, '.ssg'))
  const profile = call.flags.times('profile') > 0 ? (await import('./profile.ts')).startProfile() : undefined
  const { options, diagnostics: notes } = await timed(profile?.profiler, { activity: 'start', name: 'site.config' }, () => prepareBuild(call))
  const { build } = await timed(profile?.profiler, { activity: 'start', name: 'load the program' }, () => import('../build/build.ts'))
  const result = await withNotes(notes, build({ ...options, fresh, ...(profile && { profiler: profile.profiler }) }))
  const profiled = await profile?.finish(options.settings, result)
  const verified = call.flags.times('verify') > 0 ? await (await import('../build/verify.ts')).verifyBuild(options, result) : undefined
  const diagnostics = [...notes, ...result.notes, ...result.diagnostics, ...profiled?.diagnostics ?? [], ...verified?.diagnostics ?? []]
  const has = (wanted: string): boolean => diagnostics.some(({ severity }) => severity === wanted)
  const failing = call.flags.times('strict') > 0 && has('warning') && !has('error')
  return {
    text: [
      ...(call.flags.times('verbose') > 0 ? result.rendered.map(({ output, why }) => oneLine(`${output}: ${firstReason(why)}`)) : []),
      summaryLine(result, diagnostics), `the site is in ${displayPath(result.outFolder)}`, ...specialLines(options, result),
      ...(verified && verified.diagnostics.length === 0 ? [`verified: a clean build gives the same ${count(verified.files, 'file')}, byte for byte, and the same messages`] : []),
      ...(profiled ? [profiled.text] : []),
    ].join('\n'),
    json: { summary: summaryOf(result), sources: result.sources, output: displayPath(result.outFolder), ...(verified && { verified: { ok: verified.diagnostics.length === 0, files: verified.files } }), ...(profiled && { profile: profiled.json }) },
    diagnostics,
    ...(failing && { exitCode: 4 }),
  }
}

/** The first of several, with how many more there are. */
function firstReason(why: string): string {
  const [first = '', ...others] = why.split('\n')
  return others.length === 0 ? first : `${first} (and ${count(others.length, 'other change')})`
}

/** Snapshots stay, for the server may be down just now; they are only not relied on. What others may be using stays: the cache, which the build forgets when its turn comes; that of a server that runs; and compiled configs, of which the index goes. */
function forget(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  for (const name of readdirSync(folder)) if (!['cache', 'serve', 'snapshots'].includes(name)) rmSync(join(folder, name === 'config' ? 'config/index.json' : name), { recursive: true, force: true })
}

/** Settings and options for a build, from the config and the flags that a command has. */
export async function prepareBuild({ root, flags, signal, onProgress }: Call): Promise<{ options: BuildOptions; diagnostics: readonly Diagnostic[] }> {
  const baseUrl = flags.text('base-url')
  const overrides: ConfigOverrides = baseUrl === undefined ? {} : { baseUrl }
  const { settings, config, diagnostics } = await loadSettings(root, overrides)
  const out = outFolder(settings, flags)
  const remote = readRemote(flags)
  const workers = readWorkers(process.env['SSG_WORKERS'])
  const options: BuildOptions = {
    remote, settings: remote.preview ? { ...settings, noindex: true, sitemap: false } : settings, configDigest: config.digest, signal, onProgress, at: readMoment(flags, settings.timeZone), drafts: flags.times('drafts') > 0, future: flags.times('future') > 0,
    marks: markingFlags.filter((flag) => flags.times(flag) > 0),
    ...(out !== undefined && { out }), ...(workers !== undefined && { workers }),
  }
  return { options, diagnostics }
}

/** What makes an output that is not for readers. */
const markingFlags = ['drafts', 'future', 'at', 'base-url', 'preview'] as const

/** How remote sources are treated. What is meant for editors' eyes must not be published by one wrong word. */
export function readRemote(flags: Flags): RemoteFlags {
  const has = (name: string): boolean => flags.times(name) > 0
  const age = flags.text('max-stale')
  const maxStaleMs = age === undefined ? undefined : parseAge(age)
  if (age !== undefined && maxStaleMs === undefined) throw fail('usage-flag', `--max-stale is "${age}", which is no age`, { fix: 'write a number and a letter: 90m, 12h, 7d.' })
  if (has('preview') && !has('drafts')) throw fail('usage-flag', '--preview shows drafts, so a build needs --drafts beside it', { fix: 'write --preview --drafts for a site that is not public; leave out --preview for one that is.' })
  if (has('offline') && (has('allow-stale') || maxStaleMs !== undefined)) throw fail('usage-flag', '--offline asks no server, so nothing can be stale', { fix: 'leave out one of the two.' })
  return {
    offline: has('offline'), allowStale: has('allow-stale'), allowShrink: has('allow-shrink'), preview: has('preview'), ...(maxStaleMs !== undefined && { maxStaleMs }),
  }
}

/** For machines that are shared, or that do not know how many processors they may use. */
function readWorkers(text: string | undefined): number | undefined {
  if (!text) return undefined
  if (/^(?:\d|[1-5]\d|6[0-4])$/.test(text)) return Number(text)
  throw fail('usage-flag', `SSG_WORKERS is "${text}", which is not a number of threads`, { fix: 'set it to a whole number up to 64, or unset it.' })
}

/** `--out`, absolute. It must not hold the site, or lie in what the site is made of. */
export function outFolder({ root, content, static: copied, templates }: Settings, flags: Flags): string | undefined {
  const out = flags.text('out')
  if (out === undefined) return undefined
  const folder = resolve(out)
  const sources = [content, copied, templates.folder, '.git', '.ssg', 'node_modules'].map((name) => join(root, name))
  const clash = sources.find((source) => overlap(folder, source))
  if (clash === undefined) return folder
  throw fail('usage-flag', `--out ${out} overlaps with ${displayPath(clash)}, which is not for output`, { fix: 'give another folder.' })
}

/** `--at`, else SOURCE_DATE_EPOCH, else now. */
export function readMoment(flags: Flags, timeZone: string): Date {
  const at = flags.text('at')
  if (at !== undefined) {
    const moment = parseDate(at, timeZone)
    if (moment instanceof Date) return moment
    throw fail('usage-flag', `--at: ${moment.problem}`, { fix: moment.fix })
  }
  const epoch = process.env['SOURCE_DATE_EPOCH']
  if (!epoch) return new Date()
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000)
  throw fail('usage-flag', `SOURCE_DATE_EPOCH is "${epoch}", which is not a number of seconds`, { fix: 'set it to whole seconds since 1970, or unset it.' })
}

/** What was found before must be told too if the work fails. */
async function withNotes<T>(notes: readonly Diagnostic[], work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof SsgError)) throw error
    throw new SsgError([...notes, ...error.diagnostics], { cause: error })
  }
}

function summaryOf({ rendered, reused, written, removed, held, durationMs }: BuildResult): Record<string, unknown> {
  return { built: rendered.length, reused, written, removed, held, durationMs, rendered }
}

/** What nobody may overlook. */
function specialLines({ remote }: BuildOptions, { sources }: BuildResult): string[] {
  const stale = sources.filter(({ state }) => state === 'stale').map(({ name }) => name)
  return [
    ...(remote?.preview ? ['this is a preview: it holds drafts, and every page asks search engines to stay away'] : []),
    ...(stale.length > 0 ? [`this build is stale: ${stale.join(', ')} could not be reached, and a snapshot was used`] : []),
  ]
}

function summaryLine({ rendered, reused, removed, held, sources, durationMs }: BuildResult, diagnostics: readonly Diagnostic[]): string {
  const reasons = [
    ...(held.draft > 0 ? [count(held.draft, 'draft')] : []),
    ...(held.scheduled > 0 ? [`${held.scheduled} scheduled`] : []),
    ...(held.expired > 0 ? [`${held.expired} expired`] : []),
    ...(held.hook > 0 ? [`${held.hook} by onEntry`] : []),
  ]
  const total = held.draft + held.scheduled + held.expired + held.hook
  const quarantined = sources.reduce((sum, source) => sum + source.quarantined, 0)
  const findings = summarizeDiagnostics(diagnostics)
  const parts = [`built ${rendered.length}`, `reused ${reused}`, `removed ${removed}`, `held ${total}${total === 0 ? '' : ` (${reasons.join(', ')})`}`, ...(quarantined > 0 ? [`quarantined ${quarantined}`] : []), ...(findings ? [findings] : [])]
  return `${parts.join(', ')} in ${(durationMs / 1000).toFixed(2)} s`
}

/** A folder as the user would type it: relative if it is below the current one. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path)
  if (short === '') return '.'
  return short.startsWith('..') || isAbsolute(short) ? path : short.split(sep).join('/')
}
