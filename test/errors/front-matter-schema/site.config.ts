import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: {
    posts: {
      source: files('posts/*.md'),
      // Any Standard Schema validator; this one is written by hand.
      schema: { '~standard': { version: 1, vendor: 'example', validate: (value) => {
        const { rating } = value as { rating?: unknown }
        return typeof rating === 'number' ? { value } : { issues: [{ message: 'a number was expected', path: ['rating'] }] }
      } } },
    },
  },
})
