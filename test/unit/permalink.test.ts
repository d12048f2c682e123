import fc from 'fast-check'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { besidePermalink, fillPattern, outputPath, pagePermalink, parsePermalink, unknownParts } from '../../src/core/permalink.ts'
import type { Entry, EntryId, Permalink } from '../../src/core/types.ts'

const accepted = (text: string): string | undefined => {
  const result = parsePermalink(text)
  return 'permalink' in result ? result.permalink : undefined
}

describe('parsePermalink', () => {
  test.each([
    ['/', '/'], ['/about', '/about/'], ['/about/', '/about/'], ['/about.html', '/about.html'], ['/x/index.html', '/x/'], ['/index.html', '/'],
    ['/caf%C3%A9/', '/café/'], ['/cafe\u0301/', '/café/'], ['/a.b/c', '/a.b/c/'], ['/v1.2/', '/v1.2/'], ['/feed.xml', '/feed.xml'], ['/.well-known/x', '/.well-known/x/'], ['/100%25/', '/100%/'],
  ])('%j -> %j', (text, permalink) => {
    expect(accepted(text)).toBe(permalink)
  })

  test.each([
    'about', 'https://example.org/x', '//host/x', '/../x', '/a/../../x', '/a/./b', '/%2e%2e/x', '/a/%2E%2E/', '/..', '/a//b', '/a\\b', '/a\u0000b', '/a%00b', '/a\nb', '/a%0ab',
    '/a?b', '/a#b', '/a%3Fb', '/%zz/', '/ a/', `/${'x'.repeat(256)}/`, `/${'é'.repeat(128)}/`, `/${'abc/'.repeat(260)}`, '', '/.../x', '/\ud800/',
  ])('refuses %j', (text) => {
    const result = parsePermalink(text)
    expect(result).toHaveProperty('problem')
    expect(result).toHaveProperty('fix')
  })

  test('whatever it accepts stays inside of the output folder', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', '...', 'a', 'index.html', '~', '%25'), fc.string({ unit: 'binary', maxLength: 12 }))
    fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const result = parsePermalink('/' + parts.join('/'))
      if ('problem' in result) return
      const file = path.join('/out', outputPath(result.permalink))
      expect(file.startsWith('/out/')).toBe(true)
      expect(file).toBe('/out/' + outputPath(result.permalink))
    }), { numRuns: 2000 })
  })
})

describe('fillPattern', () => {
  const entry = {
    id: 'posts/2024-05-06-hello.md' as EntryId, source: 'files', trusted: true, origin: {}, path: 'posts/2024-05-06-hello.md', collection: 'posts', title: 'Hello, World', slug: 'hello',
    publication: { state: 'published' }, date: new Date('2024-05-06T23:30:00Z'), terms: new Map(), data: {}, body: { kind: 'text', text: '' }, assets: [],
  } satisfies Omit<Entry, 'permalink' | 'aliases'>
  const fill = (pattern: string, given: Omit<Entry, 'permalink' | 'aliases'> = entry, timeZone = 'UTC'): string => {
    const result = fillPattern(pattern, given, timeZone)
    return 'permalink' in result ? result.permalink : result.problem
  }

  test.each([
    ['/:slug/', '/hello/'], ['/:collection/:title.html', '/posts/hello-world.html'], ['/:year/:month/:day/:slug/', '/2024/05/06/hello/'],
    ['/:path/', '/posts/2024-05-06-hello/'], ['/:folder/:name/', '/posts/2024-05-06-hello/'], ['/:hour:minute/', '/2330/'],
  ])('%s -> %s', (pattern, permalink) => {
    expect(fill(pattern)).toBe(permalink)
  })

  test('takes the parts of the date in the time zone of the site', () => {
    expect(fill('/:year/:month/:day/', entry, 'Asia/Tokyo')).toBe('/2024/05/07/')
    expect(fill('/:year/:month/:day/', entry, 'America/New_York')).toBe('/2024/05/06/')
  })

  test('index files stand for their folder', () => {
    expect(fill('/:path/', { ...entry, path: 'about/index.md' })).toBe('/about/')
    expect(fill('/:path/', { ...entry, path: 'index.md' })).toBe('/')
    expect(fill('/:path/', { ...entry, path: '404.md' })).toBe('/404.html')
  })

  test('says what the entry lacks', () => {
    const { date: _, ...undated } = entry
    expect(fill('/:year/:slug/', undated)).toContain(':year')
  })

  test('finds parts that do not exist', () => {
    expect(unknownParts('/:year/:slg/:title/')).toEqual(['slg'])
  })
})

describe('addresses derived from others', () => {
  test('pages of a list', () => {
    expect(pagePermalink('/' as Permalink, 2)).toBe('/page/2/')
    expect(pagePermalink('/tags/日本/' as Permalink, 3)).toBe('/tags/日本/page/3/')
    expect(pagePermalink('/posts/' as Permalink, 1)).toBe('/posts/')
  })

  test('files beside an entry', () => {
    const beside = (permalink: string, name: string): unknown => Object.values(besidePermalink(permalink as Permalink, name))[0]
    expect(beside('/posts/hello/', 'map.png')).toBe('/posts/hello/map.png')
    expect(beside('/posts/hello.html', 'map 1.png')).toBe('/posts/map 1.png')
    expect(beside('/a/', '100%.png')).toBe('/a/100%.png')
    expect(besidePermalink('/a/' as Permalink, '../x')).toHaveProperty('problem')
  })
})
