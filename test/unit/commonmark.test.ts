import { tests } from 'commonmark-spec'
import { describe, expect, it } from 'vitest'
import { renderBody } from '../support/bodies.ts'

/** The spec writes tabs as arrows, and `<br />` for what is `<br>` in HTML. */
const examples = tests.map(({ markdown, html, number }) => ({ number, markdown: markdown.replaceAll('→', '\t'), html: html.replaceAll('→', '\t').replaceAll(' />', '>') }))

/** Raw HTML keeps its slashes. An empty quote may hold an end of line or not. */
const comparable = (html: string): string => html.replaceAll(' />', '>').replace('<blockquote></blockquote>', '<blockquote>\n</blockquote>')

async function failing(extras: boolean, undo = (html: string) => html): Promise<number[]> {
  const failed: number[] = []
  for (const { number, markdown, html } of examples) {
    const body = await renderBody(markdown, { markdown: { extras } })
    if (undo(comparable(body.html)) !== html) failed.push(number)
  }
  return failed
}

const withoutHeadingIds = (html: string): string => html.replace(/ <a class="anchor"[^>]*>#<\/a>/g, '').replace(/<(h[1-6]) id="[^"]*">/g, '<$1>')
const withoutLateImages = (html: string): string => html.replace(/(?: loading="lazy")? decoding="async"/g, '')
/** Bare addresses: `https://example.com` and `foo@bar.example.com` become links, also inside of what is no autolink for a space in it. */
const bareAddresses = [602, 608, 611, 612]

describe('CommonMark 0.31.2', () => {
  it('has 652 examples', () => {
    expect(examples.length).toBe(652)
  })

  it('is followed to the letter without extras', async () => {
    expect(await failing(false)).toEqual([])
  })

  it('differs with extras in ids of headings, hints for pictures and bare addresses, and in nothing else', async () => {
    expect(await failing(true, (html) => withoutLateImages(withoutHeadingIds(html)))).toEqual(bareAddresses)
    const headings = examples.filter(({ html }) => /<h[1-6]>/.test(html)).map(({ number }) => number)
    const images = examples.filter(({ html, markdown }) => html.includes('<img ') && !markdown.includes('<img')).map(({ number }) => number)
    expect(await failing(true)).toEqual([...new Set([...headings, ...images, ...bareAddresses])].sort((a, b) => a - b))
  })
})
