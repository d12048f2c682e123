import { defineConfig } from 'vitest/config'

// Tests run the compiled CLI (dist/); `npm test` compiles first.
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // The compiled program runs as Node runs it, not as a bundler rewrites it.
    server: { deps: { external: [/\/dist\//] } },
    // Most of the time goes to processes that tests wait for.
    maxWorkers: '100%',
    testTimeout: 60_000,
    // Browsers and servers share the processors with the other tests.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
  },
})
