import { defineConfig } from 'sourcepress'

// Three formats with full content; the theme is cut down, because only what is in the feeds matters.
export default defineConfig({
  title: 'Feeds <&> more',
  url: 'https://example.org/sub/',
  description: 'Tests & "feeds"',
  language: 'de',
  timeZone: 'Europe/Berlin',
  author: { name: 'Ada <Lovelace>', email: 'ada@example.org' },
  feeds: { formats: ['atom', 'rss', 'json'], limit: 3 },
  head: { openGraph: false, jsonLd: false },
})
