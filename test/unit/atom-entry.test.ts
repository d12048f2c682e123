// An entry that is put together gives the bytes that the package `feed` writes, wherever these are right.
import fc from 'fast-check'
import { Feed } from 'feed'
import { expect, test } from 'vitest'
import { fillAtomEntry, type AtomEntry } from '../../dist/src/core/atom-entry.js'

function byThePackage({ title, summary, content, id, link, updated, published, author, terms }: AtomEntry): string {
  const feed = new Feed({ title: '', id: '', updated })
  feed.addItem({ title, description: summary, content, id, link, date: updated, published, ...(author && { author: [author] }), category: terms.map((term) => ({ term })) })
  const atom = feed.atom1()
  return atom.slice(atom.indexOf('\n    <entry>'), atom.lastIndexOf('\n</feed>'))
}

const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'é', '日', '&', '&amp;', '"', "'", '>', ' ', 'term0;', 'title', '$&', '$1', '\n') }), fc.string()).map((value) => value.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '').replaceAll(']]>', ''))
const filled = text.map((value) => `x${value}`)
const moment = fc.date({ min: new Date(3), max: new Date('2099-01-01'), noInvalidDate: true })
const entry: fc.Arbitrary<AtomEntry> = fc.record({
  title: filled, summary: filled, content: filled, id: fc.uuid().map((uuid) => `urn:uuid:${uuid}`), link: fc.webUrl({ withQueryParameters: true, withFragments: true }), updated: moment, published: moment,
  // The package writes `<` in a term as it is.
  terms: fc.array(filled.map((term) => term.replaceAll('<', '')), { maxLength: 5 }),
  author: fc.option(fc.record({ name: filled.map((name) => name.replaceAll('<', '')), link: fc.webUrl() }), { nil: undefined }),
})

test('an entry is what the package writes', () => {
  fc.assert(fc.property(entry, (one) => { expect(fillAtomEntry(one)).toBe(byThePackage(one)) }), { numRuns: 2000, seed: 3 })
})

test('an author with the look of a mark changes nothing', () => {
  const one = { title: 'T', summary: 'S', content: 'C', id: 'urn:x:1', link: 'https://example.org/', updated: new Date(9), published: new Date(8), terms: ['a'], author: { name: '1970-01-01T00:00:00.002Z urn:mark:id', link: 'https://mark.invalid/' } }
  expect(fillAtomEntry(one)).toBe(byThePackage(one))
})

test('ids stay as they were given, and no term or text ends what it stands in', () => {
  const xml = fillAtomEntry({ title: 'a]]>b]]>', summary: 's', content: 'c', id: 'tag:Example.ORG,2020:a&b', link: 'https://example.org/', updated: new Date(0), published: new Date(0), terms: ['<b> "x" & y'], author: undefined })
  expect(xml).toContain('<id>tag:Example.ORG,2020:a&amp;b</id>')
  expect(xml).toContain('term="&lt;b> &quot;x&quot; &amp; y"')
  expect(xml).toContain('<![CDATA[a]]]]><![CDATA[>b]]]]><![CDATA[>]]>')
})
