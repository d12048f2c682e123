// What the server says over the page: its problems, the badge of a page that readers will not see, and that the server is gone. In a
// tree of its own, so that no style of the page reaches it. Everything is put in as text.
import type { HeldState, Problem } from '../messages.ts'
import { page } from './page.ts'

export const hostName = 'ssg-live'

let root: ShadowRoot | undefined
let shown: readonly Problem[] = []
let isFolded = false

export function showProblems(problems: readonly Problem[]): void {
  const isNew = JSON.stringify(problems) !== JSON.stringify(shown)
  if (isNew) isFolded = false
  shown = problems
  draw()
}

/** Only errors cover the page; warnings stay a count in the corner. */
function draw(): void {
  const errors = shown.filter(({ severity }) => severity === 'error')
  const isOpen = errors.length > 0 && !isFolded
  replace('problems', isOpen ? panel(shown) : undefined)
  const warnings = shown.length - errors.length
  const counts = [count(errors.length, 'error'), count(warnings, 'warning')].filter((text) => text !== '').join(', ')
  replace('count', counts === '' || isOpen ? undefined : make('a', { class: errors.length > 0 ? 'chip bad' : 'chip warn', href: '/__ssg/' }, counts))
  const chip = root?.querySelector<HTMLElement>('.chip.bad')
  if (chip) chip.onclick = (event) => { event.preventDefault(); isFolded = false; draw() }
}

function panel(problems: readonly Problem[]): HTMLElement {
  const close = make('button', { class: 'close', type: 'button', 'aria-label': 'Close' }, '×')
  close.onclick = () => { isFolded = true; draw() }
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const head = make('header', {}, make('h1', {}, `${count(errors, 'error')} to fix`), make('p', {}, 'The page is as it was when all was well.'), close)
  const dialog = make('section', { class: 'panel', role: 'alertdialog', 'aria-label': 'Problems of the site' }, head, ...problems.map(describe))
  dialog.onkeydown = (event) => { if (event.key === 'Escape') close.click() }
  return dialog
}

function describe({ severity, code, message, place, frame, related, context, fix }: Problem): HTMLElement {
  const lines = frame.map(({ number, text, mark }) => {
    if (mark === undefined) return make('div', {}, make('i', {}, String(number)), text)
    const end = mark.from + mark.length
    return make('div', { class: 'here' }, make('i', {}, String(number)), text.slice(0, mark.from), make('mark', {}, text.slice(mark.from, end) || ' '), text.slice(end))
  })
  return make('article', { class: severity },
    make('h2', {}, make('b', {}, `${severity}[${code}]`), ` ${message}`),
    ...(place === undefined ? [] : [make('p', { class: 'place' }, place)]),
    ...(lines.length === 0 ? [] : [make('pre', { tabindex: '0' }, ...lines)]),
    ...related.map((text) => make('p', { class: 'place' }, text)),
    ...(context === undefined ? [] : [make('p', { class: 'place' }, `while rendering ${context}`)]),
    ...(fix === undefined ? [] : [make('p', { class: 'fix' }, make('b', {}, 'fix: '), fix)]))
}

export function showHeld(held: HeldState | undefined): void {
  const text = held?.reason === 'draft' ? 'Draft' : `Scheduled${held?.until === undefined ? '' : ` for ${held.until}`}`
  replace('held', held === undefined ? undefined : make('a', { class: 'chip held', href: '/__ssg/', title: 'Readers do not see this page. See all that is held back.' }, text))
}

export function showLost(isLost: boolean): void {
  replace('lost', isLost ? make('span', { class: 'chip warn', role: 'status' }, 'The server is gone; waiting for it') : undefined)
}

/** On the page for missing addresses. */
export function showWayBack(movedTo: string | undefined): void {
  const back = make('button', { type: 'button' }, 'Back')
  back.onclick = () => history.back()
  const links = [...(movedTo === undefined ? [] : [make('a', { href: movedTo }, `It is now at ${movedTo}`)]), ...(history.length > 1 ? [back] : []), make('a', { href: page.tag.dataset['home'] ?? '/' }, 'Front page')]
  replace('way', make('nav', { class: 'way', 'aria-label': 'Way back' }, make('p', {}, 'There is no such page now. If it comes back, it is shown here.'), ...links))
}

