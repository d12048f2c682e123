// Spaces for tests: the real exports, and a small one with everything that they lack.
import fs from 'node:fs'
import path from 'node:path'
import { projectRoot } from './cli.ts'
import type { Item, SpaceContent } from './contentful-api.ts'

export const exportFile = (name: 'richtext' | 'markdown'): string => path.join(projectRoot, `test/fixtures/contentful/blog-${name}.export.json`)

export function readExport(name: 'richtext' | 'markdown'): SpaceContent {
  return JSON.parse(fs.readFileSync(exportFile(name), 'utf8')) as SpaceContent
}

type Field = readonly [id: string, type: string, more?: object]

export function contentType(id: string, displayField: string, fields: readonly Field[]): Record<string, unknown> {
  return {
    sys: { id, type: 'ContentType', publishedVersion: 1 }, name: id, displayField,
    fields: fields.map(([fieldId, type, more]) => ({ id: fieldId, name: fieldId, type, localized: false, required: false, validations: [], disabled: false, omitted: false, ...more })),
  }
}

/** Values without a locale are those of the default one. */
export function entry(id: string, type: string, fields: Readonly<Record<string, unknown>>, sys: object = {}): Item {
  return { sys: { id, type: 'Entry', contentType: { sys: { type: 'Link', linkType: 'ContentType', id: type } }, publishedVersion: 1, revision: 1, createdAt: `2026-01-01T00:00:00.000Z`, ...sys }, metadata: { tags: [] }, fields: localize(fields) }
}

export function asset(id: string, file: Readonly<Record<string, unknown>>, title = id, more: object = {}): Item {
  return { sys: { id, type: 'Asset', publishedVersion: 1, revision: 1, createdAt: '2026-01-01T00:00:00.000Z' }, fields: localize({ title, description: '', file, ...more }) }
}

export function picture(name: string, width = 2000, height = 1000): Record<string, unknown> {
  return { url: `//images.ctfassets.net/space1/${name}/0123/${name}.jpg`, fileName: `${name}.jpg`, contentType: 'image/jpeg', details: { size: 1600, image: { width, height } } }
}

function localize(fields: Readonly<Record<string, unknown>>): Item['fields'] {
  const isLocalized = (value: unknown): boolean => typeof value === 'object' && value !== null && ('en-US' in value || 'de-DE' in value)
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, (isLocalized(value) ? value : { 'en-US': value }) as Record<string, unknown>]))
}

export const link = (id: string, linkType: 'Entry' | 'Asset' = 'Entry'): object => ({ sys: { type: 'Link', linkType, id } })
export const locale = (code: string, more: object = {}): Record<string, unknown> => ({ code, name: code, default: false, fallbackCode: null, sys: { type: 'Locale', id: code }, ...more })

export const node = (nodeType: string, content: readonly unknown[] = [], data: object = {}): object => ({ nodeType, data, content })
export const text = (value: string, ...marks: readonly string[]): object => ({ nodeType: 'text', value, marks: marks.map((type) => ({ type })), data: {} })
export const paragraph = (...content: readonly unknown[]): object => node('paragraph', content.map((one) => (typeof one === 'string' ? text(one) : one)))
export const document = (...content: readonly unknown[]): object => node('document', content)

export const blogTypes = [
  contentType('post', 'title', [
    ['title', 'Symbol', { required: true, localized: true }], ['slug', 'Symbol', { required: true }], ['date', 'Date'], ['body', 'RichText', { localized: true }], ['author', 'Link', { linkType: 'Entry', validations: [{ linkContentType: ['person'] }] }],
    ['tags', 'Array', { items: { type: 'Symbol' } }], ['related', 'Array', { items: { type: 'Link', linkType: 'Entry' } }], ['hero', 'Link', { linkType: 'Asset' }], ['rating', 'Integer'], ['place', 'Location'], ['extra', 'Object'], ['intro', 'RichText'],
  ]),
  contentType('person', 'name', [['name', 'Symbol'], ['email', 'Symbol'], ['bio', 'RichText'], ['favourite', 'Link', { linkType: 'Entry' }], ['photo', 'Link', { linkType: 'Asset' }]]),
  contentType('snippet', 'title', [['title', 'Symbol'], ['language', 'Symbol'], ['code', 'Text']]),
  contentType('callout', 'title', [['title', 'Symbol'], ['text', 'RichText']]),
]

export function blog(entries: readonly Item[], assets: readonly Item[] = [], locales = [locale('en-US', { default: true })]): SpaceContent {
  return { contentTypes: blogTypes, locales, entries, assets }
}

/** `count` posts by one author, each with a text of its own. */
export function manyPosts(count: number, words = 30): SpaceContent {
  const posts = Array.from({ length: count }, (_, i) => entry(`post${String(i).padStart(5, '0')}`, 'post', {
    title: `Post ${i}`, slug: `post-${i}`, date: `${2000 + (i % 20)}-0${1 + (i % 9)}-1${i % 9}`, author: link('ann'), tags: [`tag${i % 5}`],
    body: document(node('heading-2', [text(`About ${i}`)]), paragraph(`Text ${i}: ${'word '.repeat(words)}`)),
  }, { createdAt: new Date(Date.parse('2020-01-01T00:00:00Z') + Math.floor(i / 3) * 1000).toISOString() }))
  return blog([...posts, entry('ann', 'person', { name: 'Ann', email: 'ann@example.org' })])
}
