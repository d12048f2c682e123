// A deploy from the built site to a plan that may be applied: this file is the folder's table of contents. Sends only GET, HEAD
// and List; apply.ts does the rest.
import type { S3Target } from '../core/deploy.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { DeployEvent } from './apply.ts'
import { beforeWriting } from './failures.ts'
import { checkGuards, type Allowances } from './guards.ts'
import { countNews } from './news.ts'
import { readOutput, type LocalSite } from './output.ts'
import { planDeploy } from './plan.ts'
import { compareCommits, countUncommitted, readProvenance, type Provenance } from './provenance.ts'
import { openS3 } from './s3.ts'
import { loadState, stateKeys } from './state.ts'
import { stoppable, type Store } from './store.ts'
import type { Plan, RemoteState } from './types.ts'

export interface PrepareOptions {
  readonly settings: Settings
  /** The output folder, absolute, and what messages call it. */
  readonly folder: string
  readonly display: string
  readonly allow: Allowances
  readonly signal: AbortSignal
  readonly onProgress: (event: DeployEvent) => void
}
export interface Prepared {
  readonly target: S3Target
  readonly site: LocalSite
  readonly store: Store
  readonly provenance: Provenance
  readonly plan: Plan
  /** What the guards say; with an error among them, it must not be applied. */
  readonly diagnostics: readonly Diagnostic[]
  /** Entries that will show as new in feed readers. */
  readonly newsCount: number
}

/** The target of the config; throws if there is none. */
export function deployTarget({ deploy, configFile = 'site.config.ts' }: Settings): S3Target {
  if (deploy === undefined) throw fail('deploy-target', `${configFile} does not say where the site goes`, { at: { file: configFile }, fix: 'add `deploy: s3({ bucket: \'...\', region: \'...\' })`, with `s3` from \'sourcepress\'.' })
  return deploy
}

export async function prepareDeploy({ settings, folder, display, allow, signal, onProgress }: PrepareOptions): Promise<Prepared> {
  const target = deployTarget(settings)
  const site = readOutput(folder, display, target)
  const store = await openS3(target)
  try {
    const reading = stoppable(store, signal)
    const [state, provenance, uncommitted] = await Promise.all([
      loadState(reading, target, (count) => onProgress({ phase: 'objects in the bucket', done: count, total: count })),
      readProvenance(settings.root, process.env),
      countUncommitted(settings.root, process.env, settings.output),
    ])
    const plan = planDeploy({ files: site.files, state, now: new Date().toISOString(), stateKey: stateKeys(target).prefix, deletesForeign: allow.deletesForeign, ...pathsOf(target) })
    const commits = await compareWithLive(settings.root, provenance, state)
    const guards = checkGuards({ site, plan, target, provenance, uncommitted, commits, allow, display })
    return { target, site, store, provenance, plan, diagnostics: [...guards, ...driftNotes(plan)], newsCount: await countNews(reading, site, plan) }
  } catch (error) {
    throw beforeWriting(error, target)
  }
}

/** For the plan: how public paths are made of keys, if there is a distribution. */
export function pathsOf({ distribution, originPath = '' }: S3Target): { paths?: { originPath: string } } {
  return distribution === undefined ? {} : { paths: { originPath } }
}

async function compareWithLive(root: string, { commit }: Provenance, { manifest }: RemoteState): Promise<'same' | 'older' | 'newer' | 'unknown'> {
  const live = manifest?.deploy.commit
  return commit === undefined || live === undefined ? 'unknown' : await compareCommits(root, commit, live)
}

function driftNotes({ actions }: Plan): Diagnostic[] {
  const drifted = actions.filter(({ isDrift }) => isDrift)
  const [first] = drifted
  if (first === undefined) return []
  const others = drifted.length > 1 ? `, and ${drifted.length - 1} more` : ''
  return [{ severity: 'warning', code: 'deploy-drift', message: `somebody else changed or deleted ${drifted.length} of our objects, which will be put right: ${first.key}${others}`, fix: 'change the site and not the bucket; or find out who has access.' }]
}
