import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: {
    posts: { source: [files('posts/*.md'), files('**/*.md')] },
  },
})
