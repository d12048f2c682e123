export default { title: 'Test', url: 'https://example.org/', deploy: { kind: 's3', bucket: 'blog' } }
