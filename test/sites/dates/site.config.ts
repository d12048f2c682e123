import { defineConfig, files } from 'sourcepress'

// What is a date, and when is it? Everything without an offset is local time in Berlin.
export default defineConfig({
  title: 'Dates',
  url: 'https://example.org/',
  language: 'de',
  timeZone: 'Europe/Berlin',
  collections: { posts: { source: files('posts/**/*.md'), permalink: '/:year-:month-:day/:slug.html', pageSize: 50, years: false } },
  feeds: false, robots: false, head: { openGraph: true, jsonLd: false, canonical: false },
})
