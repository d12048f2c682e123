// Pictures that load late and keep their place, and tables that scroll by themselves on a phone.
import type { Env, MarkdownIt, Token } from 'markdown-it'
import { findContext } from './markdown-context.ts'

export function media(md: MarkdownIt): void {
  const { rules } = md.renderer
  const image = rules.image
  rules.image = (tokens, index, options, env, renderer) => {
    const token = tokens[index]
    if (token) setImageAttributes(token, env)
    return image ? image(tokens, index, options, env, renderer) : ''
  }
  // A box that scrolls must take the focus, or keyboards cannot scroll it; a group needs no name of its own among landmarks.
  rules.table_open = (tokens, index, options, _env, renderer) => '<div class="table" role="group" aria-label="Table" tabindex="0">\n' + renderer.renderToken(tokens, index, options)
  rules.table_close = (tokens, index, options, _env, renderer) => renderer.renderToken(tokens, index, options) + '</div>\n'
}

function setImageAttributes(token: Token, env: Env | undefined): void {
  const context = findContext(env)
  if (!context) return
  const size = context.imageSize(String(token.attrGet('src') ?? ''), context.entry)
  if (size) {
    token.attrSet('width', size.width)
    token.attrSet('height', size.height)
  }
  // The first picture is likely seen at once.
  if (context.imageCount++ > 0) token.attrSet('loading', 'lazy')
  token.attrSet('decoding', 'async')
}
