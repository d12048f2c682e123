// Footnotes: the syntax is markdown-it-footnote's. Ours is the HTML, with names for screen readers and ids that stay apart when
// several bodies stand on one page, and the gathering at the end, since theirs takes the square of the number of footnotes.
import type { Env, MarkdownIt, StateCore, Token } from 'markdown-it'
import footnotePlugin from 'markdown-it-footnote'

export function footnotes(md: MarkdownIt): void {
  md.use(footnotePlugin)
  md.core.ruler.at('footnote_tail', gather)
  const { rules } = md.renderer
  const { escapeHtml } = md.utils
  const name = (token: Token | undefined, env: Env | undefined): string => `${typeof env?.docId === 'string' ? `${escapeHtml(env.docId)}-` : ''}${number(token)}`
  rules.footnote_ref = (tokens, index, _options, env) => {
    const token = tokens[index]
    const id = name(token, env)
    return `<sup class="footnote-ref"><a href="#fn-${id}" id="fnref-${id}${again(token)}" role="doc-noteref" aria-label="Footnote ${number(token)}">${number(token)}</a></sup>`
  }
  rules.footnote_block_open = () => '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n'
  rules.footnote_block_close = () => '</ol>\n</section>\n'
  rules.footnote_open = (tokens, index, _options, env) => `<li id="fn-${name(tokens[index], env)}">`
  rules.footnote_anchor = (tokens, index, _options, env) => {
    const token = tokens[index]
    // The second character asks for text, not for a picture.
    return ` <a class="footnote-back" href="#fnref-${name(token, env)}${again(token)}" role="doc-backlink" aria-label="Back to where footnote ${number(token)} is named">\u21a9\ufe0e</a>`
  }
}

const number = (token: Token | undefined): number => Number(token?.meta?.id ?? 0) + 1
/** A footnote may be named several times. */
const again = (token: Token | undefined): string => (Number(token?.meta?.subId ?? 0) > 0 ? `-${Number(token?.meta?.subId) + 1}` : '')

/** What the plug-in leaves in `env`: footnotes in the order in which they are first named, those written in place with their tokens. */
interface Footnote {
  readonly label?: string
  readonly content?: string
  readonly tokens?: Token[]
  readonly count?: number
}

/** Moves footnotes to the end, in the order in which they are first named; one that is never named goes. */
function gather(state: StateCore): void {
  const found = state.env['footnotes'] as { readonly list?: readonly Footnote[] } | undefined
  if (!found) return
  const { rest, notes } = split(state.tokens)
  state.tokens = rest
  if (!found.list) return
  state.tokens.push(new state.Token('footnote_block_open', '', 1))
  for (const [id, note] of found.list.entries()) {
    for (const token of footnoteTokens(state, id, note, notes)) state.tokens.push(token)
  }
  state.tokens.push(new state.Token('footnote_block_close', '', -1))
}

function split(tokens: readonly Token[]): { rest: Token[]; notes: Map<string, Token[]> } {
  const rest: Token[] = []
  const notes = new Map<string, Token[]>()
  const open: Token[][] = [rest]
  for (const token of tokens) {
    if (token.type === 'footnote_reference_open') {
      const note: Token[] = []
      notes.set(String(token.meta?.label), note)
      open.push(note)
    } else if (token.type === 'footnote_reference_close') open.pop()
    else open.at(-1)?.push(token)
  }
  return { rest, notes }
}

function footnoteTokens(state: StateCore, id: number, note: Footnote, notes: ReadonlyMap<string, Token[]>): Token[] {
  const open = new state.Token('footnote_open', '', 1)
  open.meta = { id }
  const content = note.tokens ? inPlace(state, note) : (notes.get(note.label ?? '') ?? [])
  const backs = Array.from({ length: Math.max(1, note.count ?? 0) }, (_, subId) => {
    const back = new state.Token('footnote_anchor', '', 0)
    back.meta = { id, subId }
    return back
  })
  // The way back stands at the end of the last paragraph.
  const end = content.at(-1)?.type === 'paragraph_close' ? content.length - 1 : content.length
  return [open, ...content.slice(0, end), ...backs, ...content.slice(end), new state.Token('footnote_close', '', -1)]
}

function inPlace(state: StateCore, note: Footnote): Token[] {
  const text = new state.Token('inline', '', 0)
  text.children = note.tokens ?? []
  text.content = note.content ?? ''
  const tokens = [new state.Token('paragraph_open', 'p', 1), text, new state.Token('paragraph_close', 'p', -1)]
  for (const token of tokens) token.block = true
  return tokens
}
