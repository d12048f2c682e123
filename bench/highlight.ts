// What highlighting costs: stock shiki, ours on Oniguruma, and ours on the engine of its own, each in a process of its own, in one run.
// After `tsc -p bench/tsconfig.json`: `node dist/bench/highlight.js [blocks]`, CPU seconds and ratios.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { blockLanguages, generateBlocks } from './code-blocks.ts'

const themes = { light: 'github-light-default', dark: 'github-dark-default' }
const kinds = ['stock shiki, two themes', 'ours, Oniguruma', 'ours'] as const
type Kind = (typeof kinds)[number]

interface Cost {
  readonly cpuSeconds: number
  readonly peakMb: number
  readonly outputMb: number
}

async function run(kind: Kind, count: number): Promise<Cost> {
  const blocks = generateBlocks(count)
  const before = process.cpuUsage()
  const bytes = kind === 'stock shiki, two themes' ? await runStock(blocks) : await runOurs(blocks, kind === 'ours, Oniguruma')
  const { user, system } = process.cpuUsage(before)
  return { cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024, outputMb: bytes / 1e6 }
}

async function runStock(blocks: ReturnType<typeof generateBlocks>): Promise<number> {
  const { createHighlighter } = await import('shiki')
  const shiki = await createHighlighter({ themes: Object.values(themes), langs: blockLanguages })
  return blocks.reduce((sum, { code, info }) => sum + shiki.codeToHtml(code, { lang: info, themes }).length, 0)
}

async function runOurs(blocks: ReturnType<typeof generateBlocks>, oniguruma: boolean): Promise<number> {
  const { createHighlighter } = await import('../src/render/highlight.ts')
  const highlighter = createHighlighter({ themes, aliases: {}, languages: [], lineNumbers: false, maxLineLength: 2000 }, { engine: oniguruma ? 'oniguruma' : 'fast' })
  return (await highlighter.highlight(blocks)).reduce((sum, { html }) => sum + html.length, 0)
}

function print(count: number): void {
  const rows = kinds.map((kind) => ({ kind, cost: measure(kind, count) }))
  const ours = rows.at(-1)!.cost.cpuSeconds
  process.stdout.write(`${count} code blocks in ${blockLanguages.length} languages, each row in a new process\n`)
  for (const { kind, cost } of rows) {
    const ratio = `${(cost.cpuSeconds / ours).toFixed(2)} x`
    process.stdout.write(`${kind.padEnd(26)}${cost.cpuSeconds.toFixed(2).padStart(7)} s CPU ${ratio.padStart(8)} ${cost.peakMb.toFixed(0).padStart(5)} MB peak ${cost.outputMb.toFixed(2).padStart(6)} MB html\n`)
  }
}

function measure(kind: Kind, count: number): Cost {
  return JSON.parse(execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), '--run', kind, String(count)], { encoding: 'utf8' }))
}

const [first, ...rest] = process.argv.slice(2)
if (first === '--run') process.stdout.write(JSON.stringify(await run(rest[0] as Kind, Number(rest[1]))))
else print(Number(first ?? 1500))
