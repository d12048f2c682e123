import { describe, expect, test } from 'vitest'
import { bundledThemes, bundledThemesInfo } from 'shiki/themes'
import type { HighlightConfig } from '../../src/core/settings.ts'
import { SsgError } from '../../src/core/diagnostic.ts'
import { contrastOf } from '../../src/render/highlight-contrast.ts'
import { backgrounds } from '../../src/render/highlight-css.ts'
import { createHighlighter, type CodeBlock, type HighlightedCode, type Highlighter, type HighlightStore } from '../../src/render/highlight.ts'
import { generateBlocks } from '../../bench/code-blocks.ts'

const config: Required<HighlightConfig> = {
  themes: { light: 'github-light-default', dark: 'github-dark-default' }, aliases: {}, languages: [], lineNumbers: false, maxLineLength: 2000,
}
const highlighter = createHighlighter(config)

async function highlight(block: CodeBlock, options: Partial<HighlightConfig> = {}): Promise<HighlightedCode> {
  const own = Object.keys(options).length > 0 ? createHighlighter({ ...config, ...options }) : highlighter
  return first(own, block)
}

async function first(own: Highlighter, block: CodeBlock): Promise<HighlightedCode> {
  return (await own.highlight([block]))[0]!
}

async function htmlOf(info: string, code: string, options: Partial<HighlightConfig> = {}): Promise<string> {
  return (await highlight({ info, code }, options)).html
}

