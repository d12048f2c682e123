// An S3 of our own in the test's process: strict about signatures, checksums and conditions, with faults on demand, a log of
// requests, and a CloudFront beside it. What real services do differently is found out by `npm run test:ceph`.
import { randomUUID } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCloudFront, type CloudFront } from './cloudfront.ts'
import { createBucket, type Bucket } from './objects.ts'
import { answerS3, operationOf, type S3Answer, type S3Call } from './operations.ts'
import { isAllowed, type TestPolicy } from './policy.ts'
import { verify, type Keys } from './signature.ts'

export interface LoggedRequest {
  readonly operation: string
  readonly key: string
  readonly status: number
  /** AWS_SDK_UA_APP_ID of the program that asked. */
  readonly app?: string
}

export interface Fault {
  /** Which requests it hits. */
  readonly on: (call: S3Call) => boolean
  /** How many of them; default: all. */
  times?: number
  /** How many go well first. */
  after?: number
  readonly act:
    | { readonly status: number; readonly code: string }
    | 'reset-before' | 'reset-after' | 'fail-after' | 'cut'
    | { readonly delayMs: number }
    | { readonly run: () => void | Promise<void> }
}

export interface S3ServerOptions {
  readonly opaqueEtags?: boolean
  readonly keepsVersions?: boolean
  /** Keys on a page of a list; default 1000. */
  readonly pageSize?: number
  /** `ignored` as old servers do; `unquoted`: If-Match only without quotes; `refused`: 501. */
  readonly conditions?: 'strict' | 'ignored' | 'unquoted' | 'refused'
  readonly policy?: TestPolicy
  readonly owner?: string
}

export interface S3Server {
  readonly origin: string
  readonly bucketName: string
  readonly bucket: Bucket
  readonly cloudFront: CloudFront
  /** Uploads in parts that were neither completed nor given up: id -> parts. */
  readonly uploads: ReadonlyMap<string, ReadonlyMap<number, Buffer>>
  readonly log: LoggedRequest[]
  readonly faults: Fault[]
  readonly options: S3ServerOptions
  policy: TestPolicy | undefined
  /** Milliseconds that its clock is ahead. */
  clockMs: number
  /** Called before each request with its number, from 1; what it returns is awaited. */
  onRequest: ((number: number, call: S3Call) => void | Promise<void>) | undefined
  /** Environment for a program that is to use it. */
  readonly env: Readonly<Record<string, string>>
  /** Requests that change something. */
  writes(): LoggedRequest[]
  close(): Promise<void>
}

const keys: Keys = { id: 'AKIDTESTTESTTESTTEST', secret: 'wJalrTESTTESTTESTTESTTESTTESTTESTTESTKEY', region: 'eu-central-1' }
export const secretKey = keys.secret

export async function startS3(options: S3ServerOptions = {}): Promise<S3Server> {
  const now = (): Date => new Date(Date.now() + state.clockMs)
  const bucket = createBucket({ opaqueEtags: options.opaqueEtags ?? false, keepsVersions: options.keepsVersions ?? false, now })
  const cloudFront = createCloudFront()
  const log: LoggedRequest[] = []
  const faults: Fault[] = []
  let count = 0
  const uploads = new Map<string, Map<number, Buffer>>()

  const answer = (call: S3Call): S3Answer => {
    const wrong = verify(call.request, call.body, keys, now())
    if (wrong !== undefined) return { status: wrong === 'AuthorizationHeaderMalformed' || wrong === 'BadDigest' || wrong === 'XAmzContentSHA256Mismatch' ? 400 : 403, code: wrong }
    if (call.operation.startsWith('CloudFront')) {
      if (!isAllowed(state.policy, call)) return { status: 403, code: 'AccessDenied' }
      return cloudFront.answer(call)
    }
    if (call.bucket !== state.bucketName) return { status: 404, code: 'NoSuchBucket' }
    const owner = call.request.headers['x-amz-expected-bucket-owner']
    if (owner !== undefined && owner !== (options.owner ?? '123456789012')) return { status: 403, code: 'AccessDenied' }
    return answerS3(call, { bucket, uploads, pageSize: options.pageSize ?? 1000, conditions: options.conditions ?? 'strict', policy: state.policy })
  }

  const server = http.createServer((request, response) => void handle(request, response))
  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await readBody(request)
    const call = operationOf(request, body)
    await state.onRequest?.(++count, call)
    const fault = takeFault(faults, call)
    const reset = (): void => { request.socket.destroy() }
    const note = (status: number): void => { log.push({ operation: call.operation, key: call.key, status, ...appOf(request) }) }
    if (fault === 'reset-before') return void (note(0), reset())
    if (typeof fault === 'object' && 'status' in fault) return void (note(fault.status), send(response, call, fault, now()))
    if (typeof fault === 'object' && 'delayMs' in fault) await sleep(fault.delayMs)
    if (typeof fault === 'object' && 'run' in fault) await fault.run()
    if (request.socket.destroyed) return
    const result = answer(call)
    note(result.status)
    if (fault === 'reset-after') return reset()
    if (fault === 'fail-after') return send(response, call, { status: 500, code: 'InternalError' }, now())
    send(response, call, result, now(), fault === 'cut')
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: S3Server = {
    origin, bucketName: 'site', bucket, cloudFront, uploads, log, faults, options, policy: options.policy, clockMs: 0, onRequest: undefined,
    env: {
      AWS_ACCESS_KEY_ID: keys.id, AWS_SECRET_ACCESS_KEY: keys.secret, AWS_REGION: keys.region, AWS_DEFAULT_REGION: keys.region, AWS_ENDPOINT_URL: origin, AWS_ENDPOINT_URL_CLOUDFRONT: origin,
      AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true',
    },
    writes: () => log.filter(({ operation }) => !/^(?:List|Get|Head|CloudFrontGet)/.test(operation)),
    close: () => new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    }),
  }
  return state
}

function appOf({ headers }: http.IncomingMessage): { app?: string } {
  const app = /\bapp\/(\S+)/.exec(String(headers['user-agent']))?.[1]
  return app === undefined ? {} : { app }
}

function takeFault(faults: Fault[], call: S3Call): Fault['act'] | undefined {
  for (const fault of faults) {
    if (fault.times === 0 || !fault.on(call)) continue
    if (fault.after !== undefined && fault.after > 0) {
      fault.after--
      continue
    }
    if (fault.times !== undefined) fault.times--
    return fault.act
  }
  return undefined
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch (error) {
    // The client was killed while it was sending: what it sent does not count.
    if (!(error instanceof Error)) throw error
    request.socket.destroy()
  }
  return Buffer.concat(chunks)
}

function send(response: http.ServerResponse, call: S3Call, answer: S3Answer, date: Date, isCut = false): void {
  const { status, headers = {} } = answer
  const error = answer.code === undefined ? undefined : Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><${call.operation.startsWith('CloudFront') ? `ErrorResponse><Error><Code>${answer.code}</Code><Message>${answer.code}</Message></Error></ErrorResponse` : `Error><Code>${answer.code}</Code><Message>${answer.code}</Message></Error`}>`)
  const body = answer.body ?? error ?? Buffer.alloc(0)
  const length = answer.length ?? body.length
  response.writeHead(status, { date: date.toUTCString(), 'x-amz-request-id': randomUUID(), 'content-type': 'application/xml', 'content-length': length, ...headers })
  if (isCut) {
    response.write(body.subarray(0, Math.floor(body.length / 2)))
    return void setTimeout(() => response.destroy(), 20)
  }
  response.end(call.request.method === 'HEAD' ? undefined : body)
}
