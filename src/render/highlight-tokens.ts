// Code -> lines of HTML with a span for each run of one style, by TextMate grammars. One tokenization gives the styles of both themes.
// A grammar's result must not depend on what else was met before, so every language has a registry of its own.
import type { LanguageRegistration, RegexEngine } from 'shiki/types'
import type { ThemePair } from './highlight-theme.ts'
import { INITIAL, Registry, type IGrammar } from 'shiki/textmate'
import { isAscii, notExact } from './highlight-dialect.ts'
import { escapeText } from './highlight-html.ts'

export interface Tokenizer {
  /**
   * HTML of each line. Lines longer than `maxLineLength` have no colours and do not count for those after them.
   * Throws `notExact` if Oniguruma is needed and was not loaded.
   */
  renderLines(lines: readonly string[], maxLineLength: number): string[]
}

/** The engines give the same result; `fast` throws `notExact` for a text that it cannot do. */
export interface Engines {
  readonly fast: ((grammars: readonly LanguageRegistration[]) => RegexEngine) | undefined
  readonly oniguruma: () => RegexEngine
}

const maxFailures = 3

/** `grammars`: all that may be needed; `own`: that of the language itself. */
export function createTokenizer(grammars: readonly LanguageRegistration[], own: LanguageRegistration, { fast, oniguruma }: Engines, pair: ThemePair): Tokenizer {
  let fastGrammar = fast && loadGrammar(grammars, own, fast(grammars), pair)
  let onigurumaGrammar: IGrammar | undefined
  let failures = 0
  return {
    renderLines(lines, maxLineLength) {
      if (fastGrammar && lines.every(isAscii)) {
        try {
          return renderAll(fastGrammar, lines, maxLineLength, pair)
        } catch (error) {
          if (error !== notExact) throw error
          if (++failures === maxFailures) fastGrammar = undefined
        }
      }
      onigurumaGrammar ??= loadGrammar(grammars, own, oniguruma(), pair)
      return renderAll(onigurumaGrammar, lines, maxLineLength, pair)
    },
  }
}

function renderAll(grammar: IGrammar, lines: readonly string[], maxLineLength: number, pair: ThemePair): string[] {
  let state = INITIAL
  return lines.map((line) => {
    if (line === '' || line.length > maxLineLength) return escapeText(line)
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state)
    state = ruleStack
    return renderLine(line, tokens, pair)
  })
}

function loadGrammar(all: readonly LanguageRegistration[], own: LanguageRegistration, engine: RegexEngine, pair: ThemePair): IGrammar {
  const byScope = new Map(all.map((grammar) => [grammar.scopeName, grammar]))
  const grammars = [...byScope.values()]
  const registry = new Registry({
    onigLib: { createOnigScanner: (patterns) => engine.createScanner(patterns), createOnigString: (text) => engine.createString(text) },
    loadGrammar: (scope) => byScope.get(scope),
    getInjections: (scope) => findInjections(grammars, scope),
  })
  registry._syncRegistry.setTheme(pair.theme)
  // Grammars that only captures refer to are not looked for.
  for (const grammar of grammars) registry._syncRegistry.addGrammar(grammar, findInjections(grammars, grammar.scopeName))
  const grammar = registry.loadGrammarWithConfiguration(own.scopeName, 1, {})
  if (!grammar) throw new Error(`shiki has no grammar for ${own.scopeName}`)
  return grammar
}

function findInjections(grammars: readonly LanguageRegistration[], scope: string): string[] {
  const parts = scope.split('.')
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('.'))
  return prefixes.flatMap((prefix) => grammars.filter((grammar) => grammar.injectTo?.includes(prefix)).map((grammar) => grammar.scopeName))
}

/** White space takes the style of what stands before it, so that it never needs a span of its own. */
function renderLine(line: string, tokens: Uint32Array, pair: ThemePair): string {
  let html = ''
  let runClass = ''
  let runStart = 0
  let plainSpace = true
  for (let index = 0; index < tokens.length; index += 2) {
    const start = tokens[index]!
    const end = tokens[index + 2] ?? line.length
    const metadata = tokens[index + 1]!
    const decorated = pair.isDecorated(metadata)
    if (plainSpace && !decorated && isBlank(line, start, end)) continue
    plainSpace = !decorated
    const tokenClass = pair.classOf(metadata)
    if (tokenClass === runClass) continue
    html += renderRun(line, runStart, start, runClass)
    runClass = tokenClass
    runStart = start
  }
  return html + renderRun(line, runStart, line.length, runClass)
}

function renderRun(line: string, start: number, end: number, className: string): string {
  if (start === end) return ''
  const text = escapeText(line.slice(start, end))
  return className === '' ? text : `<span class="${className}">${text}</span>`
}

function isBlank(line: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = line.charCodeAt(at)
    if (code !== 32 && code !== 9) return false
  }
  return true
}
