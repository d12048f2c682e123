// `ssg urls record FROM` and `ssg urls forget URL`: the promise which addresses stay. That it is kept is proved by every build.
import { loadSettings } from '../config/config.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { fail } from '../core/diagnostic.ts'
import { parseFilePermalink } from '../core/permalink.ts'
import type { Settings } from '../core/settings.ts'
import { lockName, type UrlLock } from '../core/url-lock.ts'
import type { Call, Outcome } from './command.ts'

const none: UrlLock = { urls: [], feedIds: new Map() }

export async function runUrls(call: Call): Promise<Outcome> {
  const [action = '', ...targets] = call.args
  if (action === 'record') return record(call, targets)
  if (action === 'forget') return forget(call, targets)
  throw fail('usage-argument', `"${action}" is neither record nor forget`, { fix: 'write `ssg urls record FROM` or `ssg urls forget URL`.' })
}

async function record(call: Call, sources: readonly string[]): Promise<Outcome> {
  const { settings } = await loadSettings(call.root, {})
  const [{ findUrls }, { readLock, writeLock }] = await Promise.all([import('../build/url-sources.ts'), import('../build/contract.ts')])
  const before = readLock(call.root) ?? none
  const urls = new Set(before.urls)
  const feedIds = new Map(before.feedIds)
  const skipped: string[] = []
  for (const from of sources) {
    const found = await findUrls(call.root, from, { all: call.flags.times('all') > 0, signal: call.signal })
    for (const written of found.urls) {
      const url = toPath(written, settings)
      if (url === undefined) skipped.push(written)
      else urls.add(url)
    }
    for (const { url: written, id } of found.feedIds) {
      const url = toPath(written, settings)
      if (url === undefined) continue
      urls.add(url)
      feedIds.set(url, id)
    }
  }
  writeLock(call.root, { urls: [...urls], feedIds })
  const [added, ids] = [urls.size - before.urls.length, feedIds.size - before.feedIds.size]
  return {
    text: `${lockName} holds ${countAddresses(urls.size)} (${added} new) and ${feedIds.size} feed ids (${ids} new); every build proves that they are kept`,
    json: { file: lockName, urls: urls.size, newUrls: added, feedIds: feedIds.size, newFeedIds: ids, skipped },
    diagnostics: skipped.length === 0 ? [] : [skippedNote(skipped)],
  }
}

function countAddresses(number: number): string {
  return `${number} address${number === 1 ? '' : 'es'}`
}

function skippedNote(skipped: readonly string[]): Diagnostic {
  const names = skipped.slice(0, 3).join(', ') + (skipped.length > 3 ? ` and ${skipped.length - 3} more` : '')
  return { severity: 'warning', code: 'url-lock', message: `${countAddresses(skipped.length)} cannot be kept by files and ${skipped.length === 1 ? 'was' : 'were'} left out: ${names}`, fix: 'if readers use them, let the host redirect them.' }
}

/** The path below the base path, decoded; `undefined`: no file can answer to it. */
function toPath(written: string, { basePath }: Pick<Settings, 'basePath'>): string | undefined {
  const isWhole = /^[a-z][a-z\d+.-]*:/i.test(written)
  if (isWhole && !URL.canParse(written)) return undefined
  const { pathname, search } = isWhole ? new URL(written) : { pathname: written.replace(/[?#].*$/, ''), search: written.includes('?') ? '?' : '' }
  if (search !== '') return undefined
  const rooted = pathname.startsWith('/') ? pathname : `/${pathname}`
  const inside = basePath !== '/' && isWhole ? (`${rooted}/`.startsWith(basePath) ? `/${rooted.slice(basePath.length)}` : undefined) : rooted
  const result = inside === undefined ? undefined : parseFilePermalink(inside)
  return result !== undefined && 'permalink' in result ? result.permalink : undefined
}

async function forget(call: Call, targets: readonly string[]): Promise<Outcome> {
  const { settings } = await loadSettings(call.root, {})
  const { readLock, writeLock } = await import('../build/contract.ts')
  const lock = readLock(call.root)
  if (lock === undefined) throw fail('url-lock', `there is no ${lockName} here`, { fix: 'run `ssg urls record FROM` first.' })
  const gone = new Set<string>()
  for (const target of targets) {
    const url = toPath(target, settings) ?? target
    if (!lock.urls.includes(url) && !lock.feedIds.has(url)) throw await unknownUrl(target, lock)
    gone.add(url)
  }
  writeLock(call.root, { urls: lock.urls.filter((url) => !gone.has(url)), feedIds: new Map([...lock.feedIds].filter(([url]) => !gone.has(url))) })
  return { text: [...gone].map((url) => `${url} is no promise any more`).join('\n'), json: { file: lockName, forgotten: [...gone] }, diagnostics: [] }
}

async function unknownUrl(target: string, { urls }: UrlLock): Promise<Error> {
  const { didYouMean } = await import('../util/nearest.ts')
  const meant = didYouMean(target, urls)
  return fail('usage-argument', `${target} is not in ${lockName}`, { fix: meant === undefined ? `look into ${lockName} for the address.` : `did you mean ${meant}?` })
}
