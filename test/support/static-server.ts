// Serves a folder on the loopback address as a static host does: index documents, redirects to them, and 404.html. For tests only.
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

export interface StaticServer {
  /** `http://127.0.0.1:41234` */
  readonly origin: string
  close(): Promise<void>
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml',
  png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', avif: 'image/avif', xml: 'application/xml', json: 'application/json', txt: 'text/plain; charset=utf-8',
}

export async function serveFolder(folder: string): Promise<StaticServer> {
  const server = http.createServer((request, response) => {
    const { status, file, location } = resolve(folder, request.url ?? '/')
    response.writeHead(status, { ...(location && { location }), ...(file && { 'content-type': types[path.extname(file).slice(1)] ?? 'application/octet-stream' }) })
    response.end(file && fs.readFileSync(file))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    }),
  }
}

function resolve(folder: string, url: string): { status: number; file?: string; location?: string } {
  const { pathname } = new URL(url, 'http://localhost')
  const file = path.join(folder, decodeURIComponent(pathname))
  const stat = fs.statSync(file, { throwIfNoEntry: false })
  if (stat?.isFile()) return { status: 200, file }
  const index = path.join(file, 'index.html')
  if (stat?.isDirectory() && fs.existsSync(index)) return pathname.endsWith('/') ? { status: 200, file: index } : { status: 302, location: `${pathname}/` }
  const missing = path.join(folder, '404.html')
  return fs.existsSync(missing) ? { status: 404, file: missing } : { status: 404 }
}
