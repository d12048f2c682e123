import { defineConfig, files } from 'sourcepress'

export default defineConfig({
  title: 'Blog & Söhne',
  url: 'https://example.org/blog/',
  id: 'blog-example',
  description: 'A blog below a base path.',
  author: { name: 'Ada Lovelace', email: 'ada@example.org', url: 'https://example.org/ada/' },
  taxonomies: { tags: { feed: false } },
  collections: {
    posts: { source: files('posts/**/*.md'), permalink: '/:year/:month/:slug/', pageSize: 2, index: '/' },
    pages: { source: files('*.md') },
  },
})
