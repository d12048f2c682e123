// A time as people read it, the same on every machine.

/** `0`, `42 µs`, `0.42 ms`, `12.3 ms`, `840 ms`, `1.24 s`. */
export function duration(ms: number): string {
  if (ms === 0) return '0'
  if (ms < 0.0995) return `${Math.ceil(ms * 1000)} µs`
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`
  return `${ms.toFixed(ms >= 99.95 ? 0 : ms >= 9.995 ? 1 : 2)} ms`
}
