// Everything that needs shiki, behind one dynamic import: languages, themes and the regex engine, put together per language.
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import type { HighlightConfig } from '../core/settings.ts'
import { isAscii } from './highlight-dialect.ts'
import { createFirstCharEngine } from './highlight-engine.ts'
import { createLanguages, findNamedLanguages, type Language } from './highlight-languages.ts'
import { loadThemePair } from './highlight-theme.ts'
import { createTokenizer, type Tokenizer } from './highlight-tokens.ts'

export interface Shiki {
  /** Loads what a block of code needs. A language that nobody knows needs nothing. */
  prepare(language: string, code: string): Promise<void>
  /** `undefined`: nobody knows the language. Throws if the block was not prepared. */
  render(language: string, lines: readonly string[], code: string): { readonly id: string; readonly lines: readonly string[] } | undefined
}

interface LoadedLanguage {
  readonly grammars: readonly LanguageRegistration[]
  /** Ids and names of languages that it embeds only if the code names them. */
  readonly lazy: ReadonlyMap<string, Language>
}

/** `own`: the engine of highlight-engine.ts, wherever it can be used. */
export type EngineChoice = 'own' | 'oniguruma'

export async function createShiki(config: Required<HighlightConfig>, engine: EngineChoice): Promise<Shiki> {
  const languages = createLanguages(config)
  const pair = await loadThemePair(config.themes)
  const oniguruma = createOniguruma()
  const firstChar = createFirstCharEngine(oniguruma.get)
  const loaded = new Map<string, LoadedLanguage>()
  const tokenizers = new Map<string, Tokenizer>()

  const load = async (language: Language): Promise<LoadedLanguage> => {
    const grammars = await language.load()
    const lazyNames = grammars.flatMap((grammar) => grammar.embeddedLangsLazy ?? [])
    const lazy = new Map<string, Language>()
    for (const language of lazyNames.map((name) => languages.find(name))) if (language) lazy.set(language.id, language)
    return { grammars, lazy }
  }
  const isOwn = (languages: readonly Language[]): boolean =>
    engine === 'own' && languages.every(({ id, bundled }) => bundled && !untranslatable.has(id))
  /** The languages embedded by this block, beyond those that the language always embeds. */
  const embeddedIn = ({ lazy }: LoadedLanguage, code: string): Language[] => {
    if (lazy.size === 0) return []
    const named = [...findNamedLanguages(code)].map((name) => languages.find(name)?.id)
    return [...new Set(named)].sort().flatMap((id) => lazy.get(id ?? '') ?? [])
  }
  const keyOf = (language: Language, embedded: readonly Language[]): string => [language, ...embedded].map(({ id }) => id).join(' ')

  return {
    async prepare(name, code) {
      const language = languages.find(name)
      if (!language) return
      const own = loaded.get(language.id) ?? (await load(language))
      loaded.set(language.id, own)
      const embedded = embeddedIn(own, code)
      const key = keyOf(language, embedded)
      const owned = isOwn([language, ...embedded])
      if (!owned || !isAscii(code)) await oniguruma.load()
      if (tokenizers.has(key)) return
      const more = (await Promise.all(embedded.map((language) => language.load()))).flat()
      tokenizers.set(key, createTokenizer([...own.grammars, ...more], own.grammars.at(-1)!, owned ? firstChar : oniguruma.get(), pair))
    },
    render(name, lines, code) {
      const language = languages.find(name)
      if (!language) return undefined
      const own = loaded.get(language.id)
      const tokenizer = own && tokenizers.get(keyOf(language, embeddedIn(own, code)))
      if (!tokenizer) throw new Error(`A code block in ${name} was not prepared for highlighting`)
      return { id: language.id, lines: tokenizer.renderLines(lines, config.maxLineLength) }
    },
  }
}

/** Oniguruma itself, as WebAssembly. */
function createOniguruma(): { load(): Promise<void>; get(): RegexEngine } {
  let engine: RegexEngine | undefined
  return {
    async load() {
      if (engine) return
      const { createOnigurumaEngine } = await import('shiki/engine/oniguruma')
      engine = await createOnigurumaEngine(import('shiki/wasm'))
    },
    get() {
      if (!engine) throw new Error('Oniguruma is needed and was not loaded')
      return engine
    },
  }
}

/** Languages with patterns that JavaScript has no equal for; a test looks for them in all grammars. */
const untranslatable: ReadonlySet<string> = new Set<string>([])
