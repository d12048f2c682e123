// `ssg clean`: removes what builds made, and nothing else.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { displayPath, outFolder } from './build.ts'
import type { Call, Outcome } from './command.ts'
import { count } from './report-text.ts'
import { loadSettings } from '../config/config.ts'

export async function runClean({ root, flags }: Call): Promise<Outcome> {
  const { settings } = await loadSettings(root, {})
  const { cleanOutput } = await import('../build/output.ts')
  const folder = outFolder(settings, flags) ?? join(settings.root, settings.output)
  const { removed, kept } = cleanOutput(folder, displayPath(folder))
  const cache = join(settings.root, '.ssg')
  const hadCache = existsSync(cache)
  rmSync(cache, { recursive: true, force: true })
  const lines = [`removed ${count(removed, 'file')} from ${displayPath(folder)}${hadCache ? ' and the cache' : ''}`]
  if (kept.length > 0) lines.push(`left ${count(kept.length, 'file')} that this program did not make: ${kept.slice(0, 5).join(', ')}${kept.length > 5 ? ', ...' : ''}`)
  return { text: lines.join('\n'), json: { removed, kept }, diagnostics: [] }
}
