// The least that AWS must allow: for the deploy itself, and for who may take on its role. Values only; nobody is asked.
import type { S3Target } from '../core/deploy.ts'
import { fail } from '../core/diagnostic.ts'

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

function partitionOf({ region = '' }: S3Target): string {
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

/** Who may take on the role: builds of one repository and one branch; `isReading`: its pull requests. */
export function trustPolicy(target: S3Target, repository: string, isReading = false): Readonly<Record<string, unknown>> {
  const { expectedOwner, branch = 'main' } = target
  if (expectedOwner === undefined) throw fail('deploy-target', 'a trust policy names the account, and site.config does not', { fix: 'add `expectedOwner: \'123456789012\'`, with the number of your AWS account, to `deploy`.' })
  const { issuer, audience, subject } = identityOf(repository, branch, isReading)
  return {
    Version: '2012-10-17',
    Statement: [{
      Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: `arn:${partitionOf(target)}:iam::${expectedOwner}:oidc-provider/${issuer}` },
      Condition: { StringEquals: { [`${issuer}:aud`]: audience }, StringLike: { [`${issuer}:sub`]: subject } },
    }],
  }
}

interface Identity {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

function identityOf(repository: string, branch: string, isReading: boolean): Identity {
  const circle = new RegExp(`^circleci:(${uuid})/(${uuid})$`, 'i').exec(repository)
  if (circle) {
    const [, organization = '', project = ''] = circle
    return { issuer: `oidc.circleci.com/org/${organization}`, audience: organization, subject: `org/${organization}/project/${project}/user/*/vcs-origin/*/vcs-ref/${isReading ? '*' : `refs/heads/${branch}`}` }
  }
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw fail('usage-flag', `--print-oidc: "${repository}" is not a repository`, { fix: 'write --print-oidc OWNER/NAME for GitHub, or --print-oidc circleci:ORGANIZATION-ID/PROJECT-ID.' })
  }
  return { issuer: 'token.actions.githubusercontent.com', audience: 'sts.amazonaws.com', subject: `repo:${repository}:${isReading ? 'pull_request' : `ref:refs/heads/${branch}`}` }
}
