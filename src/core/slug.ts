// Text -> one segment of an address. Latin letters lose their accents, other scripts keep their letters; never empty.

const letters: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' }
const longest = 100

/** `Crème brûlée` -> `creme-brulee`, `C++` -> `c-plus-plus`, `日本` -> `日本`, `🎉` -> `u1f389`. */
export function slugify(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => letters[letter] ?? letter)
    // Names that differ in signs alone stay apart: C, C++, C#, .NET.
    .replace(/(?<=[\p{L}\p{N}+])\+/gu, '-plus-')
    .replace(/(?<=\p{L})#/gu, '-sharp-')
    .replace(/(?<!\S)\.(?=\p{L})/gu, 'dot-')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return shorten(slug || codePoints(text))
}

/** An author's own slug or a file's name: kept as it is where it is a safe segment, else slugified. */
export function normalizeSlug(text: string): string {
  const slug = text.normalize('NFC')
  return slug.length <= longest && /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}._~-]*$/u.test(slug) && !slug.includes('..') && !slug.endsWith('.') ? slug : slugify(slug)
}

/** `C++` -> `c`, `Über uns` -> `uber-uns`: letters and digits alone, as most generators make it. May be empty. */
export function letterSlug(text: string): string {
  return text
    .normalize('NFKD').replace(/(\p{Script=Latin})\p{M}+/gu, '$1').normalize('NFKC').toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => letters[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, longest)
}

/** `C++` -> `c++`, `Node.js` -> `nodejs`: other signs than these are left out, as Nikola does it. May be empty. */
export function wordSlug(text: string): string {
  return text
    .normalize('NFKD').replace(/(\p{Script=Latin})\p{M}+/gu, '$1').normalize('NFKC').toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => letters[letter] ?? letter)
    .replace(/[^+\p{L}\p{N}\p{M}_\s-]+/gu, '').trim().replace(/[-\s]+/g, '-').slice(0, longest)
}

/** A term as it is written, if it can be one segment of an address. May be empty. */
export function keptSlug(text: string): string {
  const slug = text.normalize('NFC').trim()
  return slug.length > longest || /[/\\?#%\p{Cc}]|^\.+$/u.test(slug) ? '' : slug
}

function codePoints(text: string): string {
  const points = [...text.trim()].slice(0, 8).map((char) => 'u' + (char.codePointAt(0) ?? 0).toString(16))
  return points.join('-') || 'untitled'
}

/** Cuts what no file system would take, and keeps two long texts with one beginning apart. */
function shorten(slug: string): string {
  if (slug.length <= longest) return slug
  let hash = 0x811c9dc5
  for (let i = 0; i < slug.length; i++) hash = Math.imul(hash ^ slug.charCodeAt(i), 0x01000193)
  const head = [...slug].slice(0, longest - 20).join('').replace(/-+$/, '')
  return `${head}-${(hash >>> 0).toString(36)}`
}
