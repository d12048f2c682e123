// `ssg doctor`: whether a deploy can work, found out without writing anything.
import type { Call, Outcome } from './command.ts'
import { table } from './report-text.ts'
import { placed } from './setting-place.ts'
import { loadSettings } from '../config/config.ts'

export async function runDoctor({ root, signal }: Call): Promise<Outcome> {
  const { settings } = await loadSettings(root, {})
  const { deployTarget } = await import('../deploy/deploy.ts')
  const { examine } = await import('../deploy/examine.ts')
  const findings = await examine(deployTarget(settings), settings.root, signal)
  return {
    text: table(findings.map(({ what, state, detail }) => [{ good: 'ok', bad: 'MISSING', unreachable: 'unreachable', unknown: '?' }[state], what, detail])).join('\n'),
    json: { findings: findings.map(({ what, state, detail }) => ({ what, state, detail })) },
    diagnostics: await Promise.all(findings.flatMap(({ problem, cause }) => (problem ? [placed(settings, problem, cause)] : []))),
  }
}
