// How long a writer waits: from the write of a file to the new bytes, by asking over HTTP again and again, and in a real browser. Beside
// Hugo's server, where Hugo is installed: `npm run bench:serve -- [--posts 1000,10000] [--edits 15] [--without-hugo] [--without-browser]`.
import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser, type Page } from 'playwright-core'
import { folderOfCorpora } from './compare.ts'
import { createPost, openCorpus, type Corpus } from './corpus.ts'
import { findHugo, sourcepress } from './tools.ts'

interface Server {
  readonly name: string
  readonly origin: string
  /** What of the site's sources each kind of edit changes, and the address that shows it. */
  readonly post: { readonly file: string; readonly url: string; readonly text: string }
  readonly template: { readonly file: string; readonly text: string }
  readonly startMs: number
  readonly process: ChildProcess
}
interface Row { readonly name: string; readonly times: readonly number[] }

const agent = new http.Agent({ keepAlive: true })
const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })
const settleMs = 700

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    http.get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve(text))
    }).on('error', reject)
  })
}

async function untilServed(url: string, isThere: (text: string) => boolean, limitMs = 120_000): Promise<number> {
  for (const start = performance.now(); performance.now() - start < limitMs;) {
    const text = await get(url).catch(() => '')
    if (isThere(text)) return performance.now()
    await new Promise(setImmediate)
  }
  throw new Error(`${url} does not show the change`)
}

async function start(name: string, [file, ...args]: readonly [string, ...string[]], origin: string, rest: Pick<Server, 'post' | 'template'>): Promise<Server> {
  const began = performance.now()
  const child = spawn(file, args, { stdio: 'ignore' })
  const at = await untilServed(origin + rest.post.url, (text) => text.includes('</html>'), 300_000)
  return { name, origin, process: child, startMs: at - began, ...rest }
}

function startOurs(root: string, corpus: Corpus): Promise<Server> {
  const main = path.join(root, 'dist/bundle/cli/main.js')
  const file = path.join(corpus.folder, 'templates/entry.njk')
  const text = fs.readFileSync(path.join(root, 'templates/entry.njk'), 'utf8')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  return start('sourcepress', [process.execPath, main, 'serve', '--quiet', '--port', '4810', '--root', corpus.folder], 'http://127.0.0.1:4810', { post: postOf(corpus), template: { file, text } })
}

function startHugo(corpus: Corpus): Promise<Server> {
  const folder = path.join(corpus.folder, 'hugo')
  const file = path.join(folder, 'layouts/_default/single.html')
  return start('hugo', ['hugo', 'server', '--source', folder, '--port', '4811', '--bind', '127.0.0.1'], 'http://127.0.0.1:4811', { post: postOf(corpus), template: { file, text: fs.readFileSync(file, 'utf8') } })
}

function postOf({ folder, posts }: Corpus): Server['post'] {
  const { path: name, text } = createPost(Math.floor(posts / 2), posts)
  return { file: path.join(folder, 'content', name), text, url: `/posts/${path.basename(name, '.md')}/` }
}

let serial = 0
/** A word that was never there, and the text with it after the first paragraph. */
function edited({ text }: { readonly text: string }): { readonly word: string; readonly text: string } {
  const word = `edit${process.pid}x${++serial}`
  const body = text.indexOf('\n---\n') + 6
  const end = text.indexOf('\n\n', body)
  return { word, text: `${text.slice(0, end)} ${word}${text.slice(end)}` }
}

async function measureHttp(server: Server, edits: number): Promise<Row[]> {
  const body: number[] = [], second: number[] = []
  for (let i = 0; i < edits; i++) {
    await sleep(settleMs)
    for (const times of [body, second]) {
      const { word, text } = edited(server.post)
      const began = performance.now()
      fs.writeFileSync(server.post.file, text)
      times.push(await untilServed(server.origin + server.post.url, (html) => html.includes(word)) - began)
    }
  }
  return [{ name: 'body, over HTTP', times: body }, { name: 'body again at once, over HTTP', times: second }]
}

