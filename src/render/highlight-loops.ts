// Whether a pattern can take exponential time in a regex engine that goes back and tries again: a loop in which more than one way leads over
// the same text. A loop is safe if the next character alone always tells which way to go; some safe ones are refused.
import type { AlternativeNode, Node } from 'oniguruma-parser/parser'
import { childrenOf, startsOf, type Starts } from './highlight-first.ts'

/** Few rounds are no danger. */
const maxRounds = 4

export function hasAmbiguousLoop(alternatives: readonly AlternativeNode[]): boolean {
  return alternatives.some(isAmbiguousIn)
}

/** Looks for loops; `node` itself is in none. */
function isAmbiguousIn(node: Node): boolean {
  if (isLoop(node)) {
    const body = childrenOf(node)
    return !isPredictable(body, startsOf(body).takes)
  }
  return childrenOf(node).some(isAmbiguousIn)
}

function isLoop(node: Node): node is Node & { type: 'Quantifier' } {
  return node.type === 'Quantifier' && node.max > maxRounds
}

/** Whether the next character tells the way through these nodes of a loop, if the characters of `after` can follow them. */
function isPredictable(nodes: readonly Node[], after: bigint): boolean {
  return nodes.every((node, index) => {
    const rest = startsOf(nodes.slice(index + 1))
    return isPredictableNode(node, rest.empty ? rest.takes | after : rest.takes)
  })
}

function isPredictableNode(node: Node, after: bigint): boolean {
  switch (node.type) {
    case 'Quantifier': {
      const body = startsOf([node.body])
      if (node.min !== node.max && ((body.takes & after) !== 0n || body.empty)) return false
      return isPredictableNode(node.body, node.max > 1 ? body.takes | after : after)
    }
    case 'Alternative':
      return isPredictable(node.body, after)
    case 'CapturingGroup':
    case 'Group':
      return areDistinct(node.body.map((alternative) => startsOf([alternative])), after) && node.body.every((alternative) => isPredictable(alternative.body, after))
    // They are left for good when they have matched.
    case 'LookaroundAssertion':
      return !hasAmbiguousLoop(node.body)
    case 'Backreference':
    case 'Subroutine':
    case 'AbsenceFunction':
      return false
    default:
      return true
  }
}

function areDistinct(ways: readonly Starts[], after: bigint): boolean {
  let taken = 0n
  for (const { takes, empty } of ways) {
    const starts = empty ? takes | after : takes
    if ((starts & taken) !== 0n) return false
    taken |= starts
  }
  return true
}
