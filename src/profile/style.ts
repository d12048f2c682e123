// The look of the profile's page: colours in pairs of light and dark, one column, nothing from elsewhere.

export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fdfdfd, #0f1216); --panel: light-dark(#f4f5f7, #171c23); --line: light-dark(#d9dce0, #343b44);
  --ink: light-dark(#1a1c20, #e2e4e8); --soft: light-dark(#565c65, #9fa6b0); --rubric: light-dark(#b3261e, #f58a75);
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; --sans: system-ui, sans-serif;
  --start: light-dark(#8d96a6, #5a6473); --wait: light-dark(#a3a9b3, #3f4854); --sources: light-dark(#35a28e, #26705f);
  --cache: light-dark(#a8945c, #6b6140); --markdown: light-dark(#5a96d8, #2d68a6); --highlight: light-dark(#e2705d, #a5473a);
  --templates: light-dark(#a080e0, #6c52b0); --own: light-dark(#d66ca8, #9b3b75); --pages: light-dark(#7688dd, #4a5eb0);
  --checks: light-dark(#5fa653, #397033); --write: light-dark(#cb8a1c, #82590f); --other: light-dark(#eceef1, #262c34);
}
*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0 }
html { background: var(--paper); color: var(--ink); font: 100%/1.5 var(--sans); -webkit-text-size-adjust: 100% }
body { max-width: 76rem; margin-inline: auto; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
header { position: relative; padding-top: clamp(2rem, 6vw, 4rem) }
header::before { content: ""; position: absolute; top: 0; width: 2.5rem; border-top: 5px solid var(--rubric) }
h1 { font: 700 clamp(2.1rem, 1.4rem + 3.6vw, 3.6rem)/1.05 var(--serif); letter-spacing: -.02em; text-wrap: balance; margin-top: .3rem }
h2 { font: 700 1.5rem/1.2 var(--serif); letter-spacing: -.01em }
header > p { color: var(--soft); font-size: .9375rem }
header > .lede { color: var(--ink); font: 1.25rem/1.45 var(--serif); max-width: 44rem; margin-top: 1rem; text-wrap: pretty }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0; margin-top: 2rem; border-block: 1px solid var(--line) }
.facts div { background: var(--paper); padding: .8rem 1rem .8rem 0; display: flex; flex-direction: column-reverse; justify-content: flex-end }
.facts dt { color: var(--soft); font-size: .8125rem }
.facts dd { font: 700 1.375rem/1.2 var(--serif) }
section { margin-top: clamp(2.75rem, 6vw, 4.5rem) }
section > p { color: var(--soft); font-size: .9375rem; max-width: 44rem; margin-top: .35rem; text-wrap: pretty }
figure { margin-top: 1.25rem }
.picture { display: block; overflow: hidden; font: 12px/1 var(--sans); font-variant-numeric: tabular-nums }
.picture svg rect { stroke: var(--paper); stroke-width: 1 }
.picture text { fill: var(--ink); pointer-events: none; unicode-bidi: isolate }
.picture .axis, .picture .soft { fill: var(--soft) }
.picture svg rect.a-other { stroke: var(--soft); stroke-dasharray: 3 3 }
.grid { stroke: var(--line) }
.picture .hover { fill: var(--ink); fill-opacity: 0; stroke: none }
.hover:hover { fill-opacity: .08 }
.memory .area { fill: var(--panel); stroke: var(--soft); stroke-width: 1.5; vector-effect: non-scaling-stroke }
.picture .phase { fill: var(--panel); stroke: var(--line) }
.picture .group { fill: none; stroke: var(--paper); stroke-width: 4; pointer-events: none }
svg svg:hover > rect { fill-opacity: .8 }
.flame svg { cursor: zoom-in }
.detail { min-height: 1.5em; margin-top: .5rem; font-size: .875rem; color: var(--soft) }
.detail button { font: inherit; color: var(--ink); background: none; border: 1px solid var(--line); border-radius: 3px; padding: .1rem .6rem; margin-inline-end: .6rem; cursor: pointer }
.detail button:focus-visible, summary:focus-visible { outline: 2px solid var(--rubric); outline-offset: 2px }
.whole { height: 2.5rem; border-radius: 4px }
.swatch { margin-inline-end: .6rem; flex: none }
table { border-collapse: collapse; width: 100%; margin-top: 1.25rem; font-size: .9375rem }
caption { text-align: start; font: 700 1.5rem/1.2 var(--serif); letter-spacing: -.01em; padding-bottom: .5rem }
th, td { text-align: end; font-weight: 400; padding: .4rem 0 .4rem 1.25rem; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: baseline }
th:first-child { text-align: start; padding-inline-start: 0; white-space: normal; width: 99% }
thead th { color: var(--soft); font-size: .8125rem; border-color: var(--ink) }
tfoot :is(th, td) { font-weight: 600; border: 0 }
small { font-size: .8125rem; color: var(--soft); margin-inline-start: .35rem }
.name { unicode-bidi: isolate }
.bar { display: block; margin-top: .3rem; border-radius: 3px; overflow: hidden; max-width: 36rem }
.kinds { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin-top: 1rem; font-size: .9375rem }
.kinds li { display: flex; align-items: center }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: clamp(2.75rem, 6vw, 4.5rem) 3.5rem; align-items: start }
.columns > section { min-width: 0 }
.columns > section > table { margin-top: 0 }
.scroll { overflow-x: auto }
.scroll:focus-visible { outline: 2px solid var(--rubric); outline-offset: 2px }
.hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem }
footer p { max-width: 52rem }
footer p + p { margin-top: .5rem }
${['start', 'wait', 'sources', 'cache', 'markdown', 'highlight', 'templates', 'own', 'pages', 'checks', 'write', 'other'].map((name) => `.a-${name} { fill: var(--${name}) }`).join('\n')}
.faint { fill: var(--line) }
.k-page { fill: var(--markdown) } .k-feed { fill: var(--write) } .k-picture { fill: var(--checks) } .k-style { fill: var(--templates) }
.k-script { fill: var(--highlight) } .k-font { fill: var(--own) } .k-other { fill: var(--start) }
.cells { stroke: var(--paper); stroke-width: 1; opacity: .45; pointer-events: none }
@media (max-width: 44rem) {
  .narrow, .spare { display: none }
  table { font-size: .875rem }
  th, td { padding-inline-start: .75rem }
  .legend small { display: block; margin-inline-start: 1.4rem }
  .legend.wide small { display: none }
  caption, h2 { font-size: 1.3rem }
}
@media print { body { max-width: none } section { break-inside: avoid } .detail { display: none } }
`
