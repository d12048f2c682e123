// Looks at a space again and again while a site is served: drafts every few seconds, published content every minute. Asks as little
// as tells whether anything is new; the build that follows reads it.
import { setTimeout as sleep } from 'node:timers/promises'
import { SsgError, messageOf } from '../../core/diagnostic.ts'
import type { SourceContext } from '../../core/types.ts'
import { createClient, type Client } from './client.ts'
import { connect, type ContentfulOptions } from './options.ts'
import { hasChanged, readState, type PreviewState } from './preview.ts'

const previewSeconds = 3
const publishedSeconds = 60
/** Looks for what is gone, which costs a list of all ids. */
const idSeconds = 30
/** After a failure. */
const longestSeconds = 60

/** Calls `dirty` once for each change, until what it gives is called. */
export function watchSpace(ctx: SourceContext, options: ContentfulOptions, dirty: () => void): () => void {
  const over = new AbortController()
  void poll(ctx, options, { look: createLook(), dirty, signal: AbortSignal.any([ctx.signal, over.signal]) })
  return () => over.abort()
}

type Look = (client: Client) => Promise<boolean>

async function poll(ctx: SourceContext, options: ContentfulOptions, { look, dirty, signal }: { look: Look; dirty: () => void; signal: AbortSignal }): Promise<void> {
  const seconds = options.pollSeconds ?? (ctx.preview ? previewSeconds : publishedSeconds)
  let client: Client | undefined
  for (let failures = 0; !signal.aborted;) {
    try {
      client ??= createClient(ctx, connect(options, ctx.preview))
      if (await look(client)) dirty()
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures++
      // Once for each outage, not at each try.
      if (failures === 1) for (const diagnostic of problemsOf(error)) ctx.report({ ...diagnostic, severity: 'warning' })
    }
    await sleep(Math.min(longestSeconds, seconds * 2 ** failures) * 1000, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

function problemsOf(error: unknown): SsgError['diagnostics'] {
  return error instanceof SsgError ? error.diagnostics : [{ severity: 'warning', code: 'source-failed', message: messageOf(error) }]
}

/** The first look always finds something: what changed since the build before. */
function createLook(): Look {
  let state: PreviewState | undefined
  let idsAt = 0
  return async (client) => {
    const withIds = performance.now() - idsAt > idSeconds * 1000
    if (withIds) idsAt = performance.now()
    const changed = state === undefined || await hasChanged(client, state, withIds)
    // What the build will read is what this looks from next time.
    if (changed) state = await readState(client)
    return changed
  }
}
