// Verifies AWS Signature Version 4 and checksums of a request, as strictly as S3 does. What is wrong comes back as S3's error code.
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { crc32 } from 'node:zlib'

export interface Keys {
  readonly id: string
  readonly secret: string
  readonly region: string
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()
const skewMs = 15 * 60_000

/** `undefined`: the request is what its sender signed. */
export function verify(request: IncomingMessage, body: Buffer, { id, secret, region }: Keys, now: Date): string | undefined {
  const header = (name: string): string => [request.headers[name] ?? ''].flat().join(',').trim().replace(/ +/g, ' ')
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/(\w+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(header('authorization'))
  if (!match) return 'AccessDenied'
  const [, key = '', date = '', scopeRegion = '', service = '', signedNames = '', signature = ''] = match
  if (key !== id) return 'InvalidAccessKeyId'
  if (service === 's3' && scopeRegion !== region) return 'AuthorizationHeaderMalformed'
  const stamp = header('x-amz-date')
  const moment = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Math.abs(moment - now.getTime()) > skewMs) return 'RequestTimeTooSkewed'
  const names = signedNames.split(';')
  const mustBeSigned = Object.keys(request.headers).filter((name) => name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-user-agent'))
  if (!mustBeSigned.every((name) => names.includes(name))) return 'AccessDenied'
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const hash = service === 's3' ? header('x-amz-content-sha256') : sha256(body)
  const canonical = [request.method, canonicalPath(path, service), canonicalQuery(query), ...names.map((name) => `${name}:${header(name)}`), '', signedNames, hash].join('\n')
  const scope = `${date}/${scopeRegion}/${service}/aws4_request`
  const signing = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), scopeRegion), service), 'aws4_request')
  if (hmac(signing, ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')).toString('hex') !== signature) return 'SignatureDoesNotMatch'
  return checkBody(header, body, hash)
}

const canonicalPath = (path: string, service: string): string => (service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/').replaceAll('%252F', '/'))
const canonicalQuery = (query: string): string => query.split('&').filter((pair) => pair !== '').map((pair) => (pair.includes('=') ? pair : `${pair}=`)).sort().join('&')

function checkBody(header: (name: string) => string, body: Buffer, hash: string): string | undefined {
  if (/^[0-9a-f]{64}$/.test(hash) && hash !== sha256(body)) return 'XAmzContentSHA256Mismatch'
  const checks: readonly [name: string, value: () => string][] = [
    ['content-md5', () => createHash('md5').update(body).digest('base64')],
    ['x-amz-checksum-sha256', () => createHash('sha256').update(body).digest('base64')],
    ['x-amz-checksum-crc32', () => { const sum = Buffer.alloc(4); sum.writeUInt32BE(crc32(body)); return sum.toString('base64') }],
  ]
  return checks.some(([name, value]) => header(name) !== '' && header(name) !== value()) ? 'BadDigest' : undefined
}
