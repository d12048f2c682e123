// Which generator a folder was made for, told by its files. Loads a dialect only if it is that one.
import fs from 'node:fs'
import path from 'node:path'
import { readIfThere } from '../util/fs.ts'
import type { DialectName, MovePlan } from './plan.ts'

/** `undefined`: none that is known. Reads names, and of two files that many programs have the text. */
export function detectDialect(root: string): DialectName | undefined {
  const names = new Set(fs.readdirSync(root))
  if (names.has('_config.yml') || names.has('_config.yaml') || names.has('_posts')) return 'jekyll'
  if (names.has('conf.py') && /^(?:BLOG_TITLE|POSTS|PAGES|SITE_URL)\s*=/m.test(readIfThere(path.join(root, 'conf.py')) ?? '')) return 'nikola'
  if (names.has('index.erl') || names.has('lambdapad.exs')) return 'lambdapad'
  const zola = ['zola.toml', 'config.toml'].find((name) => names.has(name))
  if (zola !== undefined && /^\s*base_url\s*=/m.test(readIfThere(path.join(root, zola)) ?? '')) return 'zola'
  // Jekyll finds posts in any folder.
  if (names.has('content')) return undefined
  return [...names].some((name) => !/^[._]|^node_modules$/.test(name) && fs.existsSync(path.join(root, name, '_posts'))) ? 'jekyll' : undefined
}

/** Throws an `SsgError` only for what cannot be read at all. */
export async function planMove(root: string, dialect: DialectName): Promise<MovePlan> {
  switch (dialect) {
    case 'jekyll': return (await import('./jekyll-derive.ts')).deriveJekyll(root)
    case 'nikola': return (await import('./nikola-derive.ts')).deriveNikola(root)
    case 'zola': return (await import('./zola-derive.ts')).deriveZola(root)
    case 'lambdapad': return (await import('./lambdapad-derive.ts')).deriveLambdapad(root)
  }
}
