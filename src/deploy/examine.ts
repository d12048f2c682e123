// Looks at everything a deploy needs, one thing after the other, and writes nothing. What only a write could show is said to be
// unknown.
import type { S3Target } from '../core/deploy.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { SsgError } from '../core/diagnostic.ts'
import { openCdn } from './cdn.ts'
import { beforeWriting, inShort, isUnreachable } from './failures.ts'
import { checkBranch } from './guards.ts'
import { parseManifest } from './manifest.ts'
import { readProvenance, type Provenance } from './provenance.ts'
import { openS3, readIdentity } from './s3.ts'
import { stateKeys } from './state.ts'
import { stoppable } from './store.ts'

export interface Finding {
  readonly what: string
  readonly state: 'good' | 'bad' | 'unreachable' | 'unknown'
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
      const state = isUnreachable(told.cause) ? 'unreachable' : 'bad'
      findings.push(...told.diagnostics.map((problem): Finding => ({ what, state, detail: inShort(told.cause) ?? problem.message, problem, cause: told.cause })))
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
  findings.push(findCommit(target, await readProvenance(root, process.env)))
  findings.push({ what: 'write, delete, invalidate', state: 'unknown', detail: 'only a deploy can tell; `ssg deploy --print-iam` prints what it needs' })
  return findings
}

function findCommit(target: S3Target, provenance: Provenance): Finding {
  const [problem] = checkBranch({ target, provenance, allow: { tag: false, branch: false } })
  return { what: 'commit', state: problem ? 'bad' : 'good', detail: `${describeCommit(provenance)}, by ${provenance.builder}`, ...(problem && { problem }) }
}

function describeCommit({ commit, branch, tag }: Provenance): string {
  if (commit === undefined && branch === undefined) return 'not a git repository'
  const on = tag !== undefined ? `tag ${tag}` : branch !== undefined ? `branch ${branch}` : 'no branch'
  return `${commit?.slice(0, 10) ?? 'no commit yet'} on ${on}`
}
