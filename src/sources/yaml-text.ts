// YAML 1.2 (core schema) through the package `yaml`, with what a hostile text must not do kept out: depth, aliases that
// multiply, tags, prototype keys. Loads the package, so import this file only when there is YAML to read.
import type { Document, Node, Pair, YAMLError } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Position } from '../core/types.ts'
import type { ParsedText, TextPath, TextProblem } from './parsed-text.ts'
import { createMap, deepest, findControlCharacter, keyProblem, positionAt } from './parsed-text.ts'

/** Values that aliases may stand for in all. */
const mostFromAliases = 10_000

export function parseYaml(text: string): ParsedText {
  const locate = createLocator(text)
  const refused = findControlCharacter(text) ?? findDepth(text)
  if (refused) return { value: undefined, problems: [refused], locate }
  const document = parse(text)
  const problems = [
    ...document.errors.map((error) => syntaxProblem(text, document, error)),
    ...document.warnings.map((warning) => tagProblem(text, warning)),
  ].filter(isFirstOfLine).slice(0, 5)
  if (problems.length > 0) return { value: undefined, problems, locate }
  const state: State = { text, problems: [], anchors: new Map(), aliased: 0, insideAlias: 0 }
  const value = toValue(document.contents, state, 0)
  const failed = state.problems.some(({ kind }) => kind === 'syntax')
  return { value: failed ? undefined : value, problems: state.problems, locate }
}

function parse(text: string): Document {
  // Duplicate keys are found in toValue: the package compares each key with each other.
  return parseDocument(text, { version: '1.2', schema: 'core', stringKeys: true, uniqueKeys: false, resolveKnownTags: false, prettyErrors: false, logLevel: 'error' })
}

interface State {
  readonly text: string
  readonly problems: TextProblem[]
  readonly anchors: Map<string, Node>
  aliased: number
  insideAlias: number
}

function toValue(node: Node | null, state: State, depth: number): unknown {
  if (node === null) return null
  if (state.insideAlias > 0 && ++state.aliased > mostFromAliases) return refuse(state, node, `aliases stand for more than ${mostFromAliases} values`, 'write the values out.')
  if (isAlias(node)) return aliasValue(node, state, depth)
  if ('anchor' in node && typeof node.anchor === 'string') state.anchors.set(node.anchor, node)
  if (isScalar(node)) return node.value
  if (isSeq<Node | null>(node)) return node.items.map((child) => toValue(child, state, depth + 1))
  return isMap<Node, Node | null>(node) ? mapValue(node.items, state, depth) : null
}

function mapValue(pairs: readonly Pair<Node, Node | null>[], state: State, depth: number): Record<string, unknown> {
  const map = createMap()
  for (const { key: keyNode, value } of pairs) {
    const key = isScalar(keyNode) ? String(keyNode.value) : ''
    const problem = key === '<<'
      ? { kind: 'key' as const, message: 'merge keys (`<<`) are not part of YAML 1.2', fix: 'write the values out.' }
      : keyProblem(map, key)
    if (problem) state.problems.push({ ...problem, position: nodePosition(state.text, keyNode) })
    else map[key] = toValue(value, state, depth + 1)
  }
  return map
}

function aliasValue(node: Node & { source: string }, state: State, depth: number): unknown {
  const target = state.anchors.get(node.source)
  if (target === undefined) return refuse(state, node, `the alias \`*${node.source}\` has no anchor before it`, `put the text in quotes, or write &${node.source} before the value it stands for.`)
  if (depth > 2 * deepest) return refuse(state, node, `the alias \`*${node.source}\` stands for something that it is a part of`, 'remove the alias.')
  state.insideAlias++
  const value = toValue(target, state, depth + 1)
  state.insideAlias--
  return value
}

function refuse(state: State, node: Node, message: string, fix: string): undefined {
  const repeated = state.problems.some((problem) => problem.message === message)
  if (!repeated) state.problems.push({ kind: 'syntax', message, fix, position: nodePosition(state.text, node) })
  return undefined
}

/** The package recurses, and takes the whole process down when a text is nested deep enough: count first. */
function findDepth(text: string): TextProblem | undefined {
  const indents: number[] = []
  let flow = 0
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start) === -1 ? text.length : text.indexOf('\n', start)
    const line = text.slice(start, end)
    const [, indent = '', markers = ''] = /^( *)((?:[-?:] +)*)/.exec(line) ?? []
    const compact = markers.replaceAll(' ', '').length
    if (indent.length < line.length) {
      while ((indents.at(-1) ?? -1) >= indent.length) indents.pop()
      indents.push(indent.length)
    }
    for (let i = 0; i < line.length; i++) {
      if (line[i] === '[' || line[i] === '{') flow++
      else if ((line[i] === ']' || line[i] === '}') && flow > 0) flow--
      if (indents.length + compact + flow > deepest) return { kind: 'syntax', message: `lists and maps are nested more than ${deepest} levels deep`, fix: 'write it flatter.', position: positionAt(text, start + i) }
    }
    start = end + 1
  }
  return undefined
}

