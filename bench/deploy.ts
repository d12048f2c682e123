// What a deploy of 10,000 files of 8 KB costs against an S3 in this process: first, nothing changed, ten changed. Beside it the
// AWS SDK in a bare loop, and `aws s3 sync` where it is installed, in turn. `npm run bench:deploy [-- FILES]`.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startS3, type S3Server } from '../test/support/s3/server.ts'
import { measure, type Cost } from './measure.ts'

const count = Number(process.argv[2] ?? 10_000)
const fileBytes = 8192
const program = fileURLToPath(new URL('../bundle/cli/main.js', import.meta.url))
const loop = fileURLToPath(new URL('../../test/support/deploy-loop.mjs', import.meta.url))
const rounds = 3

/** An output folder as a build leaves it, without the build. */
function makeSite(): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ssg-bench-deploy-'))
  const files = ['index.html', ...Array.from({ length: count - 1 }, (_, i) => `posts/${i % 100}/${i}/index.html`)]
  for (const [index, file] of files.entries()) {
    fs.mkdirSync(path.dirname(path.join(root, 'public', file)), { recursive: true })
    fs.writeFileSync(path.join(root, 'public', file), textOf(index, 0))
  }
  fs.writeFileSync(path.join(root, 'public/.ssg-files.json'), JSON.stringify({ version: 1, files: files.sort(), facts: { marks: [], redirects: {}, feeds: [], maps: [], brokenLinks: [] } }))
  fs.mkdirSync(path.join(root, 'content'))
  fs.writeFileSync(path.join(root, 'site.config.mjs'), `export default { title: 'Bench', url: 'https://blog.example/', deploy: { kind: 's3', bucket: 'site', forcePathStyle: true } }\n`)
  return root
}

const textOf = (index: number, edition: number): string => `<html><title>${index} ${edition}</title>${`Text number ${index}. `.repeat(600)}`.slice(0, fileBytes)

function edit(root: string, edition: number): void {
  for (let i = 0; i < 10; i++) fs.writeFileSync(path.join(root, `public/posts/${i}/${i}/index.html`), textOf(i, edition))
}

function empty({ bucket, log }: S3Server): void {
  bucket.versions.clear()
  log.length = 0
}

function hasAws(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    // Not installed: the comparison is left out, and the report says so.
    return false
  }
}

const server = await startS3()
Object.assign(process.env, server.env)
const root = makeSite()
const costs = new Map<string, Cost[]>()
async function run(name: string, file: string, args: readonly string[]): Promise<void> {
  const cost = await measure({ file, args })
  costs.set(name, [...costs.get(name) ?? [], cost])
  const mark = `${cost.wallSeconds.toFixed(2)} s, ${cost.cpuSeconds?.toFixed(2) ?? '?'} s CPU, ${cost.peakMb?.toFixed(0) ?? '?'} MB`
  process.stdout.write(`${name.padEnd(28)} ${mark}\n`)
}

try {
  const ssg = (name: string): Promise<void> => run(name, process.execPath, [program, '--root', root, 'deploy'])
  const aws = hasAws() ? (name: string): Promise<void> => run(name, 'aws', ['s3', 'sync', '--only-show-errors', '--endpoint-url', server.origin, path.join(root, 'public'), 's3://site/']) : undefined
  for (let round = 1; round <= rounds; round++) {
    empty(server)
    await run('SDK in a bare loop, first', process.execPath, [loop, path.join(root, 'public')])
    empty(server)
    await run('the same, cacheMiddleware', process.execPath, [loop, path.join(root, 'public'), '--kept'])
    empty(server)
    await ssg('ssg deploy, first')
    await ssg('ssg deploy, no change')
    edit(root, round)
    await ssg('ssg deploy, 10 changed')
  }
  if (aws) {
    empty(server)
    await aws('aws s3 sync, first')
    await aws('aws s3 sync, no change')
    edit(root, rounds + 1)
    await aws('aws s3 sync, 10 changed')
  } else process.stdout.write('aws s3 sync is not installed\n')
  const least = (name: string): number => Math.min(...(costs.get(name) ?? []).map(({ wallSeconds }) => wallSeconds))
  const against = (name: string): string => (least('ssg deploy, first') / least(name)).toFixed(2)
  process.stdout.write(`first deploy, best of ${rounds}: ${against('SDK in a bare loop, first')} of the bare loop, ${against('the same, cacheMiddleware')} of the same with cacheMiddleware\n`)
} finally {
  fs.rmSync(root, { recursive: true, force: true })
  await server.close()
}
