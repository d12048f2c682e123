// Loading and checking of site.config, by the compiled program in a process of its own: a test runner would load the config
// in its own way.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { Settings } from '../../src/core/settings.ts'
import { projectRoot, removeTempFolders, tempFolder } from '../support/cli.ts'

interface Loaded { settings?: Settings; config?: { inputs: string[]; digest: string }; diagnostics: Diagnostic[]; ms: number; bug?: string }
type Files = Readonly<Record<string, string>>

afterAll(removeTempFolders)

const script = `
const { loadSettings } = await import(process.argv[1])
const results = []
for (const [root, overrides] of JSON.parse(process.argv[2])) {
  const start = performance.now()
  const done = (result) => results.push({ ...result, ms: performance.now() - start })
  try { done(await loadSettings(root, overrides)) }
  catch (error) { done({ diagnostics: error.diagnostics ?? [], ...(error.diagnostics ? {} : { bug: error.stack }) }) }
}
process.stdout.write(JSON.stringify(results))
`

/** Loads several sites in one process; `stderr` must stay empty. */
function load(...calls: readonly (readonly [root: string, overrides?: object])[]): Loaded[] {
  const config = pathToFileURL(path.join(projectRoot, 'dist/src/config/config.js')).href
  const args = ['--input-type=module', '-e', script, '--', config, JSON.stringify(calls.map(([root, overrides = {}]) => [root, overrides]))]
  const child = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(child.stderr).toBe('')
  return JSON.parse(child.stdout) as Loaded[]
}

function loadOne(files: Files, overrides: object = {}): Loaded {
  const [loaded] = load([tempFolder(files), overrides])
  if (loaded === undefined || loaded.bug !== undefined) throw new Error(loaded?.bug ?? 'nothing was loaded')
  return loaded
}

const told = ({ diagnostics }: Loaded): string[] => diagnostics.map(({ code, at, message, fix }) => `${code} ${at?.file ?? '-'}:${at?.line ?? '-'}:${at?.column ?? '-'}+${at?.length ?? '-'} ${message} | ${fix}`)

const imports = `import { defineConfig, files } from 'sourcepress'\n`
const urlFix = `add \`url: 'https://example.org/'\`, with the address of your site.`

