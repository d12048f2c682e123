import { describe, expect, it } from 'vitest'
import type { MarkdownIt } from 'markdown-it'
import { createHighlighter } from '../../src/render/highlight.ts'
import { createLinkResolver, type LinkResolver } from '../../src/render/links.ts'
import { makeEntry, renderBody, type RenderOptions } from '../support/bodies.ts'

const html = async (text: string, options?: RenderOptions): Promise<string> => (await renderBody(text, options)).html
const anchor = (id: string): string => ` <a class="anchor" href="#${id}" aria-hidden="true" tabindex="-1">#</a>`
/** Finds nothing but `good.md`. */
const strict: LinkResolver = (raw) => (raw.includes('bad') ? { missing: `"${raw}" leads to nothing`, fix: 'did you mean "good.md"?' } : { href: raw.replace('good.md', '/good/') })
/** The problems as `code line:column`, with lines of the file, whose body starts on line 5. */
const problems = async (text: string, options: RenderOptions = { resolveLink: strict }): Promise<string[]> =>
  (await renderBody(text, options)).diagnostics.map(({ code, at }) => `${code} ${at?.line}:${at?.column}`)

describe('headings', () => {
  it('have ids from their texts, and a link that only the mouse needs', async () => {
    expect(await html('## Hello *big* `World`!')).toBe(`<h2 id="hello-big-world">Hello <em>big</em> <code>World</code>!${anchor('hello-big-world')}</h2>\n`)
  })

  it.each([
    ['# a', ['a']], ['# a\n# a\n# a', ['a', 'a-1', 'a-2']], ['# a-1\n# a\n# a', ['a-1', 'a', 'a-2']], ['# 日本語 見出し', ['日本語-見出し']], ['# Ünï cödé', ['ünï-cödé']], ['# !!!', ['section']], ['#\n#', ['section', 'section-1']],
    ['# __proto__\n# constructor', ['proto', 'constructor']], ['# fn-a-1', ['section-fn-a-1']], ['# A &amp; B', ['a--b']], ['# a_b', ['a_b']], ['Setext\n===', ['setext']],
    ['# Title {#mine}', ['mine']], ['# Other {#x}\n# x', ['x', 'x-1']], ['# x\n# Other {#x}', ['x-1', 'x']], ['# a {#x}\n# b {#x}', ['x', 'x-1']], ['# {#only}', ['only']], ['# a {#b"c}', ['a-bc']], ['# a {.b}', ['a-b']],
  ])('%j gets %j', async (text, ids) => {
    expect((await renderBody(text)).toc.map(({ id }) => id)).toEqual(ids)
  })

  it('give their own ids up', async () => {
    expect(await html('## Title {#mine}')).toBe(`<h2 id="mine">Title${anchor('mine')}</h2>\n`)
  })

  it('make the contents, without footnotes and pictures', async () => {
    expect((await renderBody('# One[^1] ![x](y)\n\n### Two *three*\n\n> ## Four\n\n[^1]: n')).toc).toEqual([
      { id: 'one', title: 'One', level: 1 },
      { id: 'two-three', title: 'Two three', level: 3 },
      { id: 'four', title: 'Four', level: 2 },
    ])
  })

  it('are listed where [[toc]] stands', async () => {
    const list = '<nav class="toc" aria-label="Contents">\n<ul>\n<li><a href="#a">A &lt;</a><ul>\n<li><a href="#b">B</a></li>\n<li><a href="#c">C</a></li>\n</ul>\n</li>\n<li><a href="#d">D</a></li>\n</ul>\n</nav>\n'
    expect(await html('[[toc]]\n\n## A &lt;\n#### B\n### C\n## D')).toContain(list)
    expect(await html('[[TOC]]')).toBe('')
    expect(await html('`[[toc]]` and [[toc]]')).toContain('<code>[[toc]]</code> and [[toc]]')
  })
})

