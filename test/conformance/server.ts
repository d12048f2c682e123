// A server over HTTP of which a test says what it answers, and which keeps every request.
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRequest { readonly method: string; readonly url: URL; readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>; readonly number: number }
export type FakeAnswer = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json?: unknown; readonly text?: string } | 'reset' | 'hang'

/** Ends with `close`. */
export interface FakeServer {
  readonly origin: string
  readonly requests: readonly FakeRequest[]
  answer: (request: FakeRequest) => FakeAnswer
  close(): Promise<void>
}

export async function startServer(answer: FakeServer['answer']): Promise<FakeServer> {
  const requests: FakeRequest[] = []
  const server = http.createServer((incoming, response) => {
    const request: FakeRequest = { method: incoming.method ?? 'GET', url: new URL(incoming.url ?? '/', 'http://localhost'), headers: incoming.headers, number: requests.length + 1 }
    requests.push(request)
    const given = fake.answer(request)
    if (given === 'hang') return
    if (given === 'reset') return void response.socket?.resetAndDestroy()
    const { status = 200, headers = {}, json, text = JSON.stringify(json ?? null) } = given
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, answer,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
  return fake
}
