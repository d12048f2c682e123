// The import is missing.

export default defineConfig({
  title: "x",
})
