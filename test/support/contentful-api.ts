// A Contentful of our own over HTTP, for tests: Delivery, Preview and Images API of one space, with the rules that matter (limits,
// tokens, shapes, errors), changes by editors, and faults at chosen requests.
import http from 'node:http'
import type { AddressInfo } from 'node:net'

type Json = Record<string, unknown>
export interface Item { readonly sys: Json & { id: string; type: string }; fields: Record<string, Record<string, unknown>>; readonly metadata?: Json }
export interface SpaceContent {
  readonly contentTypes: readonly Json[]
  readonly locales: readonly Json[]
  readonly entries: readonly Item[]
  readonly assets: readonly Item[]
}

/** What happens to one request in place of its answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | { readonly kind: 'reset' | 'reset-body' | 'truncate' | 'html' | 'hang' | 'drip' | 'empty' }

export interface ApiRequest { readonly host: 'delivery' | 'preview' | 'images'; readonly path: string; readonly query: URLSearchParams; readonly headers: http.IncomingHttpHeaders }

export interface ContentfulApi {
  /** `127.0.0.1:41234` */
  readonly host: string
  readonly previewHost: string
  readonly origin: string
  readonly requests: readonly ApiRequest[]
  /** Called before each request, with its number from 1. A fault takes the place of the answer. */
  onRequest: (request: ApiRequest, number: number) => Fault | void
  deliveryToken: string
  previewToken: string
  /** The environment that an alias leads to. */
  environment: string
  /** Largest answer in bytes. */
  maxBytes: number
  readonly underWay: { now: number; most: number }
  forget(): void
  publish(item: Item): void
  saveDraft(item: Item): void
  unpublish(id: string): void
  remove(id: string): void
  get(id: string): Item
  setContentTypes(types: readonly Json[]): void
  clear(): void
  close(): Promise<void>
}

export const tokens = { delivery: 'delivery-token-Ab3dEf6hIj9kLm2n', preview: 'preview-token-Zy8xWv5uTs2rQp7o' }
export const spaceId = 'space1'

interface Event { readonly seq: number; readonly type: string; readonly id: string; readonly item?: Item }

