import { describe, expect, test } from 'vitest'
import { createFilters } from '../../src/render/filters.ts'
import { createTemplates } from '../../src/render/templates.ts'
import type { Settings } from '../../src/core/settings.ts'

const settings = { language: 'de', timeZone: 'Europe/Berlin', basePath: '/blog/', origin: 'https://example.org' } as Settings

class Getters {
  readonly #title: string
  constructor(title: string) { this.#title = title }
  get title(): string { return this.#title }
  get date(): Date { return new Date(this.#title === 'b' ? '2024-01-01T00:00:00Z' : '2023-01-01T00:00:00Z') }
}
const context = {
  date: new Date('2024-05-06T23:30:00Z'), entries: [new Getters('b'), new Getters('A'), new Getters('c')],
  html: '<h2 id="a">A <a class="anchor" href="#a">#</a></h2><p>one &amp; two three</p>', evil: { a: '</script><!--' },
}

async function render(template: string, given: Settings = settings): Promise<string> {
  const templates = createTemplates({ read: () => ({ text: template, file: 't.njk' }), reads: { read: () => undefined }, strict: true, globals: {}, filters: await createFilters(given) })
  return templates.render('t.njk', context)
}

describe('filters', () => {
  test.each([
    ['{{ date | date("D. MMMM YYYY HH:mm") }}', '7. Mai 2024 01:30'],
    ['{{ date | date }}', '7. Mai 2024'],
    ['{{ "2024-05-06" | date("YYYY") }}', '2024'],
    ['{{ date | isodate }}', '2024-05-06T23:30:00Z'],
    ['{{ "/a b/?x=1#y" | url }}', '/blog/a%20b/?x=1#y'],
    ['{{ "https://other.example/" | url }} {{ "#x" | url }}', 'https://other.example/ #x'],
    ['{{ "/a/" | absolute }} {{ "mailto:x@y" | absolute }}', 'https://example.org/blog/a/ mailto:x@y'],
    ['{{ "C++ & Co" | slug }}', 'c-plus-plus-co'],
    ['{{ evil | json }}', '{"a":"\\u003c/script\\u003e\\u003c!--"}'],
    ['{{ html | text }}', 'A one &amp; two three'],
    ['{{ html | excerpt(3) }}', 'A one &amp;…'],
    ['{% for e in entries | sort(false, false, "title") %}{{ e.title }}{% endfor %}', 'Abc'],
    ['{% for e in entries | sort(reverse=true, attribute="title") %}{{ e.title }}{% endfor %}', 'cbA'],
    ['{% for year, members in entries | groupby("title") %}{{ year }}{{ members.length }}{% endfor %}', 'b1A1c1'],
  ])('%s', async (template, expected) => {
    expect(await render(template)).toBe(expected)
  })

  test.each(['{{ "someday" | date }}', '{{ entries | slug }}', '{{ entries | sort(attribute="nope") }}'])('%s is refused', async (template) => {
    await expect(render(template)).rejects.toThrow(/expected|has no/)
  })

  test('absolute needs the site\'s address; a language that nobody knows is English', async () => {
    const { origin: _, ...rest } = settings
    await expect(render('{{ "/a/" | absolute }}', rest as Settings)).rejects.toThrow('url')
    expect(await render('{{ date | date("MMMM") }}', { ...settings, language: 'xx' })).toBe('May')
  })
})
