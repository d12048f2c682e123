import { defineConfig } from 'vitest/config'

// Tests run the compiled CLI (dist/); `npm test` compiles first.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // The compiled program runs as Node runs it, not as a bundler rewrites it.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
