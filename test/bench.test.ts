// The benchmark itself: its blogs are the same everywhere and its figures are figures. How large they are is never tested.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { runBench } from '../bench/compare.ts'
import { createPost, openCorpus } from '../bench/corpus.ts'
import { renderReport } from '../bench/report.ts'

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-test-'))
  vi.stubEnv('TMPDIR', folder)
})
afterAll(() => {
  vi.unstubAllEnvs()
  fs.rmSync(folder, { recursive: true, force: true })
})

const posts = Array.from({ length: 200 }, (_, index) => createPost(index, 200))

test('posts are the same on every machine', () => {
  expect(createPost(7, 20)).toEqual(createPost(7, 20))
  const [first, second] = ['a', 'b'].map((name) => openCorpus(path.join(folder, name), 20, () => undefined))
  expect(path.basename(first!.folder)).toBe('20-4c13226e27fbb6d3')
  expect(readTree(first!.folder)).toEqual(readTree(second!.folder))
})

test('posts are as large and as different as the figures say', () => {
  for (const { words } of posts) expect(words).toSatisfy((count: number) => count >= 600 && count < 950)
  const codes = posts.flatMap(({ blocks }) => blocks.map(({ code }) => code))
  expect(codes.length / posts.length).toSatisfy((mean: number) => mean > 1.3 && mean < 1.7)
  expect(new Set(codes).size).toBe(codes.length)
  expect(new Set(posts.map(({ path: file }) => path.basename(file))).size).toBe(posts.length)
  expect(new Set(posts.flatMap(({ blocks }) => blocks.map(({ info }) => info))).size).toBe(9)
})

test('links lead to posts that there are', () => {
  const known = new Set(posts.map(({ path: file }) => file))
  const targets = posts.flatMap(({ text }) => [...text.matchAll(/\]\(\.\.\/([^)]+\.md)\)/g)].map(([, target]) => `posts/${target}`))
  expect(targets.length).toBeGreaterThan(posts.length)
  expect(targets.filter((target) => !known.has(target))).toEqual([])
})

test('a run gives figures for every row', { timeout: 120_000 }, async () => {
  const report = await runBench(process.cwd(), { posts: [20], runs: 1, hugo: true, onProgress: () => undefined })
  const [corpus] = JSON.parse(JSON.stringify(report)).corpora
  expect(corpus.rows.map(({ name }: { name: string }) => name)).toEqual(['cold', 'unchanged', 'edited'])
  for (const { sourcepress, hugo, ratio } of corpus.rows) {
    expect(sourcepress.wallSeconds).toBeGreaterThan(0)
    if (report.machine.hugo !== undefined) expect(ratio.wall).toBeCloseTo(sourcepress.wallSeconds / hugo.wallSeconds)
  }
  expect(corpus.output.sourcepress.files).toBeGreaterThan(20)
  expect(renderReport(report)).toContain('one body edited, new process')
})

function readTree(root: string): Map<string, string> {
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => fs.statSync(path.join(root, name)).isFile())
  return new Map(files.sort().map((name) => [name, fs.readFileSync(path.join(root, name), 'utf8')]))
}
