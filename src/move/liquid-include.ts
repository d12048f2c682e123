// `{% include file.html key="value" %}`: the text of a file in `_includes`, with the values that it is given. Files outside of that
// folder are never read, and files that include one another in a circle are not followed.
import fs from 'node:fs'
import path from 'node:path'
import { isInside, toPosix } from '../util/fs.ts'
import { readTextFile } from '../sources/text-file.ts'
import { evaluate, type LiquidScope } from './liquid-value.ts'
import type { LiquidContext } from './liquid.ts'

const deepest = 10

/** `undefined`: there is no such file, or it is none to be read. */
export function expandInclude(tag: 'include' | 'include_relative', rest: string, scope: LiquidScope, context: LiquidContext, translate: (text: string, inner: Pick<LiquidContext, 'include' | 'within' | 'separator' | 'included'>) => string): string | undefined {
  const [, written = '', parameters = ''] = /^(\{\{[^}]*\}\}\S*|\S+)\s*([^]*)$/.exec(rest.trim()) ?? []
  const name = written.replace(/\{\{\s*([^}]*)\}\}/g, (all, expression: string) => evaluate(expression, scope) ?? all)
  const { root, within = [], entry } = context
  const top = tag === 'include' ? path.join(root, '_includes') : path.join(root, path.dirname(entry.file.path))
  const file = path.join(top, name)
  if (!isInside(top, file) || within.includes(file) || within.length >= deepest || !isRegular(top, file)) return undefined
  const read = readTextFile(file, name)
  if ('problem' in read) return undefined
  const include: Record<string, unknown> = {}
  for (const [, key = '', quoted, single, expression] of parameters.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))/g)) include[key] = quoted ?? single ?? evaluate(expression ?? '', scope)
  const text = translate(read.text.replace(/^---\n[^]*?\n---\n/, ''), { include, within: [...within, file], separator: undefined, included: toPosix(path.relative(root, file)) })
  return text.replace(/\n+$/, '')
}

function isRegular(top: string, file: string): boolean {
  if (!fs.existsSync(file) || !fs.existsSync(top)) return false
  const real = fs.realpathSync(file)
  return isInside(fs.realpathSync(top), real) && fs.statSync(real).isFile()
}
