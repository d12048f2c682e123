// `ssg deploy`: the guards, the plan, the deploy itself and what is told of it.
import { join } from 'node:path'
import type { Call, Outcome } from './command.ts'
import { newsLines, planJson, prepare, renderActions, sumLine } from './plan.ts'
import { loadSettings } from '../config/config.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { SsgError } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { Prepared } from '../deploy/deploy.ts'

export async function runDeploy(call: Call): Promise<Outcome> {
  const { flags, root } = call
  const { settings } = await loadSettings(root, {})
  const printed = await print(call, settings)
  if (printed !== undefined) return printed
  const prepared = await prepare(call, settings)
  const { plan, target, diagnostics, newsCount } = prepared
  const file = flags.text('plan')
  if (file !== undefined) (await import('../deploy/saved-plan.ts')).assertPlanned(file, plan, target)
  if (flags.times('dry-run') > 0) return { text: [...renderActions(plan, false), ...newsLines(newsCount)].join('\n'), json: { ...planJson(plan, false), newInFeeds: newsCount, dryRun: true }, diagnostics }
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new SsgError(diagnostics)
  return await apply(call, settings, prepared)
}

async function apply({ flags, signal, onProgress }: Call, settings: Settings, prepared: Prepared): Promise<Outcome> {
  const { plan, target, site, newsCount, provenance, store } = prepared
  const { isEmpty } = await import('../deploy/plan.ts')
  if (isEmpty(plan)) return { text: `nothing to do: ${sumLine(plan.actions)}`, json: { ...planJson(plan, false), deploy: null }, diagnostics: prepared.diagnostics }
  const started = performance.now()
  const { applyPlan } = await import('../deploy/apply.ts')
  const { openCdn } = await import('../deploy/cdn.ts')
  const told = { onProgress: (event: Parameters<typeof onProgress>[0]): void => onProgress({ ...event, isMilestone: true }) }
  const applied = await applyPlan({ store, cdn: await openCdn(target), target, plan, folder: site.folder, provenance, waits: flags.times('wait') > 0, signal, ...told })
  const { resultOf } = await import('../deploy/result.ts')
  const result = resultOf(settings, site, plan, applied.manifest.deploy)
  const hooked = applied.diagnostics.some(({ severity }) => severity === 'error') ? [] : await runHooks(target.after ?? [], result)
  return {
    text: [
      ...urlLines('new', result.created), sumLine(plan.actions), ...newsLines(newsCount),
      `deployed ${applied.manifest.deploy.id} to ${target.bucket}${target.prefix ? `/${target.prefix}` : ''} in ${((performance.now() - started) / 1000).toFixed(2)} s`,
    ].join('\n'),
    json: { ...planJson(plan, false), newInFeeds: newsCount, deploy: applied.manifest.deploy, created: result.created, changed: result.changed, deleted: result.deleted },
    diagnostics: [...prepared.diagnostics, ...applied.diagnostics, ...hooked],
  }
}

async function runHooks(hooks: NonNullable<Prepared['target']['after']>, result: ReturnType<typeof import('../deploy/result.ts').resultOf>): Promise<readonly Diagnostic[]> {
  if (hooks.length === 0) return []
  const { runAfterDeploy } = await import('../deploy/hooks.ts')
  return await runAfterDeploy(hooks, result)
}

const urlsAtMost = 20

export function urlLines(word: string, urls: readonly string[]): string[] {
  return [...urls.slice(0, urlsAtMost).map((url) => `${word} ${url}`), ...(urls.length > urlsAtMost ? [`and ${urls.length - urlsAtMost} more`] : [])]
}

/** What is printed for others to use, without asking the bucket. */
async function print({ flags }: Call, settings: Settings): Promise<Outcome | undefined> {
  const has = (name: string): boolean => flags.times(name) > 0
  const [oidc, workflow] = [flags.text('print-oidc'), flags.text('print-workflow')]
  if (!has('print-iam') && !has('emit-cloudfront-function') && oidc === undefined && workflow === undefined) return undefined
  const { deployTarget } = await import('../deploy/deploy.ts')
  const target = deployTarget(settings)
  const isReading = has('read-only')
  const [{ deployPolicy }, { trustPolicy, trustNotes }] = await Promise.all([import('../deploy/policy.ts'), import('../deploy/trust.ts')])
  const texts = [
    ...(has('print-iam') ? [{ name: 'policy', text: JSON.stringify(deployPolicy(target, isReading), undefined, 2) }] : []),
    ...(oidc === undefined ? [] : [{ name: 'trustPolicy', text: JSON.stringify(trustPolicy(target, oidc, isReading), undefined, 2) }]),
    ...(workflow === undefined ? [] : [{ name: 'workflow', text: (await import('../deploy/workflows.ts')).workflowText(workflow, target) }]),
  ]
  const edge = has('emit-cloudfront-function') ? await emitFunction(settings) : undefined
  const all = [...texts, ...(edge ? [{ name: 'function', text: edge.text }] : [])]
  return { text: all.map(({ text }) => text.trimEnd()).join('\n'), json: Object.fromEntries(all.map(({ name, text }) => [name, text])), diagnostics: [...(oidc === undefined ? [] : trustNotes(oidc)), ...(edge?.diagnostics ?? [])] }
}

async function emitFunction(settings: Settings): Promise<{ text: string; diagnostics: readonly Diagnostic[] }> {
  const [{ deployTarget }, { readOutput }, { cloudFrontFunction }] = await Promise.all([import('../deploy/deploy.ts'), import('../deploy/output.ts'), import('../deploy/edge-function.ts')])
  const target = deployTarget(settings)
  const { facts } = readOutput(join(settings.root, settings.output), settings.output, target)
  const base = `/${(target.prefix ?? '').slice((target.originPath ?? '').replace(/^\/(.*)/, '$1/').length)}`
  const { text, leftOut } = cloudFrontFunction(base, facts.redirects)
  const tooMany: Diagnostic = { severity: 'warning', code: 'deploy-unsure', message: `${leftOut} redirects do not fit into a function of CloudFront; readers get their HTML pages, which redirect, too` }
  return { text, diagnostics: leftOut > 0 ? [tooMany] : [] }
}
