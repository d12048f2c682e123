// HTTP requests -> the site's files as a host gives them, and the server's own addresses below `/__ssg/`.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hrefOf } from '../core/settings.ts'
import type { OutputPath } from '../core/types.ts'
import { digest } from '../util/hash.ts'
import { injectLive, ownPath } from './inject.ts'
import { respond, respondJson, respondText, type Answer } from './respond.ts'
import { readScript } from './scripts.ts'
import type { ServedSite } from './site.ts'

export interface HandlerOptions {
  readonly site: ServedSite
  readonly isKnownHost: (header: string | undefined) => boolean
  /** Waits for the build that runs, if a request has to. */
  readonly whenBuilt: () => Promise<void>
  /** Takes a request over as a page's own connection. */
  readonly connect: (request: IncomingMessage, response: ServerResponse, path: string) => void
  /** Stands for the state of styles, scripts and pictures. */
  readonly assets: () => string
  /** HTML of the page about the server, and of a page that cannot be shown. */
  readonly panel: () => { readonly text: string; readonly look: string }
  readonly broken: () => string
  readonly refresh: () => void
  /** Absent: nobody may ask for a refresh. */
  readonly secret?: string
}

export function createHandler(options: HandlerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    response.on('error', () => response.destroy())
    handle(request, response, options).catch((error: unknown) => {
      if (!response.headersSent) respondText(request, response, 500, `the server failed: ${error instanceof Error ? error.message : String(error)}`)
      else response.destroy()
    })
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HandlerOptions): Promise<void> {
  const { url = '/', method = 'GET', headers } = request
  if (!options.isKnownHost(headers.host)) return respondText(request, response, 403, `this server does not answer for the host "${headers.host ?? ''}"; allow it with --allow-host`)
  const at = url.search(/[?#]/)
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  if (path === `${ownPath}refresh` && method === 'POST') return refresh(request, response, query, options)
  if (method !== 'GET' && method !== 'HEAD') return respondText(request, response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' })
  if (path === '/__ssg') return respondText(request, response, 302, 'see /__ssg/', { location: ownPath })
  if (path.startsWith(ownPath)) return own(request, response, { path: path.slice(ownPath.length), query, ...options })
  return page(request, response, { path, query, ...options })
}

interface Asked extends HandlerOptions { readonly path: string; readonly query: string }

function own(request: IncomingMessage, response: ServerResponse, { path, query, site, connect, panel }: Asked): void {
  const parameters = new URLSearchParams(query)
  if (path === 'events' && request.method !== 'GET') return respondText(request, response, 405, 'only GET', { allow: 'GET' })
  if (path === 'events') return connect(request, response, parameters.get('path') ?? '/')
  if (path === '') return showPanel(request, response, panel())
  if (path === 'why') return why(request, response, parameters, site)
  const script = path === 'live.js' ? readScript('early.js') : path.startsWith('client/') ? readScript(path.slice('client/'.length)) : undefined
  if (script === undefined) return respondText(request, response, 404, 'not found')
  respond(request, response, { kind: 'bytes', bytes: script }, { status: 200, name: 'script.js' })
}

function why(request: IncomingMessage, response: ServerResponse, parameters: URLSearchParams, site: ServedSite): void {
  const story = site.story(parameters.get('asked') ?? '/', parameters.get('folder') ?? '/')
  if (story === undefined) return respondText(request, response, 404, 'there is no such page')
  respondJson(request, response, story)
}

function refresh(request: IncomingMessage, response: ServerResponse, query: string, { secret, refresh: start }: HandlerOptions): void {
  // Whatever comes with it is not needed.
  request.resume()
  if (secret === undefined) return respondText(request, response, 403, 'set SSG_REFRESH_SECRET to allow this')
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? new URLSearchParams(query).get('secret') ?? ''
  // Digests are of one length, whatever was given.
  if (!timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(secret)))) return respondText(request, response, 401, 'the secret is another one', { 'www-authenticate': 'Bearer' })
  start()
  respondText(request, response, 202, 'refreshing')
}

async function page(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
  const { site, path, query, whenBuilt } = asked
  if (site.current() === undefined) await whenBuilt()
  const address = site.find(path, query)
  switch (address.kind) {
    case 'bad': return respondText(request, response, 400, 'this is no address')
    case 'redirect': return respondText(request, response, 302, `see ${address.location}`, { location: address.location })
    case 'missing': return missing(request, response, asked)
    case 'file': return file(request, response, address.output, 200, asked)
  }
}

async function missing(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
  const output = '404.html' as OutputPath
  if (asked.site.current() === undefined) return html(request, response, 500, asked.broken())
  if (asked.site.spec(output) === undefined) return respondText(request, response, 404, 'not found')
  return await file(request, response, output, 404, asked)
}

async function file(request: IncomingMessage, response: ServerResponse, output: OutputPath, status: number, { site, whenBuilt, broken, assets }: Asked): Promise<void> {
  // What waits is made from the state that the running build is about to replace.
  if (site.current()?.waiting.has(output)) await whenBuilt()
  const spec = site.spec(output)
  const settings = site.settings()
  const found = site.get(output)
  if (found === undefined) return html(request, response, 500, broken())
  if (spec?.kind === 'redirect' && settings) return respondText(request, response, 301, `see ${hrefOf(settings, spec.target)}`, { location: encodeURI(decodeURI(hrefOf(settings, spec.target))) })
  const isPage = found.kind === 'bytes' && output.endsWith('.html') && wantsHtml(request)
  const answer: Answer = isPage ? { kind: 'bytes', bytes: injectLive(found.bytes, { output, status, look: found.look, assets: assets(), home: settings?.basePath ?? '/' }) } : found
  respond(request, response, answer, { status, name: output, headers: output.endsWith('.html') ? { vary: 'accept' } : {} })
}

/** Browsers say so when they open a page; programs and the page's own requests do not, and get its very bytes. */
function wantsHtml({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '')
}

function showPanel(request: IncomingMessage, response: ServerResponse, { text, look }: ReturnType<HandlerOptions['panel']>): void {
  const bytes = Buffer.from(text)
  respond(request, response, { kind: 'bytes', bytes: wantsHtml(request) ? injectLive(bytes, { output: '', status: 200, look, assets: '', home: '/' }) : bytes }, { status: 200, name: 'page.html', headers: { vary: 'accept' } })
}

function html(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const bytes = injectLive(Buffer.from(text), { output: '', status, look: digest(text), assets: '', home: '/' })
  respond(request, response, { kind: 'bytes', bytes }, { status, name: 'page.html' })
}
