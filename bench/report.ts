// Figures of a benchmark -> a table to read. Says what was measured, never whether that is good.
import type { Cost } from './measure.ts'

export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGb: number
  readonly node: string
  /** Version; absent: it is not installed or not wanted. */
  readonly hugo?: string
}
export interface Row {
  readonly name: 'cold' | 'unchanged' | 'edited'
  /** Medians. */
  readonly sourcepress: Cost
  readonly hugo?: Cost
  /** Ours divided by Hugo's. */
  readonly ratio?: { readonly wall: number; readonly cpu?: number }
}
export interface OutputSize {
  readonly files: number
  readonly bytes: number
}
export interface CorpusReport {
  readonly posts: number
  readonly blocks: number
  readonly codeLines: number
  readonly bytes: number
  readonly output: { readonly sourcepress: OutputSize; readonly hugo?: OutputSize }
  readonly rows: readonly Row[]
}
export interface Report {
  readonly version: 1
  readonly runs: number
  readonly machine: Machine
  readonly corpora: readonly CorpusReport[]
}

const labels = { cold: 'cold', unchanged: 'no change, new process', edited: 'one body edited, new process' } as const

export function renderReport({ runs, machine, corpora }: Report): string {
  const { cores, cpu, memoryGb, node, hugo } = machine
  const lines = [
    `${cores} cores of ${cpu}, ${memoryGb.toFixed(0)} GB, Node ${node}${hugo ? `, Hugo ${hugo}` : ''}; ${runs === 1 ? 'one run' : `medians of ${runs} runs`}`,
    ...corpora.flatMap((corpus) => ['', ...renderCorpus(corpus)]),
    '',
    hugo ? 'Both ran in turn. Hugo keeps no cache, so that each of its rows is a whole build; it checks no links.' : 'Hugo is not in this run: nothing to compare with.',
    'Wall times on a shared machine wander by a third; CPU times are steadier.',
  ]
  return `${lines.join('\n')}\n`
}

function renderCorpus({ posts, blocks, codeLines, bytes, output, rows }: CorpusReport): string[] {
  const compared = rows.some(({ hugo }) => hugo)
  const sizes = [`ours ${renderSize(output.sourcepress)}`, ...(output.hugo ? [`Hugo's ${renderSize(output.hugo)}`] : [])]
  return [
    `${posts} posts: ${megabytes(bytes)} MB, ${blocks} code blocks of ${codeLines} lines; output: ${sizes.join(', ')}`,
    cells('', compared ? ['wall s', 'CPU s', 'peak MB', 'Hugo', 'CPU s', 'peak MB', 'ratio', 'CPU'] : ['wall s', 'CPU s', 'peak MB']),
    ...rows.map(({ name, sourcepress, hugo, ratio }) => cells(labels[name], [...figures(sourcepress), ...(hugo ? [...figures(hugo), fixed(ratio?.wall, 3), fixed(ratio?.cpu, 3)] : [])])),
  ]
}

function figures({ wallSeconds, cpuSeconds, peakMb }: Cost): string[] {
  return [fixed(wallSeconds, 2), fixed(cpuSeconds, 2), fixed(peakMb, 0)]
}

function cells(label: string, values: readonly string[]): string {
  return label.padEnd(30) + values.map((value) => value.padStart(9)).join('')
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '-' : value.toFixed(digits)
}

function renderSize({ files, bytes }: OutputSize): string {
  return `${files} files, ${megabytes(bytes)} MB`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
