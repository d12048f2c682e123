// `index.erl` and the files of terms that it names -> a config of ours. Erlang is read, never run: only what is written out counts.
import fs from 'node:fs'
import path from 'node:path'
import { readTextFile } from '../sources/text-file.ts'
import { isMap as isTomlMap } from '../sources/parsed-text.ts'
import { isCode, isMap, isTuple, nameOf, parseTerms, readFunction, type ErlMap, type ErlValue } from './erlang-terms.ts'
import { becomes, chooseOutput, createReport, type Call, type MovePlan, type MoveReport, type Plain } from './plan.ts'
import { folderOfGlob } from './glob.ts'
import { namesIn } from './tree.ts'

const file = 'index.erl'

interface Group { readonly from: string; permalink?: string }
interface Found {
  readonly groups: Map<string, Group>
  readonly lists: { path: string; title: string }[]
  readonly feeds: Record<string, string>
  readonly copy: { from: string; to: string }[]
  readonly report: MoveReport
  /** Files of terms or TOML, by the name that templates have for them. */
  readonly data: Map<string, { kind: string; file: string }>
}

export async function deriveLambdapad(root: string): Promise<MovePlan> {
  const report = createReport()
  const found: Found = { groups: new Map(), lists: [], feeds: {}, copy: [], report, data: new Map() }
  const read = fs.existsSync(path.join(root, file)) ? readTextFile(path.join(root, file), file) : { text: '' }
  const text = 'problem' in read ? '' : read.text
  if (text === '') report.lost({ file: 'lambdapad.exs' }, 'lambdapad.exs is a program in Elixir, which is not read; posts/ and pages/ are taken with /{id}/ as addresses', 'correct the addresses in site.config.ts after `ssg import --write`.')
  readData(text, found)
  readSite(text, found)
  assumeGroups(root, found, text === '')
  const settings = await readSettings(root, found)
  const url = settings['url'] ?? settings['site_url'] ?? settings['base_url']
  const base = typeof url === 'string' && URL.canParse(url) && /^https?:/.test(url) ? url : undefined
  const groups = Object.fromEntries([...found.groups].map(([name, { from, permalink }]) => [name, { from, ...(permalink !== undefined && { permalink }) }]))
  return {
    dialect: 'lambdapad',
    options: { groups, ...(base !== undefined && Object.keys(found.feeds).length > 0 && { feedIds: { base: base.replace(/\/$/, '') } }) },
    config: configOf(root, found, settings, base),
    report: report.diagnostics,
  }
}

/** `data(_) -> #{ posts => {markdown, "posts/*.md"} }`, and `config/1` of later versions. */
function readData(text: string, { groups, data, report }: Found): void {
  for (const name of ['data', 'config']) {
    const made = readFunction(text, name)
    if (made === undefined || !isMap(made.value)) {
      if (new RegExp(`^${name}\\s*\\(`, 'm').test(text)) report.ignored({ file, line: lineOf(text, name) }, `\`${name}/1\` is more than a map that is written out, and nothing is run to find its value`)
      continue
    }
    for (const [key, value] of made.value.map) {
      const at = { file, line: made.value.lines.get(key) ?? made.line }
      const [kind, from] = isTuple(value) ? [nameOf(value.tuple[0]), nameOf(value.tuple[1])] : []
      if (kind === 'markdown' && from !== undefined && isSafe(from)) groups.set(key, { from })
      else if ((kind === 'eterm' || kind === 'toml' || kind === 'json') && from !== undefined && isSafe(from)) data.set(key, { kind, file: from })
      else report.ignored(at, `\`${key}\` is not used: ${isCode(value) ? `it is computed by ${value.code}` : 'it is no text and no file of settings'}`)
    }
  }
}

const isSafe = (name: string): boolean => !name.startsWith('/') && !name.split('/').includes('..')
const lineOf = (text: string, name: string): number => text.slice(0, new RegExp(`^${name}\\s*\\(`, 'm').exec(text)?.index ?? 0).split('\n').length

