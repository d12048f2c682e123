// What all pages share cannot be changed by one of them: a template that turns a list round (`list.reverse()`) would change it for
// the pages after it, and so make the output depend on which pages are rendered. It gets an error instead.
import type { Settings } from '../core/settings.ts'
import type { Site } from '../core/types.ts'

/** Lists and plain objects, with all that is in them. Objects of classes stay as they are. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || !isPlain(value)) return value
  Object.freeze(value)
  for (const key in value) if (typeof value[key] === 'object') freezeDeep(value[key])
  return value
}

/** Not an object of a class. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

/** Lists of entries that are frozen with all in them, as they stay from one build of a process to the next. */
const frozen = new WeakSet<Site['entries']>()

/** What templates and queries get of the site. */
export function freezeSite({ entries, collections, taxonomies, parts }: Site, { params, author }: Settings, data: ReadonlyMap<string, unknown>): void {
  for (const value of [params, author, ...data.values()]) freezeDeep(value)
  if (frozen.has(entries)) return
  frozen.add(entries)
  for (const entry of entries) freezeDeep(entry.data)
  for (const part of parts?.values() ?? []) freezeDeep(part.data)
  for (const list of [entries, ...collections.values()]) Object.freeze(list)
  for (const terms of taxonomies.values()) for (const term of terms.values()) Object.freeze(term.entries)
}
