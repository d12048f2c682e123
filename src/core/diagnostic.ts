// One problem, located, with its fix: the only form in which anything that is wrong travels through the program.
// Not here: printing (cli/report.ts) and deciding exit codes (cli/main.ts).
import type { Origin, Position } from './types.ts'

export interface Location {
  /** Relative to the site's root, or what stands for a file: `Contentful entry 4xYz`. */
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly length?: number
  /** A page where a person can look at it or edit it. */
  readonly url?: string
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'note'
  /** Permanent and readable; listed in `codes`. */
  readonly code: Code
  /** One sentence that holds the offending value. */
  readonly message: string
  readonly at?: Location
  /** Other places that have part in it. */
  readonly related?: readonly { readonly at: Location; readonly note: string }[]
  /** Which page was being made. */
  readonly context?: string
  /** One imperative sentence. */
  readonly fix?: string
}

/** Every code, with what it means. A code never changes its meaning; the manual's page of errors is made from this. */
export const codes = {
  'usage-command': 'The command does not exist.',
  'usage-flag': 'The flag does not exist, or its value cannot be used.',
  'usage-argument': 'An argument is missing, or one is too many.',
  'config-load': 'site.config could not be loaded: it has a syntax error or threw one.',
  'config-key': 'site.config has a key that does not exist.',
  'config-value': 'A value in site.config has the wrong type or cannot be used.',
  'config-url': 'Something that was asked for needs the site\'s `url`, and there is none.',
  'assumption': 'There was no site.config; this is what was assumed.',
  'moved': 'Something of another generator\'s site was mapped; this is what it became.',
  'not-moved': 'Something of another generator\'s site has no counterpart here.',
  'url-missing': 'A public address of the lock file is not answered any more.',
  'feed-id-missing': 'An entry of a feed in the lock file is not there any more, or has another id.',
  'url-lock': 'The lock file of addresses, or what it is to be made from, cannot be read.',
  'source-failed': 'A source threw an error or could not be read.',
  'source-empty': 'A source found nothing.',
  'source-timeout': 'A source took longer than its time limit.',
  'source-shape': 'A source yielded something that is not an entry.',
  'source-unreachable': 'A server gave no usable answer: it is down, too slow, too busy, or something stands between.',
  'source-refused': 'A server refused a request: a wrong address, or a credential that it does not take.',
  'source-secret': 'A credential or another variable of the environment is missing.',
  'source-offline': 'A source needs the network, which `--offline` forbids, because it has no snapshot.',
  'source-stale': 'The site was built from a snapshot, because a server could not be reached.',
  'source-shrunk': 'A source gave less than half of what it gave the last time.',
  'source-mapping': 'The mapping of a source does not fit what its server has.',
  'source-snapshot': 'A snapshot cannot be read or written.',
  'entry-quarantined': 'An entry is wrong; its last good version was used.',
  'reference-broken': 'An entry refers to another one that is not there.',
  'rich-text': 'Something in a rich text cannot be shown.',
  'duplicate-id': 'Two entries have the same id.',
  'duplicate-permalink': 'Two pages want the same URL, or URLs that differ only in case.',
  'permalink-pattern': 'A permalink pattern has an unknown part, or a part that the entry has no value for.',
  'permalink-unsafe': 'A permalink, slug or alias cannot be an address on this site.',
  'file-unclaimed': 'Markdown files in the content folder are in no collection.',
  'file-encoding': 'A file is not UTF-8 text.',
  'file-kind': 'Something in a content folder is not a regular file, or lies outside of it.',
  'file-read': 'A file could not be read.',
  'front-matter-open': 'A front matter block is not closed.',
  'front-matter-syntax': 'The front matter is not valid YAML or TOML.',
  'front-matter-shape': 'The front matter is not a list of keys and values.',
  'front-matter-key': 'A key in the front matter is not allowed, or looks like a typing mistake.',
  'front-matter-value': 'A value in the front matter has the wrong type.',
  'front-matter-date': 'A date is not a date.',
  'front-matter-schema': 'The entry does not fit the schema of its collection.',
  'data-file': 'A data file cannot be read as what its name says.',
  'hook-failed': 'A function from site.config threw an error or returned something unusable.',
  'term-merged': 'Two spellings of a term were merged.',
  'highlight-language': 'A code block names a language that is not known.',
  'body-failed': 'A body could not be rendered, or not all of it, because it is nested too deeply.',
  'template-tag': 'Template syntax stands in the text of an entry; it is left as typed.',
  'link-broken': 'A link leads to nothing on this site.',
  'link-anchor': 'A link names an anchor that its page does not have.',
  'link-redirect': 'A link leads to its page only through a redirect of the host.',
  'template-missing': 'A template does not exist.',
  'template-syntax': 'A template has a syntax error.',
  'template-undefined': 'A template prints a value that is undefined.',
  'template-error': 'Something in a template failed while it was run.',
  'template-loop': 'Templates include or extend each other in a circle.',
  'leftover': 'A page holds text that a template or a missing value left behind.',
  'feed-invalid': 'A feed would not be valid.',
  'output-foreign': 'The output folder holds files that are not ours.',
  'output-write': 'The output could not be written.',
  'output-unsafe': 'A file would be written outside the output folder.',
  'locked': 'Another build of the same site is running.',
  'cache-unusable': 'The cache cannot be written, so that nothing is kept for the next build.',
  'verify-failed': 'An incremental build is not what a clean build would be.',
  'serve-listen': 'The server cannot listen where it was told to.',
  'watch-failed': 'The system does not tell of changes any more.',
  'why-unknown': 'The last build made no such page.',
  'title-duplicate': 'Two pages have the same title.',
  'image-alt': 'A picture has no alternative text.',
  'deploy-target': 'There is no `deploy` in site.config.',
  'deploy-access': 'The bucket or the distribution cannot be used: credentials, permission, name, region or clock.',
  'deploy-unreachable': 'The service does not answer, or only with errors; nothing was changed.',
  'deploy-output': 'The output folder does not hold a finished build.',
  'deploy-marked': 'The output was built with something that is not for readers: drafts, another time, a preview.',
  'deploy-empty': 'The output holds no site: no file, or no home page.',
  'deploy-deletes': 'A deploy would delete more than it may.',
  'deploy-commit': 'The commit is not one to deploy: another branch, a tag, or older than what is live.',
  'deploy-links': 'Links of the built site lead to nothing.',
  'deploy-key': 'A file cannot be an object: its key is too long, taken by another file, or reserved.',
  'deploy-foreign': 'A deploy would overwrite objects that it did not put there.',
  'deploy-manifest': 'The record of the last deploy cannot be read.',
  'deploy-plan': 'A saved plan is not what a deploy would do now.',
  'deploy-locked': 'Another deploy to the same place is running.',
  'deploy-raced': 'Another deploy changed the site in the meantime.',
  'deploy-failed': 'A deploy stopped part-way; nothing was deleted, and the next run goes on.',
  'deploy-remains': 'The new site is live, but an invalidation or deletes remain; the next run does them.',
  'deploy-drift': 'Objects of ours were changed or deleted by somebody else.',
  'deploy-unsure': 'Something that a deploy checks could not be checked.',
  'deploy-hook': 'A hook that runs after a deploy failed.',
  'rollback-missing': 'A site cannot be gone back to, because its objects are not kept.',
  'new-exists': 'The file to create exists already.',
  'interrupted': 'The run was stopped from outside.',
  'bug': 'Something went wrong in this program itself.',
} as const satisfies Record<string, string>
export type Code = keyof typeof codes

