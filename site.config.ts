import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { defineConfig, defineSource, files, put, s3 } from 'sourcepress'

// Releases come from the changelog: a source of our own, as anybody can write one.
const releases = defineSource({
  name: 'releases',
  trusted: true,
  reads: ['CHANGELOG.md'],
  async *load({ root }) {
    const changelog = await readFile(path.join(root, 'CHANGELOG.md'), 'utf8')
    for (const section of changelog.split(/^## /m).slice(1)) {
      const [, version = '', date = '', body = ''] = /^(\S+) \((\S+)\)\n(.*)$/s.exec(section) ?? []
      const line = changelog.slice(0, changelog.indexOf(`## ${section}`)).split('\n').length
      yield put({
        id: version, title: `Version ${version}`, date, slug: version, tags: ['releases'], body,
        origin: { file: 'CHANGELOG.md', bodyLine: line + 1 },
      })
    }
  },
})

const bucket = process.env['SITE_BUCKET']

export default defineConfig({
  title: 'sourcepress',
  url: 'https://sourcepress.example',
  id: 'sourcepress-own-site',
  description: 'A static site generator for posts from anywhere, with builds you can trust.',
  author: 'The sourcepress authors',
  menu: [
    { title: 'Manual', url: '/manual/' },
    { title: 'News', url: '/news/' },
    { title: 'Tags', url: '/tags/' },
  ],
  collections: {
    // News are posts and releases in one list: two sources, one collection.
    news: { source: [files('news/**/*.md'), releases], permalink: '/news/:slug/', title: 'News' },
    manual: { source: files('manual/**/*.md'), permalink: '/:path/', template: 'manual.njk', sort: 'order', index: false, feed: false },
    pages: { source: files('*.md'), permalink: '/:path/', index: false, feed: false },
  },
  // Where the site goes is for whoever runs CI to say.
  ...(bucket && { deploy: s3({ bucket, region: 'eu-central-1', branch: 'main' }) }),
})