/** What a reader sees, without the elements. */
function textOf(html: string): string {
  const code = /<code[^>]*>([^]*)<\/code>/.exec(html)?.[1] ?? ''
  return code.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

describe('the HTML of a block', () => {
  test('plain code is escaped and has no elements', async () => {
    expect(await htmlOf('', 'a < b && "c"\n')).toBe('<figure class="code"><pre tabindex="0"><code>a &lt; b &amp;&amp; "c"</code></pre></figure>')
  })
  test.each(['text', 'plain', 'txt', 'plaintext', 'none', 'ansi', 'TEXT'])('%s is plain and not unknown', async (info) => {
    expect(await highlight({ info, code: 'let a' })).toEqual({ html: '<figure class="code"><pre tabindex="0"><code>let a</code></pre></figure>' })
  })
  test('runs of one colour share an element, white space has none of its own', async () => {
    expect(await htmlOf('ts', 'export const a = 1\n')).toBe(
      '<figure class="code" data-language="typescript"><pre tabindex="0"><code><span class="l6 d6">export const </span><span class="l8 d7">a </span><span class="l6 d6">= </span><span class="l8 d7">1</span></code></pre></figure>',
    )
  })
  test('an unknown language is plain, escaped and told', async () => {
    const result = await highlight({ info: 'no"pe<b> x', code: '<i>' })
    expect(result).toEqual({ html: '<figure class="code"><pre tabindex="0"><code>&lt;i&gt;</code></pre></figure>', unknownLanguage: 'no"pe<b>' })
  })
  test.each([['JS', 'javascript'], ['c++', 'cpp'], ['C#', 'csharp'], ['sh', 'shellscript'], ['py', 'python'], ['yml', 'yaml'], ['golang', undefined]])('%s is %s', async (name, id) => {
    expect(/data-language="(.*?)"/.exec(await htmlOf(name, 'x'))?.[1]).toBe(id)
  })
  test.each(generateBlocks(18).map(({ info, code }) => ({ info, code })))('the text of $info stays as it is', async (block) => {
    expect(`${textOf(await htmlOf(block.info, block.code))}\n`).toBe(block.code)
  })
  test('CRLF, no final newline, only newlines, nothing', async () => {
    expect(textOf(await htmlOf('js', 'a\r\nb\r\n'))).toBe('a\nb')
    expect(textOf(await htmlOf('js', 'a\nb'))).toBe('a\nb')
    expect(textOf(await htmlOf('js', '\n\n'))).toBe('\n')
    expect(textOf(await htmlOf('js', ''))).toBe('')
  })
})

describe('the info string', () => {
  const three = 'a\nb\nc\n'
  test('title, marks and line numbers', async () => {
    expect(await htmlOf('text {1,3} title="a <b>.ts" add={2}', three)).toBe(
      '<figure class="code"><figcaption>a &lt;b&gt;.ts</figcaption><pre tabindex="0"><code><mark class="line">a\n</mark><ins class="line">b\n</ins><mark class="line">c\n</mark></code></pre></figure>',
    )
    expect(await htmlOf('text lines', 'a')).toContain('<code class="numbered"><span class="line">a\n</span></code>')
    expect(await htmlOf('text {lines}', 'a')).toContain('<code class="numbered">')
    expect(await htmlOf('text lines=10', 'a')).toContain('<code class="numbered" style="counter-reset:line 9">')
    expect(await htmlOf('text lines=off', 'a', { lineNumbers: true })).not.toContain('numbered')
    expect(await htmlOf('text', 'a', { lineNumbers: true })).toContain('numbered')
  })
  test.each([
    ['text {1-2}', ['mark', 'mark', 'span']],
    ['text {2-}', ['span', 'mark', 'span']],
    ['text {3-1}', undefined],
    ['text {0}', undefined],
    ['text {9}', undefined],
    ['text {1-999999999999999999999}', ['mark', 'mark', 'mark']],
    ['text {1}{3}', ['mark', 'span', 'mark']],
    ['text{2}', ['span', 'mark', 'span']],
    ['{2}', ['span', 'mark', 'span']],
    ['text,ignore del={ 1 , 2 }', ['del', 'del', 'span']],
    ['text add=1', ['ins', 'span', 'span']],
    ['text add="1" del=\'3\'', ['ins', 'span', 'del']],
    ['text {1} del={1}', ['del', 'span', 'span']],
    ['text {x} {1 {2}} {3', ['span', 'mark', 'span']],
    ['text linesx subtitle=y', undefined],
  ])('%s', async (info, tags) => {
    const found = [...(await htmlOf(info, three)).matchAll(/<(\w+) class="line">/g)].map(([, tag]) => tag)
    expect(found).toEqual(tags ?? [])
  })
  test('comments mark lines and are taken out', async () => {
    const code = 'a // [!code ++]\nb <!-- [!code --] -->\nc /* [!code highlight:2] */\nd # [!code hl]\ne // [!code other]\n'
    const html = await htmlOf('text', code)
    expect(textOf(html)).toBe('a\nb\nc\nd\ne // [!code other]\n')
    expect([...html.matchAll(/<(\w+) class="line">/g)].map(([, tag]) => tag)).toEqual(['ins', 'del', 'mark', 'mark', 'span'])
  })
  test('hostile info strings do no harm', async () => {
    const infos = ['"><script>', 'a"onload=x', 'text title="</figcaption><script>"', `text ${'{'.repeat(1e6)}`, `text ${'title="'.repeat(2e5)}`, `text {${'1,'.repeat(5e5)}}`, `text ${' '.repeat(1e6)}{1}`, '__proto__', 'constructor', 'text title=__proto__']
    for (const info of infos) expect(await htmlOf(info, 'x')).not.toMatch(/<script|"onload/)
  })
})

describe('limits', () => {
  test('a line that is too long is plain, the others are not', async () => {
    const html = await htmlOf('js', `let a\nlet ${'b'.repeat(2000)}\nlet c\n`)
    expect(html).toContain(`\nlet bbb`)
    expect(html.match(/<span/g)).toHaveLength(2)
  })
  test('a megabyte on one line, and a megabyte of short lines', async () => {
    const start = process.cpuUsage()
    expect(textOf(await htmlOf('js', '(['.repeat(5e5)))).toHaveLength(1e6)
    expect(await htmlOf('text {1-999999999}', 'ab\n'.repeat(3e5))).toContain('<mark')
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(5)
  })
  test.each(['json', 'js', 'python', 'html', 'css', 'yaml', 'markdown', 'go'])('10,000 open brackets in %s', async (info) => {
    const code = `${'[({<`'.repeat(350)}\n`.repeat(6)
    expect(`${textOf(await htmlOf(info, code))}\n`).toBe(code)
  })
})

describe('same input, same bytes', () => {
  test('whatever was met before', async () => {
    const markdown: CodeBlock = { info: 'md', code: '# a\n\n```js\nlet a = 1\n```\n' }
    const blocks = [...generateBlocks(18), markdown, { info: 'vue', code: '<script lang="ts">let a: string</script>\n<style lang="scss">a { b: c }</style>\n' }]
    const forward = createHighlighter(config)
    const backward = createHighlighter(config)
    const results = await forward.highlight(blocks)
    for (const [index, block] of [...blocks.entries()].toReversed()) expect(await first(backward, block)).toEqual(results[index])
    expect((await first(forward, markdown)).html).toContain('<span class="l6 d6">let</span> a')
    expect(await forward.css()).toBe(await createHighlighter(config).css())
  })
  test('a block that a store has needs nothing else', async () => {
    const kept = new Map<string, HighlightedCode>()
    const store: HighlightStore = { get: (key) => kept.get(key), set: (key, result) => kept.set(key, result) }
    const block = { info: 'js', code: 'let a' }
    const result = await first(createHighlighter(config, { store }), block)
    expect(kept.size).toBe(1)
    kept.set([...kept.keys()][0]!, { html: 'from the store' })
    expect((await first(createHighlighter(config, { store }), block)).html).toBe('from the store')
    expect((await first(createHighlighter({ ...config, lineNumbers: true }, { store }), { info: '', code: '' })).html).toContain('numbered')
    const other = createHighlighter({ ...config, themes: { light: 'min-light', dark: 'nord' } }, { store })
    expect(await first(other, block)).not.toEqual(result)
    expect(kept.size).toBe(3)
  })
})

describe('settings', () => {
  test('own names for languages, also over existing ones', async () => {
    expect(await htmlOf('conf', 'a = 1', { aliases: { conf: 'ini' } })).toContain('data-language="ini"')
    expect(await htmlOf('Txt2', 'a = 1', { aliases: { txt2: 'JSON' } })).toContain('data-language="json"')
    expect((await highlight({ info: 'x', code: '' }, { aliases: { x: 'nope' } })).unknownLanguage).toBe('x')
  })
  test('own grammars, with languages inside', async () => {
    const grammar = { name: 'shout', scopeName: 'source.shout', aliases: ['!!'], embeddedLangs: ['json'], patterns: [{ match: '[A-Z]+(?=!)', name: 'keyword.shout' }, { include: 'source.json' }] }
    const html = await htmlOf('!!', 'HELLO! true', { languages: [grammar] })
    expect(html).toContain('data-language="shout"')
    expect(html).toContain('<span class="l6 d6">HELLO</span>')
    expect(html).toContain('true</span>')
  })
  test.each([
    ['a grammar without a name', { languages: [{ scopeName: 'a' }] }],
    ['a grammar with a wrong pattern', { languages: [{ name: 'js', scopeName: 'source.x', patterns: [{ match: 5 }] }] }],
    ['a theme that does not exist', { themes: { light: 'github-lite', dark: 'nord' } }],
    ['a theme from Object.prototype', { themes: { light: 'min-light', dark: 'constructor' } }],
  ])('%s is an error', async (_, options) => {
    const failure = await highlight({ info: 'js', code: 'let a' }, options).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SsgError)
    expect((failure as SsgError).diagnostics[0]?.code).toBe('config-value')
  })
})

describe('the stylesheet', () => {
  test('has a rule for each class that occurs', async () => {
    const css = await highlighter.css()
    const blocks = generateBlocks(90)
    const results = await highlighter.highlight(blocks)
    const classes = new Set(results.flatMap(({ html }) => [...html.matchAll(/<span class="(.*?)"/g)].flatMap(([, names = '']) => names.split(' '))))
    expect(classes.size).toBeGreaterThan(12)
    for (const name of classes) expect(css).toContain(`.code .${name}{`)
  })
  test('is small', async () => {
    expect((await highlighter.css()).length).toBeLessThan(3500)
  })
  test('follows the system and the choice of the reader', async () => {
    const css = await highlighter.css()
    expect(css).toContain('@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]) .code')
    expect(css).toContain('@media screen{:root[data-theme=dark] .code')
  })
  test('every colour of every theme of shiki is readable on every background', async () => {
    for (const type of ['light', 'dark'] as const) {
      const names = bundledThemesInfo.filter((theme) => theme.type === type).map(({ id }) => id as keyof typeof bundledThemes)
      for (const name of names) {
        const css = await createHighlighter({ ...config, themes: type === 'light' ? { light: name, dark: 'nord' } : { light: 'min-light', dark: name } }).css()
        const colors = [...css.matchAll(type === 'light' ? /--l:(.*?)[;}]/g : /--d:(.*?)[;}]/g)].map(([, color = '']) => color).filter((color) => color !== 'inherit')
        expect(colors.length).toBeGreaterThan(3)
        for (const color of colors) for (const background of Object.values(backgrounds[type])) expect(contrastOf(color, background), `${name} ${color} ${background}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })
})
