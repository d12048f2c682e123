export default {
  title: 'Site',
  url: 'https://example.org/',
  templates: { strict: false, filters: { describe: (value) => `this is ${Object.create({})}` } },
}
