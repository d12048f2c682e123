// Webmention: tells pages elsewhere that a page of ours links to them, if they say that they want to know. What they answer is
// hostile: little of it is read, nothing of it is followed into the own network.
import { lookup } from 'node:dns'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import { Parser } from 'htmlparser2'
import type { DeployResult, WebmentionsHook } from '../core/deploy.ts'
import { messageOf } from '../core/diagnostic.ts'

const limitMs = 10_000
const readAtMostBytes = 1 << 20
const redirectsAtMost = 5
const targetsAtMost = 200

interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}
interface Asking {
  readonly privateHosts: boolean
}

/** Throws with what failed, after all were tried. */
export async function sendWebmentions(result: DeployResult, hook: WebmentionsHook): Promise<void> {
  const mentions = Object.entries(result.pages).flatMap(([source, page]) => linksOf(fs.readFileSync(path.join(result.folder, page), 'utf8'), source, result.url).map((target) => ({ source, target })))
  const failures: string[] = []
  for (const { source, target } of mentions.slice(0, targetsAtMost)) {
    try {
      await mention(source, target, hook)
    } catch (error) {
      failures.push(`${target}: ${messageOf(error)}`)
    }
  }
  if (mentions.length > targetsAtMost) failures.push(`${mentions.length - targetsAtMost} links were not told: at most ${targetsAtMost} are in one deploy`)
  if (failures.length > 0) throw new Error(failures.slice(0, 5).join('; '))
}

/** Links of the article, or of the page where there is none, that leave the site. */
export function linksOf(html: string, source: string, site = source): string[] {
  const found = { article: new Set<string>(), page: new Set<string>() }
  let depth = 0
  const parser = new Parser({
    onopentag(name, { href }) {
      if (name === 'article') depth++
      if (name !== 'a' || href === undefined || !URL.canParse(href, source)) return
      const url = new URL(href, source)
      url.hash = ''
      if (!/^https?:$/.test(url.protocol) || url.origin === new URL(site).origin) return
      found.page.add(url.href)
      if (depth > 0) found.article.add(url.href)
    },
    onclosetag(name) {
      if (name === 'article') depth--
    },
  })
  parser.end(html)
  return [...(/<article[\s>]/i.test(html) ? found.article : found.page)]
}

async function mention(source: string, target: string, asking: Asking): Promise<void> {
  const page = await request('GET', target, asking)
  const endpoint = page.status < 300 ? endpointOf(page) : undefined
  if (endpoint === undefined) return
  const { status } = await request('POST', endpoint, asking, new URLSearchParams({ source, target }).toString())
  if (status >= 300) throw new Error(`its webmention endpoint answers ${status}`)
}

/** In the `Link` header, else the first `link` or `a` of the page. */
export function endpointOf({ url, headers, text }: Pick<Answer, 'url' | 'headers' | 'text'>): string | undefined {
  const header = [headers.link ?? []].flat().join(', ')
  const linked = [...header.matchAll(/<([^>]*)>\s*((?:;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s",;]*)\s*)*)/g)].find(([, , parameters = '']) => /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?webmention(?:\s[^"]*)?"|webmention\s*(?:;|$))/i.test(parameters))
  const address = linked?.[1] ?? inPage(text)
  return address !== undefined && URL.canParse(address, url) ? new URL(address, url).href : undefined
}

function inPage(text: string): string | undefined {
  let address: string | undefined
  const parser = new Parser({
    onopentag(name, { rel = '', href }) {
      if ((name === 'link' || name === 'a') && href !== undefined && rel.split(/\s+/).includes('webmention')) address ??= href
    },
  })
  parser.end(text)
  return address
}

async function request(method: 'GET' | 'POST', address: string, asking: Asking, body?: string): Promise<Answer> {
  for (let url = address, hops = 0; hops <= redirectsAtMost; hops++) {
    const answer = await requestOnce(method, url, asking, body)
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400 || location === undefined || !URL.canParse(location, url)) return answer
    url = new URL(location, url).href
  }
  throw new Error('it redirects for ever')
}

function requestOnce(method: 'GET' | 'POST', address: string, { privateHosts }: Asking, body?: string): Promise<Answer> {
  const url = new URL(address)
  if (!/^https?:$/.test(url.protocol)) throw new Error(`it leads to ${url.protocol}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!privateHosts && net.isIP(host) !== 0 && isPrivate(host)) throw new Error('it is in the own network')
  const { request: start } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'sourcepress webmention', accept: 'text/html', ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }) }
    const sent = start(url, { method, headers, signal: AbortSignal.timeout(limitMs), lookup: privateHosts ? lookup : publicLookup }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = (): void => resolve({ url: address, status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') })
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size < readAtMostBytes) return
        done()
        response.destroy()
      }).on('end', done).on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const ownNetworks = new net.BlockList()
for (const [network, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) ownNetworks.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [['::', 127], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8], ['64:ff9b::', 96]] as const) ownNetworks.addSubnet(network, bits, 'ipv6')

export function isPrivate(address: string): boolean {
  return ownNetworks.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Names are looked up by us, so that no name leads where its address may not. */
const publicLookup: typeof lookup = ((host: string, options: { all?: boolean }, callback: (error: Error | null, address?: unknown, family?: number) => void) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error)
    const [first] = addresses
    if (first === undefined || addresses.some(({ address }) => isPrivate(address))) return callback(new Error('it is in the own network'))
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}) as unknown as typeof lookup
