// What a deploy did, in addresses of the site: for the summary and for hooks.
import type { DeployResult } from '../core/deploy.ts'
import { urlOf, type Settings } from '../core/settings.ts'
import type { Permalink } from '../core/types.ts'
import type { LocalSite } from './output.ts'
import { sends, type Action, type DeployStamp, type Plan } from './types.ts'

export function resultOf(settings: Settings, { folder, facts }: LocalSite, { actions }: Plan, { id, commit }: DeployStamp): DeployResult {
  const { prefix = '' } = settings.deploy ?? {}
  const isPage = ({ key, local }: Action): boolean => (local === undefined ? key.endsWith('.html') : local.kind !== 'redirect' && /\.html?$/.test(local.path) && local.path !== '404.html')
  const address = (key: string): string => urlOf(settings, `/${key.slice(prefix.length)}`.replace(/\/index\.html$/, '/') as Permalink)
  const pages = actions.filter(isPage)
  const addresses = (fits: (action: Action) => boolean): string[] => pages.filter(fits).map(({ key }) => address(key))
  return {
    id, folder, ...(commit !== undefined && { commit }), ...(settings.origin !== undefined && { url: `${settings.origin}${settings.basePath}` }),
    created: addresses(({ kind, isNew }) => sends(kind) && isNew === true),
    changed: addresses(({ kind, isNew }) => sends(kind) && isNew !== true),
    deleted: addresses(({ kind }) => kind === 'delete'),
    feeds: actions.filter(({ kind, local }) => sends(kind) && local !== undefined && facts.feeds.includes(local.path)).map(({ key }) => address(key)),
    pages: Object.fromEntries(pages.flatMap(({ kind, key, local }) => (sends(kind) && local ? [[address(key), local.path]] : []))),
  }
}
