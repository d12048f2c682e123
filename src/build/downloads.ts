// The files of servers that a site publishes: those of published entries, and of the parts that these refer to.
import path from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { parsePermalink } from '../core/permalink.ts'
import type { AssetFile } from '../core/plan.ts'
import type { EntryId, Part, RemoteFile, RequestPolicy, Site } from '../core/types.ts'
import { download } from '../sources/download.ts'
import type { SourcesOptions } from './sources.ts'

export interface Downloads {
  readonly assets: readonly AssetFile[]
  readonly diagnostics: readonly Diagnostic[]
}

export const noDownloads: Downloads = { assets: [], diagnostics: [] }

export async function downloadFiles(site: Site, { settings, signal, remote }: SourcesOptions): Promise<Downloads> {
  const wanted = new Map<string, RemoteFile>()
  for (const { files = [] } of [...site.entries, ...reachableParts(site)]) for (const file of files) wanted.set(file.path, file)
  if (wanted.size === 0) return noDownloads
  const policies = settings.collections.flatMap(({ sources }) => sources).map(({ requests }) => requests).find((policy) => policy !== undefined)
  const policy: RequestPolicy = policies ?? {}
  const { files, diagnostics } = await download([...new Set([...wanted.values()].map(({ url }) => url))], { folder: path.join(settings.root, '.ssg/assets'), offline: remote?.offline ?? false, policy, signal })
  const problems = [...diagnostics]
  const assets = [...wanted.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).flatMap((one): AssetFile[] => {
    const result = parsePermalink(one.path.split('/').map(encodeURIComponent).join('/'))
    const file = files.get(one.url)
    if ('problem' in result) problems.push({ severity: 'error', code: 'permalink-unsafe', message: `the file ${one.url}: ${result.problem}`, fix: result.fix })
    return 'problem' in result || file === undefined ? [] : [{ permalink: result.permalink, file, origin: one.url }]
  })
  return { assets, diagnostics: problems }
}

/** Parts that an entry leads to, over any number of others. */
function reachableParts({ entries, parts }: Site): readonly Part[] {
  if (parts === undefined) return []
  const reached = new Map<string, Part>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const id = '$entry' in value ? String(value.$entry) : undefined
    const part = id === undefined || reached.has(id) ? undefined : parts.get(id as EntryId)
    if (id !== undefined && part !== undefined) {
      reached.set(id, part)
      visit(part.data)
    } else if (id === undefined) for (const one of Object.values(value)) visit(one)
  }
  for (const { data } of entries) visit(data)
  return [...reached.values()]
}
