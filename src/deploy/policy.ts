// The least that AWS must allow a deploy. Values only; nobody is asked. Who may take on the role is said by trust.ts.
import type { S3Target } from '../core/deploy.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}
export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

export function partitionOf({ region = '' }: S3Target): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** For exactly this bucket, prefix and distribution. `isReading`: for `ssg plan` alone. */
export function deployPolicy(target: S3Target, isReading = false): Policy {
  const { bucket, prefix = '', stateKey = `${prefix}.ssg/`, distribution, expectedOwner = '*', acl, kmsKey } = target
  const arn = `arn:${partitionOf(target)}`
  const folders = stateKey.startsWith(prefix) ? [prefix] : [prefix, stateKey]
  const objects = folders.map((folder) => `${arn}:s3:::${bucket}/${folder}*`)
  const list: Statement = {
    Sid: 'List', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: `${arn}:s3:::${bucket}`,
    ...(prefix !== '' && { Condition: { StringLike: { 's3:prefix': folders.map((folder) => `${folder}*`) } } }),
  }
  const read: Statement = { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: objects }
  const keys = (actions: readonly string[]): Statement[] => (kmsKey === undefined ? [] : [{ Sid: 'Encrypt', Effect: 'Allow', Action: actions, Resource: kmsKey }])
  if (isReading) return { Version: '2012-10-17', Statement: [list, read, ...keys(['kms:Decrypt'])] }
  const write: Statement = { Sid: 'Write', Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', ...(acl === undefined ? [] : ['s3:PutObjectAcl'])], Resource: objects }
  const rollback: Statement = { Sid: 'Rollback', Effect: 'Allow', Action: ['s3:GetObjectVersion'], Resource: objects }
  const cdn: Statement[] = distribution === undefined ? [] : [{
    Sid: 'Invalidate', Effect: 'Allow', Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], Resource: `${arn}:cloudfront::${expectedOwner}:distribution/${distribution}`,
  }]
  return { Version: '2012-10-17', Statement: [list, read, write, rollback, ...cdn, ...keys(['kms:GenerateDataKey', 'kms:Decrypt'])] }
}
