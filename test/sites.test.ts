// Whole sites, built by the real command, against the files that were once looked at and found good.
// `npm run test:update` writes `expected/` anew; look at the difference before you commit it.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot, readTree, removeTempFolders, runCli, tempFolder } from './support/cli.ts'

const sitesFolder = path.join(projectRoot, 'test/sites')
const update = process.env['UPDATE_GOLDEN'] === '1'
/** No entry of a golden site is later. */
const at = '2026-01-01T00:00:00Z'

/** What every site has alike: golden sites hold what differs. */
const isOwn = (file: string): boolean => !/^(?:theme\.css|theme\.js|favicon\.svg|highlight\.css|\.ssg-files\.json)$/.test(file)

afterAll(removeTempFolders)

describe('golden sites', () => {
  for (const name of fs.readdirSync(sitesFolder).sort()) {
    test(name, async () => {
      const folder = path.join(tempFolder(), name)
      fs.cpSync(path.join(sitesFolder, name), folder, { recursive: true, filter: (file) => path.basename(file) !== 'expected' })
      const args = fs.existsSync(path.join(folder, 'args.json')) ? JSON.parse(fs.readFileSync(path.join(folder, 'args.json'), 'utf8')) as string[] : []
      const run = await runCli(['build', '--at', at, ...args], { cwd: folder })
      const built = new Map([...readTree(path.join(folder, 'public'))].filter(([file]) => isOwn(file)).map(([file, bytes]) => [file, bytes]))
      built.set('messages.txt', Buffer.from(`exit ${run.code}\n${run.stdout.replace(/ in [\d.]+ m?s/, '')}${run.stderr}`))
      const expectedFolder = path.join(sitesFolder, name, 'expected')
      if (update) writeExpected(expectedFolder, built)
      const expected = readTree(expectedFolder)
      expect([...built.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [file, bytes] of built) expect(bytes.toString(), file).toBe(expected.get(file)?.toString())
    })
  }
})

function writeExpected(folder: string, files: ReadonlyMap<string, Buffer>): void {
  fs.rmSync(folder, { recursive: true, force: true })
  for (const [file, bytes] of files) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), bytes)
  }
}
