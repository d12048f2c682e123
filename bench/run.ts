// What a build costs, cold and warm, on generated blogs, beside Hugo if that is installed: `npm run bench -- [options]`.
// Prints figures and ratios; whether they are good is for the reader to say.
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { folderOfCorpora, runBench } from './compare.ts'
import { renderReport } from './report.ts'

const usage = `npm run bench -- [options]
  --posts 1000,10000   sizes of the generated blogs
  --runs 3             how often each is built; medians are shown
  --without-hugo       leave Hugo out
  --json               print one JSON object
  --clean              remove the blogs that earlier runs left in ${folderOfCorpora()}
`

function parseCounts(text: string, flag: string): number[] {
  const counts = text.split(',').map(Number)
  if (counts.some((count) => !Number.isInteger(count) || count < 1)) throw new Error(`--${flag} takes whole numbers above 0, not "${text}"`)
  return counts
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      posts: { type: 'string', default: '1000,10000' }, runs: { type: 'string', default: '3' }, 'without-hugo': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false }, clean: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    },
  })
  if (values.help) process.stdout.write(usage)
  else if (values.clean) fs.rmSync(folderOfCorpora(), { recursive: true, force: true })
  else {
    const onProgress = (text: string): unknown => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`)
    const report = await runBench(process.cwd(), { posts: parseCounts(values.posts, 'posts'), runs: parseCounts(values.runs, 'runs')[0]!, hugo: !values['without-hugo'], onProgress })
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report))
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
