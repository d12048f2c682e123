// Reads HTML of the plain kind that markdown makes, five times as fast as the parser for all HTML: every element is closed where it
// should be, nothing is implied, few entities. It tells of the same tags and texts as the parser does, or says that it cannot.

export interface HtmlEvents {
  onopentag(name: string, attributes: Record<string, string>): void
  /** Elements that hold nothing may have none. */
  onclosetag(name: string): void
  ontext(text: string): void
}

const tag = /<(?:\/([a-z][a-z\d]*)|([a-z][a-z\d]*)((?: [a-z][a-z-]*(?:="(?:[^"&<>]|&amp;)*")?)*))>/y
const attribute = / ([a-z-]+)(?:="([^"]*)")?/g
const entity = /&(?:amp|lt|gt|quot);/g
const characters: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }

const empty = new Set(['br', 'hr', 'img', 'input'])
const inline = new Set(['a', 'abbr', 'b', 'br', 'cite', 'code', 'del', 'em', 'i', 'img', 'input', 'ins', 'kbd', 'label', 'mark', 'q', 's', 'small', 'span', 'strong', 'sub', 'sup'])
const blocks = new Set(['blockquote', 'div', 'figcaption', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'nav', 'ol', 'p', 'pre', 'section', 'table', 'ul'])
/** Elements that stand in some others only. */
const parents: Readonly<Record<string, ReadonlySet<string>>> = { li: new Set(['ol', 'ul']), thead: new Set(['table']), tbody: new Set(['table']), tr: new Set(['thead', 'tbody']), th: new Set(['tr']), td: new Set(['tr']) }
const holdsText = /^(?:p|h[1-6])$/
const deepest = 100

/** `false`: this HTML is for the parser; what was told of it up to there is to be forgotten. */
export function readTameHtml(html: string, events: HtmlEvents): boolean {
  const open: string[] = []
  let done = 0
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', done)) {
    if (!tellText(html.slice(done, at), events)) return false
    tag.lastIndex = at
    const match = tag.exec(html)
    if (match === null) return false
    done = tag.lastIndex
    const [, closed, name = '', attributes = ''] = match
    if (closed !== undefined) {
      if (open.pop() !== closed) return false
      events.onclosetag(closed)
    } else {
      if (open.length > deepest || !mayOpen(name, open)) return false
      if (!empty.has(name)) open.push(name)
      events.onopentag(name, readAttributes(attributes))
    }
  }
  return open.length === 0 && tellText(html.slice(done), events)
}

function tellText(text: string, events: HtmlEvents): boolean {
  if (text === '') return true
  if (!text.includes('&')) {
    events.ontext(text)
    return true
  }
  const decoded = text.replace(entity, (found) => characters[found]!)
  // One `&` of the text for each entity, and no other.
  if (text.split('&').length - 1 !== (text.match(entity)?.length ?? 0)) return false
  events.ontext(decoded)
  return true
}

/** Whether the parser would let it stand there, and close nothing before it. */
function mayOpen(name: string, open: readonly string[]): boolean {
  if (inline.has(name)) return name !== 'a' || !open.includes('a')
  const wanted = parents[name]
  return wanted === undefined ? blocks.has(name) && !open.some((one) => holdsText.test(one)) : wanted.has(open.at(-1) ?? '')
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(attribute)) if (!Object.hasOwn(attributes, name)) attributes[name] = value.includes('&') ? value.replaceAll('&amp;', '&') : value
  return attributes
}
