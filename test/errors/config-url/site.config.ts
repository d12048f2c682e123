export default {
  title: 'Site',
  feeds: { formats: ['atom'] },
}
