// The title of an entry that gives none: from its first heading, or from its file's name.
import { cleanText } from './fields.ts'

/** The heading's text, and the body without it. Lines keep their numbers. */
export interface Heading {
  readonly title: string
  readonly rest: string
}

/** The first heading of a markdown text, if it is one of level 1. Taken out, because templates print the title. */
export function takeHeading(markdown: string): Heading | undefined {
  if (!markdown.includes('#') && !markdown.includes('==')) return undefined
  let fence = ''
  let isComment = false
  let previous = ''
  for (let start = 0; start < markdown.length;) {
    const next = markdown.indexOf('\n', start)
    const end = next === -1 ? markdown.length : next
    const line = markdown.slice(start, end)
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== '') {
      if (mark?.startsWith(fence) && /^ *[`~]+ *$/.test(line)) fence = ''
    } else if (mark !== undefined) fence = mark
    else if (isComment || line.trimStart().startsWith('<!--')) isComment = !line.includes('-->')
    else {
      const level = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1]?.length
      if (level === 1) return heading(markdown, line.replace(/^ *#/, '').replace(/[ \t]+#+[ \t]*$/, ''), start, end)
      if (level !== undefined) return undefined
      if (/^ {0,3}=+ *$/.test(line) && /^ {0,3}[^\s>*+-]/.test(previous)) return heading(markdown, previous, start - previous.length - 1, end)
    }
    previous = isComment || fence !== '' ? '' : line
    start = end + 1
  }
  return undefined
}

function heading(markdown: string, written: string, start: number, end: number): Heading | undefined {
  const title = plainText(written)
  if (title === '') return undefined
  return { title, rest: markdown.slice(0, start) + '\n'.repeat(markdown.slice(start, end).split('\n').length - 1) + markdown.slice(end) }
}

/** What markdown's signs leave: `*Hello* [world](x)` -> `Hello world`. */
function plainText(markdown: string): string {
  const text = markdown
    .replace(/ \{[#.][^}]*\} *$/, '')
    .replace(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/<(?:https?:|mailto:)([^>\s]*)>/g, '$1')
    .replace(/<\/?[A-Za-z][^>]*>/g, '')
    .replace(/(`+)(.+?)\1/g, (_, _mark, code: string) => code.trim().replace(/[\\*_~&]/g, (sign) => `\\${sign}`))
    .replace(/(?<![\\*])(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1/g, '$2')
    .replace(/(?<![\\\w])(_{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)/g, '$2')
    .replace(/(?<!\\)~~(?=\S)(.+?)(?<=[^\s\\])~~/g, '$1')
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
  return cleanText(text)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" }

const longestTitle = 60

/** The first words of a markdown or HTML text, for what has no title; `undefined` if it says nothing. */
export function titleFromWords(text: string): string | undefined {
  const prose = text.slice(0, 4000)
    .replace(/<!--[^]*?(?:-->|$)/g, ' ').replace(/^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1[^\n]*$|$(?![^]))/gm, ' ')
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ').replace(/^ {0,3}(?:#{1,6} +|>+ ?|[-*+] +|\d+[.)] +)/gm, '').replace(/!\[[^\]]*\]\([^)]*\)/g, ' ')
  const line = plainText(prose.trim().split(/\n\s*\n/)[0] ?? '')
  if (!/[\p{L}\p{N}]/u.test(line)) return undefined
  if (line.length <= longestTitle) return line
  const cut = line.lastIndexOf(' ', longestTitle)
  return `${(cut > 20 ? line.slice(0, cut) : line.slice(0, longestTitle).replace(/[\ud800-\udbff]$/, '')).replace(/[\s,;:.–—-]+$/, '')}…`
}

/** `my-first-post` -> `My first post`. */
export function titleFromName(name: string): string {
  const text = cleanText(name.replace(/[-_]+/g, ' ')) || name
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length)
}
