// Runs the compiled command as its users do: a process of its own in a folder of its own.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))
export const cliFile = path.join(projectRoot, 'dist/bundle/cli/main.js')

/** Of users, without their settings and with a folder of the tests' own for what is kept of the program. */
export const cliEnv = { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_CACHE_HOME: path.join(projectRoot, 'node_modules/.cache'), TZ: 'UTC', NO_COLOR: '1' }

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A command that runs the program: `['setpriv', '--no-new-privs']`. */
  readonly through?: readonly string[]
  /** Called with the child once it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
}

/** Without colours, and with nothing of the caller's environment that could change the output. */
export function runCli(args: readonly string[], { cwd, env = {}, through = [], onStart }: CliOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const [program = '', ...rest] = [...through, process.execPath, cliFile, ...args]
    const child = spawn(program, rest, {
      cwd, stdio: ['ignore', 'pipe', 'pipe'],
      // A run that hangs must not outlive its test.
      timeout: 120_000, killSignal: 'SIGKILL',
      env: { ...cliEnv, ...env },
    })
    let stdout = '', stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    onStart?.((signal) => child.kill(signal))
  })
}

/** For `through`: without root's right to read and write what its permissions forbid. */
export function unprivileged(): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []
}

/** A new empty folder with some files in it, removed by the caller's `afterAll` through `removeTempFolders`. */
export function tempFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ssg-test-')))
  made.push(folder)
  writeFiles(folder, files)
  return folder
}
const made: string[] = []

export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), content)
  }
}

export function removeTempFolders(): void {
  for (const folder of made.splice(0)) fs.rmSync(folder, { recursive: true, force: true })
}

/** Every file below a folder: path -> bytes. */
export function readTree(folder: string): Map<string, Buffer> {
  if (!fs.existsSync(folder)) return new Map()
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [path.relative(folder, file).split(path.sep).join('/'), fs.readFileSync(file)]))
}
