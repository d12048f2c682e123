// Puts the live script into a page on its way to a browser. The page itself stays as it is.
import type { OutputPath } from '../core/types.ts'

export const ownPath = '/__ssg/'

export interface InjectOptions {
  /** The file that is shown; the page for missing addresses is shown for many. */
  readonly output: OutputPath | ''
  readonly status: number
  /** How the file looks that is shown. */
  readonly look: string
  /** Stands for the state of styles, scripts and pictures. */
  readonly assets: string
  /** Address of the front page. */
  readonly home: string
}

/** At the start of the head: it must run before the page's own scripts. Never before the doctype, or the page is shown in quirks mode. */
export function injectLive(html: Buffer, { output, status, look, assets, home }: InjectOptions): Buffer {
  const tag = Buffer.from(`<script src="${ownPath}live.js" data-output="${escapeAttribute(output)}" data-status="${status}" data-look="${escapeAttribute(look)}" data-assets="${escapeAttribute(assets)}" data-home="${escapeAttribute(home)}"></script>`)
  // Every byte is a character, so that offsets are those of the bytes.
  const text = html.toString('latin1')
  const start = /<head(?:\s[^>]*)?>/i.exec(text) ?? /^\s*<!doctype[^>]*>/i.exec(text)
  const after = start === null ? 0 : start.index + start[0].length
  return Buffer.concat([html.subarray(0, after), tag, html.subarray(after)])
}

export function escapeAttribute(text: string): string {
  return text.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
