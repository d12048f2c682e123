// Alerts as on GitHub: a quote whose first line is `[!NOTE]` becomes a box with a title.
import type { MarkdownIt, StateCore, Token } from 'markdown-it'

const titles: Readonly<Record<string, string>> = { note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution' }

export function alerts(md: MarkdownIt): void {
  md.core.ruler.push('alerts', (state) => {
    const open: (Token | undefined)[] = []
    for (let index = 0; index < state.tokens.length; index++) {
      const token = state.tokens[index]
      if (token?.type === 'blockquote_open') open.push(becomeAlert(state, index) ? token : undefined)
      else if (token?.type === 'blockquote_close' && open.pop()) becomeBox(token, 'alert_close')
    }
  })
}

function becomeAlert(state: StateCore, index: number): boolean {
  const [quote, paragraph, text] = state.tokens.slice(index, index + 3)
  if (!quote || paragraph?.type !== 'paragraph_open' || text?.type !== 'inline') return false
  const kind = /^\[!([a-z]+)\][ \t]*(?:\n|$)/i.exec(text.content)?.[1]?.toLowerCase() ?? ''
  const title = Object.hasOwn(titles, kind) ? titles[kind] : undefined
  if (title === undefined || !takeFirstLine(text)) return false
  becomeBox(quote, 'alert_open')
  quote.attrs = [['class', `alert alert-${kind}`], ['role', 'note']]
  const heading = titleTokens(state, title, quote)
  // What stood in the paragraph besides may be nothing.
  if (text.children?.length === 0) state.tokens.splice(index + 1, 3, ...heading)
  else state.tokens.splice(index + 1, 0, ...heading)
  return true
}

/** Takes the marker and the end of its line off the text, if they stand there as plain text. */
function takeFirstLine(text: Token): boolean {
  const children = text.children ?? []
  if (children[0]?.type !== 'text' || !/^\[!\w+\]\s*$/.test(children[0].content)) return false
  if (children.length > 1 && children[1]?.type !== 'softbreak' && children[1]?.type !== 'hardbreak') return false
  text.children = children.slice(2)
  return true
}

function becomeBox(token: Token, type: string): void {
  token.type = type
  token.tag = 'div'
}

function titleTokens(state: StateCore, title: string, quote: Token): Token[] {
  const open = new state.Token('alert_title_open', 'p', 1)
  const text = new state.Token('inline', '', 0)
  const close = new state.Token('alert_title_close', 'p', -1)
  const word = new state.Token('text', '', 0)
  word.content = title
  open.attrs = [['class', 'alert-title']]
  text.children = [word]
  for (const token of [open, text, close]) {
    token.block = true
    token.map = quote.map
    token.level = quote.level + 1
  }
  return [open, text, close]
}
