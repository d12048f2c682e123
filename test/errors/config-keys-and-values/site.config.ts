import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  langauge: 'en',
  timeZone: 'Mars/Olympus',
  collections: {
    posts: { permlink: '/:slug/', pageSize: 0 },
  },
  output: '../elsewhere',
})
