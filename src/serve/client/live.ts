// Keeps the open page as the site is: listens to the server, and catches up after a lost connection or a hidden tab.
import type { Message } from '../messages.ts'
import { swapAssets } from './assets.ts'
import { updatePage } from './morph.ts'
import { showHeld, showLost, showProblems, showWayBack } from './overlay.ts'
import { page } from './page.ts'

const isMissing = page.status === 404
let events: EventSource | undefined
let retry: number | undefined
let waitMs = 200

function connect(): void {
  if (events !== undefined || document.hidden) return
  const query = new URLSearchParams({ path: location.pathname })
  events = new EventSource(`/__ssg/events?${query}`)
  events.onmessage = ({ data }) => void receive(JSON.parse(data as string) as Message)
  events.onerror = () => {
    close()
    showLost(true)
    clearTimeout(retry)
    retry = setTimeout(connect, waitMs = Math.min(2000, waitMs * 1.5))
  }
}

function close(): void {
  events?.close()
  events = undefined
}

/** One after the other, so that no older state comes last. */
let last: Promise<void> = Promise.resolve()
function receive(message: Message): Promise<void> {
  return (last = last.then(() => apply(message)).catch(() => location.reload()))
}

async function apply(message: Message): Promise<void> {
  switch (message.kind) {
    case 'hello': return hello(message)
    case 'page':
      if (isMissing !== message.isMissing) return location.reload()
      if (message.look !== page.look) await updatePage(message.look, message.html)
      return showHeld(message.held)
    case 'gone':
      if (message.movedTo !== undefined) sessionStorage.setItem(movedKey, message.movedTo)
      return location.reload()
    case 'assets':
      if (page.assets === message.assets) return
      page.assets = message.assets
      if (swapAssets(message.paths)) location.reload()
      return
    case 'problems': return showProblems(message.problems)
  }
}

async function hello(message: Extract<Message, { kind: 'hello' }>): Promise<void> {
  waitMs = 200
  showLost(false)
  if (message.isMissing !== isMissing) return location.reload()
  if (message.look !== undefined && message.look !== page.look) await updatePage(message.look)
  if (page.assets !== '' && page.assets !== message.assets) swapAssets(undefined)
  page.assets = message.assets
  showProblems(message.problems)
  showHeld(message.held)
  page.isConnected = true
}

const movedKey = `ssg-moved ${location.pathname}`
if (isMissing) showWayBack(sessionStorage.getItem(movedKey) ?? undefined)
sessionStorage.removeItem(movedKey)

// Browsers allow a server six connections, and each open one is taken from other tabs.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) close()
  else connect()
})
addEventListener('pagehide', close)
addEventListener('pageshow', connect)
connect()
