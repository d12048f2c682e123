// What Nikola's markdown has beyond CommonMark: the end of the teaser, shortcodes, `link://` addresses, `:::python` in code. Curly
// brackets mean nothing there, so they stay as typed.
import { locateInBody } from '../core/diagnostic.ts'
import { findCode, insideOf } from './code-ranges.ts'
import { applyEdits, asTyped, lineAt, type Edit } from './edits.ts'
import type { TextContext, Translated } from './reader.ts'
import { createShortcodes, type Shortcodes } from './shortcodes.ts'

export async function translateNikola(source: string, context: TextContext): Promise<Translated> {
  const code = findCode(source, context.isMarkdown)
  const inCode = insideOf(code)
  const shortcodes = source.includes('{{%') ? await createShortcodes(context.root) : undefined
  const edits: Edit[] = [...teaserEdits(source), ...linkEdits(source, context), ...languageEdits(source)].filter(({ start, text }) => text.startsWith('```') || !inCode(start))
  if (shortcodes !== undefined) edits.push(...shortcodeEdits(source, context, shortcodes, inCode))
  for (const match of source.matchAll(/\{(?=[{%])/g)) {
    if (!inCode(match.index) && !source.startsWith('{{%', match.index)) edits.push({ start: match.index, end: match.index + 1, text: '&#123;' })
  }
  return applyEdits(source, edits)
}

/** `<!-- TEASER_END -->`, with or without a text for the link, and `.. TEASER_END`. */
function teaserEdits(text: string): Edit[] {
  const first = /<!--\s*TEASER_END(?::[^]{0,500}?)?\s*-->|^\.\. TEASER_END.*$/m.exec(text)
  return first === null ? [] : [{ start: first.index, end: first.index + first[0].length, text: '<!-- more -->' }]
}

/** `link://slug/x`, `link://filename/posts/x.md`, `link://rss`, `link://tag/x`. */
function linkEdits(text: string, { index }: TextContext): Edit[] {
  return [...text.matchAll(/\blink:\/\/(slug|filename)\/([^\s)"'>#?]+)/g)].flatMap(({ 0: all, 1: kind, 2: name = '', index: start }): Edit[] => {
    const wanted = decodeURIComponent(name.replace(/%(?![\da-f]{2})/gi, '%25'))
    const found = kind === 'filename' ? index.find(wanted) : [...index.all().values()].find((permalink) => decodeURIComponent(permalink).replace(/\/$|\.html$/g, '').endsWith(`/${wanted}`))
    return found === undefined ? [] : [{ start, end: start + all.length, text: found }]
  })
}

/** An indented block that names its language: `    :::python`. */
function languageEdits(text: string): Edit[] {
  if (!/(?: {4}|\t)(?::::|#!)/.test(text)) return []
  const edits: Edit[] = []
  const lines = text.split('\n')
  const isIndented = (line = ''): boolean => /^(?: {4}|\t)/.test(line)
  for (let i = 0, start = 0; i < lines.length; start += (lines[i] ?? '').length + 1, i++) {
    const language = /^(?: {4}|\t)(?::::|#!)([\w+#-]+)[ \t]*$/.exec(lines[i] ?? '')?.[1]
    if (language === undefined || (lines[i - 1] ?? '').trim() !== '') continue
    let end = i + 1
    while (end < lines.length && (isIndented(lines[end]) || (lines[end] ?? '').trim() === '')) end++
    while (!isIndented(lines[end - 1])) end--
    const block = lines.slice(i, end)
    edits.push({ start, end: start + block.join('\n').length, text: `\`\`\`${language}\n${block.slice(1).map((line) => line.replace(/^(?: {4}|\t)/, '')).join('\n')}\n\`\`\`` })
    for (; i < end - 1; i++) start += (lines[i] ?? '').length + 1
  }
  return edits
}

function shortcodeEdits(text: string, context: TextContext, shortcodes: Shortcodes, inCode: (offset: number) => boolean): Edit[] {
  const edits: Edit[] = []
  const unclosed = new Set<string>()
  let done = 0
  for (const match of text.matchAll(/\{\{%\s*(\w[\w-]*)([^]{0,2000}?)%\}\}/g)) {
    const [all, name = '', rest = ''] = match
    const { index: start } = match
    if (start < done || inCode(start)) continue
    const closed = unclosed.has(name) ? undefined : findClosing(text, name, start + all.length)
    if (closed === undefined) unclosed.add(name)
    done = closed?.end ?? start + all.length
    const body = closed && text.slice(start + all.length, closed.start)
    const made = name === 'raw' && body !== undefined ? asTyped(body) : call(name, rest, body, shortcodes)
    if (typeof made !== 'string') context.leftovers.add(all.replace(/\s+/g, ' '), made?.problem ?? 'is a shortcode that is not known; write a macro of its name into templates/shortcodes.njk', locateInBody(context.entry.origin, { line: lineAt(text, start) }))
    edits.push({ start, end: done, text: typeof made === 'string' ? made : asTyped(text.slice(start, done)) })
  }
  return edits
}

function findClosing(text: string, name: string, from: number): { start: number; end: number } | undefined {
  const close = new RegExp(`\\{\\{%\\s*/${name}\\s*%\\}\\}`, 'g')
  close.lastIndex = from
  const match = close.exec(text)
  return match === null ? undefined : { start: match.index, end: close.lastIndex }
}

function call(name: string, rest: string, body: string | undefined, shortcodes: Shortcodes): string | { readonly problem: string } | undefined {
  const positional: string[] = []
  const named: Record<string, unknown> = {}
  for (const [, key, quoted, single, plain] of rest.matchAll(/(?:([\w-]+)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"'=]+))/g)) {
    const value = quoted ?? single ?? plain ?? ''
    if (key === undefined) positional.push(value)
    else named[key.replaceAll('-', '_')] = value
  }
  return shortcodes.call(name, positional, named, body)
}
