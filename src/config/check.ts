// What may stand in site.config: every key, with the type and range of its value. Finds all problems; fills in nothing
// (defaults.ts) and finds no places (locate.ts).
import { isAbsolute, posix } from 'node:path'
import { deployRule } from './check-deploy.ts'
import type { Path } from './locate.ts'
import {
  anyObject, either, falseOr, flag, func, functionOr, isObject, isText, list, nameOf, object, oneOf, record, show, text, that,
  valueProblem, whole,
} from './rules.ts'
import type { Problem, Rule, Table } from './rules.ts'
import { knownParts, unknownParts } from '../core/permalink.ts'
import type { SiteConfig } from '../core/settings.ts'
import { didYouMean } from '../util/nearest.ts'

/** Every problem of a loaded config. None: the value is a `SiteConfig`. */
export function checkConfig(config: unknown): readonly Problem[] {
  const problems = siteRule(config, [])
  return problems.length > 0 || !isObject(config) ? problems : checkFolders(config)
}

/** An absolute http(s) address without query and fragment. */
export function isSiteUrl(value: unknown): value is string {
  if (!isText(value) || !URL.canParse(value)) return false
  const { protocol, search, hash, username } = new URL(value)
  return /^https?:$/.test(protocol) && /^https?:\/\//i.test(value) && search + hash + username === ''
}

const siteUrl = that(isSiteUrl, (value) => ({
  expected: 'an absolute http or https address without query and fragment',
  example: isText(value) && !value.includes(':/') && isSiteUrl(`https://${value}`) ? `'https://${value}'` : `'https://example.org/'`,
}))

const webUrl = that((value) => isText(value) && URL.canParse(value) && /^(?:https?|mailto):/i.test(value), { expected: 'an absolute address', example: `'https://example.org/'` })

const timeZone = that(isTimeZone, (value) => {
  const meant = isText(value) ? didYouMean(value, Intl.supportedValuesOf('timeZone')) : undefined
  return { expected: 'the IANA name of a time zone', example: `'${meant ?? 'Europe/Berlin'}'` }
})

function isTimeZone(value: unknown): boolean {
  if (!isText(value) || !/^[A-Za-z]/.test(value)) return false
  // The list is ten times quicker than a formatter, but lacks old names that are still good.
  if (value === 'UTC' || Intl.supportedValuesOf('timeZone').includes(value)) return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const language = that(isLanguage, (value) => ({
  expected: 'a language tag as in BCP 47',
  example: isText(value) && isLanguage(value.replaceAll('_', '-')) ? `'${value.replaceAll('_', '-')}'` : `'en'`,
}))

function isLanguage(value: unknown): boolean {
  if (!isText(value)) return false
  try {
    return Intl.getCanonicalLocales(value).length === 1
  } catch {
    return false
  }
}

const pattern: Rule = (value, path) => {
  const pathRule = that((it) => isText(it) && it.startsWith('/'), { expected: 'a pattern that starts with a slash, a function, or false', example: `'/:year/:slug/'` })
  const problems = pathRule(value, path)
  if (problems.length > 0 || !isText(value)) return problems
  return unknownParts(value).map((part) => {
    const meant = didYouMean(part, knownParts)
    const fix = meant ? `did you mean \`:${meant}\`?` : `use ${knownParts.map((known) => `:${known}`).join(', ')}.`
    return { ...valueProblem(path, value, { expected: '', fix }), message: `\`:${part}\` is not a part of permalinks` }
  })
}

const address = that((value) => isText(value) && /^\/(?!\/)[^?#]*$/.test(value), (value) => ({
  expected: 'an address on this site that starts with a slash',
  example: isText(value) && /^[\w/-]+$/.test(value) ? `'/${value.replace(/^\/+/, '')}'` : `'/posts/'`,
}))

