// Bad input: files that are no posts, no text or no files at all. Every fault ends in a located error or in safe output; never in
// a crash, a hang, or a post that is gone without a word. XSS is escaping.test.ts, disks and kills faults.test.ts.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTempFolders, runCli, tempFolder, unprivileged, writeFiles } from './support/cli.ts'
import { build, good, page, pagesOf, post, posts } from './support/hostile.ts'

afterAll(removeTempFolders)

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