/** Files -> `code file:line:column+length message | fix` of every diagnostic. */
const failures: readonly (readonly [name: string, files: Files, expected: readonly string[]])[] = [
  ['syntax error in TypeScript', { 'site.config.ts': `const é = '😀'; export default {\n  title: ,\n}` }, [
    'config-load site.config.ts:2:10+1 syntax error: Expression expected | correct the syntax.',
  ]],
  ['TypeScript that is more than types', { 'site.config.ts': `${imports}\n  enum A { X }\nexport default {}` }, [
    'config-load site.config.ts:3:3+12 TypeScript enum is more than a type, so it cannot be used here | write it in plain JavaScript, for example a constant object in place of an enum.',
  ]],
  ['syntax errors in two imported files', { 'site.config.ts': `import './a.ts'\nimport './b.mjs'\nexport default {}`, 'a.ts': 'let x\n let y = ;', 'b.mjs': 'const a = {\n  b: ,\n}' }, [
    'config-load a.ts:2:10+1 syntax error: Expression expected | correct the syntax.',
    'config-load b.mjs:2:6+1 syntax error: Unexpected token | correct the syntax.',
  ]],
  ['an error that only the engine finds', { 'site.config.ts': `const a: number = 1\nconst a = 2\nexport default {}` }, [
    `config-load site.config.ts:2:7+1 syntax error: Identifier 'a' has already been declared | correct the syntax.`,
  ]],
  ['imported files that do not exist', { 'site.config.ts': `import x from './sources/book.ts'\nimport y from './sources/books'\nexport default { x, y, z: import('./nope.ts') }`, 'sources/books.ts': '' }, [
    'config-load site.config.ts:1:16+17 "./sources/book.ts" does not exist | write "./sources/books.ts".',
    'config-load site.config.ts:2:16+15 "./sources/books" does not exist | write "./sources/books.ts".',
    'config-load site.config.ts:3:35+9 "./nope.ts" does not exist | correct the path, or create the file.',
  ]],
  ['JSON without an attribute', { 'site.config.ts': `import d from './d.json'\nexport default d`, 'd.json': '{}' }, [
    `config-load site.config.ts:1:16+8 "./d.json" is JSON, which needs an import attribute | write \`with { type: 'json' }\` after it.`,
  ]],
  ['a package that is not installed', { 'site.config.ts': `${imports}import z from 'zodd'\nexport default {}` }, [
    'config-load site.config.ts:2:16+4 the package "zodd" is not installed | run `npm install zodd` in the site\'s folder.',
  ]],
  ['this package misspelled', { 'site.config.ts': `import { files } from 'sourcepres'\nexport default {}` }, [
    'config-load site.config.ts:1:24+10 the package "sourcepres" is not installed | did you mean "sourcepress"?',
  ]],
  ['a part that a package does not have', { 'site.config.ts': `import x from 'some/nope'\nexport default {}`, 'node_modules/some/package.json': '{"name":"some","exports":{".":"./x.js"}}', 'node_modules/some/x.js': '' }, [
    'config-load site.config.ts:1:16+9 the package "some" has no "some/nope" | import something that the package exports.',
  ]],
  ['a type imported as a value', { 'site.config.ts': `import { SiteConfig, files } from 'sourcepress'\nexport default {}` }, [
    'config-load site.config.ts:1:10+10 there is no export named "SiteConfig" in the module that it is imported from | write `import type` if "SiteConfig" is a type; else export it there.',
  ]],
  ['an export that a local file does not have', { 'site.config.ts': `${imports}import { a,\n  b } from './a.ts'\nexport default {}`, 'a.ts': 'export const a = 1' }, [
    'config-load site.config.ts:3:3+1 there is no export named "b" in the module that it is imported from | write `import type` if "b" is a type; else export it there.',
  ]],
  ['an error thrown behind import.meta on the first line', { 'site.config.ts': `const u: string = import.meta.url; throw new TypeError('bad')` }, [
    'config-load site.config.ts:1:42+- TypeError: bad | correct it: site.config.ts could not be loaded.',
  ]],
  ['an error thrown in an imported file', { 'site.config.ts': `import './lib/h.ts'\nexport default {}`, 'lib/h.ts': `const a: any = undefined\n\n  a.b.c\n` }, [
    `config-load lib/h.ts:3:5+- TypeError: Cannot read properties of undefined (reading 'b') | correct it: site.config.ts could not be loaded.`,
  ]],
  ['an error thrown in CommonJS', { 'site.config.js': `let a\nmodule.exports = { title: a.b }` }, [
    `config-load site.config.js:2:29+- TypeError: Cannot read properties of undefined (reading 'b') | correct it: site.config.js could not be loaded.`,
  ]],
  ['a SyntaxError thrown by code', { 'site.config.ts': `export default JSON.parse('{')` }, [
    expect.stringMatching(/^config-load site\.config\.ts:1:21\+- SyntaxError: .* \| correct it: site\.config\.ts could not be loaded\.$/) as unknown as string,
  ]],
  ['something thrown that is no error', { 'site.config.ts': `throw 'a fit'` }, [
    `config-load site.config.ts:-:-+- it threw 'a fit' | correct it: site.config.ts could not be loaded.`,
  ]],
  ['no default export', { 'site.config.ts': `export const config = {}` }, [
    'config-load site.config.ts:1:1+- site.config.ts has no default export | write `export default defineConfig({ ... })`.',
  ]],
  ['a function as the default export', { 'site.config.ts': `${imports}\nexport default () => ({})` }, [
    'config-load site.config.ts:3:16+10 the default export of site.config.ts is a function and not an object | write `export default defineConfig({ ... })`.',
  ]],
  ['two config files', { 'site.config.ts': '', 'site.config.mjs': '' }, [
    'config-load site.config.mjs:-:-+- there are two config files, site.config.ts and site.config.mjs | remove one of them.',
  ]],
  ['a config of another kind', { 'site.config.yaml': 'title: x' }, [
    'config-load site.config.yaml:-:-+- site.config.yaml is not a name that a config can have | rename it to site.config.ts, and write `export default defineConfig({ ... })` in it.',
  ]],
  ['neither config nor content', { 'README.md': '' }, [
    'config-load -:-:-+- there is neither a site.config.ts nor a folder `content` here | run `ssg init .` to start a site here, or give the folder of your site with --root.',
  ]],
  ['unknown keys on every level', { 'site.config.ts': `${imports}const posts = { pagesize: 10 }\nconst rest = { langauge: 'en' }\nexport default defineConfig({\n  tilte: 'x', ...rest,\n  collections: { posts },\n  markdown: { foo: 1 },\n  head: {\n    'openGraf': true,\n  },\n} as object)` }, [
    'config-key site.config.ts:5:3+5 `tilte` is not a setting | did you mean `title`?',
    'config-key site.config.ts:3:16+8 `langauge` is not a setting | did you mean `language`?',
    'config-key site.config.ts:2:17+8 `collections.posts.pagesize` is not a setting | did you mean `pageSize`?',
    'config-key site.config.ts:7:15+3 `markdown.foo` is not a setting | remove it; the keys of `markdown` are html, typographer, linkify, extras, plugins, excerptWords.',
    'config-key site.config.ts:9:5+10 `head.openGraf` is not a setting | did you mean `openGraph`?',
  ]],
  ['a key that is computed', { 'site.config.ts': `const key = 'tilte'\nexport default { ['a']: 1, [key]: 2 }` }, [
    'config-key site.config.ts:2:19+3 `a` is not a setting | remove it; the keys are title, url, id, description, language, timeZone, author, menu, params, collections, taxonomies, markdown, highlight, templates, feeds, head, sitemap, robots, static, content, output, onEntry, queries, planners, pagePath, entriesWin, copy, looseFiles, brokenLinks, redirects, blogroll, indieWeb, deploy.',
    'config-key site.config.ts:2:16+22 `tilte` is not a setting | did you mean `title`?',
  ]],
  ['keys that every object has', { 'site.config.ts': `export default { constructor: 1, ['__proto__']: 2, toString: 3 }` }, [
    expect.stringMatching(/^config-key site\.config\.ts:1:18\+11 `constructor` is not a setting/) as unknown as string,
    expect.stringMatching(/^config-key site\.config\.ts:1:35\+11 `__proto__` is not a setting/) as unknown as string,
    expect.stringMatching(/^config-key site\.config\.ts:1:52\+8 `toString` is not a setting/) as unknown as string,
  ]],
  ['names that cannot be part of addresses', { 'site.config.ts': `export default { collections: { 'a b': {} }, taxonomies: { 'x/y': {} }, templates: { filters: { 'a-b': () => 1 } } }` }, [
    'config-key site.config.ts:1:33+5 "a b" cannot be a name in `collections` | use letters, digits, - and _ alone: the name is part of addresses.',
    'config-key site.config.ts:1:60+5 "x/y" cannot be a name in `taxonomies` | use letters, digits, - and _ alone: the name is part of addresses.',
    'config-key site.config.ts:1:97+5 "a-b" cannot be a name in `templates.filters` | use letters, digits and _ alone, so that templates can call it.',
  ]],
  ['something that needs a url', { 'site.config.ts': `export default { feeds: {}, sitemap: true,\n  head: { canonical: true } }` }, [
    `config-url site.config.ts:1:18+5 \`feeds\` needs the site's \`url\`, because its addresses must be absolute | ${urlFix}`,
    `config-url site.config.ts:1:29+7 \`sitemap\` needs the site's \`url\`, because its addresses must be absolute | ${urlFix}`,
    `config-url site.config.ts:2:11+9 \`head.canonical\` needs the site's \`url\`, because its addresses must be absolute | ${urlFix}`,
  ]],
]

