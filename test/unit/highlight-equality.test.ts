// Our tokens and colours are those of stock shiki: both engines, both themes, over samples, generated and mutated code, files, odd lines.
import fs from 'node:fs'
import path from 'node:path'
import { createHighlighter as createStock, guessEmbeddedLanguages, normalizeTheme, type BundledLanguage, type HighlighterGeneric } from 'shiki'
import { createOnigurumaEngine } from 'shiki/engine/oniguruma'
import { bundledLanguagesInfo, bundledLanguages } from 'shiki/langs'
import { INITIAL, Registry, Theme, type IGrammar, type StateStack } from 'shiki/textmate'
import { bundledThemes } from 'shiki/themes'
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import { parse } from 'oniguruma-parser/parser'
import { beforeAll, describe, expect, test } from 'vitest'
import { isAscii, notExact } from '../../src/render/highlight-dialect.ts'
import { createFirstCharEngine } from '../../src/render/highlight-engine.ts'
import { findUncertainGroups } from '../../src/render/highlight-groups.ts'
import { createHighlighter } from '../../src/render/highlight.ts'
import { createRandom, generateBlocks } from '../../bench/code-blocks.ts'
import { samples } from './highlight-samples.ts'

const themes = { light: 'github-light-default', dark: 'github-dark-default' } as const
const languages = Object.keys(samples)
let oniguruma: RegexEngine
const fast = createFirstCharEngine()

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
    const pair = pairs.get(language) ?? { fast: loadGrammar(grammars, fast), oniguruma: loadGrammar(grammars, oniguruma) }
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

describe('colours are those of stock shiki', () => {
  let stock: HighlighterGeneric<string, string>
  const config = { themes, aliases: {}, languages: [], lineNumbers: false, maxLineLength: 2000 }
  const plain = (code: string): string => code
  const foreign = (code: string): string => code.replace(/[ou]/g, (c) => (c === 'o' ? 'ö' : '漢')).replace(/ = /g, ' = /*😀*/ ')
  const cases = [...languages.map((language) => ({ language, code: samples[language]! })), ...generateBlocks(45, 3).map(({ info, code }) => ({ language: info, code }))]

  beforeAll(async () => {
    stock = await createStock({ themes: Object.values(themes), langs: [...languages, 'ts', 'js', 'bash'] }) as unknown as HighlighterGeneric<string, string>
  })
  // Grammars that embed others look different in a highlighter that happens to have those loaded; shiki's own shorthands guess them.
  const embedding = new Set(['markdown', 'vue', 'svelte', 'astro', 'latex', 'http'])

  test.each([['fast', plain], ['oniguruma', plain], ['fast', foreign]] as const)('%s engine, %o', async (engine, change) => {
    const highlighter = createHighlighter(config, { engine })
    const maps = { light: await colorMapOf('light'), dark: await colorMapOf('dark') }
    for (const { language, code } of cases) {
      const block = { info: language, code: change(code) }
      await highlighter.prepare([block])
      const found = readStyles(highlighter.highlight(block).html, maps)
      const shiki = embedding.has(language) ? await stockFor(language, block.code) : stock
      expect(found, language).toEqual(await stockStyles(shiki, block.code, language))
    }
  })
  const stockFor = async (language: string, code: string): Promise<HighlighterGeneric<string, string>> => {
    const embedded = guessEmbeddedLanguages(code, language).filter((name) => name in bundledLanguages)
    return await createStock({ themes: Object.values(themes), langs: [language, ...embedded], warnings: false }) as unknown as HighlighterGeneric<string, string>
  }
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

interface StyledCharacter {
  readonly text: string
  readonly light: string
  readonly dark: string
}

interface ColorMap {
  readonly colors: readonly string[]
  readonly foreground: number
}

async function colorMapOf(scheme: 'light' | 'dark'): Promise<ColorMap> {
  const theme = Theme.createFromRawTheme(normalizeTheme((await bundledThemes[themes[scheme]]()).default))
  return { colors: theme.getColorMap(), foreground: theme.getDefaults().foregroundId }
}

const blank: StyledCharacter = { text: ' ', light: '', dark: '' }

/** The theme's own colour and font style of each character of a highlighted block. White space has none. */
function readStyles(html: string, maps: { readonly light: ColorMap; readonly dark: ColorMap }): StyledCharacter[] {
  const styleOf = (letter: string, { colors, foreground }: ColorMap, classes: readonly string[]): string => {
    const own = classes.filter((name) => name.startsWith(letter)).map((name) => name.slice(1))
    const color = own.find((name) => /^\d/.test(name))
    return [colors[color === undefined ? foreground : Number(color)], ...['i', 'b', 'u', 's'].filter((name) => own.includes(name))].join(' ')
  }
  const found: StyledCharacter[] = []
  let classes: string[] = []
  for (const [piece, names, close, entity] of /<code>([^]*)<\/code>/.exec(html)![1]!.matchAll(/<span class="(.*?)">|(<\/span>)|&(\w+);|[^]/gu)) {
    if (names !== undefined || close) classes = names?.split(' ') ?? []
    else {
      const text = entity ? { lt: '<', gt: '>', amp: '&' }[entity]! : piece
      found.push(/\s/.test(text) ? blank : { text, light: styleOf('l', maps.light, classes), dark: styleOf('d', maps.dark, classes) })
    }
  }
  return found
}

async function stockStyles(shiki: HighlighterGeneric<string, string>, code: string, lang: string): Promise<StyledCharacter[]> {
  const text = code.replace(/\n$/, '')
  const [light, dark] = Object.values(themes).map((theme) =>
    shiki.codeToTokensBase(text, { lang, theme, tokenizeTimeLimit: 0 }).map((line) =>
      line.flatMap(({ content, color = '', fontStyle = 0 }) => Array.from(content, (character) => ({ character, style: [color, ...['i', 'b', 'u', 's'].filter((_, bit) => fontStyle & (1 << bit))].join(' ') }))))) as [{ character: string; style: string }[][], { character: string; style: string }[][]]
  return light.flatMap((line, row) => [
    ...(row > 0 ? [blank] : []),
    ...line.map(({ character, style }, column) => (/\s/.test(character) ? blank : { text: character, light: style, dark: dark[row]![column]!.style })),
  ])
}
