// Proves on the user's own site that an incremental build is a clean one: builds clean beside it and compares every byte.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { ownListName } from '../core/permalink.ts'
import type { OutputPath } from '../core/types.ts'
import { build, type BuildOptions, type BuildResult } from './build.ts'
import { loadManifest } from './manifest.ts'

/** What differs from a clean build; nothing, unless this program or a function of the config breaks its word. */
export async function verifyBuild(options: BuildOptions, built: BuildResult): Promise<Diagnostic[]> {
  const clean = fs.mkdtempSync(path.join(os.tmpdir(), 'ssg-verify-'))
  try {
    const reference = await build({ ...options, out: clean, forgetful: true, remote: { ...options.remote, offline: true } })
    const different = filesOf(clean, built.outFolder).filter((file) => !sameBytes(path.join(clean, file), path.join(built.outFolder, file)))
    const messages = JSON.stringify(built.diagnostics) === JSON.stringify(reference.diagnostics)
    return [...different.slice(0, 1).map((file) => difference(file, different.length, options)), ...(messages ? [] : [otherMessages()])]
  } finally {
    fs.rmSync(clean, { recursive: true, force: true })
  }
}

function filesOf(...folders: readonly string[]): string[] {
  const all = folders.flatMap((folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))))
  return [...new Set(all)].filter((file) => file !== ownListName).sort()
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
