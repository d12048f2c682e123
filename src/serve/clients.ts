// Open pages: each keeps a connection (server-sent events) on which it is told what changed for it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Message } from './messages.ts'
import { commonHeaders } from './respond.ts'

export interface Client {
  /** The path of its address. */
  readonly path: string
  send(message: Message): void
}
export interface Clients {
  /** Answers with a stream; the first message is the caller's. */
  open(request: IncomingMessage, response: ServerResponse, path: string): Client
  all(): Iterable<Client>
  close(): void
}

/** Proxies and laptops that sleep cut a connection on which nothing happens. */
const heartbeatMs = 25_000

export function createClients(): Clients {
  const clients = new Map<Client, ServerResponse>()
  const heartbeat = setInterval(() => { for (const response of clients.values()) response.write(':\n\n') }, heartbeatMs)
  heartbeat.unref()
  return {
    all: () => [...clients.keys()],
    open(request, response, path) {
      response.writeHead(200, { ...commonHeaders, 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
      request.socket.setNoDelay(true)
      response.flushHeaders()
      const client: Client = { path, send: (message) => { response.write(`data: ${JSON.stringify(message)}\n\n`) } }
      clients.set(client, response)
      response.on('close', () => clients.delete(client))
      response.on('error', () => clients.delete(client))
      return client
    },
    close() {
      clearInterval(heartbeat)
      for (const response of clients.values()) response.end()
      clients.clear()
    },
  }
}