describe('a config that fails', () => {
  let results: Loaded[] = []
  beforeAll(() => { results = load(...failures.map(([, files]) => [tempFolder(files)] as const)) })
  test.each(failures.map(([name, , expected], i) => [name, i, expected] as const))('%s', (_, i, expected) => {
    const loaded = results[i]
    expect(loaded?.bug).toBeUndefined()
    expect(loaded && told(loaded)).toEqual(expected)
  })
})

/** Source of a value -> what is said about it. */
const values: readonly (readonly [setting: string, message: string, fix: string])[] = [
  [`title: ''`, '`title` must be a text, not ""', 'give it a text, or leave it out.'],
  [`title: null`, '`title` must be a text, not null', 'give it a text, or leave it out.'],
  [`url: 'example.org/blog'`, '`url` must be an absolute http or https address without query and fragment, not "example.org/blog"', `write \`url: 'https://example.org/blog'\`.`],
  [`url: 'ftp://example.org/'`, '`url` must be an absolute http or https address without query and fragment, not "ftp://example.org/"', `write \`url: 'https://example.org/'\`.`],
  [`url: 'https://example.org/?a=1'`, '`url` must be an absolute http or https address without query and fragment, not "https://example.org/?a=1"', `write \`url: 'https://example.org/'\`.`],
  [`language: 'en_US'`, '`language` must be a language tag as in BCP 47, not "en_US"', `write \`language: 'en-US'\`.`],
  [`timeZone: 'Europe/Berln'`, '`timeZone` must be the IANA name of a time zone, not "Europe/Berln"', `write \`timeZone: 'Europe/Berlin'\`.`],
  [`timeZone: '+02:00'`, '`timeZone` must be the IANA name of a time zone, not "+02:00"', `write \`timeZone: 'Europe/Berlin'\`.`],
  [`author: { email: 'a@b.c' }`, '`author.name` is missing', 'add `name`.'],
  [`menu: [{ title: 'a', url: '/' }, { title: 'b', url: 'javascript:x' }]`, '`menu[1].url` must be an address that starts with a slash or `https:`, not "javascript:x"', `write \`url: '/about/'\`.`],
  [`params: []`, '`params` must be an object, not a list', 'give it an object, or leave it out.'],
  [`collections: { a: { pageSize: 0 } }`, '`collections.a.pageSize` must be a whole number from 1 to 1000, not 0', 'write `pageSize: 10`.'],
  [`collections: { a: { permalink: ':slug/' } }`, '`collections.a.permalink` must be a pattern that starts with a slash, a function, or false, not ":slug/"', `write \`permalink: '/:year/:slug/'\`.`],
  [`collections: { a: { permalink: '/:yaer/' } }`, '`:yaer` is not a part of permalinks', 'did you mean `:year`?'],
  [`collections: { a: { sort: 'dates' } }`, `\`collections.a.sort\` must be 'date' or 'title' or 'order', or a function, not "dates"`, `did you mean 'date'?`],
  [`collections: { a: { source: 'a/**' } }`, '`collections.a.source` must be a source, which is an object with a name and a function `load`, not "a/**"', `write \`files("a/**")\`, with \`files\` from 'sourcepress'.`],
  [`collections: { a: { name: 'x', load() {} } }`, '`collections.a` is a source and not the settings of a collection', 'write `{ source: ... }` around it.'],
  [`collections: { a: { schema: {} } }`, '`collections.a.schema` must be a schema of a Standard Schema library, not an object', 'use a schema of zod (3.24 or newer), valibot or arktype.'],
  [`collections: { a: { index: 'posts' } }`, '`collections.a.index` must be an address on this site that starts with a slash, not "posts"', `write \`index: '/posts'\`.`],
  [`collections: { a: { template: '../x.njk' } }`, '`collections.a.template` must be the name of a file in the templates folder, not "../x.njk"', `write \`template: 'entry.njk'\`.`],
  [`taxonomies: { tags: { keys: 'tag' } }`, '`taxonomies.tags.keys` must be a list of front matter keys, not "tag"', `write \`keys: ['tags', 'tag']\`.`],
  [`markdown: { html: 'alow' }`, `\`markdown.html\` must be 'allow' or 'escape', not "alow"`, `did you mean 'allow'?`],
  [`markdown: { plugins: [[1]] }`, '`markdown.plugins[0]` must be a function, not a list', 'give it a function, or leave it out.'],
  [`highlight: true`, '`highlight` must be false or an object, not true', 'give it false or an object, or leave it out.'],
  [`highlight: { themes: { light: 'a' } }`, '`highlight.themes.dark` is missing', 'add `dark`.'],
  [`feeds: { formats: ['atom', 'rss2'] }`, `\`feeds.formats[1]\` must be 'atom' or 'rss' or 'json', not "rss2"`, `did you mean 'rss'?`],
  [`feeds: { limit: 1.5 }`, '`feeds.limit` must be a whole number from 1 to 1000, not 1.5', 'write `limit: 20`.'],
  [`static: '/abs'`, '`static` must be a folder inside the site, relative to its root, not "/abs"', `write \`static: 'abs'\`.`],
  [`content: '../x'`, '`content` must be a folder inside the site, relative to its root, not "../x"', `write \`content: 'x'\`.`],
  [`output: './content/x/'`, '`output` is "content/x", which overlaps with the folder "content"', `write \`output: 'public'\`.`],
  [`output: 'A', content: 'a/b'`, '`output` is "A", which overlaps with the folder "a/b"', `write \`output: 'public'\`.`],
  [`output: '.git'`, '`output` is ".git", which overlaps with the folder ".git"', `write \`output: 'public'\`.`],
  [`planners: () => []`, '`planners` must be a list of functions, not a function', 'give it a list of functions, or leave it out.'],
]

