// Bad input through the real command: every fault ends in a located error or in safe output. Never a crash, a hang, a file
// outside of the output folder, or a post that is gone without a word. XSS is escaping.test.ts, disks and kills faults.test.ts.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readTree, removeTempFolders, runCli, tempFolder, unprivileged, writeFiles } from './support/cli.ts'

afterAll(removeTempFolders)

/** Far more than any of this needs, on a machine that does other things too. */
const mostSeconds = 40
const posts = 'content/posts/'
const config = `export default { title: 'Site', url: 'https://example.org/' }\n`
const post = (title: string, front = '', body = 'Text.'): string => `---\ntitle: ${title}\ndate: 2025-05-06\n${front}---\n\n${body}\n`
const good = { [`${posts}good.md`]: post('Good') }

type Files = Readonly<Record<string, string | Uint8Array>>
interface Diagnostic { severity: string; code: string; message: string; at?: { file: string; line?: number } }
interface Built {
  readonly code: number | null
  /** `error front-matter-open content/posts/a.md:1`, without notes. */
  readonly told: readonly string[]
  readonly messages: readonly string[]
  readonly tree: ReadonlyMap<string, Buffer>
  readonly root: string
}

/** Builds a site in a folder of its own, and holds what came of it against what must be true of every build. */
async function build(files: Files, { prepare = () => undefined, through = [] }: { prepare?: (root: string) => void; through?: readonly string[] } = {}): Promise<Built> {
  const around = tempFolder({ 'secret.md': post('Secret'), 'secret.txt': 'secret' })
  const root = path.join(around, 'site')
  writeFiles(root, { 'site.config.mjs': config, ...files })
  prepare(root)
  const before = listNames(around)
  let timer: NodeJS.Timeout | undefined
  const { code, stdout, stderr } = await runCli(['build', '--json', '--at', '2026-01-01T00:00:00Z'], { cwd: root, through, onStart: (kill) => { timer = setTimeout(kill, mostSeconds * 1000, 'SIGKILL') } })
  clearTimeout(timer)
  expect(code, `the exit code; null: killed after ${mostSeconds} s`).not.toBeNull()
  expect(stderr).toBe('')
  expect(stdout).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
  expect(diagnostics.filter((diagnostic) => diagnostic.code === 'bug')).toEqual([])
  expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(code !== 0)
  expect(listNames(around).filter((name) => !/^site\/(?:public|\.ssg)(?:\/|$)/.test(name))).toEqual(before)
  const shown = diagnostics.filter(({ severity }) => severity !== 'note')
  return {
    code, root, tree: readTree(path.join(root, 'public')), messages: shown.map(({ message }) => message),
    told: shown.map(({ severity, code: name, at }) => [severity, name, at && at.file + (at.line === undefined ? '' : `:${at.line}`)].filter((part) => part !== undefined).join(' ')).sort(),
  }
}

const fileName = (name: string): string => name.replaceAll(' ', '-')

/** Every name below a folder, without opening or following anything. */
function listNames(folder: string, prefix = ''): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => [prefix + entry.name, ...(entry.isDirectory() ? listNames(path.join(folder, entry.name), `${prefix}${entry.name}/`) : [])]).sort()
}

function page({ tree }: Built, name: string): string {
  const bytes = tree.get(name)
  if (bytes === undefined) throw new Error(`there is no ${name}, only ${[...tree.keys()].join(', ')}`)
  return bytes.toString()
}
const pagesOf = ({ tree }: Built): string[] => [...tree.keys()].filter((name) => /^posts\/.*index\.html$/.test(name) && !/^posts\/(?:\d{4}\/|page\/)/.test(name))

