// `ssg why`: the story of one page, or why there is none.
import type { Provenance, Story } from '../build/why.ts'
import { fail, SsgError } from '../core/diagnostic.ts'
import type { Settings } from '../core/settings.ts'
import type { HeldEntry } from '../core/types.ts'
import { wallClock } from '../core/zone.ts'
import { didYouMean } from '../util/nearest.ts'
import { prepareBuild } from './build.ts'
import type { Call, Outcome } from './command.ts'
import { oneLine } from './report-text.ts'

export async function runWhy(call: Call): Promise<Outcome> {
  const [asked = ''] = call.args
  const { options } = await prepareBuild(call)
  // What servers have now is not what the last build was made of.
  const { explain } = await import('../build/why.ts')
  const answer = await askServer(call.root, asked) ?? await explain(asked, process.cwd(), { ...options, checkOnly: true, remote: { offline: true } })
  if ('entries' in answer) throw fail('why-unknown', `${asked} holds ${answer.entries.length} entries`, { fix: `name one of them: ${answer.entries.slice(0, 5).map(({ id }) => id).join(', ')}.` })
  if ('names' in answer) {
    const nearest = didYouMean(answer.wanted, answer.names)
    const unknown = fail('why-unknown', `the last build made no page for ${asked}`, { fix: nearest !== undefined ? `did you mean ${nearest}?` : answer.isBuilt ? 'run `ssg list` for all entries.' : 'run `ssg build` first.' })
    throw new SsgError([...answer.problems, ...unknown.diagnostics])
  }
  const { story } = answer
  return { text: renderStory(story, asked, options.settings), json: { ...story }, diagnostics: [] }
}

/** A server that runs knows more than the last build. `undefined`: there is none, or it knows no such page. */
async function askServer(root: string, asked: string): Promise<{ readonly story: Story } | undefined> {
  const { findServer } = await import('../serve/announce.ts')
  const server = findServer(root)
  if (server === undefined) return undefined
  const query = new URLSearchParams({ asked, folder: process.cwd() })
  try {
    const response = await fetch(`http://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}/__ssg/why?${query}`, { signal: AbortSignal.timeout(5000) })
    return response.ok ? { story: JSON.parse(await response.text(), (key, value: unknown) => (key === 'until' ? new Date(value as string) : value)) as Story } : undefined
  } catch {
    // The server was just stopped, or another program has its port.
    return undefined
  }
}

function renderStory(story: Story, asked: string, settings: Settings): string {
  const rows: [string, readonly string[]][] = [
    ['is', [tellState(story, settings)]],
    ['fix', story.held === undefined ? [] : [fixes[story.held.reason]]],
    [story.state === 'reused' ? 'last made' : 'why', story.why],
    ['leads to', story.target === undefined ? [] : [story.target]],
    ['entry', story.entry === undefined ? [] : [story.entry]],
    ['from', story.from === undefined ? [] : [tellOrigin(story.from)]],
    ['templates', story.templates],
    ['reads', story.reads.map(({ key, print }) => (print === '-' ? `${key} (not there)` : key))],
    [story.state === 'input' ? 'read by' : 'also in', story.dependents],
  ]
  const lines = rows.filter(([, values]) => values.length > 0).flatMap(([name, values]) => values.map((value, i) => `  ${(i === 0 ? name : '').padEnd(10)} ${oneLine(value)}`))
  return [oneLine(story.output ?? asked), ...lines].join('\n')
}

function tellState({ state, held, dependents }: Story, { timeZone }: Settings): string {
  switch (state) {
    case 'rendered': return 'rendered by the last build'
    case 'reused': return 'reused by the last build: all that it was made from was as before'
    case 'unbuilt': return 'new since the last build; the next one makes it'
    case 'held': return tellHeld(held, timeZone)
    case 'pageless': return 'an entry without a page of its own'
    case 'input': return dependents.length === 0 ? 'read by no page of the last build' : 'read for the pages below'
  }
}

const fixes: Readonly<Record<HeldEntry['reason'], string>> = {
  draft: 'take `draft: true` out of it, or build with --drafts.', scheduled: 'wait, or build with --future.',
  expired: 'change `expires`, or build with --at.', hook: 'look at `onEntry` in site.config.',
}

function tellHeld(held: Story['held'], timeZone: string): string {
  const until = held?.until === undefined ? '' : ` ${wallClock(held.until, timeZone).toISOString().slice(0, 16).replace('T', ' ')}`
  switch (held?.reason) {
    case 'scheduled': return `not published: scheduled for${until}`
    case 'expired': return `not published: expired since${until}`
    case 'hook': return 'not published: held back by onEntry'
    case 'draft': case undefined: return 'not published: a draft'
  }
}

function tellOrigin({ file, line, source, collection, url }: Provenance): string {
  return `${file}${line === undefined ? '' : `:${line}`} (source ${source}, collection ${collection})${url === undefined ? '' : ` ${url}`}`
}
