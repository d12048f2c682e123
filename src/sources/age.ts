// Moments and ages as people read them. The clock is asked by the callers.

/** `2026-11-20 18:05 UTC`. */
export function momentText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}

const units: readonly (readonly [name: string, ms: number])[] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]]

/** `3 hours`: in the largest unit of which there are at least two. */
export function ageText(ms: number): string {
  const [name, unit] = units.find(([, length]) => ms >= 2 * length) ?? ['second', 1000]
  const count = Math.max(0, Math.floor(ms / unit))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** `90s`, `15m`, `12h`, `7d` -> ms; undefined: it is none of these. */
export function parseAge(text: string): number | undefined {
  const [, number = '', letter = ''] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? []
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[letter]
  return unit === undefined ? undefined : Number(number) * unit
}
