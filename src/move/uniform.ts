// Headers of other forms rewritten as YAML between lines of `---`, key by key and value by value. Texts stay as they are, byte for
// byte. Headers that are YAML already stay too.
import { parseFrontMatter } from '../sources/front-matter.ts'

/** The same file with a YAML header; `undefined`: nothing to change, or nothing that can be changed without loss. */
export async function uniformHeader(text: string, file: string): Promise<string | undefined> {
  if (/^---[ \t]*\n/.test(text)) return undefined
  const parsed = await parseFrontMatter(text, file, { bare: true })
  const hasHeader = parsed.bodyLine > 1 || parsed.body.length < text.length
  if (!hasHeader || parsed.diagnostics.length > 0) return undefined
  const { stringify } = await import('yaml')
  const keys = Object.keys(parsed.data)
  const yaml = keys.length === 0 ? '' : stringify(JSON.parse(JSON.stringify(parsed.data)), { version: '1.2', schema: 'core', lineWidth: 0 })
  return `---\n${yaml}---\n${parsed.body.startsWith('\n') || parsed.body === '' ? '' : '\n'}${parsed.body}`
}
