import { describe, expect, test } from 'vitest'
import { createShelf } from '../../src/build/shelf.ts'
import type { StoreRef } from '../../src/build/store.ts'
import type { Entry } from '../../src/core/types.ts'
import type { Digest } from '../../src/util/hash.ts'
import { makeEntry } from '../support/bodies.ts'

function createScratch(): { texts: (string | undefined)[]; cache: Parameters<typeof createShelf>[1] } {
  const texts: (string | undefined)[] = []
  const scratch = { put: (text: string): StoreRef => [texts.push(text) - 1, text.length, '' as Digest], get: ([index]: StoreRef) => texts[index], size: () => 0, close: () => undefined }
  return { texts, cache: { scratch, damaged: () => new Error('damaged') } as never }
}
const entries = (): Entry[] => ['one', 'two'].map((text) => makeEntry(text))

describe('the texts of a large site', () => {
  test('stay where they are if they are few', () => {
    expect(createShelf(entries(), createScratch().cache)).toBeUndefined()
    expect(createShelf(entries(), createScratch().cache, 7)).toBeUndefined()
  })
  test('are put aside and read again', () => {
    const { texts, cache } = createScratch()
    const [one, two] = entries() as [Entry, Entry]
    createShelf([one, two], cache, 6)?.(one)
    expect(texts).toEqual(['one'])
    expect(Object.getOwnPropertyDescriptor(one.body, 'text')?.value).toBeUndefined()
    expect([one.body.kind, one.body.text, two.body.text]).toEqual(['markdown', 'one', 'two'])
  })
  test('that are gone begin the build anew', () => {
    const { texts, cache } = createScratch()
    const [one] = entries() as [Entry]
    createShelf([one], cache, 0)?.(one)
    texts[0] = undefined
    expect(() => one.body.text).toThrow('damaged')
  })
})
