// Everything that needs shiki, behind one dynamic import: languages, themes and the regex engine, put together per language.
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import type { HighlightConfig } from '../core/settings.ts'
import { fail, messageOf } from '../core/diagnostic.ts'
import { notExact } from './highlight-dialect.ts'
import { createFirstCharEngines } from './highlight-engine.ts'
import { createLanguages, findNamedLanguages, type Language } from './highlight-languages.ts'
import { loadThemePair } from './highlight-theme.ts'
import { createTokenizer, type Tokenizer } from './highlight-tokens.ts'

export interface Shiki {
  /** The id of a language that may be known by other names. */
  idOf(name: string): string | undefined
  /** Loads what a block of code needs. A language that nobody knows needs nothing. */
  prepare(language: string, code: string): Promise<void>
  loadOniguruma(): Promise<void>
  /** `undefined`: nobody knows the language. Throws if the block was not prepared, and `notExact` if Oniguruma must be loaded first. */
  render(language: string, lines: readonly string[], code: string): { readonly id: string; readonly lines: readonly string[] } | undefined
}

interface LoadedLanguage {
  readonly grammars: readonly LanguageRegistration[]
  /** Ids and names of languages that it embeds only if the code names them. */
  readonly lazy: ReadonlyMap<string, Language>
}

/** `fast`: the engine of highlight-engine.ts, wherever it can be used. */
export type EngineChoice = 'fast' | 'oniguruma'

export async function createShiki(config: Required<HighlightConfig>, engine: EngineChoice): Promise<Shiki> {
  const languages = createLanguages(config)
  const pair = await loadThemePair(config.themes)
  const oniguruma = createOniguruma()
  const fast = engine === 'fast' ? createFirstCharEngines() : undefined
  const loaded = new Map<string, LoadedLanguage>()
  const tokenizers = new Map<string, Tokenizer>()

  const load = async (language: Language): Promise<LoadedLanguage> => {
    const grammars = await language.load()
    const lazyNames = grammars.flatMap((grammar) => grammar.embeddedLangsLazy ?? [])
    const lazy = new Map<string, Language>()
    for (const language of lazyNames.map((name) => languages.find(name))) if (language) lazy.set(language.id, language)
    return { grammars, lazy }
  }
  /** The languages embedded by this block, beyond those that the language always embeds. */
  const embeddedIn = ({ lazy }: LoadedLanguage, code: string): Language[] => {
    if (lazy.size === 0) return []
    const named = [...findNamedLanguages(code)].map((name) => languages.find(name)?.id)
    return [...new Set(named)].sort().flatMap((id) => lazy.get(id ?? '') ?? [])
  }
  const keyOf = (language: Language, embedded: readonly Language[]): string => [language, ...embedded].map(({ id }) => id).join(' ')

  return {
    idOf: (name) => languages.find(name)?.id,
    async prepare(name, code) {
      const language = languages.find(name)
      if (!language) return
      const own = loaded.get(language.id) ?? (await load(language))
      loaded.set(language.id, own)
      const embedded = embeddedIn(own, code)
      const key = keyOf(language, embedded)
      if (tokenizers.has(key)) return
      const more = (await Promise.all(embedded.map((language) => language.load()))).flat()
      tokenizers.set(key, createTokenizer([...own.grammars, ...more], own.grammars.at(-1)!, { fast: language.bundled ? fast : undefined, oniguruma: oniguruma.get }, pair))
    },
    loadOniguruma: oniguruma.load,
    render(name, lines, code) {
      const language = languages.find(name)
      if (!language) return undefined
      const own = loaded.get(language.id)
      const tokenizer = own && tokenizers.get(keyOf(language, embeddedIn(own, code)))
      if (!tokenizer) throw new Error(`A code block in ${name} was not prepared for highlighting`)
      try {
        return { id: language.id, lines: tokenizer.renderLines(lines, config.maxLineLength) }
      } catch (error) {
        if (error === notExact || language.bundled) throw error
        throw fail('config-value', `The grammar "${language.id}" in \`highlight.languages\` cannot be used: ${messageOf(error)}`, { fix: 'Give it the form of a TextMate grammar.' })
      }
    },
  }
}

/** Oniguruma itself, as WebAssembly. `get` throws `notExact` if it is not loaded. */
function createOniguruma(): { load(): Promise<void>; get(): RegexEngine } {
  let engine: RegexEngine | undefined
  return {
    async load() {
      if (engine) return
      const { createOnigurumaEngine } = await import('shiki/engine/oniguruma')
      engine = await createOnigurumaEngine(import('shiki/wasm'))
    },
    get() {
      if (!engine) throw notExact
      return engine
    },
  }
}
