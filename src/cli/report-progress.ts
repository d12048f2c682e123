// How far a long run is: one line that is drawn over and over on a terminal; elsewhere a line for each milestone.
import type { ProgressEvent } from './command.ts'
import { oneLine } from './report-text.ts'

const patienceMs = 300
const betweenMs = 50
const barColumns = 20

export interface Progress {
  show(event: ProgressEvent): void
  erase(): void
}

export function createProgress(stream: NodeJS.WriteStream, isWanted: boolean): Progress {
  if (!isWanted) return { show: () => undefined, erase: () => undefined }
  return stream.isTTY ? createLine(stream) : createMilestones(stream)
}

function createLine(stream: NodeJS.WriteStream): Progress {
  const start = Date.now()
  let shownAt = 0
  let sendingSince: number | undefined
  return {
    show(event) {
      const now = Date.now()
      if (event.doneBytes !== undefined) sendingSince ??= now
      if (now - start < patienceMs || now - shownAt < betweenMs) return
      shownAt = now
      stream.write(`\r\u001b[K${renderProgress(event, now - (sendingSince ?? now), stream.columns)}`)
    },
    erase() {
      if (shownAt > 0) stream.write('\r\u001b[K')
      shownAt = 0
    },
  }
}

function createMilestones(stream: NodeJS.WriteStream): Progress {
  let last: string | undefined
  return {
    show({ phase, total, isMilestone = false }) {
      if (!isMilestone || phase === last) return
      last = phase
      stream.write(total > 1 ? `${phase}: ${total}\n` : `${phase}\n`)
    },
    erase: () => undefined,
  }
}

/** `[######......] new pages 12/40, 3.1 MB/s, 4 s left`, and never longer than the line. */
export function renderProgress({ phase, done, total, detail, doneBytes, totalBytes }: ProgressEvent, elapsedMs: number, columns: number): string {
  const counter = `${phase}${total === 0 ? '' : ` ${done}/${total}`}${detail === undefined ? '' : ` ${oneLine(detail)}`}`
  if (doneBytes === undefined || totalBytes === undefined || totalBytes === 0) return counter.slice(0, columns)
  const filled = Math.round((doneBytes / totalBytes) * barColumns)
  const bytesPerMs = elapsedMs > 0 ? doneBytes / elapsedMs : 0
  const left = bytesPerMs > 0 ? `, ${formatBytes(bytesPerMs * 1000)}/s, ${formatSeconds((totalBytes - doneBytes) / bytesPerMs / 1000)} left` : ''
  return `[${'#'.repeat(filled)}${'.'.repeat(barColumns - filled)}] ${counter}${left}`.slice(0, columns)
}

const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** `3.1 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : whole < 3600 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`
}
