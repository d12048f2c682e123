// Runs in the browser before anything of the page: notes what comes with the page, so that an update can leave alone what the page's own
// scripts make of it; and starts the rest. Not a module, for those run late.
{
  const tag = document.currentScript as HTMLScriptElement
  const parsed = new WeakSet<Node>([document.documentElement, document.head, tag])
  const attributes = new WeakMap<Node, Set<string>>()
  const note = (records: readonly MutationRecord[]): void => {
    for (const { type, target, addedNodes, attributeName } of records) {
      // While it loads, it is the parser that adds.
      if (type === 'childList' && document.readyState === 'loading') for (const node of addedNodes) parsed.add(node)
      if (type !== 'attributes' || attributeName === null) continue
      const names = attributes.get(target) ?? new Set()
      attributes.set(target, names.add(attributeName))
    }
  }
  const observer = new MutationObserver(note)
  const watched = { childList: true, attributes: true, subtree: true }
  observer.observe(document, watched)
  document.addEventListener('readystatechange', () => {
    // What the parser added last is told only now.
    if (document.readyState === 'interactive') for (const { addedNodes } of observer.takeRecords()) for (const node of addedNodes) parsed.add(node)
  })
  const live = {
    tag, output: tag.dataset['output'] ?? '', status: Number(tag.dataset['status']), look: tag.dataset['look'] ?? '', assets: tag.dataset['assets'] ?? '', isConnected: false,
    isAdded: (node: Node) => !parsed.has(node),
    isSet: (node: Node, name: string) => attributes.get(node)?.has(name) === true,
    adopt(node: Node): void {
      parsed.add(node)
      node.childNodes.forEach(live.adopt)
    },
    quietly(change: () => void): void {
      note(observer.takeRecords())
      observer.disconnect()
      try {
        change()
      } finally {
        observer.observe(document, watched)
      }
    },
  }
  Object.assign(window, { ssgLive: live })
  const start = (): unknown => import('/__ssg/client/live.js' as string)
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
  else start()
}
