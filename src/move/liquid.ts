// Liquid in the text of a Jekyll post, as far as it stands for something plain: values of the site and the page, links to posts
// and files, included files, raw and commented text. Nothing is run: tags that decide or repeat stay as they are typed, and are
// told. `{% highlight %}` is left to the markdown rules where they understand it. Code stays as typed.
import type { MovedEntry, TextContext, Translated } from './reader.ts'
import { locateInBody, type Location } from '../core/diagnostic.ts'
import { asTyped, applyEdits, chain, lineAt, type Edit } from './edits.ts'
import { findCode, insideOf, type Range } from './code-ranges.ts'
import { expandInclude } from './liquid-include.ts'
import { evaluate, type LiquidScope } from './liquid-value.ts'

export interface LiquidContext extends TextContext {
  readonly site: Readonly<Record<string, unknown>>
  /** What ends an excerpt, if it is not the first paragraph. */
  readonly separator?: string | undefined
  /** Parameters of the include that the text is of. */
  readonly include?: Readonly<Record<string, unknown>>
  /** Names of the files that include one another, outermost first. */
  readonly within?: readonly string[]
  /** The file that the text is of, if it is an included one. */
  readonly included?: string
}

const longestTag = 2000

interface Tag { readonly start: number; readonly end: number; readonly all: string; /** Absent: it stands for a value. */ readonly name?: string; readonly rest: string }

/** Tags and values, in order. What is not closed soon is none. */
function* findTags(text: string): Iterable<Tag> {
  for (let start = text.indexOf('{'); start !== -1; start = text.indexOf('{', start + 1)) {
    const kind = text[start + 1]
    if (kind !== '%' && kind !== '{') continue
    const length = text.slice(start, start + longestTag).indexOf(kind === '%' ? '%}' : '}}', 2)
    if (length === -1) continue
    const all = text.slice(start, start + length + 2)
    const inner = all.slice(2, -2).replace(/^-|-$/g, '').trim()
    const name = kind === '%' ? /^\w+/.exec(inner)?.[0] : undefined
    if (kind === '{' || name !== undefined) yield { start, end: start + all.length, all, ...(name !== undefined && { name }), rest: name === undefined ? inner : inner.slice(name.length).trim() }
    start += all.length - 1
  }
}

/** The text as markdown or HTML. */
export function translateLiquid(written: string, context: LiquidContext): Translated {
  const marked = applyEdits(written, separatorEdits(written, context))
  const { text: source } = marked
  const raw = findRaw(source)
  const code = findCode(source, context.isMarkdown)
  const highlights = findHighlights(source)
  const [inCode, inRaw, inHighlight] = [insideOf(code), insideOf(raw.inner), insideOf(highlights)]
  const edits: Edit[] = raw.tags.map((range) => ({ ...range, text: '' }))
  const isTag = insideOf(raw.tags)
  let done = 0
  for (const tag of findTags(source)) {
    const { start, end, all, name } = tag
    if (start < done || isTag(start) || inHighlight(start)) continue
    if (inCode(start)) continue
    if (inRaw(start)) {
      edits.push({ start, end, text: asTyped(all) })
      continue
    }
    const text = translateTag(tag, source, context)
    if (typeof text === 'object') {
      edits.push(text)
      done = text.end
    }
    else if (text !== undefined) edits.push({ start, end, text })
    else {
      context.leftovers.add(all.replace(/\s+/g, ' '), name === undefined ? 'has no plain value here' : 'is a tag that is not understood here', placeOf(context, marked.lineOf?.(lineAt(source, start)) ?? lineAt(source, start)))
      edits.push({ start, end, text: asTyped(all) })
    }
  }
  edits.push(...highlights.flatMap((range) => highlightEdits(source, range, context.isMarkdown)), ...(context.isMarkdown ? attributeEdits(source, code) : []))
  return chain(marked, applyEdits(source, edits))
}

function placeOf({ entry, included }: LiquidContext, line: number): Location {
  return included === undefined ? locateInBody(entry.origin, { line }) : { file: included, line }
}

/** The marker between excerpt and rest becomes ours. */
function separatorEdits(text: string, { entry, separator }: LiquidContext): Edit[] {
  const mark = typeof entry.data['excerpt_separator'] === 'string' ? entry.data['excerpt_separator'] : separator
  const start = mark === undefined || mark.trim() === '' ? -1 : text.indexOf(mark)
  return start === -1 || mark === undefined || /^<!--\s*more\s*-->$/i.test(mark) ? [] : [{ start, end: start + mark.length, text: '<!-- more -->' }]
}

/** `{% raw %}` … `{% endraw %}`: the tags, and what they hold. */
function findRaw(text: string): { tags: Range[]; inner: Range[] } {
  const [tags, inner]: [Range[], Range[]] = [[], []]
  const opening = /\{%-?\s*raw\s*-?%\}/g
  for (let open = opening.exec(text); open; open = opening.exec(text)) {
    const closing = /\{%-?\s*endraw\s*-?%\}/g
    closing.lastIndex = opening.lastIndex
    const close = closing.exec(text)
    if (close === null) break
    tags.push({ start: open.index, end: opening.lastIndex }, { start: close.index, end: closing.lastIndex })
    inner.push({ start: opening.lastIndex, end: close.index })
    opening.lastIndex = closing.lastIndex
  }
  return { tags, inner }
}

