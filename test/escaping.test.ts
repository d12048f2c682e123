// What somebody writes never runs: every field, every place of the output, read as HTML, XML and JSON and by a real browser.
// Raw HTML in a markdown file is the writer's own, and refused here; that of other sources is sanitised always.
import { Parser } from 'htmlparser2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import path from 'node:path'
import { findBrowser, openBrowser } from './support/browser.ts'
import { readTree, removeTempFolders, runCli, tempFolder } from './support/cli.ts'
import { serveFolder } from './support/static-server.ts'

afterAll(removeTempFolders)

/** Breaks out of texts, attributes, comments, CDATA, scripts and titles, if anything does. The name says where it came from. */
const bad = (name: string): string => `${name}'"><img src=x onerror=pwned('${name}')>--></title></script></style></textarea>]]><script>pwned('${name}')</script>{{ 7 * 7 }}&lt;script&gt;`
const yaml = (name: string): string => JSON.stringify(bad(name))
const schemes = ['javascript:pwned()', 'JaVaScRiPt:pwned()', ' javascript:pwned()', 'java\tscript:pwned()', 'java\nscript:pwned()', '\u0001javascript:pwned()', 'vbscript:pwned()', 'data:text/html,<script>pwned()</script>', 'data:text/html;base64,PHNjcmlwdD4=']

const markdown = `
# Heading \`<script>pwned('heading')</script>\` \\<img src=x onerror=pwned('h')> {#"onload=pwned()}

[[toc]]

## [link](javascript:pwned()) in &lt;script&gt;pwned()&lt;/script&gt; a heading

[a](javascript:pwned()) [b](JaVaScRiPt&colon;pwned()) [c](java&#10;script:pwned()) [d](&#x6A;avascript:pwned()) [e](<java\tscript:pwned()>) [f](vbscript:pwned()) [g](data:text/html,<script>pwned()</script>)
![h](javascript:pwned()) ![i](data:image/svg+xml,<svg/onload=pwned()>) <javascript:pwned()> [j][js] [k](\\x01javascript:pwned())

[js]: javascript:pwned() "title"

[title](/ "${bad('link-title').replaceAll('"', '\\"')}") ![${'alt" onerror="pwned()'}](/favicon.svg '"onload="pwned()')

\`\`\`js"><script>pwned('info')</script> title="</figcaption><script>pwned('file')</script>" {1}
</code></pre><script>pwned('code')</script>
\`\`\`

\`\`\`js title="x" onload="pwned()" class="x" style="x"
const a = '</script><script>pwned()</script>' // <!--
\`\`\`

\`\`\`<script>pwned()</script>
x
\`\`\`

\`</code><script>pwned()</script>\` https://example.org/"onmouseover="pwned() <https://example.org/'"><script>pwned()</script>

| a \\| <b onclick=none> |
|:--"onload="pwned()|
| \`</td><script>pwned()</script>\` |

Note[^"><script>pwned()</script>].

[^"><script>pwned()</script>]: A note.

> [!NOTE"onload="pwned()]
> x

{% highlight "><script>pwned()</script> %}
x
{% endhighlight %}
`.replaceAll('<b onclick=none>', '')

const html = `<script>pwned()</script><p onclick="pwned()">p</p><a href="javascript:pwned()">a</a><img src=x onerror=pwned()><svg onload=pwned()><script>pwned()</script></svg><math><mtext><table><mglyph><style><img src=x onerror=pwned()>
<iframe src="javascript:pwned()"></iframe><object data="javascript:pwned()"></object><embed src="javascript:pwned()"><form action="javascript:pwned()"><button formaction="javascript:pwned()">b</button></form><base href="javascript:/"><meta http-equiv="refresh" content="0;url=javascript:pwned()">
<style>@import 'javascript:pwned()'</style><link rel="stylesheet" href="javascript:pwned()"><a href="&#106;avascript:pwned()">a</a><a href=" &#9;java&#10;script:pwned()">a</a><template><script>pwned()</script></template><noscript><p title="</noscript><img src=x onerror=pwned()>"></noscript>
<p style="background:url(javascript:pwned())">p</p><video><source onerror=pwned()></video><details open ontoggle=pwned()></details><textarea autofocus onfocus=pwned()></textarea><!--><img src=x onerror=pwned()>--><![CDATA[><img src=x onerror=pwned()>]]></main></body></html>`

