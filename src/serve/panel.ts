// The page `/__ssg/`: what readers do not see, what is wrong, and the last builds as a timeline. And the page that is shown where there is no
// good one yet. Every text is escaped.
import { hrefOf } from '../core/settings.ts'
import type { Permalink } from '../core/types.ts'
import { duration } from '../util/duration.ts'
import { clockOf, countsOf, lengthOf, timeOf, type BuildRecord } from './history.ts'
import { listHeld, type HeldRow } from './held.ts'
import type { Problem } from './messages.ts'
import type { ServedSite } from './site.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }
const esc = (text: string | number): string => String(text).replace(/[&<>"']/g, (character) => escapes[character] ?? character)

/** Makes no page: what waits is said to wait. */
export function renderPanel(site: ServedSite, problems: readonly Problem[]): string {
  const settings = site.settings()
  const current = site.current()
  const title = settings?.title ?? 'A site'
  const held = current && settings ? listHeld(current.site, settings) : []
  const sum = current === undefined ? 'Not built yet' : `${current.pages.size} files, ${current.site.entries.length} entries${current.waiting.size > 0 ? `, ${current.waiting.size} still to be made` : ''}`
  return frame(`${title}: the server`, `
<header><p class="eyebrow">ssg serve</p><h1>${esc(title)}</h1><p>${esc(sum)} · <a href="${esc(settings === undefined ? '/' : hrefOf(settings, '/' as Permalink))}">front page</a></p></header>
${problems.length === 0 ? '' : `<section><h2>Problems</h2>${problems.map(renderProblem).join('')}</section>`}
<section><h2>Not for readers yet</h2>${held.length === 0 ? '<p class="quiet">Nothing is held back.</p>' : renderHeld(held)}</section>
<section><h2>Last builds</h2>${legend(site.history.records)}${renderBuilds(site.history.records)}</section>
<section><h2>Slowest</h2>${renderSlowest(site.history.records)}</section>`)
}

/** Where no page can be shown; the overlay tells the rest. */
export function renderBroken(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error')
  return frame('The page cannot be shown', `<header><p class="eyebrow">ssg serve</p><h1>The page cannot be shown</h1><p>It appears here as soon as the problem is solved.</p></header><section>${errors.map(renderProblem).join('')}</section>`)
}

function renderProblem({ severity, code, message, place, fix }: Problem): string {
  return `<article class="${severity}"><h3><b>${severity}[${esc(code)}]</b> ${esc(message)}</h3>${place === undefined ? '' : `<p><code>${esc(place)}</code></p>`}${fix === undefined ? '' : `<p><b>fix:</b> ${esc(fix)}</p>`}</article>`
}

function renderHeld(rows: readonly HeldRow[]): string {
  const cells = rows.map(({ reason, until, title, file, href }) => `<tr><td><span class="tag ${reason.split(' ')[0]}">${esc(reason)}</span></td><td>${until === undefined ? (reason === 'draft' ? 'until <code>draft</code> is taken out' : '') : esc(until)}</td><td>${href === undefined ? esc(title) : `<a href="${esc(href)}">${esc(title)}</a>`}</td><td><code>${esc(file)}</code></td></tr>`)
  return `<div class="wide"><table><thead><tr><th>Why</th><th>Until, or since</th><th>Title</th><th>From</th></tr></thead><tbody>${cells.join('')}</tbody></table></div>`
}

const stepNames = ['config', 'sources', 'bodies', 'pages', 'open pages', 'other pages', 'checks']

function legend(records: readonly BuildRecord[]): string {
  const used = stepNames.filter((name) => records.some(({ steps }) => steps.some((step) => step.name === name)))
  return `<ul class="legend">${used.map((name) => `<li><i class="s${stepNames.indexOf(name)}"></i>${esc(name)}</li>`).join('')}<li><i class="told"></i>open pages told</li></ul>`
}

function renderBuilds(records: readonly BuildRecord[]): string {
  // A first build takes so much longer than the others that it gets a scale of its own.
  const longest = Math.max(1, ...records.filter(({ number }) => number > 1).map(lengthOf))
  return `<ol class="builds">${records.map((record) => renderBuild(record, Math.max(longest, record.number === 1 ? lengthOf(record) : 0))).join('')}</ol>`
}

function renderBuild(record: BuildRecord, scale: number): string {
  const percent = (value: number): string => (100 * value / scale).toFixed(2)
  const bars = record.steps.map(({ name, from, to }) => `<rect class="s${Math.max(0, stepNames.indexOf(name))}" x="${percent(from)}%" y="0" width="${Math.max(0.3, Number(percent(to - from)))}%" height="14"><title>${esc(name)}: ${duration(to - from)}</title></rect>`)
  const told = record.toldMs === undefined ? '' : `<line class="told" x1="${percent(record.toldMs)}%" x2="${percent(record.toldMs)}%" y1="0" y2="14"><title>open pages told after ${duration(record.toldMs)}</title></line>`
  const rows = record.made.map(({ output, why, durationMs }) => `<tr><td><code>${esc(output)}</code></td><td>${why.split('\n').map(esc).join('<br>')}</td><td class="number">${duration(durationMs)}</td></tr>`)
  const more = record.madeCount > record.made.length ? `<tr><td colspan="3">and ${record.madeCount - record.made.length} more</td></tr>` : ''
  return `<li${record.errors > 0 ? ' class="failed"' : ''}><details id="build-${record.number}"><summary><span class="when">${clockOf(record.started)}</span> <span class="cause">${esc(record.changed.join(', ') || 'start')}</span> <span class="counts">${countsOf(record)} · ${timeOf(record)}</span><svg width="100%" height="14" role="img" aria-label="${esc(record.steps.map(({ name, from, to }) => `${name} ${duration(to - from)}`).join(', '))}">${bars.join('')}${told}</svg></summary>${rows.length === 0 ? '<p class="quiet">No page was made.</p>' : `<div class="wide"><table><thead><tr><th>File</th><th>Why it was made</th><th class="number">Took</th></tr></thead><tbody>${rows.join('')}${more}</tbody></table></div>`}</details></li>`
}

function renderSlowest(records: readonly BuildRecord[]): string {
  const steps = records.flatMap(({ number, steps: own }) => own.map(({ name, from, to }) => ({ what: name, ms: to - from, number })))
  const pages = records.flatMap(({ number, made }) => made.map(({ output, durationMs }) => ({ what: output as string, ms: durationMs, number })))
  const list = (rows: typeof pages, name: string): string => `<div><h3>${name}</h3><table><tbody>${rows.sort((a, b) => b.ms - a.ms).slice(0, 8).map(({ what, ms, number }) => `<tr><td><code>${esc(what)}</code></td><td class="number">${duration(ms)}</td><td class="quiet">build ${number}</td></tr>`).join('')}</tbody></table></div>`
  return `<div class="columns">${list(steps, 'Steps')}${list(pages, 'Pages')}</div>`
}

function frame(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${esc(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>
`
}

const style = `
:root { --ink: #1f1c1a; --quiet: #6a635e; --paper: #faf8f5; --card: #fff; --line: #e3ded8; --link: #0b5cad; --bad: #b3261e; --warn: #7a4f00; }
@media (prefers-color-scheme: dark) { :root { --ink: #efebe7; --quiet: #aaa29c; --paper: #191615; --card: #221e1c; --line: #3a3431; --link: #8ec8f6; --bad: #ff9592; --warn: #ffca62; } }
* { box-sizing: border-box; } body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; } a { color: var(--link); } header p { margin: 0; color: var(--quiet); } .eyebrow { font: 600 13px ui-monospace, monospace; letter-spacing: .04em; }
h1 { margin: .1rem 0 .3rem; font-size: 1.75rem; line-height: 1.2; } h2 { margin: 2.25rem 0 .75rem; font-size: 1.15rem; } h3 { margin: 0 0 .25rem; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
.quiet, .counts, .when { color: var(--quiet); } code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
article { margin: 0 0 .75rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 6px; } article.error { border-left-color: var(--bad); } article p { margin: .2rem 0 0; } .error h3 b { color: var(--bad); } .warning h3 b { color: var(--warn); }
.wide { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: 15px; } th { text-align: left; font-size: 13px; font-weight: 600; color: var(--quiet); } td.quiet { white-space: nowrap; } td, th { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.tag { padding: .1rem .5rem; border-radius: 1rem; font-size: 13px; font-weight: 600; white-space: nowrap; color: #fff; background: #5b5550; } .tag.draft { background: #5746af; } .tag.scheduled { background: #0b5cad; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .75rem; padding: 0; list-style: none; font-size: 13px; color: var(--quiet); } .legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; border-radius: 2px; vertical-align: -1px; } .legend .told { width: 2px; background: var(--ink); }
.builds { margin: 0; padding: 0; list-style: none; } .builds li { margin-bottom: .5rem; padding: .5rem .85rem .35rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } .builds .failed { border-left: 4px solid var(--bad); } summary { cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; } summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 4px; }
.when { font: 13px ui-monospace, monospace; margin-right: .5rem; } .cause { font-weight: 600; overflow-wrap: anywhere; } .counts { float: right; font-size: 14px; margin-left: 1rem; } svg { display: block; margin-top: .35rem; overflow: visible; } details[open] summary { margin-bottom: .5rem; }
line.told { stroke: var(--ink); stroke-width: 2px; } .columns { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); }
.builds td:first-child code { overflow-wrap: normal; }
@media (max-width: 40rem) { .builds td:first-child code { overflow-wrap: anywhere; } .wide thead { display: none; } .wide tr { display: grid; grid-template-columns: 1fr auto; gap: 0 .75rem; padding: .45rem 0; border-bottom: 1px solid var(--line); } .wide td { grid-column: 1 / -1; padding: 0; border: 0; } .wide td:has(+ .number) { grid-column: 1; } .wide td.number { grid-column: 2; } .counts { float: none; display: block; margin: 0; } }
.s0 { fill: #8d8682; background: #8d8682; } .s1 { fill: #0090ff; background: #0090ff; } .s2 { fill: #8e4ec6; background: #8e4ec6; } .s3 { fill: #e93d82; background: #e93d82; } .s4 { fill: #30a46c; background: #30a46c; } .s5 { fill: #a9d8bd; background: #a9d8bd; } .s6 { fill: #f5a524; background: #f5a524; }
`
