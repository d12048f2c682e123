// The rules that markdown-it runs, by their names.

interface Ruler<Rule> {
  getRules(chain: string): readonly Rule[]
  enable(name: string): unknown
  disable(name: string, ignoreInvalid: boolean): unknown
}

/** What markdown-it runs under a name, which it tells nobody: what is missing while the name is switched off. `undefined`: nothing. */
export function ruleNamed<Rule>(ruler: Ruler<Rule>, name: string): Rule | undefined {
  const all = ruler.getRules('')
  ruler.disable(name, true)
  const others = new Set(ruler.getRules(''))
  const rule = all.find((one) => !others.has(one))
  if (rule !== undefined) ruler.enable(name)
  return rule
}
