// Builds in this process: over what is there, as the next build does it, and clean beside it, to compare every byte.
import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { build, type BuildOptions, type BuildResult } from '../../dist/src/build/build.js'
import { loadSettings } from '../../dist/src/config/config.js'
import { SsgError } from '../../dist/src/core/diagnostic.js'
import { readTree, tempFolder } from './cli.ts'

export interface Run {
  /** What it told, as JSON. */
  readonly messages: string
  /** Absent: it ended with an error. */
  readonly result?: BuildResult
}
export interface RunOptions extends Partial<Pick<BuildOptions, 'at' | 'drafts' | 'out' | 'forgetful' | 'signal' | 'workers'>> {
  readonly baseUrl?: string
  /** Of another copy of the program. */
  readonly builder?: typeof build
}

export const moment = new Date('2026-01-01T00:00:00Z')

export async function run(root: string, { baseUrl, builder = build, ...options }: RunOptions = {}): Promise<Run> {
  try {
    const { settings, config, diagnostics } = await loadSettings(root, baseUrl === undefined ? {} : { baseUrl })
    const result = await builder({ settings, configDigest: config.digest, at: moment, drafts: false, future: false, signal: new AbortController().signal, ...options })
    return { result, messages: JSON.stringify([...diagnostics, ...result.diagnostics]) }
  } catch (error) {
    // Another copy of the program has a class of its own.
    if (!(error instanceof Error && error.name === SsgError.name)) throw error
    return { messages: JSON.stringify((error as SsgError).diagnostics) }
  }
}

/** The output of a clean build, and what it told. */
export async function buildClean(root: string, options: RunOptions = {}): Promise<Run & { readonly tree: ReadonlyMap<string, Buffer> }> {
  const out = path.join(tempFolder(), 'clean')
  const reference = await run(root, { ...options, out, forgetful: true })
  const tree = readTree(out)
  fs.rmSync(out, { recursive: true, force: true })
  return { ...reference, tree }
}

/** Builds over what is there, and expects what a clean build gives. */
export async function buildAndCompare(root: string, options: RunOptions = {}): Promise<Run> {
  const incremental = await run(root, options)
  const clean = await buildClean(root, options)
  expect(incremental.messages).toBe(clean.messages)
  if (incremental.result !== undefined) expectTree(options.out ?? path.join(root, 'public'), clean.tree)
  return incremental
}

export function expectTree(folder: string, expected: ReadonlyMap<string, Buffer>, label = ''): void {
  const tree = readTree(folder)
  expect([...tree.keys()], label).toEqual([...expected.keys()])
  for (const [file, bytes] of tree) {
    const wanted = expected.get(file)
    if (wanted === undefined || !bytes.equals(wanted)) expect(bytes.toString(), `${label} ${file}`).toBe(wanted?.toString())
  }
}

/** The files that were made anew. */
export function madeIn({ result }: Run): string[] {
  return (result?.rendered ?? []).map(({ output }) => output).sort()
}
