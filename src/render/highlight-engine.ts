// A regex engine for shiki's grammars on JavaScript's own regular expressions. Patterns are translated, and tried only where the character at
// hand can start a match of them, with a sticky regex, so most patterns are never even compiled. It gives the matches that Oniguruma gives,
// or throws `notExact` where it cannot be sure to: other text than ASCII, patterns without an equal in JavaScript, a few groups in loops.
import type { IOnigCaptureIndex, IOnigMatch } from 'shiki/textmate'
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import { EmulatedRegExp, toRegExpDetails, type ToRegExpOptions } from 'oniguruma-to-es'
import { parse, type AlternativeNode } from 'oniguruma-parser/parser'
import { isAscii, notExact, parseShared } from './highlight-dialect.ts'
import { anywhere, findFirstSets, hasPlace, setSize, textEnd, type FirstSets } from './highlight-first.ts'
import { findUncertainGroups, hasFlagBeforeChoice, isAtMatchStart, type UncertainGroups } from './highlight-groups.ts'
import { allGroups, findUses, formOf, isUsed, mergeUses, type PatternUses, type UsedGroups } from './highlight-uses.ts'

interface AsciiString {
  readonly content: string
  /** Tells texts apart. */
  readonly id: number
}

/** A pattern as it is tried at one place. */
interface Attempt extends FirstSets {
  readonly alternatives: readonly AlternativeNode[]
  readonly used: UsedGroups
  /** The numbers that the groups of its regex have in the pattern; `undefined`: the same. */
  readonly groups: readonly number[] | undefined
  uncertain: UncertainGroups | undefined
  /** Makes a sticky regex, with the flag `d` unless it has no groups. */
  readonly create: () => RegExp
  regexp: RegExp | undefined
}

