// Files of servers, fetched once and kept by their addresses: what is behind an address never changes. Whole or not at all.
import fs from 'node:fs'
import path from 'node:path'
import { SsgError, type Diagnostic } from '../core/diagnostic.ts'
import type { Answer, RequestPolicy } from '../core/types.ts'
import { writeAtomic } from '../util/fs.ts'
import { digest } from '../util/hash.ts'
import { createRequester } from './http.ts'

export interface DownloadOptions {
  /** Where they are kept, absolute. */
  readonly folder: string
  readonly offline: boolean
  readonly policy: RequestPolicy
  readonly signal: AbortSignal
}

const atOnce = 8

/** Address -> absolute path; what could not be had is told. */
export async function download(urls: readonly string[], { folder, offline, policy, signal }: DownloadOptions): Promise<{ files: ReadonlyMap<string, string>; diagnostics: readonly Diagnostic[] }> {
  const files = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  const requester = createRequester({ name: 'files', policy: { ...policy, inFlight: atOnce }, baseUrl: undefined, signal })
  await Promise.all(urls.map(async (url) => {
    const file = path.join(folder, digest(url))
    if (!fs.existsSync(file)) {
      if (offline) return void diagnostics.push({ severity: 'error', code: 'source-offline', message: `${url} was not downloaded yet, and --offline forbids to do it now`, fix: 'build once without --offline.' })
      try {
        writeAtomic(file, (await requester.send(url, { as: 'bytes', check: checkLength })).bytes)
      } catch (error) {
        if (!(error instanceof SsgError)) throw error
        return void diagnostics.push(...error.diagnostics)
      }
    }
    files.set(url, file)
  }))
  return { files, diagnostics: diagnostics.sort((a, b) => (a.message < b.message ? -1 : 1)) }
}

function checkLength({ headers, bytes }: Answer): string | undefined {
  const told = headers.has('content-encoding') ? undefined : headers.get('content-length')
  return told === undefined || Number(told) === bytes.length ? undefined : `it gave ${bytes.length} of ${told} bytes`
}
