// Loaded before the program (`node --import`): lets the system fail at one chosen write. `FAULT_AT` counts the calls that
// change files, from 1. `FAULT` says what happens there: `kill` ends the process at once, in the middle of a write; the name of
// an error (`ENOSPC`) is thrown there and at every call after it; `count` only writes the number of calls to `FAULT_COUNT`.
// With `FAULT_PATH` only calls count that name a path with this text in it.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { FAULT: fault = 'count', FAULT_AT: at = '0', FAULT_PATH: part, FAULT_COUNT: countFile } = process.env
const { writeSync, writeFileSync } = fs
let calls = 0

/** Whether the call is one that changes files: not what is only read, printed, or made in memory. */
const changes = {
  openSync: ([, flags]) => typeof flags === 'number' && (flags & (fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0,
  writeSync: ([fd]) => fd > 2,
  writeFileSync: ([file]) => file !== 1 && file !== 2,
  ftruncateSync: () => true, renameSync: () => true, unlinkSync: () => true, mkdirSync: () => true, rmdirSync: () => true, rmSync: () => true,
}

for (const [name, counts] of Object.entries(changes)) {
  const real = fs[name]
  fs[name] = (...args) => {
    if (counts(args) && (part === undefined || String(args[0]).includes(part)) && ++calls >= Number(at) && fault !== 'count') fail(name, args)
    return real(...args)
  }
}
syncBuiltinESMExports()

function fail(name, args) {
  if (fault === 'kill') {
    if (name === 'writeSync') writeSync(args[0], Buffer.from(args[1]).subarray(args[2] ?? 0, (args[2] ?? 0) + Math.ceil((args[3] ?? args[1].length) / 2)), 0, undefined, args[4] ?? null)
    if (name === 'writeFileSync') writeFileSync(args[0], Buffer.from(args[1]).subarray(0, args[1].length / 2))
    process.kill(process.pid, 'SIGKILL')
  }
  throw Object.assign(new Error(`${fault}: injected, ${name}`), { code: fault, syscall: name })
}

process.on('exit', () => {
  if (countFile !== undefined) writeFileSync(countFile, String(calls))
})
