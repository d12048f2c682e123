// Makes the open page into the new one and leaves alone what is its reader's: scroll, focus, what was typed, opened or is playing; and
// what the page's own scripts made.
import { Idiomorph } from 'idiomorph'
import { versionLinks } from './assets.ts'
import { hostName } from './overlay.ts'
import { page } from './page.ts'

const stateful = 'video, audio, iframe, details, dialog, input, textarea, select, canvas'
const keptId = 'ssg-kept-'

/** Resolves when the page shows what the server has. Reloads it where an update in place cannot do it: other scripts. */
export async function updatePage(look: string, html?: string): Promise<void> {
  const text = html ?? await fetchPage()
  // The server is gone: the next connection catches up.
  if (text === undefined) return
  const next = new DOMParser().parseFromString(text, 'text/html')
  if (scriptsOf(next) !== scriptsOf(document)) return location.reload()
  versionLinks(next)
  page.quietly(() => morph(next))
  page.look = look
  document.dispatchEvent(new CustomEvent('ssg:update'))
}

async function fetchPage(): Promise<string | undefined> {
  const response = await fetch(location.href, { headers: { accept: '*/*' }, cache: 'no-store' }).catch(() => undefined)
  return response && await response.text()
}

function morph(next: Document): void {
  const marked = [...markKept(document), ...markKept(next)]
  Idiomorph.morph(document.documentElement, next.documentElement, {
    head: { style: 'merge', shouldPreserve: (element) => element === page.tag || page.isAdded(element) },
    callbacks: {
      beforeNodeRemoved: (node) => !isOwn(node) && !(node instanceof Element && isOfScripts(node)),
      beforeNodeMorphed: (node) => !isOwn(node),
      afterNodeAdded: page.adopt,
      beforeAttributeUpdated: (name, element) => !isOfReader(name, element) && !page.isSet(element, name),
    },
  })
  for (const element of [...marked, ...document.querySelectorAll(`[id^="${keptId}"]`)]) if (element.id.startsWith(keptId)) element.removeAttribute('id')
}

/** The same element in both documents gets the same id, by which it is found again. */
function markKept(root: Document): Element[] {
  const counts = new Map<string, number>()
  return [...root.querySelectorAll(stateful)].filter((element) => {
    const name = [element.localName, ...['src', 'name', 'type'].map((key) => element.getAttribute(key) ?? ''), element.querySelector('summary, source')?.outerHTML ?? ''].join(' ')
    const number = (counts.get(name) ?? 0) + 1
    counts.set(name, number)
    if (element.id !== '') return false
    element.id = `${keptId}${name} ${number}`
    return true
  })
}

function isOwn(node: Node): boolean {
  return node === page.tag || node.nodeName.toLowerCase() === hostName
}

/** A script's own work; not one that it wrapped around something of the page. */
function isOfScripts(element: Element): boolean {
  return page.isAdded(element) && [...element.querySelectorAll('*')].every(page.isAdded)
}

function isOfReader(name: string, element: Element): boolean {
  if (name === 'open') return element instanceof HTMLDetailsElement || element instanceof HTMLDialogElement
  if (name === 'value') return (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && element.value !== element.defaultValue
  if (name === 'checked') return element instanceof HTMLInputElement && element.checked !== element.defaultChecked
  if (name === 'selected') return [...element.closest('select')?.options ?? []].some((option) => option.selected !== option.defaultSelected)
  return false
}

/** What would run: code, not data. */
function scriptsOf(root: Document): string {
  return [...root.scripts]
    .filter((script) => script !== page.tag && !(root === document && page.isAdded(script)) && /^(?:|module|text\/javascript|application\/javascript)$/.test(script.type))
    .map((script) => `${(script.getAttribute('src') ?? '').replace(/[?&]ssg=\d+$/, '')}\n${script.textContent}`).join('\n\n')
}