describe('alerts', () => {
  it('are boxes with a title', async () => {
    expect(await html('> [!NOTE]\n> Some *text*.\n>\n> More.')).toBe('<div class="alert alert-note" role="note">\n<p class="alert-title">Note</p>\n<p>Some <em>text</em>.</p>\n<p>More.</p>\n</div>\n')
  })

  it.each(['NOTE', 'tip', 'Important', 'WARNING', 'CAUTION'])('know %s', async (kind) => {
    expect(await html(`> [!${kind}]\n> x`)).toContain(`class="alert alert-${kind.toLowerCase()}"`)
  })

  it('may have a list or nothing in them', async () => {
    expect(await html('> [!TIP]\n> - a')).toContain('<p class="alert-title">Tip</p>\n<ul>')
    expect(await html('> [!TIP]')).toBe('<div class="alert alert-tip" role="note">\n<p class="alert-title">Tip</p>\n</div>\n')
  })

  it.each(['> [!OTHER]\n> x', '> [!NOTE] x', '> x\n> [!NOTE]', '> [!constructor]\n> x', '> [!NOTE]: x', '[!NOTE]\nx', '> `[!NOTE]`\n> x'])('are not made of %j', async (text) => {
    expect(await html(text)).not.toContain('alert')
  })

  it('may stand in quotes and quotes in them', async () => {
    expect(await html('> > [!NOTE]\n> > a\n>\n> b')).toMatch(/^<blockquote>\n<div class="alert[^]*<\/div>\n<p>b<\/p>\n<\/blockquote>\n$/)
    expect(await html('> [!NOTE]\n> > a')).toMatch(/^<div[^]*<blockquote>[^]*<\/blockquote>\n<\/div>\n$/)
  })
})

describe('task lists', () => {
  it('have boxes with a label', async () => {
    expect(await html('- [ ] one\n- [x] *two*\n- three')).toBe(
      '<ul class="tasks">\n<li class="task"><label><input type="checkbox" disabled> one</label></li>\n<li class="task"><label><input type="checkbox" disabled checked> <em>two</em></label></li>\n<li>three</li>\n</ul>\n',
    )
  })

  it('may be loose, ordered and nested', async () => {
    const text = await html('1. [X] one\n\n   - [ ] two\n\n2. x')
    expect(text.match(/<input /g)?.length).toBe(2)
    expect(text).toContain('<ol class="tasks">')
  })

  it.each(['- [x]', '- [x](y)', '- [y] a', '- a [x] b', '[x] a', '- [x]a'])('are not made of %j', async (text) => {
    expect(await html(text)).not.toContain('<input')
  })
})

describe('footnotes', () => {
  it('lead there and back, under ids of this entry', async () => {
    expect(await html('A[^x] B[^x] C^[in *place*].\n\n[^x]: The note.\n\n    Second.')).toBe(
      '<p>A<sup class="footnote-ref"><a href="#fn-hello-1" id="fnref-hello-1" role="doc-noteref" aria-label="Footnote 1">1</a></sup> B<sup class="footnote-ref"><a href="#fn-hello-1" id="fnref-hello-1-2" role="doc-noteref" aria-label="Footnote 1">1</a></sup> C<sup class="footnote-ref"><a href="#fn-hello-2" id="fnref-hello-2" role="doc-noteref" aria-label="Footnote 2">2</a></sup>.</p>\n' +
        '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n' +
        '<li id="fn-hello-1"><p>The note.</p>\n<p>Second. <a class="footnote-back" href="#fnref-hello-1" role="doc-backlink" aria-label="Back to where footnote 1 is named">\u21a9\ufe0e</a> <a class="footnote-back" href="#fnref-hello-1-2" role="doc-backlink" aria-label="Back to where footnote 1 is named">\u21a9\ufe0e</a></p>\n</li>\n' +
        '<li id="fn-hello-2"><p>in <em>place</em> <a class="footnote-back" href="#fnref-hello-2" role="doc-backlink" aria-label="Back to where footnote 2 is named">\u21a9\ufe0e</a></p>\n</li>\n</ol>\n</section>\n',
    )
  })

  it('are left out if nothing names them, and stay as typed if there is none', async () => {
    expect(await html('A.\n\n[^x]: Never named.')).toBe('<p>A.</p>\n')
    expect(await html('A[^y].')).toBe('<p>A[^y].</p>\n')
  })

  it('may name others, themselves, and stand in quotes', async () => {
    const text = await html('A[^a].\n\n[^a]: See[^b].\n[^b]: See[^a].\n\n> [^c]: Quoted.\n\n[^c]')
    expect(text.match(/<li id="fn-/g)?.length).toBe(3)
  })

  it('keep hostile slugs out of their ids', async () => {
    expect(await html('A^[b]', { entry: { slug: 'a"><b>' } })).toContain('id="fnref-a-b--1"')
  })
})

describe('tables and pictures', () => {
  it('wraps tables so that they can scroll', async () => {
    expect(await html('| a | b |\n|---|--:|\n| c | d |')).toMatch(/^<div class="table" role="group" aria-label="Table" tabindex="0">\n<table>\n[^]*<td style="text-align:right">d<\/td>\n[^]*<\/table>\n<\/div>\n$/)
  })

  it('loads all pictures but the first one late', async () => {
    expect(await html('![a](a.png)\n![b *c*](b.png "T")')).toBe('<p><img src="a.png" alt="a" decoding="async">\n<img src="b.png" alt="b c" title="T" loading="lazy" decoding="async"></p>\n')
  })

  it('gives pictures the size that is known', async () => {
    const imageSize = (href: string): { width: number; height: number } | undefined => (href === 'a.png' ? { width: 3, height: 4 } : undefined)
    expect(await html('![](a.png)', { imageSize })).toBe('<p><img src="a.png" alt="" width="3" height="4" decoding="async"></p>\n')
  })

  it('tells the first picture, as published', async () => {
    expect((await renderBody('[x](y) ![a](good.md)\n\n![b](b.png)', { resolveLink: strict })).image).toBe('/good/')
    expect((await renderBody('<img src="good.md">\n\n![b](b.png)', { resolveLink: strict })).image).toBe('/good/')
    expect((await renderBody('none')).image).toBeUndefined()
  })
})

describe('options', () => {
  it('makes bare addresses links, but no names of files', async () => {
    expect(await html('https://a.org/b?c and README.md, setup.py, www.x.org')).toBe('<p><a href="https://a.org/b?c">https://a.org/b?c</a> and README.md, setup.py, www.x.org</p>\n')
    expect(await html('https://a.org', { markdown: { linkify: false } })).toBe('<p>https://a.org</p>\n')
  })

  it('leaves quotes and dashes alone unless asked', async () => {
    expect(await html('"a" -- b...')).toBe('<p>&quot;a&quot; -- b...</p>\n')
    expect(await html('"a" -- b...', { markdown: { typographer: true } })).toBe('<p>“a” – b…</p>\n')
  })

  it('lets raw HTML of trusted entries through, or escapes it', async () => {
    const text = '<div onclick="x">a</div>\n\n<b>c</b> <script>d</script>'
    expect(await html(text)).toBe('<div onclick="x">a</div>\n<p><b>c</b> <script>d</script></p>\n')
    expect(await html(text, { markdown: { html: 'escape' } })).toBe('<p>&lt;div onclick=&quot;x&quot;&gt;a&lt;/div&gt;</p>\n<p>&lt;b&gt;c&lt;/b&gt; &lt;script&gt;d&lt;/script&gt;</p>\n')
  })

  it('applies plug-ins once and names one that throws', async () => {
    let applied = 0
    const plugin = (md: MarkdownIt): void => {
      applied++
      md.core.ruler.push('own', (state) => {
        if (state.src.includes('boom')) throw new Error('went off')
        for (const token of state.tokens) if (token.type === 'paragraph_open') token.attrSet('class', 'own')
      })
    }
    expect(await html('a', { markdown: { plugins: [plugin] } })).toBe('<p class="own">a</p>\n')
    expect(applied).toBe(1)
    const body = await renderBody('boom', { markdown: { plugins: [plugin] } })
    expect(body.diagnostics).toMatchObject([{ severity: 'error', code: 'hook-failed', message: 'a markdown plug-in threw an error: went off', at: { file: 'content/posts/hello.md' } }])
    const broken = (): void => {
      throw new Error('no')
    }
    await expect(renderBody('a', { markdown: { plugins: [broken] } })).rejects.toThrow('hook-failed: markdown plug-in 1 threw an error: no')
  })

  it('lets a plug-in render pieces of its own', async () => {
    const plugin = (md: MarkdownIt): void => {
      md.renderer.rules['hr'] = () => md.render('# x [a](b.md) {{ c }} ![d](e) <b href="f">\n\n> [!NOTE]\n> [[toc]]\n\n- [x] d')
    }
    expect(await html('---', { markdown: { plugins: [plugin] } })).toContain('<h1 id="x-a--c">')
  })
})

describe('template syntax', () => {
  it('stays as typed', async () => {
    const text = '{{ a_b_c | "x" }} *{% if a * b %}* [x]({% link _posts/a_b.md %}) {{ "https://a.org" }}'
    expect(await html(text, { markdown: { typographer: true } })).toBe('<p>{{ a_b_c | &quot;x&quot; }} <em>{% if a * b %}</em> [x]({% link _posts/a_b.md %}) {{ &quot;https://a.org&quot; }}</p>\n')
  })

  it('is reported once each, where it stands', async () => {
    expect(await problems('{{ a }}\n\ntext {% b %}\n  and {{ c }} and {{ c }}\n\n> - # H {{ d }}\n\n| e | f |\n|---|---|\n| x | {{ y }} |\n\n![{{ alt }}](x.png)')).toEqual([
      'template-tag 5:1', 'template-tag 7:6', 'template-tag 8:7', 'template-tag 8:19', 'template-tag 10:9', 'template-tag 14:7', 'template-tag 16:3',
    ])
  })

  it('is reported on the line where it starts, with its text on one line', async () => {
    const body = await renderBody('a\nb {% link\n_posts/c.md %}')
    expect(body.diagnostics).toMatchObject([{ severity: 'warning', message: '`{% link _posts/c.md %}` is template syntax, and is left as typed', at: { line: 6, column: 3, length: 7 } }])
  })

  it('is reported in addresses and raw HTML too', async () => {
    expect(await problems('[a]({{site.url}}/x)\n\n<div>\n{{ a }}\n</div>\n\n<a href="{{ b }}">')).toEqual(['template-tag 5:1', 'template-tag 8:undefined', 'template-tag 11:undefined'])
    expect(await html('[a]({{site.url}}/x)')).toBe('<p><a href="%7B%7Bsite.url%7D%7D/x">a</a></p>\n')
  })

  it.each(['`{{ a }}`', '```\n{% a %}\n```', '    {{ a }}', '<pre>\n{{ a }}\n</pre>', '<code>{{ a }}</code>', '<!-- {{ a }} -->', '{ a } {} %} }}', '\\{{ a }}', '{{}}', '{% highlight js %}\n{{ a }}\n{% endhighlight %}', '$\\frac{a}{b}$'])('is none in %j', async (text) => {
    expect(await problems(text)).toEqual([])
  })

  it('makes {% highlight %} a block of code', async () => {
    const block = '<pre><code class="language-ruby">a &lt; b\n\n  c\n</code></pre>\n'
    expect(await html('{% highlight ruby %}\na < b\n\n  c\n{% endhighlight %}\n')).toBe(block)
    expect(await html('text\n{%- highlight ruby linenos -%}\na < b\n\n  c\n{%- endhighlight -%}\nmore')).toBe(`<p>text</p>\n${block}<p>more</p>\n`)
    expect(await html('- item\n\n  {% highlight ruby %}\n  a < b\n\n    c\n  {% endhighlight %}\n')).toBe(`<ul>\n<li>\n<p>item</p>\n${block}</li>\n</ul>\n`)
    expect(await html('{% highlight ruby %}a{% endhighlight %}')).toBe('<pre><code class="language-ruby">a\n</code></pre>\n')
  })

  it('leaves a {% highlight %} that is not closed as typed', async () => {
    const body = await renderBody('{% highlight ruby %}\na *b*\n\nend')
    expect(body.html).toBe('<p>{% highlight ruby %}\na <em>b</em></p>\n<p>end</p>\n')
    expect(body.diagnostics.map(({ code }) => code)).toEqual(['template-tag'])
    expect(await problems('- {% highlight x %}\n  a\n\nb\n\n{% endhighlight %}')).toEqual(['template-tag 5:3', 'template-tag 10:1'])
  })

  it('knows of {% highlight %} only with extras', async () => {
    expect(await problems('{% highlight x %}\na\n{% endhighlight %}', { markdown: { extras: false } })).toEqual(['template-tag 5:1', 'template-tag 7:1'])
  })
})

describe('links', () => {
  it('are resolved and listed in order, with lines', async () => {
    const body = await renderBody('[a](good.md#x "T")\ntext [b][r] ![c](p.png)\n\n> - <https://x.org> https://y.org\n>   [multi\n>   line](good.md)\n\n<a href="good.md">x</a>\n\n[r]: good.md', { resolveLink: strict })
    expect(body.links).toEqual([
      { raw: 'good.md#x', href: '/good/#x', line: 1 },
      { raw: 'good.md', href: '/good/', line: 2 },
      { raw: 'p.png', href: 'p.png', line: 2 },
      { raw: 'https://x.org', href: 'https://x.org', line: 4 },
      { raw: 'https://y.org', href: 'https://y.org', line: 4 },
      { raw: 'good.md', href: '/good/', line: 5 },
      { raw: 'good.md', href: '/good/', line: 8 },
    ])
    expect(body.html).toContain('<a href="/good/#x" title="T">a</a>')
    expect(body.html).toContain('<a href="/good/">x</a>')
  })

  it('that are broken are errors, located, and stay as written', async () => {
    const text = 'a\n  [b](bad.md) ![c](bad.png)\n\n1. x\n   > [d\n   > e](bad.md)\n\n| f | g |\n|---|---|\n| h | [i](bad.md) |\n\n<b>\n<img\nsrc="bad.png"></b>'
    expect(await problems(text)).toEqual(['link-broken 6:3', 'link-broken 6:15', 'link-broken 9:6', 'link-broken 14:7', 'link-broken 18:undefined'])
    const [first] = (await renderBody('[b](bad.md)', { resolveLink: strict })).diagnostics
    expect(first).toEqual({ severity: 'error', code: 'link-broken', message: '"bad.md" leads to nothing', fix: 'did you mean "good.md"?', at: { file: 'content/posts/hello.md', line: 5, column: 1 } })
    expect(await html('[b](bad.md)', { resolveLink: strict })).toBe('<p><a href="bad.md">b</a></p>\n')
  })

  it('are resolved as written, once', async () => {
    const seen: string[] = []
    await renderBody('[a](<b c.md>) [d](e%20f.md) [g](ü.md?x=1&y) <img src="h&amp;i.png" srcset="j.png 1x, k,l.png 2x">\n\n<!-- more -->\n\n[[toc]]', { resolveLink: (raw) => (seen.push(raw), { href: raw }) })
    expect(seen).toEqual(['b%20c.md', 'e%20f.md', '%C3%BC.md?x=1&y', 'h&i.png', 'j.png', 'k,l.png'])
  })

  it('in raw HTML keep every other byte', async () => {
    const raw = "<A  HREF = 'good.md' class=x>&nbsp;<IMG SRC=good.md alt='a > b'/><!-- <a href=\"good.md\"> --></A>\n"
    expect(await html(`<div>\n${raw}</div>\n`, { resolveLink: strict })).toBe(`<div>\n<A  href="/good/" class=x>&nbsp;<IMG src="/good/" alt='a > b'/><!-- <a href="good.md"> --></A>\n</div>\n`)
    expect(await html('<script>\nlet a = \'<a href="good.md">\'\n</script>\n', { resolveLink: strict })).toContain('href="good.md"')
  })
})

describe('code', () => {
  it('is plain and escaped without a highlighter', async () => {
    expect(await html('```js {1} title="<b>"\na < b\n```\n\n    c & d\n')).toBe('<pre><code class="language-js">a &lt; b\n</code></pre>\n<pre><code>c &amp; d\n</code></pre>\n')
  })

  it('is highlighted, and an unknown language is a warning', async () => {
    const highlighter = createHighlighter({ themes: { light: 'github-light', dark: 'github-dark' }, aliases: {}, languages: [], lineNumbers: false, maxLineLength: 2000 })
    const body = await renderBody('```js\nlet a = "<b>"\n```\n\n> ```nonsense\n> <x>\n> ```\n\n    plain <y>\n', { highlighter })
    expect(body.html).toContain('<figure class="code" data-language="javascript">')
    expect(body.html).toContain('&lt;x&gt;')
    expect(body.html).toContain('plain &lt;y&gt;')
    expect(body.diagnostics).toMatchObject([{ severity: 'warning', code: 'highlight-language', message: expect.stringContaining('"nonsense"') as string, at: { line: 9 } }])
    const hostile = { highlighter, entry: { trusted: false } }
    const safe = await renderBody('<b onclick="x">b</b>\n\n```js\nlet a = "<b>"\n```\n\n<pre><code class="language-js">let c = "&lt;d&gt;"</code></pre>', hostile)
    expect(safe.html.match(/<figure class="code" data-language="javascript">/g)?.length).toBe(2)
    expect(safe.html).toContain('<b>b</b>')
    const rich = await renderBody({ kind: 'html', text: '<p>a</p><pre><code class="language-js">let c = "&lt;d&gt;"</code></pre>' }, hostile)
    expect(rich.html).toMatch(/^<p>a<\/p><figure class="code"[^]*&lt;d&gt;[^]*<\/figure>$/)
  })
})

describe('bodies of strangers', () => {
  const stranger = { entry: { trusted: false } }

  it('keep what makes up an article', async () => {
    const text = '# T {#own}\n\n<details open><summary>S</summary>x</details>\n\nA<sup>1</sup> <img src="a.png" alt="b" width="3"> ^[note]\n\n- [x] d\n\n> [!NOTE]\n> n\n\n| a |\n|:-:|\n| b |\n\n[[toc]]\n\n```js\n1 < 2\n```'
    const safe = await html(text, stranger)
    const trusted = await html(text)
    expect(safe.replaceAll(' />', '>')).toBe(trusted)
  })

  it.each([
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<a href="jAvAsCrIpT&#58;alert(1)">x</a>', '<a href="\tjava\nscript:alert(1)">x</a>', '<a href="vbscript:x">x</a>', '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<iframe src="https://x.org"></iframe>', '<object data="x"></object>', '<embed src="x">', '<style>body{display:none}</style>', '<p style="position:fixed">x</p>', '<div class="overlay">x</div>', '<form action="x"><input name="password"><button>x</button></form>', '<meta http-equiv="refresh" content="0">', '<base href="https://x.org">', '<link rel="stylesheet" href="x">',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<!--><img src=x onerror=alert(1)>-->', '<pre><code data-info=\'"><img src=x onerror=alert(1)>\'>x</code></pre>', '<img srcset="javascript:alert(1) 1x">', '<video poster="javascript:alert(1)">', '<td background="javascript:alert(1)">',
  ])('lose %s', async (text) => {
    for (const result of [await html(`a ${text}\n\n${text}\n`, stranger), (await renderBody({ kind: 'html', text }, stranger)).html, (await renderBody(`a ${text} <!-- more -->`, stranger)).excerpt]) {
      expect(result.replace(/&lt;.*?&gt;|(?:alt|title)="[^"]*"/g, '')).not.toMatch(/<(?:script|svg|iframe|object|embed|style|form|button|meta|base|link|math)\b|\son\w+=|javascript:|vbscript:|data:|style=|overlay|password/i)
    }
  })
})

describe('hostile markdown', () => {
  it.each([
    '[a](javascript:alert(1))', '[a](JaVaScRiPt:alert(1))', '[a](&#106;avascript:alert(1))', '[a](<java\tscript:x>)', '<javascript:alert(1)>', '[a](data:text/html,x)', '[a](vbscript:x)', '[a]: javascript:x\n\n[a]',
    '![a" onerror="alert(1)](b.png "c\\" onload=\\"d")', '```js"><script>alert(1)</script>\nx\n```', '# a" onclick="b {#c" onclick="d}', '[a](b "c\\" onclick=\\"d")', '| a |\n|---|\n| <script> |', '- [x] <script>', '[^<script>]\n\n[^<script>]: x', '> [!NOTE]\n> <script>', '[[toc]]\n\n# <script>', '{{ <script> }}', '{% highlight "><script> %}\nx\n{% endhighlight %}',
  ])('%j does no harm', async (text) => {
    const body = await renderBody(text, { markdown: { html: 'escape' } })
    for (const result of [body.html, body.excerpt]) {
      const tags = result.replace(/"[^"]*"/g, '""').match(/<[^>]*>/g)?.join('') ?? ''
      expect(tags).not.toMatch(/<script|\son\w+=/i)
      expect(result).not.toMatch(/(?:href|src)="\s*(?:javascript|vbscript|data):/i)
    }
  })

  const repeat = (text: string, times: number): string => text.repeat(times)
  it.each<[string, string, string[]]>([
    ['nested quotes', repeat('> ', 10_000) + 'x', ['body-failed']],
    ['nested lists on a line', repeat('- ', 10_000) + 'x', ['body-failed']],
    ['nested lists on lines', Array.from({ length: 1000 }, (_, i) => `${repeat(' ', 2 * i)}- a`).join('\n'), ['body-failed']],
    ['brackets', repeat('[', 10_000) + repeat(']', 10_000), []],
    ['links in links', repeat('[', 10_000) + 'a' + repeat('](x)', 10_000), []],
    ['pictures in pictures', repeat('![', 1000) + 'a' + repeat('](x)', 1000), []],
    ['a megabyte on a line', repeat('lorem *ipsum* [dolor](x) `sit` ', 32_000), []],
    ['a megabyte without a space', repeat('a', 1_000_000), []],
    ['braces', repeat('{', 300_000), []],
    ['open tags', repeat('{% ', 100_000), []],
    ['many tags', repeat('a {{ b }} ', 20_000), ['template-tag']],
    ['open comments', repeat('<!-- ', 50_000), []],
    ['footnotes', Array.from({ length: 3000 }, (_, i) => `a[^${i}]\n\n[^${i}]: b`).join('\n\n'), []],
    ['footnotes in footnotes', repeat('^[', 2000) + 'a' + repeat(']', 2000), []],
    ['equal headings', repeat('# a\n', 10_000), []],
    ['equal chosen ids', repeat('# a {#a}\n', 10_000), []],
    ['lists of contents', repeat('[[toc]]\n\n# a\n\n', 5000), []],
    ['open highlights', repeat('> {% highlight a %}\n', 20_000) + '\n{% endhighlight %}', ['template-tag']],
    ['emphasis', repeat('**a _b ~~c ', 20_000), []],
    ['quotation marks', repeat(`"'`, 100_000), []],
    ['elements', repeat('<div>', 20_000), []],
    ['addresses', repeat('http://a.b ', 10_000), []],
    ['odd characters', '\0\u2028\ufeff\ud800 \udfff\u200b\r\r\n\u0085', []],
  ])('%s: seconds, not minutes', async (_, text, expected) => {
    // Strangers' raw HTML goes through the sanitiser too.
    for (const trusted of text.includes('<') ? [true, false] : [true]) {
      const started = performance.now()
      const body = await renderBody(text, { markdown: { typographer: true }, entry: { trusted } })
      expect(performance.now() - started).toBeLessThan(15_000)
      expect([...new Set(body.diagnostics.map(({ code }) => code))]).toEqual(expected)
    }
  })

  it('reports a body that is nested beyond what can be followed', async () => {
    const body = await renderBody({ kind: 'html', text: `${'<div>'.repeat(20_000)}<!-- more -->` })
    expect(body.diagnostics).toMatchObject([{ severity: 'error', code: 'body-failed', at: { file: 'content/posts/hello.md' } }])
  })
})

describe('other kinds of bodies', () => {
  it('makes paragraphs of plain text', async () => {
    expect(await renderBody({ kind: 'text', text: 'a <b>\r\nc\n \n\n*d* & "e"\n' })).toMatchObject({ html: '<p>a &lt;b&gt;<br>\nc</p>\n<p>*d* &amp; &quot;e&quot;</p>\n', excerpt: '<p>a &lt;b&gt;<br>\nc</p>\n', summary: 'a <b> c', wordCount: 5 })
  })

  it('reads HTML', async () => {
    const entry = makeEntry('')
    const resolveLink = createLinkResolver({ entries: [entry], held: [], settings: { basePath: '/b/' }, findAsset: () => undefined })
    const text = '<h2>One &amp; two</h2>\n<p></p><p>See <a href="./hello.md">it</a> <a href="#x">x</a>.\n<p><img src="/a.png"> &copy;<h3 id="own">Three</h3><a href="./bad.md">b</a>'
    const body = await renderBody({ kind: 'html', text }, { resolveLink })
    expect(body).toMatchObject({
      html: '<h2 id="one--two">One &amp; two</h2>\n<p></p><p>See <a href="/b/posts/hello/">it</a> <a href="#x">x</a>.\n<p><img src="/b/a.png"> &copy;<h3 id="own">Three</h3><a href="./bad.md">b</a>',
      excerpt: '<p>See <a href="/b/posts/hello/">it</a> <a href="/b/posts/hello/#x">x</a>.\n</p>',
      summary: 'See it x.',
      toc: [{ id: 'one--two', title: 'One & two', level: 2 }, { id: 'own', title: 'Three', level: 3 }],
      image: '/b/a.png',
      wordCount: 7,
      diagnostics: [{ code: 'link-broken', at: { line: 7 } }],
    })
    expect(body.links.map(({ line, href }) => `${line} ${href}`)).toEqual(['2 /b/posts/hello/', '2 #x', '3 /b/a.png', '3 ./bad.md'])
  })

  it('cuts HTML at the marker', async () => {
    for (const trusted of [true, false]) {
      const body = await renderBody({ kind: 'html', text: '<section id="a"><p>One</p><!-- more --><p>Two</p></section>' }, { entry: { trusted } })
      expect(body).toMatchObject({ html: '<section id="a"><p>One</p><p>Two</p></section>', excerpt: '<section><p>One</p></section>', summary: 'One' })
    }
  })
})

describe('ends of lines', () => {
  it('may be of any system', async () => {
    expect(await problems('a\r\n\r\n{{ b }}\r\r{{ c }}')).toEqual(['template-tag 7:1', 'template-tag 9:1'])
    expect(await html('# a\r\n\r\n```\r\nb\r\n```\r\n')).toBe(`<h1 id="a">a${anchor('a')}</h1>\n<pre><code>b\n</code></pre>\n`)
  })
})
