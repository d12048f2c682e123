export default {
  title: 42,
  url: 'example.org',
  language: 'english please',
  author: { nmae: 'x' },
  menu: [{ title: 'Home' }],
  collections: {
    posts: { source: 'posts/*.md', permalink: 'posts/:slug' },
    'a b': {},
  },
  taxonomies: { tags: { pageSize: '10' } },
  markdown: { html: 'yes' },
  feeds: { formats: ['atm'] },
  templates: { filters: { x: 1 } },
  static: 'content',
}
