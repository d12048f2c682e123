// Whether a pattern can take exponential time in a regex engine that goes back and tries again: a loop in which more than one way leads over
// the same text. If the next character always tells the way there is no danger; if not, there is where such characters come often.
import type { Node } from 'oniguruma-parser/parser'
import { childrenOf, startsOf, type Bits, type Start } from './highlight-first.ts'

/** A loop of few rounds is no danger. */
const maxRounds = 4

/**
 * The characters at which a way has to be chosen that the next character does not tell: a text with few of them cannot take long, however
 * long it is. Empty: there is no such choice.
 */
export function findDoubts(alternatives: readonly Node[], ignoreCase: boolean): Bits {
  return alternatives.reduce((sum, node) => sum | doubtsOutside(node, ignoreCase), 0n)
}

/** Looks for loops; `node` itself is in none. */
function doubtsOutside(node: Node, ignoreCase: boolean): Bits {
  if (node.type !== 'Quantifier' || node.max <= maxRounds) return findDoubts(childrenOf(node), ignoreCase)
  const { takes } = startsOf([node.body], ignoreCase)
  return doubtsIn(node.body, { after: takes, gate: takes, ignoreCase })
}

interface Place {
  /** What can follow in the loop. */
  readonly after: Bits
  /** Each round has to take one of these to come here: the smallest such set that is known. */
  readonly gate: Bits
  readonly ignoreCase: boolean
}

function doubtsIn(node: Node, place: Place): Bits {
  switch (node.type) {
    case 'Quantifier':
      return doubtsInQuantifier(node, place)
    case 'Alternative':
      return doubtsInSequence(node.body, place)
    case 'CapturingGroup':
    case 'Group':
      return 'atomic' in node && node.atomic ? findDoubts(node.body, place.ignoreCase) : doubtsInChoice(node.body, place)
    // These are left for good when they have matched.
    case 'LookaroundAssertion':
      return findDoubts(node.body, place.ignoreCase)
    case 'Backreference':
    case 'Subroutine':
    case 'AbsenceFunction':
      return place.gate
    default:
      return 0n
  }
}

function doubtsInQuantifier(node: Node & { type: 'Quantifier' }, place: Place): Bits {
  const { takes, empty } = startsOf([node.body], place.ignoreCase)
  const loop = node.max > maxRounds
  if (node.kind === 'possessive') return doubtsOutside(node, place.ignoreCase)
  const both = empty === 0n ? takes & place.after : takes
  const choice = node.min === node.max ? 0n : smaller(both, place.gate)
  return choice | doubtsIn(node.body, { ...place, after: node.max > 1 ? takes | place.after : place.after, gate: loop ? takes : place.gate })
}

function doubtsInSequence(nodes: readonly Node[], place: Place): Bits {
  let { gate } = place
  return nodes.reduce((sum, node, index) => {
    const rest = startsOf(nodes.slice(index + 1), place.ignoreCase)
    const after = rest.takes | (rest.empty & place.after)
    const found = doubtsIn(node, { ...place, after, gate })
    const { takes, empty } = startsOf([node], place.ignoreCase)
    if (empty === 0n) gate = smaller(gate, takes)
    return sum | found
  }, 0n)
}

function doubtsInChoice(ways: readonly Node[], place: Place): Bits {
  let found = 0n
  let taken = 0n
  for (const way of ways) {
    const { takes, empty }: Start = startsOf([way], place.ignoreCase)
    const starts = takes | (empty & place.after)
    found |= smaller(starts & taken, place.gate)
    taken |= starts
    found |= doubtsIn(way, { ...place, gate: empty === 0n ? smaller(place.gate, takes) : place.gate })
  }
  return found
}

/** The smaller of two sets, or none if one is empty. */
function smaller(a: Bits, b: Bits): Bits {
  return sizeOf(a) <= sizeOf(b) ? a : b
}

function sizeOf(bits: Bits): number {
  let size = 0
  for (let rest = bits; rest !== 0n; rest &= rest - 1n) size++
  return size
}
