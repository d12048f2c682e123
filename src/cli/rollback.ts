// `ssg rollback`: back to an earlier deploy, by a plan as any other.
import type { Call, Outcome } from './command.ts'
import { planJson, readAllowances, renderActions, sumLine } from './plan.ts'
import { table } from './report-text.ts'
import { withPlace } from './setting-place.ts'
import { loadSettings } from '../config/config.ts'
import { SsgError } from '../core/diagnostic.ts'
import type { S3Target } from '../core/deploy.ts'
import type { Rollback } from '../deploy/rollback.ts'
import type { Store } from '../deploy/store.ts'

export async function runRollback(call: Call): Promise<Outcome> {
  const { root, flags, signal, args: [wanted] } = call
  const { settings } = await loadSettings(root, {})
  const [{ deployTarget }, { openS3 }, { stoppable }, { listDeploys, planRollback }] = await Promise.all([import('../deploy/deploy.ts'), import('../deploy/s3.ts'), import('../deploy/store.ts'), import('../deploy/rollback.ts')])
  const target = deployTarget(settings)
  const store = await openS3(target)
  if (flags.times('list') > 0) return renderDeploys(await withPlace(settings, listDeploys(stoppable(store, signal), target)))
  const rollback = await withPlace(settings, planRollback(stoppable(store, signal), target, wanted))
  const guards = (await import('../deploy/guards.ts')).checkDeletes({ plan: rollback.plan, allow: readAllowances(flags) })
  const json = { ...planJson(rollback.plan, false), to: rollback.to }
  if (flags.times('dry-run') > 0) return { text: [...renderActions(rollback.plan, false), `this would go back to ${rollback.to.id}`].join('\n'), json: { ...json, dryRun: true }, diagnostics: guards }
  if (guards.length > 0) throw new SsgError(guards)
  return await apply(call, { rollback, target, store, root: settings.root, json })
}

async function apply({ flags, signal, onProgress }: Call, { rollback, target, store, root, json }: { rollback: Rollback; target: S3Target; store: Store; root: string; json: Record<string, unknown> }): Promise<Outcome> {
  const { plan, to, bytesOf } = rollback
  const [{ isEmpty }, { applyPlan }, { openCdn }, { readProvenance }] = await Promise.all([import('../deploy/plan.ts'), import('../deploy/apply.ts'), import('../deploy/cdn.ts'), import('../deploy/provenance.ts')])
  if (isEmpty(plan)) return { text: `nothing to do: the live site is that of ${to.id}`, json, diagnostics: [] }
  const { builder } = await readProvenance(root, process.env)
  const provenance = { builder: `rollback to ${to.id} by ${builder}`, ...(to.commit !== undefined && { commit: to.commit }), ...(to.branch !== undefined && { branch: to.branch }) }
  const told = (event: Parameters<typeof onProgress>[0]): void => onProgress({ ...event, isMilestone: true })
  const applied = await applyPlan({ store, cdn: await openCdn(target), target, plan, folder: root, provenance, waits: flags.times('wait') > 0, signal, onProgress: told, bytesOf })
  return {
    text: [sumLine(plan.actions), `went back to ${to.id}${to.commit === undefined ? '' : `, commit ${to.commit.slice(0, 10)}`}; this is deploy ${applied.manifest.deploy.id}`].join('\n'),
    json: { ...json, deploy: applied.manifest.deploy },
    diagnostics: applied.diagnostics,
  }
}

function renderDeploys(deploys: Awaited<ReturnType<typeof import('../deploy/rollback.ts').listDeploys>>): Outcome {
  const rows = deploys.map(({ id, at, commit = '-', branch = '-', builder }, index) => [index === 0 ? 'live' : '', id, at.slice(0, 16).replace('T', ' '), commit.slice(0, 10), branch, builder])
  return { text: rows.length === 0 ? 'nothing was ever deployed here' : table([['', 'DEPLOY', 'TIME (UTC)', 'COMMIT', 'BRANCH', 'BY'], ...rows]).join('\n'), json: { deploys }, diagnostics: [] }
}
