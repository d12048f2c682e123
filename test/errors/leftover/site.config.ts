import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  templates: { strict: false },
})