function count(number: number, noun: string): string {
  return number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Puts an element in its slot, or empties it. */
function replace(slot: string, element: HTMLElement | undefined): void {
  if (root === undefined && element === undefined) return
  const tree = openTree()
  const place = tree.querySelector(`[data-slot="${slot}"]`)
  place?.replaceChildren(...(element === undefined ? [] : [element]))
}

function openTree(): ShadowRoot {
  if (root !== undefined && root.host.isConnected) return root
  const host = root?.host ?? document.createElement(hostName)
  page.quietly(() => document.documentElement.append(host))
  if (root !== undefined) return root
  root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(style)
  root.adoptedStyleSheets = [sheet]
  root.append(...['problems', 'way'].map(slot), make('div', { class: 'corner' }, ...['lost', 'held', 'count'].map(slot)))
  return root
}

function slot(name: string): HTMLElement {
  return make('div', { 'data-slot': name })
}

function make(name: string, attributes: Readonly<Record<string, string>>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

const style = `
:host { all: initial; }
* { box-sizing: border-box; }
.panel, .corner, .way { font: 15px/1.5 system-ui, sans-serif; color: #f3f1ee; z-index: 2147483647; position: fixed; }
.panel { inset: auto 0 0; max-height: 70vh; overflow: auto; padding: 0 max(1rem, calc(50vw - 30rem)) 1.5rem; background: #211d1c; border-top: 4px solid #e5484d; box-shadow: 0 -8px 40px #0008; }
@media (max-width: 70rem) { .panel { padding-bottom: 6rem; } }
header { position: sticky; top: 0; display: grid; grid-template-columns: 1fr auto; align-items: baseline; padding: .75rem 0; background: #211d1c; }
h1 { margin: 0; font-size: 1.15rem; } header p { grid-row: 2; margin: 0; color: #b9b2ad; }
h2 { margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; } h2 b { color: #ff9592; font-weight: 600; } .warning h2 b { color: #ffca62; }
article { margin-top: 1rem; } p { margin: .25rem 0; } .place { font: 13px/1.5 ui-monospace, monospace; color: #b9b2ad; overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .5rem 0; overflow: auto; background: #151211; border-radius: 6px; font: 13px/1.6 ui-monospace, monospace; }
pre div { padding-right: 1rem; white-space: pre; min-width: max-content; } pre .here { background: #e5484d2e; }
i { display: inline-block; width: 3.5rem; padding-right: 1rem; text-align: right; color: #8d8682; font-style: normal; user-select: none; }
mark { color: inherit; background: none; text-decoration: underline wavy #ff6369 1.5px; text-underline-offset: 3px; }
.fix b { color: #7ce2a0; } .close { font: inherit; font-size: 1.5rem; line-height: 1; width: 2.25rem; height: 2.25rem; color: inherit; background: none; border: 0; border-radius: 6px; cursor: pointer; }
.close:hover { background: #3a3432; } :focus-visible { outline: 2px solid #8ec8f6; outline-offset: 2px; }
.corner { right: 1rem; bottom: 1rem; display: flex; flex-direction: column; align-items: flex-end; gap: .5rem; }
.chip { display: block; padding: .3rem .75rem; border-radius: 1rem; font-size: 13px; font-weight: 600; text-decoration: none; color: #211d1c; background: #ffca62; box-shadow: 0 2px 12px #0006; }
.held { color: #fff; background: #5746af; } .bad { color: #fff; background: #c62a2f; }
.way { inset: auto auto 1rem 1rem; max-width: min(28rem, calc(100vw - 2rem)); padding: 1rem 1.25rem; background: #211d1c; border-radius: 10px; box-shadow: 0 4px 24px #0006; }
.way a, .way button { margin-right: 1rem; padding: 0; font: inherit; font-weight: 600; color: #8ec8f6; background: none; border: 0; text-decoration: underline; cursor: pointer; }
`
