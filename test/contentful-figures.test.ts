// What a space of 5000 entries costs: requests, CPU time and memory, beside the same work without the source. The limits leave room
// for a loaded machine; what was measured is printed.
import fs from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, expect, test } from 'vitest'
import { cliFile, projectRoot, removeTempFolders, tempFolder } from './support/cli.ts'
import { spaceId, tokens } from './support/contentful-api.ts'
import { closeServers, createSite } from './support/contentful-site.ts'
import { manyPosts } from './support/contentful-space.ts'

afterEach(closeServers)
afterAll(removeTempFolders)

interface Cost { readonly cpuMs: number; readonly peakMb: number }

function measure(args: readonly string[], cwd: string): Promise<Cost> {
  const file = path.join(tempFolder(), 'cost.json')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', path.join(projectRoot, 'test/support/measure.mjs'), ...args], {
      cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env['PATH'], TZ: 'UTC', MEASURE_FILE: file, CONTENTFUL_SPACE_ID: spaceId, CONTENTFUL_DELIVERY_TOKEN: tokens.delivery },
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(fs.readFileSync(file, 'utf8')) as Cost) : reject(new Error(`it ended with ${code}`))))
  })
}

const best = async (times: number, run: () => Promise<Cost>): Promise<Cost> => {
  const costs: Cost[] = []
  for (let i = 0; i < times; i++) costs.push(await run())
  return costs.reduce((a, b) => (a.cpuMs <= b.cpuMs ? a : b))
}

test('5000 entries', async () => {
  const site = await createSite(manyPosts(5000, 900), { options: '' })
  const plain = path.join(site.folder, 'plain.mjs')
  fs.writeFileSync(plain, `
let url = 'http://${site.api.host}/spaces/${spaceId}/environments/master/sync?initial=true&limit=200', all = []
while (url) {
  const page = JSON.parse(await (await fetch(url, { headers: { authorization: 'Bearer ${tokens.delivery}' } })).text())
  all.push(...page.items)
  url = page.nextPageUrl
}
process.exit(all.length === 5001 ? 0 : 1)`)
  const source = path.join(site.folder, 'source.mjs')
  const dist = (file: string): string => pathToFileURL(path.join(projectRoot, 'dist/src', file)).href
  fs.writeFileSync(source, `
import { contentful } from '${dist('sources/contentful/contentful.js')}'
import { openSource } from '${dist('sources/remote.js')}'
const folder = ${JSON.stringify(site.folder)}
const opened = await openSource(contentful({ host: '${site.api.host}', insecure: true, types: { post: {} } }), { root: folder, contentFolder: folder, timeZone: 'UTC', configDigest: '', snapshotFolder: folder + '/snapshots' + process.argv[2], collections: [] })
const { entries } = await opened.load()
opened.commit(new Map(), entries.length)
process.exit(entries.length === 5001 ? 0 : 1)`)
  const bare = await best(3, () => measure([plain], site.folder))
  site.api.forget()
  let run = 0
  const cold = await best(3, () => measure([source, String(run++)], site.folder))
  const pages = site.api.requests.filter((request) => request.path.endsWith('/sync')).length / 3
  const build = await measure([cliFile, 'build', '--at', '2026-06-01'], site.folder)
  site.api.forget()
  const unchanged = await best(3, () => measure([cliFile, 'build', '--at', '2026-06-01'], site.folder))
  const requests = site.api.requests.length / 3

  const without = tempFolder({ 'site.config.mjs': "export default { title: 'Site', url: 'https://example.org/', feeds: false }", 'content/posts/a.md': 'x' })
  await measure([cliFile, 'build', '--at', '2026-06-01'], without)
  const same = await best(3, () => measure([cliFile, 'build', '--at', '2026-06-01'], without))
  process.stdout.write(`5000 entries: plain fetch and parse ${bare.cpuMs} ms, ${bare.peakMb} MB; source cold ${cold.cpuMs} ms, ${cold.peakMb} MB, ${pages} sync pages; whole build ${build.cpuMs} ms, ${build.peakMb} MB; no change ${unchanged.cpuMs} ms, ${requests} requests; a site without Contentful ${same.cpuMs} ms\n`)
  expect(requests).toBe(3)
  expect(pages).toBeLessThanOrEqual(27)
  expect(cold.cpuMs - bare.cpuMs).toBeLessThan(3000)
  expect(cold.peakMb).toBeLessThan(350)
  expect(unchanged.cpuMs - same.cpuMs).toBeLessThan(1000)
}, 300_000)
