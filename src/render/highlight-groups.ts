// Questions about an Oniguruma pattern that decide whether JavaScript can give the same answer: where its `\G` and flags stand, and which
// of its groups JavaScript forgets in a loop.
import type { AlternativeNode, Node } from 'oniguruma-parser/parser'
import { childrenOf, regexpOfStarts } from './highlight-first.ts'

/** Whether every `\G` stands where nothing of the match can have come before. */
export function isAtMatchStart(alternatives: readonly AlternativeNode[]): boolean {
  return alternatives.every(({ body }) => {
    const reach = body.findIndex((node) => !isEmptyMatch(node))
    return body.every((node, index) => isSearchStartSafe(node, reach === -1 || index <= reach))
  })
}

function isSearchStartSafe(node: Node, atMatchStart: boolean): boolean {
  if (node.type === 'Assertion') return atMatchStart || node.kind !== 'search_start'
  if (!hasSearchStart(node)) return true
  if (!atMatchStart) return false
  // Behind the match, `\G` is the same place only if it stands alone.
  if (node.type === 'LookaroundAssertion' && node.kind === 'lookbehind') return node.body.every(({ body }) => !body.some(hasSearchStart) || (body.length === 1 && body[0]?.type === 'Assertion'))
  if (node.type === 'Group' || node.type === 'CapturingGroup' || node.type === 'LookaroundAssertion') return isAtMatchStart(node.body)
  return false
}

function hasSearchStart(node: Node): boolean {
  if (node.type === 'Assertion') return node.kind === 'search_start'
  return childrenOf(node).some(hasSearchStart)
}

function isEmptyMatch(node: Node): boolean {
  if (node.type === 'Group' || node.type === 'CapturingGroup') return node.body.every(({ body }) => body.every(isEmptyMatch))
  return node.type === 'Assertion' || node.type === 'LookaroundAssertion' || node.type === 'Directive'
}

/** Whether a flag stands in the middle of an alternative with others after it: `a(?i)b|c` is `a(?i:b|c)`, which the translation gets wrong. */
export function hasFlagBeforeChoice(alternatives: readonly AlternativeNode[]): boolean {
  const here = alternatives.slice(0, -1).some(({ body }) => body.some((node, index) => index > 0 && node.type === 'Directive' && node.kind === 'flags'))
  return here || alternatives.some(({ body }) => body.some(hasFlagInside))
}

function hasFlagInside(node: Node): boolean {
  const children = childrenOf(node)
  const alternatives = children.filter((child) => child.type === 'Alternative')
  return alternatives.length > 0 ? hasFlagBeforeChoice(alternatives) : children.some(hasFlagInside)
}

/** Groups in a branch that one round of a loop can take and the next one leave: JavaScript forgets them then, Oniguruma does not. */
export interface UncertainGroups {
  readonly numbers: ReadonlySet<number>
  /** A text without a match for it cannot have set them. */
  readonly trace: RegExp
  /** One of them can be outside of the match, in a lookaround. */
  readonly outside: boolean
}

export function findUncertainGroups(alternatives: readonly AlternativeNode[]): UncertainGroups {
  const numbers = new Set<number>()
  const branches = new Set<Node>()
  let outside = false
  const visit = (node: Node, inLoop: boolean, branch: Node | undefined, inLookaround: boolean): void => {
    if (node.type === 'CapturingGroup' && branch) {
      numbers.add(node.number)
      branches.add(branch)
      outside ||= inLookaround
    }
    const children = childrenOf(node)
    const choice = inLoop && (node.type === 'Quantifier' ? node.min === 0 : node.type !== 'Alternative' && children.length > 1)
    const loop = inLoop || (node.type === 'Quantifier' && node.max > 1)
    for (const child of children) visit(child, loop, choice ? child : branch, inLookaround || node.type === 'LookaroundAssertion')
  }
  for (const alternative of alternatives) visit(alternative, false, undefined, false)
  return { numbers, trace: regexpOfStarts([...branches]), outside }
}
