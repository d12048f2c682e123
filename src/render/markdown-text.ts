// The plain text of parsed markdown, and how many words it has.
import type { Token } from 'markdown-it'

/** The text of inline tokens: without pictures, footnotes and raw HTML; a line break becomes a space. */
export function plainText(children: readonly Token[]): string {
  let text = ''
  for (const token of children) {
    if (token.type === 'text' || token.type === 'code_inline' || token.type === 'text_special') text += token.content
    else if (token.type === 'softbreak' || token.type === 'hardbreak') text += ' '
  }
  return text
}

/** Words of prose: blocks of code are not read word by word. */
export function countBlockWords(tokens: readonly Token[]): number {
  let count = 0
  for (const token of tokens) {
    if (token.type === 'inline') count += countWords(plainText(token.children ?? []))
  }
  return count
}

/** Words between spaces. Chinese and Japanese have none: two characters count as a word, about what is read in the same time. */
export function countWords(text: string): number {
  let words = 0
  let ideographs = 0
  let inWord = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (isIdeograph(char)) {
      ideographs++
      inWord = false
    } else if (isSpace(char)) inWord = false
    else if (!inWord && isWordStart(char)) {
      words++
      inWord = true
    }
  }
  return words + Math.ceil(ideographs / 2)
}

const isSpace = (char: number): boolean => char === 0x20 || (char >= 0x09 && char <= 0x0d) || char === 0xa0 || char === 0x2014 || char === 0x3000
/** Letters and digits; beyond ASCII everything but punctuation. */
const isWordStart = (char: number): boolean => (char >= 0x61 && char <= 0x7a) || (char >= 0x41 && char <= 0x5a) || (char >= 0x30 && char <= 0x39) || (char > 0xbf && char !== 0xd7 && char !== 0xf7 && !(char >= 0x2000 && char <= 0x206f) && !(char >= 0x3001 && char <= 0x303f) && !(char >= 0xff00 && char <= 0xff0f))
/** Han (of a surrogate pair the first half), Hiragana, Katakana. */
const isIdeograph = (char: number): boolean => char >= 0x3040 && ((char >= 0x3400 && char <= 0x9fff) || char <= 0x30ff || (char >= 0xf900 && char <= 0xfaff) || (char >= 0xd840 && char <= 0xd888))
