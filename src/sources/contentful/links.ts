// Links in values -> what stands for them: references to entries, pictures for assets. What leads nowhere is noted.
import type { Reference } from '../../core/types.ts'
import { readPicture, type Picture } from './assets.ts'
import { linkId, linkTypeOf } from './entities.ts'
import { pick, tellBroken, type Making, type Space } from './making.ts'

/** What is not there is undefined, and left out of a list; it is told once for all. */
export function convertLinks(making: Making, value: unknown, field: string, convert: (link: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => convertLinks(making, one, field, convert)).filter((one) => one !== undefined)
  if (linkTypeOf(value) === undefined) return value
  const converted = convert(value)
  if (converted === undefined) tellBroken(making, field, value)
  return converted
}

export function referenceOf({ edition: { space, suffix } }: Making, link: unknown): Reference | undefined {
  const id = linkId(link) ?? ''
  return space.entries.has(id) ? { $entry: `${nameOf(space)}:${id}${suffix}` } : undefined
}

/** The name of the source. */
export const nameOf = ({ options }: Space): string => options.name ?? 'contentful'

export function pictureOf({ edition, files }: Making, link: unknown): Picture | undefined {
  const { space, locale } = edition
  const asset = space.assets.get(linkId(link) ?? '')
  if (asset === undefined) return undefined
  const key = `${asset.id} ${locale}`
  if (!space.pictures.has(key)) {
    const { options } = space
    space.pictures.set(key, readPicture(asset, (field) => pick(asset.fields[field], edition.chain), { images: options.images, isDownload: options.assets === 'download', host: options.host ?? '', insecure: options.insecure ?? false }))
  }
  const known = space.pictures.get(key)
  if (known?.file !== undefined) files.push(known.file)
  return known?.picture
}
