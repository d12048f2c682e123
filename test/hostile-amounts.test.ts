// Bad input: far too much of one thing, or nested far too deeply.
import { afterAll, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import { build, fileName, good, page, post, posts } from './support/hostile.ts'

afterAll(removeTempFolders)

describe('much of one thing', () => {
  const mega = 1_000_000
  const bodies: Readonly<Record<string, string>> = {
    'one line of words': 'word '.repeat(mega / 5),
    'one word': 'x'.repeat(mega),
    'one word in a code block': `\`\`\`js\n${'x'.repeat(mega)}\n\`\`\``,
    'one line of code': `\`\`\`js\n${'f(1, "a");'.repeat(mega / 10)}\n\`\`\``,
    'quotes': `${'>'.repeat(10_000)} deep`,
    'quotes with spaces': `${'> '.repeat(10_000)}deep`,
    'lists': Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(2 * i)}- x`).join('\n'),
    'list markers on a line': `${'- '.repeat(10_000)}x`,
    'open brackets': '['.repeat(10_000),
    'brackets': `${'['.repeat(10_000)}x${']'.repeat(10_000)}`,
    'links in links': `${'['.repeat(5_000)}x${'](u)'.repeat(5_000)}`,
    'pictures in pictures': `${'!['.repeat(5_000)}x${'](/theme.css)'.repeat(5_000)}`,
    'open link targets': '[a]('.repeat(10_000),
    'link targets in angle brackets': '[a](<b'.repeat(10_000),
    'emphasis': `${'*'.repeat(10_000)}a${'*'.repeat(10_000)}`,
    'emphasis that never closes': '*a **a '.repeat(10_000),
    'emphasis of both kinds': `${'*_'.repeat(5_000)}a${'_*'.repeat(5_000)}`,
    'strikethrough': `${'~~'.repeat(10_000)}a`,
    'backticks': Array.from({ length: 1_000 }, (_, i) => '`'.repeat(i + 1)).join(' '),
    'open tags': '<a '.repeat(10_000),
    'tags in tags': '<div>'.repeat(10_000),
    'comments': '<!--'.repeat(10_000),
    'instructions': '<?'.repeat(10_000),
    'declarations': '<!A '.repeat(10_000),
    'entities': '&#x41;&lt;&bogus;'.repeat(10_000),
    'footnotes': Array.from({ length: 3_000 }, (_, i) => `x[^${i}]\n\n[^${i}]: note ${i}\n`).join('\n'),
    'footnotes in footnotes': `a[^0]\n\n${Array.from({ length: 500 }, (_, i) => `[^${i}]: b[^${i + 1}]\n`).join('\n')}\n[^500]: end`,
    'a footnote that names itself': 'a[^1]\n\n[^1]: b[^1]\n',
    'footnotes in line': `${'^['.repeat(5_000)}x${']'.repeat(5_000)}`,
    'references': `${Array.from({ length: 5_000 }, (_, i) => `[r${i}]: /posts/good/`).join('\n')}\n\n${Array.from({ length: 5_000 }, (_, i) => `[r${i}]`).join(' ')}`,
    'table columns': `${'|a'.repeat(3_000)}|\n${'|-'.repeat(3_000)}|\n${'|b'.repeat(3_000)}|`,
    'table rows': `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(20_000)}`,
    'short rows of a wide table': `${'|a'.repeat(2_000)}|\n${'|-'.repeat(2_000)}|\n${'|b|\n'.repeat(2_000)}`,
    'headings': '# Same\n\n'.repeat(10_000),
    'setext headings': 'a\n=\n'.repeat(10_000),
    'addresses': 'www.example.org/x '.repeat(10_000),
    'mail addresses': 'a@'.repeat(20_000),
    'template syntax': '{{ x }} {% y %} '.repeat(5_000),
    'open template syntax': '{{ {% '.repeat(20_000),
    'blank lines': '\n'.repeat(mega),
    'tabs': '\t'.repeat(100_000) + 'x',
    'combining marks': `a${'\u0301'.repeat(100_000)}`,
    'turned text': '\u202e\u2066'.repeat(10_000) + 'x',
    'excerpt markers': '<!-- more -->\n\n'.repeat(10_000),
    'alerts': '> [!NOTE]\n> x\n\n'.repeat(5_000),
    'alerts in alerts': Array.from({ length: 200 }, (_, i) => `${'> '.repeat(i + 1)}[!NOTE]`).join('\n'),
    'tasks': '- [ ] x\n'.repeat(20_000),
    'fences that never close': '```js\n~~~\n'.repeat(5_000),
    'languages': Array.from({ length: 2_000 }, (_, i) => `\`\`\`none${i}\nx\n\`\`\`\n`).join('\n'),
    'an info string': `\`\`\`js ${'{1}'.repeat(50_000)}\nx\n\`\`\``,
    'marked lines': '```js {1-999999999}\nx\n```',
    'contents lists': '[[toc]]\n\n# a\n\n'.repeat(1_000),
  }
  /** Nested so deeply that what is inside would be lost. */
  const tooDeep = ['quotes', 'quotes with spaces', 'lists', 'list markers on a line', 'alerts in alerts']
  test('each is a page, or an error with its place', async () => {
    const names = Object.keys(bodies)
    const told = await build({ ...good, ...Object.fromEntries(names.map((name) => [`${posts}${fileName(name)}.md`, post(name, '', bodies[name])])) })
    const refused = names.filter((name) => told.told.some((line) => line.startsWith(`error body-failed ${posts}${fileName(name)}.md:`)))
    expect(refused).toEqual(tooDeep)
    expect(told.told.filter((line) => line.startsWith('error') && !line.startsWith('error body-failed'))).toEqual([])
    const built = await build({ ...good, ...Object.fromEntries(names.filter((name) => !tooDeep.includes(name)).map((name) => [`${posts}${fileName(name)}.md`, post(name, '', bodies[name])])) })
    expect(built.code).toBe(0)
    for (const name of names.filter((one) => !tooDeep.includes(one))) expect(page(built, `posts/${fileName(name)}/index.html`)).toContain(`<title>${name} ·`)
  }, 150_000)
})

