// What one run of a program costs: wall time, CPU time of all its threads and children, peak memory. Needs nothing installed; CPU and
// memory are known only where there is /proc.
import { spawn } from 'node:child_process'
import fs from 'node:fs'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

export interface Cost {
  readonly wallSeconds: number
  /** User and system time, to 0.01 s. */
  readonly cpuSeconds?: number
  /** Of resident memory; looked up every 10 ms, so that what is taken just before the end may be missing. */
  readonly peakMb?: number
}

const ticksPerSecond = 100

/** Runs it to its end, without output. Rejects if it fails, with what it wrote to stderr. */
export async function measure({ file, args }: Command): Promise<Cost> {
  const cpuBefore = childCpuSeconds()
  const start = performance.now()
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let peakMb: number | undefined, errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const watch = setInterval(() => (peakMb = readPeakMb(child.pid) ?? peakMb), 10)
  const end = await new Promise<{ code: number | null; at: number }>((resolve, reject) => {
    let at = start
    child.on('error', reject)
    child.on('exit', () => (at = performance.now()))
    child.on('close', (code) => resolve({ code, at }))
  }).finally(() => clearInterval(watch))
  if (end.code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${end.code}:\n${errors.slice(-2000)}`)
  const cpuAfter = childCpuSeconds()
  return {
    wallSeconds: (end.at - start) / 1000,
    ...(cpuBefore !== undefined && cpuAfter !== undefined && { cpuSeconds: cpuAfter - cpuBefore }),
    ...(peakMb !== undefined && { peakMb }),
  }
}

/** Of all children that have ended, with theirs: exact, unlike anything that is looked up while a program runs. */
function childCpuSeconds(): number | undefined {
  if (!fs.existsSync('/proc/self/stat')) return undefined
  const fields = fs.readFileSync('/proc/self/stat', 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond
}

function readPeakMb(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/status`
  if (!fs.existsSync(file)) return undefined
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readIfThere(file))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    // The program has ended since.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT')) return ''
    throw error
  }
}

/** Of each figure on its own. */
export function medianCost(costs: readonly Cost[]): Cost {
  const of = (key: keyof Cost): number | undefined => median(costs.flatMap((cost) => cost[key] ?? []))
  const [cpuSeconds, peakMb] = [of('cpuSeconds'), of('peakMb')]
  return { wallSeconds: of('wallSeconds') ?? 0, ...(cpuSeconds !== undefined && { cpuSeconds }), ...(peakMb !== undefined && { peakMb }) }
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
