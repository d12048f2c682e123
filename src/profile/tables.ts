// The tables of the profile's page: what the pictures show, in figures, each row with a bar of its own.
import { activityOrder, type AnyActivity, type PageRow, type Report } from './report.ts'
import { activities, amount, escape, number, percent, share, size } from './text.ts'
import { duration } from '../util/duration.ts'
import { kindOf } from './weight.ts'

interface Part { readonly fill: string; readonly value: number; readonly title?: string }
interface Row { readonly name: string; readonly bar: readonly Part[]; readonly cells: readonly string[] }
interface Table { readonly caption: string; readonly columns: readonly string[]; /** Columns that small screens have no room for. */ readonly spare?: readonly string[]; readonly rows: readonly Row[]; readonly longest: number }

function renderTable({ caption, columns, spare = [], rows, longest }: Table): string {
  const cssClass = columns.map((column) => (spare.includes(column) ? ' class="spare"' : ''))
  const head = columns.map((column, i) => `<th scope="col"${cssClass[i]}>${column}</th>`).join('')
  const lines = rows.map(({ name, bar, cells }) => `<tr><th scope="row"><span class="name">${name}</span>${renderBar(bar, longest)}</th>${cells.map((cell, i) => `<td${cssClass[i + 1]}>${cell}</td>`).join('')}</tr>`)
  return `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${lines.join('\n')}</tbody></table>`
}

function renderBar(parts: readonly Part[], longest: number): string {
  let at = 0
  const boxes = parts.map(({ fill, value, title }) => {
    const box = `<rect class="${fill}" x="${percent(at, longest)}" width="${percent(value, longest)}" height="100%">${title === undefined ? '' : `<title>${escape(title)}</title>`}</rect>`
    at += value
    return box
  })
  return `<svg class="bar" aria-hidden="true" width="100%" height="6">${boxes.join('')}</svg>`
}

const most = <T>(rows: readonly T[], value: (row: T) => number): number => rows.reduce((largest, row) => Math.max(largest, value(row)), 0)
const timeParts = (times: PageRow['times']): Part[] => activityOrder.flatMap((activity) => {
  const value = activity === 'other' ? 0 : times[activity] ?? 0
  return value > 0 ? [{ fill: `a-${activity}`, value, title: `${activities[activity].name}: ${duration(value)}` }] : []
})

/** All activities, with their sum. */
export function renderActivities({ activities: rows, totalMs }: Report): string {
  const shown = rows.filter(({ activity, ms, besideMs }) => ms > 0 || besideMs > 0 || activity === 'other')
  const besideMs = rows.reduce((sum, row) => sum + row.besideMs, 0)
  const beside = (ms: number): string => (besideMs === 0 ? '' : `<td>${ms === 0 ? '' : duration(ms)}</td>`)
  const lines = shown.map((row) => `<tr><th scope="row">${swatch(row.activity)}${activities[row.activity].name} <small>${activities[row.activity].what}</small></th>${beside(row.besideMs)}<td>${duration(row.ms)}</td><td>${share(row.ms, totalMs)}</td></tr>`)
  const head = `<tr><th scope="col">Activity</th>${besideMs === 0 ? '' : '<th scope="col">Other threads</th>'}<th scope="col">Time</th><th scope="col">Share</th></tr>`
  return `<table class="legend${besideMs === 0 ? '' : ' wide'}"><caption class="hidden">Time by activity</caption><thead>${head}</thead><tbody>${lines.join('\n')}</tbody>`
    + `<tfoot><tr><th scope="row">All</th>${beside(besideMs)}<td>${duration(totalMs)}</td><td>${share(totalMs, totalMs)}</td></tr></tfoot></table>`
}

function swatch(activity: AnyActivity): string {
  return `<svg class="swatch" aria-hidden="true" width="12" height="12"><rect class="a-${activity}" width="100%" height="100%" rx="2"/></svg>`
}

export function renderPages({ pages }: Report): string {
  const rows = pages.slice(0, 20)
  return renderTable({
    caption: 'The slowest pages', columns: ['Page', 'Time', 'Weight'], longest: most(rows, ({ totalMs }) => totalMs),
    rows: rows.map(({ page, totalMs, times, bytes }) => ({ name: escape(page), bar: timeParts(times), cells: [duration(totalMs), bytes === undefined ? '' : size(bytes)] })),
  })
}

export function renderTemplates({ templates }: Report): string {
  const rows = templates.slice(0, 25)
  return renderTable({
    caption: 'Templates and macros', columns: ['Template', 'Calls', 'By itself', 'With all in it', 'Each'], spare: ['Calls', 'Each'], longest: most(rows, ({ totalMs }) => totalMs),
    rows: rows.map(({ name, macro, calls, selfMs, totalMs }) => ({
      name: `${escape(name)}${macro === undefined ? '' : ` <small>macro ${escape(macro)}</small>`}`, cells: [number(calls), duration(selfMs), duration(totalMs), duration(totalMs / Math.max(1, calls))],
      bar: [{ fill: 'a-templates', value: selfMs, title: `by itself ${duration(selfMs)}` }, { fill: 'faint', value: Math.max(0, totalMs - selfMs), title: `in what it uses ${duration(totalMs - selfMs)}` }],
    })),
  })
}

export function renderLanguages({ languages }: Report): string {
  const rows = languages.slice(0, 25)
  return renderTable({
    caption: 'Languages', columns: ['Language', 'Blocks', 'Code', 'Loading', 'Colouring', 'Per kB'], spare: ['Code', 'Loading', 'Per kB'], longest: most(rows, ({ ms, loadMs }) => ms + loadMs),
    rows: rows.map(({ name, blocks, size: units, ms, loadMs }) => ({
      name: escape(name), cells: [number(blocks), size(units), duration(loadMs), duration(ms), units === 0 ? '' : duration(ms / (units / 1000))],
      bar: [{ fill: 'a-highlight', value: ms, title: `colouring ${duration(ms)}` }, { fill: 'faint', value: loadMs, title: `loading ${duration(loadMs)}` }],
    })),
  })
}

export function renderFunctions({ functions }: Report): string {
  const rows = functions.slice(0, 25)
  return renderTable({
    caption: 'Queries, filters, globals and hooks of site.config', columns: ['Function', 'Calls', 'Time', 'Each'], longest: most(rows, ({ totalMs }) => totalMs),
    rows: rows.map(({ name, calls, totalMs }) => ({ name: escape(name), cells: [number(calls), duration(totalMs), duration(totalMs / Math.max(1, calls))], bar: [{ fill: 'a-own', value: totalMs }] })),
  })
}

export function renderHeaviest({ weight }: Report): string {
  const rows = weight.files.slice(0, 15)
  return renderTable({
    caption: 'The heaviest files', columns: ['File', 'Weight'], longest: most(rows, ({ bytes }) => bytes),
    rows: rows.map(({ file, bytes }) => ({ name: escape(file), cells: [size(bytes)], bar: [{ fill: `k-${kindOf(file)}`, value: bytes }] })),
  })
}

const kindNames = { page: 'Pages', feed: 'Feeds and data', picture: 'Pictures', style: 'Styles', script: 'Scripts', font: 'Fonts', other: 'Other files' } as const

export function renderKinds({ weight: { kinds } }: Report): string {
  return `<ul class="kinds">${kinds.map(({ kind, files, bytes }) => `<li><svg class="swatch" aria-hidden="true" width="12" height="12"><rect class="k-${kind}" width="100%" height="100%" rx="2"/></svg>${kindNames[kind]} <small>${amount(files, 'file')}, ${size(bytes)}</small></li>`).join('')}</ul>`
}
