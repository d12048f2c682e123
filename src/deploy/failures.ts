// What a failed request means for the person who deploys: one diagnostic with what to do about it.
import type { S3Target } from '../core/deploy.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { SsgError } from '../core/diagnostic.ts'
import { isErrno, reasonOf } from '../util/fs.ts'
import { StoreError, type StoreFailure } from './store.ts'

const giveCredentials = 'give credentials as the AWS SDK takes them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, `aws sso login`, or a role in CI; `ssg doctor` says what it finds.'
const advice: Readonly<Partial<Record<StoreFailure, string>>> = {
  'no-credentials': giveCredentials, credentials: giveCredentials,
  denied: 'give these credentials the policy that `ssg deploy --print-iam` prints.',
  bucket: 'check `bucket` and `distribution` in site.config, and the account of these credentials.',
  region: 'set `region` to the region of the bucket.',
  clock: 'set the clock of this machine.',
  address: 'check `endpoint`, `region` and `bucket` in site.config.',
}

const words: Readonly<Partial<Record<StoreFailure, string>>> = {
  credentials: 'the credentials are missing, have run out, or are not known there', denied: 'these credentials may not do that', bucket: 'there is nothing of this name', region: 'this is not the region of the bucket, or none is set',
  clock: 'the clock of this machine is wrong', address: 'nobody has this address',
}

/** For a row of a table; the diagnostic says the rest. `undefined`: no service said it. */
export function inShort(error: unknown): string | undefined {
  if (!(error instanceof StoreError)) return undefined
  return error.failure === 'no-credentials' ? 'none were found' : words[error.failure] ?? error.message
}

const silences: ReadonlySet<StoreFailure> = new Set(['address', 'refused', 'unreachable', 'server'])

/** The service gave no answer of use, so that nothing is known of what was asked for. */
export const isUnreachable = (error: unknown): boolean => error instanceof StoreError && silences.has(error.failure)

/** The setting of `deploy` that a failed request speaks of. */
export function settingOf(error: unknown, target: S3Target | undefined): 'bucket' | 'distribution' | 'region' | 'endpoint' | undefined {
  if (!(error instanceof StoreError)) return undefined
  switch (error.failure) {
    case 'bucket': return error.message.includes('Distribution') ? 'distribution' : 'bucket'
    case 'region': return 'region'
    case 'address': return 'endpoint'
    case 'refused': return target?.endpoint === undefined ? undefined : 'endpoint'
    default: return undefined
  }
}

/** Before the first write. Anything but a `StoreError` is given back as it is. */
export function beforeWriting(error: unknown, { bucket, region, endpoint }: S3Target): unknown {
  if (!(error instanceof StoreError)) return error
  if (error.failure === 'stopped') return new SsgError([{ severity: 'error', code: 'interrupted', message: 'the deploy was stopped before it changed anything' }], { cause: error })
  if (error.failure === 'no-credentials') return new SsgError([{ severity: 'error', code: 'deploy-access', message: 'no credentials were found', fix: giveCredentials }], { cause: error })
  const fix = advice[error.failure]
  const later = error.failure === 'refused' && endpoint !== undefined ? 'check `endpoint` in site.config, and whether the service runs there; nothing was changed.' : 'run it again later; nothing was changed.'
  const place = `bucket ${bucket}${region === undefined ? '' : ` in ${region}`}${endpoint === undefined ? '' : ` at ${endpoint}`}`
  const diagnostic: Diagnostic = fix === undefined
    ? { severity: 'error', code: 'deploy-unreachable', message: `the service does not answer as it should: ${error.message} (${error.request}, ${place})`, fix: later }
    : { severity: 'error', code: 'deploy-access', message: `${words[error.failure]}: ${error.message} (${error.request}, ${place})`, fix }
  return new SsgError([diagnostic], { cause: error })
}

/** With the lock, which is a write, but before the first object. What has to be set right is told as before any write. */
export function beforeSending(error: unknown, target: S3Target): unknown {
  const isPartWay = error instanceof StoreError && error.failure !== 'stopped' && advice[error.failure] === undefined
  return isPartWay ? whileSending(error, 'nothing was sent') : beforeWriting(error, target)
}

/** After the first write, before the commit. */
export function whileSending(error: unknown, done: string): unknown {
  if (isErrno(error)) return new SsgError([{ severity: 'error', code: 'deploy-failed', message: `${error.path ?? 'a file'} cannot be read: ${reasonOf(error)}; ${done}, nothing was deleted`, fix: 'put that right, then run it again; it goes on where it stopped.' }], { cause: error })
  if (!(error instanceof StoreError)) return error
  if (error.failure === 'stopped') return new SsgError([{ severity: 'error', code: 'interrupted', message: `the deploy was stopped after ${done}; nothing was deleted, and the next run goes on` }], { cause: error })
  if (error.failure === 'condition') return raced(`${error.request}: the object was changed in the meantime`, error)
  return new SsgError([{ severity: 'error', code: 'deploy-failed', message: `${error.request}: ${error.message}; ${done}, nothing was deleted`, fix: advice[error.failure] ?? 'run it again; it goes on where it stopped.' }], { cause: error })
}

export function raced(what: string, cause?: unknown): SsgError {
  return new SsgError([{ severity: 'error', code: 'deploy-raced', message: `another deploy, or somebody else, changed the bucket at the same time: ${what}; nothing was deleted`, fix: 'run `ssg plan` and look, then `ssg deploy` again.' }], { cause })
}

/** After the commit: the site is live, and what is left is known to the next run. */
export function afterCommit(error: unknown, what: string): Diagnostic | undefined {
  if (!(error instanceof StoreError)) return undefined
  if (error.failure === 'stopped') return { severity: 'error', code: 'interrupted', message: `the new site is live; the deploy was stopped before ${what}, which the next run does` }
  return { severity: 'error', code: 'deploy-remains', message: `the new site is live, but ${what} failed: ${error.message}`, fix: `${advice[error.failure]?.replace(/\.$/, '') ?? 'run `ssg deploy` again'}; the next run does what is left.` }
}
