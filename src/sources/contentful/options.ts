// What a site says of its Contentful space, and where it is reached. No requests, no entities.
import { fail } from '../../core/diagnostic.ts'
import type { RequestPolicy } from '../../core/types.ts'
import { hasSecret, hide, isSecret, secret, type Secret } from '../../util/secret.ts'

export interface ContentfulOptions {
  /** An export of the space in place of its server: a path relative to the site, as `contentful-export` writes it. */
  file?: string
  /** Default: `CONTENTFUL_SPACE_ID`. */
  space?: string | Secret
  /** Default: `CONTENTFUL_ENVIRONMENT`, else `master`. */
  environment?: string | Secret
  /** Token of the Delivery API. Default: `CONTENTFUL_DELIVERY_TOKEN`. */
  accessToken?: string | Secret
  /** Token of the Preview API. Default: `CONTENTFUL_PREVIEW_TOKEN`. */
  previewAccessToken?: string | Secret
  /** Name and port. Default `cdn.contentful.com`. */
  host?: string
  /** Default `preview.contentful.com`. */
  previewHost?: string
  /** `true`: http in place of https. */
  insecure?: boolean
  /** Put before the paths of the API, for gateways. */
  basePath?: string
  /** What messages call the source, and the first part of its ids. Default `contentful`. */
  name?: string
  /** Content types that have pages, by id; all others can be referred to. */
  types: Readonly<Record<string, TypeMapping>>
  /** Locales to publish; an entry is put once for each. Default: the space's own. */
  locales?: readonly string[]
  /** Content types that are blocks of code, with the fields of language and code. */
  code?: Readonly<Record<string, { language?: string; code: string }>>
  /** How embedded entries look, by content type: HTML. */
  embeds?: Readonly<Record<string, (entry: Embedded) => string>>
  /** Pictures and files: addresses of Contentful (default), or copies that are published with the site. */
  assets?: 'remote' | 'download'
  /** Widths of the pictures that browsers choose from, and how they are made. */
  images?: ImageOptions
  /** A reference to what is not there. Default `warn`. */
  brokenLinks?: 'warn' | 'error'
  onBadEntry?: 'fail' | 'quarantine'
  requests?: RequestPolicy
  /** Entities on a page of the API, 1 to 1000. Default 200. */
  pageSize?: number
  /** Seconds between looks for changes while serving drafts. Default 3. */
  pollSeconds?: number
}

/** Names of fields; `sys.createdAt`, `sys.updatedAt`, `sys.publishedAt` and `sys.id` will do, too. */
export interface TypeMapping {
  /** Name of a collection, or one for each locale. Default: the collection that has the source. */
  collection?: string | Readonly<Record<string, string>>
  /** Default: the display field. */
  title?: string
  /** Default: `slug`, if there is such a field. The same holds for the rest. */
  slug?: string
  date?: string
  updated?: string
  /** Texts, or links, which stand for the titles of their entries; `metadata.tags` for the ids of tags. */
  tags?: string
  /** Rich text, or markdown in a long text. */
  body?: string
  description?: string
  author?: string
  /** A picture that stands for the page. */
  image?: string
  /** What templates get as `entry.data`: names of fields, or names of their own for them. Default: all. */
  fields?: readonly string[] | Readonly<Record<string, string>>
  /** Long texts that are markdown. */
  markdown?: readonly string[]
  /** An entry without a value for one of these is wrong. */
  require?: readonly string[]
}

export interface ImageOptions {
  /** In pixels. Default 480, 960, 1440 and 1920. */
  widths?: readonly number[]
  format?: 'jpg' | 'png' | 'webp' | 'gif' | 'avif'
  /** 1 to 100. */
  quality?: number
  /** Default `(max-width: 48rem) 100vw, 48rem`. */
  sizes?: string
}

/** An entry in a rich text, for the function that shows it. */
export interface Embedded {
  readonly id: string
  readonly type: string
  readonly isInline: boolean
  /** Values as the API has them, of the locale. Links are `{ sys: { linkType, id } }`. */
  readonly fields: Readonly<Record<string, unknown>>
  escape(text: unknown): string
  /** A rich text as HTML. */
  render(document: unknown): string
  /** Entry or asset of a link. */
  find(link: unknown): { readonly id: string; readonly fields: Readonly<Record<string, unknown>> } | undefined
}

/** Where a space is reached. */
export interface Connection {
  readonly space: string
  readonly environment: string
  readonly token: string
  readonly host: string
  readonly insecure: boolean
  readonly basePath: string
  readonly isPreview: boolean
  /** The variable that the token came from, for messages. */
  readonly tokenName: string
}

const hosts = { delivery: 'cdn.contentful.com', preview: 'preview.contentful.com' }

/** Throws an `SsgError` that names all variables that are missing. */
export function connect(options: ContentfulOptions, isPreview: boolean): Connection {
  const tokenVariable = isPreview ? 'CONTENTFUL_PREVIEW_TOKEN' : 'CONTENTFUL_DELIVERY_TOKEN'
  const token = (isPreview ? options.previewAccessToken : options.accessToken) ?? secret(tokenVariable)
  const space = options.space ?? variable('CONTENTFUL_SPACE_ID')
  const missing = [space, token].flatMap((one) => (typeof one === 'string' ? [] : 'variable' in one ? one.variable : one.name)).filter((name) => !hasSecret(name))
  if (missing.length > 0) {
    throw fail('source-secret', `Contentful cannot be asked: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set in the environment`, {
      fix: `set ${missing.length === 1 ? 'it' : 'them'}; space id and ${isPreview ? 'preview' : 'delivery'} token are in the web app under Settings > API keys.`,
    })
  }
  const value = String(token)
  hide(value)
  return {
    ...place(options, isPreview), space: plain(space), token: value, isPreview, insecure: options.insecure ?? false, basePath: options.basePath ?? '',
    tokenName: isSecret(token) ? token.name : isPreview ? 'previewAccessToken' : 'accessToken',
  }
}

/** A variable of the environment that is no credential, and must not be hidden as one. */
function variable(name: string): { readonly variable: string } {
  return { variable: name }
}

function plain(value: string | Secret | { readonly variable: string }): string {
  if (typeof value === 'object' && 'variable' in value) return process.env[value.variable]?.trim() ?? ''
  return isSecret(value) && !hasSecret(value.name) ? '' : String(value)
}

export function place(options: ContentfulOptions, isPreview: boolean): Pick<Connection, 'space' | 'environment' | 'host'> {
  return {
    space: plain(options.space ?? variable('CONTENTFUL_SPACE_ID')),
    environment: plain(options.environment ?? variable('CONTENTFUL_ENVIRONMENT')) || 'master',
    host: isPreview ? options.previewHost ?? hosts.preview : options.host ?? hosts.delivery,
  }
}
