import fc from 'fast-check'
import nunjucks from 'nunjucks'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import { TemplateFailure, describeFailure } from '../../src/render/template-failure.ts'
import { createTemplates } from '../../src/render/templates.ts'

class Shown { get title(): string { return 'T' } get newer(): Shown { return new Shown() } readonly data = { subtitle: 's' } }
const context = { entry: new Shown(), foo: { bar: {} }, i: 1, html: '<b>', thrower() { throw new Error('thrown') } }

function renderer(templates: Readonly<Record<string, string>>, strict = true) {
  const reads: string[] = []
  const created = createTemplates({
    read: (name) => (templates[name] === undefined ? undefined : { text: templates[name], file: `templates/${name}` }),
    reads: { read: (key) => reads.push(key) }, strict, globals: {},
    filters: { shout: (value) => `${String(value)}!`, boom: () => { throw new Error('boom failed') } },
  })
  return { ...created, reads }
}

/** `code file:line:column message <- file:line` */
function failure(templates: Readonly<Record<string, string>>): string {
  const { code, at, message, related = [] } = told(templates)
  const place = [at?.file, at?.line, at?.column].filter((part) => part !== undefined).join(':')
  return [`${code} ${place} ${message}`, ...related.map(({ at: { file, line } }) => `<- ${file}:${line}`)].join(' ')
}

/** What is said of the failure of `a.njk`. */
function told(templates: Readonly<Record<string, string>>): Diagnostic {
  const { render, find } = renderer(templates)
  try {
    throw new Error(`no failure: ${render('a.njk', context)}`)
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error
    return describeFailure(error, { find, names: Object.keys(templates), filters: ['shout', 'boom'], page: '/', chosenAt: { file: 'content/x.md' } })
  }
}

describe('rendering', () => {
  test('escapes, includes, extends, imports, and records each template read', () => {
    const { render, reads } = renderer({
      'a.njk': '{% extends "base.njk" %}{% import "lib.njk" as lib %}{% block body %}{{ html }}{{ lib.m(2) }}{% include "./p/x.njk" %}{% include "gone.njk" ignore missing %}{% endblock %}',
      'base.njk': '[{% block body %}{% endblock %}]', 'lib.njk': '{% macro m(n) %}<i>{{ n }}</i>{% endmacro %}', 'p/x.njk': '{% include "./y.njk" %}', 'p/y.njk': '{{ i | shout }}',
    })
    expect(render('a.njk', context)).toBe('[&lt;b&gt;<i>2</i>1!]')
    expect([...new Set(reads)].sort()).toEqual(['template:a.njk', 'template:base.njk', 'template:gone.njk', 'template:lib.njk', 'template:p/x.njk', 'template:p/y.njk'])
  })

  test('records the same reads when templates are compiled already', () => {
    const { render, reads } = renderer({ 'a.njk': '{% include "b.njk" %}', 'b.njk': 'b' })
    render('a.njk', context)
    reads.length = 0
    render('a.njk', context)
    expect(reads).toEqual(['template:a.njk', 'template:b.njk'])
  })

  test('many includes one after the other are no circle', () => {
    const { render } = renderer({ 'a.njk': '{% include "b.njk" %}'.repeat(200), 'b.njk': 'b' })
    expect(render('a.njk', context)).toBe('b'.repeat(200))
  })

  test('a date prints the same in every time zone', () => {
    const { render } = renderer({ 'a.njk': '{{ day }}' })
    expect(render('a.njk', { day: new Date('2024-05-06T07:30:00Z') })).toBe('2024-05-06T07:30:00.000Z')
  })

  test('undefined prints nothing when it is allowed to', () => {
    expect(renderer({ 'a.njk': '[{{ nothing.at.all }}]' }, false).render('a.njk', context)).toBe('[]')
  })
})

