// `ssg import`: the settings of a folder of another generator as site.config.ts, and its headers made uniform. Prints; writes only
// what it is told to, and never over a site.config.ts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail } from '../core/diagnostic.ts'
import { readTextFile } from '../sources/text-file.ts'
import { writeAtomic } from '../util/fs.ts'
import type { Call, Outcome } from './command.ts'
import { count } from './report-text.ts'
import { createFiles } from './scaffold.ts'

const configName = 'site.config.ts'

export async function runImport({ root, flags }: Call): Promise<Outcome> {
  const isWriting = flags.times('write') > 0
  const { deriveConfig } = await import('../config/derived.ts')
  const plan = (await deriveConfig(root))?.plan
  if (plan === undefined) throw fail('config-load', 'this is no folder of Jekyll, Nikola, LambdaPad or Zola that can be told by its files', { fix: 'run it where _config.yml, conf.py, index.erl or config.toml is, or give that folder with --root.' })
  const { dialect } = plan
  const { printPlan, dialectTitles } = await import('../move/plan.ts')
  const config = writeConfig(root, printPlan(plan), isWriting)
  const headers = flags.times('front-matter') > 0 ? await uniformHeaders(root, dialect, plan.options, isWriting) : undefined
  const rest = isWriting ? [] : [headers === undefined || headers.changed.length === 0 ? 'nothing was written; --write writes it' : 'nothing was written; --write writes the settings and the headers']
  return {
    text: [`a site of ${dialectTitles[dialect]}`, '', ...config.lines, ...(headers?.lines ?? []), ...rest].join('\n').trimEnd(),
    json: { dialect, config: config.text, written: [...config.written, ...(isWriting ? headers?.changed ?? [] : [])], changed: headers?.changed ?? [] },
    diagnostics: [...plan.report, ...(headers?.diagnostics ?? [])],
  }
}

interface ConfigResult { readonly text: string; readonly lines: readonly string[]; readonly written: readonly string[] }

function writeConfig(root: string, text: string, isWriting: boolean): ConfigResult {
  const other = ['site.config.mts', 'site.config.js', 'site.config.mjs', configName].find((name) => existsSync(join(root, name)))
  if (other !== undefined) {
    const isSame = other === configName && readFileSync(join(root, other), 'utf8') === text
    return { text, lines: [isSame ? `${other} is there already, with these settings` : `${other} is there already, and is left as it is`], written: [] }
  }
  if (!isWriting) return { text, lines: [`${configName} would be:`, '', text], written: [] }
  createFiles(root, { [configName]: text })
  return { text, lines: [`wrote ${configName}`], written: [configName] }
}

interface HeadersResult { readonly changed: readonly string[]; readonly lines: readonly string[]; readonly diagnostics: readonly Diagnostic[] }

/** All files that entries are made of; first the differences, then, if it is to write, the files. */
async function uniformHeaders(root: string, dialect: string, options: object, isWriting: boolean): Promise<HeadersResult> {
  const [{ listEntryFiles }, { uniformHeader }, { diffTexts }] = await Promise.all([import('../move/entry-files.ts'), import('../move/uniform.ts'), import('../move/diff.ts')])
  const [changes, diagnostics]: [{ file: string; text: string; diff: string }[], Diagnostic[]] = [[], []]
  for (const file of await listEntryFiles(root, dialect, options)) {
    const read = readTextFile(join(root, file), file)
    if ('problem' in read) {
      diagnostics.push(read.problem)
      continue
    }
    const text = await uniformHeader(read.text, file)
    if (text !== undefined) changes.push({ file, text, diff: diffTexts(file, read.text, text) })
  }
  if (isWriting) for (const { file, text } of changes) writeAtomic(join(root, file), text)
  return {
    changed: changes.map(({ file }) => file), diagnostics,
    lines: [...changes.map(({ diff }) => diff), changes.length === 0 ? 'all headers are YAML already' : `${count(changes.length, 'header')} ${isWriting ? 'rewritten' : 'would be rewritten'} as YAML`],
  }
}
