// `ssg serve` in a real browser: what is saved shows in the open page, and what is its reader's stays.
import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findBrowser, openBrowser } from './support/browser.ts'
import { removeTempFolders, tempFolder, writeFiles } from './support/cli.ts'
import { serve, stopServers, type Served } from './support/serve.ts'

const program = findBrowser()
const body = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} of a long text.`).join('\n\n')
const config = (title: string): string => `import { defineConfig } from 'sourcepress'\nexport default defineConfig({ title: '${title}', url: 'https://example.org/' })\n`
const post = (title: string, text: string, more = ''): string => `---\ntitle: ${title}\ndate: 2026-01-02\n${more}---\n\n${text}\n`
const files: Readonly<Record<string, string>> = {
  'site.config.ts': config('Live'),
  'content/posts/a.md': post('Alpha', body, 'tags: [one]\n'),
  'content/posts/b.md': post('Beta', 'Second post.', 'tags: [one]\n'),
  'content/posts/draft.md': post('Sketch', 'Not yet.', 'draft: true\n'),
  'content/posts/later.md': '---\ntitle: Later\ndate: 2199-01-02\n---\n\nScheduled.\n',
  'content/posts/form.md': post('Form', `<details id="own"><summary>More</summary>Inside.</details>\n\n<details><summary>Other</summary>Inside.</details>\n\n<form><input name="name" value="given"><input type="checkbox" name="agree"><textarea name="long">start</textarea><select name="pick"><option>one</option><option>two</option></select></form>\n\n<video width="40" height="30" loop muted></video>\n\n${body}`),
  'static/own.css': 'h1 { color: rgb(1, 2, 3) }\n',
  'templates/entry.njk': '{% extends "base.njk" %}{% block head %}<link rel="stylesheet" href="/own.css">{% endblock %}{% block main %}<h1>{{ entry.title }}</h1>{{ entry.content }}{% endblock %}\n',
}

describe.skipIf(program === undefined)('in a browser', () => {
  let browser: Browser
  let root = ''
  let server: Served
  let page: Page

  const write = (file: string, text: string): void => writeFiles(root, { [file]: text })
  const edit = (file: string, from: string | RegExp, to: string): void => write(file, fs.readFileSync(path.join(root, file), 'utf8').replace(from, to))
  const shows = (text: string): Promise<unknown> => page.waitForFunction((wanted) => document.body?.innerText?.includes(wanted), text, { timeout: 10_000 })
  const overlay = (): Promise<string> => page.evaluate(() => (document.querySelector('ssg-live')?.shadowRoot?.querySelector('.panel') as HTMLElement | null)?.innerText ?? '')
  const untilOverlay = (has: (text: string) => boolean): Promise<void> => expect.poll(overlay, { timeout: 10_000 }).toSatisfy(has)
  const chip = (): Promise<string> => page.evaluate(() => (document.querySelector('ssg-live')?.shadowRoot?.querySelector('.corner') as HTMLElement | null)?.innerText ?? '')
  /** The page was not loaded anew since it was opened. */
  const wasKept = (): Promise<boolean> => page.evaluate(() => 'isFirst' in window)
  const open = async (address: string): Promise<void> => {
    await page.goto(server.origin + address)
    await page.waitForFunction(() => (Reflect.get(window, 'ssgLive') as { isConnected?: boolean } | undefined)?.isConnected)
    await page.evaluate(() => Object.assign(window, { isFirst: true }))
  }

  beforeAll(async () => { browser = await openBrowser(program ?? '') }, 60_000)
  beforeEach(async () => {
    root = tempFolder(files)
    server = await serve(root)
    page = await browser.newPage({ viewport: { width: 800, height: 600 } })
  }, 60_000)
  afterEach(async () => {
    await page.close()
    await server.stop()
  })
  afterAll(async () => {
    await browser.close()
    stopServers()
    removeTempFolders()
  })

  test('an edit of a body shows in place: scroll and focus stay', async () => {
    await open('/posts/a/')
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('.toggle')!.focus()
      scrollTo({ top: 700, behavior: 'instant' })
      Object.assign(window, { mark: document.querySelector('h1') })
    })
    edit('content/posts/a.md', 'Paragraph 3 of', 'Changed 3 of')
    await shows('Changed 3 of')
    expect(await page.evaluate(() => [scrollY, document.activeElement?.className, Reflect.get(window, 'mark') === document.querySelector('h1')])).toEqual([700, 'toggle', true])
    expect(await wasKept()).toBe(true)
  })

  test('a title shows in the page, in the list and in the head', async () => {
    await open('/')
    edit('content/posts/b.md', 'title: Beta', 'title: Gamma')
    await shows('Gamma')
    await open('/posts/b/')
    edit('content/posts/b.md', 'title: Gamma', 'title: Delta')
    await shows('Delta')
    await expect.poll(() => page.title()).toContain('Delta')
    expect(await wasKept()).toBe(true)
  })

  test('a tag makes its page, and the page that is open on it comes and goes', async () => {
    await open('/tags/two/')
    expect(await page.evaluate(() => document.title)).toContain('not found')
    edit('content/posts/b.md', '[one]', '[one, two]')
    await shows('Beta')
    edit('content/posts/b.md', '[one, two]', '[one]')
    await expect.poll(() => page.title()).toContain('not found')
  })

  test('a template shows at once, and then everywhere', async () => {
    await open('/posts/a/')
    edit('templates/entry.njk', '<h1>', '<p>From the template.</p><h1>')
    await shows('From the template.')
    expect(await wasKept()).toBe(true)
    await server.until('/posts/b/', ({ text }) => text.includes('From the template.'))
  })

  test('styles are swapped without a reload, in a chain of imports too', async () => {
    await open('/posts/a/')
    await page.evaluate(() => scrollTo({ top: 500, behavior: 'instant' }))
    const colour = (): Promise<string> => page.evaluate(() => getComputedStyle(document.querySelector('h1')!).color)
    edit('static/own.css', 'rgb(1, 2, 3)', 'rgb(4, 5, 6)')
    await expect.poll(colour).toBe('rgb(4, 5, 6)')
    write('static/more.css', 'h1 { color: rgb(7, 8, 9) }\n')
    write('static/own.css', '@import "more.css";\n')
    await expect.poll(colour).toBe('rgb(7, 8, 9)')
    edit('content/posts/a.md', 'Paragraph 0', 'Words and style')
    await shows('Words and style')
    expect(await colour()).toBe('rgb(7, 8, 9)')
    expect(await page.evaluate(() => [scrollY, document.querySelectorAll('link[href^="/own.css"]').length])).toEqual([500, 1])
    expect(await wasKept()).toBe(true)
  })

  test('the config shows without a restart, broken and mended', async () => {
    await open('/')
    write('site.config.ts', config('Renamed'))
    await shows('Renamed')
    write('site.config.ts', 'export default {{\n')
    await untilOverlay((text) => text.includes('config-load') && text.includes('site.config.ts'))
    expect(await page.evaluate(() => document.body.innerText)).toContain('Renamed')
    write('site.config.ts', config('Again'))
    await shows('Again')
    await untilOverlay((text) => text === '')
  })

  test.each([
    ['a body', 'content/posts/a.md', 'Paragraph 0', '[away](./missing.md)', 'link-broken'],
    ['front matter', 'content/posts/a.md', 'title: Alpha', 'title: [Alpha', 'front-matter-syntax'],
    ['a date', 'content/posts/a.md', '2026-01-02', '12th of May', 'front-matter-date'],
    ['a template', 'templates/entry.njk', '{{ entry.title }}', '{{ entry.titel }}', 'template-undefined'],
    ['the syntax of a template', 'templates/entry.njk', '{% block main %}', '{% blok main %}', 'template-syntax'],
  ])('an error in %s lies over the last good page, with its place and its fix, until it is mended', async (_, file, from, to, code) => {
    await open('/posts/a/')
    const good = fs.readFileSync(path.join(root, file), 'utf8')
    edit(file, from, to)
    await untilOverlay((text) => text.includes(`[${code}]`) && text.includes(file))
    expect(await page.evaluate(() => document.querySelector('h1')?.textContent)).toBe('Alpha')
    expect(await page.evaluate(() => document.querySelector('ssg-live')?.shadowRoot?.querySelector('.here mark')?.textContent)).toBeTruthy()
    write('content/posts/b.md', post('Beta', 'Saved while something was wrong.'))
    write(file, good)
    await untilOverlay((text) => text === '')
    await server.until('/posts/b/', ({ text }) => text.includes('Saved while something was wrong.'))
    expect(await wasKept()).toBe(true)
    expect(server.log().match(new RegExp(`error\\[${code}\\]`, 'g'))?.length).toBe(1)
  })

  test('the mark in the corner is there while the errors are folded up', async () => {
    await open('/posts/a/')
    edit('content/posts/a.md', 'Paragraph 0', '[away](./missing.md)')
    await untilOverlay((text) => text.includes('[link-broken]'))
    expect(await chip()).toBe('')
    await page.click('.close')
    expect([await overlay(), await chip()]).toEqual(['', '1 error'])
    await page.click('.chip.bad')
    await untilOverlay((text) => text.includes('[link-broken]'))
    expect(await chip()).toBe('')
  })

  test('all problems are shown, as text', async () => {
    await open('/posts/a/')
    write('content/posts/x.md', '---\ntitle: X\ndate: "<img src=x onerror=alert(1)>"\n---\n')
    write('content/posts/y.md', '---\ntitle: [\n---\n')
    await untilOverlay((text) => text.includes('content/posts/x.md') && text.includes('content/posts/y.md') && text.includes('<img src=x onerror=alert(1)>'))
    await page.reload()
    await untilOverlay((text) => text.includes('content/posts/x.md'))
    fs.rmSync(path.join(root, 'content/posts/x.md'))
    fs.rmSync(path.join(root, 'content/posts/y.md'))
    await untilOverlay((text) => text === '')
  })

  test('a post that is deleted leads to the 404 page with a way back; a renamed one to its new place', async () => {
    await open('/')
    await page.click('a[href="/posts/b/"]')
    await page.waitForFunction(() => 'ssgLive' in window)
    fs.renameSync(path.join(root, 'content/posts/b.md'), path.join(root, 'content/posts/c.md'))
    await expect.poll(() => page.title()).toContain('not found')
    const way = (): Promise<string> => page.evaluate(() => (document.querySelector('ssg-live')?.shadowRoot?.querySelector('.way') as HTMLElement | null)?.innerText ?? '')
    await expect.poll(way).toContain('It is now at /posts/c/')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => {
      const { left, right } = document.querySelector('ssg-live')!.shadowRoot!.querySelector('.way')!.getBoundingClientRect()
      return [left, innerWidth - right]
    })).toEqual([16, expect.toSatisfy((gap: number) => gap >= 16)])
    await page.evaluate(() => document.querySelector('ssg-live')?.shadowRoot?.querySelector<HTMLElement>('.way a')?.click())
    await page.waitForURL('**/posts/c/')
    fs.rmSync(path.join(root, 'content/posts/c.md'))
    await expect.poll(() => page.title()).toContain('not found')
    write('content/posts/c.md', post('Back again', 'Here.'))
    await shows('Back again')
  })

  test('what was typed, opened and is playing stays', async () => {
    await open('/posts/form/')
    await page.fill('input[name=name]', 'typed')
    await page.check('input[name=agree]')
    await page.selectOption('select', 'two')
    await page.click('#own summary')
    await page.click('details:nth-of-type(2) summary')
    await page.focus('textarea')
    await page.keyboard.press('End')
    await page.keyboard.type(' of a letter')
    await page.evaluate(async () => {
      const canvas = document.createElement('canvas')
      const draw = (): void => { canvas.getContext('2d')?.fillRect(Math.random() * 40, 0, 9, 9); requestAnimationFrame(draw) }
      draw()
      const video = document.querySelector('video')!
      video.srcObject = canvas.captureStream(30)
      await video.play()
      Object.assign(window, { video })
    })
    for (const text of ['Before all.\n\nAnd more.\n\n', 'Once more.\n\n']) {
      edit('content/posts/form.md', '---\n\n', `---\n\n${text}`)
      await shows(text.split('\n')[0] ?? '')
    }
    expect(await page.evaluate(() => {
      const video = document.querySelector('video')!
      return {
        name: document.querySelector<HTMLInputElement>('input[name=name]')!.value, agree: document.querySelector<HTMLInputElement>('input[name=agree]')!.checked, long: document.querySelector('textarea')!.value,
        pick: document.querySelector('select')!.value, open: [...document.querySelectorAll('details')].map((details) => details.open), focus: document.activeElement?.getAttribute('name'),
        video: video === Reflect.get(window, 'video') && !video.paused, ids: document.querySelectorAll('[id^=ssg-]').length,
      }
    })).toEqual({ name: 'typed', agree: true, long: 'start of a letter', pick: 'two', open: [true, true], focus: 'long', video: true, ids: 0 })
    expect(await wasKept()).toBe(true)
  })

  test('what scripts of the page made stays: the theme, copy buttons', async () => {
    edit('content/posts/a.md', 'Paragraph 0 of', '```js\nlet a\n```\n\nParagraph 0 of')
    await server.until('/posts/a/', ({ text }) => text.includes('class="code"'))
    await open('/posts/a/')
    await page.click('.toggle')
    const theme = await page.evaluate(() => document.documentElement.dataset['theme'])
    expect(theme).toBeTruthy()
    edit('content/posts/a.md', 'Paragraph 2 of', 'Changed 2 of')
    await shows('Changed 2 of')
    expect(await page.evaluate(() => [document.documentElement.dataset['theme'], document.querySelectorAll('figure.code > button.copy').length, document.querySelector('pre')?.tabIndex])).toEqual([theme, 1, 0])
    edit('content/posts/a.md', 'Paragraph 1 of', '```js\nlet b\n```\n\nParagraph 1 of')
    await expect.poll(() => page.evaluate(() => document.querySelectorAll('figure.code > button.copy').length)).toBe(2)
  })

  test('a script that changes is run: the page is loaded anew', async () => {
    edit('templates/entry.njk', '{% block head %}', '{% block head %}<script src="/own.js"></script>')
    write('static/own.js', 'document.documentElement.dataset.run = "1"\n')
    await server.until('/posts/a/', ({ text }) => text.includes('own.js'))
    await open('/posts/a/')
    const run = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['run'])
    expect(await run()).toBe('1')
    write('static/own.js', 'document.documentElement.dataset.run = "2"\n')
    await expect.poll(run).toBe('2')
  })

  test('drafts and scheduled posts have a badge, others have not', async () => {
    await open('/posts/draft/')
    await expect.poll(chip).toContain('Draft')
    edit('content/posts/draft.md', 'draft: true\n', '')
    await expect.poll(chip).toBe('')
    await open('/posts/later/')
    await expect.poll(chip).toContain('Scheduled for 2199-01-02')
    await open('/posts/a/')
    expect(await chip()).toBe('')
  })

  test('the page about the server follows', async () => {
    await page.goto(`${server.origin}/__ssg/`)
    expect(await page.evaluate(() => document.body.innerText)).toContain('Sketch')
    edit('content/posts/b.md', 'Second post', 'Second edited post')
    await shows('content/posts/b.md')
    await page.click('#build-2 summary')
    await shows('posts/b/index.html')
  })

  test('a page catches up after the server was away', async () => {
    const port = new URL(server.origin).port
    await open('/posts/a/')
    await page.evaluate(() => scrollTo({ top: 600, behavior: 'instant' }))
    await server.stop()
    await expect.poll(chip).toContain('The server is gone')
    edit('content/posts/a.md', 'Paragraph 1 of', 'Written meanwhile, 1 of')
    edit('static/own.css', 'rgb(1, 2, 3)', 'rgb(9, 9, 9)')
    server = await serve(root, ['--port', port])
    await shows('Written meanwhile')
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.querySelector('h1')!).color)).toBe('rgb(9, 9, 9)')
    expect(await page.evaluate(() => scrollY)).toBe(600)
    expect(await chip()).toBe('')
    expect(await wasKept()).toBe(true)
  })

  test('a hidden tab gives its connection back, and catches up', async () => {
    const tabs = await Promise.all(Array.from({ length: 8 }, () => browser.newPage()))
    const context = await browser.newContext()
    const many = await Promise.all(Array.from({ length: 8 }, () => context.newPage()))
    for (const tab of many) {
      await tab.goto(`${server.origin}/posts/a/`)
      await tab.evaluate(() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange')) })
    }
    edit('content/posts/a.md', 'Paragraph 4 of', 'Seen later, 4 of')
    await server.until('/posts/a/', ({ text }) => text.includes('Seen later'))
    const last = many[0]!
    expect(await last.evaluate(() => document.body.innerText)).not.toContain('Seen later')
    await last.evaluate(() => { Object.defineProperty(document, 'hidden', { value: false, configurable: true }); document.dispatchEvent(new Event('visibilitychange')) })
    await last.waitForFunction(() => document.body.innerText.includes('Seen later'))
    await context.close()
    await Promise.all(tabs.map((tab) => tab.close()))
  })
})