describe('a value that cannot be used', () => {
  let results: Loaded[] = []
  beforeAll(() => { results = load(...values.map(([setting]) => [tempFolder({ 'site.config.mjs': `export default { ${setting} }` })] as const)) })
  test.each(values.map(([setting, message, fix], i) => [setting, i, message, fix] as const))('%s', (_, i, message, fix) => {
    expect(results[i]?.diagnostics.map((found) => [found.code, found.at?.line, found.message, found.fix])).toEqual([['config-value', 1, message, fix]])
  })
})

test('all problems are told at once', () => {
  const loaded = loadOne({ 'site.config.ts': `export default {\n  title: 1,\n  url: 2,\n  nope: 3,\n}` })
  expect(loaded.diagnostics.map(({ at }) => `${at?.line}:${at?.column}`)).toEqual(['2:10', '3:8', '4:3'])
})

describe('a config that loads', () => {
  test('from TypeScript, with everything it imports', () => {
    const root = tempFolder({
      'site.config.ts': `\uFEFF${imports}import type { Nothing } from './nothing.ts'
import { t } from './lib/t.ts'
import d from './d.json' with { type: 'json' }
import { c } from './c.cjs'
import { m } from './m.js'
import { p } from 'some-package'
const { l } = await import('./lib/lazy.ts')
export default defineConfig({ title: [t, d.x, c, m, p, l].join(' ') satisfies string, params: { url: import.meta.url, file: import.meta.filename, folder: import.meta.dirname } as unknown })`,
      'lib/t.ts': `import { files } from 'sourcepress'\nimport { u } from './u.ts'\nexport const t: string = typeof files; export const v = u`,
      'lib/u.ts': `import { t } from './t.ts'\nexport const u = (): string => t`,
      'lib/lazy.ts': `export const l = 'lazy'`,
      'd.json': '{"x":"json"}', 'c.cjs': `exports.c = 'cjs'`, 'm.js': `export const m = 'js'`,
      'node_modules/some-package/package.json': '{"name":"some-package","type":"module","exports":"./p.js"}', 'node_modules/some-package/p.js': `export const p = 'package'`,
    })
    const [cold, cached] = load([root], [root])
    const [fresh] = load([root])
    for (const loaded of [cold, cached, fresh]) {
      expect(loaded?.bug).toBeUndefined()
      expect(loaded?.settings?.title).toBe('function json cjs js package lazy')
      expect(loaded?.settings?.params).toEqual({ url: pathToFileURL(path.join(root, 'site.config.ts')).href, file: path.join(root, 'site.config.ts'), folder: root })
      expect(loaded?.config?.inputs).toEqual(['c.cjs', 'd.json', 'lib/lazy.ts', 'lib/t.ts', 'lib/u.ts', 'm.js', 'site.config.ts'].map((file) => path.join(root, file)))
      expect(loaded?.config?.digest).toBe(cold?.config?.digest)
    }
    expect(fs.readFileSync(path.join(root, '.ssg/.gitignore'), 'utf8')).toBe('*\n')
    expect(fs.readdirSync(path.join(root, '.ssg/config'))).toHaveLength(2)
  })

  test.each([
    ['site.config.mjs', `${imports}export default defineConfig({ title: 'x' })`],
    ['site.config.mts', `${imports}export default defineConfig({ title: 'x' as string })`],
    ['site.config.js', `${imports}export default defineConfig({ title: 'x' })`],
    ['site.config.js', `module.exports = { title: 'x' }`],
    ['site.config.ts', `#!/usr/bin/env node\nexport default { title: 'x' }`],
    ['site.config.ts', `import { x } from './x.js'\nexport default { title: x }`],
  ])('from %s: %s', (name, text) => {
    const loaded = loadOne({ [name]: text, 'x.ts': `export const x: string = 'x'` })
    expect(loaded.settings?.title).toBe('x')
  })

  test('anew when a file that it imports has changed, or when the copy is damaged', () => {
    const root = tempFolder({ 'site.config.ts': `import { t } from './t.ts'\nexport default { title: t }`, 't.ts': `export const t = 'one'` })
    const [first] = load([root])
    fs.writeFileSync(path.join(root, 't.ts'), `export const t = 'two'`)
    const [second] = load([root])
    expect([first?.settings?.title, second?.settings?.title]).toEqual(['one', 'two'])
    expect(second?.config?.digest).not.toBe(first?.config?.digest)
    for (const { name, parentPath } of fs.readdirSync(path.join(root, '.ssg/config'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const file = path.join(parentPath, name)
      fs.writeFileSync(file, fs.readFileSync(file).subarray(0, 30))
      expect(load([root])[0]?.settings?.title).toBe('two')
    }
  })

  test('without a place for the cache', () => {
    const files = { 'site.config.ts': `${imports}import { p } from 'some-package'\nexport default { title: p as string }`, 'node_modules/some-package/package.json': '{"name":"some-package","type":"module","exports":"./p.js"}', 'node_modules/some-package/p.js': `export const p = 'package'` }
    expect(loadOne({ ...files, '.ssg': 'a file where the folder should be' }).settings?.title).toBe('package')
  })

  test('the same wherever the site lies', () => {
    const files = { 'site.config.ts': `import './a.ts'\nexport default {}`, 'a.ts': '' }
    const [one, two] = load([tempFolder(files)], [tempFolder(files)])
    expect(one?.config?.digest).toBe(two?.config?.digest)
  })

  test('with notes on what was assumed if there is none', () => {
    const root = tempFolder({ 'my-blog/content/posts/a.md': 'x' })
    const [loaded] = load([path.join(root, 'my-blog')])
    expect(loaded?.settings?.title).toBe('My blog')
    expect(loaded?.settings?.collections.map(({ name, permalink, feed, index }) => ({ name, permalink, feed, index }))).toEqual([
      { name: 'posts', permalink: '/:collection/:slug/', feed: true, index: undefined }, { name: 'pages', permalink: '/:path/', feed: false, index: false },
    ])
    expect(loaded?.diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`)).toEqual([
      `note assumption the title is "My blog", from the folder's name`,
      'note assumption content/posts/**/*.md are the posts, all other markdown in content/ are pages',
      'note assumption the default theme is used',
      'note assumption there is no `url`, so there will be no feeds, sitemap and canonical links',
    ])
  })

  test('a missing url turns off what needs it, with one note', () => {
    const loaded = loadOne({ 'site.config.ts': 'export default {}' })
    expect(loaded.settings).toMatchObject({ feeds: false, sitemap: false, head: { canonical: false, openGraph: true, jsonLd: true }, basePath: '/' })
    expect(told(loaded)).toEqual([`config-url site.config.ts:-:-+- there is no \`url\`, so there will be no feeds, sitemap and canonical links | ${urlFix}`])
    expect(loadOne({ 'site.config.ts': 'export default { feeds: false, sitemap: false, head: { canonical: false } }' }).diagnostics).toEqual([])
  })

  test('url and base path', () => {
    expect(loadOne({ 'site.config.ts': `export default { url: 'https://Example.org:443/b//c ä' }` }).settings).toMatchObject({ origin: 'https://example.org', basePath: '/b/c%20%C3%A4/' })
    const override = loadOne({ 'site.config.ts': `export default { feeds: {} }` }, { baseUrl: 'http://localhost:8080' })
    expect(override.settings).toMatchObject({ origin: 'http://localhost:8080', basePath: '/', feeds: { formats: ['atom'], limit: 20, content: 'full' } })
    expect(told(loadOne({ 'site.config.ts': `export default {}` }, { baseUrl: 'x' }))).toEqual(['usage-flag -:-:-+- --base-url must be an absolute http or https address, not "x" | write --base-url https://example.org/.'])
  })

  test('keys that are undefined count as left out', () => {
    const { settings } = loadOne({ 'site.config.ts': `export default { title: 'x', url: undefined, feeds: undefined, markdown: { html: undefined }, highlight: { maxLineLength: undefined } }` })
    expect(settings).toMatchObject({ markdown: { html: 'allow' }, highlight: { maxLineLength: 2000 } })
  })

  test('taxonomies and collections', () => {
    const { settings } = loadOne({ 'site.config.ts': `export default { taxonomies: { categories: {}, tags: { path: '/t' } }, collections: { news: { sort: 'title' }, pages: {} } }` })
    expect(settings?.taxonomies).toEqual([
      { name: 'categories', title: 'Categories', path: '/categories/', pageSize: 10, feed: true, slugs: 'signs', keys: ['categories', 'category'] },
      { name: 'tags', title: 'Tags', path: '/t/', pageSize: 10, feed: true, slugs: 'signs', keys: ['tags', 'tag'] },
    ])
    expect(settings?.collections.map(({ name, title, sort, years, sources }) => ({ name, title, sort, years, sources: sources.map((source) => source.name) }))).toEqual([
      { name: 'news', title: 'News', sort: 'title', years: false, sources: ['files news/**/*.md'] },
      { name: 'pages', title: 'Pages', sort: 'title', years: false, sources: ['files **/*.md'] },
    ])
  })
})
