// Asks at each character of a text only those rules that can start there, in their order. markdown-it asks all of them, about fifteen,
// and each but one says no at once.
import type { MarkdownIt, StateInline } from 'markdown-it'
import { ruleNamed } from './markdown-ruler.ts'
import { charAt, terminators, textRule } from './markdown-speed.ts'

type InlineRule = (state: StateInline, silent: boolean) => boolean

/** The first characters of what a rule takes. One that is not here may start anywhere. */
const starts: Readonly<Record<string, string>> = {
  newline: '\n', escape: '\\', backticks: '`', strikethrough: '~', emphasis: '*_', link: '[', image: '!', autolink: '<', html_inline: '<', entity: '&', linkify: ':',
  template_tag: '{', more: '<', footnote_inline: '^', footnote_ref: '[',
}

/** To be called when our own rules are there; those that come later are asked everywhere. */
export function startWhereRulesCan(md: MarkdownIt): void {
  const { inline } = md
  const { ruler } = inline
  const known = new Map<InlineRule, string>()
  for (const [name, chars] of Object.entries(starts)) {
    const rule = ruleNamed(ruler, name)
    if (rule !== undefined) known.set(rule, chars)
  }
  const canStart = (rule: InlineRule, code: number): boolean => (rule === textRule ? terminators[code] !== 1 : known.get(rule)?.includes(String.fromCharCode(code)) ?? true)
  let of: readonly InlineRule[] | undefined
  /** By ASCII character; the last one is for all others. */
  let table: readonly (readonly InlineRule[])[] = []
  const rulesByStart = (): typeof table => {
    const rules = ruler.getRules('')
    if (rules !== of) table = Array.from({ length: 129 }, (_, code) => rules.filter((rule) => canStart(rule, code)))
    of = rules
    return table
  }
  const take = (state: StateInline, rules: typeof table, silent: boolean): boolean => {
    const { pos } = state
    const code = charAt(state.src, pos)
    for (const rule of rules[code < 128 ? code : 128]!) {
      if (silent) state.level++
      const isTaken = rule(state, silent)
      if (silent) state.level--
      if (!isTaken) continue
      if (pos >= state.pos) throw new Error('a rule of markdown-it took nothing')
      return true
    }
    return false
  }

  inline.tokenize = (state) => {
    const rules = rulesByStart()
    const { posMax } = state
    const { maxNesting } = md.options
    while (state.pos < posMax) {
      if (state.level < maxNesting && take(state, rules, false)) continue
      state.pending += state.src[state.pos++]
    }
    if (state.pending) state.pushPending()
  }
  inline.skipToken = (state: StateInline & { skipped?: Map<number, number> }) => {
    const { pos } = state
    const skipped = (state.skipped ??= new Map())
    const end = skipped.get(pos)
    if (end !== undefined) {
      state.pos = end
      return
    }
    // As markdown-it has it: what is nested too deeply ends one character after the text.
    if (state.level >= md.options.maxNesting) state.pos = state.posMax + 1
    else if (!take(state, rulesByStart(), true)) state.pos++
    skipped.set(pos, state.pos)
  }
}