describe('files that are no text', () => {
  test('each is told with its place, all at once', async () => {
    const built = await build({
      ...good,
      [`${posts}latin1.md`]: Buffer.from(post('Caf\xe9', '', 'Line one.\nna\xefve'), 'latin1'),
      [`${posts}utf16le.md`]: Buffer.from(`\ufeff${post('Wide')}`, 'utf16le'),
      [`${posts}utf16be.md`]: Buffer.from(`\ufeff${post('Wide')}`, 'utf16le').swap16(),
      [`${posts}utf16-unmarked.md`]: Buffer.from(post('Wide'), 'utf16le'),
      [`${posts}nul.md`]: post('Nul', '', 'a\0b'),
      [`${posts}cut.md`]: Buffer.concat([Buffer.from(post('Cut', '', 'x')), Buffer.from([0xe2, 0x82])]),
      [`${posts}overlong.md`]: Buffer.concat([Buffer.from(post('Overlong')), Buffer.from([0xc0, 0xaf])]),
      [`${posts}picture.md`]: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]),
      'content/_data/latin1.json': Buffer.from('{ "a": "\xe9" }', 'latin1'),
    })
    expect(built.code).toBe(1)
    expect(built.told).toEqual([
      'error file-encoding content/_data/latin1.json:1',
      `error file-encoding ${posts}cut.md:7`, `error file-encoding ${posts}latin1.md:2`, `error file-encoding ${posts}nul.md:6`,
      `error file-encoding ${posts}overlong.md:7`, `error file-encoding ${posts}picture.md:1`, `error file-encoding ${posts}utf16-unmarked.md`,
      `error file-encoding ${posts}utf16be.md`, `error file-encoding ${posts}utf16le.md`,
    ])
    expect(built.tree.size).toBe(0)
  })

  test('templates and config are read as strictly', async () => {
    const template = await build({ ...good, 'templates/entry.njk': Buffer.from('<p>caf\xe9</p>', 'latin1') })
    expect(template.told).toEqual(['error file-encoding templates/entry.njk:1'])
    const own = await build({ ...good, 'site.config.mjs': Buffer.from(`export default { title: 'caf\xe9' }`, 'latin1') })
    expect(own.told).toEqual([expect.stringMatching(/^error (?:file-encoding|config-load) site\.config\.mjs/)])
  })
})

describe('files with little in them', () => {
  test('empty, blank, front matter alone, BOM and CRLF are posts', async () => {
    const built = await build({
      [`${posts}empty.md`]: '', [`${posts}blank.md`]: ' \n\n\t\n', [`${posts}only-front.md`]: '---\ntitle: Only front\n---', [`${posts}bare-front.md`]: '---\n---\n',
      [`${posts}bom.md`]: `\ufeff${post('With a BOM')}`, [`${posts}crlf.md`]: post('With CRLF').replaceAll('\n', '\r\n'), [`${posts}cr.md`]: post('With CR').replaceAll('\n', '\r'),
      [`${posts}no-newline.md`]: '# The heading', [`${posts}toml.md`]: '+++\ntitle = "TOML"\n+++',
    })
    expect([built.code, built.told]).toEqual([0, []])
    expect(pagesOf(built)).toHaveLength(9)
    for (const [name, title] of Object.entries({ empty: 'Empty', blank: 'Blank', 'only-front': 'Only front', 'bare-front': 'Bare front', bom: 'With a BOM', crlf: 'With CRLF', cr: 'With CR', 'no-newline': 'The heading', toml: 'TOML' })) {
      expect(page(built, `posts/${name}/index.html`)).toContain(`<title>${title} ·`)
    }
  })

  test('a site of empty files is a site', async () => {
    const built = await build({ 'site.config.mjs': 'export default {}', 'content/index.md': '', 'content/_data/none.json': '', 'content/_data/none.csv': '', 'content/_data/none.yaml': '' })
    expect(built.told).toEqual(['error data-file content/_data/none.json:1'])
  })
})

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
    'pictures in pictures': `${'!['.repeat(5_000)}x${'](u.png)'.repeat(5_000)}`,
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
  const tooDeep = ['quotes']
  test('each is a page, or an error with its place', async () => {
    const names = Object.keys(bodies)
    const told = await build({ ...good, ...Object.fromEntries(names.map((name) => [`${posts}${fileName(name)}.md`, post(name, '', bodies[name])])) })
    const refused = names.filter((name) => told.told.some((line) => line.startsWith(`error body-failed ${posts}${fileName(name)}.md:`)))
    expect(refused).toEqual(tooDeep)
    expect(told.told.filter((line) => line.startsWith('error'))).toHaveLength(refused.length)
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
    expect(built.told).toEqual([`error front-matter-value ${posts}many.md:4`])
  })
})

