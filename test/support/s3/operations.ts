// What each request to the S3 of the tests does to its bucket. Knows nothing of connections.
import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Bucket, StoredVersion } from './objects.ts'
import { canList, isAllowed, type TestPolicy } from './policy.ts'

export interface S3Call {
  readonly request: IncomingMessage
  readonly body: Buffer
  /** As the API calls it: `PutObject`. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly query: URLSearchParams
}
export interface S3Answer {
  readonly status: number
  readonly code?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Content length, where there is no body. */
  readonly length?: number
}
export interface S3World {
  readonly bucket: Bucket
  readonly uploads: Map<string, Map<number, Buffer>>
  readonly pageSize: number
  readonly conditions: 'strict' | 'ignored' | 'unquoted' | 'refused'
  readonly policy: TestPolicy | undefined
}

export function operationOf(request: IncomingMessage, body: Buffer): S3Call {
  const url = new URL(request.url ?? '/', 'http://s3.test')
  const parts = url.pathname.slice(1).split('/').map(decodeURIComponent)
  const query = url.searchParams
  const method = request.method ?? ''
  const call = (operation: string): S3Call => ({ request, body, operation, bucket: parts[0] ?? '', key: parts.slice(1).join('/'), query })
  if (parts[0] === '2020-05-31') return call(method === 'POST' ? 'CloudFrontCreateInvalidation' : 'CloudFrontGetInvalidation')
  if (parts.slice(1).join('/') === '') return call(method === 'POST' && query.has('delete') ? 'DeleteObjects' : method === 'GET' ? 'ListObjectsV2' : 'HeadBucket')
  if (query.has('uploads')) return call('CreateMultipartUpload')
  if (query.has('uploadId')) return call({ PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method] ?? 'ListParts')
  return call({ GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method] ?? method)
}

export function answerS3(call: S3Call, world: S3World): S3Answer {
  if (call.operation !== 'DeleteObjects' && !isAllowed(world.policy, call)) return { status: 403, code: 'AccessDenied' }
  switch (call.operation) {
    case 'ListObjectsV2': return list(call, world)
    case 'GetObject': case 'HeadObject': return read(call, world)
    case 'PutObject': return put(call, world)
    case 'DeleteObjects': return remove(call, world)
    case 'CreateMultipartUpload': return createUpload(call, world)
    case 'UploadPart': return uploadPart(call, world)
    case 'CompleteMultipartUpload': return completeUpload(call, world)
    case 'AbortMultipartUpload': return world.uploads.delete(call.query.get('uploadId') ?? '') ? { status: 204 } : { status: 404, code: 'NoSuchUpload' }
    default: return { status: 405, code: 'MethodNotAllowed' }
  }
}

