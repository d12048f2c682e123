// A regex engine for shiki's grammars on JavaScript's own regular expressions. Patterns are translated, and tried only where the character at
// hand can start a match of them, with a sticky regex, so most patterns are never even compiled. It gives the matches that Oniguruma gives,
// or throws `notExact` where it cannot be sure to: other text than ASCII, patterns without an equal in JavaScript, a few groups in loops.
import type { IOnigCaptureIndex, IOnigMatch } from 'shiki/textmate'
import type { RegexEngine } from 'shiki/types'
import { EmulatedRegExp, toRegExpDetails, type ToRegExpOptions } from 'oniguruma-to-es'
import { parse, type AlternativeNode } from 'oniguruma-parser/parser'
import { isAscii, notExact, parseShared } from './highlight-dialect.ts'
import { anywhere, findFirstSets, setSize, textEnd, type FirstSets } from './highlight-first.ts'
import { findUncertainGroups, hasFlagBeforeChoice, isAtMatchStart, type UncertainGroups } from './highlight-groups.ts'

interface AsciiString {
  readonly content: string
  /** Tells texts apart. */
  readonly id: number
}

/** A pattern as it is tried at one place. */
interface Attempt extends FirstSets {
  readonly hasCaptures: boolean
  readonly alternatives: readonly AlternativeNode[]
  uncertain?: UncertainGroups
  /** Makes a sticky regex. */
  create(flags: string): RegExp
  regexp?: RegExp
}

interface Pattern {
  /** Where the search starts. */
  readonly first: Attempt
  /** After that. The same, unless the pattern has a `\G`. */
  readonly later: Attempt
}

/** The flag `v`, which later targets use, is broken in Node 20: `/\w?(?:f[^\)])+a/v` does not match "fta". */
const translation: ToRegExpOptions = {
  target: 'ES2018',
  flags: 'DSW',
  rules: { allowOrphanBackrefs: true, asciiWordBoundaries: true, captureGroup: true, recursionLimit: 5, singleline: true },
}
const parserOptions = { rules: { captureGroup: true, singleline: true }, skipBackrefValidation: true, skipPropertyNameValidation: true }
const maxPatterns = 20_000

export function createFirstCharEngine(): RegexEngine {
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
      const find = createFinder(sources.map((source) => patternOf(typeof source === 'string' ? source : source.source)))
      return { findNextMatchSync: (text, start) => find(text as AsciiString, start) }
    },
    createString(content): AsciiString {
      if (!isAscii(content)) throw notExact
      return { content, id: ++lastId }
    },
  }
}

function createPattern(source: string): Pattern {
  if (!/\\G/.test(source)) {
    const attempt = createAttempt(source)
    return { first: attempt, later: attempt }
  }
  // `\G` is true where the search starts and false elsewhere, as long as nothing of the match can be before it.
  const alternatives = parsePattern(source)
  if (!alternatives || !isAtMatchStart(alternatives)) return { first: impossible, later: impossible }
  const withStart = (replacement: string): string => source.replace(/\\(.)/gs, (escape, character) => (character === 'G' ? replacement : escape))
  return { first: createAttempt(withStart('(?:)')), later: createAttempt(withStart('(?!)')) }
}

/** A pattern that nobody can try here. */
const impossible: Attempt = {
  ...anywhere,
  hasCaptures: false,
  alternatives: [],
  create() {
    throw notExact
  },
}

function createAttempt(source: string): Attempt {
  const shared = parseShared(source)
  const alternatives = shared?.alternatives ?? parsePattern(source)
  if (!alternatives || hasFlagBeforeChoice(alternatives)) return impossible
  if (shared) {
    const { ignoreCase, hasCaptures } = shared
    const sticky = ignoreCase ? 'iy' : 'y'
    return { ...findFirstSets(alternatives, ignoreCase), hasCaptures, alternatives, create: (flags) => new RegExp(shared.source, sticky + flags) }
  }
  // `\K` moves the start of the match away from where the pattern starts.
  const sets = source.includes('\\K') ? anywhere : findFirstSets(alternatives, false)
  return { ...sets, hasCaptures: true, alternatives, create: (flags) => translate(source, `y${flags}`) }
}

