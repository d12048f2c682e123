// One entry of an Atom feed as text. The package `feed` writes it once for each author and number of terms, around marks; the rest is
// put in place of these. Reason: the package needs ten times as long for an entry as this does, and sites have thousands.
import { Feed, type Author as FeedAuthor } from 'feed'
import { cleanText } from './feed-text.ts'

/** As the package wants it: title and summary are HTML. */
export interface AtomEntry {
  readonly title: string
  readonly summary: string
  readonly content: string
  /** An IRI, kept to the letter. */
  readonly id: string
  readonly link: string
  readonly updated: Date
  readonly published: Date
  readonly author?: FeedAuthor | undefined
  readonly terms: readonly string[]
}

/** With the line end before it, and indented for its place in a feed. */
export function fillAtomEntry(entry: AtomEntry): string {
  const values = [
    cdata(entry.title), `<id>${xmlText(cleanText(entry.id))}</id>`, `href="${xmlAttribute(new URL(entry.link).href)}"`, `<updated>${entry.updated.toISOString()}</updated>`,
    cdata(entry.summary), cdata(entry.content), ...entry.terms.map(xmlAttribute), `<published>${entry.published.toISOString()}</published>`,
  ]
  return frameOf(entry.author, entry.terms.length).map((part, i) => (i === 0 ? part : values[i - 1]! + part)).join('')
}

/** No author, term or text can hold one of these: control characters are removed from all, and none holds a tag. */
const textMarks = ['\u0001title', '\u0001summary', '\u0001content'] as const
const [link, updated, published, id] = ['https://mark.invalid/', new Date(1), new Date(2), 'urn:mark:id'] as const
const termMark = (index: number): string => `\u0001term${index};`

const frames = new Map<string, readonly string[]>()
const mostFrames = 500

/** The texts between the marks, in the order of `values`. */
function frameOf(author: FeedAuthor | undefined, terms: number): readonly string[] {
  const key = JSON.stringify([author, terms])
  let frame = frames.get(key)
  if (frame === undefined) {
    if (frames.size >= mostFrames) frames.clear()
    frames.set(key, frame = makeFrame(author, terms))
  }
  return frame
}

function makeFrame(author: FeedAuthor | undefined, terms: number): readonly string[] {
  const [title, summary, content] = textMarks
  const feed = new Feed({ title: '', id: '', updated })
  feed.addItem({
    title, description: summary, content, id, link, date: updated, published,
    ...(author && { author: [author] }), category: Array.from({ length: terms }, (_, index) => ({ term: termMark(index) })),
  })
  const atom = feed.atom1()
  let rest = atom.slice(atom.indexOf('\n    <entry>'), atom.lastIndexOf('\n</feed>'))
  const marks = [title, `<id>${id}</id>`, `href="${link}"`, `<updated>${updated.toISOString()}</updated>`, summary, content, ...Array.from({ length: terms }, (_, index) => termMark(index)), `<published>${published.toISOString()}</published>`]
  const parts = marks.map((mark) => {
    const at = rest.indexOf(mark)
    if (at === -1) throw new Error(`the package \`feed\` wrote no ${mark} where it was expected`)
    const part = rest.slice(0, at)
    rest = rest.slice(at + mark.length)
    return part
  })
  return [...parts, rest]
}

function cdata(text: string): string {
  return text.replaceAll(']]>', ']]]]><![CDATA[>')
}

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&gt;'))
}

function xmlAttribute(text: string): string {
  return text.replace(/[&<"]/g, (char) => (char === '&' ? '&amp;' : char === '<' ? '&lt;' : '&quot;'))
}