export async function startContentful(content: SpaceContent): Promise<ContentfulApi> {
  const published = new Map<string, Item>(), drafts = new Map<string, Item>()
  let contentTypes = [...content.contentTypes]
  const events: Event[] = []
  const snapshots = new Map<string, readonly Item[]>()
  const requests: ApiRequest[] = []
  let clock = Date.parse('2026-01-01T00:00:00Z')
  const stamp = (item: Item, isNew: boolean): Item => {
    const at = new Date(clock += 1000).toISOString()
    return { ...item, sys: { createdAt: at, ...item.sys, updatedAt: isNew ? item.sys['updatedAt'] ?? at : at } }
  }
  for (const item of [...content.entries, ...content.assets]) {
    const stamped = stamp(item, true)
    drafts.set(item.sys.id, stamped)
    if (item.sys['publishedVersion'] !== undefined) published.set(item.sys.id, stamped)
  }

  const api: ContentfulApi = {
    host: '', previewHost: '', origin: '', requests, onRequest: () => undefined, deliveryToken: tokens.delivery, previewToken: tokens.preview, environment: 'master', maxBytes: 7_340_032, underWay: { now: 0, most: 0 },
    forget() { requests.length = 0 },
    publish(item) {
      const saved = stamp({ ...item, sys: { ...item.sys, publishedVersion: 1, revision: Number(item.sys['revision'] ?? 0) + 1 } }, false)
      drafts.set(saved.sys.id, saved)
      published.set(saved.sys.id, saved)
      events.push({ seq: events.length + 1, type: saved.sys.type, id: saved.sys.id, item: saved })
    },
    saveDraft(item) { drafts.set(item.sys.id, stamp(item, false)) },
    unpublish(id) {
      const item = published.get(id)
      published.delete(id)
      if (item) events.push({ seq: events.length + 1, type: `Deleted${item.sys.type}`, id })
    },
    remove(id) {
      const item = drafts.get(id)
      drafts.delete(id)
      if (item && published.delete(id)) events.push({ seq: events.length + 1, type: `Deleted${item.sys.type}`, id })
    },
    get(id) {
      const item = drafts.get(id)
      if (item === undefined) throw new Error(`there is no ${id}`)
      return structuredClone(item)
    },
    setContentTypes(types) { contentTypes = [...types] },
    clear() { for (const id of published.keys()) api.unpublish(id) },
    async close() {
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })))
    },
  }

  const answer = (request: ApiRequest): { status: number; body: unknown } => {
    const { path, query, host, headers } = request
    const token = host === 'preview' ? api.previewToken : api.deliveryToken
    if (headers.authorization !== `Bearer ${token}`) return failure(401, 'AccessTokenInvalid', 'The access token you sent could not be found or is invalid.')
    const [, space, environment, kind = ''] = /^\/spaces\/([^/]+)\/environments\/([^/]+)\/(\w+)$/.exec(path) ?? []
    if (space !== spaceId || environment !== 'master') return failure(404, 'NotFound', 'The resource could not be found.')
    if (request.path.length + query.toString().length > 7600) return failure(414, 'UriTooLong', 'The address is too long.')
    const items = host === 'preview' ? drafts : published
    switch (kind) {
      case 'content_types': return collection(contentTypes.map((type) => inEnvironment(type as unknown as Item)), query)
      case 'locales': return collection(content.locales.map((locale) => ({ ...locale, sys: { type: 'Locale', id: String((locale['sys'] as Json)['id']) } }) as unknown as Item), query)
      case 'entries': return collection([...items.values()].filter(({ sys }) => sys.type === 'Entry').map(inEnvironment), query)
      case 'assets': return collection([...items.values()].filter(({ sys }) => sys.type === 'Asset').map(inEnvironment), query)
      case 'sync': return host === 'preview' ? failure(404, 'NotFound', 'The Preview API has no sync.') : sync(query)
      default: return failure(404, 'NotFound', 'The resource could not be found.')
    }
  }
  const inEnvironment = (item: Item): Item => ({ ...item, sys: { ...item.sys, environment: { sys: { type: 'Link', linkType: 'Environment', id: api.environment } } } })

  function sync(query: URLSearchParams): { status: number; body: unknown } {
    const url = (token: object): string => `${api.origin}/spaces/${spaceId}/environments/master/sync?sync_token=${Buffer.from(JSON.stringify({ ...token, environment: api.environment })).toString('base64url')}`
    const token = query.get('sync_token')
    if (token === null) {
      const limit = readLimit(query, 100)
      if (query.get('initial') !== 'true' || typeof limit !== 'number') return failure(400, 'BadRequest', 'A sync is initial or has a token.')
      const snapshot = `s${snapshots.size}`
      snapshots.set(snapshot, [...published.values()])
      return page(snapshot, 0, limit, events.length)
    }
    if ([...query.keys()].length > 1) return failure(400, 'BadRequest', 'With a sync_token no other parameter is allowed.')
    const state = parseToken(token)
    if (state === undefined) return failure(400, 'BadRequest', 'The sync token is invalid.')
    if (state['snapshot'] !== undefined) return page(String(state['snapshot']), Number(state['offset']), Number(state['limit']), Number(state['seq']))
    const latest = new Map(events.filter(({ seq }) => seq > Number(state['seq'])).map((event) => [event.id, event]))
    const items = [...latest.values()].map(({ item, type, id }) => (item === undefined ? { sys: { type, id, deletedAt: new Date(clock).toISOString() } } : inEnvironment(item)))
    return { status: 200, body: { sys: { type: 'Array' }, items, nextSyncUrl: url({ seq: events.length }) } }

    function page(snapshot: string, offset: number, limit: number, seq: number): { status: number; body: unknown } {
      const all = snapshots.get(snapshot) ?? []
      const items = all.slice(offset, offset + limit).map(inEnvironment)
      const isLast = offset + limit >= all.length
      return { status: 200, body: { sys: { type: 'Array' }, items, ...(isLast ? { nextSyncUrl: url({ seq }) } : { nextPageUrl: url({ snapshot, offset: offset + limit, limit, seq }) }) } }
    }
  }

  const servers = [false, true].map((isPreview) => http.createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const request: ApiRequest = { host: url.pathname.startsWith('/images') ? 'images' : isPreview ? 'preview' : 'delivery', path: url.pathname, query: url.searchParams, headers: incoming.headers }
    requests.push(request)
    api.underWay.now++
    api.underWay.most = Math.max(api.underWay.most, api.underWay.now)
    response.on('close', () => { api.underWay.now-- })
    const fault = api.onRequest(request, requests.length)
    if (request.host === 'images') return void sendImage(response, fault)
    const { status, body } = answer(request)
    let text = JSON.stringify(body)
    let code = status
    if (text.length > api.maxBytes) [code, text] = [400, JSON.stringify(failure(400, 'BadRequest', `Response size too big. Maximum allowed response size: ${api.maxBytes}B.`).body)]
    send(response, code, text, fault ?? undefined)
  }))
  const [host = '', previewHost = ''] = await Promise.all(servers.map(async (server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }))
  return Object.assign(api, { host, previewHost, origin: `http://${host}` })
}

