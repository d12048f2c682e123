// Our tokens are those of stock shiki, over samples, generated and mutated code, files, odd lines.
import fs from 'node:fs'
import path from 'node:path'
import type { BundledLanguage } from 'shiki'
import { createOnigurumaEngine } from 'shiki/engine/oniguruma'
import { bundledLanguagesInfo, bundledLanguages } from 'shiki/langs'
import { INITIAL, Registry, type IGrammar, type StateStack } from 'shiki/textmate'
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import { parse } from 'oniguruma-parser/parser'
import { beforeAll, describe, expect, test } from 'vitest'
import { isAscii, notExact } from '../../src/render/highlight-dialect.ts'
import { createFirstCharEngines } from '../../src/render/highlight-engine.ts'
import { findUncertainGroups } from '../../src/render/highlight-groups.ts'
import { createRandom, generateBlocks } from '../../bench/code-blocks.ts'
import { samples } from './highlight-samples.ts'

const languages = Object.keys(samples)
let oniguruma: RegexEngine
const fastEngines = createFirstCharEngines()

beforeAll(async () => {
  oniguruma = await createOnigurumaEngine(import('shiki/wasm'))
})

describe('tokens, with their scopes, are those of Oniguruma', () => {
  interface Pair {
    readonly fast: IGrammar
    readonly oniguruma: IGrammar
  }
  const pairs = new Map<string, Pair>()
  const pairOf = async (language: string): Promise<Pair> => {
    const grammars = (await bundledLanguages[language as BundledLanguage]()).default
    const pair = pairs.get(language) ?? { fast: loadGrammar(grammars, fastEngines(grammars)), oniguruma: loadGrammar(grammars, oniguruma) }
    pairs.set(language, pair)
    return pair
  }
  /** Compares line by line. Whether the fast engine did the whole text. */
  const compare = (pair: Pair, code: string): boolean => {
    let states: { fast: StateStack; oniguruma: StateStack } = { fast: INITIAL, oniguruma: INITIAL }
    for (const line of code.split('\n')) {
      const expected = pair.oniguruma.tokenizeLine(line, states.oniguruma)
      try {
        const found = pair.fast.tokenizeLine(line, states.fast)
        expect(found.tokens, line).toEqual(expected.tokens)
        states = { fast: found.ruleStack, oniguruma: expected.ruleStack }
      } catch (error) {
        if (error === notExact) return false
        throw error
      }
    }
    return true
  }

  // Separators in numbers, comments between words: groups that JavaScript forgets; patterns without an equal.
  const left = new Set(['c', 'cpp', 'csharp', 'go', 'haskell'])

  test.each(languages)('%s: its sample', async (language) => {
    const done = compare(await pairOf(language), samples[language]!)
    expect(done || left.has(language), 'left to Oniguruma').toBe(true)
  })
  test('generated blocks, all by the fast engine', async () => {
    for (const { info, code } of generateBlocks(180, 5)) expect(compare(await pairOf(info), code), info).toBe(true)
  })
  test.each(languages)('%s: mutated code of any language', async (language) => {
    const random = createRandom(language.length)
    const texts = [...Object.values(samples), ...generateBlocks(36, 7).map(({ code }) => code)].filter(isAscii)
    for (let round = 0; round < 25; round++) compare(await pairOf(language), mutate(texts, random))
  })
  test.each(languages)('%s: odd lines', async (language) => {
    const pair = await pairOf(language)
    const pieces = ['(', '[', '{', '<', '"', '\'', '`', '\\', '/', '*', '#', '-', '=', 'a', ' ', '\t', '0', '_', '.', ':', ';', '$', '@', '%', '&', '|', 'a ', 'a(', '<a ', '/*', '//', '- ', '"a" ', '${', '<!--', 'f(a,b)', '"\\', '\r', '\0', '\x7f']
    for (const piece of pieces) for (const start of ['', 'x = ']) compare(pair, (start + piece.repeat(150)).slice(0, 150))
  })
  test.each([['typescript', '.ts'], ['javascript', '.js'], ['json', '.json'], ['markdown', '.md'], ['css', '.css'], ['yaml', '.yml']])('%s: files', async (language, extension) => {
    const pair = await pairOf(language)
    for (const file of findFiles(['src', 'test', 'node_modules/markdown-it', 'node_modules/yaml', 'node_modules/fast-check', 'templates'], extension).slice(0, 40)) {
      compare(pair, fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.length < 2000).slice(0, 200).join('\n'))
    }
  })
  test('long lines take no long time', async () => {
    const pair = await pairOf('typescript')
    const start = process.cpuUsage()
    for (const piece of ['(', '((a) => ', '<a', '[{', 'a?b:', '"\\"', '`${', 'a.b<c>(', 'async ']) pair.fast.tokenizeLine2(piece.repeat(400).slice(0, 2000), INITIAL)
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(10)
  })
})