/** Thrown to stop a phase or the program; carries everything that is to be said. */
export class SsgError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'), options)
    this.name = 'SsgError'
    this.diagnostics = diagnostics
  }
}

/** An error with one diagnostic. */
export function fail(code: Code, message: string, rest: Omit<Diagnostic, 'severity' | 'code' | 'message'> = {}, options?: ErrorOptions): SsgError {
  return new SsgError([{ severity: 'error', code, message, ...rest }], options)
}

/** The place of an entry, or of one key of its data. */
export function locate(origin: Origin, key?: string): Location {
  const file = origin.file ?? placeOf(origin, key)
  const position = (key === undefined ? undefined : origin.locate?.(key)) ?? (origin.line === undefined ? undefined : { line: origin.line })
  return { file, ...position, ...(origin.url !== undefined && { url: origin.url }) }
}

/** `Contentful entry 4xYz, field `slug``. */
function placeOf({ label = 'unknown origin', fieldName }: Origin, key: string | undefined): string {
  return key === undefined ? label : `${label}, field \`${fieldName?.(key) ?? key}\``
}

/** A place in the body of an entry; `line` counts from 1 at the start of the body. */
export function locateInBody(origin: Origin, position: Position): Location {
  const location = locate(origin, origin.file === undefined ? origin.bodyField : undefined)
  if (origin.bodyLine === undefined) return location
  return { ...location, ...position, line: origin.bodyLine + (origin.lineOf?.(position.line) ?? position.line) - 1 }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
