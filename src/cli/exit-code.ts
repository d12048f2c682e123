// What the diagnostics of a run mean for the program that called us. 0 and 4 are decided by the commands themselves.
import type { Diagnostic } from '../core/diagnostic.ts'

/** 130 interrupted, 2 usage or configuration, 3 only sources failed, 1 any other error, 0 none. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): number {
  const codes = diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)
  if (codes.length === 0) return 0
  if (codes.includes('interrupted')) return 130
  if (codes.some((code) => /^(usage|config)-/.test(code) || code === 'new-exists')) return 2
  return codes.every((code) => code.startsWith('source-')) ? 3 : 1
}
