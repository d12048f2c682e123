// Requests of a source: retried, limited in number and time, redacted, and recorded. Gives an answer that was checked, or throws
// what the user is to read; says nothing about what the answers mean.
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Answer, FetchOptions, RequestPolicy } from '../core/types.ts'
import { redact } from '../util/secret.ts'

export interface RecordedRequest {
  readonly method: string
  /** Without credentials. */
  readonly url: string
  /** How each try ended: `200`, or what was wrong. */
  readonly tries: readonly string[]
}

export interface RequesterOptions {
  /** What messages call the source. */
  readonly name: string
  readonly policy: RequestPolicy
  readonly baseUrl: string | undefined
  readonly signal: AbortSignal
  readonly onRequest?: (requests: readonly RecordedRequest[], waiting: string | undefined) => void
}

export interface Requester {
  readonly requests: readonly RecordedRequest[]
  send(url: string | URL, options?: FetchOptions): Promise<Answer>
}

/** A request that was given up. `status` is that of the last answer, `body` its beginning. */
export class RequestFailure extends SsgError {
  readonly status: number | undefined
  readonly body: string
  constructor(diagnostic: Diagnostic, status: number | undefined, body: string) {
    super([diagnostic])
    this.name = 'RequestFailure'
    this.status = status
    this.body = body
  }
}

/** No page of an API is larger; what never ends must not fill the memory. */
const mostBytes = 256 << 20

type Policy = Required<RequestPolicy>
const defaults: Policy = { retries: 5, inFlight: 4, timeoutSeconds: 20, deadlineSeconds: 60, firstWaitSeconds: 0.5, longestWaitSeconds: 30, waitHeaders: [] }

interface Desk {
  readonly options: RequesterOptions
  readonly policy: Policy
  readonly requests: RecordedRequest[]
  /** Those who wait for their turn. */
  readonly queue: (() => void)[]
  underWay: number
  /** Until when the server wants no requests, in ms of `performance.now()`. */
  pausedUntil: number
}

export function createRequester(options: RequesterOptions): Requester {
  const given = Object.fromEntries(Object.entries(options.policy).filter(([, value]) => value !== undefined))
  const desk: Desk = { options, policy: { ...defaults, ...given }, requests: [], queue: [], underWay: 0, pausedUntil: 0 }
  return {
    requests: desk.requests,
    async send(url, request = {}) {
      await takeTurn(desk)
      try {
        return await sendUntilGood(desk, resolveUrl(url, options), request)
      } finally {
        // The turn goes to the next one directly, or somebody who just came could take it too.
        const next = desk.queue.shift()
        if (next === undefined) desk.underWay--
        else next()
      }
    },
  }
}

function resolveUrl(url: string | URL, { baseUrl, name }: RequesterOptions): string {
  if (!URL.canParse(String(url), baseUrl)) throw fail('source-failed', `source ${name}: ${redact(String(url))} is not an address`, { fix: 'give a whole address, or set the source\'s `baseUrl`.' })
  const { href, protocol } = new URL(url, baseUrl)
  if (protocol !== 'https:' && protocol !== 'http:') throw fail('source-failed', `source ${name}: ${redact(href)} is no http or https address`, { fix: 'give an address that starts with https://.' })
  return href
}

async function takeTurn(desk: Desk): Promise<void> {
  if (desk.underWay < desk.policy.inFlight) desk.underWay++
  else await new Promise<void>((resolve) => { desk.queue.push(resolve) })
}

interface Try {
  /** Absent: it was an outage, or something that may pass. */
  readonly answer?: Answer
  readonly problem?: string
  readonly status?: number
  readonly body?: string
  /** Seconds that the server asked to wait. */
  readonly wait?: number
}

async function sendUntilGood(desk: Desk, url: string, request: FetchOptions): Promise<Answer> {
  const { policy, options: { signal, onRequest } } = desk
  const started = performance.now()
  const method = request.method ?? 'GET'
  const tries: string[] = []
  desk.requests.push({ method, url: redact(url), tries })
  const mayRepeat = request.retry ?? (method === 'GET' || method === 'HEAD')
  for (let count = 1; ; count++) {
    await pause(desk.pausedUntil - performance.now(), signal)
    const left = policy.deadlineSeconds * 1000 - (performance.now() - started)
    const one = await sendOnce(url, request, Math.min(left, policy.timeoutSeconds * 1000), desk)
    signal.throwIfAborted()
    tries.push(one.problem ?? String(one.status))
    onRequest?.(desk.requests, one.problem)
    if (one.answer !== undefined) return one.answer
    const wait = waitFor(one, count, policy)
    const isOver = !isPassing(one) || !mayRepeat || count > policy.retries || performance.now() - started + wait > policy.deadlineSeconds * 1000
    if (isOver || (one.wait ?? 0) > policy.longestWaitSeconds) throw failure(desk, url, one, { count, seconds: (performance.now() - started) / 1000 })
    // Others would only be refused, too.
    if (one.status === 429) desk.pausedUntil = Math.max(desk.pausedUntil, performance.now() + wait)
    else await pause(wait, signal)
  }
}

