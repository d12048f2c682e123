import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: {
    books: { source: defineSource({ name: 'books', async *load() { yield { id: 'x' } as never; yield put({ id: '', title: 'No id' }); yield 'text' as never } }) },
  },
})
