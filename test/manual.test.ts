// The manual: every example in it is a site that is built, and everything that can be set, typed or read is in it.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { globalFlags } from '../src/cli/arguments.ts'
import { codes } from '../src/core/diagnostic.ts'
import { knownParts } from '../src/core/permalink.ts'
import { createFilters } from '../src/render/filters.ts'
import { projectRoot, readTree, removeTempFolders, runCli, tempFolder } from './support/cli.ts'
import { readChapters, runExample } from './support/manual.ts'

const chapters = readChapters()

afterAll(removeTempFolders)

describe.concurrent('examples', () => {
  for (const { name, examples } of chapters) {
    for (const example of examples) test(`${name}: ${example.heading}`, () => runExample(example), 120_000)
  }
})

function textOf(name: string): string {
  const chapter = chapters.find((one) => one.name === name)
  if (chapter === undefined) throw new Error(`there is no chapter ${name}`)
  return chapter.text
}

function source(file: string): string {
  return fs.readFileSync(path.join(projectRoot, 'src', file), 'utf8')
}

/** Names of the members of an interface or class, as they are written. */
function membersOf(file: string, name: string): string[] {
  const body = new RegExp(`^export (?:interface|class) ${name}(?:<[^>\\n]*>)? [^]*?\\{\\n([^]*?)\\n\\}`, 'm').exec(source(file))?.[1]
  if (body === undefined) throw new Error(`there is no ${name} in ${file}`)
  return [...body.matchAll(/^ {2}(?:readonly |get )?(\w+)\??(?::|\()/gm)].map((match) => match[1] ?? '').filter((member) => member !== 'constructor')
}

/** What is not in a text as code: `name`, or with something around it, such as `site.name(x)`. */
function missingIn(chapter: string, names: readonly string[], prefix = ''): string[] {
  const text = textOf(chapter)
  return names.filter((name) => !new RegExp(`\`[^\`\\n]*(?<![\\w-])${prefix.replaceAll('.', '\\.')}${name}(?![\\w-])[^\`\\n]*\``).test(text))
}

describe('everything is in the manual', () => {
  test('settings', () => {
    const types = ['SiteConfig', 'CollectionConfig', 'TaxonomyConfig', 'MarkdownConfig', 'HighlightConfig', 'TemplatesConfig', 'FeedsConfig', 'Link', 'CopyRule', 'BlogrollConfig', 'BlogrollSite', 'IndieWebConfig', 'PlannerHelpers']
    const keys = types.flatMap((type) => membersOf('core/settings.ts', type))
    expect(keys.length).toBeGreaterThan(60)
    const inArchives = membersOf('core/settings.ts', 'PlannerHelpers')
    expect(missingIn('configuration.md', keys.filter((key) => !inArchives.includes(key)))).toEqual([])
    expect(missingIn('archives.md', inArchives, 'page.')).toEqual([])
  })

  test('options of a deploy, and what hooks get', () => {
    const names = ['S3Options', 'DeployResult'].flatMap((type) => membersOf('core/deploy.ts', type))
    expect(names.length).toBeGreaterThan(25)
    expect(missingIn('deploy.md', names)).toEqual([])
  })

  test('keys of front matter', () => {
    const keys = [...source('core/entry.ts').matchAll(/^const \w+Keys = \[(.*)\] as const/gm)].flatMap((match) => [...(match[1] ?? '').matchAll(/'(\w+)'/g)].map((key) => key[1] ?? ''))
    expect(keys.length).toBeGreaterThan(15)
    expect(missingIn('content.md', [...keys, 'tags', 'tag', 'image', 'robots'])).toEqual([])
  })

  test('parts of permalinks', () => {
    expect(missingIn('content.md', knownParts, ':')).toEqual([])
  })

  test('what templates see', () => {
    expect(missingIn('templates.md', membersOf('render/view.ts', 'SiteView'), 'site.')).toEqual([])
    expect(missingIn('templates.md', membersOf('render/view.ts', 'EntryView'), 'entry.')).toEqual([])
    expect(missingIn('templates.md', membersOf('render/view.ts', 'PageView'), 'page.')).toEqual([])
    expect(missingIn('templates.md', membersOf('core/types.ts', 'Pager'), 'pager.')).toEqual([])
  })

  test('filters', async () => {
    const filters = Object.keys(await createFilters({ language: 'en', timeZone: 'UTC', basePath: '/' } as Parameters<typeof createFilters>[0]))
    expect(missingIn('templates.md', filters)).toEqual([])
  })

  test('sources', () => {
    const types = [['sources/files.ts', 'FilesOptions'], ['sources/data.ts', 'DataOptions'], ['sources/put.ts', 'PutInput'], ['core/types.ts', 'Source'], ['core/types.ts', 'SourceContext'], ['core/types.ts', 'Origin'], ['core/types.ts', 'Entry'], ['core/types.ts', 'FetchOptions'], ['core/types.ts', 'PaginateOptions'], ['core/types.ts', 'RequestPolicy']] as const
    for (const [file, type] of types) expect(missingIn('sources.md', membersOf(file, type)), type).toEqual([])
    const kit = fs.readFileSync(path.join(projectRoot, 'test/conformance/source.ts'), 'utf8')
    const options = [...(/interface SourceConformanceOptions \{([^]*?)\n\}/.exec(kit)?.[1] ?? '').matchAll(/^ {2}(\w+)\??:/gm)].map((match) => match[1] ?? '')
    expect(missingIn('sources.md', options)).toEqual([])
  })

  test('options of contentful()', () => {
    for (const type of ['ContentfulOptions', 'TypeMapping', 'ImageOptions', 'Embedded']) expect(missingIn('contentful.md', membersOf('sources/contentful/options.ts', type)), type).toEqual([])
    expect(missingIn('contentful.md', membersOf('sources/contentful/assets.ts', 'Picture').filter((member) => member !== 'id'))).toEqual([])
  })

  test('sources of a server are as short as is said', () => {
    const linesOf = (title: string): number => chapters.find(({ name }) => name === 'sources.md')?.examples.flatMap(({ fences }) => fences).find((fence) => fence.title === title)?.text.trimEnd().split('\n').length ?? Infinity
    expect(linesOf('sources/books.mjs')).toBeLessThanOrEqual(20)
    expect(linesOf('sources/notes.mjs')).toBeLessThanOrEqual(35)
  })

  test('commands and their flags', () => {
    expect(missingIn('commands.md', globalFlags.flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]))).toEqual([])
    const sections = new Map(textOf('commands.md').split(/^## /m).map((section) => [/^ssg (\w+)/.exec(section)?.[1], section]))
    for (const { name, flags } of commands) expect(flags.filter((flag) => !sections.get(name)?.includes(`\`--${flag.name}`)).map((flag) => flag.name), name).toEqual([])
  })

  test('environment variables', () => {
    const text = [...readTree(path.join(projectRoot, 'src')).values()].join('\n')
    const names = [...text.matchAll(/process\.env\['(\w+)'\]|\{ ([A-Z_, ]+) \} = process\.env/g)].flatMap((match) => (match[1] ?? match[2] ?? '').split(/, */))
    expect(names).toContain('NO_COLOR')
    expect(missingIn('commands.md', names)).toEqual([])
  })

  test('codes of messages', () => {
    const told = [...textOf('errors.md').matchAll(/^\| `([\w-]+)` \| (.+) \| (.+) \|$/gm)].map((match) => match[1] ?? '')
    expect(told.filter((code, i) => told.indexOf(code) !== i)).toEqual([])
    expect([...told].sort()).toEqual(Object.keys(codes).sort())
  })

  test('words and templates of the theme', () => {
    const theme = readTree(path.join(projectRoot, 'templates'))
    const words = [...[...theme.values()].join('\n').matchAll(/\bwords\.(\w+)/g)].map((match) => match[1] ?? '')
    expect(missingIn('theme.md', [...new Set(words)])).toEqual([])
    expect(missingIn('theme.md', [...theme.keys()].map((file) => path.basename(file)))).toEqual([])
  })
})

test('chapters have a place of their own in the side navigation', () => {
  const orders = chapters.map(({ text }) => /^order: (\d+)$/m.exec(text)?.[1])
  expect(orders).not.toContain(undefined)
  expect(new Set(orders).size).toBe(chapters.length)
})

test('nothing in the manual or the README fetches a package of somebody else', () => {
  const texts = [...chapters.map(({ text }) => text), fs.readFileSync(path.join(projectRoot, 'README.md'), 'utf8')]
  expect(texts.filter((text) => /\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add|exec|dlx)\b[^\n`]*(?<![\w/.-])ssg\b|npx (?:-y|--yes|ssg@)|(?:pnpm dlx|yarn dlx|bunx) /.test(text))).toEqual([])
})

test('the own site with its manual is without findings', async () => {
  const folder = tempFolder()
  for (const name of ['content', 'templates', 'site.config.ts', 'CHANGELOG.md']) fs.cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true })
  expect(await runCli(['build', '--strict'], { cwd: folder })).toMatchObject({ code: 0, stderr: '' })
}, 120_000)

test('the README is short and its picture is small', () => {
  const readme = fs.readFileSync(path.join(projectRoot, 'README.md'), 'utf8')
  expect(readme.split('\n').length).toBeLessThanOrEqual(80)
  const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map((match) => path.join(projectRoot, match[1] ?? ''))
  expect(pictures.map((file) => fs.statSync(file).size < 150_000)).toEqual([true])
})
