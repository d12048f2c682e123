// The settings of a site: finds site.config, loads it, checks it, fills in the defaults and says what was assumed. The parts
// are in module.ts, check.ts and defaults.ts.
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { checkConfig, isSiteUrl } from './check.ts'
import { completeConfig, defaultCollections } from './defaults.ts'
import type { Locator, Path } from './locate.ts'
import type { Problem } from './rules.ts'
import type { Diagnostic, Location } from '../core/diagnostic.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import type { Settings, SiteConfig } from '../core/settings.ts'
import { digest } from '../util/hash.ts'
import type { Digest } from '../util/hash.ts'

export interface ConfigOverrides {
  /** `--base-url`: in place of the config's `url`. */
  readonly baseUrl?: string
}

export interface LoadedSettings {
  readonly settings: Settings
  readonly config: {
    /** Every local file the config was made of, absolute. */
    readonly inputs: readonly string[]
    /** Of the inputs' names and contents; the same wherever the site lies. */
    readonly digest: Digest
  }
  readonly diagnostics: readonly Diagnostic[]
}

/** Throws an `SsgError` with all that is wrong. */
export async function loadSettings(siteRoot: string, overrides: ConfigOverrides): Promise<LoadedSettings> {
  const root = realpathSync(siteRoot)
  const { baseUrl: url } = overrides
  if (url !== undefined && !isSiteUrl(url)) throw fail('usage-flag', `--base-url must be an absolute http or https address, not "${url}"`, { fix: 'write --base-url https://example.org/.' })
  const configFile = findConfig(root)
  if (configFile === undefined) return await moveIn(root, url) ?? assumeSettings(root, url)
  const { loadConfigModule } = await import('./module.ts')
  const { value, ...config } = await loadConfigModule(root, join(root, configFile))
  await refuse(root, configFile, checkConfig(value))
  const siteConfig = value as SiteConfig
  const place = { configFile, ...(url !== undefined && { url }) }
  const diagnostics = url === undefined && siteConfig.url === undefined ? await withoutUrl(root, configFile, siteConfig) : []
  return { settings: completeConfig(root, { ...siteConfig, collections: siteConfig.collections ?? defaultCollections(hasPosts(root, siteConfig.content)) }, place), config, diagnostics }
}

/** Whether there is a folder for posts. Without one, all markdown is pages. */
function hasPosts(root: string, content = 'content'): boolean {
  return existsSync(join(root, content, 'posts'))
}

const configNames = ['site.config.ts', 'site.config.mts', 'site.config.js', 'site.config.mjs']

function findConfig(root: string): string | undefined {
  const names = readdirSync(root)
  const [first, second] = configNames.filter((name) => names.includes(name))
  if (second !== undefined) throw fail('config-load', `there are two config files, ${first} and ${second}`, { at: { file: second }, fix: 'remove one of them.' })
  const other = names.find((name) => /^site\.config\.(cjs|cts|tsx|jsx|json5?|ya?ml|toml)$/.test(name))
  if (first === undefined && other !== undefined) throw fail('config-load', `${other} is not a name that a config can have`, { at: { file: other }, fix: 'rename it to site.config.ts, and write `export default defineConfig({ ... })` in it.' })
  return first
}

async function refuse(root: string, configFile: string, problems: readonly Problem[]): Promise<void> {
  if (problems.length === 0) return
  const locate = await locatorOf(root, configFile)
  throw new SsgError(problems.map(({ path, ...problem }) => ({
    severity: 'error', ...problem, at: locate(path, problem.code === 'config-key' ? 'key' : 'value'),
  })))
}

async function locatorOf(root: string, configFile: string): Promise<Locator> {
  const { createLocator } = await import('./locate.ts')
  return createLocator(root, join(root, configFile))
}

/** Where a setting is written down; `undefined`: there is no config file. */
export async function locateSetting({ root, configFile }: Settings, path: Path): Promise<Location | undefined> {
  return configFile === undefined ? undefined : (await locatorOf(root, configFile))(path, 'value')
}

