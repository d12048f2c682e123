// A real browser for tests: where it is, how it is started, and what is asked of every page that it opens.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/opt/google/chrome/chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** Path of a chromium: `CHROMIUM` of the environment, or where systems put it. */
export function findBrowser(): string | undefined {
  const wanted = process.env['CHROMIUM']
  return wanted !== undefined && wanted !== '' ? wanted : places.find((place) => fs.existsSync(place))
}

export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

export interface Look {
  readonly scheme: 'light' | 'dark'
  readonly width: number
}

export const looks: readonly Look[] = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ scheme, width })))

export function openContext(browser: Browser, { scheme, width }: Look): Promise<BrowserContext> {
  return browser.newContext({ colorScheme: scheme, viewport: { width, height: width < 500 ? 844 : 900 }, permissions: ['clipboard-read', 'clipboard-write'] })
}

export interface PageFindings {
  /** Axe's rules that are broken, with the elements that break them. */
  readonly violations: readonly string[]
  /** Errors of the console and of scripts. */
  readonly errors: readonly string[]
  /** Requests that failed or went to another host. */
  readonly requests: readonly string[]
  /** How much wider than the window the page is, in CSS pixels. */
  readonly overflow: number
}
export const noFindings: PageFindings = { violations: [], errors: [], requests: [], overflow: 0 }

export interface Inspection {
  readonly findings: PageFindings
  /** Stylesheets and scripts, before compression. */
  readonly weightBytes: number
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const axeRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Opens a page and asks everything of it. `expected` is the status of the page itself. */
export async function inspectPage(context: BrowserContext, url: string, expected = 200): Promise<Inspection> {
  const page = await context.newPage()
  const errors: string[] = [], requests: string[] = []
  const code: Promise<Buffer>[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // Chromium also logs the status of the page itself.
    if (message.type() === 'error' && !(expected >= 400 && message.location().url === url)) errors.push(message.text())
  })
  page.on('requestfailed', (request) => requests.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`))
  page.on('response', (response) => {
    if (new URL(response.url()).origin !== new URL(url).origin) requests.push(`${response.url()}: another host`)
    if (response.status() !== (response.url() === url ? expected : 200)) requests.push(`${response.url()}: ${response.status()}`)
    if (['stylesheet', 'script'].includes(response.request().resourceType())) code.push(response.body())
  })
  await page.goto(url, { waitUntil: 'load' })
  const bodies = await Promise.all(code)
  const overflow = Math.max(0, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
  const violations = await runAxe(page)
  await page.close()
  return { findings: { violations, errors, requests, overflow }, weightBytes: bodies.reduce((sum, body) => sum + body.length, 0) }
}

interface AxeResults { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }

async function runAxe(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axeFile })
  const { violations } = await page.evaluate(
    (rules) => (globalThis as unknown as { axe: { run(node: Document, options: object): Promise<AxeResults> } }).axe.run(document, { runOnly: rules }),
    axeRules,
  )
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}
