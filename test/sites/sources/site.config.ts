import { data, defineConfig, defineSource, files, put } from 'sourcepress'
import { quarters } from './quarters.ts'

/** A source of this site's own: one entry for each line of a text. */
const lines = defineSource({
  name: 'lines',
  async *load(ctx) {
    for (const [index, line] of ['first line', 'second <b>line</b>', 'a line that is dropped'].entries()) {
      if (ctx.signal.aborted) return
      yield put({ id: `line-${index + 1}`, title: `Line ${index + 1}`, date: `2025-0${index + 1}-01`, body: { text: line }, tags: ['lines'], data: { length: line.length } })
    }
    yield { drop: 'line-3' }
    yield put({ id: 'html', title: 'From HTML', date: '2025-04-01', body: { html: '<p onclick="x()">Kept <em>em</em><script>x()</script></p>' }, tags: 'lines' })
  },
})

export default defineConfig({
  title: 'Sources',
  url: 'https://example.org',
  feeds: false, sitemap: false, robots: false, head: { openGraph: false, jsonLd: false },
  params: { footer: 'All from <elsewhere>.' },
  collections: {
    all: { source: [files('posts/*.md'), lines, data('data/notes.toml', { id: 'key', body: 'text' })], index: '/', pageSize: 20, permalink: '/:collection/:slug/', title: 'All of it' },
    books: { source: data('data/books.yaml', { body: 'review' }), permalink: (entry) => `/books/${String(entry.data.isbn)}.html`, sort: 'title', index: false },
    people: { source: [data('data/people.json', { key: 'people' }), data('data/guests.csv')], permalink: false, index: false, sort: (a, b) => (a.title < b.title ? -1 : 1) },
  },
  onEntry(entry) {
    if (entry.data.secret === true) return undefined
    return entry.collection === 'books' ? { ...entry, description: `A book by ${String(entry.data.by)}` } : entry
  },
  queries: {
    longest: (site) => [...site.entries].sort((a, b) => b.title.length - a.title.length)[0],
    by: (site, name) => site.entries.filter((entry) => entry.data.by === name),
  },
  planners: [
    function* byQuarter(site, page) {
      for (const [quarter, entries] of quarters(site.collections.get('all') ?? [])) yield* page.list(`/quarters/${quarter}/`, `Quarter ${quarter}`, entries, { template: 'quarter.njk' })
      yield page.template('/colophon/', 'colophon.njk', 'Colophon')
      yield page.feed('/lines.xml', 'Lines', (site.collections.get('all') ?? []).filter((entry) => entry.source === 'lines'), { about: '/all/line-1/' })
    },
  ],
  templates: { filters: { shout: (value) => `${String(value).toUpperCase()}!` }, globals: { answer: 42, double: (n: number) => n * 2 } },
})
