import { defineConfig, files } from 'sourcepress'

// A blog that comes from Jekyll, with its addresses.
export default defineConfig({
  title: 'Moved',
  url: 'https://example.org/',
  collections: {
    posts: { source: files('*.md', { folder: '_posts' }), permalink: '/news/:year/:month/:day/:slug/', years: false },
  },
  taxonomies: { categories: { path: '/categories/', feed: false } },
  feeds: false, robots: false, sitemap: false, head: { openGraph: false, jsonLd: false },
})
