import { tests } from 'commonmark-spec'
import fc from 'fast-check'
import Markdown, { type MarkdownIt } from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { speedUp } from '../../src/render/markdown-speed.ts'
import { createMarkdown } from '../../src/render/markdown.ts'
import { renderBody } from '../support/bodies.ts'

/** The spec writes tabs as arrows, and `<br />` for what is `<br>` in HTML. */
const examples = tests.map(({ markdown, html, number }) => ({ number, markdown: markdown.replaceAll('→', '\t'), html: html.replaceAll('→', '\t').replaceAll(' />', '>') }))

/** Raw HTML keeps its slashes. An empty quote may hold an end of line or not. */
const comparable = (html: string): string => html.replaceAll(' />', '>').replace('<blockquote></blockquote>', '<blockquote>\n</blockquote>')

async function failing(extras: boolean, undo = (html: string) => html): Promise<number[]> {
  const failed: number[] = []
  for (const { number, markdown, html } of examples) {
    const body = await renderBody(markdown, { markdown: { extras } })
    if (undo(comparable(body.html)) !== html) failed.push(number)
  }
  return failed
}

const withoutHeadingIds = (html: string): string => html.replace(/ <a class="anchor"[^>]*>#<\/a>/g, '').replace(/<(h[1-6]) id="[^"]*">/g, '<$1>')
const withoutLateImages = (html: string): string => html.replace(/(?: loading="lazy")? decoding="async"/g, '')
/** Bare addresses: `https://example.com` and `foo@bar.example.com` become links, also inside of what is no autolink for a space in it. */
const bareAddresses = [602, 608, 611, 612]

describe('CommonMark 0.31.2', () => {
  it('has 652 examples', () => {
    expect(examples.length).toBe(652)
  })

  it('is followed to the letter without extras', async () => {
    expect(await failing(false)).toEqual([])
  })

  it('differs with extras in ids of headings, hints for pictures and bare addresses, and in nothing else', async () => {
    expect(await failing(true, (html) => withoutLateImages(withoutHeadingIds(html)))).toEqual(bareAddresses)
    const headings = examples.filter(({ html }) => /<h[1-6]>/.test(html)).map(({ number }) => number)
    const images = examples.filter(({ html, markdown }) => html.includes('<img ') && !markdown.includes('<img')).map(({ number }) => number)
    expect(await failing(true)).toEqual([...new Set([...headings, ...images, ...bareAddresses])].sort((a, b) => a - b))
  })
})

describe('the faster markdown-it', () => {
  const create = (): MarkdownIt => new Markdown({ html: true, linkify: true, typographer: true })
  const stock = create()
  const fast = create()

  it('is applied to the version that is installed', () => {
    expect(speedUp(fast)).toBe(true)
  })

  it('leaves a version that it does not know alone', () => {
    const other = create()
    other.inline.ruler.at('text', () => false)
    expect(speedUp(other)).toBe(false)
    expect(other.block.State).toBe(stock.block.State)
  })

  /** With the keys of objects in one order. */
  const print = (value: unknown): string =>
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part))
  const same = (text: string): void => {
    const tokens = fast.parse(text, {})
    expect(print(tokens)).toBe(print(stock.parse(text, {})))
    expect(tokens.every((token) => token instanceof Markdown.Token)).toBe(true)
    expect(fast.render(text)).toBe(stock.render(text))
  }

  it('gives the same tokens for every example', () => {
    for (const { markdown } of examples) same(markdown)
  })

  it('gives the same tokens for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\n\n', '  \n', '\t', ' ', '    ', '> ', '- ', '1. ', '# ', '```\n', '~~~ js\n', '*', '**', '_', '`', '``', '~~', '[', ']', '](', ')', '![', '[a]: /b\n', '<', '>', '<b>', '</b>', '<div>\n', '<!-- ', ' -->', '&amp;', '&#0;', '\\', '"', "'", '--', '...', '|', '|-|-|\n', '---\n', '===\n', 'http://a.b/c', 'a@b.co', '\r\n', '\0', '😀', 'ü', '\u00a0', '\u2003', ' \n', '\t\n'),
      fc.string({ maxLength: 6 }),
      fc.lorem({ maxCount: 4 }),
    )
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => same(pieces.join(''))), { numRuns: 1500, seed: 7 })
  })

  it('gives the same addresses', () => {
    const piece = fc.oneof(fc.constantFrom('http://', 'https://', 'HTTP://', 'a.b', 'A.b', 'xn--a', '/', '//', '.', '..', '?', '#', ':', '@', '%20', '%', '&', '=', '-', '_', '~', '+', ' ', 'ü', '[', '\\', '*', "'", '"', '1', ':80', 'x'.repeat(70)), fc.string({ maxLength: 3 }))
    fc.assert(fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      expect(fast.normalizeLink(pieces.join(''))).toBe(stock.normalizeLink(pieces.join('')))
    }), { numRuns: 20_000, seed: 7 })
    for (const url of ['./a.md#b', 'https://a.b/c?d=e#f', '/a/b/', '../x.png', '#a', 'a.md', 'https://a.b', 'http://a-.b/', 'https://a..b/', 'https://-a.b/']) expect(fast.normalizeLink(url)).toBe(stock.normalizeLink(url))
  })
})

