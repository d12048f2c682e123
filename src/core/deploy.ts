// What a user may write about the place a site is deployed to, and what hooks are told. Types, and the three functions that make
// them; nothing here talks to anybody.

/** A site in a bucket of S3, or of a service that speaks its language. */
export interface S3Options {
  bucket: string
  /** Default: what the environment or the profile says. */
  region?: string
  /** Key of the site's folder in the bucket: `blog/`. Default: the whole bucket. */
  prefix?: string
  /** Address of another service than AWS. */
  endpoint?: string
  /** Bucket in the path and not in the host name, as many other services want it. */
  forcePathStyle?: boolean
  /** Account that must own the bucket: twelve digits. */
  expectedOwner?: string
  /** Id of the CloudFront distribution in front of the bucket. */
  distribution?: string
  /** The distribution's origin path, if it has one: `/blog`. */
  originPath?: string
  /** Only commits of this branch are deployed. Default: any. */
  branch?: string
  /** Key prefix of the deploy's own records, if they must not lie in the site's folder. Default `PREFIX.ssg/`. */
  stateKey?: string
  /** Glob of output paths -> headers to set; the last that fits wins, header by header. */
  headers?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Globs of files whose name changes with their content: cached for ever. */
  fingerprinted?: readonly string[]
  /** Store texts packed. Not behind CloudFront, which packs by itself. Default `false`. */
  gzip?: boolean
  /** A canned ACL such as `public-read`. Default: none, as buckets want it today. */
  acl?: string
  /** ARN of the KMS key that the bucket encrypts with; only for `--print-iam`. */
  kmsKey?: string
  /** Seconds without an answer after which a request is tried again. Default 30. */
  timeoutSeconds?: number
  /** Called after a deploy that changed the site. */
  after?: readonly AfterDeploy[]
}

export interface S3Target extends S3Options {
  readonly kind: 's3'
}

/** What happened, for hooks. All addresses are absolute if the site has a `url`. */
export interface DeployResult {
  readonly id: string
  readonly commit?: string
  readonly url?: string
  /** Pages. */
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly deleted: readonly string[]
  /** Feeds that changed. */
  readonly feeds: readonly string[]
  /** Absolute path of the folder that was deployed, and the path in it of each new or changed page. */
  readonly folder: string
  readonly pages: Readonly<Record<string, string>>
}

export interface WebSubHook {
  readonly hook: 'websub'
  readonly hub: string
}
export interface WebmentionsHook {
  readonly hook: 'webmentions'
  /** Whether links to hosts inside the own network are followed, too. */
  readonly privateHosts: boolean
}
/** A function; a command for the shell, which gets the result as JSON on its standard input; or a ready-made one. */
export type AfterDeploy = string | WebSubHook | WebmentionsHook | ((result: DeployResult) => void | Promise<void>)

/** A place to deploy to, for `deploy` in the config. */
export function s3(options: S3Options): S3Target {
  return { ...options, kind: 's3' }
}

/** Tells a WebSub hub which feeds changed. */
export function webSub(hub: string): WebSubHook {
  return { hook: 'websub', hub }
}

/** Tells the sites that new and changed pages link to, if they want to know. */
export function webmentions({ privateHosts = false }: { privateHosts?: boolean } = {}): WebmentionsHook {
  return { hook: 'webmentions', privateHosts }
}
