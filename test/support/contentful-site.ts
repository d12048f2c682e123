// A site with a Contentful space of its own, for tests.
import fs from 'node:fs'
import path from 'node:path'
import { projectRoot, readTree, runCli, tempFolder, type CliResult } from './cli.ts'
import { startContentful, spaceId, tokens, type ContentfulApi, type SpaceContent } from './contentful-api.ts'

const open: ContentfulApi[] = []

/** For `afterEach`. */
export async function closeServers(): Promise<void> {
  for (const api of open.splice(0)) await api.close()
}

export interface Site {
  readonly folder: string
  readonly api: ContentfulApi
  run(args: readonly string[], env?: Record<string, string>): Promise<CliResult>
  /** `ssg build` at a fixed moment. */
  build(args?: readonly string[], env?: Record<string, string>): Promise<CliResult>
  page(name: string): string
  files(): ReadonlyMap<string, Buffer>
}

const entryTemplate = `<!doctype html><title>{{ entry.title }}</title><h1>{{ entry.title }}</h1>{% if entry.data.author %}<p class="by">{{ entry.data.author.name }}</p>{% endif %}{{ entry.content }}`
const listTemplate = '<!doctype html><title>{{ page.title }}</title>{% for e in entries %}<a href="{{ e.url }}">{{ e.title }}</a>\n{% endfor %}'

/** A site with a small theme of its own. `options`, `types` and `site` are texts of the config. */
export async function createSite(content: SpaceContent, { options = '', types = 'post: {}', files = {}, site = '' } = {}): Promise<Site> {
  const api = await startContentful(content)
  open.push(api)
  const folder = tempFolder({
    'site.config.mjs': `import { contentful, defineConfig } from 'sourcepress'
export default defineConfig({ title: 'Site', url: 'https://example.org/', timeZone: 'Europe/Berlin', feeds: false, ${site}
  collections: { posts: { permalink: '/:slug/', years: false, index: '/', pageSize: 1000, source: contentful({
    host: '${api.host}', previewHost: '${api.previewHost}', insecure: true, types: { ${types} }, requests: { firstWaitSeconds: 0.01, timeoutSeconds: 1, deadlineSeconds: 4 }, ${options}
  }) } } })`,
    'templates/entry.njk': entryTemplate, 'templates/list.njk': listTemplate, 'templates/terms.njk': '<!doctype html><title>{{ page.title }}</title>', 'templates/404.njk': '<!doctype html><title>404</title>', 'content/.keep': '', ...files,
  })
  fs.mkdirSync(path.join(folder, 'node_modules'))
  fs.symlinkSync(projectRoot, path.join(folder, 'node_modules/sourcepress'))
  const run: Site['run'] = (args, env = {}) => runCli(args, { cwd: folder, env: { CONTENTFUL_SPACE_ID: spaceId, CONTENTFUL_DELIVERY_TOKEN: tokens.delivery, CONTENTFUL_PREVIEW_TOKEN: tokens.preview, ...env } })
  return {
    folder, api,
    run,
    build: (args = [], env = {}) => run(['build', '--at', '2026-06-01', ...args], env),
    page: (name) => fs.readFileSync(path.join(folder, 'public', name, 'index.html'), 'utf8'),
    files: () => readTree(path.join(folder, 'public')),
  }
}

/** The pages of entries. */
export const pagesOf = (site: Site): string[] => [...site.files().keys()].filter((file) => file.endsWith('/index.html') && !file.startsWith('tags/')).sort()