describe('rules that are asked only where they can start', () => {
  const create = (plugins: ((md: MarkdownIt) => void)[] = []): MarkdownIt => createMarkdown({ html: 'allow', extras: true, linkify: true, typographer: true, excerptWords: 50, plugins })
  /** Asks all rules everywhere. */
  const asksAll = (md: MarkdownIt): MarkdownIt => {
    const { inline } = md as unknown as { inline: { tokenize?: unknown; skipToken?: unknown } }
    expect([Object.hasOwn(inline, 'tokenize'), Object.hasOwn(inline, 'skipToken')]).toEqual([true, true])
    delete inline.tokenize
    delete inline.skipToken
    return md
  }
  const piece = fc.oneof(
    fc.constantFrom('\n', '\n\n', '  \n', ' ', '> ', '- ', '# ', '```\n', '*', '**', '_', '`', '``', '~~', '[', ']', '](', ')', '![', '[a]: /b\n', '[^n]', '[^n]: x\n', '^[', '{{ x }}', '{% y %}', '{', '<!-- more -->', '<!--more-->', '<', '>', '<b>', '</b>', '&amp;', '&', '\\', '\\*', '"', ':', '://', 'http://a.b/c', 'ftp:', 'a@b.co', '!', '|', '😀', 'ü', '\0', '+', '=', '[[toc]]', '[ ] ', '[!NOTE]\n'),
    fc.string({ maxLength: 4 }), fc.lorem({ maxCount: 3 }),
  )

  it('find the same', () => {
    const [quick, slow] = [create(), asksAll(create())]
    for (const { markdown } of examples) expect(quick.render(markdown)).toBe(slow.render(markdown))
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(quick.render(pieces.join(''))).toBe(slow.render(pieces.join('')))
    }), { numRuns: 1500, seed: 7 })
  })

  it('find the same beside those of plug-ins, which are asked everywhere', () => {
    const plugin = (md: MarkdownIt): void => {
      md.inline.ruler.before('text', 'x', (state, silent) => {
        if (state.src[state.pos] !== 'x') return false
        if (!silent) state.push('text', '', 0).content = 'X'
        state.pos++
        return true
      })
      md.inline.ruler.at('newline', () => false)
      md.inline.ruler.disable('strikethrough')
    }
    const [quick, slow] = [create([plugin]), asksAll(create([plugin]))]
    expect(quick.render('axb [x](/x)\nc ~~d~~')).toBe('<p>axb <a href="/x">X</a>\nc ~~d~~</p>\n')
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(quick.render(pieces.join('x'))).toBe(slow.render(pieces.join('x')))
    }), { numRuns: 500, seed: 7 })
  })

  it('find bare addresses where markdown-it does', () => {
    const plain = new Markdown({ html: true, linkify: true })
    plain.linkify.set({ fuzzyLink: false })
    const ours = createMarkdown({ html: 'allow', extras: true, linkify: true, typographer: false, excerptWords: 50, plugins: [] })
    const bare = fc.oneof(fc.constantFrom('http://a.b', 'https://a.b/c?d=e', 'a@b.co', 'www.a.b', '//a.b', 'mailto:a@b.co', 'ftp://a.b', ' ', ' ', '\n\n', '*', '**', '[', '](/x)', '`', '<a href="x">', '</a>', '<http://x.y>', '"', '.', 'a'), fc.lorem({ maxCount: 2 }))
    fc.assert(fc.property(fc.array(bare, { maxLength: 20 }), (pieces) => {
      expect(ours.render(pieces.join(''))).toBe(plain.render(pieces.join('')))
    }), { numRuns: 2000, seed: 7 })
  })
})
