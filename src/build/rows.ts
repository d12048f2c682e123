// Values by key, each read from its line of text when it is first asked for: a build that needs a few of many thousand rows pays
// for these few. A row that was not changed is written as it was read.

export interface Rows<Key extends string, Value> {
  readonly size: number
  has(key: Key): boolean
  get(key: Key): Value | undefined
  keys(): Iterable<Key>
  set(key: Key, value: Value): void
  /** Leaves only these. */
  keep(keys: ReadonlySet<Key>): void
  /** Key and value as text, without line ends. */
  line(key: Key): string
  /** The value as text. */
  text(key: Key): string
}

/** `lines` as `line` gives them; `write` and `parse` are inverse to each other, and give and take no line ends. */
export function createRows<Key extends string, Value>(lines: Iterable<string>, { write, parse }: { write(value: Value): string; parse(text: string): Value }): Rows<Key, Value> {
  const texts = new Map<Key, string>()
  const values = new Map<Key, Value>()
  for (const line of lines) {
    const [key, text] = splitLine(line)
    texts.set(key as Key, text)
  }
  const textOf = (key: Key): string => texts.get(key) ?? ''
  return {
    get size() { return texts.size },
    has: (key) => texts.has(key),
    get(key) {
      const known = values.get(key)
      const text = known === undefined ? texts.get(key) : undefined
      if (text === undefined) return known
      const value = parse(text)
      values.set(key, value)
      return value
    },
    keys: () => texts.keys(),
    set(key, value) {
      values.set(key, value)
      texts.set(key, write(value))
    },
    keep(keys) {
      for (const key of [...texts.keys()].filter((key) => !keys.has(key))) {
        texts.delete(key)
        values.delete(key)
      }
    },
    text: textOf,
    line: (key) => `${JSON.stringify(key)}\t${textOf(key)}`,
  }
}

/** A tab within a JSON text is always escaped. */
function splitLine(line: string): [key: string, text: string] {
  const tab = line.indexOf('\t')
  const quoted = line.slice(0, tab)
  return [quoted.includes('\\') ? JSON.parse(quoted) as string : quoted.slice(1, -1), line.slice(tab + 1)]
}
