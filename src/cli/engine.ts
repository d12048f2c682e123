// Flags of V8. They have to be set before any code of the program is loaded: kept code fits only the flags that it was made with.
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/**
 * A build is over before most of its code has paid for being optimised twice: regular expressions are compiled at once, functions
 * later than usual. And a heap may grow by less between collections than V8 likes it to: by 60 %, 10,000 posts took 628 MB and 52.8 s of
 * CPU time, by 75 % 652 MB and 46.5 s, by 90 % 693 MB. Measured with the V8 of Node 20; others are left as they are. Code of functions that were not
 * called for a while stays, so that it can be kept for later runs.
 *
 * New objects are collected by the thread that made them where its helpers would have to wait for a processor: all of two are busy.
 * There, 10,000 posts took 33.2 s and 60.0 s of CPU time in place of 35.6 s and 64.3 s, 1,000 took 5.2-5.4 s in place of 5.5-5.9 s.
 *
 * Not `--no-regexp-tier-up`: an expression that ran once before the flag was set would be taken for compiled, and the next run of it
 * could crash the process.
 */
export function tuneEngine(): void {
  setFlagsFromString('--no-flush-bytecode')
  if (availableParallelism() <= 2) setFlagsFromString('--no-parallel-scavenge')
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=250000 --regexp-tier-up-ticks=0 --heap-growing-percent=75')
}
