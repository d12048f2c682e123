export default {
  title: 'Test',
  url: 'https://example.org/',
  deploy: {
    kind: 's3',
    bucket: 's3://blog/',
    regoin: 'eu-central-1',
    headers: { '**/*.pdf': { 'x-powered-by': 'me', 'cache-control': 'a\nb' } },
    after: [42],
  },
}