/** An address with `:slug` in it. */
function slugPath(example: string): Rule {
  return that((value) => isText(value) && /^\/(?!\/)[^?#]*$/.test(value) && value.split(':slug').length === 2, { expected: 'an address with `:slug` in it', example: `'${example}'` })
}

const template = that((value) => isText(value) && /^[^/\\].*\.\w+$/.test(value) && !value.split('/').includes('..'), { expected: 'the name of a file in the templates folder', example: `'entry.njk'` })

const isSource = (value: unknown): boolean => isObject(value) && isText(value['name']) && value['name'] !== '' && typeof value['load'] === 'function'

const source = that(isSource, (value) => ({
  expected: 'a source, which is an object with a name and a function `load`',
  ...(isText(value) ? { fix: `write \`files(${show(value)})\`, with \`files\` from 'sourcepress'.` } : { example: `files('posts/**/*.md')` }),
}))

const schema = that(isSchema, { expected: 'a schema of a Standard Schema library', fix: 'use a schema of zod (3.24 or newer), valibot or arktype.' })

function isSchema(value: unknown): boolean {
  const standard = isObject(value) || typeof value === 'function' ? Reflect.get(value, '~standard') as unknown : undefined
  return isObject(standard) && typeof standard['validate'] === 'function'
}

const author = either(isText, text, object({ name: text, email: that((value) => isText(value) && /^[^@\s]+@[^@\s]+$/.test(value), { expected: 'a mail address' }), url: siteUrl }, 'a name, or an object with `name`', ['name']))

const link = object({
  title: text,
  url: that((value) => isText(value) && /^(\/|#|https?:|mailto:)/.test(value), { expected: 'an address that starts with a slash or `https:`', example: `'/about/'` }),
}, 'an object with `title` and `url`', ['title', 'url'])

const folder = that(isFolderInside, (value) => ({ expected: 'a folder inside the site, relative to its root', example: `'${isText(value) && isFolderInside(value.replace(/^[./\\]+/, '')) ? value.replace(/^[./\\]+/, '') : 'folder'}'` }))

function isFolderInside(value: unknown): boolean {
  if (!isText(value) || value.trim() === '' || value.includes('\0') || value.includes('\\') || isAbsolute(value)) return false
  const path = cleanPath(value)
  return path !== '.' && path !== '..' && !path.startsWith('../')
}

/** `./content/` -> `content`. */
export function cleanPath(folderPath: string): string {
  return posix.normalize(folderPath).replace(/\/+$/, '')
}

const isName = (key: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}_-]*$/u.test(key)
const nameFix = 'use letters, digits, - and _ alone: the name is part of addresses.'

const sourceAlone: Rule = (_, path) => [{
  code: 'config-value', path, message: `\`${nameOf(path)}\` is a source and not the settings of a collection`, fix: 'write `{ source: ... }` around it.',
}]

const collection = either(isSource, sourceAlone, object({
  source: either(Array.isArray, list(source, { expected: 'a list of sources' }), source),
  permalink: functionOr(falseOr(pattern)),
  template,
  listTemplate: template,
  pageSize: whole(1, 1000, 10),
  sort: functionOr(oneOf(['date', 'title', 'order'], ', or a function')),
  schema,
  title: text,
  index: falseOr(address),
  feed: flag,
  years: either((value) => typeof value === 'boolean', flag, that((value) => isText(value) && /^\/(?!\/)[^?#]*$/.test(value) && value.split(':year').length === 2, { expected: 'true, false or an address with `:year` in it', example: `'/:year/'` })),
  intro: text,
  feedPath: address,
} satisfies TableOf<'collections'>, 'an object with the settings of a collection'))

const taxonomy = object({
  title: text,
  path: address,
  pageSize: whole(1, 1000, 10),
  feed: flag,
  keys: list(text, { expected: 'a list of front matter keys', example: `['tags', 'tag']` }),
  termPath: slugPath('/tag/:slug/'),
  feedPath: slugPath('/tag/:slug.xml'),
  slugs: oneOf(['signs', 'letters', 'words', 'kept']),
} satisfies TableOf<'taxonomies'>, 'an object with the settings of a taxonomy')

/** The table of a part must have a rule for every key of its type. */
type TableOf<K extends 'collections' | 'taxonomies'> = Record<keyof NonNullable<SiteConfig[K]>[string], Rule>
type PartOf<K extends keyof SiteConfig> = Record<keyof Exclude<NonNullable<SiteConfig[K]>, false>, Rule>

const siteTable = {
  title: text,
  url: siteUrl,
  id: text,
  description: text,
  language,
  timeZone,
  author,
  menu: list(link, { expected: 'a list of links', example: `[{ title: 'About', url: '/about/' }]` }),
  params: anyObject,
  collections: record(collection, 'an object with a key for each collection', isName, nameFix),
  taxonomies: record(taxonomy, 'an object with a key for each taxonomy', isName, nameFix),
  markdown: object({
    html: oneOf(['allow', 'escape']),
    typographer: flag,
    linkify: flag,
    extras: flag,
    plugins: list(func, { expected: 'a list of functions' }),
    excerptWords: whole(1, 1000, 50),
  } satisfies PartOf<'markdown'>),
  highlight: falseOr(object({
    themes: object({ light: text, dark: text }, 'an object with `light` and `dark`', ['light', 'dark']),
    aliases: record(text, 'an object'),
    languages: list(anyObject, { expected: 'a list of grammars' }),
    lineNumbers: flag,
    maxLineLength: whole(1, 100_000, 2000),
  } satisfies PartOf<'highlight'>, 'false or an object')),
  templates: object({
    folder,
    strict: flag,
    filters: record(func, 'an object of functions', (key) => /^[A-Za-z_]\w*$/.test(key), 'use letters, digits and _ alone, so that templates can call it.'),
    globals: anyObject,
  } satisfies PartOf<'templates'>),
  feeds: falseOr(object({
    formats: list(oneOf(['atom', 'rss', 'json']), { expected: 'a list of formats', example: `['atom']` }),
    limit: whole(1, 1000, 20),
    content: oneOf(['full', 'excerpt']),
    paths: object({ atom: address, rss: address, json: address }),
  } satisfies PartOf<'feeds'>, 'false or an object')),
  head: object({ canonical: flag, openGraph: flag, jsonLd: flag } satisfies PartOf<'head'>),
  sitemap: flag,
  robots: flag,
  static: folder,
  content: folder,
  output: folder,
  onEntry: func,
  queries: record(func, 'an object of functions'),
  planners: list(func, { expected: 'a list of functions' }),
  pagePath: that((value) => isText(value) && /:(?:num|prev)/.test(value) && !/^\/|\.\.|[?#\\]/.test(value), { expected: 'a path with `:num` or `:prev` in it', example: `'page/:num/'` }),
  entriesWin: flag,
  copy: list(object({ from: folder, to: address, except: list(text, { expected: 'a list of paths' }), plain: flag }, 'an object with `from`', ['from']), { expected: 'a list of files and folders', example: `[{ from: 'images' }]` }),
  looseFiles: flag,
  brokenLinks: oneOf(['error', 'warning']),
  redirects: record(address, 'an object with an old address for each key', (key) => /^\/(?!\/)[^?#]*$/.test(key), 'write an address on this site that starts with a slash.'),
  blogroll: object({
    path: address,
    title: text,
    sites: list(object({ title: text, feed: webUrl, url: webUrl, group: text }, 'an object with `title` and `feed`', ['title', 'feed']), { expected: 'a list of sites' }),
  }, 'an object with `sites`', ['sites']),
  indieWeb: falseOr(object({ me: list(webUrl, { expected: 'a list of addresses' }), webmention: webUrl }, 'false or an object')),
  deploy: deployRule,
} satisfies Record<keyof SiteConfig, Rule>

const siteRule = object(siteTable satisfies Table)

/** The output folder must not hold, or lie in, what the site is made of. */
function checkFolders(config: SiteConfig): readonly Problem[] {
  const output = cleanPath(config.output ?? 'public')
  const others = { content: config.content ?? 'content', static: config.static ?? 'static', templates: config.templates?.folder ?? 'templates' }
  const path: Path = ['output']
  if (config.static !== undefined && [others.content, others.templates].some((other) => overlap(cleanPath(others.static), cleanPath(other)))) {
    return [{ ...valueProblem(['static'], config.static, { expected: '', example: `'static'` }), message: `\`static\` is "${config.static}", which would publish what the site is made of` }]
  }
  const copied = config.copy?.findIndex(({ from }) => ['.git', '.ssg', 'node_modules', output].some((other) => overlap(cleanPath(from), cleanPath(other)))) ?? -1
  if (copied !== -1) return [{ ...valueProblem(['copy', copied, 'from'], config.copy?.[copied]?.from, { expected: '', fix: 'name a file or folder of the site itself.' }), message: `\`copy[${copied}].from\` is "${config.copy?.[copied]?.from}", which is not for publishing` }]
  const clash = Object.entries({ ...others, tools: 'node_modules', cache: '.ssg', git: '.git' }).find(([, other]) => overlap(output, cleanPath(other)))
  if (clash === undefined) return []
  return [{ ...valueProblem(path, config.output, { expected: '', example: `'public'` }), message: `\`output\` is "${output}", which overlaps with the folder "${clash[1]}"` }]
}

/** Whether one of two folders is the other or holds it. Upper and lower case are one on some systems. */
export function overlap(a: string, b: string): boolean {
  const [x, y] = [`${a}/`.toLowerCase(), `${b}/`.toLowerCase()]
  return x.startsWith(y) || y.startsWith(x)
}
