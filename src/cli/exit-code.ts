// What the diagnostics of a run mean for the program that called us. 0 and 4 are decided by the commands themselves.
import type { Diagnostic } from '../core/diagnostic.ts'

const refusals = /^deploy-(?:output|marked|empty|deletes|commit|links|key|foreign|manifest|plan)$|^rollback-missing$/

/**
 * 130 interrupted, 2 usage or configuration, or a service that did not answer before the first write, 7 a deploy that stopped
 * part-way or has work left, 6 one that met another, 5 one that was refused, 3 only sources failed, 1 any other error, 0 none.
 */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  const codes = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  if (codes.length === 0) return 0
  if (codes.includes('interrupted')) return 130
  if (codes.some((code) => /^(?:usage|config)-|^(?:new-exists|deploy-target|deploy-access|deploy-unreachable)$/.test(code))) return 2
  if (codes.some((code) => /^deploy-(?:failed|remains)$/.test(code))) return 7
  if (codes.some((code) => code === 'deploy-locked' || code === 'deploy-raced')) return 6
  if (codes.some((code) => refusals.test(code))) return 5
  return codes.every((code) => code.startsWith('source-')) ? 3 : 1
}
