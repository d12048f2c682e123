import { contentful, defineConfig, files } from 'sourcepress'

export default defineConfig({
  title: 'Site', url: 'https://example.org/',
  collections: { posts: { source: [files('posts/*.md'), contentful({ file: 'export.json', types: { posts: {}, post: { slug: 'slugg', collection: 'post' } }, locales: ['en-UK'] })] } },
})
