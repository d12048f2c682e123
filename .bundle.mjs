// Makes the program few files, for a quick start: a process that has nothing to do spends most of its time loading modules. What
// the program imports only when it needs it stays in files of its own. Packages come into the bundle with their licences, except
// those that are large or seldom needed.
// Each file is a function that `src/cli/loader.ts` runs; `src/README.md` says why.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { parseExpressionAt } from 'acorn'
import { init, parse } from 'es-module-lexer'
import Markdown from 'markdown-it'
import { build } from 'rolldown'
import { looksAsExpected } from './dist/src/render/markdown-speed.js'

const folder = 'dist/bundle'
const outside = /^(?:node:|contentful$|@aws-sdk\/|shiki(?:\/(?!textmate$)|$)|@shikijs\/(?!vscode-textmate$|primitive$)|@swc\/|idiomorph|image-size|acorn|sanitize-html|csv-parse|chokidar|fresh$|range-parser|es-module-lexer|yaml$|dayjs\/locale)/
const options = {
  platform: 'node', external: (id) => outside.test(id), write: false,
  transform: { define: { isMarkdownItKnown: String(looksAsExpected(new Markdown())) } },
}

const { output } = await build({
  ...options,
  input: { main: 'dist/src/cli/main.js', library: 'dist/src/index.js', testing: 'dist/test/conformance/source.js', 'highlight-worker': 'dist/src/build/highlight-worker.js', 'press-worker': 'dist/src/build/press-worker.js' },
  output: { format: 'cjs', entryFileNames: '[name]-[hash].cjs', chunkFileNames: '[name]-[hash].cjs' },
})
const loader = await build({ ...options, input: 'dist/src/cli/loader.js', output: { format: 'cjs' } })
const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]))
await init

/** The files that are run before this one is done, and itself. */
function withImports(name, found = new Set()) {
  if (!chunks.has(name) || found.has(name)) return found
  found.add(name)
  for (const next of chunks.get(name).imports) withImports(next, found)
  return found
}

/** The arguments that load a file: its name, and the packages outside of the bundle that it needs to start. */
function loading(name) {
  const packages = new Set([...withImports(name)].flatMap((file) => chunks.get(file).imports.filter((id) => !chunks.has(id) && !id.startsWith('node:'))))
  return `${JSON.stringify(`./${name}`)}, ${JSON.stringify([...packages].sort())}`
}

/** An expression: a function that takes what `loader.ts` gives it. `require` is the one name that the bundler keeps free. */
function functionOf({ code }) {
  const body = code.replace(/^#!.*/, '')
    .replace(/\bPromise\.resolve\(\)\.then\(\(\) => require\("\.\/([^"]+)"\)\)/g, (_, name) => `require.load(${loading(name)})`)
    .replace(/^let (\w+) = require\("((?!\.)[^"]+)"\);$/gm, 'let $1 = require.imported("$2");')
    .replace(/^(\w+) = \w+\.__toESM\(\1(?:, 1)?\);\n/gm, '')
  // `import(...)`, of packages and of the site's own modules.
  const imports = parse(body)[0].filter(({ type }) => type === 'dynamic').map(({ importStart }) => importStart).reverse()
  return withSharedForms(`(function (exports, require, __filename) {${imports.reduce((text, at) => `${text.slice(0, at)}require.importModule${text.slice(at + 'import'.length)}`, body)}})\n`)
}

/**
 * Writes `{ ...a, b }` as `{ ...null, ...a, b }`, which means the same. In Node 20, V8 gives each object made by the first a hidden class
 * of its own: making one takes 1.4 to 1.9 microseconds and not 0.05 to 0.15, and whatever is read of such objects afterwards is slow.
 */
function withSharedForms(code) {
  const starts = []
  const visit = (node) => {
    if (node.type === 'ObjectExpression' && node.properties.length > 1 && node.properties[0].type === 'SpreadElement') starts.push(node.properties[0].start)
    for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (typeof child?.type === 'string') visit(child)
  }
  visit(parseExpressionAt(code, 0, { ecmaVersion: 'latest' }))
  return starts.sort((a, b) => b - a).reduce((text, at) => `${text.slice(0, at)}...null, ${text.slice(at)}`, code)
}

const entry = (name) => output.find((chunk) => chunk.isEntry && chunk.name === name)
const thread = (name) => `import loader from './loader.cjs'\nawait loader.startThread(${loading(entry(name).fileName)})\n`
/** For `import`, which wants to know the names without running anything. */
function library(name) {
  const { fileName, exports } = entry(name)
  if (!loading(fileName).endsWith('[]')) throw new Error(`${name} needs packages to start: ${loading(fileName)}`)
  return `import loader from './cli/loader.cjs'\nexport const { ${exports.join(', ')} } = loader.runChunk('./${fileName}')\n`
}

const files = {
  'index.js': library('library'),
  'testing.js': library('testing'),
  // `import` would look through it for what it exports, which takes longer than running it.
  'cli/main.js': `#!/usr/bin/env node\nimport { createRequire } from 'node:module'\ncreateRequire(import.meta.url)('./loader.cjs').startProgram(${loading(entry('main').fileName)})\n`,
  'cli/highlight-worker.js': thread('highlight-worker'),
  'cli/press-worker.js': thread('press-worker'),
  'cli/loader.cjs': loader.output[0].code,
  ...Object.fromEntries(output.map((chunk) => [`cli/${chunk.fileName}`, functionOf(chunk)])),
}
fs.rmSync(folder, { recursive: true, force: true })
fs.mkdirSync(path.join(folder, 'cli'), { recursive: true })
for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content)

/** Of the packages in the bundle, in order. */
function packages() {
  const modules = output.flatMap((chunk) => chunk.moduleIds)
  return [...new Set(modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? []))].sort()
}

function notice(root) {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  const file = fs.readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version}, ${license}\n\n${file === undefined ? '' : fs.readFileSync(path.join(root, file), 'utf8').trim()}\n`
}

fs.writeFileSync(path.join(folder, 'LICENSES.txt'), packages().map(notice).join(`\n${'-'.repeat(80)}\n\n`))
// Tells one program from another without reading all of it.
fs.writeFileSync(path.join(folder, 'digest.txt'), createHash('sha256').update(JSON.stringify(files)).digest('hex'))
