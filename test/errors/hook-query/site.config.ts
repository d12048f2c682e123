import { defineConfig } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  queries: { broken: () => { throw new Error('no answer') } },
})
