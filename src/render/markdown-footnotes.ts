// Footnotes: the syntax is markdown-it-footnote's; the HTML is ours, with names for screen readers and ids that stay apart when
// several bodies stand on one page.
import type { Env, MarkdownIt, Token } from 'markdown-it'
import footnotePlugin from 'markdown-it-footnote'

export function footnotes(md: MarkdownIt): void {
  md.use(footnotePlugin)
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
