// The pictures of the manual's chapter on writing: the overlay, and the page about the server. `npm run bench:pictures`, after changes of
// what they show.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'

const folder = path.join(process.cwd(), 'content/images')
const sentence = 'Rye flour takes up more water than wheat, and the dough stays soft under the hands.'
const post = (title: string, date: string, more = ''): string => `---\ntitle: ${title}\ndate: ${date}\ntags: [bread]\n${more}---\n\n${`${sentence} `.repeat(4)}\n\n${`${sentence} `.repeat(3)}\n`

async function main(): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'pictures-'))
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    fs.writeFileSync(path.join(root, name), text)
  }
  write('site.config.mjs', `export default { title: 'Bread and butter', url: 'https://bread.example.org/', timeZone: 'Europe/Vienna' }\n`)
  write('content/posts/rye.md', post('A loaf of rye', '2026-05-06'))
  write('content/posts/wheat.md', post('Wheat, at last', '2026-04-01'))
  write('content/posts/spelt.md', post('Notes on spelt', '2026-06-01', 'draft: true\n'))
  write('content/posts/advent.md', post('For Advent', '2199-12-01'))
  const server = spawn(process.execPath, [path.join(process.cwd(), 'dist/bundle/cli/main.js'), 'serve', '--port', '4820', '--root', root], { stdio: 'ignore' })
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage({ viewport: { width: 960, height: 640 }, colorScheme: 'light' })
    const pause = (): Promise<void> => page.waitForTimeout(1500)
    await open(page, 'http://127.0.0.1:4820/posts/rye/')
    for (const [i, text] of ['Knead it well.', 'Let it rest.', 'Bake it hot.'].entries()) {
      write('content/posts/rye.md', post(i === 1 ? 'A loaf of rye bread' : 'A loaf of rye', '2026-05-06').concat(`\n${text}\n`))
      await pause()
    }
    write('content/posts/rye.md', post('A loaf of rye', '2026-05-06').replace('2026-05-06', '6th of May'))
    await pause()
    await page.screenshot({ path: path.join(folder, 'overlay.png') })
    write('content/posts/rye.md', post('A loaf of rye', '2026-05-06'))
    await pause()
    await page.goto('http://127.0.0.1:4820/__ssg/')
    await page.click('.builds li:nth-child(3) summary')
    await page.setViewportSize({ width: 960, height: 900 })
    await page.screenshot({ path: path.join(folder, 'server.png') })
  } finally {
    await browser.close()
    server.kill('SIGINT')
    fs.rmSync(root, { recursive: true, force: true })
  }
}

async function open(page: Page, url: string): Promise<void> {
  for (let i = 0; i < 50; i++) {
    if (await page.goto(url).then(() => true, () => false)) return
    await new Promise((resolve) => { setTimeout(resolve, 200) })
  }
  throw new Error('the server did not start')
}

await main()
