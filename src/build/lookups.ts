// What bodies ask of the rest of the site: where links lead, and how large pictures are. Each answer is noted, for a body is as it was
// only as long as they are.
import path from 'node:path'
import type { Pages } from '../core/pages.ts'
import type { Settings } from '../core/settings.ts'
import type { Entry, EntryId, Permalink, Site } from '../core/types.ts'
import { createLinkResolver, isOutside, type LinkResolver } from '../render/links.ts'
import type { ImageSize } from '../render/markdown-context.ts'
import { detach } from '../util/detach.ts'
import { isInside, toPosix } from '../util/fs.ts'
import { createImageSizes } from './image-size.ts'
import type { BodyTrace } from './traces.ts'

/** Answers links and pictures, and notes what each body asked. */
export interface Lookups {
  readonly resolveLink: LinkResolver
  readonly imageSize: ImageSize
  /** What the body of this entry asked since the last time. */
  take(entry: Entry): BodyTrace['lookups']
  /** Whether all answers are still the same. */
  hold(entry: Entry, lookups: BodyTrace['lookups']): boolean
}

export function createLookups({ site, pages, settings }: { readonly site: Site; readonly pages: Pages; readonly settings: Settings }): Lookups {
  const { resolve, sizeOf } = answersOf(site, pages, settings)
  const noted = new Map<EntryId, Map<string, BodyTrace['lookups'][number]>>()
  const note = ({ id }: Entry, kind: 'link' | 'size', asked: string, answer: unknown): void => {
    let own = noted.get(id)
    if (own === undefined) noted.set(id, own = new Map())
    own.set(`${kind} ${asked}`, [kind, detach(asked), JSON.stringify(answer) ?? ''])
  }
  return {
    resolveLink(raw, from) {
      const answer = resolve(raw, from)
      if (!isOutside(raw)) note(from, 'link', raw, answer)
      return answer
    },
    imageSize(href, from) {
      const answer = sizeOf(href)
      note(from, 'size', href, answer)
      return answer
    },
    take({ id }) {
      const taken = [...noted.get(id)?.values() ?? []]
      noted.delete(id)
      return taken
    },
    hold: (entry, lookups) => lookups.every(([kind, asked, answer]) => answer === (JSON.stringify(kind === 'link' ? resolve(asked, entry) : sizeOf(asked)) ?? '')),
  }
}

/** They stay as long as the plan does. */
function answersOf(site: Site, pages: Pages, settings: Settings): { readonly resolve: LinkResolver; readonly sizeOf: ReturnType<typeof createImageSizes> } {
  let known = answers.get(pages)
  if (known === undefined) answers.set(pages, known = { resolve: createResolver(site, pages, settings), sizeOf: createImageSizes(pages, settings) })
  return known
}
const answers = new WeakMap<Pages, ReturnType<typeof answersOf>>()

/** Loose files are known by their path in the content or the static folder, and by that from the root, from which moved entries count. */
function createResolver(site: Site, pages: Pages, settings: Settings): LinkResolver {
  const loose = new Map<string, Permalink>()
  const rooted = new Map<string, Permalink>()
  for (const page of pages.of('asset')) {
    if (isInside(settings.root, page.file)) rooted.set(toPosix(path.relative(settings.root, page.file)), page.permalink)
    for (const folder of [settings.content, settings.static]) {
      const absolute = path.join(settings.root, folder)
      if (isInside(absolute, page.file)) loose.set(toPosix(path.relative(absolute, page.file)), page.permalink)
    }
  }
  return createLinkResolver({ entries: site.entries, held: site.held, settings, findAsset: (file) => loose.get(file) ?? rooted.get(file), assetPaths: () => loose.keys() })
}
