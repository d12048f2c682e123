// Values by key, each read from its line of text when it is first asked for: a build that needs a few of many thousand rows pays
// for these few. A row that was not changed is written as it was read.

export interface Rows<Key extends string, Value> {
  readonly size: number
  has(key: Key): boolean
  get(key: Key): Value | undefined
  keys(): Iterable<Key>
  /** As long as none is left out, the place of a key in `keys`. */
  numberOf(key: Key): number | undefined
  set(key: Key, value: Value): void
  /** Leaves only these; in their order, if all of them are new. */
  keep(keys: ReadonlySet<Key>): void
  /** The value as text. */
  text(key: Key): string
}

/** `lineOf`: of a key, by its place. `write` and `parse` are inverse to each other, and give and take no line ends. */
export function createRows<Key extends string, Value>(keys: readonly Key[], lineOf: (number: number) => string, { write, parse }: { write(value: Value): string; parse(text: string): Value }): Rows<Key, Value> {
  const numbers = new Map<Key, number>()
  for (const [number, key] of keys.entries()) numbers.set(key, number)
  const changed = new Map<number, string>()
  let count = keys.length
  const values = new Map<Key, Value>()
  const textOf = (key: Key): string | undefined => {
    const number = numbers.get(key)
    return number === undefined ? undefined : changed.get(number) ?? lineOf(number)
  }
  return {
    get size() { return numbers.size },
    has: (key) => numbers.has(key),
    get(key) {
      const known = values.get(key)
      const text = known === undefined ? textOf(key) : undefined
      if (text === undefined) return known
      const value = parse(text)
      values.set(key, value)
      return value
    },
    keys: () => numbers.keys(),
    numberOf: (key) => numbers.get(key),
    set(key, value) {
      values.set(key, value)
      const number = numbers.get(key) ?? count++
      numbers.set(key, number)
      changed.set(number, write(value))
    },
    keep(kept) {
      for (const key of [...numbers.keys()].filter((key) => !kept.has(key))) {
        numbers.delete(key)
        values.delete(key)
      }
      if (keys.length > 0) return
      const unordered = new Map(numbers)
      numbers.clear()
      for (const key of kept) if (unordered.has(key)) numbers.set(key, unordered.get(key)!)
    },
    text: (key) => textOf(key) ?? '',
  }
}