function findHighlights(text: string): Range[] {
  const ranges: Range[] = []
  const opening = /\{%-?\s*highlight\s+[^\s%}][^%\n]{0,500}%\}/g
  const closing = /\{%-?\s*endhighlight\s*-?%\}/g
  for (let open = opening.exec(text); open; open = opening.exec(text)) {
    closing.lastIndex = opening.lastIndex
    if (closing.exec(text) === null) break
    ranges.push({ start: open.index, end: closing.lastIndex })
    opening.lastIndex = closing.lastIndex
  }
  return ranges
}

/** In HTML there is no rule for it; in markdown the rule does not see what is indented like code. */
function highlightEdits(text: string, { start, end }: Range, isMarkdown: boolean): Edit[] {
  const block = text.slice(start, end)
  const [, open = '', language = ''] = /^(\{%-?\s*highlight\s+([^\s%}]+)[^%\n]*?-?%\})/.exec(block) ?? []
  if (!isMarkdown) {
    const code = block.slice(open.length).replace(/\{%-?\s*endhighlight\s*-?%\}$/, '').replace(/^\n/, '')
    return [{ start, end, text: `<pre><code class="language-${language.replace(/[^\w+#.-]/g, '')}">${code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</code></pre>` }]
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const indent = text.slice(lineStart, start)
  if (!/^(?: {4,}|\t+ *)$/.test(indent)) return []
  const before = text.slice(0, lineStart).trimEnd()
  const previous = before.slice(before.lastIndexOf('\n') + 1)
  if (/^\s*(?:[-*+]|\d+[.)])\s|^\s+\S/.test(previous)) return []
  return [{ start: lineStart, end, text: (indent + block).split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n') }]
}

/** Attribute lists of kramdown say how something looks in the old theme; `{:toc}` asks for the contents. */
function attributeEdits(text: string, code: readonly Range[]): Edit[] {
  const inCode = insideOf(code)
  const contents = [...text.matchAll(/^[ ]{0,3}(?:[-*+]|\d+\.) .*\n\{:toc\}[ \t]*$/gim)].map(({ 0: all, index }): Edit => ({ start: index, end: index + all.length, text: '[[toc]]\n' }))
  const lists = [...text.matchAll(/(?:^[ \t]{0,100})?\{:[^{}\n]{0,500}\}/gm)].map(({ 0: all, index }): Edit => ({ start: index, end: index + all.length, text: '' }))
  return [...contents, ...lists].filter(({ start }) => !inCode(start))
}

/** `undefined`: it means nothing here. An edit: it takes more than the tag with it. */
function translateTag({ start, all, name, rest }: Tag, text: string, context: LiquidContext): string | Edit | undefined {
  const scope = scopeOf(context)
  if (name === undefined) {
    if (rest === 'site.baseurl') return /\{\{-?\s*site\.url\s*-?\}\}$/.test(text.slice(Math.max(0, start - 50), start)) ? String(context.site['baseurl'] ?? '') : ''
    return evaluate(rest, scope)
  }
  switch (name) {
    case 'post_url': return addressOfPost(rest.trim(), context)
    case 'link': return addressOfFile(rest, scope, context)
    case 'include': case 'include_relative': return expandInclude(name, rest, scope, context, (included, inner) => translateLiquid(included, { ...context, ...inner }).text)
    case 'gist': return /^[\w/-]+/.test(rest) ? `<script src="https://gist.github.com/${/^[\w/-]+/.exec(rest)?.[0]}.js"></script>` : undefined
    case 'comment': return without(text, start, all, 'endcomment')
    case 'seo': case 'feed_meta': return ''
    default: return undefined
  }
}

function scopeOf({ site, entry, include }: LiquidContext): LiquidScope {
  return { site, page: pageValues(entry), ...(include && { include }) }
}

/** Takes everything up to the closing tag away, but for the ends of lines. */
function without(text: string, start: number, open: string, closing: string): Edit | undefined {
  const close = new RegExp(`\\{%-?\\s*${closing}\\s*-?%\\}`, 'g')
  close.lastIndex = start + open.length
  const match = close.exec(text)
  if (match === null) return undefined
  return { start, end: close.lastIndex, text: text.slice(start, close.lastIndex).replace(/[^\n]/g, '') }
}

/** `{% post_url 2020-01-02-name %}`, with or without a folder. */
function addressOfPost(name: string, { index }: LiquidContext): string | undefined {
  const wanted = name.replace(/^\//, '')
  for (const [path, permalink] of index.all()) {
    const [, inside] = /(?:^|\/)_posts\/(.+)\.[^./]+$/.exec(path) ?? []
    if (inside === wanted || inside?.endsWith(`/${wanted}`)) return permalink
  }
  return undefined
}

function addressOfFile(rest: string, scope: LiquidScope, { index }: LiquidContext): string | undefined {
  const path = rest.replace(/\{\{\s*([^}]*)\}\}/g, (all, expression: string) => evaluate(expression, scope) ?? all).trim().replace(/^\//, '')
  return index.find(path)
}

/** What `{{ page.x }}` stands for. */
function pageValues({ data, file }: MovedEntry): Record<string, unknown> {
  return { ...data, url: data['permalink'], path: file.path, name: file.path.replace(/^.*\//, ''), excerpt: undefined }
}
