// Looks at everything a deploy needs, one thing after the other, and writes nothing. What only a write could show is said to be
// unknown.
import type { S3Target } from '../core/deploy.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { SsgError } from '../core/diagnostic.ts'
import { openCdn } from './cdn.ts'
import { beforeWriting } from './failures.ts'
import { parseManifest } from './manifest.ts'
import { readProvenance } from './provenance.ts'
import { openS3, readIdentity } from './s3.ts'
import { stateKeys } from './state.ts'
import { stoppable } from './store.ts'

export interface Finding {
  readonly what: string
  readonly state: 'good' | 'bad' | 'unknown'
  readonly detail: string
  readonly problem?: Diagnostic
  /** What the service said. */
  readonly cause?: unknown
}

export async function examine(target: S3Target, root: string, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = []
  const look = async (what: string, find: () => Promise<string>): Promise<boolean> => {
    try {
      findings.push({ what, state: 'good', detail: await find() })
      return true
    } catch (error) {
      const told = beforeWriting(error, target)
      if (!(told instanceof SsgError)) throw told
      findings.push(...told.diagnostics.map((problem): Finding => ({ what, state: 'bad', detail: problem.message, problem, cause: told.cause })))
      return false
    }
  }
  const { prefix = '', bucket } = target
  const keys = stateKeys(target)
  const store = stoppable(await openS3(target), signal)
  const isKnown = await look('credentials', () => readIdentity(target))
  const isListed = isKnown && await look(`bucket ${bucket}: list`, async () => `${(await store.list(prefix === '' ? keys.prefix : prefix)).length} objects of ours`)
  if (isListed) await look(`bucket ${bucket}: read`, async () => {
    const listed = (await store.list(keys.prefix)).some(({ key }) => key === keys.manifest)
    const stored = listed ? await store.get(keys.manifest) : undefined
    if (stored === undefined) return 'nothing was deployed yet'
    const { deploy } = parseManifest(Buffer.from(stored.bytes).toString('utf8'), keys.manifest)
    return `live is ${deploy.id}, by ${deploy.builder}`
  })
  const cdn = isKnown ? await openCdn(target) : undefined
  if (cdn) await look(`distribution ${target.distribution}`, async () => { await cdn.check(); return 'invalidations may be read' })
  await look('commit', async () => {
    const { commit = 'none', branch = 'none', builder } = await readProvenance(root, process.env)
    return `${commit.slice(0, 10)} on branch ${branch}, by ${builder}`
  })
  findings.push({ what: 'write, delete, invalidate', state: 'unknown', detail: 'only a deploy can tell; `ssg deploy --print-iam` prints what it needs' })
  return findings
}
