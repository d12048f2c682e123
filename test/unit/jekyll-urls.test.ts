// Jekyll's addresses, as its documentation has them.
import { describe, expect, test } from 'vitest'
import { answerable, feedAddress, fillJekyllPattern, pagePattern, slugifyJekyll } from '../../src/move/jekyll-urls.ts'

const parts = { slug: 'Hello-World', categories: ['News', 'Big Things'], date: new Date('2009-04-05T22:30:00Z'), timeZone: 'UTC' }
const fill = (pattern: string, changes: Partial<typeof parts> = {}): string => fillJekyllPattern(pattern, { ...parts, ...changes }).url

describe('permalinks of posts', () => {
  test.each([
    ['date', '/news/big%20things/2009/04/05/Hello-World.html'],
    ['pretty', '/news/big%20things/2009/04/05/Hello-World/'],
    ['ordinal', '/news/big%20things/2009/095/Hello-World.html'],
    ['weekdate', '/news/big%20things/2009/W14/Sun/Hello-World.html'],
    ['none', '/news/big%20things/Hello-World.html'],
    ['/blog/:year/:i_month/:i_day/:slug', '/blog/2009/4/5/hello-world'],
    ['/:short_year/:short_month/:long_month/:long_day/:w_day/', '/09/Apr/April/Sunday/7/'],
    ['/:hour:minute:second/:slugified_categories/:title', '/223000/news/big-things/Hello-World'],
    ['/:title_of', '/Hello-World_of'],
    ['no/slash/:title', '/no/slash/Hello-World'],
  ])('%s', (pattern, url) => { expect(fill(pattern)).toBe(url) })

  test('the day is that of the time zone, and no categories leave no gap', () => {
    expect(fill('date', { timeZone: 'Europe/Vienna', categories: [] })).toBe('/2009/04/06/Hello-World.html')
  })

  test('parts that there are none of are named', () => {
    expect(fillJekyllPattern('/:nothing/:title', parts)).toEqual({ url: '/Hello-World', unknown: [':nothing'] })
    const { date: _date, ...undated } = parts
    expect(fillJekyllPattern('/:year/:title', { ...undated, date: undefined }).unknown).toEqual([':year'])
  })
})

test.each([
  ['about', 'date', '/about.html'], ['about', 'pretty', '/about/'], ['a/b', '/:title/', '/a/b/'], ['a/b', '/:title', '/a/b'], ['a/b', '/:title:output_ext', '/a/b.html'], ['docs/index', 'date', '/docs/'], ['index', 'none', '/'],
])('page %s in style %s', (path, style, url) => { expect(pagePattern(path, style)).toBe(url) })

test.each([
  ['/about', '/about/', ['/about.html']], ['/about.html', '/about.html', []], ['/a/', '/a/', []], ['/a/index.html', '/a/', []], ['/v1.0-is-out', '/v1.0-is-out/', ['/v1.0-is-out.html']], ['/feed.xml', '/feed.xml', []],
])('%s is answered', (url, permalink, aliases) => { expect(answerable(url)).toEqual({ permalink, aliases }) })

test('slugs', () => {
  expect(slugifyJekyll('The _config.yml File & more', { mode: 'default', cased: false })).toBe('the-config-yml-file-more')
  expect(slugifyJekyll('The _config.yml File & more', { mode: 'pretty', cased: true })).toBe('The-_config.yml-File-&-more')
})

test.each([['/a%20b/Rome%26Milan', 'https://x.example/a%20b/Rome&Milan'], ['/100%/', 'https://x.example/100%25/'], ['/%C3%BC/', 'https://x.example/%C3%BC/'], ['/a%3Fb', 'https://x.example/a%3Fb']])('id of %s', (url, id) => {
  expect(feedAddress('https://x.example', url)).toBe(id)
})
