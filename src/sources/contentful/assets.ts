// An asset of Contentful as templates and texts see it: a whole address, its size, and smaller versions by the Images API. No
// requests: what is to be downloaded is only named.
import { isRecord } from '../raw-entry.ts'
import type { AssetEntity } from './entities.ts'
import type { ImageOptions } from './options.ts'

export interface Picture {
  readonly id: string
  readonly url: string
  readonly title: string
  readonly description: string
  /** The description, else the title. */
  readonly alt: string
  readonly fileName: string
  readonly contentType: string
  readonly sizeBytes?: number
  /** Pixels; both or none. */
  readonly width?: number
  readonly height?: number
  readonly srcset?: string
  readonly sizes?: string
}

export interface AssetFile { readonly path: string; readonly url: string }

/** What browsers can show and the Images API can scale. */
const scalable = /^image\/(?:jpeg|png|webp|gif|avif|tiff)$/
const imageHost = /(?:^|\.)(?:ctfassets\.net|contentful\.com)$/
const mostPixels = 4000

export interface AssetOptions {
  readonly images: ImageOptions | undefined
  /** Copies are published with the site. */
  readonly isDownload: boolean
  /** Also where a gateway stands for the Images API. */
  readonly host: string
  readonly insecure: boolean
}

/** `undefined`: it has no file in this locale. `read` gives the value of a field. */
export function readPicture({ id }: Pick<AssetEntity, 'id'>, read: (field: string) => unknown, options: AssetOptions): { picture: Picture; file?: AssetFile } | undefined {
  const file = read('file')
  if (!isRecord(file) || typeof file['url'] !== 'string' || file['url'] === '') return undefined
  const remote = addressOf(file['url'], options.insecure)
  if (remote === undefined) return undefined
  const details = isRecord(file['details']) ? file['details'] : {}
  const image = isRecord(details['image']) ? details['image'] : {}
  const [width, height] = [image['width'], image['height']].map((pixels) => (typeof pixels === 'number' && pixels > 0 ? Math.round(pixels) : undefined))
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
  const fileName = text(file['fileName']) || 'file'
  const contentType = text(file['contentType']).toLowerCase()
  const path = options.isDownload ? `/assets/${[id, fileName].map(safeName).join('/')}` : undefined
  const isScalable = !options.isDownload && width !== undefined && scalable.test(contentType) && (imageHost.test(new URL(remote).hostname) || options.insecure)
  return {
    picture: {
      id, url: path ?? (isScalable ? scaled(remote, {}, options.images) : remote), title: text(read('title')), description: text(read('description')), alt: text(read('description')) || text(read('title')), fileName, contentType,
      ...(typeof details['size'] === 'number' && { sizeBytes: details['size'] }),
      ...(width !== undefined && height !== undefined && { width, height }),
      ...(isScalable && srcsetOf(remote, width, options.images)),
    },
    ...(path !== undefined && { file: { path, url: remote } }),
  }
}

/** Addresses come without a scheme. `insecure` is for what stands in for Contentful. */
function addressOf(url: string, insecure: boolean): string | undefined {
  const whole = url.startsWith('//') ? `https:${url}` : url
  if (!URL.canParse(whole) || !/^https?:$/.test(new URL(whole).protocol)) return undefined
  const address = new URL(whole)
  if (url.startsWith('//') && insecure && !imageHost.test(address.hostname)) address.protocol = 'http:'
  return address.href
}

function safeName(name: string): string {
  const clean = name.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '')
  return clean === '' ? 'file' : clean.slice(-100)
}

const defaultWidths = [480, 960, 1440, 1920]
const defaultSizes = '(max-width: 48rem) 100vw, 48rem'

function srcsetOf(url: string, width: number, images: ImageOptions | undefined): Pick<Picture, 'srcset' | 'sizes'> {
  const smaller = [...new Set(images?.widths ?? defaultWidths)].filter((one) => one < width && one <= mostPixels).sort((a, b) => a - b)
  if (smaller.length === 0) return {}
  const widths = width <= mostPixels ? [...smaller, width] : smaller
  return { srcset: widths.map((one) => `${scaled(url, one === width ? {} : { w: one }, images)} ${one}w`).join(', '), sizes: images?.sizes ?? defaultSizes }
}

function scaled(url: string, size: { readonly w?: number }, images: ImageOptions | undefined): string {
  const address = new URL(url)
  const wanted = { ...size, ...(images?.format && { fm: images.format }), ...(images?.quality !== undefined && { q: images.quality }) }
  for (const [key, value] of Object.entries(wanted)) address.searchParams.set(key, String(value))
  return address.href
}
