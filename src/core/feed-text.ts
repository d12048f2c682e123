// Text on its way into XML or HTML that the program writes itself: what no reader takes is removed, the rest is escaped.
// Not for whole bodies (render/feed-content.ts) and not for templates, which escape by themselves.

// What XML 1.0 forbids, the C1 controls, and halves of surrogate pairs.
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
// The mark at the end of a cut text is often the only character beyond Latin-1 on a page: without it, V8 keeps the whole page in half
// the memory, and searches and copies it in half the time.
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '…': '&#8230;' }

const suspicious = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]/

/** Without the characters that XML forbids. */
export function cleanText(text: string): string {
  return suspicious.test(text) ? text.replace(forbidden, '') : text
}

/** Clean and escaped, for content and for attributes in either kind of quotes. */
export function escapeMarkup(text: string): string {
  if (!/[^\n !#-%(-;=?-~]/.test(text)) return text
  return cleanText(text).replace(/[&<>"'…]/g, (char) => entities[char] ?? char)
}
