// The plan of moving in, held against the same rules as a config that somebody wrote: what the other generator took and this program
// does not is left out, and told.
import { checkConfig } from './check.ts'
import { detectDialect, planMove } from '../move/detect.ts'
import { evaluatePlan, type MovePlan } from '../move/plan.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { SiteConfig } from '../core/settings.ts'

export interface DerivedConfig { readonly plan: MovePlan; readonly config: SiteConfig }

/** `undefined`: the folder is of no generator that is known. */
export async function deriveConfig(root: string): Promise<DerivedConfig | undefined> {
  const dialect = detectDialect(root)
  if (dialect === undefined) return undefined
  const plan = await planMove(root, dialect)
  const problems = checkConfig(evaluatePlan(plan))
  const unusable = new Set(problems.map(({ path: [key] }) => key))
  const report = problems.map(({ message }): Diagnostic => ({
    severity: 'warning', code: 'not-moved', message: `a setting cannot be taken over: ${message}`, fix: 'write it as it should be into site.config.ts, after `ssg import --write`.',
  }))
  const checked: MovePlan = unusable.size === 0 ? plan : { ...plan, config: Object.fromEntries(Object.entries(plan.config).filter(([key]) => !unusable.has(key))), report: [...plan.report, ...report] }
  return { plan: checked, config: evaluatePlan(checked) }
}
