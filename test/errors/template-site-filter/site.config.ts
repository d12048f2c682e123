export default {
  title: 'Site',
  url: 'https://example.org/',
  templates: {
    filters: {
      shout: (value) => value.toUppercase(),
    },
  },
}