/** Whether the next try may end otherwise. */
function isPassing({ status }: Try): boolean {
  return status === undefined || status < 400 || status === 408 || status === 425 || status === 429 || status >= 500
}

function waitFor({ wait }: Try, count: number, { firstWaitSeconds }: Policy): number {
  // Not all at the same moment.
  const jitter = 0.75 + Math.random() / 2
  return wait === undefined ? firstWaitSeconds * 2 ** (count - 1) * jitter * 1000 : wait * 1000 + jitter * 100
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
}

async function sendOnce(url: string, request: FetchOptions, limitMs: number, { policy, options: { signal } }: Desk): Promise<Try> {
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)))
  try {
    const { method = 'GET', headers, body } = request
    const response = await fetch(url, { method, signal: AbortSignal.any([signal, limit]), headers: { accept: 'application/json, */*;q=0.5', ...headers }, ...(body !== undefined && { body }) })
    return readAnswer(url, response, await readBody(response), request, policy)
  } catch (error) {
    if (limit.aborted && !signal.aborted) return { problem: `it did not answer within ${seconds(limitMs / 1000)}` }
    return { problem: networkProblem(error) }
  }
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length
    if (size > mostBytes) throw new Error(`the answer is larger than ${mostBytes >> 20} MB`)
    chunks.push(chunk as Uint8Array)
  }
  return Buffer.concat(chunks)
}

function readAnswer(url: string, response: Response, bytes: Buffer, { as = 'json', accept = [], check }: FetchOptions, policy: Policy): Try {
  const { status } = response
  const headers = new Map([...response.headers].map(([name, value]) => [name.toLowerCase(), value]))
  const text = as === 'bytes' ? '' : bytes.toString('utf8')
  const isGood = response.ok || accept.includes(status)
  if (!isGood) return { status, problem: `it answered ${status}`, body: bytes.toString('utf8', 0, 4000), ...(status === 429 && waitOf(headers, policy)) }
  const parsed = as === 'json' ? parseJson(text) : { json: undefined }
  if ('problem' in parsed) return { problem: parsed.problem, body: text.slice(0, 4000) }
  const answer: Answer = { url: response.url || url, status, headers, text, bytes, json: parsed.json }
  const problem = check?.(answer)
  return problem === undefined ? { answer, status } : { problem, body: text.slice(0, 4000) }
}

function parseJson(text: string): { json: unknown } | { problem: string } {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    if (/^\s*<(?:!doctype|html)/i.test(text)) return { problem: 'it answered with a web page and not with data, as a login page or a proxy does' }
    return { problem: text.trim() === '' ? 'its answer is empty' : 'its answer is not JSON, or was cut off' }
  }
}

/** Seconds, or a date; some count from 1970. */
function waitOf(headers: ReadonlyMap<string, string>, { waitHeaders }: Policy): { wait: number } | undefined {
  for (const name of [...waitHeaders, 'retry-after', 'x-ratelimit-reset']) {
    const value = headers.get(name.toLowerCase())?.trim()
    if (value === undefined || value === '') continue
    const number = Number(value)
    const wait = Number.isFinite(number) ? (number > 1e9 ? number - Date.now() / 1000 : number) : (Date.parse(value) - Date.now()) / 1000
    if (Number.isFinite(wait)) return { wait: Math.max(0, wait) }
  }
  return undefined
}

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused', ENOTFOUND: 'there is no such host', EAI_AGAIN: 'the name of the host could not be looked up', ECONNRESET: 'the connection was cut off',
  UND_ERR_SOCKET: 'the connection was cut off', ETIMEDOUT: 'the connection took too long', UND_ERR_CONNECT_TIMEOUT: 'the connection took too long', EHOSTUNREACH: 'there is no way to the host', ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired', DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted', SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted', UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
}

/** `fetch` hides the reason in its cause. */
function networkProblem(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = cause instanceof Error ? cause.message : String(cause)
  return problems[code] ?? (/terminated|other side closed|aborted/i.test(message) ? 'the connection was cut off' : redact(message))
}

function failure({ options: { name } }: Desk, url: string, one: Try, { count, seconds: took }: { count: number; seconds: number }): RequestFailure {
  const isOutage = isPassing(one)
  const asked = one.wait === undefined ? '' : `, and asks to wait ${seconds(one.wait)}`
  const often = count === 1 ? '' : ` (tried ${count} times in ${seconds(took)})`
  return new RequestFailure({
    severity: 'error', code: isOutage ? 'source-unreachable' : 'source-refused',
    message: redact(`source ${name}: ${shortUrl(url)}: ${one.problem ?? 'no answer'}${asked}${often}`),
    fix: isOutage ? 'try again later, or look whether the server and the network are well.' : refusalFix(one.status),
  }, one.status, one.body ?? '')
}

function refusalFix(status: number | undefined): string {
  if (status === 401 || status === 403) return 'check the credential and what it may read.'
  return status === 404 ? 'check the address.' : 'check the address and what is asked for.'
}

/** Without the query, which may be long and hold credentials. */
function shortUrl(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}

function seconds(number: number): string {
  return `${number < 10 ? Number(number.toFixed(1)) : Math.round(number)} s`
}
