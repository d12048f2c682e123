// Bodies and blocks of code as they lie in the cache come back as they were, whatever is in them.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHtmlRecord, writeHtmlRecord } from '../../src/build/html-record.ts'
import { openStore } from '../../src/build/store.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('<p class="a">', '\n', '\\', '"', '{', '}', '\r\n', '\0', '\u2028', 'é', '…', '😀', '\ud83d', '\ude00')).map((parts) => parts.join('')),
)
const record = fc.record({ html: text, unknownLanguage: text, toc: fc.array(fc.record({ id: text, level: fc.nat(6) })) }, { requiredKeys: ['html'] })

test('through a file, in whatever sizes', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'records-'))
  try {
    const store = openStore(path.join(folder, 'store'))
    const put = (value: { readonly html: string }): (() => void) => {
      const ref = store.put(writeHtmlRecord(value))
      return () => expect(readHtmlRecord(store.get(ref)!)).toEqual(value)
    }
    const checks: (() => void)[] = []
    fc.assert(fc.property(record, (value) => {
      checks.push(put(value))
      if (checks.length % 3 === 0) checks.at(-2)!()
    }), { numRuns: 500 })
    for (const size of [1, 349_525, 349_526, 1_048_576, 3_000_001]) checks.push(put({ html: 'é'.repeat(size) }), put({ html: '' }))
    for (const check of checks) check()
    const bytes = store.size()
    store.close()
    expect(fs.statSync(path.join(folder, 'store')).size).toBe(bytes)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})
