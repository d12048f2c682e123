// A regex engine for shiki's grammars on JavaScript's own regular expressions. Patterns are translated, and tried only where the character at
// hand can start a match of them, with a sticky regex, so most patterns are never even compiled. It gives the matches that Oniguruma gives:
// what JavaScript may do in another way, or in exponential time, is left to Oniguruma itself, as is text that is not ASCII.
import type { IOnigCaptureIndex, IOnigMatch } from 'shiki/textmate'
import type { RegexEngine } from 'shiki/types'
import { EmulatedRegExp, toRegExpDetails, type ToRegExpOptions } from 'oniguruma-to-es'
import { parse, type AlternativeNode } from 'oniguruma-parser/parser'
import { isAscii, parseShared } from './highlight-dialect.ts'
import { anywhere, findFirstSets, setSize, textEnd, type FirstSets } from './highlight-first.ts'
import { hasFlagBeforeChoice, isAtMatchStart, type UncertainGroups } from './highlight-groups.ts'
import { hasAmbiguousLoop } from './highlight-loops.ts'

type EngineString = ReturnType<RegexEngine['createString']>
type Scanner = ReturnType<RegexEngine['createScanner']>

interface AsciiString extends EngineString {
  /** Tells texts apart. */
  readonly asciiId: number
  /** The same text for Oniguruma, if it was asked. */
  oniguruma?: EngineString
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
  readonly source: string
  /** Where the search starts, and after that; the same, unless the pattern has a `\G`. Absent: Oniguruma has to be asked. */
  readonly own?: { readonly first: Attempt; readonly later: Attempt }
}

/** The flag `v`, which later targets use, is broken in Node 20: `/\w?(?:f[^\)])+a/v` does not match "fta". */
const translation: ToRegExpOptions = {
  target: 'ES2018',
  flags: 'DSW',
  rules: { allowOrphanBackrefs: true, asciiWordBoundaries: true, captureGroup: true, recursionLimit: 5, singleline: true },
}
const parserOptions = { rules: { captureGroup: true, singleline: true }, skipBackrefValidation: true, skipPropertyNameValidation: true }
const maxPatterns = 20_000

/** `oniguruma` may throw; the engine then throws the same. */
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
    createScanner: (sources) => createScanner(sources.map((source) => patternOf(typeof source === 'string' ? source : source.source)), oniguruma),
    createString(content) {
      if (!isAscii(content)) return oniguruma().createString(content)
      const string: AsciiString = { content, asciiId: ++lastId, dispose: () => string.oniguruma?.dispose?.() }
      return string
    },
  }
}

function createPattern(source: string): Pattern {
  if (!/\\G/.test(source)) {
    const attempt = createAttempt(source)
    return attempt ? { source, own: { first: attempt, later: attempt } } : { source }
  }
  // `\G` is true where the search starts and false elsewhere, as long as nothing of the match can be before it.
  const alternatives = parsePattern(source)
  if (!alternatives || !isAtMatchStart(alternatives)) return { source }
  const withStart = (replacement: string): string => source.replace(/\\(.)/gs, (escape, character) => (character === 'G' ? replacement : escape))
  const [first, later] = [createAttempt(withStart('(?:)')), createAttempt(withStart('(?!)'))]
  return first && later ? { source, own: { first, later } } : { source }
}

function createAttempt(source: string): Attempt | undefined {
  const shared = parseShared(source)
  const alternatives = shared?.alternatives ?? parsePattern(source)
  if (!alternatives || hasFlagBeforeChoice(alternatives) || hasAmbiguousLoop(alternatives)) return undefined
  if (shared) {
    const { ignoreCase, hasCaptures } = shared
    const sticky = ignoreCase ? 'iy' : 'y'
    return { ...findFirstSets(alternatives, ignoreCase), hasCaptures, alternatives, create: (flags) => new RegExp(shared.source, sticky + flags) }
  }
  const create = translate(source)
  // `\K` moves the start of the match away from where the pattern starts.
  const sets = source.includes('\\K') ? anywhere : findFirstSets(alternatives, false)
  return create && { ...sets, hasCaptures: true, alternatives, create }
}

/** `undefined` for a pattern that the parser refuses. */
function parsePattern(source: string): AlternativeNode[] | undefined {
  try {
    return parse(source, parserOptions).body
  } catch {
    return undefined
  }
}

