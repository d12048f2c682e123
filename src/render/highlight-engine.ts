// A regex engine for shiki's grammars on JavaScript's own regular expressions. Patterns are translated, and tried only where the character at
// hand can start a match of them, with a sticky regex, so most patterns are never even compiled. Same matches as Oniguruma's.
// For ASCII text, nearly all code; other text needs Unicode's classes, which are slow here, and goes to Oniguruma itself.
import type { IOnigMatch } from 'shiki/textmate'
import type { RegexEngine } from 'shiki/types'
import { parse } from 'oniguruma-parser/parser'
import { EmulatedRegExp, toRegExpDetails, type ToRegExpOptions } from 'oniguruma-to-es'
import { isAscii, parseShared } from './highlight-dialect.ts'
import { anywhere, findFirstSets, setSize, textEnd, type FirstSets } from './highlight-first.ts'

type EngineString = ReturnType<RegexEngine['createString']>
type Scanner = ReturnType<RegexEngine['createScanner']>

interface AsciiString extends EngineString {
  /** Tells texts apart. */
  readonly asciiId: number
}

interface Pattern extends FirstSets {
  readonly hasCaptures: boolean
  /** It has a `\G`: it matches only where the search starts. */
  readonly hasSearchStart: boolean
  /** Its `\G` is not at its start: matches are searched for, not tried one place at a time. */
  readonly search?: RegExp
  /** Makes a sticky regex. */
  create(flags: string): RegExp
  regexp?: RegExp
}

const translation: ToRegExpOptions = {
  target: 'ES2024',
  flags: 'DSW',
  rules: { allowOrphanBackrefs: true, asciiWordBoundaries: true, captureGroup: true, recursionLimit: 5, singleline: true },
}
const parserOptions = { rules: { captureGroup: true, singleline: true }, skipBackrefValidation: true, skipPropertyNameValidation: true }
const maxPatterns = 20_000

/** `oniguruma` is asked for when a text is not ASCII. Throws, when text is matched, for patterns that cannot be translated. */
export function createFirstCharEngine(oniguruma: () => RegexEngine): RegexEngine {
  const patterns = new Map<string, Pattern>()
  let lastId = 0
  const patternOf = (source: string): Pattern => {
    const known = patterns.get(source)
    if (known) return known
    // Grammars make patterns from the text they match, such as the end of a here-document.
    if (patterns.size >= maxPatterns) patterns.clear()
    const pattern = createPattern(source)
    patterns.set(source, pattern)
    return pattern
  }
  return {
    createScanner(sources) {
      const findNext = createFinder(sources.map((source) => patternOf(typeof source === 'string' ? source : source.source)))
      let other: Scanner | undefined
      return {
        findNextMatchSync(text, start, options) {
          if (isAsciiString(text)) return findNext(text, start)
          other ??= oniguruma().createScanner(sources)
          return other.findNextMatchSync(text, start, options)
        },
        dispose: () => other?.dispose?.(),
      }
    },
    createString(content) {
      if (!isAscii(content)) return oniguruma().createString(content)
      const string: AsciiString = { content, asciiId: ++lastId }
      return string
    },
  }
}

function isAsciiString(text: string | EngineString): text is AsciiString {
  return typeof text === 'object' && 'asciiId' in text
}

function createPattern(source: string): Pattern {
  const shared = parseShared(source)
  if (shared) {
    const { alternatives, ignoreCase, hasCaptures } = shared
    const sticky = ignoreCase ? 'iy' : 'y'
    return { ...findFirstSets(alternatives, ignoreCase), hasCaptures, hasSearchStart: false, create: (flags) => new RegExp(shared.source, sticky + flags) }
  }
  const hasCaptures = true
  if (source.includes('\\G')) return createSearchStartPattern(source)
  // `\K` moves the start of the match away from where the pattern starts.
  const sets = source.includes('\\K') ? anywhere : findFirstSets(parse(source, parserOptions).body, false)
  return { ...sets, hasCaptures, hasSearchStart: false, create: (flags) => translate(source, `y${flags}`) }
}

