// A rich text of Contentful -> HTML that is safe by construction: every text is escaped, every address checked, and nothing of the
// editor's becomes markup. What cannot be shown is told and keeps its text. Headings, code, links and pictures are written so that
// the core finds them as it finds those of markdown.
import { isRecord } from '../raw-entry.ts'
import type { Picture } from './assets.ts'

export interface RichTextNode {
  readonly nodeType: string
  readonly value?: string
  readonly marks?: readonly { readonly type: string }[]
  readonly data?: Readonly<Record<string, unknown>>
  readonly content?: readonly RichTextNode[]
}

/** What a rich text refers to. */
export interface RichTextTargets {
  /** `undefined`: it is not there, and that was told. */
  entry(link: unknown): EntryTarget | undefined
  asset(link: unknown): Picture | undefined
  problem(message: string, fix: string): void
}
export interface EntryTarget {
  readonly id: string
  readonly title: string
  readonly type: string
  /** What a link to it is written as; absent: it has no page. */
  readonly href?: string
  /** A block of code, if it is of such a type. */
  readonly code?: { readonly language: string; readonly code: string }
  /** The HTML that the site's function gives; absent: there is no function for its type. */
  readonly show?: (isInline: boolean, depth: number) => string
}

interface Rendering { readonly targets: RichTextTargets; readonly depth: number; readonly count: { images: number } }

/** Deeper than editors nest, and far from where the stack ends. */
const deepest = 60

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

export function isRichText(value: unknown): value is RichTextNode {
  return isRecord(value) && value['nodeType'] === 'document' && Array.isArray(value['content'])
}

export function renderRichText(document: RichTextNode, targets: RichTextTargets, depth = 0): string {
  return blocks(withoutEmptyEnd(childrenOf(document)), { targets, depth, count: { images: 0 } })
}

/** The editor always leaves an empty paragraph at the end. */
function withoutEmptyEnd(nodes: readonly RichTextNode[]): readonly RichTextNode[] {
  const last = nodes.at(-1)
  return last?.nodeType === 'paragraph' && textOfNode(last).trim() === '' && childrenOf(last).every(({ nodeType }) => nodeType === 'text') ? withoutEmptyEnd(nodes.slice(0, -1)) : nodes
}

function childrenOf({ content }: RichTextNode): readonly RichTextNode[] {
  return Array.isArray(content) ? content.filter((node) => isRecord(node) && typeof node.nodeType === 'string') : []
}

/** All its text, without marks. */
export function textOfNode(node: RichTextNode): string {
  return typeof node.value === 'string' ? node.value : childrenOf(node).map(textOfNode).join(isBlock(node) ? '' : '')
}

/** One line for each block: for excerpts of fields and for reviewers. */
export function linesOf(node: RichTextNode, depth = 0): string[] {
  if (depth > deepest) return []
  const children = childrenOf(node)
  if (children.some(isBlock)) return children.flatMap((child) => linesOf(child, depth + 1))
  const text = textOfNode(node)
  return text.trim() === '' ? [] : [text]
}

function isBlock({ nodeType }: RichTextNode): boolean {
  return !['text', 'hyperlink', 'entry-hyperlink', 'asset-hyperlink', 'resource-hyperlink', 'embedded-entry-inline', 'embedded-resource-inline'].includes(nodeType)
}

function blocks(nodes: readonly RichTextNode[], rendering: Rendering): string {
  if (rendering.depth > deepest) {
    rendering.targets.problem('it is nested too deeply; what is deeper is left out', 'nest it less deeply.')
    return ''
  }
  const deeper = { ...rendering, depth: rendering.depth + 1 }
  return nodes.map((node) => block(node, deeper)).join('')
}

const simple: Readonly<Record<string, string>> = { 'ordered-list': 'ol', 'unordered-list': 'ul', 'list-item': 'li', blockquote: 'blockquote', 'table-row': 'tr' }

