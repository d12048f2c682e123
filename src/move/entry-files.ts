// The files that a dialect makes entries of, for whoever wants to change them and not to read them.
import type { Dialect } from './reader.ts'

/** Paths from the root, in order. */
export async function listEntryFiles(root: string, dialect: string, options: object): Promise<string[]> {
  return (await loadDialect(dialect, options)).list(root).filter(({ path }) => /\.(?:md|markdown|mkdn|mkdown|mkd|mdown)$/i.test(path)).map(({ path }) => path)
}

async function loadDialect(dialect: string, options: object): Promise<Dialect> {
  switch (dialect) {
    case 'jekyll': return (await import('./jekyll.ts')).createDialect(options)
    case 'nikola': return (await import('./nikola.ts')).createDialect(options)
    case 'zola': return (await import('./zola.ts')).createDialect(options)
    default: return (await import('./lambdapad.ts')).createDialect(options)
  }
}