function sendImage(response: http.ServerResponse, fault: Fault | void): void {
  const bytes = 'picture '.repeat(200)
  if (fault?.kind === 'reset-body') return send(response, 200, bytes, fault)
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('no picture')
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes)
}

function send(response: http.ServerResponse, status: number, text: string, fault: Fault | undefined): void {
  const type = { 'content-type': 'application/vnd.contentful.delivery.v1+json' }
  switch (fault?.kind) {
    case undefined: return void response.writeHead(status, type).end(text)
    case 'status': return void response.writeHead(fault.status, { ...type, ...fault.headers }).end(fault.body === undefined ? JSON.stringify(failure(fault.status, 'ServerError', 'Something went wrong.').body) : typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body))
    case 'reset': return void response.socket?.resetAndDestroy()
    case 'reset-body':
      response.writeHead(200, { ...type, 'content-length': text.length })
      response.write(text.slice(0, text.length / 2), () => setTimeout(() => response.socket?.resetAndDestroy(), 20))
      return
    case 'truncate': return void response.writeHead(200, type).end(text.slice(0, text.length / 2))
    case 'html': return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><body>Please log in.</body></html>')
    case 'empty': return void response.writeHead(200, type).end('{}')
    case 'hang': return
    case 'drip': {
      response.writeHead(200, type)
      const timer = setInterval(() => { response.write(' ') }, 50)
      response.on('close', () => clearInterval(timer))
    }
  }
}

function failure(status: number, id: string, message: string): { status: number; body: unknown } {
  return { status, body: { sys: { type: 'Error', id }, message, requestId: 'request-1' } }
}

function readLimit(query: URLSearchParams, fallback: number): number | { status: number; body: unknown } {
  const limit = Number(query.get('limit') ?? fallback)
  if (limit < 0) return failure(400, 'InvalidQuery', 'The limit is negative.')
  return Number.isInteger(limit) && limit <= 1000 ? limit : failure(400, 'BadRequest', 'The limit must be at most 1000.')
}

function parseToken(token: string): Json | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Json
  } catch {
    return undefined
  }
}

/** Filters, order, pages and selection of a collection. */
function collection(all: readonly Item[], query: URLSearchParams): { status: number; body: unknown } {
  const limit = readLimit(query, 100)
  if (typeof limit !== 'number') return limit
  if (query.has('locale') && query.get('locale') !== '*') return failure(400, 'BadRequest', `Unknown locale: ${query.get('locale')}`)
  const sysOf = (item: Item, name: string): string => String(item.sys[name.replace('sys.', '')] ?? '')
  let items = [...all]
  for (const [key, value] of query) {
    const [, field = '', operator] = /^(sys\.\w+)(?:\[(\w+)\])?$/.exec(key) ?? []
    if (field === '') continue
    if (operator === 'gte') items = items.filter((item) => sysOf(item, field) >= value)
    else if (operator === 'in') items = items.filter((item) => value.split(',').includes(sysOf(item, field)))
    else items = items.filter((item) => sysOf(item, field) === value)
  }
  const orders = (query.get('order') ?? '').split(',').filter(Boolean)
  for (const order of orders.reverse()) {
    const name = order.replace(/^-/, '')
    items.sort((a, b) => (sysOf(a, name) < sysOf(b, name) ? -1 : sysOf(a, name) > sysOf(b, name) ? 1 : 0) * (order.startsWith('-') ? -1 : 1))
  }
  const skip = Number(query.get('skip') ?? 0)
  const select = query.get('select')
  const page = items.slice(skip, skip + limit).map((item) => (select !== null && !select.includes('fields') ? { sys: item.sys } : item))
  return { status: 200, body: { sys: { type: 'Array' }, total: items.length, skip, limit, items: page } }
}
