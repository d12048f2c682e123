// Makes changes into builds: a burst of changes is one build, there are never two at once, and no change is lost. Between builds it
// does what can wait, in slices that give way to the next change. What a build is, is not known here.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

export interface RebuildTasks {
  /** Never throws for what is wrong with a site. */
  build(changed: ReadonlySet<string>): Promise<void>
  /** Does a little of what can wait; `false`: nothing is left. */
  later(): boolean
  /** Once nothing is left, and it is quiet. */
  settle(): Promise<void> | void
  /** Once it has been quiet for long. */
  idle(): void
}
export interface Rebuilder {
  /** Something changed; a path, or a word for what it was. */
  touch(changed: string): void
  /** Resolves when no build is running or due. */
  whenBuilt(): Promise<void>
  isBuilding(): boolean
  close(): Promise<void>
}

/** A save is several events: so long after the last one it is over. */
const quietMs = 4
/** Longer than this nobody waits for the end of a burst. */
const patienceMs = 60
/** Some editors delete a file before they write it anew. */
const returnMs = 90
const longestMs = 400
/** Meanwhile what asks for the new pages is answered. */
const pauseMs = 30
const restMs = 120
const idleMs = 2000
const sliceMs = 8

export function createRebuilder(tasks: RebuildTasks, onBug: (error: unknown) => void): Rebuilder {
  let changed = new Map<string, number>()
  let isClosed = false, building = false
  let running: Promise<void> | undefined
  let waiters: (() => void)[] = []
  const isDue = (): boolean => changed.size > 0 && !isClosed

  async function run(): Promise<void> {
    while (isDue()) {
      building = true
      await untilQuiet()
      const paths = new Set(changed.keys())
      changed = new Map()
      await tasks.build(paths)
      if (isDue()) continue
      building = false
      for (const done of waiters.splice(0)) done()
      await doTheRest()
    }
  }

  async function doTheRest(): Promise<void> {
    if (!await staysQuiet(pauseMs)) return
    for (let until = performance.now() + sliceMs; tasks.later(); until = performance.now() + sliceMs) {
      while (performance.now() < until && tasks.later()) continue
      await nextTurn()
      if (isDue() || isClosed) return
    }
    if (!await staysQuiet(restMs)) return
    await tasks.settle()
    if (await staysQuiet(idleMs)) tasks.idle()
  }

  async function staysQuiet(ms: number): Promise<boolean> {
    for (const started = performance.now(); performance.now() - started < ms; await sleep(Math.min(10, ms))) if (isDue() || isClosed) return false
    return !isDue() && !isClosed
  }

  async function untilQuiet(): Promise<void> {
    const started = performance.now()
    for (;;) {
      const now = performance.now()
      const last = Math.max(...changed.values())
      const isMissing = now - started < longestMs && [...changed].some(([file, at]) => now - at < returnMs && path.isAbsolute(file) && !existsSync(file))
      if (!isMissing && (now - last >= quietMs || now - started >= patienceMs)) return
      await sleep(1)
    }
  }

  function start(): void {
    running = run().catch(onBug).finally(() => {
      running = undefined
      if (isDue()) return start()
      building = false
      for (const done of waiters.splice(0)) done()
    })
  }

  return {
    touch(file) {
      changed.set(file, performance.now())
      building = true
      if (running === undefined && !isClosed) start()
    },
    isBuilding: () => building,
    whenBuilt: () => (building && !isClosed ? new Promise((done) => { waiters.push(done) }) : Promise.resolve()),
    async close() {
      isClosed = true
      for (const done of waiters.splice(0)) done()
      await running
    },
  }
}
