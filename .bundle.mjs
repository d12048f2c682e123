// Makes the program few files, for a quick start: a process that has nothing to do spends most of its time loading modules. What
// the program imports only when it needs it stays in files of its own. Packages come into the bundle with their licences, except
// those that are large or seldom needed, and those that others look for: the languages of dayjs, the test of markdown-it's code.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { build } from 'rolldown'

const folder = 'dist/bundle'
const outside = /^(?:node:|contentful$|@aws-sdk\/|shiki(?:\/|$)|@shikijs\/|@swc\/|oniguruma-|idiomorph|image-size|fastest-levenshtein|acorn|sanitize-html|csv-parse|chokidar|fresh$|range-parser|es-module-lexer|yaml$|markdown-it$|dayjs)/

const { output } = await build({
  input: { 'cli/main': 'dist/src/cli/main.js', index: 'dist/src/index.js', 'cli/highlight-worker': 'dist/src/build/highlight-worker.js', 'cli/press-worker': 'dist/src/build/press-worker.js' },
  platform: 'node',
  external: (id) => outside.test(id),
  output: { dir: folder, cleanDir: true, chunkFileNames: 'cli/[name]-[hash].js' },
})

/** Of the packages in the bundle, in order. */
function packages() {
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
  return [...new Set(modules.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? []))].sort()
}

function notice(root) {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  const file = fs.readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version}, ${license}\n\n${file === undefined ? '' : fs.readFileSync(path.join(root, file), 'utf8').trim()}\n`
}

fs.writeFileSync(path.join(folder, 'LICENSES.txt'), packages().map(notice).join(`\n${'-'.repeat(80)}\n\n`))
// Tells one program from another without reading all of it.
const hash = createHash('sha256')
for (const chunk of output) hash.update(`${chunk.fileName}\n${chunk.type === 'chunk' ? chunk.code : ''}`)
fs.writeFileSync(path.join(folder, 'digest.txt'), hash.digest('hex'))
