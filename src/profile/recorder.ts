// The stopwatch behind `--profile`. Each moment of the main thread is charged to the innermost piece of work that runs, so that all
// figures add up to the whole time. Where several pieces wait by turns, Node says whose turn it is (turns.ts); while all of them
// wait, the time is theirs if one is within the other, and nobody's if not. Not here: judging and showing (report.ts).
import { runTimed, type Activity, type Frame, type Profiler } from '../core/profiler.ts'
import { createStrip, type Strip } from './strip.ts'
import { watchTurns } from './turns.ts'

/** A kind of work in its place among the others: all that was done there under the same name, put together. */
export interface Work {
  readonly activity: Activity | 'other'
  readonly name: string
  readonly part?: string
  readonly children: ReadonlyMap<string, Work>
  /** How often it began. */
  readonly count: number
  /** Time in it and not in what is within it. */
  readonly selfMs: number
  readonly size: number
}
/** One piece of work on the time line, in ms since the process started. */
export interface Stretch {
  readonly activity: Activity
  readonly name: string
  readonly part?: string
  readonly startMs: number
  readonly endMs: number
  readonly size: number
}
export interface Lane {
  /** Of another thread; else of work on this one that goes on beside other work. */
  readonly isThread: boolean
  readonly stretches: readonly Stretch[]
}
export interface Recording {
  readonly totalMs: number
  readonly root: Work
  /** In the order of their beginnings; some may go on at the same time. */
  readonly phases: readonly Stretch[]
  readonly lanes: ReadonlyMap<string, Lane>
  /** Permalink -> time by activity. */
  readonly pages: ReadonlyMap<string, Readonly<Partial<Record<Activity, number>>>>
  readonly strip: Strip
}
export interface Recorder extends Profiler {
  /** Ends what still goes on. */
  finish(): Recording
}

interface OpenWork { activity: Work['activity']; name: string; part?: string; children: Map<string, OpenWork>; count: number; selfMs: number; size: number }
/** A piece of work that goes on. */
interface Level {
  readonly work: OpenWork
  readonly outer: Level | undefined
  readonly page: string | undefined
  /** The piece of work directly below the whole that it is a part of. */
  readonly phase: { readonly work: OpenWork; readonly startMs: number; endMs: number } | undefined
}

export interface Meter {
  /** Ms since the process started. */
  now(): number
  memoryBytes(): number
}
/** Work that waits for work that waits is not nested deeper than this. */
const deepestChain = 12

const machine: Meter = { now: () => performance.now(), memoryBytes: () => process.memoryUsage.rss() }

/** Counts from the start of the process. */
export function createRecorder({ now, memoryBytes }: Meter = machine): Recorder {
  const root: Level = { work: createWork('other', 'build'), outer: undefined, page: undefined, phase: undefined }
  const phases: NonNullable<Level['phase']>[] = []
  const lanes = new Map<string, { isThread: boolean; stretches: Stretch[] }>()
  const pages = new Map<string, Partial<Record<Activity, number>>>()
  const waiting = new Set<Level>()
  const strip = createStrip(memoryBytes)
  const boot = enter(root, { activity: 'start', name: 'start of the process' }, 0)
  let idle: Level | undefined
  let current = boot
  let chargedMs = 0

  function charge(): number {
    const moment = now()
    const { work, page, phase } = current
    const spent = moment - chargedMs
    work.selfMs += spent
    if (phase) phase.endMs = moment
    if (page !== undefined && work.activity !== 'other') addTo(pages, page, work.activity, spent)
    strip.add(work.activity, chargedMs, moment)
    return (chargedMs = moment)
  }
  function switchTo(level: Level): void {
    charge()
    current = level
  }
  /** Whose time it is while nothing runs. */
  function findIdle(): Level {
    const innermost = waiting.size > deepestChain ? undefined : [...waiting].find((level) => depthIn(waiting, level) === waiting.size)
    if (innermost !== undefined) return innermost
    return waiting.size === 0 ? root : (idle ??= enter(root, { activity: 'wait', name: 'wait for other threads' }, chargedMs))
  }
  function open(frame: Frame): Level {
    const level = enter(current, frame, charge())
    if (level.phase && level.outer === root) phases.push(level.phase)
    level.work.count++
    level.work.size += frame.size ?? 0
    return (current = level)
  }
  function close(level: Level): void {
    if (isWithin(current, level)) switchTo(level.outer ?? root)
  }
  function elsewhere(lane: string, { activity, name, part, size = 0 }: Frame, startMs: number, endMs: number, isThread = true): void {
    let known = lanes.get(lane)
    if (known === undefined) lanes.set(lane, known = { isThread, stretches: [] })
    known.stretches.push({ activity, name, ...(part !== undefined && { part }), startMs, endMs, size })
  }

  boot.work.count++
  if (boot.phase) phases.push(boot.phase)
  switchTo(root)
  const turns = watchTurns<Level>({ outside: root, current: () => current, switchTo, idle: findIdle })

  return {
    elsewhere,
    begin(frame) {
      const level = open(frame)
      return () => close(level)
    },
    run(frame, run) {
      const level = open(frame)
      return runTimed(() => {
        waiting.delete(level)
        close(level)
      }, run, () => {
        waiting.add(level)
        close(level)
      })
    },
    beside(lane, frame) {
      const startMs = now()
      return () => elsewhere(lane, frame, startMs, now(), false)
    },
    finish() {
      turns.stop()
      switchTo(root)
      return {
        totalMs: charge(), root: root.work, lanes, pages, strip: strip.taken(),
        phases: phases.map(({ work, startMs, endMs }) => ({ activity: work.activity as Activity, name: work.name, startMs, endMs, size: 0 })),
      }
    },
  }
}

function createWork(activity: Work['activity'], name: string, part?: string): OpenWork {
  return { activity, name, ...(part !== undefined && { part }), children: new Map(), count: 0, selfMs: 0, size: 0 }
}

function enter(outer: Level, { activity, name, part, page }: Frame, startMs: number): Level {
  const { children } = outer.work
  const key = part === undefined ? `${activity} ${name}` : `${activity} ${name}\n${part}`
  let work = children.get(key)
  if (work === undefined) children.set(key, work = createWork(activity, name, part))
  return { work, outer, page: page ?? outer.page, phase: outer.phase ?? { work, startMs, endMs: startMs } }
}

/** How many of these it is within, itself included. */
function depthIn(levels: ReadonlySet<Level>, level: Level): number {
  let depth = 0
  for (let at: Level | undefined = level; at !== undefined; at = at.outer) if (levels.has(at)) depth++
  return depth
}

function isWithin(level: Level, outer: Level): boolean {
  for (let at: Level | undefined = level; at !== undefined; at = at.outer) if (at === outer) return true
  return false
}

function addTo(pages: Map<string, Partial<Record<Activity, number>>>, page: string, activity: Activity, ms: number): void {
  let times = pages.get(page)
  if (times === undefined) pages.set(page, times = {})
  times[activity] = (times[activity] ?? 0) + ms
}
