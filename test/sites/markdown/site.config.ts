import { defineConfig, files } from 'sourcepress'

// Bodies and nothing else.
export default defineConfig({
  title: 'Markdown',
  collections: { posts: { source: files('posts/*.md'), permalink: '/:slug.html', index: false } },
  feeds: false, sitemap: false, robots: false, head: { openGraph: false, jsonLd: false, canonical: false },
  highlight: { aliases: { conf: 'ini' } },
})
