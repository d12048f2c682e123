// A small site with every kind of page that the default theme makes, and a post with everything that markdown can do.

const everything = `---
title: Everything that markdown can do
description: One of each.
tags: [typescript, incremental builds, C++]
updated: 2026-03-09
toc: true
---
A [link](https://example.org/), a footnote[^1], \`code\`, and a_very_long_identifier_which_does_not_break_and_runs_over_the_line_on_a_phone_in_any_case.

[[toc]]

## Code

\`\`\`ts {2} title="src/reads.ts" add={4} del={3}
export function createReads(): Reads {
  const keys = new Set<ReadKey>() // a comment
  return { read: (key) => keys.add(key) }
  return { read: (key) => void keys.add(key), keys, andAVeryLongLine: 'which scrolls sideways, but only inside of its box' }
}
\`\`\`

\`\`\`py lines=10
return [i ** 2 for i in range(x) if i % 2 == 0]
\`\`\`

### Boxes

> [!NOTE]
> A note.

> [!TIP]
> A tip.

> [!IMPORTANT]
> Important.

> [!WARNING]
> A warning.

> [!CAUTION]
> Caution.

> A quote.

- [x] done
- [ ] not done

| peer | 1,000 posts | 10,000 posts | no change at all | one_more_column_with_a_long_name |
|---|---:|---:|---|---|
| one | 3.7 s | 27–33 s | 3.0 s | something |

## Last

The end.

[^1]: A note at the foot.
`

function post(number: number): string {
  return `---\ntitle: Post number ${number}\ntags: typescript\n---\nThe text of post ${number}.\n\n\`\`\`js\nconsole.log(${number})\n\`\`\`\n`
}

/** Files of the site: path -> text. */
export const themeSite: Readonly<Record<string, string>> = {
  'site.config.mjs': `export default {
    title: 'Fixture', url: 'https://example.org/', description: 'A site for tests.', author: 'Ada',
    collections: { posts: {}, manual: { template: 'manual.njk', sort: 'order', index: false }, pages: {} },
  }`,
  'content/index.md': `---
title: Fixture
template: home.njk
lead: One sentence that says what it is.
commands: [npm install fixture, npx fixture build]
actions: [{ title: Read the manual, url: /manual/start/ }]
picture: { src: /favicon.svg, alt: A mark, width: 320, height: 320 }
features: [{ title: One, text: A text. }, { title: Two, text: A text. }]
latest: 3
---
Some words.
`,
  'content/about.md': '---\ntitle: About\n---\nAbout this.\n',
  'content/manual/start.md': '---\ntitle: Start\norder: 1\npart: First steps\n---\nRead.\n\n## One\n\nText.\n\n## Two\n\nText.\n',
  'content/manual/more.md': '---\ntitle: More\norder: 2\npart: Reference\n---\nRead.\n',
  'content/posts/draft.md': '---\ntitle: A draft\ndraft: true\ndate: 2026-04-01\n---\nNot ready.\n',
  'content/posts/2026-03-01-everything.md': everything,
  ...Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`content/posts/2025-01-${index + 10}-post-${index + 1}.md`, post(index + 1)])),
}

/** Every kind of page of the theme -> an address on the site. */
export const kinds = {
  'front page of a project': '/',
  'index of a collection': '/posts/',
  'second page of an index': '/posts/page/2/',
  'archive of a year': '/posts/2025/',
  post: '/posts/everything/',
  draft: '/posts/draft/',
  'page without a date': '/about/',
  'page of a manual': '/manual/start/',
  'index of terms': '/tags/',
  'archive of a term': '/tags/typescript/',
  'page not found': '/no/such/page/',
} as const
