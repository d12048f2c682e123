// Loaded before a program (`node --import`): writes the CPU time in ms and the peak memory in MB that it took to `MEASURE_FILE`.
import fs from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  fs.writeFileSync(process.env.MEASURE_FILE, JSON.stringify({ cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), peakMb: Math.round(maxRSS / 1024) }))
})
