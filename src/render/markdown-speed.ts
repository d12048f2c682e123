// Makes a markdown-it instance about twice as fast without changing what it does. As published, markdown-it 15 sets every field of
// every token and state through a helper function; here the same objects are made by plain constructors, put in at the places
// that markdown-it has for that. With another version, whose code differs, nothing is changed.
import Markdown, { type Env, type MarkdownIt, type StateInline, type Token } from 'markdown-it'
import { digest } from '../util/hash.ts'
import { ruleNamed } from './markdown-ruler.ts'

/** Gives whether it was applied. */
export function speedUp(md: MarkdownIt): boolean {
  if (!looksAsExpected(md)) return false
  md.core.State = FastStateCore as unknown as typeof md.core.State
  md.block.State = FastStateBlock as unknown as typeof md.block.State
  md.inline.State = FastStateInline as unknown as typeof md.inline.State
  md.inline.ruler.at('text', textRule)
  const normalize = ruleNamed(md.core.ruler, 'normalize')
  // Line ends are what they are to be already, and hardly a text has a NUL.
  if (normalize) md.core.ruler.at('normalize', (state) => { if (state.src.includes('\r') || state.src.includes('\0')) normalize(state) })
  const { normalizeLink } = md
  md.normalizeLink = (url) => (url.length < 500 && plainUrl.test(url) ? url : normalizeLink.call(md, url))
  return true
}