describe('what is no regular file', () => {
  test('is told, and neither opened nor followed out of the site', async () => {
    const built = await build({ ...good, 'content/album/index.md': post('Album'), 'static/robots.txt': 'User-agent: *\n' }, {
      prepare(root) {
        const at = (name: string): string => path.join(root, name)
        execFileSync('mkfifo', [at(`${posts}pipe.md`), at('static/pipe.txt'), at('content/_data.pipe')])
        fs.mkdirSync(at('content/_data'))
        execFileSync('mkfifo', [at('content/_data/pipe.json')])
        fs.mkdirSync(at(`${posts}folder.md`))
        writeFiles(root, { [`${posts}folder.md/inside.md`]: post('Inside') })
        fs.symlinkSync('../../../secret.md', at(`${posts}outside.md`))
        fs.symlinkSync('nowhere.md', at(`${posts}dangling.md`))
        fs.symlinkSync('self.md', at(`${posts}self.md`))
        fs.symlinkSync('.', at(`${posts}loop`))
        fs.symlinkSync('/', at(`${posts}everything`))
        fs.symlinkSync('good.md', at(`${posts}second.md`))
        fs.symlinkSync('../../secret.txt', at('static/secret.txt'))
        fs.symlinkSync('../../../secret.txt', at('content/album/secret.txt'))
        fs.symlinkSync('../../../secret.txt', at('content/_data/secret.json'))
      },
    })
    expect(built.told.filter((line) => line.startsWith('error'))).toEqual([
      'error file-kind content/_data/secret.json', 'error file-kind content/album/secret.txt',
      `error file-kind ${posts}dangling.md`, `error file-kind ${posts}everything`, `error file-kind ${posts}loop`, `error file-kind ${posts}outside.md`, `error file-kind ${posts}pipe.md`, `error file-kind ${posts}self.md`, 'error file-read content/_data/pipe.json',
    ])
    expect(built.told.filter((line) => line.startsWith('warning'))).toEqual(['warning file-kind static/pipe.txt', 'warning file-kind static/secret.txt'])
  })

  test('a link out of the site never publishes what it leads to', async () => {
    const built = await build({ ...good, 'static/own.txt': 'own' }, {
      prepare(root) {
        fs.symlinkSync('../../secret.txt', path.join(root, 'static/secret.txt'))
        fs.symlinkSync('../..', path.join(root, 'static/up'))
        fs.symlinkSync('own.txt', path.join(root, 'static/inside.txt'))
        fs.symlinkSync('../../secret.txt', path.join(root, 'content/secret.txt'))
      },
    })
    expect(built.code).toBe(0)
    expect([...built.tree].filter(([, bytes]) => bytes.includes('secret')).map(([name]) => name)).toEqual([])
    expect(page(built, 'inside.txt')).toBe('own')
  })

  test('templates and included files stay in their folder', async () => {
    const built = await build({ ...good, 'templates/entry.njk': '{% include "../../secret.txt" %}{% include "linked.njk" %}{% include "/etc/passwd" %}' }, {
      prepare: (root) => fs.symlinkSync('../../secret.txt', path.join(root, 'templates/linked.njk')),
    })
    expect(built.told).toEqual(['error template-missing templates/entry.njk:1'])
    const linked = await build({ ...good, 'templates/entry.njk': '{% include "linked.njk" %}' }, { prepare: (root) => fs.symlinkSync('../../secret.txt', path.join(root, 'templates/linked.njk')) })
    expect(linked.code).toBe(1)
    const folder = await build({ ...good, 'templates/entry.njk/x': '' })
    expect(folder.told).toEqual(['error file-read templates/entry.njk'])
  })

  test('a folder named like a post is a folder; hidden files and backups are no posts', async () => {
    const built = await build({
      [`${posts}folder.md/inside.md`]: post('Inside'), [`${posts}.hidden.md`]: post('Hidden'), [`${posts}.git/x.md`]: post('Git'), [`${posts}a.md~`]: post('Backup'), [`${posts}#a.md#`]: post('Backup'),
      [`${posts}.a.md.swp`]: '\0', [`${posts}a.md.bak`]: post('Backup'), [`${posts}a.md.orig`]: post('Backup'), [`${posts}node_modules/x/readme.md`]: post('Package'), [`${posts}_part.md`]: post('Part'),
      'static/.env': 'KEY=secret', 'static/page.html~': 'backup', 'content/.env': 'KEY=secret', 'content/x.svg~': 'backup', 'static/.well-known/security.txt': 'Contact: x',
    })
    expect([built.code, built.told]).toEqual([0, []])
    expect(pagesOf(built)).toEqual(['posts/inside/index.html'])
    expect([...built.tree].filter(([name, bytes]) => bytes.includes('KEY=') || name.endsWith('~')).map(([name]) => name)).toEqual([])
  })

  test('files and folders that may not be read', async () => {
    const built = await build({ ...good, [`${posts}closed.md`]: post('Closed'), 'content/shut/in.md': post('In'), 'content/_data/closed.json': '{}', 'static/closed.txt': 'x', 'templates/list.njk': 'x' }, {
      through: unprivileged(),
      prepare(root) {
        for (const name of [`${posts}closed.md`, 'content/shut', 'content/_data/closed.json', 'static/closed.txt', 'templates/list.njk']) fs.chmodSync(path.join(root, name), 0)
      },
    })
    expect(built.told).toEqual(expect.arrayContaining(['error file-read content/_data/closed.json', `error file-read ${posts}closed.md`, 'error file-read content/shut']))
    expect(built.code).toBe(1)
    fs.chmodSync(path.join(built.root, 'content/shut'), 0o755)
  })

  test('a static file or a template that may not be read', async () => {
    const asset = await build({ ...good, 'static/closed.txt': 'x' }, { through: unprivileged(), prepare: (root) => fs.chmodSync(path.join(root, 'static/closed.txt'), 0) })
    expect(asset.told).toEqual(['error file-read static/closed.txt'])
    const template = await build({ ...good, 'templates/entry.njk': 'x' }, { through: unprivileged(), prepare: (root) => fs.chmodSync(path.join(root, 'templates/entry.njk'), 0) })
    expect(template.told).toEqual(['error file-read templates/entry.njk'])
  })
})

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

  test.each(['permalink: /.ssg-files.json', 'aliases: [/.ssg-files.json]', 'permalink: /.SSG-FILES.json/x/'])('the list of what the tool made belongs to the tool: %s', async (line) => {
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

test('many faults of many kinds are told at once', async () => {
  const built = await build({
    [`${posts}a.md`]: post('A', 'date: 12th May\n').replace('date: 2025-05-06\n', ''), [`${posts}b.md`]: Buffer.from([0xff, 0xfe, 0x41, 0x00]), [`${posts}c.md`]: '---\ntitle: never closed\n', [`${posts}d.md`]: post('D', 'permalink: /../x/\n'),
    [`${posts}e.md`]: post('E', 'slug: same\n'), [`${posts}f.md`]: post('F', 'slug: same\n'), [`${posts}g.md`]: post('G', 'draft: perhaps\n'), 'content/_data/x.json': '{', 'static/%.txt': 'x',
  }, { prepare: (root) => fs.symlinkSync('nowhere.md', path.join(root, posts, 'h.md')) })
  expect(built.told).toEqual([
    'error data-file content/_data/x.json:1', `error duplicate-permalink ${posts}f.md:4`, `error file-encoding ${posts}b.md`, `error file-kind ${posts}h.md`,
    `error front-matter-date ${posts}a.md:3`, `error front-matter-open ${posts}c.md:1`, `error front-matter-value ${posts}g.md:4`, `error permalink-unsafe ${posts}d.md:4`,
  ])
})

test('messages carry no commands for the terminal', async () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\r'
  const root = tempFolder({
    [`${posts}a.md`]: `---\ntitle: "${hostile}"\ndate: ${hostile}\n---\n\n[x](${hostile}.md)\n`, [`${posts}b.md`]: post('B', `tags: ["${hostile.replaceAll('\u001b', '\\e').replaceAll('\r', '\\r')}"]\ntemplate: "\\e[31m"\n`, `\`\`\`${hostile}x\ny\n\`\`\`\n\n{{ ${hostile} }}`),
    [`${posts}c${hostile.replaceAll('\r', '')}.md`]: post('C', 'permalink: "/\\e[31m/../"\n'), [`${posts}d.md`]: `---\n${hostile}: [\n---\n`,
  })
  for (const args of [['build'], ['check'], ['list'], ['list', '--held']]) {
    const { stdout, stderr } = await runCli([...args, '--at', '2026-01-01T00:00:00Z'], { cwd: root })
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  }
})

describe('a source of the site', () => {
  const config = (body: string): Files => ({ 'site.config.mjs': `import { defineSource, put } from 'sourcepress'
const source = defineSource({ name: 'own', async *load(ctx) { ${body} } })
export default { title: 'Site', url: 'https://example.org/', collections: { own: { source } } }` })
  const faults: Readonly<Record<string, string>> = {
    'no id': 'yield put({})',
    'an id that is no text': 'yield put({ id: 7 })',
    'an id of nothing': `yield put({ id: ' ' })`,
    'an id with control characters': `yield put({ id: 'a\\u0000b' })`,
    'half a character': `yield put({ id: '\\ud83d' })`,
    'the same id twice': `yield put({ id: 'a' }); yield put({ id: 'a' })`,
    'a wrong body': `yield put({ id: 'a', body: { markdown: 7 } })`,
    'a body of an unknown kind': `yield put({ id: 'a', body: { kind: 'rtf', text: '' } })`,
    'a wrong date': `yield put({ id: 'a', date: 'soon' })`,
    'no date': `yield put({ id: 'a', date: new Date(NaN) })`,
    'an asset outside': `yield put({ id: 'a', assets: [{ name: '../../../secret.txt', file: '/etc/hostname' }] })`,
    'an asset that is not there': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: '/no/such/file' }] })`,
    'an asset that is a folder': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: '/' }] })`,
    'an asset that is a pipe': `yield put({ id: 'a', assets: [{ name: 'x.txt', file: ctx.root + '/pipe' }] })`,
    'data that throws': `yield { put: { id: 'a', data: { get title() { throw new Error('boo') } } } }`,
    'data in a circle': `const data = {}; data.self = data; yield { put: { id: 'a', data: { title: data } } }`,
    'nothing at all': 'yield undefined',
    'an error at the end': `yield put({ id: 'a' }); throw new Error('at the end')`,
    'an error that is none': `yield put({ id: 'a' }); throw null`,
    'a broken report': `ctx.report({ nonsense: true })`,
    'a slug out of the folder': `yield put({ id: 'a', data: { permalink: '/../../x/' } })`,
  }
  test.concurrent.each(Object.entries(faults))('that gives %s', async (_, body) => {
    const built = await build(config(body), { prepare: (root) => execFileSync('mkfifo', [path.join(root, 'pipe')]) })
    expect([1, 3]).toContain(built.code)
    expect(built.tree.size).toBe(0)
  })

  test('that gives odd but harmless things', async () => {
    const built = await build(config(`
      const circle = { name: 'circle' }; circle.self = circle
      yield put({ id: '../../etc/passwd', body: 'x' })
      yield put({ id: '__proto__', data: JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1, "circle": 1 }') })
      yield put({ id: 'c', data: { circle, big: 10n, fn() {}, symbol: Symbol('s'), map: new Map([[1, 2]]), regexp: /x/, null: null, undefined: undefined } })
      yield put({ id: 'd', title: 7, tags: [1, true, null, ''], date: 0 })
      yield put({ id: 'e'.repeat(1000), body: { text: 'x'.repeat(100000) } })
      yield { drop: 'never there' }
    `))
    expect(built.code === 0 || built.told.every((line) => /^error (?:front-matter-|source-|permalink-)/.test(line)), built.messages.join('\n')).toBe(true)
  })
})
