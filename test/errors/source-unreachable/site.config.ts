import { defineConfig, defineSource, files, put } from 'sourcepress'

const shelf = defineSource({
  name: 'books',
  baseUrl: 'http://127.0.0.1:49151/',
  requests: { retries: 0 },
  async *load(ctx) {
    const { json } = await ctx.fetch<{ id: string }[]>('/books.json')
    for (const book of json) yield put(book)
  },
})

export default defineConfig({ title: 'Site', url: 'https://example.org/', collections: { posts: { source: [files('posts/*.md'), shelf] } } })
