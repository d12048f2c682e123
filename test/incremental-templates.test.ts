// Templates that use nunjucks in odd ways: nothing of what they read escapes the build. After each edit the output is that of a
// clean build, and exactly the pages that show what was edited were made anew.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { buildAndCompare, madeIn } from './support/builds.ts'
import { readTree, removeTempFolders, runCli, tempFolder, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

const config = (more = ''): string => `
import { rates } from './rates.mjs'
export default {
  title: 'Site', url: 'https://example.org/', highlight: false, feeds: false, sitemap: false, robots: false,
  collections: { posts: { index: false }, pages: { index: false } },
  templates: { strict: false, filters: { priced: (value) => value * rates.euro }, globals: { bonus: 1 } },
  ${more}
}`
const post = (title: string, front = '', body = 'Text.'): string => `---\ntitle: ${title}\n${front}\n---\n\n${body}\n`
const day = (n: number, more = ''): string => `date: 2025-01-0${n}\n${more}`
const base = {
  'site.config.mjs': config(), 'rates.mjs': 'export const rates = { euro: 2 }',
  'templates/list.njk': 'A list.', 'templates/404.njk': 'Not found.', 'templates/terms.njk': 'Terms.', 'templates/entry.njk': '{{ entry.title }}',
  'content/posts/a.md': post('A', day(1, 'tags: [red]')), 'content/posts/b.md': post('B', day(2, 'tags: [blue]')), 'content/posts/c.md': post('C', day(3, 'template: odd.njk')),
}
const [a, b, c] = ['posts/a/index.html', 'posts/b/index.html', 'posts/c/index.html']
const d = 'posts/d/index.html'

type Files = Readonly<Record<string, string | null>>
interface Step {
  /** What is written; `null`: removed. */
  readonly edit: Files
  /** Outputs that are made anew. */
  readonly makes: readonly string[] | 'everything'
  /** What stands in the page of C afterwards. */
  readonly shows: string
}
/** `posts/c` has the template `odd.njk`; `shows`: what stands in it at first. */
interface Case { readonly files: Files; readonly shows: string; readonly steps: readonly Step[] }

const cases: Readonly<Record<string, Case>> = {
  'a value that is set outside of a block and printed in it': {
    files: {
      'templates/frame.njk': '<main>{% block main %}{% endblock %}</main>{{ last }}',
      'templates/odd.njk': '{% extends "frame.njk" %}{% set last = site.collection("posts")[0].title %}{% set words %}{{ site.data.word }}!{% endset %}{% block main %}{{ words }}{% endblock %}',
      'content/_data/word.json': '"one"',
    },
    shows: '<main>one!</main>C',
    steps: [
      { edit: { 'content/_data/word.json': '"two"' }, makes: [c], shows: '<main>two!</main>C' },
      { edit: { 'content/posts/d.md': post('D', day(4)) }, makes: [c, d, 'index.html'], shows: '<main>two!</main>D' },
      { edit: { 'templates/frame.njk': '{{ last }}{% block main %}{% endblock %}' }, makes: [c], shows: 'Dtwo!' },
    ],
  },
  'a query whose name has brackets': {
    files: {
      'site.config.mjs': config('queries: { "sum (all)": (site, word) => site.entries.map(({ title }) => title).join(word) }'),
      'templates/odd.njk': '{{ site.query("sum (all)", "(") }}',
    },
    shows: 'C(B(A',
    steps: [
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]')) }, makes: [a, c], shows: 'C(B(Aa' },
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]'), 'Other.') }, makes: [a], shows: 'C(B(Aa' },
    ],
  },
  'macros that are imported with context': {
    files: {
      'templates/macros.njk': '{% macro hello() %}{{ site.data.greeting }} {{ page.title }}{% endmacro %}',
      'templates/odd.njk': '{% import "macros.njk" as m with context %}{% from "macros.njk" import hello with context %}{{ m.hello() }}, {{ hello() }}',
      'content/_data/greeting.json': '"Hi"',
    },
    shows: 'Hi C, Hi C',
    steps: [
      { edit: { 'content/_data/greeting.json': '"Ho"' }, makes: [c], shows: 'Ho C, Ho C' },
      { edit: { 'templates/macros.njk': '{% macro hello() %}{{ page.title }}{% endmacro %}' }, makes: [c], shows: 'C, C' },
      { edit: { 'content/_data/greeting.json': '"Hu"' }, makes: [], shows: 'C, C' },
    ],
  },
  'a macro that asks the site': {
    files: {
      'templates/macros.njk': '{% macro newest(site, count) %}{% for e in site.recent(count) %}{{ e.title }} {% endfor %}{% endmacro %}',
      'templates/odd.njk': '{% from "macros.njk" import newest %}{{ newest(site, 2) }}',
    },
    shows: 'C B',
    steps: [
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]')) }, makes: [a], shows: 'C B' },
      { edit: { 'content/posts/b.md': post('Bb', day(2, 'tags: [blue]')) }, makes: [b, c], shows: 'C Bb' },
      { edit: { 'content/posts/a.md': post('Aa', day(9, 'tags: [red]')) }, makes: ['index.html', a, c], shows: 'Aa C' },
    ],
  },
  'an include whose name is in the data': {
    files: {
      'templates/odd.njk': '{% include site.data.look.card %}', 'templates/plain.njk': 'plain {{ entry.title }}', 'templates/rich.njk': 'rich {{ entry.title }}',
      'content/_data/look.json': '{ "card": "plain.njk" }',
    },
    shows: 'plain C',
    steps: [
      { edit: { 'templates/rich.njk': 'very rich {{ entry.title }}' }, makes: [], shows: 'plain C' },
      { edit: { 'content/_data/look.json': '{ "card": "rich.njk" }' }, makes: [c], shows: 'very rich C' },
      { edit: { 'templates/plain.njk': 'plainer' }, makes: [], shows: 'very rich C' },
      { edit: { 'templates/rich.njk': 'richer' }, makes: [c], shows: 'richer' },
    ],
  },
  'an include that is missing, appears and goes': {
    files: { 'templates/odd.njk': '({% include "extra.njk" ignore missing %}){% set name = "more/" + entry.slug + ".njk" %}[{% include name ignore missing %}]' },
    shows: '()[]',
    steps: [
      { edit: { 'templates/extra.njk': 'x' }, makes: [c], shows: '(x)[]' },
      { edit: { 'templates/more/b.njk': 'no' }, makes: [], shows: '(x)[]' },
      { edit: { 'templates/more/c.njk': 'yes' }, makes: [c], shows: '(x)[yes]' },
      { edit: { 'templates/extra.njk': null }, makes: [c], shows: '()[yes]' },
    ],
  },
  'a parent whose name is in the front matter': {
    files: {
      'templates/entry.njk': '{% extends entry.data.frame or "thin.njk" %}', 'templates/odd.njk': '{% extends entry.data.frame or "thin.njk" %}',
      'templates/thin.njk': 'thin {{ entry.title }}', 'templates/thick.njk': 'thick {{ entry.title }}',
    },
    shows: 'thin C',
    steps: [
      { edit: { 'content/posts/c.md': post('C', day(3, 'template: odd.njk\nframe: thick.njk')) }, makes: [c], shows: 'thick C' },
      { edit: { 'templates/thin.njk': 'thinner {{ entry.title }}' }, makes: [a, b], shows: 'thick C' },
      { edit: { 'templates/thick.njk': 'thicker {{ entry.title }}' }, makes: [c], shows: 'thicker C' },
    ],
  },
  'blocks that print what they replace, over three levels': {
    files: {
      'templates/one.njk': '{% block x %}1 {{ site.data.one }}{% endblock %}', 'templates/two.njk': '{% extends "one.njk" %}{% block x %}2 {{ super() }}{% endblock %}',
      'templates/odd.njk': '{% extends "two.njk" %}{% block x %}3 {{ super() }}{% endblock %}', 'content/_data/one.json': '"data"',
    },
    shows: '3 2 1 data',
    steps: [
      { edit: { 'content/_data/one.json': '"other"' }, makes: [c], shows: '3 2 1 other' },
      { edit: { 'templates/one.njk': '{% block x %}one{% endblock %}' }, makes: [c], shows: '3 2 one' },
      { edit: { 'templates/two.njk': '{% extends "one.njk" %}{% block x %}two{% endblock %}' }, makes: [c], shows: '3 two' },
      { edit: { 'content/_data/one.json': null }, makes: [], shows: '3 two' },
    ],
  },
  'macros in macros, with a caller that reads': {
    files: {
      'templates/macros.njk': '{% macro box() %}[{{ caller("in") }}]{% endmacro %}{% macro boxes(list) %}{% for one in list %}{% call(where) box() %}{{ one.title }} {{ where }}{% endcall %}{% endfor %}{% endmacro %}',
      'templates/odd.njk': '{% import "macros.njk" as m %}{{ m.boxes(site.recent(1)) }}{% call(where) m.box() %}{{ where }} {{ site.entry("posts/a.md").summary }}{% endcall %}',
    },
    shows: '[C in][in Text.]',
    steps: [
      { edit: { 'content/posts/a.md': post('A', day(1, 'tags: [red]'), 'Words.') }, makes: [a, c], shows: '[C in][in Words.]' },
      { edit: { 'content/posts/a.md': post('A', day(1, 'tags: [red]'), 'Words.\n\nMore.') }, makes: [a], shows: '[C in][in Words.]' },
      { edit: { 'templates/macros.njk': '{% macro box() %}({{ caller("at") }}){% endmacro %}{% macro boxes(list) %}{% endmacro %}' }, makes: [c], shows: '(at Words.)' },
    ],
  },
  'a loop over the terms of a taxonomy': {
    files: { 'templates/odd.njk': '{% for term in site.terms("tags") %}{{ term.name }} {{ term.count }} {% endfor %}{% for t in entry.tags %}#{{ t.name }}{% endfor %}' },
    shows: 'blue 1 red 1',
    steps: [
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]')) }, makes: [a], shows: 'blue 1 red 1' },
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red, blue]')) }, makes: [a, c, 'tags/blue/index.html', 'tags/index.html'], shows: 'blue 2 red 1' },
      { edit: { 'content/posts/d.md': post('D', day(4, 'tags: [green]')) }, makes: [c, d, 'index.html', 'tags/green/index.html', 'tags/index.html'], shows: 'blue 2 green 1 red 1' },
      { edit: { 'content/posts/b.md': null }, makes: [c, 'index.html', 'tags/blue/index.html', 'tags/index.html'], shows: 'blue 1 green 1 red 1' },
    ],
  },
  'an include in a loop, another for each': {
    files: {
      'templates/odd.njk': '{% for e in site.collection("posts") %}{% include "./row-" + (e.data.kind or "none") + ".njk" %}{% endfor %}',
      'templates/row-none.njk': '({{ e.title }} {{ loop.index }})', 'templates/row-big.njk': '<{{ e.title }}>',
    },
    shows: '(C 1)(B 2)(A 3)',
    steps: [
      { edit: { 'templates/row-big.njk': '<<{{ e.title }}>>' }, makes: [], shows: '(C 1)(B 2)(A 3)' },
      { edit: { 'content/posts/a.md': post('A', day(1, 'kind: big\ntags: [red]')) }, makes: [a, c], shows: '(C 1)(B 2)<<A>>' },
      { edit: { 'templates/row-big.njk': '!{{ e.title }}!' }, makes: [c], shows: '(C 1)(B 2)!A!' },
    ],
  },
  'filters and globals that depend on other files of the config': {
    files: { 'templates/odd.njk': '{{ 3 | priced }} {{ bonus }} {{ site.params.x }}', 'site.config.mjs': config(`params: { x: 'y' },`) },
    shows: '6 1 y',
    steps: [
      { edit: { 'rates.mjs': 'export const rates = { euro: 3 }' }, makes: 'everything', shows: '9 1 y' },
      { edit: { 'site.config.mjs': config(`params: { x: 'z' },`) }, makes: 'everything', shows: '9 1 z' },
      { edit: { 'unrelated.mjs': 'export const rates = {}' }, makes: [], shows: '9 1 z' },
    ],
  },
  'an entry that does not exist, and then does': {
    files: { 'templates/odd.njk': '{% set e = site.entry("posts/d.md") %}{{ e.title if e else "none" }}{{ site.entry(entry.data.nothing).title }}' },
    shows: 'none',
    steps: [
      { edit: { 'content/posts/e.md': post('E', 'date: 2024-12-01') }, makes: ['index.html', 'posts/e/index.html'], shows: 'none' },
      { edit: { 'content/posts/d.md': post('D', 'date: 2024-12-02') }, makes: ['index.html', c, d], shows: 'D' },
      { edit: { 'content/posts/d.md': post('D', 'date: 2024-12-02\ndraft: true') }, makes: ['index.html', c], shows: 'none' },
    ],
  },
  'data that does not exist, and then does': {
    files: { 'templates/odd.njk': '{{ site.data.late.x or "none" }} {% if site.data.flag %}{{ site.data.other }}{% endif %}' },
    shows: 'none',
    steps: [
      { edit: { 'content/_data/early.json': '1', 'content/_data/other.json': '"seen"' }, makes: [], shows: 'none' },
      { edit: { 'content/_data/late.yaml': 'x: y' }, makes: [c], shows: 'y' },
      { edit: { 'content/_data/flag.json': 'true' }, makes: [c], shows: 'y seen' },
      { edit: { 'content/_data/other.json': '"heard"' }, makes: [c], shows: 'y heard' },
      { edit: { 'content/_data/late.yaml': null, 'content/_data/late.toml': 'x = "z"' }, makes: [c], shows: 'z heard' },
    ],
  },
  'neighbours of neighbours': {
    files: { 'templates/odd.njk': '{{ entry.older.older.title or "none" }} {{ entry.newer.title or "newest" }} {{ entry.older.content }}' },
    shows: 'A newest <p>Text.</p>',
    steps: [
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]')) }, makes: [a, c], shows: 'Aa newest <p>Text.</p>' },
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]'), 'Other.') }, makes: [a], shows: 'Aa newest <p>Text.</p>' },
      { edit: { 'content/posts/b.md': post('B', day(2, 'tags: [blue]'), 'Other.') }, makes: [b, c], shows: 'Aa newest <p>Other.</p>' },
      { edit: { 'content/posts/b.md': null }, makes: [c, 'index.html', 'tags/index.html'], shows: 'none newest <p>Text.</p>'.replace('Text', 'Other') },
    ],
  },
  'a part of the theme, until the site has one of the same name': {
    files: { 'templates/odd.njk': '({% include "partials/badge.njk" %}{% include "./partials/own.njk" ignore missing %})' },
    shows: '()',
    steps: [
      { edit: { 'templates/partials/own.njk': '{{ entry.wordCount }}' }, makes: [c], shows: '(1)' },
      { edit: { 'templates/partials/badge.njk': 'Badge ' }, makes: [c], shows: '(Badge 1)' },
      { edit: { 'templates/partials/badge.njk': null }, makes: [c], shows: '(1)' },
    ],
  },
  'lists that are sorted, grouped and read by all at once': {
    files: { 'templates/odd.njk': '{{ site.collection("posts") | sort(false, false, "title") | join(",", "title") }}{% for letter, list in site.collection("posts") | groupby("slug") %}{{ letter }}{% endfor %}{% asyncAll e in site.recent(1) %}{{ e.title }}{% endall %}' },
    shows: 'A,B,CcbaC',
    steps: [
      { edit: { 'content/posts/a.md': post('Z', day(1, 'tags: [red]')) }, makes: [a, c], shows: 'B,C,ZcbaC' },
      { edit: { 'content/posts/a.md': post('Z', day(1, 'tags: [red]'), 'Other.') }, makes: [a], shows: 'B,C,ZcbaC' },
    ],
  },
  'answers that hold entries, are made of them, or are terms': {
    files: {
      'site.config.mjs': config(`queries: {
        best: (site) => ({ first: site.entries[0], groups: [{ name: 'all', entries: [...site.entries] }] }),
        scored: (site) => site.entries.map((entry) => ({ ...entry, score: entry.title.length })),
        tags: (site) => [...site.taxonomies.get('tags').values()],
        count: (site) => site.entries.length,
      },`),
      'templates/odd.njk': '{{ site.query("best").first.title }} {% for g in site.query("best").groups %}{% for e in g.entries %}{{ e.title }}{% endfor %}{% endfor %}',
      'templates/entry.njk': '{% for e in site.query("scored") %}{{ e.title }}{{ e.score }}{% endfor %}{% for t in site.query("tags") %}{{ t.entries[0].title }}{% endfor %}',
      'content/about.md': post('About', 'template: count.njk'), 'templates/count.njk': '{{ site.query("count") }}',
    },
    shows: 'C CBAAbout',
    steps: [
      { edit: { 'content/posts/b.md': post('Bb', day(2, 'tags: [blue]')) }, makes: [a, b, c], shows: 'C CBbAAbout' },
      { edit: { 'content/posts/d.md': post('D', day(4)) }, makes: [a, b, c, d, 'about/index.html', 'index.html'], shows: 'D DCBbAAbout' },
    ],
  },
  'questions with a date, with nothing, and with an answer that goes in a circle': {
    files: {
      'site.config.mjs': config(`queries: {
        since: (site, date) => site.entries.filter((entry) => entry.date >= date).map(({ title }) => title),
        top: (site, count = 2) => site.entries.slice(0, count).map(({ title }) => title),
        circle: (site) => { const answer = { count: site.entries.length }; answer.self = answer; return answer },
      },`),
      'templates/odd.njk': '{{ site.query("since", entry.older.date) | join }} {{ site.query("top", entry.data.nothing) | join }} {{ site.query("circle").count }}',
    },
    shows: 'CB CB 3',
    steps: [
      { edit: { 'content/posts/b.md': post('Bb', day(2, 'tags: [blue]')) }, makes: [b, c], shows: 'CBb CBb 3' },
      { edit: { 'content/posts/d.md': post('D', day(4)) }, makes: [c, d, 'index.html'], shows: 'DCBb DC 4' },
      // What cannot be asked again is asked by the page itself, each time.
      { edit: { 'content/posts/a.md': post('Aa', day(1, 'tags: [red]')) }, makes: [a, c], shows: 'DCBb DC 4' },
    ],
  },
}

