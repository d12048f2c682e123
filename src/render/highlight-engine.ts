// A regex engine for shiki's grammars on JavaScript's own regular expressions. Patterns are translated by oniguruma-to-es; a pattern is tried
// only where the character at hand can start a match of it, with a sticky regex, so most patterns are never even compiled.
// Text in ASCII, nearly all code, gets translations without Unicode's classes; both kinds agree with Oniguruma.
import type { IOnigMatch } from 'shiki/textmate'
import type { RegexEngine } from 'shiki/types'
import { parse } from 'oniguruma-parser/parser'
import { EmulatedRegExp, toRegExpDetails, type ToRegExpOptions } from 'oniguruma-to-es'
import { findFirstSets, nonAscii, setSize, textEnd } from './highlight-first.ts'

interface EngineString {
  readonly content: string
  readonly id: number
  readonly ascii: boolean
}

/** One pattern, translated for one kind of text. */
interface Form {
  /** Matches at `lastIndex` only. */
  readonly at: RegExp
  /** The same with the places of its groups. Absent: it has no groups. */
  readonly groupsAt?: RegExp
}

interface Pattern {
  readonly source: string
  readonly first: bigint
  readonly firstAtStart: bigint
  readonly hasCaptures: boolean
  /** `\G` at the start of the pattern: matches only where the search starts. */
  readonly atSearchStart: boolean
  /** `\G` elsewhere: matches are searched for, not tried one place at a time. */
  readonly search?: RegExp
  ascii?: Form
  unicode?: Form
}

interface Scanner {
  findNextMatchSync(text: string | { readonly content: string }, start: number): IOnigMatch | null
}

const rules = { allowOrphanBackrefs: true, captureGroup: true, recursionLimit: 5, singleline: true }
const forAscii: ToRegExpOptions = { target: 'ES2024', flags: 'DSW', rules: { ...rules, asciiWordBoundaries: true } }
const forUnicode: ToRegExpOptions = { target: 'ES2024', rules }
const maxPatterns = 20_000

/** Throws, when code is tokenized, for patterns that cannot be translated. */
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
    createScanner: (sources) => createScanner(sources.map((source) => patternOf(typeof source === 'string' ? source : source.source))),
    createString: (content) => Object.assign({ content, id: ++lastId, ascii: isAscii(content) }),
  }
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text)
}

function createPattern(source: string): Pattern {
  const sets = findFirstSets(parse(source, { rules: { captureGroup: true, singleline: true }, skipBackrefValidation: true, skipPropertyNameValidation: true }))
  const pattern = { source, first: sets.later, firstAtStart: sets.atStart, hasCaptures: sets.hasCaptures }
  if (!sets.hasSearchStart) return { ...pattern, atSearchStart: false }
  const { flags, options, pattern: translated } = toRegExpDetails(source, forUnicode)
  if (options?.strategy) return { ...pattern, atSearchStart: false, search: new EmulatedRegExp(translated, `dg${flags}`, options) }
  return { ...pattern, atSearchStart: flags.includes('y') }
}

function createForm({ source, hasCaptures }: Pattern, options: ToRegExpOptions): Form {
  const translated = toRegExpDetails(source, options)
  const flags = translated.flags.includes('y') ? translated.flags : `${translated.flags}y`
  const regexp = (flags: string): RegExp =>
    translated.options ? new EmulatedRegExp(translated.pattern, flags, translated.options) : new RegExp(translated.pattern, flags)
  return { at: regexp(flags), ...(hasCaptures && { groupsAt: regexp(`d${flags}`) }) }
}

function createScanner(patterns: readonly Pattern[]): Scanner {
  const candidates = new Array<readonly number[] | undefined>(2 * setSize)
  const searched = patterns.flatMap((pattern, index) => (pattern.search ? [index] : []))
  const repeatable = patterns.every((pattern) => !pattern.atSearchStart && !pattern.search)
  let last: { readonly id: number; readonly from: number; readonly match: IOnigMatch | null } | undefined

  const candidatesFor = (slot: number): readonly number[] => {
    const found = patterns.flatMap(({ search, first, firstAtStart }, index) =>
      !search && ((slot < setSize ? first : firstAtStart) >> BigInt(slot % setSize)) & 1n ? [index] : [])
    candidates[slot] = found
    return found
  }
  const findNext = (text: EngineString, start: number): IOnigMatch | null => {
    const { content, ascii } = text
    const best = searched.length > 0 ? searchBest(patterns, searched, content, start) : null
    const end = best ? best.captureIndices[0]!.start : content.length
    for (let at = start; at <= end; at++) {
      const code = at < content.length ? content.charCodeAt(at) : textEnd
      if (!ascii && isTrailing(content, code, at)) continue
      const slot = (at === content.length ? textEnd : code < nonAscii ? code : nonAscii) + (at === 0 ? setSize : 0)
      for (const index of candidates[slot] ?? candidatesFor(slot)) {
        if (best && at === end && index > best.index) break
        const pattern = patterns[index]!
        if (pattern.atSearchStart && at !== start) continue
        const match = matchAt(pattern, index, text, at)
        if (match) return match
      }
    }
    return best
  }
  return {
    findNextMatchSync(text, start) {
      const string = text as EngineString
      if (last?.id === string.id && last.from <= start && (last.match === null || last.match.captureIndices[0]!.start >= start)) return last.match
      const match = findNext(string, start)
      if (repeatable) last = { id: string.id, from: start, match }
      return match
    },
  }
}

/** The second half of a character outside of the basic plane is no place where a match can start. */
function isTrailing(content: string, code: number, at: number): boolean {
  return code >= 0xdc00 && code < 0xe000 && at > 0 && (content.charCodeAt(at - 1) & 0xfc00) === 0xd800
}

function matchAt(pattern: Pattern, index: number, { content, ascii }: EngineString, at: number): IOnigMatch | null {
  const form = ascii ? (pattern.ascii ??= createForm(pattern, forAscii)) : (pattern.unicode ??= createForm(pattern, forUnicode))
  form.at.lastIndex = at
  if (!form.at.test(content)) return null
  const end = form.at.lastIndex
  if (!form.groupsAt) return { index, captureIndices: [{ start: at, end, length: end - at }] }
  form.groupsAt.lastIndex = at
  return toMatch(index, form.groupsAt.exec(content))
}

function searchBest(patterns: readonly Pattern[], searched: readonly number[], content: string, start: number): IOnigMatch | null {
  let best: IOnigMatch | null = null
  for (const index of searched) {
    const search = patterns[index]!.search!
    search.lastIndex = start
    const match = toMatch(index, search.exec(content))
    if (match && (!best || match.captureIndices[0]!.start < best.captureIndices[0]!.start)) best = match
  }
  return best
}

/** A group that took no part is beyond the end of any text, as Oniguruma has it. */
const missing = { start: 0xffffffff, end: 0xffffffff, length: 0 }

function toMatch(index: number, match: RegExpExecArray | null): IOnigMatch | null {
  if (!match?.indices) return null
  return { index, captureIndices: match.indices.map((place) => (place ? { start: place[0], end: place[1], length: place[1] - place[0] } : missing)) }
}
