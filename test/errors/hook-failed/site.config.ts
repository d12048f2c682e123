import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  onEntry(entry) {
    if (entry.slug === 'hello') throw new Error('not today')
    return entry
  },
})
