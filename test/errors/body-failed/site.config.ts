import { defineConfig, files, data, defineSource, put } from 'sourcepress'

export default defineConfig({
  title: 'Site',
  url: 'https://example.org/',
  markdown: { plugins: [(md) => { md.core.ruler.push('boom', (state) => { if (state.src.includes('BOOM')) throw new Error('plug-in failed') }) }] },
})