/** `undefined` for a pattern that the parser refuses. */
function parsePattern(source: string): AlternativeNode[] | undefined {
  try {
    return parse(source, parserOptions).body
  } catch {
    return undefined
  }
}

/** What cannot be translated is not an error: Oniguruma is asked then. */
function translate(source: string, moreFlags: string): RegExp {
  try {
    const { pattern, flags, options } = toRegExpDetails(source, translation)
    return options ? new EmulatedRegExp(pattern, flags + moreFlags, options) : new RegExp(pattern, flags + moreFlags)
  } catch {
    throw notExact
  }
}

/** Finds the leftmost match of any pattern; at one place, that of the first pattern. */
function createFinder(patterns: readonly Pattern[]): (text: AsciiString, start: number) => IOnigMatch | null {
  const repeatable = patterns.every(({ first, later }) => first === later)
  const later = createTable(patterns.map((pattern) => pattern.later))
  const first = repeatable ? later : createTable(patterns.map((pattern) => pattern.first))
  let last: { readonly id: number; readonly from: number; readonly match: IOnigMatch | null } | undefined

  const find = (content: string, start: number): IOnigMatch | null => {
    let table = first
    for (let at = start; at <= content.length; at++) {
      for (const { index, attempt } of table(at === content.length ? textEnd : content.charCodeAt(at), at === 0)) {
        const match = matchAt(attempt, index, content, at)
        if (match) return match
      }
      table = later
    }
    return null
  }
  return ({ content, id }, start) => {
    if (last?.id === id && last.from <= start && (last.match === null || last.match.captureIndices[0]!.start >= start)) return last.match
    const match = find(content, start)
    if (repeatable) last = { id, from: start, match }
    return match
  }
}

interface Candidate {
  readonly index: number
  readonly attempt: Attempt
}

/** The patterns that can match before a character, or before the end of the text. Filled as it is used. */
function createTable(attempts: readonly Attempt[]): (character: number, atStart: boolean) => readonly Candidate[] {
  const table = new Array<readonly Candidate[] | undefined>(2 * setSize)
  const candidatesFor = (character: number, atStart: boolean): readonly Candidate[] =>
    attempts.flatMap((attempt, index) => (((atStart ? attempt.atStart : attempt.later) >> BigInt(character)) & 1n ? [{ index, attempt }] : []))
  return (character, atStart) => (table[atStart ? character + setSize : character] ??= candidatesFor(character, atStart))
}

function matchAt(attempt: Attempt, index: number, content: string, start: number): IOnigMatch | null {
  const regexp = (attempt.regexp ??= attempt.create(attempt.hasCaptures ? 'd' : ''))
  regexp.lastIndex = start
  if (!attempt.hasCaptures) {
    if (!regexp.test(content)) return null
    const end = regexp.lastIndex
    return { index, captureIndices: [{ start, end, length: end - start }] }
  }
  const places = regexp.exec(content)?.indices
  if (!places) return null
  let unset: ReadonlySet<number> | undefined
  const missing = (group: number): IOnigCaptureIndex => {
    unset ??= findUnset(attempt, content, places[0]!)
    return unset.has(group) ? unknownPlace : noPlace
  }
  return { index, captureIndices: places.map((place, group) => (place ? { start: place[0], end: place[1], length: place[1] - place[0] } : missing(group))) }
}

const noGroups: ReadonlySet<number> = new Set()

/** Groups without a place that Oniguruma may have given one. */
function findUnset(attempt: Attempt, content: string, [start, end]: readonly [number, number]): ReadonlySet<number> {
  const { numbers, trace, outside } = (attempt.uncertain ??= findUncertainGroups(attempt.alternatives))
  if (numbers.size === 0) return numbers
  return trace.test(outside ? content : content.slice(start, end)) ? numbers : noGroups
}

/** A group that took no part is beyond the end of any text, as Oniguruma has it. */
const noPlace: IOnigCaptureIndex = { start: 0xffffffff, end: 0xffffffff, length: 0 }

/** A group that may have a place in Oniguruma. The length is what tokenizing looks at first, and most grammars never do. */
const unknownPlace: IOnigCaptureIndex = {
  ...noPlace,
  get length(): number {
    throw notExact
  },
}
