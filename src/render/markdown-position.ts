// Place in the text of a block -> line and column of the body. markdown-it keeps the lines of blocks only, and hands inline rules
// a text without the indents and `>` of its lines.
import type { MarkdownIt, StateInline, Token } from 'markdown-it'
import type { Position } from '../core/types.ts'
import { findContext, type BlockRange, type MarkdownContext } from './markdown-context.ts'

/** Makes inline rules leave the places of links and pictures, and every block know its lines. */
export function trackPositions(md: MarkdownIt): void {
  const Base = md.inline.State
  md.inline.State = class extends Base {
    override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
      const token = super.push(type, tag, nesting)
      if (type === 'link_open' || type === 'image') notePlace(this, token)
      return token
    }
  }
  md.core.ruler.at('inline', (state) => {
    const context = findContext(state.env)
    let map: Token['map'] = null
    for (const token of state.tokens) {
      map = token.map ?? map
      if (token.type !== 'inline' || token.children === null) continue
      // The cells of a table have no lines of their own: those of the row hold.
      token.map ??= map
      if (context) context.block = token
      md.inline.parse(token.content, md, state.env, token.children)
    }
  })
}

function notePlace(state: StateInline, token: Token): void {
  const context = findContext(state.env)
  // The rule for links has moved past the bracket already.
  if (context && isWhole(context, state)) context.offsets.set(token, token.type === 'link_open' && token.tag === 'a' && state.src[state.pos - 1] === '[' ? state.pos - 1 : state.pos)
}

/** Whether the state parses the whole text of its block, not the inside of a picture or footnote. */
function isWhole(context: MarkdownContext, state: StateInline): boolean {
  return context.block !== undefined && state.src === context.block.content
}

/** The place of an inline state in its block, as near as can be told. */
export function offsetIn(context: MarkdownContext, state: StateInline): number {
  if (isWhole(context, state)) return state.pos
  return Math.max(0, context.block?.content.indexOf(state.src) ?? 0) + state.pos
}

/** Line and, if it can be told, column of an offset in the text of a block. */
export function positionIn(context: MarkdownContext, block: Token, offset: number, length?: number): Position {
  const { starts, shifts } = rangeOf(context, block)
  const index = lineOf(starts, offset)
  const line = (block.map?.[0] ?? 0) + index
  const start = starts[index] ?? 0
  const shift = (shifts[index] ??= shiftOf(context, block.content.slice(start, (starts[index + 1] ?? block.content.length + 1) - 1), line))
  return { line: line + 1, ...(shift >= 0 && { column: offset - start + shift + 1, ...(length !== undefined && { length }) }) }
}

/** The line of an offset in the text of a block, from 1. */
export function lineIn(context: MarkdownContext, block: Token, offset: number): number {
  return (block.map?.[0] ?? 0) + lineOf(rangeOf(context, block).starts, offset) + 1
}

function shiftOf(context: MarkdownContext, text: string, line: number): number {
  context.lines ??= context.source.split('\n')
  return (context.lines[line] ?? '').lastIndexOf(text)
}

function rangeOf(context: MarkdownContext, block: Token): BlockRange {
  const ranges = (context.ranges ??= new Map())
  const known = ranges.get(block)
  if (known) return known
  const starts = [0]
  for (let at = block.content.indexOf('\n'); at !== -1; at = block.content.indexOf('\n', at + 1)) starts.push(at + 1)
  const range: BlockRange = { starts, shifts: [] }
  ranges.set(block, range)
  return range
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return low
}
