// What is remembered of a body and of a page, and how that is written in a line.
import type { Diagnostic } from '../core/diagnostic.ts'
import type { ReadKey } from '../core/types.ts'
import { asciiJson } from '../util/ascii.ts'
import type { Digest } from '../util/hash.ts'
import type { StoreRef } from './store.ts'

/** A body, and all that it was made from. */
export interface BodyTrace {
  /** Of the text and of what else the entry itself gives. */
  readonly key: Digest
  /** Links and pictures that were looked up, and the answers. */
  readonly lookups: readonly (readonly [kind: 'link' | 'size', asked: string, answer: string])[]
  /** What pages and what lists show of it, each with the digest that is its print. */
  readonly content: StoreRef
  readonly excerpt: StoreRef
  readonly diagnostics: readonly Diagnostic[]
}

/** A page, and all that it was made from. */
export interface PageTrace {
  /** The spec, or the digest of a long one. */
  readonly spec: string
  readonly reads: readonly ReadKey[]
  readonly digest: Digest
  /** How the file looked when it was written: it need not be read again while it looks the same. */
  readonly stat: string
  /** What the checks want to know of it; absent: nothing. */
  readonly facts?: StoreRef
  /** Why it was rendered the last time; a line for each read that had changed. */
  readonly why: string
  /** The number of the build that rendered it. */
  readonly build: number
}

/** What a trace refers to in the store. */
export function storedBytes(trace: BodyTrace | PageTrace | undefined): number {
  if (trace === undefined) return 0
  return 'content' in trace ? trace.content[1] + trace.excerpt[1] : trace.facts?.[1] ?? 0
}

export const bodyForm = {
  write: ({ key, lookups, content, excerpt, diagnostics }: BodyTrace): string => asciiJson(diagnostics.length > 0 ? [key, lookups, content, excerpt, diagnostics] : [key, lookups, content, excerpt]),
  parse(text: string): BodyTrace {
    const [key, lookups, content, excerpt, diagnostics] = JSON.parse(text) as [Digest, BodyTrace['lookups'], StoreRef, StoreRef, (readonly Diagnostic[])?]
    return { key, lookups, content, excerpt, diagnostics: diagnostics ?? [] }
  },
}

/** First what it read, by number, so that readers are found without a look at the rest. */
export function pageForm(keyAt: (number: number) => ReadKey, numberOf: (key: ReadKey) => number): { write(page: PageTrace): string; parse(text: string): PageTrace } {
  return {
    write: ({ spec, reads, digest, stat, facts, why, build }) => `,${reads.map((key) => `${numberOf(key)},`).join('')}\t${asciiJson([spec, digest, stat, facts ?? 0, why, build])}`,
    parse(text) {
      const tab = text.indexOf('\t')
      const reads = text.slice(1, tab).split(',').slice(0, -1).map((number) => keyAt(Number(number)))
      const [spec, digest, stat, facts, why, build] = JSON.parse(text.slice(tab + 1)) as [string, Digest, string, StoreRef | 0, string, number]
      return { spec, reads, digest, stat, ...(facts !== 0 && { facts }), why, build }
    },
  }
}

/** Whether a page's line names one of some keys, each by its number with a comma before and after it. */
export function readsOneOf(text: string, numbers: readonly string[]): boolean {
  const reads = text.slice(0, text.indexOf('\t'))
  return numbers.some((number) => reads.includes(number))
}
