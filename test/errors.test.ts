// What users read when something is wrong: each case is a folder with a site, the command, its exit code and its messages.
// `npm run test:update` writes `expected.txt` anew; read the difference as if you were the user.
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { codes } from '../src/core/diagnostic.ts'
import { projectRoot, removeTempFolders, runCli, tempFolder } from './support/cli.ts'

const errorsFolder = path.join(projectRoot, 'test/errors')
const update = process.env['UPDATE_GOLDEN'] === '1'
const cases = fs.readdirSync(errorsFolder).sort()

interface Case {
  /** Default `["build"]`. */
  readonly args?: readonly string[]
  /** Shell commands that make what git cannot hold: links, pipes, folders without write permission. */
  readonly prepare?: readonly string[]
}

/** Codes that no site can provoke on purpose, and the test that shows them. */
const shownElsewhere = new Set([
  'bug', 'interrupted', 'locked', 'source-timeout',
  // serve-http.test.ts.
  'watch-failed',
  // Need a server that answers, or an earlier build: contentful.test.ts.
  'source-refused', 'source-stale', 'source-shrunk', 'source-snapshot',
])
/** Those that need a bucket are shown by test/deploy*.test.ts, against the S3 of the tests. */
const shownByDeploys = /^deploy-(?!target$|output$)|^rollback-missing$/

afterAll(removeTempFolders)

describe('golden errors', () => {
  for (const name of cases) {
    test(name, async () => {
      const source = path.join(errorsFolder, name)
      // The folder's name is the site's title where there is no config.
      const folder = path.join(tempFolder(), 'site')
      fs.mkdirSync(folder)
      fs.cpSync(source, folder, { recursive: true, filter: (file) => !/^(?:expected\.txt|case\.json)$/.test(path.basename(file)) })
      const { args = ['build'], prepare = [] }: Case = fs.existsSync(path.join(source, 'case.json')) ? JSON.parse(fs.readFileSync(path.join(source, 'case.json'), 'utf8')) as Case : {}
      const { execSync } = await import('node:child_process')
      for (const command of prepare) execSync(command, { cwd: folder, shell: '/bin/sh', stdio: 'pipe' })
      const run = await runCli([...args, ...(args[0] === 'build' ? ['--at', '2026-01-01T00:00:00Z'] : [])], { cwd: folder })
      const told = `exit ${run.code}\n${run.stderr}`.replaceAll(folder, 'SITE')
      expect(told).not.toMatch(/^\s+at .*\(?(?:file:|node:|\/)/m)
      const expectedFile = path.join(source, 'expected.txt')
      if (update) fs.writeFileSync(expectedFile, told)
      expect(told).toBe(fs.readFileSync(expectedFile, 'utf8'))
    })
  }

  test('every code is shown by a case', () => {
    const all = cases.map((name) => fs.readFileSync(path.join(errorsFolder, name, 'expected.txt'), 'utf8')).join('\n')
    const missing = Object.keys(codes).filter((code) => !shownElsewhere.has(code) && !shownByDeploys.test(code) && !all.includes(`[${code}]`))
    expect(missing).toEqual([])
    const deploys = fs.readdirSync(path.join(projectRoot, 'test')).filter((name) => /^deploy.*\.test\.ts$/.test(name)).map((name) => fs.readFileSync(path.join(projectRoot, 'test', name), 'utf8')).join('\n')
    expect(Object.keys(codes).filter((code) => shownByDeploys.test(code) && !deploys.includes(code))).toEqual([])
  })
})
