// Blocks of code: found after the parse, so that the highlighter can load what it needs, and put in place while rendering.
import type { MarkdownIt, Token } from 'markdown-it'
import type { CodeBlock, Highlighter } from './highlight.ts'
import { findContext, report, type MarkdownContext } from './markdown-context.ts'

/** Blocks of code render as what `codes` holds for them. */
export function codeBlocks(md: MarkdownIt): void {
  for (const name of ['fence', 'code_block']) {
    const plain = md.renderer.rules[name]
    md.renderer.rules[name] = (tokens, index, options, env, renderer) => {
      const token = tokens[index]
      const html = token && findContext(env)?.codes.get(token)
      return html ?? plain?.(tokens, index, options, env, renderer) ?? ''
    }
  }
}

/** Renders all blocks of a body. An unknown language is a warning. */
export async function highlightBlocks(md: MarkdownIt, context: MarkdownContext, tokens: readonly Token[], highlighter: Highlighter, print = ({ html }: { readonly html: string }, _block: CodeBlock) => html): Promise<void> {
  const found = tokens.filter(({ type }) => type === 'fence' || type === 'code_block')
  const blocks = found.map((token) => ({ token, code: token.content, info: token.type === 'fence' ? md.utils.unescapeAll(token.info).trim() : '' }))
  if (blocks.length === 0) return
  const results = await highlighter.highlight(blocks.map(({ code, info }) => ({ code, info })))
  for (const [index, { token, code, info }] of blocks.entries()) {
    const result = results[index]!
    context.codes.set(token, `${print(result, { code, info })}\n`)
    if (result.unknownLanguage !== undefined) reportLanguage(context, result.unknownLanguage, (token.map?.[0] ?? 0) + 1)
  }
}

export function reportLanguage(context: MarkdownContext, language: string, line: number): void {
  report(context, { line }, {
    severity: 'warning',
    code: 'highlight-language',
    message: `"${language}" is not a language that can be highlighted; the code stays plain`,
    fix: 'correct the name, give it a meaning in `highlight.aliases`, or write `text`.',
  })
}
