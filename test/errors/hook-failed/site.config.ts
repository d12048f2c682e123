import { defineConfig, files } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  collections: {
    posts: {
      source: files('posts/*.md'),
      permalink: (entry) => {
        if (entry.slug === 'hello') return 7 as never
        throw new Error('no address today')
      },
    },
  },
  onEntry(entry) {
    if (entry.slug === 'hello') throw new Error('not today')
    return { title: 'not an entry' } as never
  },
})
