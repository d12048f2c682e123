// Splits a text into front matter and body, and reads the front matter. YAML between lines of `---`, TOML between `+++`; headers
// of other generators are read by headers.ts.
// What the keys mean is entry.ts. Nothing in front matter is ever executed.
import type { Code, Diagnostic } from '../core/diagnostic.ts'
import type { Position } from '../core/types.ts'
import { detach } from '../util/detach.ts'
import { parseBareHeader, parseCommentHeader } from './headers.ts'
import type { ParsedText } from './parsed-text.ts'
import { createMap, isMap } from './parsed-text.ts'
import { locatePlainKey, parsePlainYaml } from './plain-yaml.ts'

export interface FrontMatter {
  /** Null prototype; empty if there is none, or an error. */
  readonly data: Record<string, unknown>
  readonly body: string
  /** Line on which the body starts, from 1. */
  readonly bodyLine: number
  /** Where the value of a key stands. */
  readonly locate: (key: string) => Position | undefined
  readonly diagnostics: readonly Diagnostic[]
}

interface Block {
  readonly language: 'yaml' | 'toml'
  readonly head: string
  readonly body: string
  readonly bodyLine: number
}

/**
 * Reads a text with `\n` as line end; `file` is what messages call it. At once for plain front matter, later for what
 * needs a parser, which is loaded then.
 */
export function parseFrontMatter(text: string, file: string, options: { readonly bare?: boolean } = {}): FrontMatter | Promise<FrontMatter> {
  const header = mayHaveHeader(text, options) ? otherHeader(text, file, options) : undefined
  if (header !== undefined) return header
  const block = splitText(text, file)
  if ('diagnostics' in block) return block
  if (block.language === 'yaml') {
    const data = parsePlainYaml(block.head)
    if (data) return { data, body: block.body, bodyLine: block.bodyLine, locate: locatePlain(block.head), diagnostics: [] }
  }
  return parseBlock(block, file)
}

/** A comment that may be a header; `bare`: lines of `key: value` too. */
function mayHaveHeader(text: string, { bare = false }: { readonly bare?: boolean }): boolean {
  return bare || (text.includes('<!--') && /^\s*<!--/.test(text))
}

function otherHeader(text: string, file: string, { bare = false }: { readonly bare?: boolean }): FrontMatter | undefined {
  const header = parseCommentHeader(text) ?? (bare && !/^(?:---|\+\+\+)/.test(text) ? parseBareHeader(text) : undefined)
  if (header === undefined) return undefined
  if ('openLine' in header) return noBlock(text, [problem('front-matter-open', 'the comment with the front matter is not closed', { file, line: header.openLine, column: 1, length: 4 }, 'write a line --> after the last key.')])
  const diagnostics = header.problems.map(({ message, fix, position }) => problem('front-matter-key', message, { file, ...position }, fix))
  return { data: header.data, body: header.body, bodyLine: header.bodyLine, locate: header.locate, diagnostics }
}

async function parseBlock(block: Block, file: string): Promise<FrontMatter> {
  const parsed = block.language === 'yaml'
    ? (await import('./yaml-text.ts')).parseYaml(block.head)
    : (await import('./toml-text.ts')).parseToml(block.head)
  const { data, diagnostics } = checkShape(parsed, block, file)
  return { data, body: block.body, bodyLine: block.bodyLine, locate: (key) => below(parsed.locate([key])), diagnostics }
}

