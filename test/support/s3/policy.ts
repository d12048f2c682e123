// A little of IAM: whether a policy allows a request. Enough for the policies that `ssg deploy --print-iam` prints.
import type { S3Call } from './operations.ts'

export interface TestPolicy {
  readonly Statement: readonly {
    readonly Action: readonly string[]
    readonly Resource: string | readonly string[]
    readonly Condition?: { readonly StringLike?: Readonly<Record<string, readonly string[]>> }
  }[]
}

const like = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text)

function allows({ Statement }: TestPolicy, action: string, resource: string, prefix: string | undefined): boolean {
  return Statement.some(({ Action, Resource, Condition }) => {
    const prefixes = Condition?.StringLike?.['s3:prefix']
    return Action.includes(action) && [Resource].flat().some((pattern) => like(pattern, resource)) && (prefixes === undefined || (prefix !== undefined && prefixes.some((pattern) => like(pattern, prefix))))
  })
}

/** Whether "not there" may be told. */
export function canList(policy: TestPolicy | undefined): boolean {
  return policy === undefined || allows(policy, 's3:ListBucket', 'arn:aws:s3:::site', undefined)
}

export function isAllowed(policy: TestPolicy | undefined, { operation, bucket, key, query, request }: S3Call): boolean {
  if (policy === undefined) return true
  const can = (action: string): boolean => allows(policy, action, `arn:aws:s3:::${bucket}/${key}`, undefined)
  switch (operation) {
    case 'ListObjectsV2': return allows(policy, 's3:ListBucket', `arn:aws:s3:::${bucket}`, query.get('prefix') ?? '')
    case 'GetObject': case 'HeadObject': return can(query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject')
    case 'PutObject': case 'CreateMultipartUpload': case 'UploadPart': case 'CompleteMultipartUpload':
      return can('s3:PutObject') && (!('x-amz-acl' in request.headers) || can('s3:PutObjectAcl'))
    case 'DeleteObjects': return can('s3:DeleteObject')
    case 'AbortMultipartUpload': return can('s3:AbortMultipartUpload')
    case 'CloudFrontCreateInvalidation': case 'CloudFrontGetInvalidation':
      return allows(policy, operation.replace('CloudFront', 'cloudfront:'), `arn:aws:cloudfront::123456789012:distribution/${key.split('/')[1] ?? ''}`, undefined)
    default: return false
  }
}
