// `ssg new COLLECTION "TITLE"`: a markdown file with front matter, as archetype.ts says. Never overwrites.
import { join } from 'node:path'
import { fillArchetype } from './archetype.ts'
import { displayPath, readMoment } from './build.ts'
import type { Call, Outcome } from './command.ts'
import { findEditor, openInEditor } from './editor.ts'
import { createFiles } from './scaffold.ts'
import { loadSettings } from '../config/config.ts'
import { singularOf } from '../config/defaults.ts'
import { fail } from '../core/diagnostic.ts'
import type { Collection } from '../core/settings.ts'
import { slugify } from '../core/slug.ts'
import { wallClock } from '../core/zone.ts'

export async function runNew({ root, flags, args: [name = '', ...words] }: Call): Promise<Outcome> {
  const { settings } = await loadSettings(root, {})
  const title = words.join(' ').trim()
  if (title === '') throw fail('usage-argument', 'the title is empty', { fix: 'write `ssg new post "A title"`.' })
  const collection = await findCollection(name, settings.collections)
  const day = wallClock(readMoment(flags, settings.timeZone), settings.timeZone).toISOString().slice(0, 10)
  const text = fillArchetype({ title, date: day, collection }, settings)
  const editor = flags.times('open') > 0 ? findEditor() : undefined
  const chosen = collection.sources.find(({ newPath }) => newPath !== undefined)?.newPath?.(slugify(title), day)
  const file = chosen ?? join(settings.content, collection.name === 'pages' ? '' : collection.name, `${slugify(title)}.md`)
  createFiles(settings.root, { [file]: text })
  if (editor !== undefined) await openInEditor(editor, join(settings.root, file))
  const path = displayPath(join(settings.root, file))
  return { text: path, json: { file: path }, diagnostics: [] }
}

/** By its name or the singular of it. */
async function findCollection(name: string, collections: readonly Collection[]): Promise<Collection> {
  const found = collections.find((collection) => collection.name === name) ?? collections.find((collection) => singularOf(collection.name) === name)
  if (found) return found
  const { didYouMean } = await import('../util/nearest.ts')
  const names = collections.map((collection) => collection.name)
  const meant = didYouMean(name, names)
  throw fail('usage-argument', `there is no collection "${name}"`, { fix: meant === undefined ? `write one of ${names.join(', ')}, or add it to \`collections\` in site.config.ts.` : `did you mean "${meant}"?` })
}
