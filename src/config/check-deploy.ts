// What may stand in `deploy`. Whether the bucket exists and may be used is for `ssg doctor`.
import { either, flag, isObject, isText, list, object, record, show, text, that, valueProblem, whole } from './rules.ts'
import type { Rule } from './rules.ts'
import type { S3Options } from '../core/deploy.ts'

const bucket = that((value) => isText(value) && /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(value), { expected: 'the name of a bucket, without `s3://` and without a path', example: `'my-blog'` })
const region = that((value) => isText(value) && /^[a-z0-9][a-z0-9-]*$/i.test(value), { expected: 'the name of a region', example: `'eu-central-1'` })
const keyPrefix = that((value) => isText(value) && !/[\u0000-\u001f\u007f\\]|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(value), { expected: 'a folder in the bucket', example: `'blog/'` })
const endpoint = that((value) => isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).username === '', { expected: 'an http or https address without credentials', example: `'https://s3.example.org'` })
const hookAddress = that((value) => isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), { expected: 'an http or https address' })
const owner = that((value) => isText(value) && /^\d{12}$/.test(value), { expected: 'an account id of twelve digits, as a text', example: `'123456789012'` })
const distribution = that((value) => isText(value) && /^[A-Z0-9]{8,20}$/.test(value), { expected: 'the id of a CloudFront distribution', example: `'E1ABCDEFGHIJKL'` })
const stateKey = that((value) => isText(value) && /^[^/].*\/$/.test(value), { expected: 'a folder in the bucket that ends with a slash', example: `'deploys/blog/'` })
const branch = that((value) => isText(value) && value !== '' && !value.startsWith('refs/') && !/\s/.test(value), { expected: 'the name of a branch', example: `'main'` })

const headerNames = ['cache-control', 'content-type', 'content-disposition', 'content-language', 'content-encoding']
const isHeaderName = (name: string): boolean => headerNames.includes(name.toLowerCase()) || /^x-amz-meta-(?!ssg$)[a-z0-9-]+$/i.test(name)
const headerValue = that((value) => isText(value) && /^[\x20-\x7e]+$/.test(value), { expected: 'a text of printable ASCII characters', example: `'public, max-age=3600'` })
const headerSet = record(headerValue, 'an object of headers and values', isHeaderName, `use ${headerNames.join(', ')} or x-amz-meta-NAME.`)
const headers = record(headerSet, 'an object with a glob of paths for each set of headers', (glob) => glob !== '' && !glob.startsWith('/'), 'write the glob without a slash before it: \'**/*.pdf\'.')

const hook: Rule = (value, path) => {
  if (typeof value === 'function' || (isText(value) && value.trim() !== '')) return []
  if (isObject(value) && value['hook'] === 'websub') return hookAddress(value['hub'], [...path, 'hub'])
  if (isObject(value) && value['hook'] === 'webmentions') return flag(value['privateHosts'], [...path, 'privateHosts'])
  return [valueProblem(path, value, { expected: 'a function, a command, `webSub(...)` or `webmentions()`' })]
}

const credentialKeys = /^(?:credentials?|access_?key(?:_?id)?|secret(?:_?access_?key)?|session_?token|aws_.*|password|token)$/i

/** Secrets in a file that is checked in are secrets no more. */
const noCredentials: Rule = (value, path) => (isObject(value) ? Object.keys(value) : []).filter((key) => credentialKeys.test(key)).map((key) => ({
  code: 'config-key', path: [...path, key], message: `\`deploy.${key}\`: credentials do not belong into site.config`, fix: 'remove it; the AWS SDK finds credentials in the environment, the profile or the role.',
}))

const table = object({
  kind: that((value) => value === 's3', { expected: 'made by `s3({ ... })`' }),
  bucket, region, prefix: keyPrefix, endpoint, forcePathStyle: flag, expectedOwner: owner, distribution,
  originPath: that((value) => isText(value) && /^(?:\/[^/]+)*$/.test(value), { expected: 'a path that starts with a slash and does not end with one', example: `'/blog'` }),
  branch, stateKey, headers,
  fingerprinted: list(text, { expected: 'a list of globs', example: `['assets/*-????????.js']` }),
  gzip: flag,
  acl: that((value) => isText(value) && /^[a-z-]+$/.test(value), { expected: 'a canned ACL', example: `'public-read'` }),
  kmsKey: that((value) => isText(value) && value.startsWith('arn:'), { expected: 'the ARN of a key' }),
  timeoutSeconds: whole(1, 3600, 30),
  after: list(hook, { expected: 'a list of hooks', example: `[webSub('https://hub.example.org/')]` }),
} satisfies Record<keyof S3Options | 'kind', Rule>, 'made by `s3({ ... })`', ['bucket'])

export const deployRule: Rule = (value, path) => {
  const leaked = noCredentials(value, path)
  if (leaked.length > 0) return leaked
  return either((it) => isObject(it) && it['kind'] === 's3', table, (it, at) => [valueProblem(at, it, { expected: 'made by `s3({ ... })`', fix: `write \`deploy: s3(${isText(it) ? `{ bucket: ${show(it)} }` : '{ bucket: \'my-blog\' }'})\`, with \`s3\` from 'sourcepress'.` })])(value, path)
}
