// The report as one page of HTML that needs nothing else: no requests, no fonts, and JavaScript only for details under the pointer.
// All that comes from the site is escaped (text.ts).
import { drawFlame } from './picture-flame.ts'
import { drawTime } from './picture-time.ts'
import { drawWeight } from './picture-weight.ts'
import type { ActivityRow, Report } from './report.ts'
import { script } from './script.ts'
import { style } from './style.ts'
import { renderActivities, renderFunctions, renderHeaviest, renderKinds, renderLanguages, renderPages, renderTemplates } from './tables.ts'
import { activities, amount, escape, number, percent, share, size } from './text.ts'
import { duration } from '../util/duration.ts'

export function renderProfile(report: Report): string {
  const { site, totalMs } = report
  const flame = drawFlame(report.tree)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Build profile · ${escape(site)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
<p>Build profile of ${escape(site)}</p>
<h1>Where ${duration(totalMs)} went</h1>
<p class="lede">${tellMost(report)}</p>
${renderFacts(report)}
</header>
<main>
<section>
<h2>What it was spent on</h2>
${figure(drawWhole(report), 'Point at a part, or touch it.')}
${renderActivities(report)}
</section>
<section>
<h2>When</h2>
<p>The phases, and what went on beside them; below, what each moment of the main thread was spent on, in the colours from above.</p>
${figure(drawTime(report), 'Point at a moment, or touch it.')}
</section>
<section>
<h2>From the outside in</h2>
<p>Each piece of work is as wide as the time it took, with its parts below it. Where nothing is below a piece, the work was its own.${flame.hidden === 0 ? '' : ` ${amount(flame.hidden, 'piece')} too narrow to see ${flame.hidden === 1 ? 'is' : 'are'} left out.`}</p>
${figure(flame.svg, 'Point at a piece, or touch it; a click enlarges it.', '<button type="button" hidden>Show all</button>')}
</section>
<div class="columns">
${tableSection('Slowest pages', report.pages, renderPages(report))}
${tableSection('Languages', report.languages, renderLanguages(report))}
</div>
<div class="columns">
${tableSection('Templates', report.templates, renderTemplates(report))}
${tableSection('Functions of site.config', report.functions, renderFunctions(report))}
</div>
<section>
<h2>What came out</h2>
<p>${amount(report.weight.fileCount, 'file')}, ${size(report.weight.totalBytes)} in all, before compression. Each file is as large as its bytes and stands beside those of its folder.</p>
${report.weight.totalBytes === 0 ? '' : `${figure(drawWeight(report.weight), 'Point at a file, or touch it.')}${renderKinds(report)}`}
</section>
<div class="columns">
${tableSection('Heaviest files', report.weight.files, renderHeaviest(report))}
</div>
</main>
${renderFooter(report)}
<script>${script}</script>
</body>
</html>
`
}

function figure(picture: string, hint: string, more = ''): string {
  return `<figure>${picture}<p class="detail">${more}<span>${hint}</span></p></figure>`
}

/** Can be scrolled, also by keys, where it is wider than the window. */
function tableSection(name: string, rows: readonly unknown[], table: string): string {
  return rows.length > 0 ? `<section class="scroll" tabindex="0" role="group" aria-label="${name}">${table}</section>` : ''
}

/** The one thing to know. */
function tellMost({ activities: rows, languages, templates, totalMs, built, reused }: Report): string {
  const all = ({ ms, besideMs }: ActivityRow): number => ms + besideMs
  const [most] = rows.filter(({ activity }) => activity !== 'wait').sort((a, b) => all(b) - all(a))
  const parts: string[] = []
  if (most !== undefined) parts.push(`${activities[most.activity].name} took the most: ${duration(all(most))}${most.besideMs > 0 ? `, of them ${duration(most.besideMs)} on other threads` : `, ${share(most.ms, totalMs)} of the whole`}.`)
  const [language] = languages, [template] = templates
  if (most?.activity === 'highlight' && language !== undefined) parts.push(`The most expensive language is ${escape(language.name)}, with ${duration(language.ms + language.loadMs)}.`)
  if (most?.activity === 'templates' && template !== undefined) parts.push(`The most expensive template is ${escape(template.name)}, with ${duration(template.selfMs)} by itself.`)
  if (reused > 0) parts.push(`${built === 0 ? 'All' : `${number(reused)} of`} ${amount(built + reused, 'file')} were reused from the last build; with --no-cache everything is made anew.`)
  return parts.join(' ')
}

function renderFacts({ totalMs, cpuMs, peakMemoryBytes, built, reused, written, weight }: Report): string {
  const facts: [string, string][] = [
    ['from start to end', duration(totalMs)], ['of processor time, on all cores', duration(cpuMs)], ['of memory at most', size(peakMemoryBytes)],
    ['files built anew', number(built)], ['reused', number(reused)], ['written', number(written)], ['of output', size(weight.totalBytes)],
  ]
  return `<dl class="facts">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`
}

function drawWhole({ activities: rows, totalMs }: Report): string {
  let at = 0
  const boxes = rows.filter(({ ms }) => ms > 0).map(({ activity, ms }) => {
    const { name } = activities[activity]
    const label = ms / totalMs > 0.06 ? `<text x="8" y="25"${ms / totalMs < 0.28 ? ' class="narrow"' : ''}>${name}</text>` : ''
    const box = `<svg x="${percent(at, totalMs)}" width="${percent(ms, totalMs)}" height="100%"><title>${name}: ${duration(ms)} (${share(ms, totalMs)})</title><rect class="a-${activity}" width="100%" height="100%"/>${label}</svg>`
    at += ms
    return box
  })
  return `<svg class="picture whole" role="img" aria-label="All time as one bar. The table below has its parts." width="100%" height="40">${boxes.join('')}</svg>`
}

function renderFooter({ activities: rows, totalMs, node, cores }: Report): string {
  const other = rows.find(({ activity }) => activity === 'other')?.ms ?? 0
  return `<footer>
<p>All figures are wall time of the main thread, from the start of the process until the site was written; each moment belongs to one activity, so that they add up. ${duration(other)} (${share(other, totalMs)}) are not accounted for. Work beside the main thread is shown and not added. Measuring itself takes a little; making this page is not in the figures.</p>
<p>Node.js ${escape(node)}, ${amount(cores, 'core')}. Times differ from run to run.</p>
</footer>`
}
