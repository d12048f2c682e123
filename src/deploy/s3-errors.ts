// What the SDK throws -> what it means for a deploy. The names are those of S3 and of services like it.
import { StoreError, type StoreFailure } from './store.ts'

const byName: Readonly<Record<string, StoreFailure>> = {
  CredentialsProviderError: 'credentials', TokenProviderError: 'credentials', ProviderError: 'credentials', ExpiredToken: 'credentials', ExpiredTokenException: 'credentials', InvalidAccessKeyId: 'credentials', SignatureDoesNotMatch: 'credentials',
  InvalidToken: 'credentials', InvalidClientTokenId: 'credentials', UnrecognizedClientException: 'credentials', AccessDeniedException: 'denied', AccessDenied: 'denied', AllAccessDisabled: 'denied', InvalidIdentityToken: 'credentials',
  NoSuchBucket: 'bucket', InvalidBucketName: 'bucket', NoSuchDistribution: 'bucket', PermanentRedirect: 'region', AuthorizationHeaderMalformed: 'region', IllegalLocationConstraintException: 'region',
  RequestTimeTooSkewed: 'clock', RequestExpired: 'clock', PreconditionFailed: 'condition', ConditionalRequestConflict: 'conflict', OperationAborted: 'conflict', NotImplemented: 'unsupported', AbortError: 'stopped',
  TimeoutError: 'unreachable', NetworkingError: 'unreachable', InternalError: 'server', SlowDown: 'server', ServiceUnavailable: 'server', Throttling: 'server', TooManyRequestsException: 'server', RequestTimeout: 'unreachable',
}
const byErrno: Readonly<Record<string, StoreFailure>> = {
  ECONNREFUSED: 'refused', ECONNRESET: 'unreachable', ETIMEDOUT: 'unreachable', EPIPE: 'unreachable', ENOTFOUND: 'address', EAI_AGAIN: 'unreachable', EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', EMFILE: 'unreachable', ECONNABORTED: 'unreachable',
  CERT_HAS_EXPIRED: 'address', DEPTH_ZERO_SELF_SIGNED_CERT: 'address', ERR_TLS_CERT_ALTNAME_INVALID: 'address',
}

interface Fields { readonly name?: unknown; readonly code?: unknown; readonly Code?: unknown; readonly message?: unknown; readonly $metadata?: { readonly httpStatusCode?: number } }

/** They say nothing that the message does not say. */
const namesOfNoUse: ReadonlySet<string> = new Set(['Error', 'AggregateError', 'CredentialsProviderError', 'Unknown', '403'])

/** `request` is what was asked, for messages. */
export function storeError(error: unknown, request: string): StoreError {
  const fields: Fields = typeof error === 'object' && error !== null ? error : {}
  const name = [fields.Code, fields.name].find((text): text is string => typeof text === 'string' && text !== 'Error' && text !== '') ?? ''
  // Where a name has several addresses, and none of them answers, only the code says why.
  const message = [fields.message, fields.code].find((text): text is string => typeof text === 'string' && text !== '' && text !== 'UnknownError') ?? ''
  const words = [namesOfNoUse.has(name) ? '' : name, message === name ? '' : message].filter((word) => word !== '').join(': ')
  const status = fields.$metadata?.httpStatusCode
  return new StoreError(failureOf(fields, name, status), request, words || (status === undefined ? 'no answer' : `HTTP ${status}`), error)
}

function failureOf(fields: Fields, name: string, status: number | undefined): StoreFailure {
  if (/could not load credentials from any providers/i.test(String(fields.message))) return 'no-credentials'
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined
  if (known !== undefined) return known
  if (/could not load credentials|Region is missing/i.test(String(fields.message))) return /Region/.test(String(fields.message)) ? 'region' : 'credentials'
  const code = String(fields.code ?? '')
  if (Object.hasOwn(byErrno, code)) return byErrno[code] ?? 'other'
  if (/socket hang up|aborted|ECONNRESET|timed? ?out|premature close|terminated/i.test(String(fields.message))) return 'unreachable'
  switch (status) {
    case 301: return 'region'
    // The answer to HEAD has no body that could say so: this is what S3 gives for a token that has run out.
    case 400: return name === '' || name === 'Unknown' || name === '400' ? 'credentials' : 'other'
    case 401: return 'credentials'
    case 403: return 'denied'
    case 409: return 'conflict'
    case 412: return 'condition'
    case 501: return 'unsupported'
    case undefined: return 'other'
    default: return status >= 500 ? 'server' : 'other'
  }
}