/** `undefined` for a pattern that has no equal in JavaScript. */
function translate(source: string): Attempt['create'] | undefined {
  try {
    const { pattern, flags, options } = toRegExpDetails(source, translation)
    return (more) => (options ? new EmulatedRegExp(pattern, `y${flags}${more}`, options) : new RegExp(pattern, `y${flags}${more}`))
  } catch {
    return undefined
  }
}

/** Finds the leftmost match of any pattern; at one place, that of the first pattern. */
function createScanner(patterns: readonly Pattern[], oniguruma: () => RegexEngine): Scanner {
  const foreign = patterns.flatMap(({ own }, index) => (own ? [] : [index]))
  const repeatable = patterns.every(({ own }) => own && own.first === own.later)
  const later = createTable(patterns.map(({ own }) => own?.later))
  const first = repeatable ? later : createTable(patterns.map(({ own }) => own?.first))
  const scanners = new Map<number, Scanner>()
  let whole: Scanner | undefined
  let others: Scanner | undefined
  let last: { readonly id: number; readonly from: number; readonly match: IOnigMatch | null } | undefined

  const sourcesOf = (indices: readonly number[]): string[] => indices.map((index) => patterns[index]!.source)
  const stringFor = (text: AsciiString): EngineString => (text.oniguruma ??= oniguruma().createString(text.content))
  const findForeign = (text: AsciiString, start: number): IOnigMatch | null => {
    if (foreign.length === 0) return null
    others ??= oniguruma().createScanner(sourcesOf(foreign))
    const match = others.findNextMatchSync(stringFor(text), start, 0)
    return match && { ...match, index: foreign[match.index]! }
  }
  /** The match of one pattern at one place, by Oniguruma. */
  const findAgain = (index: number, text: AsciiString, at: number): IOnigMatch => {
    const scanner = scanners.get(index) ?? oniguruma().createScanner(sourcesOf([index]))
    scanners.set(index, scanner)
    return { ...scanner.findNextMatchSync(stringFor(text), at, 0)!, index }
  }
  const find = (text: AsciiString, start: number): IOnigMatch | null => {
    const { content } = text
    const best = findForeign(text, start)
    const end = best ? best.captureIndices[0]!.start : content.length
    let table = first
    for (let at = start; at <= end; at++) {
      for (const { index, attempt } of table(at === content.length ? textEnd : content.charCodeAt(at), at === 0)) {
        if (best && at === end && index > best.index) break
        const match = matchAt(attempt, index, content, at)
        if (match) return match
      }
      table = later
    }
    return best
  }
  return {
    findNextMatchSync(text, start, options) {
      if (!isAsciiString(text)) return (whole ??= oniguruma().createScanner(patterns.map(({ source }) => source))).findNextMatchSync(text, start, options)
      if (last?.id === text.asciiId && last.from <= start && (last.match === null || last.match.captureIndices[0]!.start >= start)) return last.match
      const match = find(text, start)
      if (repeatable) last = { id: text.asciiId, from: start, match }
      return match
    },
    dispose() {
      for (const scanner of [whole, others, ...scanners.values()]) scanner?.dispose?.()
    },
  }
}

function isAsciiString(text: string | EngineString): text is AsciiString {
  return typeof text === 'object' && 'asciiId' in text
}

interface Candidate {
  readonly index: number
  readonly attempt: Attempt
}

/** The patterns that can match before a character, or before the end of the text. Filled as it is used. */
function createTable(attempts: readonly (Attempt | undefined)[]): (character: number, atStart: boolean) => readonly Candidate[] {
  const table = new Array<readonly Candidate[] | undefined>(2 * setSize)
  const candidatesFor = (character: number, atStart: boolean): readonly Candidate[] =>
    attempts.flatMap((attempt, index) => (attempt && ((atStart ? attempt.atStart : attempt.later) >> BigInt(character)) & 1n ? [{ index, attempt }] : []))
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
  return { index, captureIndices: places.map((place) => (place ? { start: place[0], end: place[1], length: place[1] - place[0] } : noPlace)) }
}

/** A group that took no part is beyond the end of any text, as Oniguruma has it. */
const noPlace: IOnigCaptureIndex = { start: 0xffffffff, end: 0xffffffff, length: 0 }
