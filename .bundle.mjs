// Makes the program few files, for a quick start: a process that has nothing to do spends most of its time loading modules. What
// the program imports only when it needs it stays in files of its own; packages stay outside.
import { build } from 'rolldown'

await build({
  input: { 'cli/main': 'dist/src/cli/main.js', index: 'dist/src/index.js', 'cli/highlight-worker': 'dist/src/build/highlight-worker.js', 'cli/press-worker': 'dist/src/build/press-worker.js' },
  platform: 'node',
  external: (id) => !/^[./]/.test(id),
  output: { dir: 'dist/bundle', cleanDir: true, chunkFileNames: 'cli/[name]-[hash].js' },
})
