// The default theme in a real browser: every kind of page, light and dark, on a phone and on a desk.
import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser, inspectPage, looks, noFindings, openBrowser, openContext } from './support/browser.ts'
import { projectRoot, removeTempFolders, runCli, tempFolder } from './support/cli.ts'
import { serveFolder, type StaticServer } from './support/static-server.ts'
import { kinds, themeSite } from './support/theme-site.ts'

const maxWeightBytes = 20_000

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
      server = await serveFolder(await build(tempFolder(themeSite), ['--drafts', '--at', '2026-06-01']))
    })
    afterAll(() => server?.close())

    test.concurrent.for(looks)('looks right in $scheme at $width px', { timeout: 180_000 }, async (look) => {
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
      // The page hears of the system's change a moment later.
      await expect.poll(async () => [await background(), await toggle.getAttribute('aria-pressed')]).toEqual([dark, 'true'])
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

    // Every kind of page was seen in every look above; here each page is seen in one, in turn.
    test.concurrent.for([...looks.entries()])('has no page with findings, look %i', { timeout: 180_000 }, async ([turn, look]) => {
      expect(addresses.length).toBeGreaterThan(10)
      const context = await openContext(browser, look)
      for (const address of addresses.filter((_, index) => index % looks.length === turn)) {
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