test('no bundled grammar refers to a group that JavaScript may forget', async () => {
  const failures: string[] = []
  for (const { id } of bundledLanguagesInfo) {
    for (const grammar of (await bundledLanguages[id as BundledLanguage]()).default) visitRules(grammar, (rule) => failures.push(...findReferences(rule)))
  }
  expect(failures).toEqual([])
})

/** References by `\1` in an end or `$1` in a name to an uncertain group of the pattern that they refer to. */
function findReferences(rule: Record<string, unknown>): string[] {
  const textsIn = (captures: unknown): unknown[] => (captures && typeof captures === 'object' ? Object.values(captures).map((capture: { name?: unknown } | null) => capture?.name) : [])
  const numbersIn = (texts: unknown[], pattern: RegExp): number[] => texts.flatMap((text) => (typeof text === 'string' ? [...text.matchAll(pattern)].map(([, a, b]) => Number(a ?? b)) : []))
  return (['match', 'begin', 'end', 'while'] as const).flatMap((key) => {
    const source = rule[key]
    if (typeof source !== 'string') return []
    const names = numbersIn([rule['name'], rule['contentName'], ...textsIn(rule[`${key}Captures`] ?? rule['captures'])], /\$(\d+)|\$\{(\d+):/g)
    const ends = key === 'begin' ? numbersIn([rule['end'], rule['while']], /\\(\d+)/g) : []
    const used = [...names, ...ends]
    return used.some((group) => uncertainIn(source).has(group)) ? [source] : []
  })
}

function uncertainIn(source: string): ReadonlySet<number> {
  try {
    return findUncertainGroups(parse(source, { rules: { captureGroup: true, singleline: true }, skipBackrefValidation: true, skipPropertyNameValidation: true }).body).numbers
  } catch {
    return new Set() // A pattern that cannot be read here is Oniguruma's.
  }
}

function visitRules(value: unknown, visit: (rule: Record<string, unknown>) => void): void {
  if (!value || typeof value !== 'object') return
  visit(value as Record<string, unknown>)
  for (const child of Object.values(value)) visitRules(child, visit)
}

function loadGrammar(grammars: readonly LanguageRegistration[], engine: RegexEngine): IGrammar {
  const byScope = new Map(grammars.map((grammar) => [grammar.scopeName, grammar]))
  const registry = new Registry({
    onigLib: { createOnigScanner: (patterns) => engine.createScanner(patterns), createOnigString: (text) => engine.createString(text) },
    loadGrammar: (scope) => byScope.get(scope),
  })
  for (const grammar of grammars) registry._syncRegistry.addGrammar(grammar)
  return registry.loadGrammarWithConfiguration(grammars.at(-1)!.scopeName, 1, {})!
}

function mutate(texts: readonly string[], random: (below: number) => number): string {
  const marks = '(){}[]<>"\'`/\\*#$@!%^&|;:,.=+-~? \t_09aZ'
  let text = texts[random(texts.length)]!
  for (let count = random(6); count > 0; count--) {
    const at = random(text.length + 1)
    const other = texts[random(texts.length)]!
    const from = random(other.length + 1)
    const insert = [marks[random(marks.length)]!, other.slice(from, from + random(40)), ''][random(3)]!
    text = text.slice(0, at) + insert + text.slice(at + (insert ? 0 : 1 + random(4)))
  }
  return text.split('\n').slice(0, 25).filter((line) => line.length < 400).join('\n')
}

function findFiles(folders: readonly string[], extension: string): string[] {
  const root = path.join(import.meta.dirname, '../..')
  return folders.flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension)).map((entry) => path.join(entry.parentPath, entry.name)).sort()
}
