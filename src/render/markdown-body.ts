// A markdown body -> RenderedBody. Parsing and rendering are synchronous; only what has to be loaded first is waited for.
import type { Token } from 'markdown-it'
import type { Entry, RenderedBody } from '../core/types.ts'
import { collected, createContext, ownHref, paragraph, type BodyTools } from './body-tools.ts'
import { cutExcerpt, firstWords, summarize, textOf } from './excerpt.ts'
import { highlightBlocks } from './markdown-code.ts'
import { createEnv, report, type MarkdownContext } from './markdown-context.ts'
import { resolve } from './markdown-links.ts'
import { hasTags } from './markdown-tags.ts'
import { countBlockWords, countWords } from './markdown-text.ts'

export async function renderMarkdown(tools: BodyTools, entry: Entry): Promise<RenderedBody> {
  const { md } = tools
  const context = createContext(tools, entry)
  const env = createEnv(context)
  const tokens = md.parse(context.source, env)
  reportDepth(context, tokens, md.options.maxNesting)
  const raw = context.hasRawHtml ? await import('./html.ts') : undefined
  if (raw) resolveRawLinks(context, raw.rewriteLinks)
  const finish = await createFinish(tools, context, tokens)
  const excerpt = cutExcerpt(tokens, () => ownHref(tools, entry))
  const html = await finish(md.renderer.render(tokens, md.options, env))
  const text = excerpt?.text ?? firstWords(textOf(tokens) || (raw?.textOfHtml(html) ?? ''), tools.markdown.excerptWords)
  context.imageCount = 0
  const excerptHtml = excerpt ? await finish(md.renderer.render([...excerpt.tokens], md.options, env)) : paragraph(text)
  return {
    html,
    excerpt: raw ? raw.balanceHtml(excerptHtml) : excerptHtml,
    summary: summarize(text),
    toc: context.toc,
    wordCount: countBlockWords(tokens) + (raw ? countWords(raw.textOfHtml(blocksOfHtml(tokens))) : 0),
    ...collected(context),
  }
}

/**
 * What is to be done to the HTML that markdown made. If a stranger put raw HTML into it, all of it is made safe, and only then
 * our own code blocks are put in, which so need not be known to the sanitiser.
 */
async function createFinish({ md, highlighter }: BodyTools, context: MarkdownContext, tokens: readonly Token[]): Promise<(html: string) => string | Promise<string>> {
  if (!context.hasRawHtml || context.entry.trusted) {
    if (highlighter) await highlightBlocks(md, context, tokens, highlighter)
    return (html) => html
  }
  const [{ sanitize }, { highlightHtml, plainCode }] = await Promise.all([import('./sanitize.ts'), import('./html-body.ts')])
  if (!highlighter) return sanitize
  await highlightBlocks(md, context, tokens, highlighter, (_, block) => plainCode(block))
  return (html) => highlightHtml(sanitize(html), highlighter)
}

/** Blocks of raw HTML as one text; inline tags have their text in markdown. */
function blocksOfHtml(tokens: readonly Token[]): string {
  return tokens.filter(({ type }) => type === 'html_block').map(({ content }) => content).join('\n')
}

function resolveRawLinks(context: MarkdownContext, rewriteLinks: typeof import('./html.ts').rewriteLinks): void {
  for (const { token, line } of context.htmlTokens) {
    const html = token.content
    token.content = rewriteLinks(html, ({ value, offset, isImage }) => {
      // Reported with the rest of the raw HTML.
      if (hasTags(value)) return value
      const at = line + html.slice(0, offset).split('\n').length - 1
      return resolve(context, value, isImage, at, () => ({ line: at }))
    })
  }
}

/** markdown-it leaves out what is nested deeper than it can follow. */
function reportDepth(context: MarkdownContext, tokens: readonly Token[], most: number): void {
  const deep = tokens.find(({ type, level }) => level >= most - 1 && (type === 'blockquote_open' || type === 'list_item_open' || type === 'footnote_reference_open'))
  if (!deep) return
  report(context, { line: (deep.map?.[0] ?? 0) + 1 }, {
    severity: 'error',
    code: 'body-failed',
    message: `quotes and lists are nested more than ${most} levels deep here; what is deeper is left out`,
    fix: 'nest them less deeply.',
  })
}
