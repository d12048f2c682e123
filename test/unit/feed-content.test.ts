import { expect, test } from 'vitest'
import { feedContent } from '../../src/render/feed-content.ts'

const pageUrl = 'https://example.org/blog/posts/a/'
const cases: [string, string, string][] = [
  // addresses
  ['a fragment', '<a href="#x">x</a>', '<a href="https://example.org/blog/posts/a/#x">x</a>'],
  ['a relative address', '<a href="../b/?q=1&amp;r=2">x</a>', '<a href="https://example.org/blog/posts/b/?q=1&amp;r=2">x</a>'],
  ['an address from the root', '<img src="/p.png" alt="">', '<img src="https://example.org/p.png" alt="">'],
  ['an address without scheme', '<a href="//other.org/x">x</a>', '<a href="https://other.org/x">x</a>'],
  ['an absolute address', '<a href="http://Other.org">x</a>', '<a href="http://Other.org">x</a>'],
  ['mail and telephone', '<a href="mailto:a@b.c">m</a><a href="tel:+1">t</a>', '<a href="mailto:a@b.c">m</a><a href="tel:+1">t</a>'],
  ['poster, cite, video', '<video src="v.mp4" poster="p.png" controls></video><q cite="/c">x</q>', '<video src="https://example.org/blog/posts/a/v.mp4" poster="https://example.org/blog/posts/a/p.png" controls></video><q cite="https://example.org/c">x</q>'],
  ['srcset', '<img srcset="a.png 1x, /b,c.png 2x,d.png 3x" alt="a">', '<img srcset="https://example.org/blog/posts/a/a.png 1x, https://example.org/b,c.png 2x, https://example.org/blog/posts/a/d.png 3x" alt="a">'],
  ['srcset without sizes', '<source srcset="a.png">', '<source srcset="https://example.org/blog/posts/a/a.png">'],
  ['a picture as data', '<img src="data:image/png;base64,AAAA" alt="">', '<img src="data:image/png;base64,AAAA" alt="">'],
  ['no address at all', '<a href="https://[">x</a>', '<a>x</a>'],
  // what runs
  ['javascript:', '<a href="javascript:alert(1)">x</a><a href=" JaVa\tscript:alert(1)">y</a><a href="vbscript:x">z</a>', '<a>x</a><a>y</a><a>z</a>'],
  ['a page as data', '<a href="data:text/html,x">x</a>', '<a>x</a>'],
  ['handlers', '<p onclick="x()" ONLOAD=y>x</p>', '<p>x</p>'],
  ['script, style, template', 'a<script>b</script><style>c</style><template><p>d</p></template>e', 'ae'],
  ['a form', '<form action="/x"><p>a</p><input name="b"></form>c', 'c'],
  ['a button', '<div>a<button type="button">Copy</button></div>', '<div>a</div>'],
  ['embed and object', '<object data="x.swf"><p>Instead</p></object><embed src="y">', '<p>Instead</p>'],
  ['a frame becomes a link', '<iframe src="https://video.example/1?a=1&amp;b=2" title="The talk"></iframe>', '<a href="https://video.example/1?a=1&amp;b=2">The talk</a>'],
  ['a frame without a title', '<iframe src="/map/"></iframe>', '<a href="https://example.org/map/">https://example.org/map/</a>'],
  ['a frame that runs something', '<iframe src="javascript:x"></iframe><iframe srcdoc="<p>x</p>"></iframe>', ''],
  // what only the page needs
  ['attributes for the page', '<p class="a" style="b" data-c="d" tabindex="0" role="note" aria-label="e" id="f" lang="de">x</p>', '<p id="f" lang="de">x</p>'],
  ['loading hints', '<img src="https://a.b/c" alt="x" width="2" height="3" loading="lazy" decoding="async">', '<img src="https://a.b/c" alt="x" width="2" height="3">'],
  ['the anchor of a heading', '<h2 id="x">T <a class="anchor" href="#x" aria-hidden="true">#</a></h2>', '<h2 id="x">T </h2>'],
  ['a link that is no anchor', '<a class="anchored" href="https://a.b/">x</a>', '<a href="https://a.b/">x</a>'],
  ['colours of code', '<pre tabindex="0"><code><span class="x">a</span><span style="b">&lt;<span class="y">c</span></span></code></pre>', '<pre><code>a&lt;c</code></pre>'],
  ['marked lines of code', '<pre><code><span class="line">a\n</span><ins class="line">b\n</ins></code></pre>', '<pre><code>a\n<ins>b\n</ins></code></pre>'],
  ['a span with a meaning', '<span lang="fr">a</span><span class="b">c</span><pre><span lang="fr">a</span><span>b</span></pre>', '<span lang="fr">a</span>c<pre><span lang="fr">a</span>b</pre>'],
  ['task lists', '<li class="task"><label><input type="checkbox" disabled checked> a</label></li><li><input type=CHECKBOX> b</li>', '<li>☑ a</li><li>☐ b</li>'],
  ['comments', 'a<!-- b -->c', 'ac'],
  ['noscript is shown', '<noscript><img src="https://a.b/c" alt=""></noscript>', '<img src="https://a.b/c" alt="">'],
  // form
  ['elements left open', '<p>a<b>b', '<p>a<b>b</b></p>'],
  ['elements never opened', 'a</b></div>b', 'ab'],
  ['wrong nesting', '<b><i>a</b>b</i>', '<b><i>a</i></b>b'],
  ['text that is no markup', 'a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
  ['entities', '&eacute;&nbsp;&lt;b&gt;&amp;amp;', 'é\u00a0&lt;b&gt;&amp;amp;'],
  ['control characters', 'a\u0000\u0008b&#1;&#x1f;\ufffe<p title="\u0001x">c</p>', 'ab<p title="x">c</p>'],
  ['the end of CDATA', 'a ]]> b <p title="]]>">c</p>', 'a ]]&gt; b <p title="]]&gt;">c</p>'],
  ['odd names', '<x"y>a</x"y><p a"b="c" d<e="f">g</p>', 'a<p>g</p>'],
  ['boolean attributes', '<details open><summary>a</summary>b</details><ol reversed></ol>', '<details open><summary>a</summary>b</details><ol reversed></ol>'],
  ['void elements', 'a<br>b<br/>c<hr></br>', 'a<br>b<br>c<hr><br>'],
]

test.each(cases)('%s', (_, html, wanted) => {
  expect(feedContent(html, pageUrl)).toBe(wanted)
})

test('what is made is left as it is when made again', () => {
  for (const [, html] of cases) {
    const once = feedContent(html, pageUrl)
    expect(feedContent(once, 'https://elsewhere.example/')).toBe(once)
  }
})

test.each([
  ['nested', '<blockquote>'.repeat(10_000) + 'x'],
  ['unmatched', '<b>'.repeat(5000) + '</i>'.repeat(5000)],
  ['an endless attribute', '<p title="' + 'a'.repeat(1_000_000)],
  ['an endless srcset', `<img srcset="${'a,'.repeat(300_000)}" alt="">`],
  ['blocks of code left open', '<pre><span class="a">'.repeat(50_000)],
  ['brackets', '<'.repeat(500_000)],
])('hostile input ends soon: %s', (_, html) => {
  const start = performance.now()
  const made = feedContent(html, pageUrl)
  expect(performance.now() - start).toBeLessThan(5000)
  expect(openElements(made)).toEqual([])
  expect(made).not.toContain(']]>')
})

/** What is left open, or closed without being open. */
function openElements(html: string): string[] {
  const open: string[] = []
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z\d]+)(?: [^<>]*)?>/g)) {
    if (slash === '') open.push(...(name === 'img' ? [] : [name]))
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}
