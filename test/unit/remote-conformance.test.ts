// The suite for sources that ask servers, on sources that are right and on ones that are wrong.
import { describe, expect, test } from 'vitest'
import { put } from '../../src/sources/put.ts'
import type { Source } from '../../src/core/types.ts'
import { remoteSourceConformance, type RemoteConformanceOptions } from '../conformance/source.ts'
import type { FakeAnswer, FakeRequest } from '../conformance/server.ts'

interface Book { readonly isbn: string; readonly title: string }
const items: readonly Book[] = ['a', 'b', 'c', 'd', 'e'].map((isbn) => ({ isbn, title: `Book ${isbn}` }))

function pages({ url }: FakeRequest, all: readonly Book[]): FakeAnswer {
  const from = Number(url.searchParams.get('from') ?? 0)
  return { json: { items: all.slice(from, from + 2), ...(from + 2 < all.length && { next: `?from=${from + 2}` }) } }
}

type Answered = { items: Book[]; next?: string }
const books = (baseUrl: string): Source => ({
  name: 'books', baseUrl,
  async *load(ctx) {
    for await (const page of ctx.paginate<Answered>('/books', { next: ({ json }) => json.next, headers: { authorization: 'Bearer hunter2-hunter2' } })) for (const book of page.json.items) yield put({ id: book.isbn, title: book.title })
  },
})

const suite: RemoteConformanceOptions<Book> = { source: books, answer: pages, items, id: ({ isbn }) => isbn, change: (book) => ({ ...book, title: 'Changed' }), secrets: ['hunter2-hunter2'] }

describe('a source of pages', () => {
  for (const { name, run } of remoteSourceConformance(suite)) test(name, run)
})

describe('a source with a cursor', () => {
  // The cursor is what the server had: it answers with the difference.
  const changes = ({ url }: FakeRequest, all: readonly Book[]): FakeAnswer => {
    const known = new Map((JSON.parse(url.searchParams.get('since') || '[]') as Book[]).map((book) => [book.isbn, book.title]))
    return { json: { put: all.filter(({ isbn, title }) => known.get(isbn) !== title), gone: [...known.keys()].filter((isbn) => !all.some((book) => book.isbn === isbn)), now: JSON.stringify(all) } }
  }
  const source = (baseUrl: string): Source => ({
    name: 'books', baseUrl,
    async *load(ctx) {
      const { json } = await ctx.fetch<{ put: Book[]; gone: string[]; now: string }>(`/changes?since=${encodeURIComponent(ctx.cursor ?? '')}`)
      for (const book of json.put) yield put({ id: book.isbn, title: book.title })
      for (const id of json.gone) yield { drop: id }
      return { cursor: json.now }
    },
  })
  for (const { name, run } of remoteSourceConformance({ ...suite, source, answer: changes })) test(name, run)
})

describe('the suite finds', () => {
  test.each<[string, string, (baseUrl: string) => Source]>([
    ['a first page alone', 'reads all pages', (baseUrl) => ({ ...books(baseUrl), async *load(ctx) { for (const book of (await ctx.fetch<Answered>('/books')).json.items) yield put({ id: book.isbn }) } })],
    ['faults that are taken for an end', 'never takes a fault for fewer entries', (baseUrl) => ({ ...books(baseUrl), async *load(ctx) { try { yield* books(baseUrl).load(ctx) } catch { return } } })],
    ['requests of its own', 'tries again after a fault of the server', (baseUrl) => ({ ...books(baseUrl), async *load() { for (let from = 0; from < 6; from += 2) for (const book of (await (await fetch(`${baseUrl}books?from=${from}`)).json() as Answered).items) yield put({ id: book.isbn }) } })],
    ['a cursor without changes', 'brings what is new and what changed', (baseUrl) => ({ ...books(baseUrl), async *load(ctx) { if (ctx.cursor === undefined) yield* books(baseUrl).load(ctx); return { cursor: '1' } } })],
    ['a random value', 'gives the same in every run', (baseUrl) => ({ ...books(baseUrl), async *load(ctx) { await ctx.fetch('/books'); yield put({ id: 'a', data: { n: Math.random() } }) } })],
    ['a credential in an entry', 'gives no secret away', (baseUrl) => ({ ...books(baseUrl), async *load(ctx) { await ctx.fetch('/books'); yield put({ id: 'a', data: { url: 'https://x/?hunter2-hunter2' } }) } })],
  ])('%s', async (_, name, source) => {
    const one = remoteSourceConformance({ ...suite, source }).find((each) => each.name === name)
    await expect(one?.run()).rejects.toThrow()
  })
})