const urlFix = 'add `url: \'https://example.org/\'`, with the address of your site.'

/** An error for what was asked for and needs the address; one note if only defaults need it. */
async function withoutUrl(root: string, configFile: string, config: SiteConfig): Promise<Diagnostic[]> {
  const asked: Path[] = []
  if (config.feeds) asked.push(['feeds'])
  if (config.sitemap) asked.push(['sitemap'])
  if (config.head?.canonical) asked.push(['head', 'canonical'])
  if (asked.length > 0) {
    const locate = await locatorOf(root, configFile)
    throw new SsgError(asked.map((path) => ({
      severity: 'error', code: 'config-url', message: `\`${path.join('.')}\` needs the site's \`url\`, because its addresses must be absolute`, at: locate(path, 'key'), fix: urlFix,
    })))
  }
  const off = [config.feeds !== false && 'feeds', config.sitemap !== false && 'sitemap', config.head?.canonical !== false && 'canonical links'].filter((name) => name !== false)
  if (off.length === 0) return []
  return [{ severity: 'note', code: 'config-url', message: `there is no \`url\`, so there will be no ${listed(off)}`, at: { file: configFile }, fix: urlFix }]
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** The settings of a folder that another generator made a site of. */
async function moveIn(root: string, url: string | undefined): Promise<LoadedSettings | undefined> {
  const { deriveConfig } = await import('./derived.ts')
  const derived = await deriveConfig(root)
  if (derived === undefined) return undefined
  const { plan, config } = derived
  const { dialectTitles, printPlan } = await import('../move/plan.ts')
  const settings = completeConfig(root, config, url === undefined ? {} : { url })
  const summary: Diagnostic = { severity: 'note', code: 'assumption', message: `this is a site of ${dialectTitles[plan.dialect]}; it is built as it is`, fix: 'run `ssg import` to see the settings that were derived, and `ssg import --write` to keep them in site.config.ts.' }
  return { settings, config: { inputs: [], digest: digest(printPlan(plan)) }, diagnostics: [summary, ...plan.report, ...(settings.origin === undefined ? [noUrl] : [])] }
}

const noUrl: Diagnostic = { severity: 'note', code: 'config-url', message: 'no public address was found, so there will be no feeds, sitemap and canonical links', fix: 'build with --base-url, or write `url` in site.config.ts after `ssg import --write`.' }

function assumeSettings(root: string, url: string | undefined): LoadedSettings {
  if (!existsSync(join(root, 'content'))) {
    throw fail('config-load', 'there is neither a site.config.ts nor a folder `content` here', { fix: 'run `ssg init .` to start a site here, or give the folder of your site with --root.' })
  }
  const posts = hasPosts(root)
  const settings = completeConfig(root, { collections: defaultCollections(posts) }, url === undefined ? {} : { url })
  return { settings, config: { inputs: [], digest: digest('') }, diagnostics: assumptions(settings, posts, url !== undefined) }
}

/** What a site.config would have said. */
function assumptions({ root, title, templates }: Settings, posts: boolean, hasUrl: boolean): Diagnostic[] {
  const note = (message: string, fix: string): Diagnostic => ({ severity: 'note', code: 'assumption', message, fix })
  const collections = posts ? 'content/posts/**/*.md are the posts, all other markdown in content/ are pages' : 'all markdown in content/ are pages, because there is no content/posts/'
  return [
    note(`the title is "${title}", from the folder's name`, 'write `title: \'...\'` in site.config.ts.'),
    note(collections, 'write `collections: { ... }` in site.config.ts.'),
    ...(existsSync(join(root, templates.folder)) ? [] : [note('the default theme is used', 'put templates of your own into templates/.')]),
    ...(hasUrl ? [] : [note('there is no `url`, so there will be no feeds, sitemap and canonical links', 'write `url: \'https://example.org/\'` in site.config.ts, or build with --base-url.')]),
  ]
}
