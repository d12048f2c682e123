import { defineConfig } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  planners: [
    function* years(site, page) {
      yield page.template('years/', 'years.njk', 'Years')
    },
  ],
  queries: { broken: () => { throw new Error('no answer') } },
})
