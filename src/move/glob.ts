// Patterns of paths as other generators write them. Pure.
import path from 'node:path'

/** `posts/**\/*.md` -> a test for paths. */
export function globOf(glob: string): RegExp {
  const expression = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*\*|\*|\?/g, (sign) => (sign === '**/' ? '(?:.*/)?' : sign === '**' ? '.*' : sign === '*' ? '[^/]*' : '[^/]'))
  return new RegExp(`^${expression}$`)
}

/** The part of a pattern before the first sign. */
export function folderOfGlob(glob: string): string {
  return (/^[^*?]*(?=\/)/.exec(glob.replace(/[^/]*[*?].*$/, ''))?.[0] ?? path.posix.dirname(glob).replace(/[*?].*$/, '').replace(/^\.$/, '')).replace(/\/$/, '')
}
