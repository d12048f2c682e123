// What must hold before the first write. Every guard looks for itself, so that all that is wrong is told at once; each can be
// overruled by name. Pure, but for what provenance.ts found out.
import type { S3Target } from '../core/deploy.ts'
import type { Code, Diagnostic } from '../core/diagnostic.ts'
import type { OutputMark } from '../core/output-list.ts'
import type { LocalSite } from './output.ts'
import type { Provenance } from './provenance.ts'
import type { Action, Plan } from './types.ts'

export interface Allowances {
  readonly marks: ReadonlySet<OutputMark>
  readonly empty: boolean
  readonly branch: boolean
  readonly tag: boolean
  readonly older: boolean
  readonly brokenLinks: boolean
  readonly adopt: boolean
  readonly maxDeletes?: number
  readonly deletesForeign: boolean
}
export interface GuardInput {
  readonly site: LocalSite
  readonly plan: Plan
  readonly target: S3Target
  readonly provenance: Provenance
  /** Files that are not as in the commit. */
  readonly uncommitted: number
  /** How our commit stands to the live one. */
  readonly commits: 'same' | 'older' | 'newer' | 'unknown'
  readonly allow: Allowances
  /** What messages call the output folder. */
  readonly display: string
}

const refuse = (code: Code, message: string, fix: string): Diagnostic => ({ severity: 'error', code, message, fix })

export function checkGuards(input: GuardInput): Diagnostic[] {
  return [...checkMarks(input), ...checkContent(input), ...checkCommit(input), ...checkLinks(input), ...checkKeys(input), ...checkAdoption(input), ...checkDeletes(input)]
}

const markWords: Readonly<Record<OutputMark, string>> = {
  drafts: 'was built with --drafts', future: 'was built with --future', at: 'was built with --at, as if it were another time', 'base-url': 'was built with --base-url, for another address',
  only: 'was built with --only and is a part of the site', preview: 'is a preview', serve: 'was written by `ssg serve`, with drafts and for this machine',
}

function checkMarks({ site, allow, display }: GuardInput): Diagnostic[] {
  return site.facts.marks.filter((mark) => !allow.marks.has(mark)).map((mark) => (
    refuse('deploy-marked', `the site in ${display} ${markWords[mark] ?? `is marked "${String(mark)}"`}`, `run \`ssg build\` without it${mark in markWords ? `, or deploy with --allow-${mark}` : ''}.`)
  ))
}

function checkContent({ site, target: { prefix = '' }, allow, display }: GuardInput): Diagnostic[] {
  if (allow.empty) return []
  if (site.files.size === 0) return [refuse('deploy-empty', `there is no file in ${display}`, 'run `ssg build`, or deploy with --allow-empty to take the site down.')]
  return site.files.has(`${prefix}index.html`) ? [] : [refuse('deploy-empty', `the site in ${display} has no home page: there is no index.html`, 'give a page or a collection\'s `index` the address /, or deploy with --allow-empty.')]
}

function checkCommit({ target, provenance, uncommitted, plan, commits, allow }: GuardInput): Diagnostic[] {
  const found: Diagnostic[] = []
  const { commit = '' } = provenance
  if (uncommitted > 0 && commit !== '') found.push({ severity: 'note', code: 'deploy-unsure', message: `${uncommitted} file${uncommitted === 1 ? '' : 's'} here differ${uncommitted === 1 ? 's' : ''} from commit ${commit.slice(0, 10)}, under whose name this site is deployed`, fix: 'commit and build first, so that a later deploy does not take away what only this machine has.' })
  found.push(...checkBranch({ target, provenance, allow }))
  const live = plan.state.manifest?.deploy
  if (commits === 'older' && !allow.older) found.push(refuse('deploy-commit', `commit ${commit.slice(0, 10)} is older than what is live: ${live?.commit?.slice(0, 10)}, deployed by ${live?.builder}`, 'deploy the newest commit, use `ssg rollback`, or deploy with --allow-older.'))
  if (commits === 'unknown' && live?.commit !== undefined && commit !== '') found.push({ severity: 'note', code: 'deploy-unsure', message: `whether ${commit.slice(0, 10)} is older than the live commit ${live.commit.slice(0, 10)} cannot be told, because this checkout lacks its history`, fix: 'fetch the whole history in CI (`fetch-depth: 0`).' })
  return found
}

