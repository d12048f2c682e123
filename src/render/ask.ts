// How templates ask of the whole site: each question is recorded for the page at hand. What the tool itself tells of a site stays as it
// is while pages are made, so that of a question with at most one word, which every page may have, key and answer are kept.
import type { ReadKey, Reads } from '../core/types.ts'
import { queryKey, type QueryRunner } from './queries.ts'

/** The answer to a query. */
export type Ask = (name: string, ...args: readonly unknown[]) => unknown

export function createAsk({ query, reads }: { readonly query: QueryRunner; readonly reads: Reads }): Ask {
  const known = new Map<string, Map<unknown, { readonly key: ReadKey; readonly answer: unknown }>>()
  return (name, ...args) => {
    const [word] = args
    const isKept = (args.length === 0 || (args.length === 1 && typeof word === 'string')) && !name.startsWith('own:')
    const before = isKept ? known.get(name)?.get(word) : undefined
    const key = before?.key ?? queryKey({ name, args })
    reads.read(key)
    if (before !== undefined) return before.answer
    const answer = query({ name, args })
    if (!isKept) return answer
    if (!known.has(name)) known.set(name, new Map())
    known.get(name)?.set(word, { key, answer })
    return answer
  }
}
