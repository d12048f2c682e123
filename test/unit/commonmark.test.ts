import { tests } from 'commonmark-spec'
import { describe, expect, it } from 'vitest'
import { renderBody } from '../support/bodies.ts'

/** The spec writes tabs as arrows; XHTML's `<br />` is HTML's `<br>`. */
const examples = tests.map(({ markdown, html, number }) => ({ number, markdown: markdown.replaceAll('→', '\t'), html: html.replaceAll('→', '\t').replaceAll(' />', '>') }))

async function failing(extras: boolean): Promise<number[]> {
  const failed: number[] = []
  for (const { number, markdown, html } of examples) {
    const body = await renderBody(markdown, { markdown: { extras } })
    if (body.html.replaceAll(' />', '>') !== html) failed.push(number)
  }
  return failed
}

describe('CommonMark 0.31.2', () => {
  it('has 652 examples', () => {
    expect(examples.length).toBe(652)
  })

  it('is followed to the letter without extras', async () => {
    expect(await failing(false)).toEqual([])
  })

  it('differs with extras only where an extra has something to say', async () => {
    expect(await failing(true)).toEqual([])
  })
})
