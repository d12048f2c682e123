// Where in the config stands what a service did not take: the deploy knows the setting, the config its place.
import { locateSetting } from '../config/config.ts'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'

/** Adds the place to the errors of some work on the bucket. */
export async function withPlace<T>(settings: Settings, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof SsgError)) throw error
    throw new SsgError(await Promise.all(error.diagnostics.map((diagnostic) => placed(settings, diagnostic, error.cause))), { cause: error.cause })
  }
}

/** `cause` is what the service said. */
export async function placed(settings: Settings, diagnostic: Diagnostic, cause: unknown): Promise<Diagnostic> {
  const { settingOf } = await import('../deploy/failures.ts')
  const setting = settingOf(cause, settings.deploy)
  if (setting === undefined) return diagnostic
  const at = await locateSetting(settings, settings.deploy?.[setting] === undefined ? ['deploy'] : ['deploy', setting])
  return { ...(at && { at }), ...diagnostic }
}
