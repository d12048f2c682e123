// Any value as text that is equal exactly when the value is: like JSON, and also for what JSON would drop or confuse.

/** Functions are told by their source; circles throw, as in JSON. */
export function plainText(value: unknown): string {
  return JSON.stringify(value, toPlain) ?? 'undefined'
}

/** The replacer of `plainText`. */
export function toPlain(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case 'bigint': return { $bigint: String(value) }
    case 'function': return { $function: String(value) }
    case 'symbol': return { $symbol: String(value) }
    case 'number': return Number.isFinite(value) ? value : { $number: String(value) }
    case 'object':
      if (value instanceof Map) return { $map: [...value] }
      if (value instanceof Set) return { $set: [...value] }
      if (value instanceof RegExp) return { $pattern: String(value) }
      return value
    default: return value
  }
}
