// The quick reader of HTML tells what the parser tells, or refuses.
import { tests } from 'commonmark-spec'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import Markdown from 'markdown-it'
import { expect, test } from 'vitest'
import { readTameHtml, type HtmlEvents } from '../../src/render/html-tame.ts'

type Told = (readonly [string, ...unknown[]])[]
const voids = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr'])

/** Texts that follow each other are one. */
function listen(): HtmlEvents & { told: Told } {
  const told: Told = []
  return {
    told,
    onopentag: (name, attributes) => { told.push(['open', name, Object.entries(attributes)]) },
    onclosetag: (name) => { if (!voids.has(name)) told.push(['close', name]) },
    ontext(text) {
      const last = told.at(-1)
      if (last?.[0] === 'text') told[told.length - 1] = ['text', `${String(last[1])}${text}`]
      else told.push(['text', text])
    },
  }
}

function expectSame(html: string): boolean {
  const [quick, full] = [listen(), listen()]
  if (!readTameHtml(html, quick)) return false
  new Parser(full).end(html)
  expect(quick.told, html).toEqual(full.told)
  return true
}

test('what markdown makes of the examples of CommonMark', () => {
  const md = new Markdown({ html: true })
  const read = tests.filter(({ markdown }) => expectSame(md.render(markdown)))
  // Most are tame, so that the test says something.
  expect(read.length).toBeGreaterThan(400)
})

test('any mixture of tags and texts', () => {
  const pieces = ['<p>', '</p>', '<ul>', '</ul>', '<li>', '</li>', '<table>', '<thead>', '<tbody>', '<tr>', '<td>', '<th>', '</td>', '</tr>', '</thead>', '</tbody>', '</table>', '<h2 id="x">', '</h2>', '<a href="/x?a&amp;b" class="y">', '</a>', '<a title="a" title="b">', '<em>', '</em>', '<br>', '<br/>', '<hr>', '<img src="x" alt="">', '<img alt>', '<pre>', '</pre>', '<code>', '</code>', '<div>', '</div>', '<option>', '<form>', '<button>', '<svg>', '<P>', '<!-- c -->', '<', '>', '&', '&lt;', '&amp;lt;', '&quot', '&nbsp;', '&copy', 'text', '"', '\0', '\r\n', '日本', '<script>', '</script>', '<blockquote>', '</blockquote>', '<dd>', '<x-y>', '<a constructor="x">', '</br>', '</p >']
  let read = 0
  fc.assert(fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => { if (expectSame(parts.join(''))) read++ }), { numRuns: 20_000, seed: 5 })
  expect(read).toBeGreaterThan(1000)
})

test('elements that are nested as they should be', () => {
  const leaf = fc.constantFrom('text', 'a &lt; b &amp; c', '<br>', '<img src="x" alt="">', '')
  const tree = fc.letrec((tie) => ({
    inline: fc.oneof({ maxDepth: 3 }, leaf, fc.tuple(fc.constantFrom('em', 'code', 'strong', 'span lang="x"'), tie('inline')).map(([name, inner]) => `<${name}>${String(inner)}</${name.split(' ')[0]}>`)),
    block: fc.oneof({ maxDepth: 4 }, tie('inline').map((inner) => `<p>${String(inner)}</p>`), fc.tuple(fc.constantFrom('blockquote', 'div', 'section'), fc.array(tie('block'), { maxLength: 3 })).map(([name, inner]) => `<${name}>${inner.join('\n')}</${name}>`), fc.array(tie('block'), { maxLength: 3 }).map((inner) => `<ul>${inner.map((one) => `<li>${String(one)}</li>`).join('')}</ul>`)),
  }))
  fc.assert(fc.property(tree.block, (html) => { expect(expectSame(String(html))).toBe(true) }), { numRuns: 2000, seed: 6 })
})
