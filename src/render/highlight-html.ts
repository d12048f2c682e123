// Coloured lines -> the HTML of a code block. Everything that comes in is escaped here.
import type { LineMark } from './highlight-fence.ts'

export interface BlockParts {
  /** HTML of each line, from `renderLine` or `escapeText`. */
  readonly lines: readonly string[]
  readonly marks?: readonly (LineMark | undefined)[]
  /** Id of the language, if it is a known one. */
  readonly language?: string
  readonly title?: string
  /** Number of the first line, if lines are numbered. */
  readonly firstLine?: number
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Safe between tags. */
export function escapeText(text: string): string {
  return /[&<>]/.test(text) ? text.replace(/[&<>]/g, (c) => entities[c]!) : text
}

/** Safe inside of double quotes. */
function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, (c) => entities[c]!)
}

const tags = { mark: 'mark', add: 'ins', del: 'del' } as const

/** Lines are wrapped in elements only when something is to be seen of them. */
export function renderBlock({ lines, marks, language, title, firstLine }: BlockParts): string {
  const numbered = firstLine !== undefined
  const wrapped = marks !== undefined || numbered
  const body = wrapped ? lines.map((line, index) => renderWrapped(line, marks?.[index])).join('') : lines.join('\n')
  const start = numbered && firstLine !== 1 ? ` style="counter-reset:line ${firstLine - 1}"` : ''
  const open = `<figure class="code"${language ? ` data-language="${escapeAttribute(language)}"` : ''}>`
  const caption = title ? `<figcaption>${escapeText(title)}</figcaption>` : ''
  return `${open}${caption}<pre tabindex="0"><code${numbered ? ` class="numbered"${start}` : ''}>${body}</code></pre></figure>`
}

function renderWrapped(line: string, mark: LineMark | undefined): string {
  const tag = mark ? tags[mark] : 'span'
  return `<${tag} class="line">${line}\n</${tag}>`
}
