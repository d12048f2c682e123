// The package as its users get it: packed, installed into an empty folder, a site started and built with it.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { parseExpressionAt, type AnyNode } from 'acorn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cliEnv, projectRoot, readTree, removeTempFolders, tempFolder } from './support/cli.ts'

afterAll(removeTempFolders)

const mostBytes = 1_000_000

interface Packed { filename: string; files: { path: string; size: number; mode: number }[]; unpackedSize: number }

/** Without the variables that npm gives its scripts: they would send an npm inside of a test to this project. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_ENV$|INIT_CWD$|VITEST)/i.test(name)))

function run(cwd: string, program: string, ...args: string[]): string {
  const result = spawnSync(program, args, { cwd, env: { ...env, XDG_CACHE_HOME: cliEnv.XDG_CACHE_HOME, NO_COLOR: '1', npm_config_update_notifier: 'false' }, encoding: 'utf8' })
  expect(result.status, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0)
  return result.stdout
}

let packed: Packed
let tarball: string
beforeAll(() => {
  const folder = tempFolder()
  const [first] = JSON.parse(run(projectRoot, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)) as Packed[]
  if (first === undefined) throw new Error('npm packed nothing')
  packed = first
  tarball = path.join(folder, first.filename)
})

describe('the package', () => {
  test('holds what its users need and nothing else', () => {
    const names = packed.files.map((file) => file.path)
    expect(names.filter((name) => !/^(?:dist\/bundle\/|dist\/(?:src|test\/conformance)\/.*\.d\.ts$|templates\/|(?:README\.md|LICENSE|CHANGELOG\.md|package\.json)$)/.test(name))).toEqual([])
    expect(names).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json', 'dist/bundle/cli/main.js', 'dist/bundle/index.js', 'dist/src/index.d.ts', 'dist/bundle/testing.js', 'dist/test/conformance/source.d.ts', 'templates/base.njk', 'templates/static/theme.css']))
  })

  test('is of today: no file of a source that is gone', () => {
    const orphans = packed.files.map((file) => file.path)
      .filter((name) => /^dist\/(?:src|test)\//.test(name) && !fs.existsSync(path.join(projectRoot, name.replace(/^dist\//, '').replace(/\.d\.ts$/, '.ts'))))
    expect(orphans, 'run `rm -r dist && npm run compile`').toEqual([])
  })

  test('has no large file', () => {
    expect(packed.files.filter(({ size }) => size > mostBytes)).toEqual([])
    // With the packages that are in the bundle.
    expect(packed.unpackedSize).toBeLessThan(3 * mostBytes)
  })

  test('makes no object that begins with another one and gets a hidden class of its own', () => {
    const folder = path.join(projectRoot, 'dist/bundle/cli')
    const found: string[] = []
    for (const name of fs.readdirSync(folder).filter((name) => name.endsWith('.cjs') && name !== 'loader.cjs')) {
      const code = fs.readFileSync(path.join(folder, name), 'utf8')
      const visit = (node: AnyNode): void => {
        const [first, ...others] = node.type === 'ObjectExpression' ? node.properties : []
        if (first?.type === 'SpreadElement' && others.length > 0 && code.slice(first.start, first.end) !== '...null') found.push(`${name}: ${code.slice(node.start, node.start + 40)}`)
        for (const child of Object.values(node).flat()) if (typeof child === 'object' && child !== null && 'type' in child) visit(child as AnyNode)
      }
      visit(parseExpressionAt(code, 0, { ecmaVersion: 'latest' }))
    }
    expect(found).toEqual([])
  })

  test('names no machine', () => {
    const folder = tempFolder()
    run(folder, 'tar', '-xzf', tarball)
    for (const [name, bytes] of readTree(folder)) expect(bytes.includes(projectRoot), name).toBe(false)
  })
})

describe('installed in an empty folder', () => {
  let root: string
  beforeAll(() => {
    root = tempFolder()
    // Without a prefix npm would look for a project in the folders above.
    run(root, 'npm', 'install', '--prefix', root, '--no-audit', '--no-fund', '--prefer-offline', '--no-package-lock', tarball)
  }, 240_000)

  test('brings no more than it needs', () => {
    const names = fs.readdirSync(path.join(root, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(names).toContain('sourcepress')
    expect(names.filter((name) => /^(?:typescript|vitest|playwright-core|zod|axe-core|knip|oxlint)$/.test(name))).toEqual([])
    expect(fs.readdirSync(path.join(root, 'node_modules/.bin'))).toContain('ssg')
  })

  test('starts a site, builds it, checks it', () => {
    expect(run(root, 'npx', '--no-install', 'ssg', 'init', '.')).toContain('site.config.ts')
    expect(run(root, 'npx', '--no-install', 'ssg', 'build')).toMatch(/^built \d+, /)
    expect(run(root, 'npx', '--no-install', 'ssg', 'check')).toContain('nothing found')
    expect(run(root, 'npx', '--no-install', 'ssg', '--version')).toBe(`${(JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version}\n`)
    const tree = readTree(path.join(root, 'public'))
    expect([...tree.keys()]).toEqual(expect.arrayContaining(['index.html', 'theme.css', 'posts/hello-world/index.html']))
    expect(tree.get('posts/hello-world/index.html')?.toString()).toContain('<h1>Hello, world</h1>')
  })

  test('its types are whole: the config of `init`, a source, the tests for sources', () => {
    fs.writeFileSync(path.join(root, 'own.config.ts'), `import { data, defineConfig, defineSource, files, put, type Entry, type SiteConfig, type Source } from 'sourcepress'
import { sourceConformance } from 'sourcepress/testing'

const books: Source = defineSource({
  name: 'books',
  async *load(ctx) {
    if (!ctx.signal.aborted) yield put({ id: '1', title: 'One', body: { markdown: 'x' }, tags: ['a'] })
  },
})
const config: SiteConfig = defineConfig({
  title: 'x', url: 'https://example.org/',
  collections: { posts: { source: [files('posts/**/*.md'), books, data('rows.csv')], permalink: (entry) => '/' + entry.slug + '/', sort: (a, b) => (a.title < b.title ? -1 : 1) } },
  markdown: { plugins: [(md) => { md.enable('table') }] },
  templates: { filters: { shout: (value) => String(value).toUpperCase() } },
  onEntry: (entry: Entry) => (entry.slug === 'x' ? undefined : entry),
  queries: { longest: (site) => site.entries[0] },
})
// @ts-expect-error: not a setting
export const wrong = defineConfig({ langauge: 'en' })
export default config
void sourceConformance({ source: () => books })
`)
    fs.writeFileSync(path.join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: false, types: [] }, include: ['site.config.ts', 'own.config.ts'] }))
    run(root, process.execPath, path.join(projectRoot, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json')
  })

  test('knows its public door alone', () => {
    const script = (name: string): string => `import('${name}').then((module) => console.log(Object.keys(module).join()), (error) => console.log(error.code))`
    expect(run(root, process.execPath, '-e', script('sourcepress'))).toBe('contentful,data,defineConfig,defineSource,files,jekyll,lambdapad,listPages,nikola,put,reference,s3,secret,webSub,webmentions,zola\n')
    expect(run(root, process.execPath, '-e', script('sourcepress/dist/src/build/build.js'))).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n')
  })
})
