// The store on S3 and services like it, through the AWS SDK, which is loaded only here. Knows the SDK's habits: bodies are always
// buffers (streams are never sent again), conflicts are ours to retry, a failed condition may be our own lost answer.
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import type { S3Target } from '../core/deploy.ts'
import { inFlightAtMost, objectFields, resultOf, unquoted, where, type Connection } from './s3-fields.ts'
import { abandonUpload, putInParts } from './s3-multipart.ts'
import { storeError } from './s3-errors.ts'
import { loadS3 } from './sdk.ts'
import { StoreError, type Put, type PutResult, type Store } from './store.ts'

/** Even the slowest line sends as much in a millisecond. */
const slowestBytesPerMs = 20
/** Up to here the usual time is enough. A time of its own makes the SDK put together its chain of functions anew. */
const quickBytes = 64 << 10
const conflictsAtMost = 6

export async function openS3(target: S3Target): Promise<Store> {
  const sdk = loadS3()
  const { timeoutSeconds = 30 } = target
  const client = new sdk.S3Client(clientConfig(target))
  // It makes a copy of every request and answer for a log that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware')
  const connection: Connection = {
    sdk, client, target,
    async send(request, call, sizeBytes = 0) {
      try {
        return await call(sizeBytes <= quickBytes ? undefined : { requestTimeout: timeoutSeconds * 1000 + Math.ceil(sizeBytes / slowestBytesPerMs) })
      } catch (error) {
        throw storeError(error, request)
      }
    },
  }
  const answers = watchAnswers(client)
  if (target.endpoint !== undefined) useOldChecksums(client)
  return { ...reading(connection), put: (put) => putAgain(connection, put), putLarge: (put) => putInParts(connection, put), abandon: (key, upload) => abandonUpload(connection, key, upload), remove: (keys) => remove(connection, keys), ...answers }
}

/** Which key is used in which region, and nothing of the secret. Asks only where credentials come from. */
export async function readIdentity(target: S3Target): Promise<string> {
  const sdk = loadS3()
  const client = new sdk.S3Client(clientConfig(target))
  try {
    const [{ accessKeyId, sessionToken, expiration }, region] = await Promise.all([client.config.credentials(), client.config.region()])
    const kind = sessionToken === undefined ? 'of a user' : `of a role${expiration === undefined ? '' : `, until ${expiration.toISOString().slice(0, 16)}`}`
    return `key ${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)} ${kind}, region ${region}`
  } catch (error) {
    throw storeError(error, 'credentials')
  }
}

function clientConfig({ region, endpoint, forcePathStyle, timeoutSeconds = 30 }: S3Target): S3ClientConfig {
  return {
    maxAttempts: 6, retryMode: 'standard', followRegionRedirects: false,
    // Once for each kind of request, and not for each request: a fifth of what thousands of small files cost.
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: timeoutSeconds * 1000, throwOnRequestTimeout: true, httpAgent: { keepAlive: true, maxSockets: inFlightAtMost }, httpsAgent: { keepAlive: true, maxSockets: inFlightAtMost } },
    ...(region !== undefined && { region }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    ...(endpoint !== undefined && { endpoint, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED', ...(region === undefined && !hasRegion() && { region: 'us-east-1' }) }),
  }
}

const hasRegion = (): boolean => Boolean(process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? process.env['AWS_PROFILE'])

/** Sees every answer, also of attempts that the SDK repeats by itself. */
function watchAnswers(client: Connection['client']): Pick<Store, 'serverTime' | 'onSlowDown'> {
  let time: Date | undefined
  const listeners: (() => void)[] = []
  client.middlewareStack.add((next) => async (args) => {
    const result = await next(args)
    const response = result.response as { statusCode?: number; headers?: Record<string, string> }
    const date = Date.parse(response.headers?.['date'] ?? '')
    if (!Number.isNaN(date)) time = new Date(date)
    if (response.statusCode === 503 || response.statusCode === 429) for (const call of listeners) call()
    return result
  }, { step: 'deserialize', name: 'watchAnswers', priority: 'low' })
  return { serverTime: () => time, onSlowDown: (call) => { listeners.push(call) } }
}

/** Services other than AWS may know only MD5 where S3 itself wants a checksum. */
function useOldChecksums(client: Connection['client']): void {
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const request = args.request as { headers: Record<string, string>; body?: unknown }
    if (commandName === 'DeleteObjectsCommand') {
      for (const name of Object.keys(request.headers)) if (/^x-amz-(?:checksum-|sdk-checksum)/i.test(name)) delete request.headers[name]
      request.headers['content-md5'] = md5(request.body as string | Uint8Array)
    }
    return next(args)
  }, { step: 'build', name: 'useOldChecksums', priority: 'low' })
}

const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('base64')