function apply(root: string, edit: Files): void {
  for (const [file, text] of Object.entries(edit)) {
    if (text === null) fs.rmSync(path.join(root, file))
    else writeFiles(root, { [file]: text })
  }
}

const outputsOf = (root: string): string[] => [...readTree(path.join(root, 'public')).keys()].filter((file) => file !== '.ssg-files.json').sort()

/** Without the head that the program adds. */
const shownIn = (root: string): string => fs.readFileSync(path.join(root, 'public', c), 'utf8').replace(/<(?:meta|link|script|title)\b[^>]*>(?:[^<]*<\/(?:script|title)>)?/g, '').trim()

describe('odd templates', () => {
  for (const [name, { files, shows, steps }] of Object.entries(cases)) {
    test(name, async () => {
      const root = tempFolder(base)
      apply(root, files)
      const first = await buildAndCompare(root)
      expect(first.result, first.messages).toBeDefined()
      expect(shownIn(root)).toBe(shows)
      for (const [i, { edit, makes, shows: now }] of steps.entries()) {
        apply(root, edit)
        const next = await buildAndCompare(root)
        expect(next.result, next.messages).toBeDefined()
        expect([i, shownIn(root), madeIn(next)]).toEqual([i, now, makes === 'everything' ? outputsOf(root) : [...makes].sort()])
      }
      expect((await buildAndCompare(root)).result?.written).toBe(0)
    })
  }

  test('a query that begins to fail is told as in a clean build, and the output stays', async () => {
    const root = tempFolder(base)
    apply(root, {
      'site.config.mjs': config(`queries: { titles: (site) => { if (site.entries.some(({ title }) => title === 'Bad')) throw new Error('it is bad'); return 'good' } },`),
      'templates/odd.njk': '{{ site.query("titles") }}',
    })
    await buildAndCompare(root)
    apply(root, { 'content/posts/a.md': post('Bad', day(1, 'tags: [red]')) })
    const failed = await buildAndCompare(root)
    expect(failed.messages).toContain('it is bad')
    expect(shownIn(root)).toBe('good')
    apply(root, { 'content/posts/a.md': post('Good', day(1, 'tags: [red]')) })
    expect(madeIn(await buildAndCompare(root))).toEqual([a])
  })

  test.each([
    ['data', '{{ site.data.list.reverse() | join }}'],
    ['data, deep', '{{ site.data.deep.list.push("x") }}'],
    ['front matter', '{{ entry.data.things.reverse() | join }}'],
    ['headings', '{{ entry.toc.reverse()[0].title }}'],
    ['the answer of a query', '{{ site.query("info").list.reverse() | join }}'],
    ['params', '{{ site.params.list.reverse() | join }}'],
    ['taxonomies', '{{ site.taxonomies.push(1) }}'],
    ['entries, by a query', '{{ site.query("sorted") | length }}'],
  ])('what all pages share cannot be changed by one: %s', async (_, template) => {
    const root = tempFolder(base)
    apply(root, {
      'site.config.mjs': config(`params: { list: ['a', 'b'] }, queries: { info: () => ({ list: ['a', 'b'] }), sorted: (site) => site.entries.sort((a, b) => (a.title < b.title ? -1 : 1)) },`),
      'content/_data/list.json': '["a", "b"]', 'content/_data/deep.yaml': 'list: [a, b]', 'templates/odd.njk': template,
      'content/posts/c.md': post('C', day(3, 'template: odd.njk\nthings: [a, b]'), '## One\n\n## Two'),
    })
    const told = await buildAndCompare(root)
    expect(told.result).toBeUndefined()
    expect(JSON.parse(told.messages)).toContainEqual(expect.objectContaining({ severity: 'error', at: expect.objectContaining({ file: 'templates/odd.njk', line: 1 }) }))
  })

  test('lists that are made for one page can be changed by it', async () => {
    const root = tempFolder(base)
    apply(root, { 'templates/odd.njk': '{% set list = [] %}{% set _ = list.push("x") %}{{ list | join }}{{ site.collection("posts").reverse()[0].title }}{{ site.data.list | reverse | join }}{{ site.data.list | sort | join }}', 'content/_data/list.json': '["b", "a"]' })
    await buildAndCompare(root)
    expect(shownIn(root)).toBe('xAabab')
  })
})

