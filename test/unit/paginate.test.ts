import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paginate } from '../../src/core/paginate.ts'
import type { Permalink } from '../../src/core/types.ts'

const base = '/posts/' as Permalink

test('an empty list is one empty page', () => {
  expect(paginate([], base, 10)).toEqual([{ permalink: '/posts/', members: [], pager: { number: 1, pageSize: 10, pageCount: 1, entryCount: 0, first: '/posts/', last: '/posts/' } }])
})

test('every member is on exactly one page, in order, and the pages are chained', () => {
  fc.assert(fc.property(fc.nat(300), fc.integer({ min: 1, max: 40 }), (count, pageSize) => {
    const members = Array.from({ length: count }, (_, i) => i)
    const pages = paginate(members, base, pageSize)
    expect(pages.flatMap((page) => page.members)).toEqual(members)
    expect(new Set(pages.map(({ permalink }) => permalink)).size).toBe(pages.length)
    for (const [i, { members: own, pager, permalink }] of pages.entries()) {
      expect(own.length).toBeLessThanOrEqual(pageSize)
      expect(pager.number).toBe(i + 1)
      expect(pager.previous).toBe(pages[i - 1]?.permalink)
      expect(pager.next).toBe(pages[i + 1]?.permalink)
      expect(pager.last).toBe(pages.at(-1)?.permalink)
      expect(permalink).toBe(i === 0 ? '/posts/' : `/posts/page/${i + 1}/`)
    }
  }))
})
