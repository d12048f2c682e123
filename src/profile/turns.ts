// Tells whose turn it is on a thread where many things wait by turns: what was begun within a piece of work belongs to it, also when
// it goes on later. Node says when a turn begins and ends; watching that costs time, so it is done only for a profile.
import { createHook, executionAsyncResource } from 'node:async_hooks'

export interface Turns<Level> {
  /** What began before the watch belongs to it. */
  readonly outside: Level
  current(): Level
  switchTo(level: Level): void
  /** Whose time it is between turns. */
  idle(): Level
}

/** `stop` ends the watch. */
export function watchTurns<Level extends object>({ outside, current, switchTo, idle }: Turns<Level>): { stop(): void } {
  const owners = new WeakMap<object, Level>()
  const outer: Level[] = []
  const hook = createHook({
    init: (_id, _type, _trigger, resource: object) => { owners.set(resource, current()) },
    before() {
      outer.push(current())
      switchTo(owners.get(executionAsyncResource()) ?? outside)
    },
    after() {
      const level = outer.pop()
      switchTo(outer.length > 0 && level !== undefined ? level : idle())
    },
  })
  hook.enable()
  return { stop: () => { hook.disable() } }
}
