// The switches that are off or on the other way round.
export default {
  title: 'Options', content: 'content', output: 'public', static: 'assets',
  collections: { posts: { permalink: '/:path/', pageSize: 1, listTemplate: 'index.njk', sort: 'order', title: 'In order', index: '/list/' } },
  taxonomies: {},
  markdown: { html: 'escape', typographer: true, linkify: false, extras: false, excerptWords: 3 },
  templates: { folder: 'templates', strict: false },
  highlight: false, sitemap: false, robots: false,
}
