// The bytes of many texts, one after the other, without room of its own for each.

/** UTF-16 units of a text beyond which it gets its own. */
const longest = 1 << 20
let shared = Buffer.alloc(0)

/** UTF-8, valid until the next call. Half a character becomes U+FFFD. */
export function passingBytes(text: string): Buffer {
  // Three bytes at most for each unit.
  if (text.length > longest) return Buffer.from(text)
  if (shared.length < text.length * 3) shared = Buffer.allocUnsafeSlow(Math.max(text.length * 3, 1 << 17))
  return shared.subarray(0, shared.write(text))
}