/** `site(Data) -> #{ "site/{{post.id}}.html" => {template_map, ...} }`, and `pages/1` of later versions. */
function readSite(text: string, found: Found): void {
  for (const name of ['site', 'pages']) {
    const made = readFunction(text, name)
    if (made !== undefined && isMap(made.value)) for (const [target, value] of made.value.map) readTarget(text, target, value, { ...found, line: made.value.lines.get(target) ?? made.line })
    else if (new RegExp(`^${name}\\s*\\(`, 'm').test(text)) found.report.lost({ file, line: lineOf(text, name) }, `\`${name}/1\` is more than a map that is written out, and nothing is run to find its value; texts get /{id}.html as addresses`, 'correct the addresses in site.config.ts after `ssg import --write`.')
  }
  const assets = readFunction(text, 'assets')
  if (assets !== undefined && isMap(assets.value)) {
    for (const value of assets.value.map.values()) {
      const [from, to] = isTuple(value) ? value.tuple.map(nameOf) : []
      if (from !== undefined && to !== undefined && isSafe(from)) found.copy.push({ from: folderOfGlob(from), to: addressOf(to) })
    }
  }
}

/** `site/posts/x.html` -> `/posts/x.html`: the first folder is the output. */
function addressOf(target: string): string {
  return target.startsWith('/') ? target : `/${target.replace(/^site(?:\/|$)/, '')}`
}

function readTarget(text: string, target: string, value: ErlValue, found: Found & { readonly line: number }): void {
  const { groups, lists, feeds, copy, report, line } = found
  const at = { file, line }
  const [kind, from, ...rest] = isTuple(value) ? value.tuple : []
  const address = addressOf(target)
  if (target.includes('{{')) {
    const variable = isTuple(rest[0]) ? rest[0].tuple : []
    const group = groupOf(text, variable[0], variable[1], found)
    if (group === undefined) return report.lost(at, `${target} is made of something that is not written out`, 'add a rule for it in site.config.ts.')
    const permalink = address.replace(/\{\{\s*[\w]+\.(\w+)\s*\}\}/g, '{$1}')
    groups.set(group, { from: groups.get(group)?.from ?? nameOf(variable[1]) ?? `${group}/*.md`, permalink: /\.\w+$|\/$/.test(permalink) ? permalink : `${permalink}/` })
    return report.mapped(at, `${target} becomes the addresses of \`${group}\``)
  }
  switch (nameOf(kind)) {
    case 'files': case 'file': {
      const name = nameOf(from)
      if (name !== undefined && isSafe(name)) copy.push({ from: /[*?]/.test(name) ? folderOfGlob(name) : name, to: /[*?]/.test(address) ? address.replace(/[^/]*[*?].*$/, '') : address })
      return report.mapped(at, `${target} becomes files that are copied`)
    }
    case 'template': case 'template_map': case 'string': break
    default: return report.ignored(at, `${target} is not used: ${isCode(value) ? `it is computed by ${value.code}` : 'it is not known what makes it'}`)
  }
  if (/\.(?:xml|atom|rss)$/.test(address) && !/sitemap/.test(address)) {
    feeds[/atom/.test(address) || /atom/.test(nameOf(from) ?? '') ? 'atom' : 'rss'] ??= address
    return report.mapped(at, `${target} becomes a feed of this program`)
  }
  const page = (/\.\w+$|\/$/.test(address) ? address : `${address}/`).replace(/(^|\/)index\.html$/, '$1')
  if (!/\/$|\.html?$/.test(page)) return report.lost(at, `${target} is made by a template, which is not run`, 'put the finished file into static/.')
  lists.push({ path: page, title: titleOf(page) })
  report.mapped(at, `${target} is made by a template; ${page} becomes a list of posts`)
}

function titleOf(page: string): string {
  const name = page.replace(/\.html?$|\/$/g, '').split('/').at(-1) ?? ''
  return name === '' ? 'Home' : name.charAt(0).toUpperCase() + name.slice(1)
}

