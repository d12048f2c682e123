export default { title: 'Kept', url: 'https://example.org/' }