/** The only place where they are made, so that all have one form: they are asked more often than anything else. */
function attemptOf({ atStart, later }: FirstSets, alternatives: readonly AlternativeNode[], used: UsedGroups, groups: readonly number[] | undefined, create: () => RegExp): Attempt {
  return { atStart, later, alternatives, used, groups, create, uncertain: undefined, regexp: undefined }
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

/** Engines for the languages of one highlighter, each for a language with all grammars that it may need. Their matches have the places of the groups that these grammars use. */
export function createFirstCharEngines(): (grammars: readonly LanguageRegistration[]) => RegexEngine {
  const patterns = new Map<string, Pattern>()
  const uses = new Map<LanguageRegistration, PatternUses>()
  const usesOf = (grammar: LanguageRegistration): PatternUses => {
    const known = uses.get(grammar) ?? findUses(grammar)
    uses.set(grammar, known)
    return known
  }
  const patternOf = (source: string, used: UsedGroups): Pattern => {
    const key = `${used} ${source}`
    const known = patterns.get(key)
    if (known) return known
    // Grammars make patterns from the text they match, such as the end of a here-document.
    if (patterns.size >= maxPatterns) patterns.clear()
    const pattern = createPattern(source, used)
    patterns.set(key, pattern)
    return pattern
  }
  let lastId = 0
  return (grammars) => {
    const used = mergeUses(grammars.map(usesOf))
    return {
      createScanner(sources) {
        const find = createFinder(sources.map((source) => {
          const text = typeof source === 'string' ? source : source.source
          return patternOf(text, used.get(formOf(text)) ?? allGroups)
        }))
        return { findNextMatchSync: (text, start) => find(text as AsciiString, start) }
      },
      createString(content): AsciiString {
        if (!isAscii(content)) throw notExact
        return { content, id: ++lastId }
      },
    }
  }
}

function createPattern(source: string, used: UsedGroups): Pattern {
  if (!source.includes('\\G')) {
    const attempt = createAttempt(source, used)
    return { first: attempt, later: attempt }
  }
  // `\G` is true where the search starts and false elsewhere, as long as nothing of the match can be before it.
  const alternatives = parseShared(source, used)?.alternatives ?? parsePattern(source)
  if (!alternatives || !isAtMatchStart(alternatives)) return { first: impossible, later: impossible }
  const withStart = (replacement: string): string => source.replace(/\\(.)/gs, (escape, character) => (character === 'G' ? replacement : escape))
  return { first: createAttempt(withStart('(?:)'), used), later: createAttempt(withStart('(?!)'), used) }
}

/** A pattern that nobody can try here. */
const impossible = attemptOf(anywhere, [], 0, undefined, () => {
  throw notExact
})

function createAttempt(source: string, used: UsedGroups): Attempt {
  const shared = parseShared(source, used)
  const hasTextStart = /\^|\\A/.test(source)
  if (shared) {
    const { alternatives, ignoreCase, groups } = shared
    const flags = `${ignoreCase ? 'i' : ''}y${groups.length > 0 ? 'd' : ''}`
    return attemptOf(findFirstSets(alternatives, { ignoreCase, hasTextStart }), alternatives, used, groups, () => new RegExp(shared.source, flags))
  }
  const alternatives = parsePattern(source)
  if (!alternatives || hasFlagBeforeChoice(alternatives)) return impossible
  // `\K` moves the start of the match away from where the pattern starts.
  const sets = source.includes('\\K') ? anywhere : findFirstSets(alternatives, { ignoreCase: false, hasTextStart })
  return attemptOf(sets, alternatives, used, undefined, () => translate(source))
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
function translate(source: string): RegExp {
  try {
    const { pattern, flags, options } = toRegExpDetails(source, translation)
    return options ? new EmulatedRegExp(pattern, `${flags}yd`, options) : new RegExp(pattern, `${flags}yd`)
  } catch {
    throw notExact
  }
}

/** Finds the leftmost match of any pattern; at one place, that of the first pattern. */
function createFinder(patterns: readonly Pattern[]): (text: AsciiString, start: number) => IOnigMatch | null {
  const repeatable = patterns.every(({ first, later }) => first === later)
  const later = createTable(patterns.map((pattern) => pattern.later))
  const first = repeatable ? later : createTable(patterns.map((pattern) => pattern.first))
  let lastId = 0
  let lastStart = 0
  let lastMatch: IOnigMatch | null = null

  const find = (content: string, start: number): IOnigMatch | null => {
    let table = first
    for (let at = start; at <= content.length; at++) {
      const candidates = candidatesFor(table, at === content.length ? textEnd : content.charCodeAt(at), at === 0)
      for (let i = 0; i < candidates.length; i++) {
        const match = matchAt(candidates[i]!, content, at)
        if (match) return match
      }
      table = later
    }
    return null
  }
  return ({ content, id }, start) => {
    if (lastId === id && lastStart <= start && (lastMatch === null || lastMatch.captureIndices[0]!.start >= start)) return lastMatch
    const match = find(content, start)
    if (repeatable) {
      lastId = id
      lastStart = start
      lastMatch = match
    }
    return match
  }
}

interface Candidate {
  readonly index: number
  readonly attempt: Attempt
}
interface Table {
  readonly attempts: readonly Attempt[]
  /** The patterns that can match before a character, or before the end of the text; after them, those for the start of the text. Filled as they are asked for. */
  readonly candidates: (readonly Candidate[] | undefined)[]
}

function createTable(attempts: readonly Attempt[]): Table {
  return { attempts, candidates: new Array(2 * setSize) }
}

/** Short enough to be made part of what asks for each place of a text. */
function candidatesFor(table: Table, place: number, atStart: boolean): readonly Candidate[] {
  return table.candidates[atStart ? place + setSize : place] ?? findCandidates(table, place, atStart)
}

function findCandidates({ attempts, candidates }: Table, place: number, atStart: boolean): readonly Candidate[] {
  const found: Candidate[] = []
  for (const [index, attempt] of attempts.entries()) if (hasPlace(atStart ? attempt.atStart : attempt.later, place)) found.push({ index, attempt })
  candidates[atStart ? place + setSize : place] = found
  return found
}

function matchAt({ index, attempt }: Candidate, content: string, start: number): IOnigMatch | null {
  const regexp = (attempt.regexp ??= attempt.create())
  regexp.lastIndex = start
  if (attempt.groups?.length === 0) {
    if (!regexp.test(content)) return null
    const end = regexp.lastIndex
    return { index, captureIndices: [{ start, end, length: end - start }] }
  }
  const places = regexp.exec(content)?.indices
  return places ? { index, captureIndices: findCaptures(attempt, content, places) } : null
}

/** By their numbers in the pattern, up to the last one that is used. */
function findCaptures(attempt: Attempt, content: string, places: RegExpIndicesArray): IOnigCaptureIndex[] {
  const { groups, used } = attempt
  const [start, end] = places[0]!
  const captures: IOnigCaptureIndex[] = [{ start, end, length: end - start }]
  for (let i = 1; i < places.length; i++) {
    const group = groups ? groups[i - 1]! : i
    while (captures.length < group) captures.push(noPlace)
    const place = places[i]
    if (place) captures.push({ start: place[0], end: place[1], length: place[1] - place[0] })
    else captures.push(isUsed(used, group) && isUncertain(attempt, group, content, start, end) ? unknownPlace : noPlace)
  }
  return captures
}

/** Whether Oniguruma may have given a place to a group that has none here. */
function isUncertain(attempt: Attempt, group: number, content: string, start: number, end: number): boolean {
  const { numbers, trace, outside } = (attempt.uncertain ??= findUncertainGroups(attempt.alternatives))
  return numbers.has(group) && trace.test(outside ? content : content.slice(start, end))
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
