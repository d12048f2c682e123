// The plain text of parsed markdown, and how many words it has.
import type { Token } from 'markdown-it'

/** The text of inline tokens: without pictures, footnotes and raw HTML; a line break becomes a space. */
export function plainText(children: readonly Token[]): string {
  let text = ''
  for (const token of children) {
    if (hasText(token)) text += token.content
    else if (isBreak(token)) text += ' '
  }
  return text
}

const hasText = ({ type }: Token): boolean => type === 'text' || type === 'code_inline' || type === 'text_special'
const isBreak = ({ type }: Token): boolean => type === 'softbreak' || type === 'hardbreak'

/** Words of prose: blocks of code are not read word by word. */
export function countBlockWords(tokens: readonly Token[]): number {
  const count: WordCount = { words: 0, ideographs: 0, inWord: false }
  let total = 0
  for (const token of tokens) {
    if (token.type !== 'inline') continue
    for (const child of token.children ?? []) {
      if (hasText(child)) addWords(count, child.content)
      else if (isBreak(child)) count.inWord = false
    }
    total += takeWords(count)
  }
  return total
}

/** Words between spaces. Chinese and Japanese have none: two characters count as a word, about what is read in the same time. */
export function countWords(text: string): number {
  const count: WordCount = { words: 0, ideographs: 0, inWord: false }
  addWords(count, text)
  return takeWords(count)
}

/** A word may go on in the next part of a text. */
interface WordCount { words: number; ideographs: number; inWord: boolean }

function takeWords(count: WordCount): number {
  const words = count.words + Math.ceil(count.ideographs / 2)
  count.words = 0
  count.ideographs = 0
  count.inWord = false
  return words
}

function addWords(count: WordCount, text: string): void {
  let { words, ideographs, inWord } = count
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    const kind = char < 128 ? (ascii[char] ?? 0) : kindOf(char)
    if (kind === space) inWord = false
    else if (kind === ideograph) {
      ideographs++
      inWord = false
    } else if (kind === letter && !inWord) {
      words++
      inWord = true
    }
  }
  count.words = words
  count.ideographs = ideographs
  count.inWord = inWord
}

const [other, space, letter, ideograph] = [0, 1, 2, 3]
const ascii = Uint8Array.from({ length: 128 }, (_, char) => (/\s/.test(String.fromCharCode(char)) ? space : /[a-z\d]/i.test(String.fromCharCode(char)) ? letter : other))

/** Beyond ASCII everything but punctuation is taken for a letter; of a surrogate pair the first half counts. */
function kindOf(char: number): number {
  if (char <= 0xbf || char === 0xd7 || char === 0xf7) return char === 0xa0 ? space : other
  if (char >= 0x2000 && char <= 0x206f) return char === 0x2014 ? space : other
  if ((char >= 0x3040 && char <= 0x30ff) || (char >= 0x3400 && char <= 0x9fff) || (char >= 0xf900 && char <= 0xfaff) || (char >= 0xd840 && char <= 0xd888)) return ideograph
  if (char >= 0x3000 && char <= 0x303f) return char === 0x3000 ? space : other
  return (char >= 0xff00 && char <= 0xff0f) || (char >= 0xdc00 && char <= 0xdfff) ? other : letter
}
