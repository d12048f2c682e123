// Which groups of a grammar's patterns anybody asks for: those with a name or patterns of their own, and those that names and ends refer to.
// What a grammar does not tell beforehand, such as an end that was made from the text of its begin, may need all of its groups.
import type { LanguageRegistration } from 'shiki/types'

/** A bit for each group, or all. Groups from 31 on have no bits of their own. */
export type UsedGroups = number
export const allGroups: UsedGroups = -1

export function isUsed(groups: UsedGroups, group: number): boolean {
  return ((groups >> Math.min(group, 31)) & 1) === 1
}

export type PatternUses = ReadonlyMap<string, UsedGroups>

/** By the texts of patterns, as `formOf` gives them. */
export function findUses(grammar: LanguageRegistration): PatternUses {
  const uses = new Map<string, UsedGroups>()
  const note = (pattern: unknown, groups: UsedGroups): void => {
    if (typeof pattern !== 'string') return
    const form = formOf(pattern)
    uses.set(form, (uses.get(form) ?? 0) | groups)
  }
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const rule = value as Record<string, unknown>
    const { match, begin, end, while: continues, captures } = rule
    if (match !== undefined || begin !== undefined) {
      const named = usesOfTexts([rule['name'], rule['contentName']])
      note(match, usesOfCaptures(captures) | named)
      note(begin, usesOfCaptures(rule['beginCaptures'] || captures) | named | usesOfTexts([end, continues], /\\(\d+)/g))
      note(end, usesOfCaptures(rule['endCaptures'] || captures))
      note(continues, usesOfCaptures(rule['whileCaptures'] || captures))
    }
    for (const child of Object.values(rule)) visit(child)
  }
  visit(grammar)
  return uses
}

/** What all of them use together. */
export function mergeUses(all: readonly PatternUses[]): PatternUses {
  const uses = new Map<string, UsedGroups>()
  for (const own of all) for (const [form, groups] of own) uses.set(form, (uses.get(form) ?? 0) | groups)
  return uses
}

/** The same text for all that vscode-textmate makes of one pattern: it puts something else in the place of `\A`, `\G` and `\z`. */
export function formOf(pattern: string): string {
  if (!/\\[AGz\uffff]/.test(pattern)) return pattern
  return pattern.replace(/\\([^])/g, (escape, character: string) => (character === 'z' ? '$(?!\\n)(?<!\\n)' : /[AG\uffff]/.test(character) ? '\\G' : escape))
}

function usesOfCaptures(captures: unknown): UsedGroups {
  if (typeof captures !== 'object' || captures === null) return 0
  let uses: UsedGroups = 0
  for (const [group, capture] of Object.entries(captures as Record<string, { name?: unknown; contentName?: unknown } | null>)) {
    uses |= bitOf(parseInt(group, 10)) | usesOfTexts([capture?.name, capture?.contentName])
  }
  return uses
}

function usesOfTexts(texts: readonly unknown[], reference = /\$\{?(\d+)/g): UsedGroups {
  let uses: UsedGroups = 0
  for (const text of texts) {
    if (typeof text === 'string') for (const [, group] of text.matchAll(reference)) uses |= bitOf(Number(group))
  }
  return uses
}

function bitOf(group: number): UsedGroups {
  return group < 31 ? 1 << group : allGroups
}