function block(node: RichTextNode, rendering: Rendering): string {
  const heading = /^heading-([1-6])$/.exec(node.nodeType)
  if (heading) return `<h${heading[1]}>${inlines(node, rendering)}</h${heading[1]}>\n`
  const tag = simple[node.nodeType]
  if (tag !== undefined) return `<${tag}>\n${blocks(childrenOf(node), rendering)}</${tag}>\n`
  switch (node.nodeType) {
    case 'paragraph': return paragraph(node, rendering)
    case 'hr': return '<hr>\n'
    case 'table': return table(node, rendering)
    case 'table-cell': return `<td>${cell(node, rendering)}</td>\n`
    case 'table-header-cell': return `<th>${cell(node, rendering)}</th>\n`
    case 'embedded-entry-block': return embedded(node, false, rendering)
    case 'embedded-asset-block': return embeddedAsset(node, rendering)
    case 'document': return blocks(childrenOf(node), rendering)
    case 'embedded-resource-block': return otherSpace(node, rendering)
    default: return isBlock(node) ? unknown(node, rendering) : `<p>${inline(node, rendering)}</p>\n`
  }
}

/** A paragraph of nothing but code, in several lines, is a block of code. */
function paragraph(node: RichTextNode, rendering: Rendering): string {
  const children = childrenOf(node)
  const text = textOfNode(node)
  const isCode = text.includes('\n') && children.every((child) => child.nodeType === 'text' && (child.value === '' || child.marks?.some(({ type }) => type === 'code') === true))
  return isCode ? codeBlock('', text) : `<p>${inlines(node, rendering)}</p>\n`
}

function codeBlock(language: string, code: string): string {
  return `<pre><code${language === '' ? '' : ` data-info="${escapeHtml(language)}"`}>${escapeHtml(code.replace(/\n?$/, '\n'))}</code></pre>\n`
}

/** A box that scrolls by itself, as for tables in markdown; rows of header cells at the top are its head. */
function table(node: RichTextNode, rendering: Rendering): string {
  const rows = childrenOf(node)
  const bodyStart = rows.findIndex((row) => childrenOf(row).some(({ nodeType }) => nodeType !== 'table-header-cell'))
  const head = blocks(rows.slice(0, bodyStart === -1 ? rows.length : bodyStart), rendering)
  const body = bodyStart === -1 ? '' : blocks(rows.slice(bodyStart), rendering)
  return `<div class="table" role="group" aria-label="Table" tabindex="0">\n<table>\n${head && `<thead>\n${head}</thead>\n`}${body && `<tbody>\n${body}</tbody>\n`}</table>\n</div>\n`
}

/** One paragraph alone needs no tag in a cell. */
function cell(node: RichTextNode, rendering: Rendering): string {
  const [first, ...more] = childrenOf(node)
  return first?.nodeType === 'paragraph' && more.length === 0 ? inlines(first, rendering) : blocks(childrenOf(node), rendering)
}

function unknown(node: RichTextNode, { targets, ...rendering }: Rendering): string {
  targets.problem(`it holds a "${node.nodeType}", which is not known; ${childrenOf(node).length > 0 ? 'its text is shown' : 'it is left out'}`, 'take it out, or ask for it to be supported.')
  return blocks(childrenOf(node), { targets, ...rendering })
}

function inlines(node: RichTextNode, rendering: Rendering): string {
  return childrenOf(node).map((child) => inline(child, rendering)).join('')
}

function inline(node: RichTextNode, rendering: Rendering): string {
  const { targets, depth } = rendering
  if (depth > deepest) return escapeHtml(textOfNode(node))
  const deeper = { ...rendering, depth: depth + 1 }
  switch (node.nodeType) {
    case 'text': return marked(node)
    case 'hyperlink': return hyperlink(node, deeper)
    case 'entry-hyperlink': return entryLink(node, deeper)
    case 'asset-hyperlink': return link(targets.asset(node.data?.['target'])?.url, node, deeper)
    case 'resource-hyperlink': case 'embedded-resource-inline': return otherSpace(node, deeper)
    case 'embedded-entry-inline': return embedded(node, true, deeper)
    case 'embedded-asset-inline': return embeddedAsset(node, deeper)
    default: return isBlock(node) && childrenOf(node).length === 0 ? unknown(node, deeper) : inlines(node, deeper)
  }
}

