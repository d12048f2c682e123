// Colours are those of stock shiki, in a process of its own: its engine colours some text outside of ASCII otherwise after other work.
import { createHighlighter as createStock, guessEmbeddedLanguages, normalizeTheme, type HighlighterGeneric } from 'shiki'
import { bundledLanguages } from 'shiki/langs'
import { Theme } from 'shiki/textmate'
import { bundledThemes } from 'shiki/themes'
import { beforeAll, describe, expect, test } from 'vitest'
import { createHighlighter } from '../../src/render/highlight.ts'
import { generateBlocks } from '../../bench/code-blocks.ts'
import { samples } from './highlight-samples.ts'

const themes = { light: 'github-light-default', dark: 'github-dark-default' } as const
const languages = Object.keys(samples)

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

  test.each([['fast', foreign], ['fast', plain], ['oniguruma', plain]] as const)('%s engine, %o', async (engine, change) => {
    const highlighter = createHighlighter(config, { engine })
    const maps = { light: await colorMapOf('light'), dark: await colorMapOf('dark') }
    for (const { language, code } of cases) {
      const block = { info: language, code: change(code) }
      const [result] = await highlighter.highlight([block])
      const found = readStyles(result!.html, maps)
      const shiki = embedding.has(language) ? await stockFor(language, block.code) : stock
      expect(found, language).toEqual(await stockStyles(shiki, block.code, language))
    }
  })
  const stockFor = async (language: string, code: string): Promise<HighlighterGeneric<string, string>> => {
    const embedded = guessEmbeddedLanguages(code, language).filter((name) => name in bundledLanguages)
    return await createStock({ themes: Object.values(themes), langs: [language, ...embedded], warnings: false }) as unknown as HighlighterGeneric<string, string>
  }
})

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
