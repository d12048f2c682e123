import { defineConfig, defineSource, files, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: {
    posts: { source: files('posts/*.md') },
    slow: { source: defineSource({ name: 'slow', timeLimitSeconds: 0.2, async *load() { yield put({ id: 'a' }); await new Promise((resolve) => setTimeout(resolve, 60_000)) } }) },
  },
})
