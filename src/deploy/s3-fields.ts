// What the requests to S3 have in common: the connection, and how our words are called by the SDK.
import type { S3Target } from '../core/deploy.ts'
import type { Put, PutResult } from './store.ts'

/** Requests at the same time: more gain nothing with one processor. */
export const inFlightAtMost = 32

type Sdk = typeof import('@aws-sdk/client-s3')
export interface Connection {
  readonly sdk: Sdk
  readonly client: InstanceType<Sdk['S3Client']>
  readonly target: S3Target
  /** Sends a command; what goes wrong is thrown as `StoreError`. `sizeBytes` of the body gives it more time. */
  send<Output>(request: string, call: (options: { requestTimeout: number } | undefined) => Promise<Output>, sizeBytes?: number): Promise<Output>
}

export const unquoted = (etag: string | undefined): string => (etag ?? '').replace(/^(?:W\/)?"|"$/g, '')

export function resultOf({ ETag, VersionId }: { readonly ETag?: string | undefined; readonly VersionId?: string | undefined }): PutResult {
  return { etag: unquoted(ETag), ...(VersionId !== undefined && VersionId !== 'null' && { version: VersionId }) }
}

/** What every request names. */
export function where({ bucket, expectedOwner }: S3Target): { Bucket: string; ExpectedBucketOwner?: string } {
  return { Bucket: bucket, ...(expectedOwner !== undefined && { ExpectedBucketOwner: expectedOwner }) }
}

const named: Readonly<Record<string, string>> = {
  'cache-control': 'CacheControl', 'content-type': 'ContentType', 'content-disposition': 'ContentDisposition', 'content-language': 'ContentLanguage', 'content-encoding': 'ContentEncoding', redirect: 'WebsiteRedirectLocation',
}
const metadataPrefix = 'x-amz-meta-'

/** What an object is sent with, as the SDK names it. */
export function objectFields({ acl }: S3Target, { headers, token }: Pick<Put, 'headers' | 'token'>): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  const metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(metadataPrefix)) metadata[name.slice(metadataPrefix.length)] = value
    else if (named[name] !== undefined) fields[named[name]] = value
  }
  return { ...fields, Metadata: { ...metadata, ssg: token }, ...(acl !== undefined && { ACL: acl }) }
}
