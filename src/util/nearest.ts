// "Did you mean": the known word that was probably meant.
import { distance } from 'fastest-levenshtein'

/** The candidate closest to `word`, if one is close enough to be a typing mistake. Upper and lower case count as the same. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase().slice(0, 100)
  let best: string | undefined
  let least = Math.max(1, Math.floor(wanted.length * 0.4)) + 1
  for (const candidate of candidates) {
    const steps = distance(wanted, candidate.toLowerCase().slice(0, 100))
    if (steps < least) [best, least] = [candidate, steps]
  }
  return best
}