/** `{post, posts(Data)}` names the function `posts`, which takes the data of that name; `{post, "posts/*.md"}` the files. */
function groupOf(text: string, variable: ErlValue | undefined, source: ErlValue | undefined, { groups }: Found): string | undefined {
  const pattern = typeof source === 'string' ? source : undefined
  if (pattern !== undefined) return isSafe(pattern) ? [...groups].find(([, { from }]) => from === pattern)?.[0] ?? folderOfGlob(pattern).split('/').at(-1) : undefined
  const called = isCode(source) ? /^([a-z]\w*)\(/.exec(source.code)?.[1] ?? '' : ''
  const named = isCode(source) ? [...source.code.matchAll(/[a-z]\w*/g)].map(([word]) => word) : []
  const body = called === '' ? '' : new RegExp(`^${called}\\s*\\([^)]*\\)\\s*->([^]*?)\\.\\s*$`, 'm').exec(text)?.[1] ?? ''
  const words = [...named, ...[...body.matchAll(/[a-z]\w*/g)].map(([word]) => word), `${nameOf(variable) ?? ''}s`]
  return words.find((word) => groups.has(word))
}

/** Without a module that says so: what the folders are called. */
function assumeGroups(root: string, { groups, report }: Found, isElixir: boolean): void {
  if (groups.size > 0) return
  for (const name of ['posts', 'pages'].filter((folder) => namesIn(root).includes(folder))) {
    groups.set(name, { from: `${name}/**/*.md`, permalink: isElixir ? '/{id}/' : '/{id}.html' })
    report.mapped({ file: name }, `${name}/ becomes the collection \`${name}\``)
  }
}

/** Title and the rest, from the files of terms and `site.config`. */
async function readSettings(root: string, { data, report }: Found): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = {}
  const files = new Map([...[...data.values()].map((one) => [one.file, one.kind] as const), ...['site.config', 'blog.config'].map((name) => [name, 'eterm'] as const), ['config.toml', 'toml'] as const])
  for (const [name, kind] of files) {
    if (!fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.isFile()) continue
    const read = readTextFile(path.join(root, name), name)
    if ('problem' in read) continue
    if (kind === 'eterm') addTerms(name, parseTerms(read.text), settings, report)
    else if (kind === 'toml') {
      const { parseToml } = await import('../sources/toml-text.ts')
      const { value } = parseToml(read.text)
      const blog = isTomlMap(value) && isTomlMap(value['blog']) ? value['blog'] : value
      if (isTomlMap(blog)) for (const [key, one] of Object.entries(blog)) settings[key] ??= one
    }
  }
  return settings
}

const known: Readonly<Record<string, string>> = { title: '`title`', description: '`description`', url: '`url`', site_url: '`url`', base_url: '`url`', author: '`author`', language: '`language`', lang: '`language`' }

function addTerms(name: string, { map, lines }: ErlMap, settings: Record<string, unknown>, report: MoveReport): void {
  for (const [key, value] of map) {
    const text = nameOf(value)
    if (known[key] !== undefined && text !== undefined) report.mapped({ file: name, line: lines.get(key) ?? 1 }, becomes(key, known[key]))
    else report.ignored({ file: name, line: lines.get(key) ?? 1 }, `\`${key}\` is no setting here; templates of LambdaPad are not run`)
    if (text !== undefined) settings[key] ??= text.replace(/\s+/g, ' ').trim()
  }
}

function configOf(root: string, { groups, lists, feeds, copy }: Found, settings: Readonly<Record<string, unknown>>, url: string | undefined): MovePlan['config'] {
  const call = (name: string, ...args: readonly Plain[]): Call => ({ call: name, args })
  const text = (key: string): string | undefined => (typeof settings[key] === 'string' && settings[key] !== '' ? settings[key] : undefined)
  const output = chooseOutput((name) => fs.existsSync(path.join(root, name)))
  const first = groups.has('posts') ? 'posts' : [...groups.keys()][0] ?? 'posts'
  const others = [...groups.keys()].filter((name) => name !== first)
  const home = lists.find(({ path: page }) => page === '/')
  const rest = lists.filter((list) => list !== home && list.path !== '/')
  const language = text('language') ?? text('lang')
  const copied = copy.length > 0 ? copy : fs.existsSync(path.join(root, 'assets')) ? [{ from: 'assets', to: '/' }] : []
  return {
    ...(text('title') !== undefined && { title: text('title') }), ...(url !== undefined && { url }),
    ...(text('description') !== undefined && { description: text('description') }), ...(text('author') !== undefined && { author: text('author') }), ...(language !== undefined && { language }),
    content: folderOfGlob(groups.get(first)?.from ?? 'posts/*') || 'posts', looseFiles: false, entriesWin: true, brokenLinks: 'warning', ...(output !== 'public' && { output }),
    collections: {
      [first]: { source: call('old.group', first), years: false },
      ...Object.fromEntries(others.map((name) => [name, { source: call('old.group', name), sort: 'title', index: false, feed: false }])),
    },
    taxonomies: { tags: {}, categories: {} },
    ...(Object.keys(feeds).length > 0 && { feeds: { formats: Object.keys(feeds), paths: feeds } }),
    ...(rest.length > 0 && { planners: [call('listPages', rest.map((list) => ({ ...list, collection: first })))] }),
    ...(copied.length > 0 && { copy: copied.filter(({ from }) => from !== '' && fs.existsSync(path.join(root, from))) }),
  }
}