function syntaxProblem(text: string, document: Document, error: YAMLError): TextProblem {
  const position = positionAt(text, Math.min(error.pos[0], text.length))
  const line = text.split('\n', position.line)[position.line - 1] ?? ''
  const problem = (message: string, fix: string, at: Position = position): TextProblem => ({ kind: 'syntax', message, fix, position: at })
  const pair = /^\s*([^\s:#]+): +(.*: .*|.*:)$/.exec(line)
  if (error.code === 'TAB_AS_INDENT' || /^ *\t/.test(line)) return problem('there is a tab before the text; YAML takes only spaces', 'replace the tab by spaces.')
  switch (error.code) {
    case 'MULTIPLE_DOCS': return problem('a second YAML document starts here', 'make it a file of its own.')
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (pair) return problem(`the value of \`${pair[1]}\` holds a colon: ${pair[2]}`, `put it in quotes: ${pair[1]}: ${JSON.stringify(pair[2])}`)
      return problem('this line is indented deeper than the key before it, which has a value already', 'remove the spaces before it, or put the value in quotes.')
    case 'MULTILINE_IMPLICIT_KEY':
      return problem(`"${line.trim()}" is not a key with a value`, /^\w+:\S/.test(line) ? 'write a space after the colon.' : 'write it as `key: value`.')
    case 'BAD_SCALAR_START': return problem(`the text starts with "${text[error.pos[0]]}", which YAML reserves`, 'put it in quotes.')
    case 'MISSING_CHAR':
      if (error.message.includes('quote')) return problem('a quotation mark is not closed', 'write the mark at the end of the text as well.', openStart(text, document, error) ?? position)
      if (error.message.includes('map values')) return problem(`"${line.trim()}" is not a key with a value`, 'write it as `key: value`; the second line of a text starts with spaces.')
      break
    case 'BAD_INDENT':
      if (error.message.startsWith('Flow')) return problem('a list or map in brackets is not closed', `write ${error.message.slice(-1)} at its end.`, openStart(text, document, error) ?? position)
      break
    case 'UNEXPECTED_TOKEN':
      if (/^\s*[^\s:]+: +["']/.test(line)) return problem(`text follows the closing quotation mark: ${text.slice(error.pos[0]).split('\n')[0]}`, 'put all of it in quotes of the other kind.')
      break
    case 'TAG_RESOLVE_FAILED': return tagProblem(text, error)
  }
  return problem(`this is not YAML: ${error.message}`, 'correct the line; text with signs that mean something in YAML stands in quotes.')
}

/** Where the innermost quotation mark or bracket stands that is still open at the error. */
function openStart(text: string, document: Document, error: YAMLError): Position | undefined {
  let found: Position | undefined
  visit(document, {
    Node(_, node) {
      const isOpener = isScalar(node) ? node.type?.startsWith('QUOTE') : (isSeq(node) || isMap(node)) && node.flow
      if (isOpener && node.range && node.range[1] >= error.pos[0] - 1) found = positionAt(text, node.range[0])
    },
  })
  return found
}

function tagProblem(text: string, error: YAMLError): TextProblem {
  const [start, end] = error.pos
  return { kind: 'syntax', message: `the tag \`${text.slice(start, end)}\` is not supported`, fix: 'leave the tag out.', position: positionAt(text, start, end - start) }
}

/** One cause often makes several errors on a line; the first says it. */
function isFirstOfLine(problem: TextProblem, index: number, all: readonly TextProblem[]): boolean {
  return all.findIndex((other) => other.position.line === problem.position.line) === index
}

function nodePosition(text: string, node: Node): Position {
  const [start, end] = node.range ?? [0, 0]
  const written = text.slice(start, end).trimEnd()
  return positionAt(text, start, written.includes('\n') ? undefined : written.length)
}

function createLocator(text: string): (path: TextPath) => Position | undefined {
  let document: Document | undefined
  return (path) => {
    if (document === undefined && findDepth(text)) return undefined
    document ??= parse(text)
    let node: Node | null = document.contents
    let key: Node | null = null
    for (const step of path) {
      if (isMap<Node, Node | null>(node)) {
        const pair: Pair<Node, Node | null> | undefined = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step)
        if (pair === undefined) return undefined
        key = pair.key
        node = pair.value
      } else if (isSeq<Node | null>(node) && typeof step === 'number') {
        node = node.items[step] ?? null
        key = null
      } else return undefined
    }
    const isEmpty = node === null || (node.range && node.range[0] === node.range[1])
    const target = isEmpty ? key : node
    return target ? nodePosition(text, target) : undefined
  }
}
