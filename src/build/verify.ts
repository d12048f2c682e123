// Proves on the user's own site that an incremental build is a clean one: builds clean beside it and compares every byte.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { OutputPath } from '../core/types.ts'
import { build, type BuildOptions, type BuildResult } from './build.ts'
import { loadManifest } from './manifest.ts'
import { listOwnFiles } from './output.ts'

export interface Verified {
  /** What differs from a clean build; nothing, unless this program or a function of the config breaks its word. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many files were compared. */
  readonly files: number
}

export async function verifyBuild(options: BuildOptions, built: BuildResult): Promise<Verified> {
  const clean = fs.mkdtempSync(path.join(os.tmpdir(), 'ssg-verify-'))
  try {
    const reference = await build({ ...options, out: clean, forgetful: true, remote: { ...options.remote, offline: true } })
    const files = [...new Set([clean, built.outFolder].flatMap((folder) => listOwnFiles(folder, folder)))].sort()
    const different = files.filter((file) => !sameBytes(path.join(clean, file), path.join(built.outFolder, file)))
    const messages = messagesOf(built) === messagesOf(reference)
    return { files: files.length, diagnostics: [...different.slice(0, 1).map((file) => difference(file, different.length, options)), ...(messages ? [] : [otherMessages()])] }
  } finally {
    fs.rmSync(clean, { recursive: true, force: true })
  }
}

/** Files of others that lie in the output folder are nothing that a build makes. */
function messagesOf({ diagnostics }: BuildResult): string {
  return JSON.stringify(diagnostics.filter(({ code }) => code !== 'output-foreign'))
}

function sameBytes(a: string, b: string): boolean {
  return fs.existsSync(a) && fs.existsSync(b) && fs.readFileSync(a).equals(fs.readFileSync(b))
}

function difference(file: string, count: number, { settings }: BuildOptions): Diagnostic {
  const trace = loadManifest(path.join(settings.root, '.ssg/cache'))?.pages.get(file as OutputPath)
  const others = count === 1 ? '' : `, and ${count - 1} other file${count === 2 ? '' : 's'}`
  return {
    severity: 'error', code: 'verify-failed', message: `${file} differs from what a clean build makes${others}`,
    ...(trace && { context: `${file}, which read ${trace.reads.join(', ') || 'nothing'}` }),
    fix: 'look for a filter, global or query in site.config that depends on the clock, on files or on chance; if there is none, please report it.',
  }
}

function otherMessages(): Diagnostic {
  return { severity: 'error', code: 'verify-failed', message: 'a clean build gives other messages', fix: 'please report it.' }
}
