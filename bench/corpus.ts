// A blog of any size, the same on every machine: 600-900 words a post, 1.5 code blocks of its own, 1-4 of 200 tags, links to other posts.
// A post depends on its number and on how many there are, on nothing else.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { blockLanguages, createRandom, generateBlock, type GeneratedBlock, type Random } from './code-blocks.ts'
import { capitalize, drawWord, makeList, makeParagraph, makePhrase, makeQuote, makeSentence, makeTable, makeVocabulary, type Piece } from './prose.ts'

export interface GeneratedPost {
  /** Below the content folder: `posts/2019/some-title.md`. */
  readonly path: string
  readonly text: string
  readonly words: number
  readonly blocks: readonly GeneratedBlock[]
}

export interface Corpus {
  /** Holds `content/` and the configuration of each tool. */
  readonly folder: string
  readonly posts: number
  readonly blocks: number
  readonly codeLines: number
  readonly bytes: number
}

export const siteUrl = 'https://blog.example.org'
export const siteTitle = 'A generated blog'
const firstDay = Date.UTC(2015, 0, 1)
const lastDay = Date.UTC(2025, 11, 31)
const tags = makeVocabulary(240, 11).slice(0, 200).map((word, index, all) => (index % 8 === 0 ? `${word} ${all[(index + 1) % all.length]!}` : word))

/** Years of posts, oldest first. */
export const years = Array.from({ length: 11 }, (_, index) => 2015 + index)

/** Post number `index` (from 0, oldest first) of `total`. */
export function createPost(index: number, total: number): GeneratedPost {
  const random = createRandom(index * 7919 + 13)
  const title = titleOf(index)
  const blocks = Array.from({ length: random(4) }, () => generateBlock(blockLanguages[random(blockLanguages.length)]!, random, 15))
  const pieces = makeBody(random, { index, total, blocks, words: 600 + random(250) })
  return {
    path: `posts/${dateOf(index, total).getUTCFullYear()}/${slugOf(title)}.md`,
    text: `${frontMatter(random, title, dateOf(index, total))}\n${pieces.map(({ text }) => text).join('\n\n')}\n`,
    words: pieces.reduce((sum, { words }) => sum + words, 0),
    blocks,
  }
}

/** One word of each title is the number of its post in syllables, so that no two are equal. */
function titleOf(index: number): string {
  const random = createRandom(index * 104_729 + 5)
  const own = [...String(index)].map((digit) => ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'po', 'ru'][Number(digit)]!).join('')
  return capitalize(`${makePhrase(random, 2 + random(3))} ${own} ${drawWord(random)}`)
}

function slugOf(title: string): string {
  return title.toLowerCase().replaceAll('é', 'e').replaceAll('ü', 'u').replaceAll(' ', '-')
}

function dateOf(index: number, total: number): Date {
  const spread = (lastDay - firstDay) * ((index + 0.5) / total)
  return new Date(firstDay + Math.floor(spread / 60_000) * 60_000)
}

function frontMatter(random: Random, title: string, date: Date): string {
  const chosen = new Set(Array.from({ length: 1 + random(4) }, () => tags[random(tags.length)]!))
  const description = random(2) === 0 ? `description: ${makeSentence(createRandom(random(1e9))).text.replace(/\(.*?\)|[*`[\]]/g, '')}\n` : ''
  return `---\ntitle: ${title}\ndate: ${date.toISOString().replace('.000', '')}\ntags: [${[...chosen].join(', ')}]\n${description}---\n`
}

interface BodyPlan {
  readonly index: number
  readonly total: number
  readonly blocks: readonly GeneratedBlock[]
  readonly words: number
}

function makeBody(random: Random, { index, total, blocks, words }: BodyPlan): Piece[] {
  const pieces = [makeParagraph(random)]
  let count = pieces[0]!.words, shown = 0
  for (let step = 0; count < words; step++) {
    const piece = makePiece(random, step, () => linkTo(random, index, total))
    pieces.push(piece)
    count += piece.words
    if (shown < blocks.length && count > (words * (shown + 1)) / (blocks.length + 1)) pieces.push(fence(blocks[shown++]!))
  }
  return [...pieces, ...blocks.slice(shown).map(fence)]
}

/** Every fifth piece opens a section; most others are paragraphs. */
function makePiece(random: Random, step: number, link: () => string): Piece {
  if (step % 5 === 0) return heading(random, '##')
  switch (random(12)) {
    case 0: return makeList(random)
    case 1: return makeQuote(random)
    case 2: return random(2) === 0 ? makeTable(random) : makeList(random)
    case 3: return heading(random, '###')
    case 4: case 5: return makeParagraph(random, link())
    default: return makeParagraph(random)
  }
}

function heading(random: Random, mark: string): Piece {
  const words = 2 + random(5)
  return { text: `${mark} ${capitalize(makePhrase(random, words))}`, words }
}

function linkTo(random: Random, index: number, total: number): string {
  const other = total === 1 ? index : (index + 1 + random(total - 1)) % total
  return `See [${makePhrase(random, 2)}](../${dateOf(other, total).getUTCFullYear()}/${slugOf(titleOf(other))}.md).`
}

function fence({ info, code }: GeneratedBlock): Piece {
  return { text: `\`\`\`${info}\n${code}\`\`\``, words: 0 }
}

/** Changes whenever the posts do. */
export function digestCorpus(total: number): string {
  const hash = createHash('sha256')
  for (let index = 0; index < total; index += Math.max(1, Math.floor(total / 50))) hash.update(JSON.stringify(createPost(index, total)))
  return hash.digest('hex').slice(0, 16)
}

/** Writes the corpus below `parent`, or finds it there. `prepare` adds what the tools need. */
export function openCorpus(parent: string, total: number, prepare: (folder: string) => void): Corpus {
  const folder = path.join(parent, `${total}-${digestCorpus(total)}`)
  const marker = path.join(folder, 'corpus.json')
  if (!fs.existsSync(marker)) {
    fs.rmSync(folder, { recursive: true, force: true })
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    fs.writeFileSync(marker, JSON.stringify(writePosts(folder, total)))
  }
  prepare(folder)
  return { folder, ...JSON.parse(fs.readFileSync(marker, 'utf8')) }
}

function writePosts(folder: string, total: number): Omit<Corpus, 'folder'> {
  const content = path.join(folder, 'content')
  for (const year of years) fs.mkdirSync(path.join(content, 'posts', String(year)), { recursive: true })
  let blocks = 0, codeLines = 0, bytes = 0
  for (let index = 0; index < total; index++) {
    const post = createPost(index, total)
    fs.writeFileSync(path.join(content, post.path), post.text)
    blocks += post.blocks.length
    codeLines += post.blocks.reduce((sum, { code }) => sum + code.split('\n').length - 1, 0)
    bytes += Buffer.byteLength(post.text)
  }
  return { posts: total, blocks, codeLines, bytes }
}
