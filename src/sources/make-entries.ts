// Records -> entries of a source, each checked for its form; and what is told of those that are not as they should be.
import type { Diagnostic } from '../core/diagnostic.ts'
import { codes, locate, messageOf, SsgError } from '../core/diagnostic.ts'
import { describe } from '../core/fields.ts'
import type { EntriesContext, RawEntry, Source } from '../core/types.ts'
import { redact, redactDeep } from '../util/secret.ts'
import { completeEntry, findShapeProblem, isRecord, type CompleteEntry } from './raw-entry.ts'

/** What a source should have yielded. */
export const shapeFix = 'yield put({ id, data, body }), { put: entry } or { drop: id }.'

/** What was found wrong: of the run, and of entries, by id without prefix. */
export interface Findings {
  readonly bad: Map<string, Diagnostic[]>
  readonly diagnostics: Diagnostic[]
}
export type BadEntries = ReadonlyMap<string, readonly Diagnostic[]>

export interface MadeEntries {
  readonly entries: readonly CompleteEntry[]
  /** By id without prefix. */
  readonly bad: BadEntries
  readonly diagnostics: readonly Diagnostic[]
}

/** Makes the entries of what was loaded; in the order of their ids. */
export function makeEntries(source: Source, records: ReadonlyMap<string, RawEntry>, { root, timeZone, preview = false, collections = [] }: Partial<EntriesContext> & Pick<EntriesContext, 'root' | 'timeZone'>): MadeEntries {
  const into: Findings = { bad: new Map(), diagnostics: [] }
  const ctx: EntriesContext = { root, timeZone, preview, collections, report: (diagnostic, id) => collect(source, into, diagnostic, id) }
  const entries = new Map<string, RawEntry>()
  for (const raw of listEntries(source, records, ctx, into.diagnostics)) {
    const problem = source.entries === undefined ? undefined : shapeProblem(source, raw)
    const first = problem === undefined ? entries.get(raw.id) : undefined
    if (problem !== undefined) collect(source, into, problem, isRecord(raw) && typeof raw.id === 'string' ? raw.id : undefined)
    else if (first !== undefined) into.diagnostics.push(duplicate(source, raw, first))
    else entries.set(raw.id, raw)
  }
  const complete = [...entries.values()].map((raw) => completeEntry(raw, prefixOf(source))).sort((a, b) => (a.id < b.id ? -1 : 1))
  return { ...into, entries: complete }
}

function listEntries(source: Source, records: ReadonlyMap<string, RawEntry>, ctx: EntriesContext, diagnostics: Diagnostic[]): readonly RawEntry[] {
  if (source.entries === undefined) return [...records.values()]
  try {
    return [...source.entries(records, ctx)]
  } catch (error) {
    if (error instanceof SsgError) diagnostics.push(...error.diagnostics.map(redactDeep))
    else diagnostics.push({ severity: 'error', code: 'source-failed', message: redact(`source ${source.name}: making its entries failed: ${messageOf(error)}`), fix: 'correct the source.' })
    return []
  }
}

/** Errors of an entry are kept apart: it may have an earlier version that is good. */
export function collect(source: Source, into: Findings, diagnostic: Diagnostic, id: string | undefined): void {
  const checked = redactDeep(checkDiagnostic(source, diagnostic))
  if (id === undefined || checked.severity !== 'error') into.diagnostics.push(checked)
  else into.bad.set(id, [...(into.bad.get(id) ?? []), checked])
}

function checkDiagnostic(source: Source, diagnostic: unknown): Diagnostic {
  const { severity, code, message } = isRecord(diagnostic) ? diagnostic : {}
  const isOne = typeof message === 'string' && typeof code === 'string' && Object.hasOwn(codes, code) && ['error', 'warning', 'note'].includes(String(severity))
  if (isOne) return diagnostic as unknown as Diagnostic
  return { severity: 'error', code: 'source-failed', message: `source ${source.name}: ${typeof message === 'string' ? message : describe(diagnostic)}` }
}

export function shapeProblem(source: Source, raw: unknown): Diagnostic | undefined {
  const problem = findShapeProblem(raw)
  if (problem === undefined) return undefined
  const id = isRecord(raw) && typeof raw['id'] === 'string' ? `entry ${JSON.stringify(raw['id'].slice(0, 100))}: ` : ''
  return { severity: 'error', code: 'source-shape', message: `source ${source.name}: ${id}${problem}`, fix: shapeFix }
}

export function duplicate(source: Source, entry: RawEntry, first: RawEntry): Diagnostic {
  const [second, earlier] = [entry, first].map((one) => completeEntry(one, prefixOf(source)))
  return {
    severity: 'error', code: 'duplicate-id', message: `source ${source.name} yielded the id ${JSON.stringify(second?.id)} twice`,
    at: locate(second?.origin ?? {}), related: [{ at: locate(earlier?.origin ?? {}), note: 'first here' }], fix: 'give each entry an id of its own.',
  }
}

function prefixOf({ name, idPrefix }: Source): { readonly name: string; readonly idPrefix: string } {
  return { name, idPrefix: idPrefix ?? `${name}:` }
}
