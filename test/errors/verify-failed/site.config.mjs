let count = 0
export default { title: 'Site', url: 'https://example.org/', templates: { filters: { random: (value) => `${value}: ${count++}` } } }
