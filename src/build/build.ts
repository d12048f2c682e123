// The phases of a build, in order: this file is the program's table of contents and holds no detail.
import path from 'node:path'
import { SsgError, fail, type Diagnostic } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { PageSpec, Site } from '../core/types.ts'
import { toPosix } from '../util/fs.ts'
import { renderBodies } from './bodies.ts'
import { createChecker } from './check.ts'
import { loadData, loadSite } from './load.ts'
import { openOutput, type OutputFolder, type OutputSummary } from './output.ts'
import { renderPages, type RenderedPages } from './pages.ts'

export interface BuildOptions {
  readonly settings: Settings
  /** The moment that decides what is published. */
  readonly at: Date
  readonly drafts: boolean
  readonly future: boolean
  /** Absolute; default: the settings' output folder. */
  readonly out?: string
  /** Adds findings that only `ssg check` asks for, and writes nothing. */
  readonly checkOnly?: boolean
  readonly signal: AbortSignal
  readonly onProgress?: (event: BuildEvent) => void
}
export interface BuildEvent {
  readonly phase: 'sources' | 'bodies' | 'pages' | 'checks' | 'output'
  readonly done: number
  readonly total: number
}
export interface BuildResult {
  readonly diagnostics: readonly Diagnostic[]
  readonly site: Site
  readonly pages: readonly PageSpec[]
  readonly written: number
  readonly unchanged: number
  readonly removed: number
  readonly durationMs: number
  readonly outFolder: string
}

/** Throws `SsgError` if anything is wrong that a site should not be published with; the output is then as it was. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const started = performance.now()
  const { settings } = options
  const outFolder = options.out ?? path.join(settings.root, settings.output)
  const output = openOutput(outFolder, toPosix(path.relative(settings.root, outFolder)))

  const { site, pages, diagnostics: loading } = await loadSite(options)
  const { data, diagnostics: reading } = await loadData(settings)
  stopOnErrors([...loading, ...reading])

  const bodies = await renderBodies({ ...options, site, pages })
  stopOnErrors([...loading, ...reading, ...bodies.diagnostics])

  const checker = createChecker({ settings, site, pages, body: (id) => bodies.get(id), thorough: options.checkOnly ?? false })
  const rendered = await renderPages({ ...options, site, pages, data, bodies, onPage: checker.add })
  stopOnErrors([...loading, ...reading, ...bodies.diagnostics, ...rendered.diagnostics])

  const findings = checker.diagnostics()
  const written = options.checkOnly ? { written: 0, unchanged: 0, removed: 0, diagnostics: [] } : writePages(output, rendered, options)
  return {
    ...written, site, pages, outFolder,
    diagnostics: [...loading, ...reading, ...bodies.diagnostics, ...rendered.diagnostics, ...findings, ...written.diagnostics],
    durationMs: performance.now() - started,
  }
}

function stopOnErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new SsgError(diagnostics)
}

function writePages(output: OutputFolder, { contents }: RenderedPages, { signal, onProgress }: BuildOptions): OutputSummary {
  output.begin([...contents.keys()])
  let done = 0
  for (const [file, content] of contents) {
    if (signal.aborted) throw fail('interrupted', 'the build was stopped; what was written is valid, the next build does the rest')
    output.write(file, content)
    onProgress?.({ phase: 'output', done: ++done, total: contents.size })
  }
  return output.finish()
}
