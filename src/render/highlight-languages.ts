// Which grammars a name in a fence means: shiki's bundled ones, those of the site's config, and the config's own names for them.
// Loads a table of names when it is made, grammars only when they are met.
import type { LanguageRegistration } from 'shiki/types'
import type { HighlightConfig } from '../core/settings.ts'
import { bundledLanguagesInfo } from 'shiki/langs'
import { fail } from '../core/diagnostic.ts'

export interface Language {
  readonly id: string
  /** One of shiki's own, not of the site's config. */
  readonly bundled: boolean
  /** The grammar of the language and those that it embeds; it is the last one. */
  load(): Promise<readonly LanguageRegistration[]>
}

export interface Languages {
  /** Case does not matter. */
  find(name: string): Language | undefined
}

/** Throws `config-value` for a grammar without a name. */
export function createLanguages(config: Pick<Required<HighlightConfig>, 'aliases' | 'languages'>): Languages {
  const table = new Map<string, Language>()
  const add = (language: Language, names: readonly string[]): void => {
    for (const name of [language.id, ...names]) table.set(name.toLowerCase(), language)
  }
  for (const { id, aliases = [], import: load } of bundledLanguagesInfo) {
    add({ id, bundled: true, load: async () => (await load()).default }, aliases)
  }
  const find = (name: string): Language | undefined => table.get(name.toLowerCase())
  for (const grammar of config.languages) {
    const own = checkGrammar(grammar)
    add({ id: own.name, bundled: false, load: async () => [...(await loadEmbedded(own, find)), own] }, own.aliases ?? [])
  }
  const bundled = new Map(table)
  for (const [name, target] of Object.entries(config.aliases)) {
    const language = bundled.get(target.toLowerCase())
    if (language) table.set(name.toLowerCase(), language)
  }
  return { find }
}

function checkGrammar(grammar: object): LanguageRegistration {
  if ('name' in grammar && typeof grammar.name === 'string' && 'scopeName' in grammar && typeof grammar.scopeName === 'string') {
    return { repository: {}, patterns: [], ...grammar, name: grammar.name, scopeName: grammar.scopeName }
  }
  throw fail('config-value', 'A grammar in `highlight.languages` has no `name` or no `scopeName`', { fix: 'Give it both, as texts.' })
}

async function loadEmbedded(grammar: LanguageRegistration, find: Languages['find']): Promise<LanguageRegistration[]> {
  const languages = (grammar.embeddedLangs ?? []).map(find).filter((language) => language !== undefined && language.id !== grammar.name)
  return (await Promise.all(languages.map((language) => language?.load() ?? []))).flat()
}

const namedInside = [/(?:```|~~~)([\w-]+)/g, /\blang=["']([^"']+)["']/g, /\\begin\{([\w-]+)\}/g, /<script\s+type=["'](?:\w+\/)?([^"']+)["']/gi]

/** Languages that code names as those of its parts, such as the fences in markdown. */
export function findNamedLanguages(code: string): Set<string> {
  const names = namedInside.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name = '']) => name.trim().toLowerCase()))
  if (/^\s*---\r?\n/.test(code)) names.push('yaml')
  return new Set(names)
}