describe('compiled templates of an earlier process', () => {
  const spoil = (root: string, isRight: boolean): void => {
    const file = path.join(root, '.ssg/cache/templates.txt')
    const [digest = '', ...rest] = fs.readFileSync(file, 'utf8').split('\n')
    const codes = rest.join('\n').replaceAll('cb(null, output)', "cb(null, 'kept')")
    expect(codes).toContain('kept')
    fs.writeFileSync(file, `${isRight ? createHash('sha256').update(codes).digest('hex').slice(0, 32) : digest}\n${codes}`)
  }
  const edited = async (isRight: boolean): Promise<string> => {
    const root = tempFolder({ ...base, 'templates/odd.njk': 'Odd.', 'templates/entry.njk': '{{ entry.content }}' })
    expect(await runCli(['build', '--quiet'], { cwd: root })).toMatchObject({ code: 0 })
    spoil(root, isRight)
    writeFiles(root, { 'content/posts/a.md': post('A', day(1, 'tags: [red]'), 'More.') })
    expect(await runCli(['build', '--quiet'], { cwd: root })).toMatchObject({ code: 0 })
    return fs.readFileSync(path.join(root, 'public', a), 'utf8')
  }

  test('are used', async () => expect(await edited(true)).toBe('kept'))
  test('are not, if they are not what was written', async () => expect(await edited(false)).toContain('More.'))
})
