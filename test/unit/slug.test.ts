import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeSlug, slugify } from '../../src/core/slug.ts'

describe('slugify', () => {
  test.each([
    ['Hello, World!', 'hello-world'],
    ['Crème brûlée', 'creme-brulee'],
    ['Straße nach Łódź', 'strasse-nach-lodz'],
    ['C', 'c'], ['C++', 'c-plus-plus'], ['C#', 'c-sharp'], ['.NET', 'dot-net'], ['F#', 'f-sharp'], ['ASP.NET', 'asp-net'],
    ['Issue #3', 'issue-3'], ['1+1', '1-plus-1'], ['don’t', 'dont'], ['R&D', 'r-d'],
    ['日本語', '日本語'], ['Привет, мир', 'привет-мир'], ['йод', 'йод'], ['हिन्दी', 'हिन्दी'], ['العربية', 'العربية'], ['한국어', '한국어'],
    ['ﬁne ｆｕｌｌ', 'fine-full'],
    ['🎉', 'u1f389'], ['...', 'u2e-u2e-u2e'], ['', 'untitled'], ['   ', 'untitled'],
    ['../../etc/passwd', 'etc-passwd'], ['a/b\\c', 'a-b-c'], ['<script>', 'script'],
  ])('%j -> %j', (text, slug) => {
    expect(slugify(text)).toBe(slug)
  })

  test('is never empty, never unsafe, and stable', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const slug = slugify(text)
      expect(slug).toMatch(/^[\p{L}\p{N}\p{M}-]+$/u)
      expect(slug.length).toBeLessThanOrEqual(110)
      expect(slugify(slug)).toBe(slug)
    }))
  })

  test('keeps long texts with one beginning apart', () => {
    expect(slugify('a'.repeat(300) + 'x')).not.toBe(slugify('a'.repeat(300) + 'y'))
  })
})

describe('normalizeSlug', () => {
  test.each([
    ['My_Post.v2', 'My_Post.v2'], ['hello', 'hello'], ['Größe', 'Größe'],
    ['..', 'u2e-u2e'], ['a..b', 'a-b'], ['a/b', 'a-b'], ['.hidden', 'dot-hidden'], ['x'.repeat(300), slugify('x'.repeat(300))], ['a b', 'a-b'], ['%2e%2e', '2e-2e'],
  ])('%j -> %j', (text, slug) => {
    expect(normalizeSlug(text)).toBe(slug)
  })
})
