// Bytes -> an HTTP answer: type, ETag, ranges, HEAD. Everything must be asked for again, for it may have changed.
import fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import fresh from 'fresh'
import { lookup } from 'mrmime'
import parseRange from 'range-parser'
import { digest } from '../util/hash.ts'

export type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** A file that is known to belong to the site. */
  | { readonly kind: 'copy'; readonly file: string }

export interface AnswerOptions {
  readonly status: number
  /** File name that the type is derived from. */
  readonly name: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Text has a charset; XML and SVG say theirs themselves, and get it too, as a host would. */
export function contentType(name: string): string {
  const type = lookup(name) ?? 'application/octet-stream'
  return /^text\/|^application\/(?:javascript|json|manifest\+json|ld\+json|xml|[\w.-]+\+xml)$|\+xml$/.test(type) ? `${type};charset=utf-8`.replace(';', '; ') : type
}

export const commonHeaders: Readonly<Record<string, string>> = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }

export function respond(request: IncomingMessage, response: ServerResponse, answer: Answer, { status, name, headers = {} }: AnswerOptions): void {
  const opened = open(answer)
  if (opened === undefined) return respondText(request, response, 404, 'not found')
  const { size, etag, close } = opened
  const all = { ...commonHeaders, 'content-type': contentType(name), etag, 'accept-ranges': 'bytes', ...headers }
  if (status === 200 && fresh(request.headers, { etag })) {
    close()
    response.writeHead(304, all).end()
    return
  }
  const range = status === 200 ? rangeOf(request, size, etag) : undefined
  if (range === 'unsatisfiable') {
    close()
    response.writeHead(416, { ...all, 'content-range': `bytes */${size}`, 'content-length': 0 }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  response.writeHead(range ? 206 : status, { ...all, 'content-length': end - start + 1, ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }) })
  if (request.method !== 'HEAD' && size > 0) return opened.send(response, start, end)
  close()
  response.end()
}

interface Opened {
  readonly size: number
  readonly etag: string
  send(response: ServerResponse, start: number, end: number): void
  close(): void
}

function open(answer: Answer): Opened | undefined {
  if (answer.kind === 'copy') return openCopy(answer.file)
  const { bytes } = answer
  return { size: bytes.length, etag: `"${digest(bytes)}"`, close: () => undefined, send: (response, start, end) => response.end(bytes.subarray(start, end + 1)) }
}

/** The way to the file was made out when the site was built: a link that stands in it now leads elsewhere. */
function openCopy(file: string): Opened | undefined {
  let fd: number
  try {
    if (fs.realpathSync(file) !== file) return undefined
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  } catch {
    // Gone since the last build: to whoever asks, there is no such file.
    return undefined
  }
  const { size, mtimeMs, ino } = fs.fstatSync(fd)
  const close = (): void => fs.closeSync(fd)
  return {
    size, close, etag: `"${digest(`${size} ${mtimeMs} ${ino}`)}"`,
    send(response, start, end) {
      const stream = fs.createReadStream('', { fd, start, end })
      stream.on('error', () => response.destroy())
      response.on('close', () => stream.destroy())
      stream.pipe(response)
    },
  }
}

/** One range; several, or one of an older state of the file, are answered with all of it. */
function rangeOf({ headers }: IncomingMessage, size: number, etag: string): { start: number; end: number } | 'unsatisfiable' | undefined {
  const asked = headers.range
  const condition = headers['if-range']
  if (asked === undefined || (condition !== undefined && condition !== etag)) return undefined
  const ranges = parseRange(size, asked)
  if (ranges === -1) return 'unsatisfiable'
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined
  return ranges[0]
}

export function respondText(request: IncomingMessage, response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) + 1, ...headers })
  response.end(request.method === 'HEAD' ? undefined : `${text}\n`)
}

export function respondJson(request: IncomingMessage, response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(200, { ...commonHeaders, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) })
  response.end(request.method === 'HEAD' ? undefined : text)
}