function checkShape(parsed: ParsedText, { language, head }: Block, file: string): Pick<FrontMatter, 'data' | 'diagnostics'> {
  const diagnostics = parsed.problems.map(({ kind, message, fix, position }): Diagnostic => ({
    severity: 'error', code: kind === 'key' ? 'front-matter-key' : 'front-matter-syntax', message, at: { file, ...below(position) }, fix,
  }))
  if (isMap(parsed.value)) return { data: parsed.value, diagnostics }
  if (parsed.value === null || diagnostics.length > 0) return { data: createMap(), diagnostics }
  const what = Array.isArray(parsed.value) ? 'a list' : 'a text'
  const line = head.split('\n').findIndex((text) => /^\s*[^\s#]/.test(text)) + 1
  const fix = Array.isArray(parsed.value) || language === 'toml'
    ? 'write keys and values: `title: Hello`.'
    : 'write keys and values: `title: Hello`; if the first line is meant as a rule across the page, write it as `***`.'
  return { data: createMap(), diagnostics: [{ severity: 'error', code: 'front-matter-shape', message: `the front matter is ${what}, not keys and values`, at: { file, ...below({ line }) }, fix }] }
}

/** Holds on to nothing but the front matter. */
function locatePlain(head: string): FrontMatter['locate'] {
  return (key) => below(locatePlainKey(head, key))
}

/** Lines of the block count from the one after the opening line. */
function below<P extends Position | undefined>(position: P): P {
  return (position && { ...position, line: position.line + 1 }) as P
}

function splitText(text: string, file: string): Block | FrontMatter {
  const firstEnd = text.indexOf('\n')
  const first = (firstEnd === -1 ? text : text.slice(0, firstEnd)).trimEnd()
  const mark = first.slice(0, 3)
  if (mark !== '---' && mark !== '+++') return noBlock(text, findLateBlock(text, file))
  if (first !== mark) {
    const word = /^---(?:([A-Za-z]\w*)| +(js|javascript|json|ya?ml|toml))$/.exec(first)?.slice(1).join('')
    return noBlock(text, word === undefined ? [] : [problem('front-matter-syntax', `front matter in "${word}" is not supported`, { file, line: 1, column: first.indexOf(word) + 1, length: word.length }, 'write YAML between two lines of ---, or TOML between two lines of +++.')])
  }
  const close = firstEnd === -1 ? undefined : findClose(text, firstEnd + 1, mark)
  if (close === undefined) {
    const fix = mark === '---' ? 'write a line --- after the last key; if the first line is meant as a rule across the page, write it as ***.' : 'write a line +++ after the last key.'
    return noBlock(text, [problem('front-matter-open', `the front matter that ${mark} opens is not closed`, { file, line: 1, column: 1, length: 3 }, fix)])
  }
  return { language: mark === '---' ? 'yaml' : 'toml', head: detach(text.slice(firstEnd + 1, close.start)), body: text.slice(close.end), bodyLine: close.line + 1 }
}

function findClose(text: string, from: number, mark: string): { start: number; end: number; line: number } | undefined {
  for (let start = from, line = 2; start < text.length; line++) {
    const next = text.indexOf('\n', start)
    const end = next === -1 ? text.length : next
    if (text.startsWith(mark, start) || (mark === '---' && text.startsWith('...', start))) {
      if (text.slice(start + 3, end).trim() === '') return { start, end: Math.min(end + 1, text.length), line }
    }
    start = end + 1
  }
  return undefined
}

/** Front matter that would be printed as text because something stands before it. */
function findLateBlock(text: string, file: string): Diagnostic[] {
  const late = /^(\s+)(?:---\s*\n[A-Za-z_][\w-]*:|\+\+\+\s*\n[A-Za-z_][\w-]*\s*=)/.exec(text)
  if (late === null) return []
  const line = (late[1] ?? '').split('\n').length
  return [{ ...problem('front-matter-syntax', 'the front matter does not start on the first line, so it is text', { file, line }, 'remove the empty lines and spaces before it.'), severity: 'warning' }]
}

function noBlock(body: string, diagnostics: readonly Diagnostic[]): FrontMatter {
  return { data: createMap(), body, bodyLine: 1, locate: () => undefined, diagnostics }
}

function problem(code: Code, message: string, at: NonNullable<Diagnostic['at']>, fix: string): Diagnostic {
  return { severity: 'error', code, message, at, fix }
}
