// `ssg types`: the types of remote content as a file, so that an editor checks site.config.ts and what uses entries.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadSettings } from '../config/config.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import { writeAtomic } from '../util/fs.ts'
import { displayPath } from './build.ts'
import type { Call, Outcome } from './command.ts'

const defaultFile = 'content-types.d.ts'

export async function runTypes({ root, flags, signal, onProgress }: Call): Promise<Outcome> {
  const { settings, config } = await loadSettings(root, {})
  const { renderTypes } = await import('../build/source-types.ts')
  const { text, diagnostics } = await renderTypes({ settings, configDigest: config.digest, offline: flags.times('offline') > 0, signal, onProgress })
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new SsgError(diagnostics)
  if (text === undefined) throw fail('usage-command', 'no source of this site knows the types of its content', { fix: 'use `ssg types` with a source such as contentful().' })
  const out = flags.text('out')
  const file = out === undefined ? join(settings.root, defaultFile) : resolve(out)
  if (!file.endsWith('.ts')) throw fail('usage-flag', `--out ${out ?? ''} is not the name of a file with types`, { fix: `write --out ${defaultFile}.` })
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === text
  const isCheck = flags.times('check') > 0
  if (!isSame && !isCheck) writeAtomic(file, text)
  const shown = displayPath(file)
  return { text: isSame ? `${shown} is up to date` : isCheck ? `${shown} is not up to date` : `wrote ${shown}`, json: { file: shown, changed: !isSame }, diagnostics, ...(isCheck && !isSame && { exitCode: 4 }) }
}
