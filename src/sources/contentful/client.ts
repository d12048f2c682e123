// The Contentful SDK, carried by the core's requests: it knows addresses and parameters, they know retries, limits and secrets.
// Every answer is checked before the SDK sees it, and none of its errors gets out. Loaded only when a server is asked.
import { createRequire } from 'node:module'
import { fail, SsgError, type Diagnostic } from '../../core/diagnostic.ts'
import type { Answer, SourceContext } from '../../core/types.ts'
import { redact } from '../../util/secret.ts'
import { RequestFailure } from '../http.ts'
import { isRecord } from '../raw-entry.ts'
import { createSetup, isItem, linkId, readLocale, readType, type ApiItem, type Setup } from './entities.ts'
import type { Connection } from './options.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>
export interface SyncPage {
  readonly items: readonly ApiItem[]
  readonly deletedEntries: readonly string[]
  readonly deletedAssets: readonly string[]
  readonly nextPageToken?: string
  readonly nextSyncToken?: string
}

export interface Client {
  setup(): Promise<Setup>
  sync(query: { readonly limit: number } | { readonly token: string }): Promise<SyncPage>
  entries(query: Query): Promise<readonly ApiItem[]>
  assets(query: Query): Promise<readonly ApiItem[]>
}

/** The calls of the SDK that are used; what they give is checked here. */
interface SdkClient {
  readonly withAllLocales: { readonly withoutLinkResolution: { getEntries(query: Query): Promise<unknown> }; getAssets(query: Query): Promise<unknown> }
  readonly withoutLinkResolution: { sync(query: Readonly<Record<string, unknown>>, options: { readonly paginate: false }): Promise<unknown> }
  getContentTypes(query: Query): Promise<unknown>
  getLocales(): Promise<unknown>
}

interface AdapterConfig {
  readonly url?: string
  readonly baseURL?: string
  readonly params?: unknown
  readonly headers: { toJSON(): Record<string, unknown> }
  readonly paramsSerializer?: { serialize?(params: unknown): string }
}

/** Answer too large: the page must be smaller. */
export class PageTooLarge extends Error {}
/** The server does not know the token of the last sync any more. */
export class TokenRefused extends Error {}

export function createClient(ctx: Pick<SourceContext, 'fetch'>, connection: Connection): Client {
  const { createClient: create } = createRequire(import.meta.url)('contentful') as typeof import('contentful')
  const { space, environment, token, host, insecure, basePath } = connection
  const sdk = create({
    space, environment, host, insecure, basePath, accessToken: token, application: 'sourcepress', retryOnError: false, logHandler: () => undefined,
    adapter: (config) => send(ctx, config as unknown as AdapterConfig) as Promise<never>,
  }) as unknown as SdkClient
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, connection)
    }
  }
  const collection = async (work: () => Promise<unknown>): Promise<readonly ApiItem[]> => itemsOf(await call(work))
  return {
    setup: async () => {
      const [types, locales] = await Promise.all([readAll((skip) => collection(() => sdk.getContentTypes({ limit: 1000, skip, order: 'sys.id' }))), call(() => sdk.getLocales())])
      const environmentId = types.map(({ sys }) => linkId(sys['environment'])).find((id) => id !== undefined) ?? environment
      return createSetup(types.map(readType), localesOf(locales).map(readLocale), environmentId)
    },
    sync: async (query) => readSync(await call(() => sdk.withoutLinkResolution.sync('token' in query ? { nextSyncToken: query.token } : { initial: true, limit: query.limit }, { paginate: false }))),
    entries: (query) => collection(() => sdk.withAllLocales.withoutLinkResolution.getEntries({ include: 0, ...query })),
    assets: (query) => collection(() => sdk.withAllLocales.getAssets(query)),
  }
}

async function readAll(page: (skip: number) => Promise<readonly ApiItem[]>): Promise<readonly ApiItem[]> {
  const all: ApiItem[] = []
  for (;;) {
    const items = await page(all.length)
    all.push(...items)
    if (items.length < 1000) return all
  }
}

function itemsOf(collection: unknown): readonly ApiItem[] {
  const items = isRecord(collection) ? collection['items'] : undefined
  return Array.isArray(items) ? items.filter(isItem) : []
}

function localesOf(collection: unknown): readonly Record<string, unknown>[] {
  const items = isRecord(collection) ? collection['items'] : undefined
  return Array.isArray(items) ? items.filter(isRecord) : []
}

function readSync(page: unknown): SyncPage {
  if (!isRecord(page)) throw fail('source-unreachable', 'Contentful: the answer of a sync is none')
  const list = (key: string): readonly ApiItem[] => (Array.isArray(page[key]) ? page[key].filter(isItem) : [])
  const { nextPageToken, nextSyncToken } = page
  return {
    items: [...list('entries'), ...list('assets')],
    deletedEntries: list('deletedEntries').map(({ sys }) => sys.id), deletedAssets: list('deletedAssets').map(({ sys }) => sys.id),
    ...(typeof nextPageToken === 'string' && { nextPageToken }), ...(typeof nextSyncToken === 'string' && { nextSyncToken }),
  }
}

