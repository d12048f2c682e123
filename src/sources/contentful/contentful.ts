// The source of a Contentful space: published content, drafts, or an export file. Uses only what every source may use; what asks
// the server is loaded when it does.
import type { Change, RequestPolicy, Source, SourceContext } from '../../core/types.ts'
import { digest } from '../../util/hash.ts'
import { hide, isSecret, secret } from '../../util/secret.ts'
import type { LoadingOptions } from './delivery.ts'
import { recordFormat } from './entities.ts'
import { connect, place, type ContentfulOptions } from './options.ts'
import { renderDeclarations } from './declarations.ts'
import { describeRecord } from './describe.ts'
import { makeSpaceEntries } from './entries.ts'

/**
 * Entries of a Contentful space: those of the types in `types` become pages, all others can be referred to. Space and tokens come
 * from the environment: `CONTENTFUL_SPACE_ID`, `CONTENTFUL_ENVIRONMENT`, `CONTENTFUL_DELIVERY_TOKEN`, `CONTENTFUL_PREVIEW_TOKEN`.
 */
export function contentful(options: ContentfulOptions): Source {
  // From now on no text that is printed or kept holds them, also if this build asks nobody.
  for (const name of ['CONTENTFUL_DELIVERY_TOKEN', 'CONTENTFUL_PREVIEW_TOKEN']) secret(name)
  const { accessToken, previewAccessToken, ...known } = options
  for (const token of [accessToken, previewAccessToken]) if (typeof token === 'string') hide(token)
  return {
    name: options.name ?? 'contentful',
    trusted: false,
    options: known,
    onBadEntry: options.onBadEntry ?? 'fail',
    requests: { ...defaultRequests, ...options.requests },
    load: (ctx) => load(ctx, options),
    entries: (records, ctx) => makeSpaceEntries(records, options, ctx),
    describe: (record) => describeRecord(record, options),
    types: (records) => renderDeclarations(records),
    ...(options.file === undefined
      ? { identity: ({ preview }) => identityOf(options, preview), watch: (ctx, dirty) => watch(ctx, options, dirty) }
      : { reads: [options.file] }),
  }
}

const defaultRequests: RequestPolicy = { waitHeaders: ['x-contentful-ratelimit-reset'] }
const defaultPageSize = 200

/** What the records depend on. Locales that are not wanted are not kept. */
function identityOf(options: ContentfulOptions, preview: boolean): string {
  const { space, environment, host } = place(options, preview)
  return digest(JSON.stringify([recordFormat, space, environment, host, options.basePath ?? '', options.locales ?? []]))
}

async function* load(ctx: SourceContext, options: ContentfulOptions): AsyncGenerator<Change, { cursor?: string } | void> {
  if (options.file !== undefined) {
    const { loadExport } = await import('./export-file.ts')
    yield* loadExport(ctx, options.file, options.locales)
    return
  }
  const connection = connect(options, ctx.preview)
  warnOfToken(ctx, options)
  const { createClient } = await import('./client.ts')
  const client = createClient(ctx, connection)
  const loading: LoadingOptions = { locales: options.locales, pageSize: Math.min(1000, Math.max(1, options.pageSize ?? defaultPageSize)) }
  if (ctx.preview) return yield* (await import('./preview.ts')).loadPreview(ctx, client, loading)
  return yield* (await import('./delivery.ts')).loadDelivery(ctx, client, loading)
}

/** What is in the config is in git, too. */
function warnOfToken(ctx: SourceContext, options: ContentfulOptions): void {
  for (const key of ['accessToken', 'previewAccessToken'] as const) {
    const token = options[key]
    if (token === undefined || isSecret(token)) continue
    ctx.report({ severity: 'warning', code: 'source-secret', message: `\`${key}\` of contentful() is written in the config as it is`, fix: `write \`${key}: secret('CONTENTFUL_${key === 'accessToken' ? 'DELIVERY' : 'PREVIEW'}_TOKEN')\`, and take a new token.` })
  }
}

function watch(ctx: SourceContext, options: ContentfulOptions, dirty: () => void): () => void {
  let stop: (() => void) | undefined
  let isOver = false
  void import('./watch.ts').then(({ watchSpace }) => {
    if (!isOver) stop = watchSpace(ctx, options, dirty)
  })
  return () => {
    isOver = true
    stop?.()
  }
}
