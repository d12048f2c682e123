import { defineConfig } from 'sourcepress'

export default defineConfig({
  title: 'Notes',
  url: 'https://notes.example/',
  author: { name: 'Ann Note', url: 'https://notes.example/about/' },
  indieWeb: { me: ['https://social.example/@ann', 'mailto:ann@notes.example'], webmention: 'https://mentions.example/notes/' },
  blogroll: {
    title: 'What I read',
    sites: [
      { title: 'A & B', feed: 'https://ab.example/feed.xml', url: 'https://ab.example/' },
      { title: 'C', feed: 'https://c.example/atom.xml', group: 'Friends' },
    ],
  },
  copy: [{ from: 'files', to: '/downloads/' }, { from: 'CNAME' }],
  redirects: { '/start.html': '/' },
  pagePath: 'p:num.html',
  collections: { posts: { pageSize: 3, years: '/in/:year/', feedPath: '/posts.xml', intro: 'hello.md' }, pages: {} },
  taxonomies: { tags: { termPath: '/tag/:slug.html', feedPath: '/tag/:slug.xml', slugs: 'letters' } },
  feeds: { paths: { atom: '/atom.xml' } },
})
