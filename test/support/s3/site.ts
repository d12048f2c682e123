// Small sites to deploy, and the command that deploys them.
import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { runCli, tempFolder, writeFiles, type CliOptions, type CliResult } from '../cli.ts'
import type { S3Server } from './server.ts'

export interface DeploySite {
  readonly root: string
  /** Writes the config with more of `deploy`. */
  configure(deploy: Readonly<Record<string, unknown>>): void
  write(files: Readonly<Record<string, string | Uint8Array>>): void
  remove(...names: readonly string[]): void
  build(...args: readonly string[]): Promise<void>
  run(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>
  /** Deploys, and expects that it goes well. */
  deploy(...args: readonly string[]): Promise<CliResult>
  /** What the built site consists of: path -> bytes. */
  output(): Map<string, Buffer>
}

export const smallSite: Readonly<Record<string, string | Uint8Array>> = {
  'content/posts/one.md': '---\ntitle: One\ndate: 2026-01-01\naliases: [/old-one/]\n---\n\nThe first. See [two](two.md).\n',
  'content/posts/two.md': '---\ntitle: Two\ndate: 2026-01-02\n---\n\nThe second. See [one](one.md).\n',
  'content/about.md': '---\ntitle: About\n---\n\nAll about it.\n',
  'static/files/app.js': 'export const answer = 42\n',
}

export function makeSite(server: S3Server, files = smallSite, deploy: Readonly<Record<string, unknown>> = {}): DeploySite {
  const root = tempFolder(files)
  const site: DeploySite = {
    root,
    configure(more) {
      const target = { kind: 's3', bucket: server.bucketName, forcePathStyle: true, timeoutSeconds: 5, ...more }
      writeFiles(root, { 'site.config.mjs': `export default { title: 'Test', url: 'https://blog.example', id: 'test', deploy: ${JSON.stringify(target)} }\n` })
    },
    write: (more) => writeFiles(root, more),
    remove: (...names) => { for (const name of names) fs.rmSync(path.join(root, name), { recursive: true }) },
    async build(...args) {
      expect(await runCli(['build', ...args], { cwd: root })).toMatchObject({ code: 0 })
    },
    run: (args, options = {}) => runCli(args, { cwd: root, ...options, env: { ...server.env, ...options.env } }),
    async deploy(...args) {
      const result = await site.run(['deploy', ...args])
      expect([result.code, result.stderr]).toEqual([0, expect.not.stringMatching(/error\[/)])
      return result
    },
    output() {
      const list = JSON.parse(fs.readFileSync(path.join(root, 'public/.ssg-files.json'), 'utf8')) as { files: string[] }
      return new Map(list.files.map((name) => [name, fs.readFileSync(path.join(root, 'public', name))]))
    },
  }
  site.configure(deploy)
  return site
}

/** P1: the bucket holds exactly the bytes of the build, and nothing else of ours. */
export function expectDeployed({ bucket }: S3Server, site: DeploySite, { folder = '', foreign = [], mayBeLocked = false }: { folder?: string; foreign?: readonly string[]; mayBeLocked?: boolean } = {}): void {
  const keys = bucket.keys().filter((key) => !key.startsWith(`${folder}.ssg/`))
  const output = site.output()
  expect(keys.sort()).toEqual([...[...output.keys()].map((name) => folder + name), ...foreign].sort())
  for (const [name, bytes] of output) expect(bucket.get(folder + name)?.bytes.equals(bytes), name).toBe(true)
  expect(bucket.keys().filter((key) => /\.ssg\/(?:lock|announced)/.test(key) && !(mayBeLocked && key.endsWith('/lock')))).toEqual([])
}
