// P4 with sites that nobody thought out: each deploy leads from one random site to another, and before every request of it a reader
// goes through the bucket. Both sites are whole; so must be everything between them.
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import { startS3 } from './support/s3/server.ts'
import { expectDeployed, makeSite, type DeploySite } from './support/s3/site.ts'
import { brokenLinks, pagesOf } from './support/s3/website.ts'

afterAll(removeTempFolders)

/** What a site has of each: which names, and which of them each page names. */
interface Sketch {
  readonly pages: readonly number[]
  readonly assets: readonly number[]
  readonly moved: readonly number[]
  readonly edition: number
}

const some = (most: number): fc.Arbitrary<number[]> => fc.uniqueArray(fc.nat(most), { minLength: 1, maxLength: most })
const sketches: fc.Arbitrary<Sketch> = fc.record({ pages: some(8), assets: some(5), moved: some(3), edition: fc.nat(3) })

/** An output folder as a build leaves it: a redirect leads to a page, and each page names some others, a redirect and some assets. */
function write({ root }: DeploySite, { pages, assets, moved, edition }: Sketch): void {
  const folder = path.join(root, 'public')
  fs.rmSync(folder, { recursive: true, force: true })
  const pick = (list: readonly number[], seed: number): number => list[seed % list.length] ?? 0
  const link = (address: string): string => `<a href="${address}">x</a>`
  const body = (seed: number): string => `${link(`/p${pick(pages, seed + edition)}/`)}${link(`/p${pick(pages, seed * 3 + 1)}/`)}${link(`/m${pick(moved, seed)}/`)}<script src="/a${pick(assets, seed + edition)}.js"></script>`
  const redirects = Object.fromEntries(moved.map((name) => [`m${name}/index.html`, `/p${pick(pages, name + edition)}/`]))
  const files: Readonly<Record<string, string>> = {
    'index.html': pages.map((name) => link(`/p${name}/`)).join('') + body(edition),
    ...Object.fromEntries(pages.map((name) => [`p${name}/index.html`, body(name)])),
    ...Object.fromEntries(assets.map((name) => [`a${name}.js`, `// ${edition}`])),
    ...Object.fromEntries(Object.entries(redirects).map(([name, to]) => [name, `<meta http-equiv="refresh" content="0; url=${to}">`])),
  }
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  fs.writeFileSync(path.join(folder, '.ssg-files.json'), JSON.stringify({ version: 1, files: Object.keys(files).sort(), facts: { marks: [], redirects, feeds: [], maps: [], brokenLinks: [] } }))
}

test('P4: no state between two random sites has a broken link', async () => {
  const server = await startS3()
  const site = makeSite(server, { 'content/a.md': '' })
  let states = 0
  for (const sketch of fc.sample(sketches, { numRuns: 25, seed: 20_260_101 })) {
    write(site, sketch)
    const known = pagesOf(server.bucket)
    const isFirst = known.length === 0
    const broken = new Map<string, readonly string[]>()
    server.onRequest = (_, { operation, key }) => {
      states++
      const there = new Set(pagesOf(server.bucket))
      const found = isFirst ? [] : brokenLinks(server.bucket, { starts: ['/', ...known.filter((page) => there.has(page))] })
      if (found.length > 0) broken.set(`${operation} ${key}`, found)
    }
    await site.deploy()
    server.onRequest = undefined
    expect([...broken], JSON.stringify(sketch)).toEqual([])
    expectDeployed(server, site)
    expect(brokenLinks(server.bucket)).toEqual([])
  }
  await server.close()
  expect(states).toBeGreaterThan(300)
}, 180_000)