describe('failures', () => {
  test.each<[string, Record<string, string>, string]>([
    ['undefined', { 'a.njk': 'x\n  {{ foo.bar.baz }}' }, 'template-undefined templates/a.njk:2:3 `foo.bar.baz` is undefined or null'],
    ['undefined in the first place', { 'a.njk': '{{ nope }}' }, 'template-undefined templates/a.njk:1:1 `nope` is undefined or null'],
    ['undefined in a layout', { 'a.njk': '{% extends "base.njk" %}{% block x %}ok{% endblock %}', 'base.njk': '1\n{% block x %}{% endblock %}\n{{ nope }}' }, 'template-undefined templates/base.njk:3:1 `nope` is undefined or null'],
    ['undefined in a block', { 'a.njk': '{% extends "base.njk" %}\n{% block x %}\n{{ nope }}{% endblock %}', 'base.njk': '{% block x %}{% endblock %}' }, 'template-undefined templates/a.njk:3:1 `nope` is undefined or null'],
    ['undefined in an include of a block', { 'a.njk': '{% extends "base.njk" %}\n{% block x %}\n\n{% include "c.njk" %}{% endblock %}', 'base.njk': '{% block x %}{% endblock %}', 'c.njk': '\n{{ nope }}' }, 'template-undefined templates/c.njk:2:1 `nope` is undefined or null <- templates/a.njk:4'],
    ['undefined in a macro of another file', { 'a.njk': '{% import "lib.njk" as lib %}\n\n{{ lib.m() }}', 'lib.njk': '\n{% macro m(x) %}\n {{ x.y }}{% endmacro %}' }, 'template-undefined templates/lib.njk:3:2 `x.y` is undefined or null'],
    ['a map where a text is expected', { 'a.njk': '\n{{ foo }}' }, 'template-error templates/a.njk:2:1 a map cannot be printed'],
    ['a call that throws', { 'a.njk': '\n\n{{ thrower() }}' }, 'template-error templates/a.njk:3:11 thrown'],
    ['a call after a block, in a layout', { 'a.njk': '{% extends "base.njk" %}{% block x %}ok{% endblock %}', 'base.njk': '\n{% block x %}{% endblock %}\n\n{{ thrower() }}' }, 'template-error templates/base.njk:4:11 thrown'],
    ['a call after an include', { 'a.njk': '{% include "b.njk" %}\n{{ thrower() }}', 'b.njk': 'b' }, 'template-error templates/a.njk:2:11 thrown'],
    ['no function', { 'a.njk': '\n{{ foo.nofn(1) }}' }, 'template-error templates/a.njk:2:12 `foo["nofn"]` is not a function'],
    ['a filter that throws', { 'a.njk': '\n {{ 1 | boom }}' }, 'template-error templates/a.njk:2:9 boom failed'],
    ['a filter that gives other bytes each time', { 'a.njk': '{{ [1, 2] | random }}' }, 'template-error templates/a.njk:1:13 `random` would make every build another one'],
    ['a filter that is not there', { 'a.njk': '\n {{ 1 | shoot }}' }, 'template-error templates/a.njk:2:9 there is no filter "shoot"'],
    ['a syntax error', { 'a.njk': 'a\nb\n {{ a b }}' }, 'template-syntax templates/a.njk:3:7 expected variable end'],
    ['a tag that is not there', { 'a.njk': '\n {% foo %}' }, 'template-syntax templates/a.njk:2:5 unknown block tag: foo'],
    ['an open tag', { 'a.njk': '{% for x in y %}{% endfor %}\n {% if x %}\nb' }, 'template-syntax templates/a.njk:2:2 parseIf: expected elif, else, or endif, got end of file'],
    ['a syntax error in an include', { 'a.njk': '\n{% include "b.njk" %}', 'b.njk': '{{ a b }}' }, 'template-syntax templates/b.njk:1:6 expected variable end'],
    ['a missing include', { 'a.njk': '\n\n{% include "crad.njk" %}', 'card.njk': '' }, 'template-missing templates/a.njk:3:4 "crad.njk" is not among the templates'],
    ['a missing layout', { 'a.njk': '{% extends "bas.njk" %}' }, 'template-missing templates/a.njk:1:4 "bas.njk" is not among the templates'],
    ['a missing page template', {}, 'template-missing content/x.md "a.njk" is not among the templates'],
    ['a name outside of the folder', { 'a.njk': '{% include "../../etc/passwd" %}' }, 'template-missing templates/a.njk:1:4 "../../etc/passwd" is not among the templates'],
    ['a name that is no text', { 'a.njk': '\n{% include foo %}' }, 'template-error templates/a.njk:2:4 the name of a template is not a text: [object Object]'],
    ['a circle of extends', { 'a.njk': '{% extends "b.njk" %}', 'b.njk': '{% extends "a.njk" %}' }, 'template-loop templates/a.njk:1:4 templates include or extend each other without end: a.njk'],
  ])('%s', (_, templates, expected) => {
    expect(failure(templates)).toContain(expected)
  })

  test.each<readonly [string, string]>([
    ['{{ entry.titel }}', 'did you mean "entry.title"? If not, give a default: {{ value or "" }}.'], ['{{ entri.title }}', 'did you mean "entry.title"? If not, give a default: {{ value or "" }}.'],
    ['{{ entry.newer.newer.titel }}', 'did you mean "entry.newer.newer.title"? If not, give a default: {{ value or "" }}.'],
    ...['{{ entry.data.subtitel }}', '{{ entry.image }}', '{{ entry.subtitle }}', '{{ entry.constructr }}', '{% set entri = entry.nothing %}{{ entri }}', '{{ entry["titel"] }}'].map((template) => [template, 'check the name, or give a default: {{ value or "" }}.'] as const),
    ['{% blok x %}{% endblock %}', 'did you mean "block"?'], ['{% sett x = 1 %}', 'did you mean "set"?'], ['{% nonsense %}', 'correct the tag; the manual of nunjucks lists them all.'],
  ])('what was probably meant by %s', (template, fix) => {
    expect(told({ 'a.njk': template }).fix).toBe(fix)
  })

  test('a circle of includes, of imports, of macros ends', () => {
    expect(failure({ 'a.njk': '{% include "b.njk" %}', 'b.njk': '{% include "a.njk" %}' })).toMatch(/^template-loop templates\/[ab]\.njk:1:4/)
    expect(failure({ 'a.njk': '{% import "a.njk" as a %}' })).toMatch(/^template-loop templates\/a\.njk:1:4/)
    expect(failure({ 'a.njk': '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}' })).toMatch(/^template-loop templates\/a\.njk:1/)
  })
})

