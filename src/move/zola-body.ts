// What Zola's markdown has beyond CommonMark: links to files (`@/blog/post.md`), shortcodes, and words after the language of a
// fence. Code stays as typed.
import { locateInBody } from '../core/diagnostic.ts'
import { findCode, insideOf } from './code-ranges.ts'
import { applyEdits, asTyped, lineAt, type Edit } from './edits.ts'
import type { TextContext, Translated } from './reader.ts'
import { createShortcodes, type Shortcodes } from './shortcodes.ts'

export async function translateZola(source: string, context: TextContext): Promise<Translated> {
  const inCode = insideOf(findCode(source, true))
  const edits: Edit[] = [...linkEdits(source, context).filter(({ start }) => !inCode(start)), ...escapedEdits(source, inCode)]
  if (/\{[{%]\s*[A-Za-z_]\w*\s*\(/.test(source)) edits.push(...shortcodeEdits(source, context, await createShortcodes(context.root, 'templates/shortcodes'), inCode))
  for (const match of source.matchAll(/\{(?=[{%])/g)) if (!inCode(match.index)) edits.push({ start: match.index, end: match.index + 1, text: '&#123;' })
  return applyEdits(source, [...fenceEdits(source), ...edits])
}

function linkEdits(text: string, { index }: TextContext): Edit[] {
  return [...text.matchAll(/(?<=\]\(\s{0,10}<?|\]:\s{1,10}<?|href=["'])@\/([^\s)>"'#]+)/g)].flatMap(({ 0: all, 1: name = '', index: start }): Edit[] => {
    const path = `content/${decodeURIComponent(name.replace(/%(?![\da-f]{2})/gi, '%25'))}`
    const found = index.find(path)
    return [{ start, end: start + all.length, text: found ?? `/${path}` }]
  })
}

/** A shortcode that is to be seen: the brackets without the stars, in code too. */
function escapedEdits(text: string, inCode: (offset: number) => boolean): Edit[] {
  return [...text.matchAll(/\{\{\/\*([^]{0,2000}?)\*\/\}\}|\{%\/\*([^]{0,2000}?)\*\/%\}/g)].map(({ 0: all, 1: value, 2: block, index }): Edit => (
    { start: index, end: index + all.length, text: shown(value === undefined ? `{%${block}%}` : `{{${value}}}`, inCode(index)) }
  ))
}

const shown = (text: string, isCode: boolean): string => (isCode ? text : asTyped(text))

/** ```` ```rust,linenos,hl_lines=3 8-9 ```` in the words that fences have here. */
function fenceEdits(text: string): Edit[] {
  return [...text.matchAll(/^([ \t>]*(?:[-*+]\s+)?(?:`{3,}|~{3,}))([^\s,`]*),([^`\n]+)$/gm)].map(({ 0: all, 1: mark = '', 2: language = '', 3: rest = '', index }): Edit => {
    const words = rest.split(',').map((word) => word.trim())
    const value = (key: string): string | undefined => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1).trim()
    const [marked, start, title] = [value('hl_lines'), value('linenostart'), value('name')]
    const lines = start !== undefined && /^\d+$/.test(start) ? `lines=${start}` : words.includes('linenos') ? 'lines' : undefined
    const info = [language, marked && /^[\d\s-]+$/.test(marked) ? `{${marked.trim().replace(/\s+/g, ',')}}` : undefined, lines, title && `title="${title.replace(/^"|"$/g, '').replaceAll('"', '')}"`].filter((part) => part !== undefined)
    return { start: index, end: index + all.length, text: mark + info.join(' ') }
  })
}

const call = /\{\{\s{0,9}([A-Za-z_]\w{0,99})\s{0,9}\(([^]{0,2000}?)\)\s{0,9}\}\}|\{%\s{0,9}([A-Za-z_]\w{0,99})\s{0,9}\(([^]{0,2000}?)\)\s{0,9}%\}/g

function shortcodeEdits(text: string, context: TextContext, shortcodes: Shortcodes, inCode: (offset: number) => boolean): Edit[] {
  const edits: Edit[] = []
  const lastEnd = [...text.matchAll(/\{%\s*end\s*%\}/g)].at(-1)?.index ?? -1
  let done = 0
  for (const match of text.matchAll(call)) {
    const [all, inline, inlineArguments, block, blockArguments] = match
    const { index: start } = match
    if (start < done || inCode(start)) continue
    const name = inline ?? block ?? ''
    const end = start + all.length
    const closed = inline !== undefined || end > lastEnd ? undefined : findEnd(text, end)
    done = closed?.end ?? end
    const made = inline === undefined && closed === undefined ? undefined : shortcodes.call(name, [], readArguments(inlineArguments ?? blockArguments ?? ''), closed && text.slice(end, closed.start).replace(/^\n|\n$/g, ''))
    if (typeof made !== 'string') {
      context.leftovers.add(all.replace(/\s+/g, ' '), made?.problem ?? `is a shortcode that is not known; write a macro \`${name}\` into templates/shortcodes.njk`, locateInBody(context.entry.origin, { line: lineAt(text, start) }))
      // What a block holds is text.
      done = end
      if (closed !== undefined) edits.push({ start: closed.start, end: closed.end, text: asTyped(text.slice(closed.start, closed.end)) })
    }
    edits.push({ start, end: done, text: typeof made === 'string' ? made : asTyped(all) })
  }
  return edits
}

function findEnd(text: string, from: number): { start: number; end: number } | undefined {
  const close = /\{%\s*end\s*%\}/g
  close.lastIndex = from
  const match = close.exec(text)
  return match === null ? undefined : { start: match.index, end: close.lastIndex }
}

/** `id="x", width=640, autoplay=true, names=["a", "b"]`. */
function readArguments(text: string): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [, key = '', written = ''] of text.matchAll(/([A-Za-z_]\w*)\s*=\s*("[^"]*"|'[^']*'|`[^`]*`|\[[^\]]*\]|[^\s,]+)/g)) named[key] = readArgument(written)
  return named
}

function readArgument(text: string): unknown {
  if (/^["'`]/.test(text)) return text.slice(1, -1)
  if (text.startsWith('[')) return [...text.slice(1, -1).matchAll(/"[^"]*"|'[^']*'|[^\s,]+/g)].map(([item]) => readArgument(item))
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}