/** The transport of the SDK. What it throws passes through the SDK as it is. */
async function send(ctx: Pick<SourceContext, 'fetch'>, { url = '', baseURL = '', params, headers, paramsSerializer }: AdapterConfig): Promise<object> {
  const address = /^https?:/.test(url) ? url : `${baseURL.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`
  const query = params === undefined || params === null ? '' : paramsSerializer?.serialize?.(params) ?? ''
  const sent = Object.entries(headers.toJSON()).filter(([name, value]) => typeof value === 'string' && !/^(?:accept-encoding|content-length|content-type|user-agent)$/i.test(name)) as [string, string][]
  const answer = await ctx.fetch(query === '' ? address : `${address}?${query}`, { headers: Object.fromEntries(sent), check: address.endsWith('/sync') ? checkSync : checkCollection })
  return { data: answer.json, status: answer.status, statusText: '', headers: Object.fromEntries(answer.headers), config: {}, request: {} }
}

function checkCollection({ json }: Answer): string | undefined {
  const items = isRecord(json) ? json['items'] : undefined
  // Locales are named by a code.
  return Array.isArray(items) && items.every((item) => isItem(item) || (isRecord(item) && typeof item['code'] === 'string')) ? undefined : 'its answer is not a list of Contentful'
}

/** Taken at its word, an answer without entries and token would empty the site. */
function checkSync({ json }: Answer): string | undefined {
  if (!isRecord(json) || !Array.isArray(json['items'])) return 'its answer is not a sync of Contentful'
  const tokens = [json['nextPageUrl'], json['nextSyncUrl']].filter((url) => typeof url === 'string' && /[?&]sync_token=[^&]/.test(url))
  return tokens.length === 1 && json['items'].every(isItem) ? undefined : 'its answer is not a whole page of a sync'
}

/** Rebuilt from what the server said: an error of the SDK holds the token. */
function explain(error: unknown, connection: Connection): Error {
  if (!(error instanceof RequestFailure)) return error instanceof SsgError ? error : fail('source-failed', `${nameOf(connection)}: an answer could not be used`, { fix: 'try again; if it stays, please report it.' })
  const said = readError(error.body)
  if (error.status === 400 && /response size too big/i.test(said.message)) return new PageTooLarge()
  if (error.status === 400 && /sync.?token|syncToken|sync token/i.test(said.message)) return new TokenRefused()
  return new SsgError(error.diagnostics.map((one) => explained(one, error.status, said, connection)))
}

function nameOf({ space, environment }: Connection): string {
  return `Contentful, space ${space}, environment ${environment}`
}

function explained(one: Diagnostic, status: number | undefined, { message, requestId }: ApiError, connection: Connection): Diagnostic {
  const { tokenName, isPreview } = connection
  const name = nameOf(connection)
  const detail = `${message === '' ? '' : `: ${message}`}${requestId === '' ? '' : ` (request ${requestId})`}`
  if (one.code === 'source-unreachable') return { ...one, message: redact(`${name}: ${one.message.replace(/^source [^:]*: /, '')}`), fix: 'look at https://www.contentfulstatus.com and at the way to it, and try again.' }
  if (status === 401) return { ...one, message: redact(`${name}: the ${isPreview ? 'preview' : 'delivery'} token (${tokenName}) was refused${detail}`), fix: isPreview ? 'take the preview token of Settings > API keys; a delivery token works only without --preview.' : 'take the delivery token of Settings > API keys; if it is a preview token, use --preview.' }
  if (status === 403) return { ...one, message: redact(`${name}: the token (${tokenName}) may not read this${detail}`), fix: 'look at what the key may read under Settings > API keys.' }
  if (status === 404) return { ...one, message: redact(`${name}: there is no such space or environment, or the token (${tokenName}) may not see it${detail}`), fix: 'check both names, and the environments of the key under Settings > API keys.' }
  return { ...one, message: redact(`${name}: a request was refused with ${status ?? 'no status'}${detail}`), fix: 'check the options of contentful().' }
}

interface ApiError { readonly message: string; readonly requestId: string }

function readError(body: string): ApiError {
  try {
    const json: unknown = JSON.parse(body)
    const part = (key: string): string => (isRecord(json) && typeof json[key] === 'string' ? json[key].slice(0, 300) : '')
    return { message: part('message'), requestId: part('requestId') }
  } catch {
    // A page of a gateway: the status says enough.
    return { message: '', requestId: '' }
  }
}