const xml = (text: string): string => text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? '')
const unxml = (text: string): string => text.replace(/&(amp|lt|gt|quot|apos|#x?[0-9a-f]+);/gi, (_, name: string) => (name.startsWith('#x') ? String.fromCodePoint(parseInt(name.slice(2), 16)) : name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' }[name.toLowerCase()] ?? ''))
const page = (root: string, body: string): Buffer => Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${root}>`)

function list({ query }: S3Call, { bucket, pageSize }: S3World): S3Answer {
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const keys = bucket.keys().filter((key) => key.startsWith(prefix) && (after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0))
  const shown = keys.slice(0, pageSize)
  const isTruncated = shown.length < keys.length
  const rows = shown.map((key) => {
    const { etag, bytes, modified } = bucket.get(key) as StoredVersion
    return `<Contents><Key>${xml(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${bytes.length}</Size></Contents>`
  })
  return { status: 200, body: page('ListBucketResult', `${rows.join('')}<IsTruncated>${isTruncated}</IsTruncated><KeyCount>${shown.length}</KeyCount>${isTruncated ? `<NextContinuationToken>${xml(shown.at(-1) ?? '')}</NextContinuationToken>` : ''}`) }
}

function read({ key, query, operation }: S3Call, { bucket, policy }: S3World): S3Answer {
  const found = bucket.get(key, query.get('versionId') ?? undefined)
  // S3 tells what is missing only to who may list.
  if (found === undefined) return canList(policy) ? { status: 404, code: 'NoSuchKey' } : { status: 403, code: 'AccessDenied' }
  const headers = { ...found.headers, etag: `"${found.etag}"`, 'last-modified': found.modified.toUTCString(), 'x-amz-version-id': found.id }
  return operation === 'HeadObject' ? { status: 200, headers, length: found.bytes.length } : { status: 200, headers, body: found.bytes }
}

const kept = /^(?:cache-control|content-type|content-disposition|content-language|content-encoding|x-amz-meta-.*|x-amz-website-redirect-location|x-amz-acl)$/
function keptHeaders({ request }: S3Call): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).filter(([name]) => kept.test(name)).map(([name, value]) => [name, String(value)]))
}

function refusedBy({ request, key }: S3Call, { bucket, conditions }: S3World): S3Answer | undefined {
  const [match, noneMatch] = [request.headers['if-match'], request.headers['if-none-match']]
  if (conditions === 'ignored' || (match === undefined && noneMatch === undefined)) return undefined
  if (conditions === 'refused') return { status: 501, code: 'NotImplemented' }
  const etag = bucket.get(key)?.etag
  if (noneMatch === '*' && etag !== undefined) return { status: 412, code: 'PreconditionFailed' }
  if (match === undefined) return undefined
  if (etag === undefined) return { status: 404, code: 'NoSuchKey' }
  return match === (conditions === 'unquoted' ? etag : `"${etag}"`) ? undefined : { status: 412, code: 'PreconditionFailed' }
}

function put(call: S3Call, world: S3World): S3Answer {
  if (Buffer.byteLength(call.key) > 1024) return { status: 400, code: 'KeyTooLongError' }
  if (call.request.headers['content-length'] === undefined) return { status: 411, code: 'MissingContentLength' }
  const refused = refusedBy(call, world)
  if (refused) return refused
  const { etag, id } = world.bucket.put(call.key, call.body, keptHeaders(call))
  return { status: 200, headers: { etag: `"${etag}"`, 'x-amz-version-id': id } }
}

function remove(call: S3Call, { bucket, policy }: S3World): S3Answer {
  const { request, body } = call
  if (!['content-md5', 'x-amz-checksum-crc32', 'x-amz-checksum-sha256'].some((name) => name in request.headers)) return { status: 400, code: 'InvalidRequest' }
  const keys = [...body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unxml(key))
  if (keys.length > 1000) return { status: 400, code: 'MalformedXML' }
  const refused = keys.filter((key) => !isAllowed(policy, { ...call, key }))
  for (const key of keys) if (!refused.includes(key)) bucket.remove(key)
  return { status: 200, body: page('DeleteResult', refused.map((key) => `<Error><Key>${xml(key)}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`).join('')) }
}

function createUpload(call: S3Call, { uploads }: S3World): S3Answer {
  const id = randomUUID()
  uploads.set(id, new Map())
  uploadHeaders.set(id, keptHeaders(call))
  return { status: 200, body: page('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`) }
}
const uploadHeaders = new Map<string, Record<string, string>>()

function uploadPart({ body, query }: S3Call, { uploads }: S3World): S3Answer {
  const parts = uploads.get(query.get('uploadId') ?? '')
  if (parts === undefined) return { status: 404, code: 'NoSuchUpload' }
  parts.set(Number(query.get('partNumber')), body)
  return { status: 200, headers: { etag: `"${createHash('md5').update(body).digest('hex')}"` } }
}

function completeUpload({ key, query }: S3Call, { bucket, uploads }: S3World): S3Answer {
  const id = query.get('uploadId') ?? ''
  const parts = uploads.get(id)
  if (parts === undefined) return { status: 404, code: 'NoSuchUpload' }
  const bytes = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, part]) => part))
  const etag = `${createHash('md5').update(bytes).digest('hex')}-${parts.size}`
  const { id: version } = bucket.put(key, bytes, uploadHeaders.get(id) ?? {}, etag)
  uploads.delete(id)
  return { status: 200, headers: { 'x-amz-version-id': version }, body: page('CompleteMultipartUploadResult', `<Key>${xml(key)}</Key><ETag>&quot;${etag}&quot;</ETag>`) }
}
