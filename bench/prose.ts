// Markdown of made-up words: paragraphs, lists, tables, quotes. The words are built from syllables, so that no text is anybody's.
import { createRandom, type Random } from './code-blocks.ts'

/** A piece of markdown and how many words it has. */
export interface Piece {
  readonly text: string
  readonly words: number
}

const common = 'the of and to in a is that for it as was with be by on not this are or from at which but have an they one we can all there if so when more no will out then what about some them into only other than its time two may these like over such our how also after well'.split(' ')
const onsets = ['b', 'br', 'c', 'cl', 'd', 'dr', 'f', 'fl', 'g', 'gr', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'pl', 'qu', 'r', 's', 'sh', 'st', 't', 'tr', 'v', 'w', 'z']
const vowels = ['a', 'e', 'i', 'o', 'u', 'a', 'e', 'o', 'ou', 'é', 'ü']
const codas = ['', '', '', '', '', '', 'n', 'r', 's', 'l', 'm', 'nd', 'st']

function makeSyllable(random: Random): string {
  const vowel = vowels[random(40) === 0 ? 9 + random(2) : random(9)]!
  return onsets[random(onsets.length)]! + vowel + codas[random(codas.length)]!
}

/** `count` different words of one to four syllables, most of two or three. */
export function makeVocabulary(count: number, seed: number): string[] {
  const random = createRandom(seed)
  const made = new Set<string>()
  while (made.size < count) made.add(Array.from({ length: 1 + random(2) + random(3) }, () => makeSyllable(random)).join(''))
  return [...made]
}

const vocabulary = makeVocabulary(1500, 7)

/** Early words of the vocabulary come more often, as in a language. */
export function drawWord(random: Random): string {
  return vocabulary[Math.min(random(vocabulary.length), random(vocabulary.length))]!
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Words without marks or markup. */
export function makePhrase(random: Random, words: number): string {
  return Array.from({ length: words }, () => (random(5) < 2 ? common[random(common.length)]! : drawWord(random))).join(' ')
}

export function makeSentence(random: Random): Piece {
  const words = 8 + random(13)
  const drawn = makePhrase(random, words).split(' ').map((word, index) => decorate(random, word) + (index > 0 && index < words - 1 && random(12) === 0 ? ',' : ''))
  return { text: `${capitalize(drawn.join(' '))}${random(12) === 0 ? '?' : '.'}`, words }
}

function decorate(random: Random, word: string): string {
  switch (random(150)) {
    case 0: case 1: return `*${word}*`
    case 2: return `**${word}**`
    case 3: case 4: return `\`${word}()\``
    case 5: return `[${word}](https://example.org/${random(10_000)}/?q=${random(100)})`
    case 6: return `${random(1000)} ${word}`
    default: return word
  }
}

/** Three to six sentences, in lines of about 100 characters; `link` is put before the last. */
export function makeParagraph(random: Random, link = ''): Piece {
  const sentences = Array.from({ length: 3 + random(4) }, () => makeSentence(random))
  const last = sentences.at(-1)!
  return join([...sentences.slice(0, -1), ...(link === '' ? [] : [{ text: link, words: 3 }]), last], ' ', wrap)
}

function wrap(text: string): string {
  return text.replace(/(.{90,110}) /g, '$1\n')
}

export function makeList(random: Random): Piece {
  const ordered = random(3) === 0
  const rows = Array.from({ length: 3 + random(4) }, (_, index): Piece => {
    const words = 4 + random(9)
    const nested = !ordered && index > 0 && random(5) === 0
    return { text: `${nested ? '  - ' : ordered ? `${index + 1}. ` : '- '}${makePhrase(random, words)}`, words }
  })
  return join(rows, '\n')
}

export function makeQuote(random: Random): Piece {
  const { text, words } = makeParagraph(random)
  return { text: text.replace(/^/gm, '> '), words }
}

export function makeTable(random: Random): Piece {
  const row = (): Piece => join([{ text: makePhrase(random, 2), words: 2 }, { text: String(random(10_000)), words: 1 }, { text: `\`${drawWord(random)}\``, words: 1 }], ' | ', (text) => `| ${text} |`)
  const rows = Array.from({ length: 4 + random(4) }, row)
  return join([rows[0]!, { text: '| --- | ---: | --- |', words: 0 }, ...rows.slice(1)], '\n')
}

function join(pieces: readonly Piece[], between: string, finish = (text: string): string => text): Piece {
  return { text: finish(pieces.map(({ text }) => text).join(between)), words: pieces.reduce((sum, { words }) => sum + words, 0) }
}
