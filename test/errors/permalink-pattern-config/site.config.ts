import { defineConfig, files } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: { posts: { source: files('posts/*.md'), permalink: '/:yaer/:slug/' } },
})
