// The path of a request -> what a static host gives for it: a file, a redirect, or the page for missing addresses. Pure: a file
// is found by its name among those of the site, so that nothing else can ever be reached.
import type { OutputPath } from '../core/types.ts'

export type Address =
  | { readonly kind: 'file'; readonly output: OutputPath }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'missing' }
  /** The path cannot be one of a request. */
  | { readonly kind: 'bad' }

export interface AddressOptions {
  /** `/` or `/blog/`. */
  readonly basePath: string
  readonly has: (output: OutputPath) => boolean
}

/** `path` as in the request line, still encoded, without the query; `query` with its `?`, or empty. */
export function resolveAddress(path: string, query: string, { basePath, has }: AddressOptions): Address {
  const name = decode(path)
  if (name === undefined) return { kind: 'bad' }
  if (name + '/' === basePath || (name === '/' && basePath !== '/')) return { kind: 'redirect', location: basePath + query }
  if (!name.startsWith(basePath)) return { kind: 'missing' }
  const file = name.slice(basePath.length)
  const index = `${file.replace(/\/$/, '')}${file === '' ? '' : '/'}index.html` as OutputPath
  if (file === '' || file.endsWith('/')) return has(index) ? { kind: 'file', output: index } : { kind: 'missing' }
  if (has(file as OutputPath)) return { kind: 'file', output: file as OutputPath }
  return has(index) ? { kind: 'redirect', location: `${path}/${query}` } : { kind: 'missing' }
}

/** `undefined` for what no browser sends: bad encoding, dots that climb, NUL, backslashes, empty parts. */
function decode(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined
  try {
    const name = decodeURIComponent(path)
    const parts = name.slice(1).split('/')
    const isBad = parts.some((part, i) => part === '..' || part === '.' || (part === '' && i < parts.length - 1))
    // eslint-disable-next-line no-control-regex
    return isBad || /[\\\u0000-\u001f\u007f]/.test(name) ? undefined : name
  } catch {
    return undefined
  }
}