const files = {
  'site.config.ts': `import { data, defineSource, files, put } from 'sourcepress'
const html = ${JSON.stringify(html)}
export default {
  title: ${yaml('site-title')}, url: 'https://example.org/', description: ${yaml('site-description')}, author: { name: ${yaml('site-author')}, url: 'https://example.org/"onclick="pwned()' },
  menu: [{ title: ${yaml('menu')}, url: '/' + ${yaml('menu-url')} }],
  markdown: { html: 'escape' }, feeds: { formats: ['atom', 'rss', 'json'] },
  taxonomies: { tags: { title: ${yaml('tags-title')} } },
  collections: {
    posts: { source: files('posts/*.md'), title: ${yaml('collection-title')} },
    other: { source: [
      defineSource({ name: 'other', async *load() {
        yield put({ id: ${yaml('id')}, title: ${yaml('own-title')}, date: '2025-01-01', slug: 'own', description: ${yaml('own-description')}, tags: [${yaml('own-tag')}], data: { image: 'javascript:pwned()', author: { name: 'x', url: 'javascript:pwned()' } }, body: { html }, origin: { label: ${yaml('label')}, url: 'javascript:pwned()' } })
        yield put({ id: 'md', title: 'md', date: '2025-01-02', body: { markdown: html + ${JSON.stringify(markdown)} } })
        yield put({ id: 'text', title: 'text', date: '2025-01-03', body: { text: html } })
      } }), data('content/_rows.json', { body: 'text' })] },
  },
}`,
  'content/_rows.json': JSON.stringify([{ id: 'row', title: bad('row-title'), date: '2025-01-04', text: html }]),
  'content/posts/fields.md': `---\ntitle: ${yaml('title')}\ndate: 2025-05-06\nupdated: 2025-05-07\ndescription: ${yaml('description')}\ntags: [${yaml('tag')}, "</script>"]\nauthor: { name: ${yaml('author')}, email: ${yaml('email')}, url: "javascript:pwned()" }\nimage: ${yaml('image')}\nrobots: ${yaml('robots')}\ntoc: true\nid: ${yaml('uid')}\n---\nText.\n`,
  'content/posts/image.md': '---\ntitle: Image\ndate: 2025-05-05\nimage: "javascript:pwned()"\n---\nText.\n',
  'content/posts/body.md': `---\ndate: 2025-05-04\n---\n${markdown}`,
  'content/posts/heading.md': `# Title ${bad('heading').replaceAll('<', '&lt;')} \`<script>pwned()</script>\`\n\nText.\n`,
  'content/posts/summary.md': '---\ntitle: Summary\ndate: 2025-05-03\n---\n`<script>pwned()</script>` &lt;img src=x onerror=pwned()&gt; ![" onerror="pwned()](/favicon.svg)\n',
  [`content/posts/${'"><img src=x onerror=pwned()>'}.md`]: 'Text.\n',
}

/** Everything of a text, read as HTML, that runs or could; `isPage`: what the theme itself needs is fine. */
function findRunning(html: string, isPage: boolean): string[] {
  const found: string[] = []
  let jsonLd: string | undefined
  const parser = new Parser({
    onopentag(name, attributes) {
      const isOwn = isPage && name === 'script' && (attributes['src'] === '/theme.js' || attributes['type'] === 'application/ld+json')
      if (['script', 'iframe', 'object', 'embed', 'form', 'base', 'svg:script', 'frame', 'applet', 'portal'].includes(name) && !isOwn) found.push(`<${name}>`)
      if (!isPage && ['style', 'link', 'meta'].includes(name)) found.push(`<${name}>`)
      if (name === 'meta' && /refresh/i.test(attributes['http-equiv'] ?? '')) found.push('refresh')
      for (const [key, value] of Object.entries(attributes)) {
        if (/^on/i.test(key) || /pwned/.test(key)) found.push(`<${name} ${key}>`)
        if (['href', 'src', 'action', 'formaction', 'data', 'xlink:href', 'srcset', 'poster', 'cite', 'background'].includes(key) && /^(?:javascript|vbscript|data:text)/i.test(value.replace(/[\u0000-\u0020]/g, ''))) found.push(`<${name} ${key}=${value}>`)
      }
      if (isOwn && attributes['type'] !== undefined) jsonLd = ''
    },
    ontext(text) {
      if (jsonLd !== undefined) jsonLd += text
    },
    onclosetag() {
      if (jsonLd !== undefined) {
        JSON.parse(jsonLd, (key, value: unknown) => {
          if (typeof value === 'string' && /^(?:javascript|vbscript|data):/i.test(value)) found.push(`JSON-LD ${key}: ${value}`)
          return value
        })
      }
      jsonLd = undefined
    },
  }, { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false })
  parser.end(html)
  return found
}

/** The texts of a feed that readers show as HTML, and its addresses. */
function feedParts(name: string, text: string): { html: string[]; addresses: string[] } {
  const html: string[] = [], addresses: string[] = []
  if (name.endsWith('.json')) {
    JSON.parse(text, (key, value: unknown) => {
      if (key === 'content_html' && typeof value === 'string') html.push(value)
      if (key.endsWith('url') && typeof value === 'string') addresses.push(value)
      return value
    })
    return { html, addresses }
  }
  const stack: { name: string; text: string; isText: boolean }[] = []
  const parser = new Parser({
    onopentag(element, attributes) {
      // A title without a type is plain text, and so are the description of an RSS channel and all that Atom does not call `html`.
      const isPlain = element === 'title' || stack.at(-1)?.name === 'channel' || name.endsWith('feed.xml')
      stack.push({ name: element, text: '', isText: isPlain && attributes['type'] !== 'html' })
      if (attributes['href'] !== undefined) addresses.push(attributes['href'])
    },
    ontext(part) {
      const top = stack.at(-1)
      if (top) top.text += part
    },
    onclosetag() {
      const { name: element = '', text: inner = '', isText = false } = stack.pop() ?? {}
      if (!isText && ['content', 'summary', 'title', 'description', 'content:encoded'].includes(element)) html.push(inner)
      if (['link', 'uri', 'guid', 'id'].includes(element) && inner !== '') addresses.push(inner)
    },
  }, { xmlMode: true })
  parser.end(text)
  return { html, addresses }
}

