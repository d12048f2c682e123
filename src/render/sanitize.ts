// HTML that strangers wrote -> HTML that is safe to publish: what makes up an article stays, what runs, frames or restyles goes.
// Loaded only for bodies of sources that are not trusted. Everything that our own markdown makes passes unchanged in effect.
import sanitizeHtml from 'sanitize-html'

const tags = [
  'a', 'abbr', 'address', 'article', 'aside', 'audio', 'b', 'bdi', 'bdo', 'blockquote', 'br', 'caption', 'cite', 'code', 'col', 'colgroup', 'data', 'dd', 'del', 'details', 'dfn', 'div',
  'dl', 'dt', 'em', 'figcaption', 'figure', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'i', 'img', 'input', 'ins', 'kbd', 'label', 'li', 'main', 'mark', 'nav', 'ol', 'p',
  'picture', 'pre', 'q', 'rb', 'rp', 'rt', 'rtc', 'ruby', 's', 'samp', 'section', 'small', 'source', 'span', 'strong', 'sub', 'summary', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead',
  'time', 'tr', 'track', 'u', 'ul', 'var', 'video', 'wbr',
]

const schemes = ['http', 'https', 'mailto', 'tel']

/** Takes out a list of pictures that the library would print a complaint about. */
function checkSrcset(tagName: string, { srcset, ...attribs }: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  const fine = srcset?.split(',').every((candidate) => /^\S+(?:\s+\d+(?:\.\d+)?[wx])?$/.test(candidate.trim()))
  return { tagName, attribs: fine && srcset !== undefined ? { ...attribs, srcset } : attribs }
}

const options: sanitizeHtml.IOptions = {
  allowedTags: tags,
  allowedAttributes: {
    '*': ['id', 'title', 'lang', 'dir', 'role', 'aria-label', 'aria-hidden'],
    a: ['href', 'name', 'rel', 'hreflang', 'tabindex'],
    audio: ['src', 'controls', 'loop', 'muted', 'preload'],
    blockquote: ['cite'],
    code: ['data-info'],
    col: ['span'],
    colgroup: ['span'],
    data: ['value'],
    del: ['cite', 'datetime'],
    details: ['open'],
    div: ['tabindex'],
    img: ['src', 'srcset', 'sizes', 'alt', 'width', 'height', 'loading', 'decoding'],
    input: ['type', 'disabled', 'checked'],
    ins: ['cite', 'datetime'],
    li: ['value'],
    ol: ['start', 'reversed', 'type'],
    q: ['cite'],
    source: ['src', 'srcset', 'sizes', 'media', 'type', 'width', 'height'],
    td: ['colspan', 'rowspan', 'headers', 'style'],
    th: ['colspan', 'rowspan', 'headers', 'scope', 'abbr', 'style'],
    time: ['datetime'],
    track: ['src', 'kind', 'srclang', 'label', 'default'],
    video: ['src', 'poster', 'width', 'height', 'controls', 'loop', 'muted', 'playsinline', 'preload'],
  },
  // The classes of our own output, and no other: a stranger's must not take on the looks of the theme.
  allowedClasses: {
    a: ['anchor', 'footnote-back'],
    code: [/^lang(?:uage)?-[\w+#.-]+$/],
    div: ['table', 'alert', /^alert-[a-z]+$/],
    li: ['task'],
    nav: ['toc'],
    ol: ['tasks'],
    p: ['alert-title'],
    section: ['footnotes'],
    sup: ['footnote-ref'],
    ul: ['tasks'],
  },
  allowedStyles: { td: { 'text-align': [/^(?:left|right|center)$/] }, th: { 'text-align': [/^(?:left|right|center)$/] } },
  allowedSchemes: schemes,
  allowedSchemesByTag: { img: [...schemes, 'data'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite', 'poster', 'srcset'],
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'template', 'title', 'iframe', 'object', 'embed'],
  transformTags: {
    input: (tagName, attribs) => ({ tagName, attribs: { ...attribs, disabled: '' } }),
    img: checkSrcset,
    source: checkSrcset,
  },
  exclusiveFilter: ({ tag, attribs }) => tag === 'input' && attribs['type'] !== 'checkbox',
}

const marker = '<data value="more"></data>'

/** Comments go too, but for `<!-- more -->`. */
export function sanitize(html: string): string {
  return sanitizeHtml(html.replace(/<!--\s*more\s*-->/gi, marker), options).replaceAll(marker, '<!-- more -->')
}
