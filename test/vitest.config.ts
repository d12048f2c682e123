import { defineConfig } from 'vitest/config'

// Tests run the compiled CLI (dist/); `npm test` compiles first.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
