import { contentful, defineConfig, defineSource, files, put, secret } from 'sourcepress'

const shelf = defineSource({
  name: 'books',
  async *load(ctx) {
    await ctx.fetch('http://127.0.0.1:49151/', { headers: { authorization: `Bearer ${secret('BOOKS_TOKEN')}` } })
    yield put({ id: 'never' })
  },
})

export default defineConfig({
  title: 'Site', url: 'https://example.org/',
  collections: { posts: { source: [files('posts/*.md'), shelf, contentful({ types: { post: {} } })] } },
})
