// The markdown-it instance of a site, with everything that it understands beyond CommonMark. Made once; the rules are in the files
// beside this one, each for one thing.
import Markdown, { type MarkdownIt } from 'markdown-it'
import { fail, messageOf } from '../core/diagnostic.ts'
import type { MarkdownConfig } from '../core/settings.ts'
import { excerptMarker } from './excerpt.ts'
import { alerts } from './markdown-alerts.ts'
import { codeBlocks } from './markdown-code.ts'
import { footnotes } from './markdown-footnotes.ts'
import { headings } from './markdown-headings.ts'
import { resolveLinks } from './markdown-links.ts'
import { media } from './markdown-media.ts'
import { trackPositions } from './markdown-position.ts'
import { ruleNamed } from './markdown-ruler.ts'
import { startWhereRulesCan } from './markdown-rules.ts'
import { speedUp } from './markdown-speed.ts'
import { highlightTags, templateTags } from './markdown-tags.ts'
import { tasks } from './markdown-tasks.ts'

/** What markdown-it has of its own beyond CommonMark. */
const beyondCommonMark = ['table', 'strikethrough', 'linkify', 'replacements', 'smartquotes']

/** Throws `hook-failed` if a plug-in cannot be applied. */
export function createMarkdown(config: Required<MarkdownConfig>): MarkdownIt {
  const { extras } = config
  const md = new Markdown({ html: config.html === 'allow', linkify: extras && config.linkify, typographer: extras && config.typographer })
  const isKnown = speedUp(md)
  limitLinkify(md, config.plugins.length === 0)
  md.use(trackPositions).use(excerptMarker).use(templateTags).use(codeBlocks)
  if (extras) md.use(highlightTags).use(footnotes).use(headings).use(alerts).use(tasks).use(media)
  else md.disable(beyondCommonMark)
  if (isKnown) startWhereRulesCan(md)
  for (const [index, plugin] of config.plugins.entries()) {
    try {
      md.use(plugin)
    } catch (error) {
      throw fail('hook-failed', `markdown plug-in ${index + 1} threw an error: ${messageOf(error)}`, { fix: 'correct it, or take it out of `markdown.plugins`.' }, { cause: error })
    }
  }
  // Last, so that links made by plug-ins are resolved too.
  return md.use(resolveLinks)
}

/** Names of files (README.md, setup.py) look like addresses without a scheme, so that only those with one become links. */
function limitLinkify(md: MarkdownIt, isOurs: boolean): void {
  const { linkify } = md
  linkify.set({ fuzzyLink: false })
  // No address without one of these, unless a plug-in adds kinds of its own; the test itself is dear. A block may have them in its
  // links alone: then there is nothing to be found, either.
  const test = linkify.test.bind(linkify)
  if (!isOurs) return
  const mayHold = (text: string): boolean => text.includes('//') || text.includes('@')
  linkify.test = (text) => mayHold(text) && test(text)
  const rule = ruleNamed(md.core.ruler, 'linkify')
  if (rule) md.core.ruler.at('linkify', (state) => {
    if (state.tokens.some(({ children }) => children?.some(({ type, content }) => type === 'text' && mayHold(content)))) rule(state)
  })
}
