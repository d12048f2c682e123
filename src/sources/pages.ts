// The pages of an answer that comes in pages, each named by the one before.
import { fail } from '../core/diagnostic.ts'
import type { Answer, Page, PaginateOptions } from '../core/types.ts'
import { redact } from '../util/secret.ts'
import type { Requester } from './http.ts'

const mostPagesByDefault = 10_000

/** Ends with an error where pages go round in a circle, or do not end. */
export async function* paginate<T>(name: string, requester: Requester, url: string | URL, { next, mostPages = mostPagesByDefault, ...request }: PaginateOptions<T>): AsyncGenerator<Page<T>> {
  const seen = new Set<string>()
  for (let [address, number] = [url, 1] as [string | URL | undefined, number]; address !== undefined; number++) {
    const answer = await requester.send(address, request) as Answer<T>
    if (seen.has(answer.url) || number > mostPages) {
      throw fail('source-failed', `source ${name}: page ${number} (${redact(answer.url)}) ${number > mostPages ? 'is one too many' : 'was there before'}`, { fix: 'correct what `next` returns; at the end it must be undefined.' })
    }
    seen.add(answer.url)
    yield { ...answer, number, at: () => ({ url: redact(answer.url) }) }
    const following = next(answer)
    address = following === undefined || following === null || following === '' ? undefined : new URL(following, answer.url)
  }
}
