// Why a page is as it is, from what the last build remembered.
import path from 'node:path'
import type { OutputPath, ReadKey } from '../core/types.ts'
import { loadManifest } from './manifest.ts'

export interface PageStory {
  readonly output: OutputPath
  /** Why it was rendered the last time that it was. */
  readonly why: string
  /** The entry it is the page of, or the first one it shows. */
  readonly entry?: string
  readonly templates: readonly string[]
  readonly reads: readonly { readonly key: ReadKey; readonly print: string }[]
  /** Other pages that read the same entry. */
  readonly dependents: readonly OutputPath[]
}

/** `undefined`: the last build made no such page, or there was none. */
export function tellStory(root: string, output: OutputPath): PageStory | undefined {
  const manifest = loadManifest(path.join(root, '.ssg/cache'))
  const trace = manifest?.pages.get(output)
  if (manifest === undefined || trace === undefined) return undefined
  const entry = trace.reads.find((key) => key.startsWith('content:'))?.slice('content:'.length)
  const aboutEntry = new Set<ReadKey>([`meta:${entry}`, `content:${entry}`, `excerpt:${entry}`])
  return {
    output, why: trace.why, ...(entry !== undefined && { entry }),
    templates: trace.reads.filter((key) => key.startsWith('template:')).map((key) => key.slice('template:'.length)),
    reads: trace.reads.map((key) => ({ key, print: manifest.print(key) ?? '' })),
    dependents: entry === undefined ? [] : [...manifest.readersOf(aboutEntry)].filter((other) => other !== output),
  }
}

/** All pages that the last build made, for "did you mean". */
export function knownOutputs(root: string): OutputPath[] {
  return [...loadManifest(path.join(root, '.ssg/cache'))?.pages.keys() ?? []]
}
