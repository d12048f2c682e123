// Who may take on the role that deploys: builds of one repository and one branch, by what the token of the CI service says of them.
// Values only; nobody is asked.
import type { S3Target } from '../core/deploy.ts'
import { fail, type Diagnostic } from '../core/diagnostic.ts'
import { partitionOf } from './policy.ts'

/** `isReading`: for pull requests, which only plan. */
export function trustPolicy(target: S3Target, repository: string, isReading = false): Readonly<Record<string, unknown>> {
  const { expectedOwner, branch = 'main' } = target
  if (expectedOwner === undefined) throw fail('deploy-target', 'a trust policy names the account, and site.config does not', { fix: 'add `expectedOwner: \'123456789012\'`, with the number of your AWS account, to `deploy`.' })
  const { issuer, equals, like } = identityOf(repository, branch, isReading)
  const ofIssuer = (claims: Claims): Claims => Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]))
  return {
    Version: '2012-10-17',
    Statement: [{
      Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: `arn:${partitionOf(target)}:iam::${expectedOwner}:oidc-provider/${issuer}` },
      Condition: { StringEquals: ofIssuer(equals), ...(like && { StringLike: ofIssuer(like) }) },
    }],
  }
}

type Claims = Readonly<Record<string, string>>

/** What must be in the token: word for word, and with `*` and `?` for what nobody can know. */
interface Identity {
  readonly issuer: string
  readonly equals: Claims
  readonly like?: Claims
}

function identityOf(repository: string, branch: string, isReading: boolean): Identity {
  const found = repository.startsWith('circleci:') ? circleIdentity(repository, branch, isReading) : gitHubIdentity(repository, branch, isReading)
  if (found) return found
  throw fail('usage-flag', `--print-oidc: "${repository}" is not a repository`, { fix: 'write --print-oidc OWNER/NAME for GitHub, or --print-oidc circleci:ORGANIZATION-ID/PROJECT-ID/github.com/OWNER/NAME.' })
}

/** With their numbers (`me@12/blog@34`), names that are given to somebody else later are of no use to him. */
const gitHubName = /^[\w.-]+\/[\w.-]+$|^[\w.-]+@\d+\/[\w.-]+@\d+$/

function gitHubIdentity(repository: string, branch: string, isReading: boolean): Identity | undefined {
  if (!gitHubName.test(repository)) return undefined
  return { issuer: 'token.actions.githubusercontent.com', equals: { aud: 'sts.amazonaws.com', sub: `repo:${repository}:${isReading ? 'pull_request' : `ref:refs/heads/${branch}`}` } }
}

/** What a policy may be wrong about that nobody can tell from here. */
export function trustNotes(repository: string): readonly Diagnostic[] {
  if (repository.includes('@') || repository.startsWith('circleci:')) return []
  return [{
    severity: 'note', code: 'deploy-unsure', message: `tokens of GitHub name a repository that was made, renamed or moved since July 15, 2026 with its numbers: OWNER@12/NAME@34; if ${repository} is one, this policy lets nobody in`,
    fix: `ask \`gh api repos/${repository}/actions/oidc/customization/sub\`; if \`sub_claim_prefix\` has numbers, give what follows \`repo:\` to --print-oidc.`,
  }]
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const circleName = new RegExp(`^circleci:(${uuid})/(${uuid})/([\\w.-]+(?:/[\\w.-]+)+)$`)
/** As long as the id of a user is: a `*` would also fit a branch whose name goes on like the rest of the pattern. */
const anyUser = '????????-????-????-????-????????????'

/** The subject is that of CIRCLE_OIDC_TOKEN_V2. The repository is in it because the builds of forks, too, are of the project. */
function circleIdentity(repository: string, branch: string, isReading: boolean): Identity | undefined {
  const [, organization, project, origin] = circleName.exec(repository) ?? []
  if (organization === undefined || project === undefined) return undefined
  return {
    issuer: `oidc.circleci.com/org/${organization}`, equals: { aud: organization, 'oidc.circleci.com/project-id': project },
    like: { sub: `org/${organization}/project/${project}/user/${anyUser}/vcs-origin/${origin}/vcs-ref/${isReading ? '*' : `refs/heads/${branch}`}` },
  }
}
