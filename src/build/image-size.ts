// Width and height of the pictures that this site publishes, so that pages do not jump while they load.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import type * as ImageSizes from 'image-size'
import { hrefOf, type Settings } from '../core/settings.ts'
import type { Pages } from '../core/pages.ts'

const headBytes = 1 << 18
// Needed only where there are pictures, by a function that does not wait: so not loaded with this module.
const require = createRequire(import.meta.url)

/** By the address that pages write. Pictures that cannot be read have no size; whether they exist is checked elsewhere. */
export function createImageSizes(pages: Pages, settings: Settings): (href: string) => ReturnType<typeof readSize> {
  const files = new Map(pages.of('asset').flatMap((page) => (/\.(?:png|jpe?g|gif|webp|avif|svg)$/i.test(page.file) ? [[hrefOf(settings, page.permalink), page.file] as const] : [])))
  const known = new Map<string, { width: number; height: number } | undefined>()
  return (href) => {
    const file = files.get(href)
    if (file === undefined) return undefined
    if (!known.has(file)) known.set(file, readSize(file))
    return known.get(file)
  }
}

function readSize(file: string): { width: number; height: number } | undefined {
  const { imageSize } = require('image-size') as typeof ImageSizes
  const fd = fs.openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(headBytes)
    const { width, height, orientation } = imageSize(bytes.subarray(0, fs.readSync(fd, bytes, 0, headBytes, 0)))
    return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height }
  } catch (error) {
    // The library throws on what it cannot read; the picture is still published, without a size.
    if (error instanceof Error) return undefined
    throw error
  } finally {
    fs.closeSync(fd)
  }
}