function otherSpace(node: RichTextNode, rendering: Rendering): string {
  rendering.targets.problem('it refers to another space, which is not read', 'link to the page of that entry in its place.')
  return inlines(node, rendering)
}

const tags: Readonly<Record<string, string>> = { code: 'code', bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's', superscript: 'sup', subscript: 'sub' }

/** Always in one order, however the editor set them: code innermost. */
function marked({ value = '', marks = [] }: RichTextNode): string {
  const own = new Set(Array.isArray(marks) ? marks.map((mark) => (isRecord(mark) ? mark['type'] : '')) : [])
  const text = escapeHtml(String(value)).replace(/\r?\n/g, '<br>\n')
  return text === '' ? '' : Object.entries(tags).reduce((html, [mark, tag]) => (own.has(mark) ? `<${tag}>${html}</${tag}>` : html), text)
}

/** Nothing that a browser would run. */
export function isSafeAddress(uri: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f]/.test(uri)) return false
  return /^(?:https?:|mailto:|tel:)/i.test(uri) || !/^[^/?#]*:/.test(uri)
}

function hyperlink(node: RichTextNode, rendering: Rendering): string {
  const uri = typeof node.data?.['uri'] === 'string' ? node.data['uri'].trim() : ''
  if (uri !== '' && isSafeAddress(uri)) return link(uri, node, rendering)
  rendering.targets.problem(`it links to ${JSON.stringify(uri.slice(0, 80))}, which is no safe address; only its text is shown`, 'link to an address with https://, mailto: or tel:, or to one of this site.')
  return inlines(node, rendering)
}

function entryLink(node: RichTextNode, rendering: Rendering): string {
  const target = rendering.targets.entry(node.data?.['target'])
  if (target !== undefined && target.href === undefined) rendering.targets.problem(`it links to "${target.title}" (${target.type} ${target.id}), which has no page; only the text is shown`, 'give that content type a mapping, or take the link out.')
  return link(target?.href, node, rendering)
}

function link(href: string | undefined, node: RichTextNode, rendering: Rendering): string {
  const html = inlines(node, rendering)
  return href === undefined ? html : `<a href="${escapeHtml(href)}">${html}</a>`
}

function embedded(node: RichTextNode, isInline: boolean, { targets, depth }: Rendering): string {
  const target = targets.entry(node.data?.['target'])
  if (target === undefined) return ''
  if (target.code !== undefined) return isInline ? `<code>${escapeHtml(target.code.code)}</code>` : codeBlock(target.code.language, target.code.code)
  if (target.show !== undefined && depth <= deepest) return `${target.show(isInline, depth + 1)}${isInline ? '' : '\n'}`
  if (isInline && target.href !== undefined) return `<a href="${escapeHtml(target.href)}">${escapeHtml(target.title)}</a>`
  targets.problem(`nothing says how "${target.title}" (${target.type} ${target.id}) is shown; it is left out`, `give contentful() a function for \`embeds.${target.type}\`.`)
  return ''
}

function embeddedAsset(node: RichTextNode, { targets, count }: Rendering): string {
  const asset = targets.asset(node.data?.['target'])
  if (asset === undefined) return ''
  const url = escapeHtml(asset.url)
  if (asset.contentType.startsWith('video/')) return `<video src="${url}" controls preload="metadata"></video>\n`
  if (asset.contentType.startsWith('audio/')) return `<audio src="${url}" controls preload="metadata"></audio>\n`
  if (!asset.contentType.startsWith('image/')) return `<p><a href="${url}">${escapeHtml(asset.title || asset.fileName)}</a></p>\n`
  const size = asset.width === undefined ? '' : ` width="${asset.width}" height="${asset.height}"`
  const srcset = asset.srcset === undefined ? '' : ` srcset="${escapeHtml(asset.srcset)}" sizes="${escapeHtml(asset.sizes ?? '')}"`
  // The first picture is likely seen at once.
  return `<p><img src="${url}"${srcset} alt="${escapeHtml(asset.alt)}"${size}${count.images++ === 0 ? '' : ' loading="lazy"'} decoding="async"></p>\n`
}
