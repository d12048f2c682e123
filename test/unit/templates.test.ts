import { describe, expect, test } from 'vitest'
import { TemplateFailure, describeFailure } from '../../src/render/template-failure.ts'
import { createTemplates } from '../../src/render/templates.ts'

const context = { foo: { bar: {} }, i: 1, html: '<b>', thrower() { throw new Error('thrown') } }

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
function failure(templates: Readonly<Record<string, string>>, name = 'a.njk'): string {
  const { render, find } = renderer(templates)
  try {
    return `no failure: ${render(name, context)}`
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error
    const { code, at, message, related = [] } = describeFailure(error, { find, names: Object.keys(templates), filters: ["shout", "boom"], page: '/', chosenAt: { file: 'content/x.md' } })
    const place = [at?.file, at?.line, at?.column].filter((part) => part !== undefined).join(':')
    return [`${code} ${place} ${message}`, ...related.map(({ at: { file, line } }) => `<- ${file}:${line}`)].join(' ')
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

  test('a circle of includes, of imports, of macros ends', () => {
    expect(failure({ 'a.njk': '{% include "b.njk" %}', 'b.njk': '{% include "a.njk" %}' })).toMatch(/^template-loop templates\/[ab]\.njk:1:4/)
    expect(failure({ 'a.njk': '{% import "a.njk" as a %}' })).toMatch(/^template-loop templates\/a\.njk:1:4/)
    expect(failure({ 'a.njk': '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}' })).toMatch(/^template-loop templates\/a\.njk:1/)
  })
})
