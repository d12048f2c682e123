// Bad input: names, addresses and templates that lead out of their folder, clash, or cannot be.
import { afterAll, describe, expect, test } from 'vitest'
import { removeTempFolders } from './support/cli.ts'
import { build, good, page, pagesOf, post, posts } from './support/hostile.ts'

afterAll(removeTempFolders)

describe('names and addresses', () => {
  const long = 'x'.repeat(300)
  test('of 300 characters are cut or refused, and stay apart', async () => {
    const built = await build({
      [`${posts}a.md`]: post(long, `slug: ${long}1\ntags: [${'t'.repeat(199)}1, ${'t'.repeat(199)}2, ${'語'.repeat(150)}]\n`), [`${posts}b.md`]: post(long, `slug: ${long}2\n`),
      [`${posts}${'n'.repeat(250)}.md`]: post('Long name'), [`${posts}${'語'.repeat(80)}.md`]: post('Long name'), [`static/${'s'.repeat(255)}`]: 'x', [`${Array.from({ length: 12 }, () => 'd'.repeat(60)).join('/').replace(/^/, 'content/')}/deep.md`]: post('Deep'),
    })
    expect([built.code, built.told]).toEqual([0, []])
    expect(pagesOf(built)).toHaveLength(4)
    expect([...built.tree.keys()].filter((name) => /^tags\/[^/]+\/index\.html$/.test(name))).toHaveLength(3)
    for (const name of built.tree.keys()) for (const part of name.split('/')) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255)
  })

  test('too long a tag, permalink or alias is told', async () => {
    const built = await build({
      [`${posts}a.md`]: post('A', `tags: [${long}]\n`), [`${posts}b.md`]: post('B', `permalink: /${long}/\n`), [`${posts}c.md`]: post('C', `aliases: [/${long}/]\n`),
      [`${posts}d.md`]: post('D', `permalink: /${'a/'.repeat(600)}\n`),
    })
    expect(built.told).toEqual([`error front-matter-value ${posts}a.md:4`, ...['b', 'c', 'd'].map((name) => `error permalink-unsafe ${posts}${name}.md:4`)])
  })

  const tricks = [
    '/../x/', '/a/../../x/', '/..', '/./x/', '/a/./x/', '//evil.example/x/', '/a//b/', '/%2e%2e/x/', '/%2E%2E%2Fx/', '/a/%2e%2e%2f%2e%2e%2fx/', '/..%2fx/', '/%252e%252e/../x/', '/a\\\\..\\\\..\\\\x/', '/%5c..%5cx/', '/%00/', '/x%00.html',
    '/%0a/', '/x?y/', '/x#y/', '/%3fx/', '/%23x/', '/ x/', '/x /', '/.../', '/%', '/%zz/', '/%ff/', '/%c0%ae%c0%ae/', '/a/\\u2028/', 'C:/x', 'https://evil.example/', 'x/y', '~/x', '\\\\\\\\host\\\\x', 'file:///etc/passwd',
  ]
  test.each(['permalink', 'aliases'])('tricks in `%s` are refused, each with its place', async (key) => {
    const built = await build({ ...good, ...Object.fromEntries(tricks.map((trick, i) => [`${posts}t${i}.md`, post(`T${i}`, `${key}: "${trick}"\n`)])) })
    expect(built.code).toBe(1)
    for (const [i, trick] of tricks.entries()) expect(built.told.filter((line) => line.includes(`/t${i}.md`)), trick).toEqual([`error permalink-unsafe ${posts}t${i}.md:4`])
  })

  test('tricks in slugs, titles, tags, authors and file names make safe names', async () => {
    const names = ['../../x', '..', '.', '/etc/passwd', '..%2f..%2fx', '%2e%2e', 'C:\\\\x', 'a\\\\..\\\\b', '\\u0000', 'con', 'nul.txt', '.htaccess', '-', '--', '?', '#', ' ', 'page', '1', 'index.html', 'feed.xml', '\\u202e', '\\ud83d']
    const built = await build(Object.fromEntries(names.map((name, i) => [`${posts}n${i}.md`, `---\ntitle: "T${name}"\nslug: "s${i}${name}"\ntags: ["${name}", "x${i}${name}"]\nauthor: "${name}"\ndate: 2025-05-06\n---\n\nx\n`])))
    expect(built.code, built.messages.join('\n')).toBe(0)
    expect(pagesOf(built)).toHaveLength(names.length)
    const feed = page(built, 'feed.xml')
    // oxlint-disable-next-line no-control-regex
    expect(feed).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  })

  test('slugs that are nothing but tricks', async () => {
    const names = ['../../x', '..', '.', '/etc/passwd', '%2e%2e%2fx', '....//', '.git', ' ', '-', '\\u0000x']
    const built = await build(Object.fromEntries(names.map((name, i) => [`${posts}n${i}.md`, `---\nslug: "${name}"\npermalink: /own/${i}/:slug/\n---\n\nx\n`])))
    expect(built.code, built.messages.join('\n')).toBe(0)
    for (const i of names.keys()) expect([...built.tree.keys()].filter((name) => name.startsWith(`own/${i}/`))).toHaveLength(1)
  })

  test('file names of all kinds', async () => {
    const names = ['a b.md', 'ü.md', 'u\u0308ber.md', '%2e%2e.md', '..md', '...md', 'c..d.md', 'e%00f.md', 'q?x.md', 'h#x.md', 'back\\slash.md', "quote'\".md", '<b>.md', '-rf.md', '2024-02-31-no-day.md', '$(id).md', '{{x}}.md', '[y].md', '*.md', 'UPPER.MD', 'con.md', '.md.md']
    const built = await build(Object.fromEntries(names.map((name, i) => [`${posts}d${i}/${name}`, post(`T${i}`)])))
    expect(built.code, built.messages.join('\n')).toBe(0)
    expect(built.told).toEqual([])
    const hidden = names.filter((name) => name.startsWith('.'))
    expect(pagesOf(built)).toHaveLength(names.length - hidden.length)
    const broken = await build({ ...good, [`${posts}new\nline.md`]: post('New line'), [`${posts}a\u0007b.md`]: post('Bell') })
    expect([broken.code, broken.messages.filter((message) => /line\.md|b\.md/.test(message)).length]).toEqual([3, 2])
  })

  test('names of published files', async () => {
    const names = ['a b.txt', 'ü.txt', '%2e%2e.txt', 'a%2fb.txt', "quote'\".txt", '<b>.txt', '$(id).txt', '{{x}}.txt', 'x'.repeat(251) + '.txt']
    const built = await build({ ...good, ...Object.fromEntries(names.map((name) => [`static/${name}`, name])) })
    expect([built.code, built.told]).toEqual([0, []])
    for (const name of names) expect(page(built, name)).toBe(name)
    const refused = ['a?b.txt', 'h#x.txt', 'a\\b.txt', 'a\nb.txt', ' x.txt', 'x.txt ']
    const told = await build({ ...good, ...Object.fromEntries(refused.map((name) => [`static/${name}`, name])) })
    expect(told.told).toEqual(refused.map((name) => `error permalink-unsafe static/${name}`).sort())
  })

  test('names of data files', async () => {
    const built = await build({ ...good, 'content/_data/__proto__.json': '{ "polluted": 1 }', 'content/_data/constructor.json': '{ "polluted": 1 }', 'content/_data/x.json': '{ "ok": 1 }', 'templates/entry.njk': '{{ site.data.x.ok }}{{ {}.polluted or "clean" }}{{ site.polluted or "clean" }}' })
    if (built.code === 0) expect(page(built, 'posts/good/index.html')).toContain('1cleanclean')
    else expect(built.told.every((line) => line.startsWith('error data-file content/_data/'))).toBe(true)
  })

  test.each(['permalink: /.ssg-files.json', 'aliases: [/.ssg-files.json]', 'permalink: /.ssg-files.json/x/'])('the list of what the tool made belongs to the tool: %s', async (line) => {
    const built = await build({ ...good, [`${posts}a.md`]: post('A', `${line}\n`) })
    expect(built.told).toEqual([`error permalink-unsafe ${posts}a.md:4`])
  })

  test('files of other posts, of the theme and of the tool are not overwritten without a word', async () => {
    const built = await build({
      ...good, 'static/posts/good/index.html': 'mine', 'static/feed.xml': 'mine', [`${posts}a.md`]: post('A', 'permalink: /tags/x/\ntags: [x]\n'), [`${posts}b.md`]: post('B', 'permalink: /posts/good/inner\n'),
      [`${posts}c.md`]: post('C', 'aliases: [/posts/good/, /POSTS/B/, /sitemap.xml]\n'), [`${posts}d.md`]: post('D', 'permalink: /posts/good/index.html/x/\n'),
    })
    expect(built.code).toBe(1)
    for (const pattern of [/good\//, /feed\.xml/, /tags\/x/]) expect(built.messages.some((message) => pattern.test(message)), `${pattern} in\n${built.messages.join('\n')}`).toBe(true)
  })
})

describe('templates', () => {
  const faults: Readonly<Record<string, readonly [template: string, told: string]>> = {
    missing: ['{% include "none.njk" %}', 'error template-missing templates/missing.njk:1'],
    'missing-parent': ['\n{% extends "none.njk" %}', 'error template-missing templates/missing-parent.njk:2'],
    self: ['x\n{% include "self.njk" %}', 'error template-loop templates/self.njk:2'],
    parent: ['{% extends "parent.njk" %}', 'error template-loop templates/parent.njk:1'],
    ring: ['{% include "ring-two.njk" %}', 'error template-loop templates/ring-two.njk:1'],
    macro: ['\n{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}', 'error template-loop templates/macro.njk:2'],
    syntax: ['{% if %}', 'error template-syntax templates/syntax.njk:1'],
    unclosed: ['a\n{% for x in [1] %}\nb', 'error template-syntax templates/unclosed.njk:2'],
    tag: ['\n\n{% nonsense %}', 'error template-syntax templates/tag.njk:3'],
    filter: ['{{ 1 | nonsense }}', 'error template-error templates/filter.njk:1'],
    throwing: ['\n{{ entry.title | boom }}', 'error template-error templates/throwing.njk:2'],
    undefined: ['{{ entry.nothing }}', 'error template-undefined templates/undefined.njk:1'],
    'undefined-deep': ['{{ entry.nothing.more }}', 'error template-undefined templates/undefined-deep.njk:1'],
    call: ['{{ entry.title() }}', 'error template-error templates/call.njk:1'],
  }
  test('each fault is told with its place, all at once', async () => {
    const built = await build({
      'site.config.mjs': `export default { title: 'Site', url: 'https://example.org/', templates: { filters: { boom: () => { throw new Error('no') } } } }`,
      ...Object.fromEntries(Object.entries(faults).flatMap(([name, [template]]) => [[`templates/${name}.njk`, template], [`${posts}${name}.md`, post(name, `template: ${name}\n`)]])),
      'templates/ring-two.njk': '{% include "ring.njk" %}', ...good,
    })
    expect(built.code).toBe(1)
    for (const [name, [, told]] of Object.entries(faults)) expect(built.told.filter((line) => line.includes(`templates/${name}`) && line.startsWith(told)), `${name}: ${told} in\n${built.told.join('\n')}`).toHaveLength(1)
  })

  test.each(['../secret', '/etc/passwd', '..\\\\secret', 'a/../../secret.md', 'C:/x', '%2e%2e/secret', 'x'.repeat(300)])('the template name %j', async (name) => {
    const built = await build({ ...good, [`${posts}a.md`]: post('A', `template: "${name}"\n`) })
    expect(built.told).toEqual([expect.stringMatching(/^error (?:front-matter-value|template-missing) content\/posts\/a\.md:4$/)])
  })
})
