// `ssg why`: the story of one page, from what the last build remembered.
import type { OutputPath } from '../core/types.ts'
import { fail } from '../core/diagnostic.ts'
import { outputPath, parsePermalink } from '../core/permalink.ts'
import { didYouMean } from '../util/nearest.ts'
import type { Call, Outcome } from './command.ts'

export async function runWhy({ root, args }: Call): Promise<Outcome> {
  const { knownOutputs, tellStory } = await import('../build/why.ts')
  const [address = ''] = args
  const output = outputOf(address)
  const story = tellStory(root, output)
  if (story === undefined) {
    const nearest = didYouMean(output, knownOutputs(root))
    throw fail('why-unknown', `the last build made no page for ${address}`, { fix: nearest === undefined ? 'run `ssg build` first.' : `did you mean ${nearest}?` })
  }
  const rows: [string, readonly string[]][] = [
    ['why', [story.why]],
    ['entry', story.entry === undefined ? [] : [story.entry]],
    ['templates', story.templates],
    ['reads', story.reads.map(({ key, print }) => (print === '-' ? `${key} (not there)` : key))],
    ['also in', story.dependents],
  ]
  const lines = rows.filter(([, values]) => values.length > 0).flatMap(([name, values]) => values.map((value, i) => `  ${(i === 0 ? name : '').padEnd(10)} ${value}`))
  return { text: [story.output, ...lines].join('\n'), json: { ...story }, diagnostics: [] }
}

/** `/posts/a/`, a whole address, or the file itself. */
function outputOf(address: string): OutputPath {
  const path = address.replace(/^[a-z]+:\/\/[^/]*/i, '')
  const result = parsePermalink(path.startsWith('/') ? path : `/${path}`)
  if ('problem' in result) throw fail('usage-argument', result.problem, { fix: 'give the address of a page, for example /posts/hello/.' })
  return outputPath(result.permalink)
}
