// The sites that an author reads as OPML 2.0, which readers of feeds import. Pure text; where it lies is plan.ts.
import { escapeMarkup } from './feed-text.ts'
import type { BlogrollSite, Settings } from './settings.ts'
import type { OpmlPage } from './types.ts'

/** Sites without a group come first; groups and sites stand in the order of the config. */
export function renderOpml({ title }: OpmlPage, { blogroll, author }: Pick<Settings, 'blogroll' | 'author'>): string {
  const sites = blogroll?.sites ?? []
  const groups = [...new Set(sites.flatMap(({ group }) => group ?? []))]
  const lines = [
    ...sites.filter(({ group }) => group === undefined).map((site) => outline(site, '    ')),
    ...groups.flatMap((group) => [
      `    <outline text="${escapeMarkup(group)}">`, ...sites.filter((site) => site.group === group).map((site) => outline(site, '      ')), '    </outline>',
    ]),
  ]
  const owner = author === undefined ? '' : `\n    <ownerName>${escapeMarkup(author.name)}</ownerName>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>${escapeMarkup(title)}</title>${owner}\n  </head>\n  <body>\n${lines.map((line) => `${line}\n`).join('')}  </body>\n</opml>\n`
}

function outline({ title, feed, url }: BlogrollSite, indent: string): string {
  const home = url === undefined ? '' : ` htmlUrl="${escapeMarkup(url)}"`
  return `${indent}<outline type="rss" text="${escapeMarkup(title)}" title="${escapeMarkup(title)}" xmlUrl="${escapeMarkup(feed)}"${home}/>`
}