function reading({ sdk, client, target, send }: Connection): Pick<Store, 'list' | 'get' | 'head'> {
  return {
    async list(prefix, onKeys) {
      const found: { key: string; sizeBytes: number; etag: string }[] = []
      const asked = `ListObjectsV2 ${prefix}`.trimEnd()
      for (let token: string | undefined, more = true; more;) {
        const command = new sdk.ListObjectsV2Command({ ...where(target), Prefix: prefix, ...(token !== undefined && { ContinuationToken: token }) })
        const page = await send(asked, (options) => client.send(command, options))
        for (const { Key, Size, ETag } of page.Contents ?? []) if (Key !== undefined) found.push({ key: Key, sizeBytes: Size ?? 0, etag: unquoted(ETag) })
        onKeys?.(found.length)
        token = page.NextContinuationToken
        more = page.IsTruncated === true
        if (more && token === undefined) throw new StoreError('server', asked, 'the list breaks off', undefined)
      }
      return found
    },
    async get(key, version) {
      const command = new sdk.GetObjectCommand({ ...where(target), Key: key, ...(version !== undefined && { VersionId: version }) })
      return await orNothing(send(`GetObject ${key}`, async (options) => {
        const { Body, ETag, LastModified, Metadata } = await client.send(command, options)
        const bytes = await Body?.transformToByteArray() ?? new Uint8Array()
        return { bytes, etag: unquoted(ETag), ...(LastModified && { lastModified: LastModified }), ...(Metadata?.['ssg'] !== undefined && { token: Metadata['ssg'] }) }
      }))
    },
    async head(key, version) {
      const command = new sdk.HeadObjectCommand({ ...where(target), Key: key, ...(version !== undefined && { VersionId: version }) })
      return await orNothing(send(`HeadObject ${key}`, async (options) => {
        const { ETag, LastModified, Metadata, VersionId } = await client.send(command, options)
        return { etag: unquoted(ETag), ...(LastModified && { lastModified: LastModified }), ...(Metadata?.['ssg'] !== undefined && { token: Metadata['ssg'] }), ...(VersionId !== undefined && { version: VersionId }) }
      }))
    },
  }
}

/** `undefined` for an object that is not there; a bucket that is not there is an error. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    const { name = '', $metadata } = (error instanceof StoreError ? error.cause : error) as { name?: string; $metadata?: { httpStatusCode?: number } }
    if ($metadata?.httpStatusCode === 404 && name !== 'NoSuchBucket') return undefined
    throw error
  }
}

/** Repeats what S3 refuses only because somebody else is writing the same key at this moment. */
async function putAgain(connection: Connection, put: Put): Promise<PutResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await putOnce(connection, put)
    } catch (error) {
      if (!(error instanceof StoreError) || error.failure !== 'conflict' || attempt === conflictsAtMost) throw error
      await sleep(50 * 2 ** attempt)
    }
  }
}

async function putOnce(connection: Connection, put: Put): Promise<PutResult> {
  const { only } = put
  if (only === undefined) return await sendPut(connection, put, {})
  if (only === 'absent') return await withLostAnswer(connection, put, sendPut(connection, put, { IfNoneMatch: '*' }))
  try {
    return await withLostAnswer(connection, put, sendPut(connection, put, { IfMatch: `"${only.etag}"` }))
  } catch (error) {
    if (!(error instanceof StoreError) || error.failure !== 'condition' || (await reading(connection).head(put.key))?.etag !== only.etag) throw error
    // It is as we wanted it and was refused all the same: some services compare with the quotes.
    return await sendPut(connection, put, { IfMatch: only.etag })
  }
}

/** The SDK repeats a request whose answer was lost, and then our own first one stands in the way. */
async function withLostAnswer(connection: Connection, { key, token }: Put, sent: Promise<PutResult>): Promise<PutResult> {
  try {
    return await sent
  } catch (error) {
    if (!(error instanceof StoreError) || error.failure !== 'condition') throw error
    const found = await reading(connection).head(key)
    if (found?.token !== token) throw error
    return { etag: found.etag, ...(found.version !== undefined && { version: found.version }) }
  }
}

async function sendPut({ sdk, client, target, send }: Connection, put: Put, condition: { IfMatch?: string; IfNoneMatch?: string }): Promise<PutResult> {
  const { key, bytes } = put
  const checksum = target.endpoint === undefined ? { ChecksumSHA256: put.sha256 ?? createHash('sha256').update(bytes).digest('base64') } : { ContentMD5: md5(bytes) }
  const command = new sdk.PutObjectCommand({ ...where(target), ...objectFields(target, put), ...checksum, ...condition, Key: key, Body: bytes, ContentLength: bytes.length })
  return resultOf(await send(`PutObject ${key}`, (options) => client.send(command, options), bytes.length))
}

async function remove({ sdk, client, target, send }: Connection, keys: readonly string[]): Promise<{ key: string; reason: string }[]> {
  const command = new sdk.DeleteObjectsCommand({ ...where(target), Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } })
  const { Errors = [] } = await send(`DeleteObjects of ${keys.length}`, (options) => client.send(command, options))
  return Errors.filter(({ Code }) => Code !== 'NoSuchKey').map(({ Key = '', Code = '', Message = '' }) => ({ key: Key, reason: Message || Code }))
}
