// The sources that read another generator's files, as site.config.ts names them. How they do it is loaded when they run.
import path from 'node:path'
import type { Source } from '../core/types.ts'
import type { JekyllOptions } from './jekyll.ts'
import type { LambdapadOptions } from './lambdapad.ts'
import type { NikolaOptions } from './nikola.ts'
import type { Dialect, SharedFiles } from './reader.ts'
import { folderOfGlob } from './glob.ts'
import type { ZolaOptions } from './zola.ts'

/** What texts are made with. */
const shortcodeFiles = ['templates/shortcodes.njk', 'templates/shortcodes']

interface SourceOptions { readonly shared: SharedFiles; readonly dialect: string; readonly group: string; readonly load: () => Promise<Dialect>; readonly reads?: readonly string[] | undefined; readonly newPath?: Source['newPath'] }

function movedSource({ shared, dialect, group, load, reads, newPath }: SourceOptions): Source {
  return {
    name: `${dialect} ${group}`,
    idPrefix: '',
    trusted: true,
    ...(reads && { reads }),
    ...(newPath && { newPath }),
    async *load(ctx) {
      // All sources of a build are started before one of them ends.
      shared.users++
      try {
        const { loadGroup } = await import('./reader.ts')
        yield* loadGroup(await load(), group, ctx, shared)
      } finally {
        if (--shared.users === 0) shared.files = undefined
      }
    },
  }
}

export interface MovedJekyll {
  posts(): Source
  pages(): Source
  collection(name: string): Source
}

/** The sources of a folder that Jekyll made a site of. */
export function jekyll(options: JekyllOptions = {}): MovedJekyll {
  const shared: SharedFiles = { users: 0 }
  // Posts may be in any folder, so that nothing says what is read.
  const source = (group: string): Source => movedSource({ shared, dialect: 'jekyll', group, newPath: (slug, day) => (group === 'posts' ? `_posts/${day}-${slug}.md` : group === 'pages' ? `${slug}.md` : `_${group}/${slug}.md`), load: async () => (await import('./jekyll.ts')).createDialect(options) })
  return { posts: () => source('posts'), pages: () => source('pages'), collection: source }
}

export interface MovedNikola {
  posts(): Source
  pages(): Source
  translations(): Source
}

/** The sources of a folder that Nikola made a site of. */
export function nikola(options: NikolaOptions = {}): MovedNikola {
  const shared: SharedFiles = { users: 0 }
  const folders = [...options.posts ?? [], ...options.pages ?? []].map(({ from }) => path.posix.dirname(from))
  const reads = folders.includes('.') ? undefined : [...new Set([...folders, ...shortcodeFiles])]
  const folderOf = (rules: NikolaOptions['posts'], otherwise: string): string => path.posix.dirname(rules?.[0]?.from ?? `${otherwise}/x`)
  const source = (group: string): Source => movedSource({ shared, dialect: 'nikola', group, reads, newPath: (slug) => `${group === 'pages' ? folderOf(options.pages, 'pages') : folderOf(options.posts, 'posts')}/${slug}.md`, load: async () => (await import('./nikola.ts')).createDialect(options) })
  return { posts: () => source('posts'), pages: () => source('pages'), translations: () => source('translations') }
}

export interface MovedZola {
  /** A section by its folder below `content`; the empty text is `content` itself. */
  section(folder: string): Source
  /** Pages in folders without a section, and those in other languages. */
  others(): Source
  /** The texts of the sections themselves. */
  intros(): Source
}

/** The sources of a folder that Zola made a site of. */
export function zola(options: ZolaOptions = {}): MovedZola {
  const shared: SharedFiles = { users: 0 }
  const source = (group: string): Source => movedSource({ shared, dialect: 'zola', group, reads: shortcodeFiles, newPath: (slug) => path.posix.join('content', group.replace(/^section |^others$|^intros$/, ''), `${slug}.md`), load: async () => (await import('./zola.ts')).createDialect(options) })
  return { section: (folder) => source(`section ${folder}`), others: () => source('others'), intros: () => source('intros') }
}

export interface MovedLambdapad {
  group(name: string): Source
}

/** The sources of a folder that LambdaPad made a site of. */
export function lambdapad(options: LambdapadOptions = {}): MovedLambdapad {
  const shared: SharedFiles = { users: 0 }
  const folders = Object.values(options.groups ?? { posts: { from: 'posts/*.md' } }).map(({ from }) => folderOfGlob(from))
  const reads = folders.includes('') ? undefined : [...new Set(folders)]
  return { group: (group) => movedSource({ shared, dialect: 'lambdapad', group, reads, newPath: (slug) => `${folderOfGlob(options.groups?.[group]?.from ?? `${group}/*`)}/${slug}.md`, load: async () => (await import('./lambdapad.ts')).createDialect(options) }) }
}
