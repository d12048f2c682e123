import { defineConfig } from 'sourcepress'

export default defineConfig({
  title: 'Site
})