/** `ssg doctor` asks for it, too. */
export function checkBranch({ target: { branch }, provenance, allow }: Pick<GuardInput, 'target' | 'provenance'> & { allow: Pick<Allowances, 'tag' | 'branch'> }): Diagnostic[] {
  if (provenance.tag !== undefined) return allow.tag ? [] : [refuse('deploy-commit', `this is a build of the tag ${provenance.tag}, and not of a branch`, 'let CI deploy from the branch, or deploy with --allow-tag.')]
  if (branch === undefined || provenance.branch === branch || allow.branch) return []
  return [refuse('deploy-commit', `${whereWeAre(provenance)}, and only ${branch} is deployed`, `check out ${branch}, or deploy with --allow-branch.`)]
}

function whereWeAre({ commit, branch }: Provenance): string {
  if (branch !== undefined) return `this is the branch ${branch}`
  return commit === undefined ? 'this is not a git repository' : 'no branch is checked out here'
}

function checkLinks({ site: { facts }, allow }: GuardInput): Diagnostic[] {
  const [first] = facts.brokenLinks
  if (first === undefined || allow.brokenLinks) return []
  const others = facts.brokenLinks.length > 1 ? `, and ${facts.brokenLinks.length - 1} more` : ''
  return [refuse('deploy-links', `the built site has links that lead to nothing: ${first}${others}`, 'see `ssg check`, or deploy with --allow-broken-links.')]
}

/** Our own records must not be overwritten by a page. */
function checkKeys({ site, target: { prefix = '', stateKey = `${prefix}.ssg/` } }: GuardInput): Diagnostic[] {
  return [...site.files.values()].filter(({ key }) => key.startsWith(stateKey)).map(({ path }) => ({ ...refuse('deploy-key', `${path} would lie among the deploy's own records in ${stateKey}`, 'give it another name, or set another `stateKey`.'), at: { file: path } }))
}

function checkAdoption({ plan: { actions }, allow }: GuardInput): Diagnostic[] {
  const adopted = actions.filter(({ isAdopted }) => isAdopted)
  if (adopted.length === 0 || allow.adopt) return []
  return [refuse('deploy-foreign', `${objects(adopted)} in the bucket would be overwritten that no deploy of ours put there: ${some(adopted)}`, 'look whether bucket and prefix are the right ones; then deploy with --adopt to take them over.')]
}

const freeDeletes = 20
const freeShare = 0.2

/** A rollback is held to it, too. */
export function checkDeletes({ plan: { actions, state }, allow: { maxDeletes, deletesForeign } }: Pick<GuardInput, 'plan' | 'allow'>): Diagnostic[] {
  const deletes = actions.filter(({ kind }) => kind === 'delete')
  if (deletesForeign && maxDeletes === undefined) return [refuse('deploy-deletes', `--delete-foreign would delete ${objects(deletes)}: ${some(deletes)}`, `look at \`ssg plan --delete-foreign\`, then add --max-deletes ${deletes.length}.`)]
  const limit = maxDeletes ?? Math.max(freeDeletes, Math.floor((state.manifest?.files.size ?? 0) * freeShare))
  if (deletes.length <= limit) return []
  return [refuse('deploy-deletes', `${objects(deletes)} would be deleted, and ${limit} may be: ${some(deletes)}`, `if that is right, deploy with --max-deletes ${deletes.length}.`)]
}

const objects = (actions: readonly Action[]): string => `${actions.length} object${actions.length === 1 ? '' : 's'}`

function some(actions: readonly Action[]): string {
  const names = actions.slice(0, 5).map(({ key }) => key)
  return names.join(', ') + (actions.length > names.length ? ' and others' : '')
}