describe('much in the front matter', () => {
  const deep = 10_000
  const faults: readonly (readonly [name: string, text: string])[] = [
    ['yaml lists', `---\na: ${'['.repeat(deep)}${']'.repeat(deep)}\n---\n`],
    ['open yaml lists', `---\na: ${'['.repeat(deep)}\n---\n`],
    ['yaml maps', `---\na: ${'{a: '.repeat(deep)}1${'}'.repeat(deep)}\n---\n`],
    ['yaml lists in lines', `---\na:\n${Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i + 1)}-`).join('\n')}\n---\n`],
    ['yaml dashes', `---\na: \n  ${'- '.repeat(deep)}x\n---\n`],
    ['yaml keys in keys', `---\n${'? '.repeat(deep)}x\n---\n`],
    ['toml lists', `+++\na = ${'['.repeat(deep)}${']'.repeat(deep)}\n+++\n`],
    ['toml tables', `+++\na = ${'{a='.repeat(deep)}1${'}'.repeat(deep)}\n+++\n`],
    ['toml dotted keys', `+++\n${Array.from({ length: deep }, () => 'a').join('.')} = 1\n+++\n`],
    ['toml table names', `+++\n[${Array.from({ length: deep }, () => 'a').join('.')}]\n+++\n`],
    ['aliases', `---\na: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i]}`).join(',')}]\n`).join('')}---\n`],
    ['an alias of itself', '---\na: &a [*a]\n---\n'],
    ['merge keys', `---\na: &a { b: 1 }\nc: { <<: *a, <<: *a }\n---\n`],
  ]
  test('is refused with its place, all at once', async () => {
    const built = await build({ ...good, ...Object.fromEntries(faults.map(([name, text]) => [`${posts}${fileName(name)}.md`, text])) })
    expect(built.code).toBe(1)
    for (const [name] of faults) expect(built.told.find((line) => line.includes(`/${fileName(name)}.md:`)), name).toMatch(/^error front-matter-(?:syntax|shape|key|value) /)
  })

  test('data files are no better', async () => {
    const built = await build({
      ...good,
      'content/_data/a.json': '['.repeat(deep) + ']'.repeat(deep), 'content/_data/b.json': '{"a":'.repeat(deep) + '1' + '}'.repeat(deep), 'content/_data/c.yaml': `a: ${'['.repeat(deep)}${']'.repeat(deep)}`,
      'content/_data/d.toml': `a = ${'['.repeat(deep)}${']'.repeat(deep)}`, 'content/_data/e.csv': `a,b\n"${'""'.repeat(deep)}`, 'content/_data/f.json': '{ "__proto__": { "x": 1 } }', 'content/_data/g.json': '{ "a": 1, "a": 2 }',
    })
    expect(built.told).toEqual(['a.json', 'b.json', 'c.yaml', 'd.toml', 'e.csv', 'f.json', 'g.json'].map((name) => expect.stringMatching(new RegExp(`^error data-file content/_data/${name}:\\d+$`)) as string))
  })

  test('3,000 tags', async () => {
    const tags = Array.from({ length: 3_000 }, (_, i) => `tag ${i}`)
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${posts}p${i}.md`, post(`P${i}`, `tags: [${tags.slice(i * 50, i * 50 + 50).join(', ')}]\n`)]))
    const built = await build(files)
    expect([built.code, built.told]).toEqual([0, []])
    expect([...built.tree.keys()].filter((name) => /^tags\/tag-\d+\/index\.html$/.test(name))).toHaveLength(3_000)
  })

  test('3,000 tags of one post', async () => {
    const built = await build({ ...good, [`${posts}many.md`]: post('Many', `tags: [${Array.from({ length: 3_000 }, (_, i) => `tag ${i}`).join(', ')}]\n`) })
    if (built.code === 0) expect([...built.tree.keys()].filter((name) => /^tags\/tag-\d+\/index\.html$/.test(name))).toHaveLength(3_000)
    else expect(built.told).toEqual([`error front-matter-value ${posts}many.md:4`])
  })
})