/** Resolves when the page shows a word, with the time by the clock of this process. */
async function untilShown(page: Page, word: string, change: () => void): Promise<number> {
  // Also across a reload, which is how other servers show a change.
  const shown = page.waitForFunction((wanted) => document.documentElement?.outerHTML.includes(wanted), word, { polling: 'raf', timeout: 120_000 })
  await sleep(20)
  const began = performance.now()
  change()
  await shown
  return performance.now() - began
}

async function measureBrowser(server: Server, browser: Browser, edits: number): Promise<Row[]> {
  const page = await browser.newPage()
  await page.goto(server.origin + server.post.url)
  const body: number[] = [], template: number[] = [], after: number[] = []
  for (let i = 0; i < edits; i++) {
    await sleep(settleMs)
    const { word, text } = edited(server.post)
    body.push(await untilShown(page, word, () => fs.writeFileSync(server.post.file, text)))
  }
  for (let i = 0; i < Math.ceil(edits / 3); i++) {
    await sleep(settleMs * 2)
    const word = `template${process.pid}x${++serial}`
    const text = server.template.text.replace(/(<\/article>|\{\{-? end -?\}\}\s*$|\{% endblock %\}\s*$)/, `<p>${word}</p>$1`)
    template.push(await untilShown(page, word, () => fs.writeFileSync(server.template.file, text)))
    const next = edited(server.post)
    after.push(await untilShown(page, next.word, () => fs.writeFileSync(server.post.file, next.text)))
  }
  await page.close()
  return [{ name: 'body, in the browser', times: body }, { name: 'template, in the browser', times: template }, { name: 'body right after a template', times: after }]
}

async function measureServer(server: Server, browser: Browser | undefined, edits: number): Promise<Row[]> {
  try {
    await sleep(settleMs * 3)
    return [{ name: 'start to first page', times: [server.startMs] }, ...await measureHttp(server, edits), ...(browser ? await measureBrowser(server, browser, edits) : [])]
  } finally {
    fs.writeFileSync(server.post.file, server.post.text)
    fs.writeFileSync(server.template.file, server.template.text)
    server.process.kill('SIGINT')
    await new Promise((resolve) => { server.process.once('exit', resolve) })
  }
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN
}

function render(tables: ReadonlyMap<string, readonly Row[]>): string {
  const names = [...tables.keys()]
  const rows = tables.get(names[0] ?? '') ?? []
  const cell = (row: Row | undefined): string => (row === undefined ? '-' : `${median(row.times).toFixed(0)} (${Math.max(...row.times).toFixed(0)})`).padStart(16)
  return [''.padEnd(32) + names.map((name) => name.padStart(16)).join(''), ...rows.map(({ name }) => name.padEnd(32) + names.map((tool) => cell(tables.get(tool)?.find((row) => row.name === name))).join(''))].join('\n')
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { posts: { type: 'string', default: '1000,10000' }, edits: { type: 'string', default: '15' }, 'without-hugo': { type: 'boolean', default: false }, 'without-browser': { type: 'boolean', default: false } } })
  const root = process.cwd()
  const hugo = values['without-hugo'] ? undefined : findHugo(root)
  const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = values['without-browser'] || !fs.existsSync(program) ? undefined : await chromium.launch({ executablePath: program, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  try {
    for (const posts of values.posts.split(',').map(Number)) {
      const corpus = openCorpus(folderOfCorpora(), posts, (folder) => [sourcepress(root), ...(hugo ? [hugo] : [])].forEach((tool) => tool.prepare(folder)))
      const tables = new Map<string, Row[]>()
      tables.set('sourcepress', await measureServer(await startOurs(root, corpus), browser, Number(values.edits)))
      if (hugo) tables.set(`hugo ${hugo.version}`, await measureServer(await startHugo(corpus), browser, Math.min(5, Number(values.edits))))
      process.stdout.write(`${posts} posts: ms from the write of a file to what it changes, median (worst)\n${render(tables)}\n\n`)
    }
  } finally {
    await browser?.close()
  }
}

await main()
