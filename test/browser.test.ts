// The default theme in a real browser: every kind of page, light and dark, on a phone and on a desk.
import fs from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, inspectPage, looks, noFindings, openBrowser, openContext } from './support/browser.ts'
import { projectRoot, removeTempFolders, runCli, tempFolder } from './support/cli.ts'
import { serveFolder, type StaticServer } from './support/static-server.ts'

const maxWeightBytes = 20_000

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

const fixture: Readonly<Record<string, string>> = {
  'site.config.mjs': `export default {
    title: 'Fixture', url: 'https://example.org/', description: 'A site for tests.', author: 'Ada',
    collections: { posts: {}, manual: { template: 'manual.njk', sort: 'order', index: false }, pages: {} },
  }`,
  'content/index.md': `---
title: Fixture
template: home.njk
tagline: One sentence that says what it is.
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

const kinds: Readonly<Record<string, string>> = {
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
}

const executable = findBrowser()

test.runIf(process.env['CI'])('there is a browser', () => {
  expect(executable, 'install chromium, or name it in CHROMIUM').toBeDefined()
})

describe.skipIf(executable === undefined)('in a browser (needs chromium; CHROMIUM names another place)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser(executable ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    removeTempFolders()
  })

  describe('every kind of page', () => {
    let server: StaticServer
    beforeAll(async () => {
      server = await serveFolder(await build(tempFolder(fixture), ['--drafts', '--at', '2026-06-01']))
    })
    afterAll(() => server?.close())

    test.for(looks)('looks right in $scheme at $width px', async (look) => {
      const context = await openContext(browser, look)
      for (const [kind, address] of Object.entries(kinds)) {
        const { findings, weightBytes } = await inspectPage(context, server.origin + address, kind === 'page not found' ? 404 : 200)
        expect(findings, `${kind} ${address}`).toEqual(noFindings)
        expect(weightBytes, `CSS and JS of ${address}`).toBeLessThan(maxWeightBytes)
      }
      await context.close()
    })

    test('fits a window of 320 px', async () => {
      const page = await openPage({ scheme: 'light', width: 320 }, kinds['post'])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
      await page.context().close()
    })

    test('the copy button copies the code without numbers and deleted lines', async () => {
      const page = await openPage({ scheme: 'light', width: 1280 }, kinds['post'])
      const copied: string[] = []
      for (const button of await page.getByRole('button', { name: 'Copy' }).all()) {
        await button.click()
        await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
        copied.push(await page.evaluate(() => navigator.clipboard.readText()))
      }
      expect(copied).toEqual([
        expect.stringMatching(/^export function createReads\(\): Reads \{\n {2}const keys = new Set<ReadKey>\(\) \/\/ a comment\n {2}return \{ read: \(key\) => void .*\n\}$/),
        'return [i ** 2 for i in range(x) if i % 2 == 0]',
      ])
      await page.context().close()
    })

    test('the copy button does without the clipboard interface', async () => {
      const page = await openPage({ scheme: 'light', width: 1280 }, kinds['post'])
      await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
      await page.getByRole('button', { name: 'Copy' }).last().click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      await page.context().close()
    })

    test('the theme can be chosen, is kept, and follows the system again', async () => {
      const page = await openPage({ scheme: 'light', width: 1280 }, '/about/')
      const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
      const toggle = page.getByRole('button', { name: 'Dark theme' })
      const light = await background()
      await toggle.click()
      expect(await toggle.getAttribute('aria-pressed')).toBe('true')
      const dark = await background()
      expect(dark).not.toBe(light)
      await page.goto(server.origin + kinds['post'])
      expect(await background()).toBe(dark)
      expect(await colorOfCode(page)).not.toBe(await colorOfCode(await openPage({ scheme: 'light', width: 1280 }, kinds['post'])))
      await toggle.click()
      expect([await background(), await page.evaluate(() => localStorage.length)]).toEqual([light, 0])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect([await background(), await toggle.getAttribute('aria-pressed')]).toEqual([dark, 'true'])
      await page.context().close()
    })

    test('the first key press leads to the content', async () => {
      const page = await openPage({ scheme: 'light', width: 390 }, kinds['post'])
      await page.keyboard.press('Tab')
      const skip = page.getByRole('link', { name: 'Skip to content' })
      expect(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().top >= 0)).toBe(true)
      await page.keyboard.press('Enter')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
      await page.context().close()
    })

    test('the chapters of a manual are open on a desk and fold on a phone', async () => {
      for (const [width, visible] of [[1280, true], [390, false]] as const) {
        const page = await openPage({ scheme: 'light', width }, kinds['page of a manual'])
        const link = page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'More' })
        expect(await link.isVisible()).toBe(visible)
        if (!visible) await page.getByText('Chapters').click()
        await link.click()
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('More')
        await page.context().close()
      }
    })

    test('nothing but the toggle and the copy buttons needs scripts', async () => {
      const context = await browser.newContext({ javaScriptEnabled: false, colorScheme: 'dark' })
      const page = await context.newPage()
      await page.goto(server.origin + kinds['post'])
      expect(await page.getByRole('button').count()).toBe(0)
      await context.close()
    })

    test('paper gets neither navigation nor buttons', async () => {
      const page = await openPage({ scheme: 'dark', width: 1280 }, kinds['post'])
      await page.emulateMedia({ media: 'print' })
      expect(await page.getByRole('navigation').filter({ visible: true }).count()).toBe(0)
      expect(await page.getByRole('button').count()).toBe(0)
      expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(26, 28, 32)')
      await page.context().close()
    })

    async function openPage(look: Parameters<typeof openContext>[1], address = '/'): Promise<Page> {
      const page = await (await openContext(browser, look)).newPage()
      await page.goto(server.origin + address)
      return page
    }
  })

  describe('the site of this project', () => {
    let server: StaticServer
    let addresses: readonly string[]
    beforeAll(async () => {
      const folder = await build(projectRoot, ['--drafts', '--base-url', 'https://example.org/'])
      addresses = findPages(folder)
      server = await serveFolder(folder)
    })
    afterAll(() => server?.close())

    test.for([looks[0], looks[3]])('has no page with findings in $scheme at $width px', { timeout: 300_000 }, async (look) => {
      const context: BrowserContext = await openContext(browser, look ?? { scheme: 'light', width: 390 })
      expect(addresses.length).toBeGreaterThan(10)
      for (const address of addresses) {
        const { findings, weightBytes } = await inspectPage(context, server.origin + address)
        expect(findings, address).toEqual(noFindings)
        expect(weightBytes, `CSS and JS of ${address}`).toBeLessThan(maxWeightBytes)
      }
      await context.close()
    })
  })
})

function colorOfCode(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.querySelector('pre code') ?? document.body).color)
}

/** The folder with the built site. */
async function build(root: string, flags: readonly string[]): Promise<string> {
  const folder = path.join(tempFolder(), 'site')
  const result = await runCli(['build', '--root', root, '--out', folder, ...flags], { cwd: root })
  expect(result.code, result.stderr).toBe(0)
  return folder
}

/** Addresses of all pages but those that only lead on. */
function findPages(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html') && !fs.readFileSync(path.join(folder, file), 'utf8').includes('http-equiv="refresh"'))
    .map((file) => `/${encodeURI(file.split(path.sep).join('/')).replace(/(^|\/)index\.html$/, '$1')}`)
    .sort()
}
