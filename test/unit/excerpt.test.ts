import { describe, expect, it } from 'vitest'
import { createLinkResolver } from '../../src/render/links.ts'
import { countWords } from '../../src/render/markdown-text.ts'
import { makeEntry, renderBody } from '../support/bodies.ts'

describe('an excerpt', () => {
  it('goes up to the marker on a line of its own', async () => {
    const body = await renderBody('# Title\n\nOne *two*.\n\n- three\n\n<!-- more -->\n\nFour.')
    expect(body.excerpt).toBe('<h1>Title</h1>\n<p>One <em>two</em>.</p>\n<ul>\n<li>three</li>\n</ul>\n')
    expect(body.summary).toBe('Title One two. three')
    expect(body.html).not.toContain('more')
  })

  it.each(['<!--more-->', '<!-- more -->', '<!--  More -->', '   <!-- more -->   '])('knows the marker %j', async (marker) => {
    const body = await renderBody(`One.\n${marker}\nTwo.`)
    expect(body.excerpt).toBe('<p>One.</p>\n')
    expect(body.html).toBe('<p>One.</p>\n<p>Two.</p>\n')
  })

  it('goes up to the marker in a paragraph, a list or a quote, and is balanced', async () => {
    expect((await renderBody('One **two <!-- more --> three** four.')).excerpt).toBe('<p>One <strong>two </strong></p>\n')
    expect((await renderBody('- one\n- two\n\n  <!-- more -->\n\n  three\n- four')).excerpt).toBe('<ul>\n<li>\n<p>one</p>\n</li>\n<li>\n<p>two</p>\n</li>\n</ul>\n')
    expect((await renderBody('> one\n>\n> <!-- more -->\n>\n> two')).excerpt).toBe('<blockquote>\n<p>one</p>\n</blockquote>\n')
  })

  it('knows the marker where raw HTML is refused and in a body without extras', async () => {
    const body = await renderBody('One.\n\n<!-- more -->\n\nTwo <b>', { markdown: { html: 'escape', extras: false } })
    expect(body).toMatchObject({ excerpt: '<p>One.</p>\n', html: '<p>One.</p>\n<p>Two &lt;b&gt;</p>\n' })
  })

  it('takes no notice of a marker in code', async () => {
    expect((await renderBody('One `<!-- more -->` two.\n\n```\n<!-- more -->\n```\n')).excerpt).toBe('<p>One <code>&lt;!-- more --&gt;</code> two.</p>\n')
  })

  it('is else the first paragraph: no heading, picture, alert, list or template syntax', async () => {
    const source = '# Title\n\n![map](a.png)\n\n> [!NOTE]\n> Note.\n\n- list\n\n{% include x %}\n\n[[toc]]\n\n<div>raw</div>\n\nThe *first*\nparagraph.\n\nThe second.'
    expect(await renderBody(source)).toMatchObject({ excerpt: '<p>The <em>first</em>\nparagraph.</p>\n', summary: 'The first paragraph.' })
  })

  it('is else the first words', async () => {
    const body = await renderBody('- one two three\n- four five\n', { markdown: { excerptWords: 4 } })
    expect(body).toMatchObject({ excerpt: '<p>one two three four…</p>\n', summary: 'one two three four…' })
    expect(await renderBody('## <Only> a & heading')).toMatchObject({ excerpt: '<p>a &amp; heading</p>\n' })
  })

  it('is empty for an empty body', async () => {
    expect(await renderBody('')).toMatchObject({ html: '', excerpt: '', summary: '', wordCount: 0, toc: [], links: [], diagnostics: [] })
    expect(await renderBody('```\ncode\n```')).toMatchObject({ excerpt: '', summary: '', wordCount: 0 })
  })

  it('has no ids, no anchors, no footnotes and no contents', async () => {
    const body = await renderBody('[[toc]]\n\n## Title\n\nText[^1] ^[note] end.\n\n<!-- more -->\n\n[^1]: Foot.')
    expect(body.excerpt).toBe('<h2>Title</h2>\n<p>Text  end.</p>\n')
    expect(body.html).toContain('id="fn-hello-1"')
  })

  it('links to parts of its own page through that page', async () => {
    const entry = makeEntry('See [below](#part) and [that](#part "T").\n\n## Part')
    const resolveLink = createLinkResolver({ entries: [entry], held: [], settings: { basePath: '/blog/' }, findAsset: () => undefined })
    const body = await renderBody(entry.body, { resolveLink })
    expect(body.html).toContain('<a href="#part">below</a>')
    expect(body.excerpt).toBe('<p>See <a href="/blog/posts/hello/#part">below</a> and <a href="/blog/posts/hello/#part" title="T">that</a>.</p>\n')
  })

  it('closes raw HTML that its end has cut', async () => {
    expect((await renderBody('<section>\n\nOne <b>two.\n\n<!-- more -->\n\n</b></section>')).excerpt).toBe('<section>\n<p>One <b>two.</b></p>\n</section>')
  })
})

describe('a summary', () => {
  it('is plain text on one line, with entities decoded', async () => {
    expect((await renderBody('A &amp; B &lt;c&gt;\n<i>d</i> `e <f>`\\\ng')).summary).toBe('A & B <c> d e <f> g')
  })

  it('is cut at a word', async () => {
    const { summary } = await renderBody('word, '.repeat(100))
    expect(summary.length).toBeLessThanOrEqual(301)
    expect(summary).toMatch(/word…$/)
  })

  it('is cut between characters where there are no words', async () => {
    const { summary } = await renderBody('😀'.repeat(1000))
    expect(summary.length).toBeLessThanOrEqual(301)
    expect(summary).toMatch(/^(?:😀)+…$/)
  })
})

describe('the number of words', () => {
  it.each([
    ['', 0], ['one', 1], ['one  two\nthree', 3], ["it's well-known", 2], ['— - …', 0], ['3 × 4', 2], ['über größe', 2], ['Привет мир', 2], ['안녕하세요 세계', 2], ['日本語の文章です', 4], ['中文 and English', 3],
  ])('of %j is %i', (text, count) => {
    expect(countWords(text)).toBe(count)
  })

  it('of a body leaves out its code', async () => {
    expect((await renderBody('# One two\n\nThree `four` [five](x).\n\n```js\nsix seven\n```\n\n    eight\n\n| nine |\n|---|\n| ten |\n')).wordCount).toBe(7)
  })
})
