// A plan as a file: looked at by somebody, then applied exactly as it is. It is refused if site or bucket moved in between.
import fs from 'node:fs'
import path from 'node:path'
import type { S3Target } from '../core/deploy.ts'
import { fail, messageOf } from '../core/diagnostic.ts'
import { isErrno, reasonOf, writeAtomic } from '../util/fs.ts'
import type { Plan } from './types.ts'

interface SavedPlan {
  readonly format: 1
  readonly bucket: string
  readonly prefix: string
  /** ETag of the manifest it was made with; empty: there was none. */
  readonly manifest: string
  /** `kind record key` of each action that does something. */
  readonly actions: readonly string[]
  readonly invalidation: readonly string[]
}

const format = 1

function saved({ actions, state, invalidation }: Plan, { bucket, prefix = '' }: S3Target): SavedPlan {
  const rows = actions.filter(({ kind }) => kind !== 'unchanged' && kind !== 'foreign' && kind !== 'kept').map(({ kind, key, local }) => `${kind} ${local?.record ?? '-'} ${key}`)
  return { format, bucket, prefix, manifest: state.manifestEtag ?? '', actions: rows, invalidation }
}

export function savePlan(file: string, plan: Plan, target: S3Target): void {
  try {
    writeAtomic(path.resolve(file), `${JSON.stringify(saved(plan, target), undefined, 1)}\n`)
  } catch (error) {
    throw fail('usage-flag', `--out ${file} cannot be written: ${messageOf(error)}`, { fix: 'give the path of a file that may be written.' }, { cause: error })
  }
}

/** Throws if what would be done now is not what the file says. */
export function assertPlanned(file: string, plan: Plan, target: S3Target): void {
  const now = saved(plan, target)
  const then = readPlan(file)
  const refused = (message: string): Error => fail('deploy-plan', `${file} cannot be applied: ${message}`, { at: { file }, fix: 'make and look at a new plan: `ssg plan --out FILE`.' })
  if (then.bucket !== now.bucket || then.prefix !== now.prefix) throw refused(`it is for ${then.bucket}/${then.prefix}, and site.config names ${now.bucket}/${now.prefix}`)
  if (then.manifest !== now.manifest) throw refused('another deploy was made after it')
  const [wanted, planned] = [new Set(then.actions), new Set(now.actions)]
  const different = [...now.actions.filter((row) => !wanted.has(row)), ...then.actions.filter((row) => !planned.has(row))]
  if (different.length > 0) throw refused(`the site or the bucket is not as it was: ${different.length} difference${different.length === 1 ? '' : 's'}, among them "${different[0]?.replace(/ \S+ /, ' ')}"`)
}

function readPlan(file: string): SavedPlan {
  const wrong = (message: string, cause?: unknown): Error => fail('usage-flag', message, { fix: 'make one with `ssg plan --out FILE`.' }, { cause })
  try {
    const plan = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<SavedPlan> | null
    if (plan?.format === format && Array.isArray(plan.actions) && typeof plan.bucket === 'string' && typeof plan.manifest === 'string') return plan as SavedPlan
  } catch (error) {
    if (isErrno(error)) throw wrong(`--plan ${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : reasonOf(error)}`, error)
    if (error instanceof SyntaxError) throw wrong(`--plan ${file} is not a saved plan, or was cut off: ${error.message}`, error)
    throw error
  }
  throw wrong(`--plan ${file} is not a saved plan`)
}
