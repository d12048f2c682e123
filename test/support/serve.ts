// `ssg serve` as its users run it: a process of its own, asked over HTTP.
import { spawn } from 'node:child_process'
import http from 'node:http'
import { cliEnv, cliFile } from './cli.ts'

export interface Served {
  /** `http://127.0.0.1:41234` */
  readonly origin: string
  /** What it has printed so far, on both streams. */
  log(): string
  get(path: string, options?: RequestOptions): Promise<Reply>
  /** Resolves with the text of an address as soon as a condition holds. */
  until(path: string, isThere: (reply: Reply) => boolean): Promise<Reply>
  /** Exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}
export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
}

const patienceMs = 20_000

export async function serve(root: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [cliFile, 'serve', '--port', '0', '--root', root, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...cliEnv, ...env },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { log += text })
  const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve) })
  running.add(() => child.kill('SIGKILL'))
  const port = await waitFor(() => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${log}`)
    return /http:\/\/[^\s/]+:(\d+)\//.exec(log)?.[1]
  })
  const origin = `http://127.0.0.1:${port}`
  const get: Served['get'] = (path, options) => request(Number(port), path, options)
  return {
    origin, get, log: () => log,
    until: (path, isThere) => waitFor(async () => {
      const reply = await get(path)
      return isThere(reply) ? reply : undefined
    }),
    async stop(signal = 'SIGINT') {
      child.kill(signal)
      return await ended
    },
  }
}

/** Sends a path as it is written: clients that make addresses of it would clean it up. */
export function request(port: number, path: string, { method = 'GET', headers = {} }: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    http.request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part)).on('error', reject).on('end', () => {
        const bytes = Buffer.concat(parts)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() })
      })
    }).on('error', reject).end()
  })
}

/** Asks again and again, until there is an answer. */
export async function waitFor<T>(ask: () => T | undefined | Promise<T | undefined>, patience = patienceMs): Promise<T> {
  for (const start = Date.now(); Date.now() - start < patience;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
  throw new Error('it did not happen')
}

const running = new Set<() => void>()

/** For `afterAll`: nothing outlives its test. */
export function stopServers(): void {
  for (const kill of running) kill()
  running.clear()
}