describe('nothing that was written runs', () => {
  let root: string
  let output: ReadonlyMap<string, Buffer>
  beforeAll(async () => {
    root = tempFolder(files)
    const { code, stderr } = await runCli(['build', '--at', '2026-01-01T00:00:00Z'], { cwd: root })
    expect(code, stderr).toBe(0)
    output = readTree(path.join(root, 'public'))
  })

  test('no post is missing', () => {
    const pages = [...output.keys()].filter((name) => /^(?:posts|other)\/[^/]+\/index\.html$/.test(name) && !/\/\d{4}\//.test(name))
    expect(pages).toHaveLength(10)
  })

  test('pages', () => {
    const pages = [...output].filter(([name]) => name.endsWith('.html'))
    expect(pages.length).toBeGreaterThan(15)
    expect(pages.flatMap(([name, bytes]) => findRunning(bytes.toString(), true).map((found) => `${name}: ${found}`))).toEqual([])
  })

  test('feeds', () => {
    const feeds = [...output].filter(([name]) => /(?:feed|rss)\.(?:xml|json)$/.test(name))
    expect(feeds.length).toBeGreaterThan(8)
    for (const [name, bytes] of feeds) {
      const { html: texts, addresses } = feedParts(name, bytes.toString())
      for (const text of texts) expect(findRunning(text, false), name).toEqual([])
      expect(addresses.filter((address) => !/^(?:https:\/\/example\.org\/|urn:|tag:)/.test(address)), name).toEqual([])
    }
  })

  test('sitemap and robots', () => {
    for (const name of ['sitemap.xml', 'robots.txt']) expect(output.get(name)?.toString()).not.toMatch(/<script|<img|javascript:/i)
  })

  const executable = findBrowser()
  test.skipIf(executable === undefined)('in a browser (needs chromium; CHROMIUM names another place)', { timeout: 120_000 }, async () => {
    const [browser, server] = await Promise.all([openBrowser(executable ?? ''), serveFolder(path.join(root, 'public'))])
    try {
      const page = await (await browser.newContext()).newPage()
      const ran: string[] = []
      await page.exposeFunction('pwned', (name: string) => { ran.push(`${page.url()} ${name}`) })
      const found: string[] = []
      for (const name of [...output.keys()].filter((file) => file.endsWith('.html'))) {
        await page.goto(`${server.origin}/${name.split('/').map(encodeURIComponent).join('/')}`, { waitUntil: 'load' })
        found.push(...(await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => [
          ...element.getAttributeNames().filter((attribute) => attribute.startsWith('on')),
          ...(element instanceof HTMLAnchorElement && element.hasAttribute('href') && !['http:', 'https:', 'mailto:'].includes(element.protocol) ? [element.href] : []),
        ]))).map((one) => `${name}: ${one}`))
      }
      expect([found, ran]).toEqual([[], []])
    } finally {
      await Promise.all([browser.close(), server.close()])
    }
  })
})

test('site.config cannot name addresses that run', async () => {
  const root = tempFolder({ 'site.config.mjs': `export default {\n  title: 'x',\n  author: { name: 'x', email: '"><b>',\n  url: 'javascript:pwned()' },\n  menu: [{ title: 'x',\n  url: 'javascript:pwned()' }],\n  url: 'javascript:pwned()' }` })
  const { code, stderr } = await runCli(['build'], { cwd: root })
  expect([code, stderr.match(/site\.config\.mjs:\d+/g)]).toEqual([2, [3, 4, 6, 7].map((line) => `site.config.mjs:${line}`)])
})

test.each(schemes)('the address %j is refused where only an address of the web will do', async (address) => {
  const root = tempFolder({ 'site.config.mjs': `export default { title: 'x', url: 'https://example.org/' }`, 'content/posts/a.md': `---\ntitle: A\ncanonical: ${JSON.stringify(address)}\n---\nx\n` })
  const { code, stderr } = await runCli(['build'], { cwd: root })
  expect([code, stderr]).toEqual([1, expect.stringContaining('error[front-matter-value] `canonical`')])
  const site = await runCli(['build', '--base-url', address], { cwd: root })
  expect([site.code, site.stderr]).toEqual([2, expect.stringContaining('error[usage-flag]')])
})
