// Builds generated blogs with each tool, in turn, cold and warm, and collects what that costs.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createPost, openCorpus, type Corpus } from './corpus.ts'
import { measure, medianCost, type Cost } from './measure.ts'
import type { CorpusReport, OutputSize, Report, Row } from './report.ts'
import { findHugo, removeOld, sourcepress, type Tool } from './tools.ts'

/** The blogs stay here, for the next run. */
export function folderOfCorpora(): string {
  return path.join(os.tmpdir(), 'sourcepress-bench')
}

export interface Options {
  /** Sizes of the blogs. */
  readonly posts: readonly number[]
  readonly runs: number
  readonly hugo: boolean
  readonly onProgress: (text: string) => void
}

/** Builds each blog with each tool, in turn. `root`: of the compiled checkout. */
export async function runBench(root: string, { posts, runs, hugo, onProgress }: Options): Promise<Report> {
  const other = hugo ? findHugo(root) : undefined
  const tools: Tools = [sourcepress(root), ...(other ? [other] : [])]
  const corpora: CorpusReport[] = []
  for (const total of posts) {
    onProgress(`${total} posts: writing them`)
    const corpus = openCorpus(folderOfCorpora(), total, (folder) => tools.forEach((tool) => tool.prepare(folder)))
    corpora.push(await benchCorpus(corpus, tools, runs, onProgress))
  }
  const machine = { cores: os.availableParallelism(), cpu: os.cpus()[0]?.model ?? 'unknown make', memoryGb: os.totalmem() / 2 ** 30, node: process.versions.node }
  return { version: 1, runs, machine: { ...machine, ...(other && { hugo: other.version }) }, corpora }
}

/** Ours first. */
type Tools = readonly [Tool, ...Tool[]]
const rowNames = ['cold', 'unchanged', 'edited'] as const
type Samples = Record<Row['name'], Partial<Record<Tool['name'], Cost[]>>>

async function benchCorpus(corpus: Corpus, tools: Tools, runs: number, onProgress: Options['onProgress']): Promise<CorpusReport> {
  const samples: Samples = { cold: {}, unchanged: {}, edited: {} }
  for (let run = 1; run <= runs; run++) {
    for (const name of rowNames) {
      editPost(corpus, name === 'edited' ? ` Edited in run ${run}.` : '')
      for (const tool of tools) {
        onProgress(`${corpus.posts} posts, run ${run} of ${runs}: ${name}, ${tool.name}`)
        if (name === 'cold') tool.reset(corpus.folder)
        // What one tool has written is on the disk before the next begins.
        spawnSync('sync')
        const costs = (samples[name][tool.name] ??= [])
        costs.push(await measure(tool.build(corpus.folder)))
      }
    }
  }
  editPost(corpus, '')
  removeOld(corpus.folder)
  const { folder, ...size } = corpus
  const [ours, hugo] = tools.map((tool) => sizeOf(path.join(folder, tool.output)))
  return { ...size, output: { sourcepress: ours!, ...(hugo && { hugo }) }, rows: rowNames.map((name) => rowOf(name, samples[name])) }
}

/** A post in the middle gets its own text, with `addition` after its first paragraph. */
function editPost({ folder, posts }: Corpus, addition: string): void {
  const post = createPost(Math.floor(posts / 2), posts)
  const bodyStart = post.text.indexOf('\n---\n') + 6
  const end = post.text.indexOf('\n\n', bodyStart)
  const file = path.join(folder, 'content', post.path)
  const text = post.text.slice(0, end) + addition + post.text.slice(end)
  if (fs.readFileSync(file, 'utf8') !== text) fs.writeFileSync(file, text)
}

function rowOf(name: Row['name'], samples: Samples[Row['name']]): Row {
  const ours = medianCost(samples.sourcepress ?? [])
  if (!samples.hugo) return { name, sourcepress: ours }
  const hugo = medianCost(samples.hugo)
  const cpu = ours.cpuSeconds !== undefined && hugo.cpuSeconds ? ours.cpuSeconds / hugo.cpuSeconds : undefined
  return { name, sourcepress: ours, hugo, ratio: { wall: ours.wallSeconds / hugo.wallSeconds, ...(cpu !== undefined && { cpu }) } }
}

function sizeOf(folder: string): OutputSize {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  return { files: files.length, bytes: files.reduce((sum, file) => sum + fs.statSync(path.join(file.parentPath, file.name)).size, 0) }
}
