// "Did you mean": the known word that was probably meant.
import { createRequire } from 'node:module'
import type * as Levenshtein from 'fastest-levenshtein'

// Needed only when something is wrong, by functions that do not wait: so not loaded with this module.
const require = createRequire(import.meta.url)

/** The candidate closest to `word`, if one is close enough to be a typing mistake. Upper and lower case count as the same. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const { distance } = require('fastest-levenshtein') as typeof Levenshtein
  const wanted = word.toLowerCase().slice(0, 100)
  let best: string | undefined
  let least = wanted.length < 4 ? 2 : Math.max(2, Math.floor(wanted.length * 0.4)) + 1
  for (const candidate of candidates) {
    const steps = distance(wanted, candidate.toLowerCase().slice(0, 100))
    if (steps < least) [best, least] = [candidate, steps]
  }
  return best
}
