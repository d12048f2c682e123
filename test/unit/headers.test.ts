// Headers of other generators: what is one, what it says, and what is text.
import { describe, expect, test } from 'vitest'
import { parseFrontMatter } from '../../src/sources/front-matter.ts'

const read = async (text: string, bare = true): Promise<{ data: unknown; body: string; bodyLine: number; codes: string[]; locate: (key: string) => unknown }> => {
  const { data, body, bodyLine, diagnostics, locate } = await parseFrontMatter(text, 'a.md', { bare })
  return { data: { ...data }, body, bodyLine, codes: diagnostics.map(({ code }) => code), locate }
}

describe('a comment', () => {
  test.each([
    ['one dash more', '<!---\n.. title: A: b\n--->\nText', { title: 'A: b' }, 'Text', 4],
    ['lists, nothing and quotes', '<!--\n.. tags:\n.. - one\n.. - two words\n.. link:\n.. slug: "x"\n-->\n\nText', { tags: ['one', 'two words'], link: null, slug: 'x' }, '\nText', 8],
    ['empty lines before and in it', '\n\n<!--\n\n.. title: A\n\n.. date: 2012-03-30 23:00:00 UTC-03:00\n-->Text', { title: 'A', date: '2012-03-30 23:00:00 UTC-03:00' }, undefined, undefined],
    ['a value on two lines', '<!--\n.. description: one\n   two\n-->\n', { description: 'one two' }, '', 5],
  ])('%s', async (_, text, data, body, bodyLine) => {
    const found = await read(text)
    if (body === undefined) expect(found.data).toEqual({})
    else expect(found).toMatchObject({ data, body, bodyLine, codes: [] })
  })

  test('is a comment unless keys start it', async () => {
    expect(await read('<!-- more -->\nText')).toMatchObject({ data: {}, body: '<!-- more -->\nText' })
    expect(await read('Text\n<!--\n.. title: A\n-->')).toMatchObject({ data: {}, codes: [] })
  })

  test('that is not closed, and keys that are there twice or not allowed', async () => {
    expect((await read('<!--\n.. title: A\nText')).codes).toEqual(['front-matter-open'])
    const { data, codes } = await read('<!--\n.. title: A\n.. title: B\n.. __proto__: C\n-->\n')
    expect({ data, codes }).toEqual({ data: { title: 'A' }, codes: ['front-matter-key', 'front-matter-key'] })
  })

  test('knows its places', async () => {
    const { locate } = await read('<!--\n.. title: A\n.. date: soon\n-->\n')
    expect(locate('date')).toEqual({ line: 3, column: 10, length: 4 })
  })
})

describe('bare lines', () => {
  test.each([
    ['to an empty line', 'title: Why: so?\nid: x\nown: y\n\nText: with a colon', { title: 'Why: so?', id: 'x', own: 'y' }, 'Text: with a colon', 5],
    ['into the text', 'title: A\ntags: a, b\nNote: this is text.\n', { title: 'A', tags: 'a, b' }, 'Note: this is text.\n', 3],
    ['goes on in the next line', 'title: A\ndescription: one\n  two\n\nText', { title: 'A', description: 'one two' }, 'Text', 5],
    ['capitals', 'Title: A\n\nText', { title: 'A' }, 'Text', 3],
    ['nothing else', 'title: A', { title: 'A' }, '', 1],
  ])('%s', async (_, text, data, body, bodyLine) => {
    expect(await read(text)).toMatchObject({ data, body, bodyLine, codes: [] })
  })

  test('are text where nobody asked for them, or where no known key is first', async () => {
    expect(await read('title: A\n\nText', false)).toMatchObject({ data: {}, body: 'title: A\n\nText' })
    expect(await read('Remember: this is text.\n')).toMatchObject({ data: {}, body: 'Remember: this is text.\n' })
    expect(await read('---\ntitle: A\n---\nid: x')).toMatchObject({ data: { title: 'A' }, body: 'id: x' })
  })
})

test('TOML may be empty', async () => {
  expect(await read('+++\n+++\nText')).toMatchObject({ data: {}, body: 'Text', bodyLine: 3, codes: [] })
})