describe('what is compiled otherwise than by nunjucks', () => {
  const parts: Readonly<Record<string, string>> = {
    'inc.njk': '({{ x }}{{ loop.index }}{% set x = 9 %}{{ x }}{{ i }}{% for y in list %}{{ loop.first }}{% endfor %})',
    'lib.njk': '{% macro m(p, q=2) %}<i>{{ p }}{{ q }}{{ i }}</i>{% endmacro %}{% set w = 5 %}',
    'base.njk': '[{% block one %}1{% include "inc.njk" %}{% endblock %}{% block two %}2{% endblock %}]',
  }
  const values = { a: { b: '<b>', n: null, f(more: number) { return `${this.b}${more}` }, o: { p: 0 } }, list: ['x', 'y', 'z'], map: { k: 'v', l: 2 }, i: 1, s: 'text', empty: [] }
  const pieces = [
    '{{ a.b }}', '{{ a["b"] }}', '{{ a.f(2) }}', '{{ a.o.p }}', '{{ a.n }}', '{{ nothing.at.all }}', '{{ a.nothing }}', '{{ list[1] }}{{ list.length }}', '{{ s.toUpperCase() }}', '{{ a.constructor.name }}', '{{ list | join("<") }}', '{{ s | upper | replace("T", "&") }}',
    '{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ x }}{% endfor %}',
    '{% for x in list %}{% for y in list %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}{{ x }}', '{% for k, v in map %}{{ k }}{{ v }}{{ loop.index }}{% endfor %}', '{% for x in empty %}{{ x }}{% else %}none{% endfor %}',
    '{% for x in list %}{% include "inc.njk" %}{% set i = loop.index %}{{ i }}{% endfor %}', '{% set z = 3 %}{{ z }}', '{% set x, i = "q" %}{{ x }}{{ i }}', '{% set z %}t{{ i }}{% include "inc.njk" %}{% endset %}{{ z }}', '{% set loop = { index: 7 } %}{{ loop.index }}',
    '{% include "inc.njk" %}', '{% include "gone.njk" ignore missing %}', '{% include ["gone.njk", "inc.njk"][i] %}', '{% if a.b and not a.n %}yes{% elif i %}maybe{% else %}no{% endif %}',
    '{% macro own(p) %}{{ p }}{{ a.b }}{% include "inc.njk" %}{% if caller %}{{ caller() }}{% endif %}{% endmacro %}{{ own(a.b) }}{% call own(1) %}{{ s }}{% endcall %}',
    '{% import "lib.njk" as lib %}{{ lib.m(1) }}{{ lib.m(1, q=a.b) }}{{ lib.w }}', '{% from "lib.njk" import m as n with context %}{{ n(a.b) }}', '{% filter upper %}x{{ a.b }}{% include "inc.njk" %}{% endfilter %}',
    '{% switch i %}{% case 1 %}one{% default %}other{% endswitch %}', '{% block one %}{{ super() }}{{ a.b }}{% endblock %}', '{% block two %}{% for x in list %}{% include "inc.njk" %}{% endfor %}{% endblock %}',
    'runtime.suppressValue( runtime.ensureDefined( runtime.contextOrFrameLookup( runtime.handleError(e, lineno, colno) frame.set("x", t_1);\n', '{{ "runtime.suppressValue(" }}', '"\\', '\n',
  ]
  const loader = class extends nunjucks.Loader {
    readonly text: string
    constructor(text: string) {
      super()
      this.text = text
    }
    getSource(name: string): nunjucks.LoaderSource {
      const src = name === 'a.njk' ? this.text : parts[name]
      return (src === undefined ? null : { src, path: name, noCache: true }) as nunjucks.LoaderSource
    }
  }
  const attempt = (render: () => string): string | undefined => {
    try {
      return render()
    } catch {
      return undefined
    }
  }

  test('writes the same', () => {
    let rendered = 0
    fc.assert(fc.property(fc.boolean(), fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (extend, chosen) => {
      const text = (extend ? '{% extends "base.njk" %}' : '') + chosen.join('')
      const expected = attempt(() => new nunjucks.Environment(new loader(text), { autoescape: true }).render('a.njk', values))
      expect(attempt(() => renderer({ ...parts, 'a.njk': text }, false).render('a.njk', values))).toBe(expected)
      if (expected !== undefined) rendered++
    }), { numRuns: 1500, seed: 7 })
    expect(rendered).toBeGreaterThan(1000)
  })

  test('a value is read once', () => {
    let count = 0
    const counted = { get once() { return ++count }, get method() { count++; return () => 'm' } }
    expect(renderer({ 'a.njk': '{{ x.once }}{{ x["once"] }}{{ x.method() }}' }).render('a.njk', { x: counted })).toBe('12m')
    // A method finds itself again when it is called.
    expect(count).toBe(4)
  })
})