function createSearchStartPattern(source: string): Pattern {
  const regexp = translate(source, 'd')
  const pattern = { ...anywhere, hasCaptures: true, hasSearchStart: true }
  if (regexp.sticky) return { ...pattern, create: () => regexp }
  const search = translate(source, 'dg')
  return { ...pattern, search, create: () => search }
}

function translate(source: string, moreFlags: string): RegExp {
  const { pattern, flags, options } = toRegExpDetails(source, translation)
  return options ? new EmulatedRegExp(pattern, flags + moreFlags, options) : new RegExp(pattern, flags + moreFlags)
}

type Finder = (text: AsciiString, start: number) => IOnigMatch | null

/** Finds the leftmost match of any pattern; at one place, that of the first pattern. */
function createFinder(patterns: readonly Pattern[]): Finder {
  const candidates = new Array<readonly number[] | undefined>(2 * setSize)
  const searched = patterns.flatMap(({ search }, index) => (search ? [index] : []))
  const repeatable = patterns.every(({ hasSearchStart }) => !hasSearchStart)
  let last: { readonly id: number; readonly from: number; readonly match: IOnigMatch | null } | undefined

  const candidatesFor = (slot: number): readonly number[] => {
    const bit = BigInt(slot % setSize)
    const found = patterns.flatMap(({ search, later, atStart }, index) => (!search && ((slot < setSize ? later : atStart) >> bit) & 1n ? [index] : []))
    candidates[slot] = found
    return found
  }
  const find = ({ content }: AsciiString, start: number): IOnigMatch | null => {
    const best = searchBest(patterns, searched, content, start)
    const end = best ? startOf(best) : content.length
    for (let at = start; at <= end; at++) {
      const slot = (at === content.length ? textEnd : content.charCodeAt(at)) + (at === 0 ? setSize : 0)
      for (const index of candidates[slot] ?? candidatesFor(slot)) {
        if (best && at === end && index > best.index) break
        const pattern = patterns[index]!
        if (pattern.hasSearchStart && at !== start) continue
        const match = matchAt(pattern, index, content, at)
        if (match) return match
      }
    }
    return best
  }
  return (text, start) => {
    if (last?.id === text.asciiId && last.from <= start && (last.match === null || startOf(last.match) >= start)) return last.match
    const match = find(text, start)
    if (repeatable) last = { id: text.asciiId, from: start, match }
    return match
  }
}

function startOf(match: IOnigMatch): number {
  return match.captureIndices[0]!.start
}

function matchAt(pattern: Pattern, index: number, content: string, start: number): IOnigMatch | null {
  const regexp = (pattern.regexp ??= pattern.create(pattern.hasCaptures ? 'd' : ''))
  regexp.lastIndex = start
  if (pattern.hasCaptures) return toMatch(index, regexp.exec(content))
  if (!regexp.test(content)) return null
  const end = regexp.lastIndex
  return { index, captureIndices: [{ start, end, length: end - start }] }
}

function searchBest(patterns: readonly Pattern[], searched: readonly number[], content: string, start: number): IOnigMatch | null {
  let best: IOnigMatch | null = null
  for (const index of searched) {
    const search = patterns[index]!.search!
    search.lastIndex = start
    const match = toMatch(index, search.exec(content))
    if (match && (!best || startOf(match) < startOf(best))) best = match
  }
  return best
}

/** A group that took no part is beyond the end of any text, as Oniguruma has it. */
const missing = { start: 0xffffffff, end: 0xffffffff, length: 0 }

function toMatch(index: number, match: RegExpExecArray | null): IOnigMatch | null {
  if (!match?.indices) return null
  return { index, captureIndices: match.indices.map((place) => (place ? { start: place[0], end: place[1], length: place[1] - place[0] } : missing)) }
}