/** Addresses that normalizing leaves as they are. */
const plainUrl = /^(?:https?:\/\/[a-z\d][a-z\d-]{0,40}(?:\.[a-z\d][a-z\d-]{0,40}){0,4}(?=[/?#]|$))?(?:[\w.~-]|\/(?!\/))*(?:\?[\w.~/=&-]*)?(?:#[\w.~/=&-]*)?$/

// All is set in constructors: as fields of a class it would cost a call of its own until the optimiser has come to it.
class FastToken {
  declare map: Token['map']
  declare level: number
  declare children: Token['children']
  declare content: string
  declare markup: string
  declare info: string
  declare block: boolean
  declare hidden: boolean
  declare type: string
  declare tag: string
  declare attrs: Token['attrs']
  declare nesting: Token['nesting']
  declare meta: Token['meta']
  constructor(type: string, tag: string, nesting: Token['nesting']) {
    this.map = null
    this.level = 0
    this.children = null
    this.content = ''
    this.markup = ''
    this.info = ''
    this.block = false
    this.hidden = false
    this.type = type
    this.tag = tag
    this.attrs = null
    this.nesting = nesting
    this.meta = null
  }
}
Object.setPrototypeOf(FastToken.prototype, Markdown.Token.prototype)

/** With the methods of the prototype. */
const createToken = (type: string, tag: string, nesting: Token['nesting']): Token => new FastToken(type, tag, nesting) as unknown as Token

class FastStateCore {
  declare tokens: Token[]
  declare inlineMode: boolean
  declare Token: typeof FastToken
  declare src: string
  declare env: Env
  declare md: MarkdownIt
  constructor(src: string, md: MarkdownIt, env: Env) {
    this.tokens = []
    this.inlineMode = false
    this.Token = FastToken
    this.src = src
    this.env = env
    this.md = md
  }
}
Object.setPrototypeOf(FastStateCore.prototype, Markdown.StateCore.prototype)

class FastStateBlock {
  declare bMarks: number[]
  declare eMarks: number[]
  declare tShift: number[]
  declare sCount: number[]
  declare bsCount: number[]
  declare blkIndent: number
  declare line: number
  declare lineMax: number
  declare tight: boolean
  declare listIndent: number
  declare parentType: string
  declare level: number
  declare Token: typeof FastToken
  declare src: string
  declare md: MarkdownIt
  declare env: Env
  declare tokens: Token[]
  constructor(src: string, md: MarkdownIt, env: Env, tokens: Token[]) {
    this.bMarks = []
    this.eMarks = []
    this.tShift = []
    this.sCount = []
    this.bsCount = []
    this.blkIndent = 0
    this.line = 0
    this.lineMax = 0
    this.tight = false
    this.listIndent = -1
    this.parentType = 'root'
    this.level = 0
    this.Token = FastToken
    this.src = src
    this.md = md
    this.env = env
    this.tokens = tokens
    let start = 0
    while (start < src.length) {
      const found = src.indexOf('\n', start)
      const end = found === -1 ? src.length : found
      let offset = 0
      let pos = start
      for (; pos < end; pos++) {
        const char = src.charCodeAt(pos)
        if (char === 0x20) offset++
        else if (char === 0x09) offset += 4 - (offset % 4)
        else break
      }
      // Spaces at the very end are no line.
      if (found !== -1 || pos < end) addLine(this, start, end, pos - start, offset)
      start = end + 1
    }
    addLine(this, src.length, src.length, 0, 0)
    this.lineMax = this.bMarks.length - 1
  }
  push(type: string, tag: string, nesting: Token['nesting']): Token {
    const token = createToken(type, tag, nesting)
    token.block = true
    if (nesting < 0) this.level--
    token.level = this.level
    if (nesting > 0) this.level++
    this.tokens.push(token)
    return token
  }
}
Object.setPrototypeOf(FastStateBlock.prototype, Markdown.StateBlock.prototype)

function addLine(state: FastStateBlock, start: number, end: number, indent: number, offset: number): void {
  state.bMarks.push(start)
  state.eMarks.push(end)
  state.tShift.push(indent)
  state.sCount.push(offset)
  state.bsCount.push(0)
}

class FastStateInline {
  declare pos: number
  declare level: number
  declare pending: string
  declare pendingLevel: number
  declare cache: object
  /** In place of `cache`, which takes room for all places up to the last one. */
  declare skipped: Map<number, number> | undefined
  declare backticks: object
  declare backticksScanned: boolean
  declare skipHtmlSpecial: boolean
  declare linkLevel: number
  declare delimiters: StateInline['delimiters']
  declare _prev_delimiters: StateInline['_prev_delimiters']
  declare Token: typeof FastToken
  declare src: string
  declare env: Env
  declare md: MarkdownIt
  declare tokens: Token[]
  declare tokens_meta: StateInline['tokens_meta']
  declare posMax: number
  constructor(src: string, md: MarkdownIt, env: Env, tokens: Token[]) {
    this.pos = 0
    this.level = 0
    this.pending = ''
    this.pendingLevel = 0
    this.cache = {}
    this.skipped = undefined
    this.backticks = {}
    this.backticksScanned = false
    this.skipHtmlSpecial = false
    this.linkLevel = 0
    this.delimiters = []
    this._prev_delimiters = []
    this.Token = FastToken
    this.src = src
    this.env = env
    this.md = md
    this.tokens = tokens
    this.tokens_meta = Array(tokens.length)
    this.posMax = src.length
  }
  pushPending(): Token {
    const token = createToken('text', '', 0)
    token.content = this.pending
    token.level = this.pendingLevel
    this.tokens.push(token)
    this.pending = ''
    return token
  }
  push(type: string, tag: string, nesting: Token['nesting']): Token {
    if (this.pending) this.pushPending()
    const token = createToken(type, tag, nesting)
    let meta: { delimiters: StateInline['delimiters'] } | undefined
    if (nesting < 0) {
      this.level--
      this.delimiters = this._prev_delimiters.pop() as StateInline['delimiters']
    }
    token.level = this.level
    if (nesting > 0) {
      this.level++
      this._prev_delimiters.push(this.delimiters)
      this.delimiters = []
      meta = { delimiters: this.delimiters }
    }
    this.pendingLevel = this.level
    this.tokens.push(token)
    this.tokens_meta.push(meta)
    return token
  }
}
Object.setPrototypeOf(FastStateInline.prototype, Markdown.StateInline.prototype)

/** Characters at which other rules may start. */
export const terminators = new Uint8Array(128)
for (const char of '\n!#$%&*+-:<=>@[\\]^_`{}~') terminators[char.charCodeAt(0)] = 1

/**
 * The same as `text.charCodeAt(at)`. V8 has a dozen kinds of texts, and looks up the method of each anew where more than four are met, which
 * took longer than reading the character.
 */
export const charAt: (text: string, at: number) => number = (text, at) => charCodeAt.call(text, at)
const { charCodeAt } = String.prototype

/** Takes all up to the next one of these. */
export function textRule(state: StateInline, silent: boolean): boolean {
  const { src, pos: start, posMax } = state
  let pos = start
  for (; pos < posMax; pos++) {
    const char = charAt(src, pos)
    if (char < 128 && terminators[char] === 1) break
  }
  if (pos === start) return false
  if (!silent) state.pending += src.slice(start, pos)
  state.pos = pos
  return true
}

/** Of the code that is replaced here, in markdown-it 15.0.3. */
const knownCode = '0a0ce0c0482acb627d7fe6542d09d6da'

/** Set by the bundler, which compares before it writes all functions anew. */
declare const isMarkdownItKnown: boolean | undefined

/** `md`: fresh, without plugins. */
export function looksAsExpected(md: MarkdownIt): boolean {
  if (typeof isMarkdownItKnown !== 'undefined') return isMarkdownItKnown
  const { Token, StateCore, StateBlock, StateInline } = Markdown
  return digest([Token, StateCore, StateBlock, StateInline, md.inline.ruler.getRules('')[0], md.normalizeLink].join('\n')) === knownCode
}
