// Which commit is being deployed, from where and by whom: from the environment of the CI service, else from git.
import { execFile } from 'node:child_process'
import os from 'node:os'

export interface Provenance {
  readonly commit?: string
  /** Absent: no branch is checked out, or there is no git. */
  readonly branch?: string
  /** The tag that the CI service was started for. */
  readonly tag?: string
  readonly builder: string
}

export async function readProvenance(root: string, env: NodeJS.ProcessEnv): Promise<Provenance> {
  if (env['GITHUB_ACTIONS'] === 'true') return ofGitHub(env)
  if (env['CIRCLECI'] === 'true') return compact({ commit: env['CIRCLE_SHA1'], branch: env['CIRCLE_TAG'] ? undefined : env['CIRCLE_BRANCH'], tag: env['CIRCLE_TAG'], builder: `CircleCI ${env['CIRCLE_PROJECT_REPONAME'] ?? ''} #${env['CIRCLE_BUILD_NUM'] ?? ''}` })
  const [commit, branch] = await Promise.all([git(root, ['rev-parse', 'HEAD']), git(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'])])
  return compact({ commit, branch, tag: undefined, builder: `${userName()} on ${os.hostname()}` })
}

/** How many files are not as in the commit, those of the built site apart. A CI service checks out what it was told to. */
export async function countUncommitted(root: string, env: NodeJS.ProcessEnv, output: string): Promise<number> {
  if (env['GITHUB_ACTIONS'] === 'true' || env['CIRCLECI'] === 'true') return 0
  const changes = await git(root, ['--no-optional-locks', 'status', '--porcelain', '--', '.', `:(exclude)${output}`, ':(exclude).ssg'])
  return changes === undefined || changes === '' ? 0 : changes.split('\n').length
}

function ofGitHub(env: NodeJS.ProcessEnv): Provenance {
  const ref = env['GITHUB_REF'] ?? ''
  const nameOf = (kind: string): string | undefined => (ref.startsWith(`refs/${kind}/`) ? ref.slice(`refs/${kind}/`.length) : undefined)
  return compact({ commit: env['GITHUB_SHA'], branch: nameOf('heads'), tag: nameOf('tags'), builder: `GitHub Actions ${env['GITHUB_REPOSITORY'] ?? ''} #${env['GITHUB_RUN_ID'] ?? ''}` })
}

function compact({ commit, branch, tag, builder }: Record<'commit' | 'branch' | 'tag', string | undefined> & { builder: string }): Provenance {
  return { builder, ...(commit && { commit }), ...(branch && { branch }), ...(tag && { tag }) }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return `user ${process.getuid?.() ?? ''}`
  }
}

/** How the live commit stands to ours. `unknown`: this checkout does not have it. */
export async function compareCommits(root: string, ours: string, live: string): Promise<'same' | 'older' | 'newer' | 'unknown'> {
  if (ours === live) return 'same'
  // What is in the manifest came from outside.
  if (![ours, live].every((commit) => /^[0-9a-f]{7,64}$/.test(commit))) return 'unknown'
  if (await git(root, ['cat-file', '-t', live]) !== 'commit') return 'unknown'
  return await git(root, ['merge-base', '--is-ancestor', ours, live]) === undefined ? 'newer' : 'older'
}

/** What git prints; `undefined`: it fails, or is not there. */
function git(cwd: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd, timeout: 20_000, env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } }, (error, stdout) => resolve(error ? undefined : stdout.trim()))
  })
}
