// Tells open pages what changed for them, and nothing else. A page is told only when the server has its new bytes.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LiveBuild } from '../build/live-build.ts'
import { hrefOf, type Settings } from '../core/settings.ts'
import type { Entry, OutputPath, Site } from '../core/types.ts'
import { createClients, type Client } from './clients.ts'
import { heldState } from './held.ts'
import { ownPath } from './inject.ts'
import type { HeldState, Problem } from './messages.ts'
import type { ServedSite } from './site.ts'

export interface OpenPages {
  /** Stands for the state of styles, scripts and pictures. */
  assets(): string
  connect(request: IncomingMessage, response: ServerResponse, path: string): void
  /** After each build, before anything else. `before`: the build that it takes the place of. */
  update(before: LiveBuild | undefined): void
  /** Only if they are others than the last time. */
  tellProblems(): void
  close(): void
}

/** What an address gives at the moment. */
interface Shown { readonly look: string | undefined; readonly isMissing: boolean; readonly output?: OutputPath; readonly held?: HeldState | undefined }

export function createOpenPages(site: ServedSite, describe: () => readonly Problem[]): OpenPages {
  const clients = createClients()
  const shown = new Map<Client, Shown>()
  const run = Date.now().toString(36)
  let assetCount = 0
  /** The problems that each page shows. */
  const told = new Map<Client, string>()
  const assets = (): string => `${run}-${assetCount}`

  function lookAt(path: string): Shown {
    if (path.startsWith(ownPath)) return { look: panelLook(site), isMissing: false }
    const address = site.find(path, '')
    if (address.kind === 'file') return { look: site.look(address.output), isMissing: false, output: address.output, held: heldOf(site, address.output) }
    return { look: site.look('404.html' as OutputPath), isMissing: true }
  }

  function textOf(output: OutputPath | undefined): string | undefined {
    const found = output?.endsWith('.html') ? site.get(output) : undefined
    return found?.kind === 'bytes' ? found.bytes.toString() : undefined
  }

  function update(client: Client, before: LiveBuild | undefined): void {
    const [last, now] = [shown.get(client), lookAt(client.path)]
    shown.set(client, now)
    if (now.isMissing && last?.isMissing === false) return client.send({ kind: 'gone', movedTo: last.output && movedTo(last.output, before, site) })
    if (now.look === undefined) return
    if (now.look !== last?.look || now.isMissing !== last.isMissing || JSON.stringify(now.held) !== JSON.stringify(last.held)) client.send({ kind: 'page', look: now.look, html: now.look === last?.look ? undefined : textOf(now.output), isMissing: now.isMissing, held: now.held })
  }

  return {
    assets,
    connect(request, response, path) {
      const client = clients.open(request, response, path)
      const problems = path.startsWith(ownPath) ? [] : describe()
      told.set(client, JSON.stringify(problems))
      response.on('close', () => {
        shown.delete(client)
        told.delete(client)
      })
      if (site.current() === undefined && !path.startsWith(ownPath)) return client.send({ kind: 'hello', isMissing: false, assets: assets(), problems })
      const now = lookAt(path)
      shown.set(client, now)
      client.send({ kind: 'hello', look: now.look, isMissing: now.isMissing, assets: assets(), problems, held: now.held })
    },
    update(before) {
      // Who was there before the first build is told with its greeting; a build that failed changed nothing.
      const paths = before === undefined || before === site.current() ? [] : changedAssets(site)
      if (paths.length > 0) assetCount++
      for (const client of clients.all()) {
        update(client, before)
        if (paths.length > 0) client.send({ kind: 'assets', paths, assets: assets() })
      }
    },
    tellProblems() {
      const problems = describe()
      const text = JSON.stringify(problems)
      for (const client of clients.all()) {
        if (client.path.startsWith(ownPath)) update(client, undefined)
        else if (text !== told.get(client)) client.send({ kind: 'problems', problems })
        told.set(client, text)
      }
    },
    close: clients.close,
  }
}

/** Of the page about the server: another one after each build, and when it is done. */
export function panelLook({ history: { records }, current }: Pick<ServedSite, 'history' | 'current'>): string {
  const [last] = records
  return JSON.stringify([last?.number, last?.madeCount, last?.errors, last?.warnings, last?.steps.at(-1), current()?.waiting.size])
}

/** As pages address them. */
function changedAssets(site: ServedSite): string[] {
  const settings = site.settings()
  if (settings === undefined) return []
  return (site.current()?.made ?? []).flatMap(({ output, isChanged }) => {
    const spec = site.spec(output)
    return isChanged && (spec?.kind === 'asset' || spec?.kind === 'highlight') ? [hrefOf(settings, spec.permalink)] : []
  })
}

function heldOf(site: ServedSite, output: OutputPath): HeldState | undefined {
  const entry = entryOf(output, site.current())
  const settings = site.settings()
  return entry && settings && heldState(entry.publication, settings)
}

function entryOf(output: OutputPath, build: LiveBuild | undefined): Entry | undefined {
  const spec = build?.pages.get(output)
  return spec?.kind === 'entry' ? build?.site.byId.get(spec.entry) : undefined
}

/** The page that the entry of a page has now: the same entry under another address, or one of that title that was not there. */
function movedTo(output: OutputPath, before: LiveBuild | undefined, site: ServedSite): string | undefined {
  const [entry, now, settings] = [entryOf(output, before), site.current()?.site, site.settings()]
  const found = entry && now && findMoved(entry, before?.site, now)
  return found?.permalink === undefined || settings === undefined ? undefined : hrefOf(settings as Settings, found.permalink)
}

function findMoved(entry: Entry, before: Site | undefined, now: Site): Entry | undefined {
  return now.byId.get(entry.id) ?? now.entries.find((other) => (entry.uid !== undefined && other.uid === entry.uid) || (other.title === entry.title && before?.byId.has(other.id) === false))
}
